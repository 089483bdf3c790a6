//! The report as a reader gets it: structure, escaping, self-containment, size and empty cases.

#[path = "../examples/synthetic/mod.rs"]
mod synthetic;

use relulab_report::{EnumerationReport, LossView};
use relulab_study::summary::{Estimate, Findings, Frontier, Quantiles, Summary, ThreeWays};
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::BTreeSet;

/// Replaces what scripts and styles hold, which is not markup, by nothing.
fn without_scripts(html: &str) -> String {
    let mut rest = html;
    let mut kept = String::new();
    while let Some((start, tag)) =
        ["script", "style"].iter().filter_map(|tag| Some((rest.find(&format!("<{tag}"))?, *tag))).min()
    {
        let open = start + rest[start..].find('>').unwrap() + 1;
        kept.push_str(&rest[..open]);
        rest = &rest[open + rest[open..].find(&format!("</{tag}>")).unwrap()..];
        let close = tag.len() + 3;
        kept.push_str(&rest[..close]);
        rest = &rest[close..];
    }
    kept + rest
}

/// Calls `check` with the parsed page: the report writes HTML that is well-formed XML too, so a strict parser reads it.
fn check_page(summary: &Summary, check: impl Fn(&str, &Document)) {
    let html = EnumerationReport::new(summary).html();
    let markup = without_scripts(&html);
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&markup, options).unwrap_or_else(|error| panic!("{error}"));
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "identifiers are unique: {ids:?}");
    for link in document.descendants().filter_map(|node| node.attribute("href")) {
        assert!(ids.contains(&link.trim_start_matches('#')), "{link} leads somewhere");
    }
    for label in document.descendants().filter_map(|node| node.attribute("for")) {
        assert!(ids.contains(&label), "the label for {label} has its control");
    }
    check(&html, &document);
}

/// Parses every figure; none may hold a number that is not one.
fn check_figures(summary: &Summary) -> Vec<String> {
    let figures = EnumerationReport::new(summary).figures();
    for (name, svg) in &figures {
        let document = Document::parse(svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(document.root_element().tag_name().name(), "svg");
        assert!(!svg.contains("NaN") && !svg.contains("inf "), "{name}");
        for tag in ["title", "desc"] {
            assert!(
                document.root_element().children().any(|node| node.has_tag_name(("http://www.w3.org/2000/svg", tag)))
            );
        }
    }
    figures.into_iter().map(|(name, _)| name).collect()
}

/// Every loss of every shape and depth replaced by the default, which holds no number.
fn without_losses(mut summary: Summary) -> Summary {
    for shape in &mut summary.shapes {
        shape.losses = ThreeWays::<Quantiles>::default();
        shape.diverged = 1.0;
    }
    for depth in &mut summary.depths {
        depth.losses = ThreeWays::<Frontier>::default();
    }
    for findings in summary.findings.values_mut() {
        findings.values_mut().for_each(|findings| *findings = Findings::default());
    }
    summary
}

fn text(node: Node) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|node| node.text())
        .collect::<Vec<_>>()
        .join(" ")
        .replace('\u{a0}', " ")
}

#[test]
fn the_page_has_its_parts_in_order() {
    let summary = synthetic::summary(8, 4, 20, &["quadratic", "x1 < 2"], true);
    check_page(&summary, |html, document| {
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\""));
        let headings: Vec<String> = document
            .descendants()
            .filter(|node| matches!(node.tag_name().name(), "h1" | "h2" | "h3"))
            .map(text)
            .collect();
        let per_target = [
            "Frontier: the best of every depth",
            "All shapes",
            "Median losses by depth",
            "What goes with the loss",
            "Shapes against seeds",
            "Wide last or wide first",
            "Collapse",
            "Best and worst shapes",
        ];
        let mut expected = vec![
            "Shapes of 8 neurons",
            "Findings",
            "quadratic",
            "x1 < 2",
            "Plan and machine",
            "Plan",
            "Target  quadratic",
        ];
        expected.extend(per_target);
        expected.push("Target  x1 < 2");
        expected.extend(per_target);
        assert_eq!(headings, expected);
        let radios = document.descendants().filter(|node| node.attribute("name") == Some("loss"));
        assert_eq!(
            radios.filter_map(|node| node.attribute("value")).collect::<Vec<_>>(),
            ["uniform5", "uniform3", "normal"]
        );
    });
}

#[test]
fn the_page_calls_nobody() {
    let summary = synthetic::summary(6, 3, 20, &["quadratic"], true);
    check_page(&summary, |html, document| {
        for name in ["src", "srcset", "data", "action", "poster"] {
            assert!(document.descendants().all(|node| node.attribute(name).is_none()), "{name}");
        }
        assert!(document.descendants().all(|node| !matches!(node.tag_name().name(), "link" | "iframe" | "object")));
        for call in ["http:", "https:", "fetch(", "XMLHttpRequest", "import(", "@import", "url("] {
            assert!(!html.contains(call), "{call}");
        }
        assert!(html.contains("default-src 'none'"));
    });
}

#[test]
fn what_users_type_stays_text() {
    let evil = "</script><script>alert(1)</script><b a='1' c=\"&\">\u{0}\u{2028}";
    let mut summary = synthetic::summary(5, 3, 20, &[evil], true);
    summary.plan = serde_json::json!({ evil: [evil], "target": evil });
    let pairs = [(evil.to_owned(), evil.to_owned())];
    let notes = [evil.to_owned()];
    let html = EnumerationReport::new(&summary).title(evil).machine(&pairs).notes(&notes).html();
    assert!(!html.contains("<script>alert"));
    assert_eq!(html.matches("</script>").count(), 2, "the data and the script");
    check_page(&summary, |_, document| {
        assert!(document.descendants().all(|node| node.attribute("a").is_none()));
    });
    check_figures(&summary);
}

#[test]
fn the_embedded_data_are_the_numbers_of_the_summary() {
    let summary = synthetic::summary(7, 7, 200, &["absolute", "sine"], true);
    let html = EnumerationReport::new(&summary).html();
    let start = html.find("id=\"report-data\">").unwrap() + "id=\"report-data\">".len();
    let data: serde_json::Value =
        serde_json::from_str(&html[start..start + html[start..].find("</script>").unwrap()]).unwrap();
    assert_eq!(data["shapes"].as_array().unwrap().len(), 64, "2^6 compositions, stored once for both targets");
    for (place, block) in data["targets"].as_array().unwrap().iter().enumerate() {
        for row in 0..64 {
            let shape = &summary.shapes[64 * place + row];
            let median = block["normal_median"][row].as_f64().unwrap();
            let truth = shape.losses.normal.median.unwrap();
            assert!((median - truth).abs() <= 0.5e-4 * truth, "five digits");
            assert_eq!(block["params"][row].as_u64(), Some(shape.params as u64));
            let widths: Vec<String> = shape.shape.iter().map(usize::to_string).collect();
            assert_eq!(data["shapes"][row], widths.join(","));
        }
    }
}

#[test]
fn findings_carry_their_numbers() {
    let mut summary = synthetic::summary(8, 3, 30, &["quadratic"], true);
    for depth in &mut summary.depths {
        let ratios = &mut depth.losses.uniform5.ratio_to_depth1;
        ratios.best_single = Some([1.0, 1.5, 2.1][depth.depth - 1]);
        ratios.selected = Estimate { value: Some(1.1), ci95: Some([0.9, 1.4]) };
        ratios.matched.clear();
    }
    check_page(&summary, |_, document| {
        let paragraph = document.descendants().find(|node| node.attribute("class") == Some("abstract")).unwrap();
        let said = text(paragraph);
        let expected = "Depth 3's best single run beats depth 1's by 2.1× (336 runs against 16); after selection \
                        correction the ratio is 1.10 [0.90, 1.40], an interval that does not exclude 1.";
        assert!(said.starts_with(expected), "{said}");
        assert!(said.contains("Of the variance of log loss, 37 %") && said.contains("1.14 [1.08, 1.21]"), "{said}");
    });
}

#[test]
fn figures_have_stable_names() {
    let summary = synthetic::summary(6, 3, 20, &["x1^2", "x1*2"], true);
    let names = check_figures(&summary);
    let expected = [
        "uniform5-frontier",
        "uniform5-scatter",
        "uniform5-histogram",
        "uniform3-frontier",
        "uniform3-scatter",
        "uniform3-histogram",
        "normal-frontier",
        "normal-scatter",
        "normal-histogram",
        "correlation",
        "variance",
        "collapse",
    ];
    let expected: Vec<String> =
        ["x1-2", "x1-2-2"].iter().flat_map(|slug| expected.iter().map(move |name| format!("{slug}-{name}"))).collect();
    assert_eq!(names, expected, "two formulas with one slug are told apart");
}

#[test]
fn odd_summaries_still_make_a_report() {
    let empty = Summary { n_shapes: 0, shapes: vec![], depths: vec![], ..synthetic::summary(2, 1, 1, &[], false) };
    let mut constant = synthetic::summary(6, 3, 20, &["step"], true);
    for shape in &mut constant.shapes {
        let same = Quantiles { median: Some(0.0), q25: Some(0.0), q75: Some(0.0), min: Some(0.0) };
        shape.losses =
            ThreeWays { uniform5: same.clone(), uniform3: same.clone(), normal: same, ..ThreeWays::default() };
    }
    let mut not_finite = synthetic::summary(6, 3, 20, &["sine"], true);
    for depth in &mut not_finite.depths {
        depth.collapsed = f64::NAN;
        for losses in [&mut depth.losses.uniform5, &mut depth.losses.normal] {
            losses.best_single = Some(f64::INFINITY);
            losses.selected = Estimate { value: Some(1e300), ci95: Some([-1.0, f64::INFINITY]) };
            losses.histogram = vec![(-400.0, 400.0, 3), (f64::NAN, 0.0, 1)];
        }
    }
    let mut bare = synthetic::summary(6, 3, 20, &["bump"], true);
    bare.correlations.clear();
    bare.findings.clear();
    bare.depths.clear();
    let mut linear = synthetic::summary(1, 1, 1, &["linear"], true);
    linear.shapes[0].shape.clear();
    linear.shapes[0].depth = 0;
    linear.depths[0].depth = 0;
    let cases = [
        ("empty", empty),
        ("one shape", synthetic::summary(1, 1, 1, &["quadratic"], true)),
        ("one depth, not the first", {
            let mut summary = synthetic::summary(6, 3, 20, &["quadratic"], true);
            summary.shapes.retain(|shape| shape.depth == 3);
            summary.depths.retain(|depth| depth.depth == 3);
            summary
        }),
        ("all diverged", without_losses(synthetic::summary(6, 3, 20, &["quadratic"], true))),
        ("zero variance", constant),
        ("not finite", not_finite),
        ("no analysis", bare),
        ("no hidden layer", linear),
        ("two dimensions", synthetic::summary(6, 3, 20, &["interaction"], false)),
    ];
    for (name, summary) in cases {
        println!("{name}");
        check_figures(&summary);
        check_page(&summary, |html, _| {
            assert!(!html.contains("NaN</") && !html.contains("inf</"), "{name}");
            assert_eq!(
                html.contains("\"pieces\":["),
                summary.shapes.iter().any(|s| s.pieces_median.is_some()),
                "{name}"
            );
        });
    }
}

#[test]
fn the_complete_enumeration_of_sixteen_neurons_fits_in_six_megabytes() {
    const LIMIT: usize = 6_000_000;
    let summary = synthetic::summary(16, 16, usize::MAX, &["quadratic"], true);
    assert_eq!(summary.shapes.len(), 32_768);
    let size = EnumerationReport::new(&summary).html().len();
    assert!(size < LIMIT, "{size} bytes");
    assert!(EnumerationReport::new(&summary).figures().iter().all(|(_, svg)| svg.len() < LIMIT / 10));
    println!("{size} bytes");
}

#[test]
fn targets_named_like_our_own_identifiers_do_no_harm() {
    let summary =
        synthetic::summary(4, 2, 20, &["target", "x", "findings", "scatter", "plan", "x-x", "report data"], true);
    check_page(&summary, |_, document| {
        assert_eq!(document.descendants().filter(|node| node.attribute("class") == Some("target")).count(), 7);
    });
}

#[test]
fn the_frontier_draws_every_number_once() {
    let mut summary = synthetic::summary(6, 4, 20, &["quadratic"], true);
    // Depth 4 has no selection-corrected figure: its points and intervals are left out, and the line ends before.
    let fourth = &mut summary.depths[3].losses.uniform5;
    fourth.selected = Estimate::default();
    fourth.ratio_to_depth1.selected = Estimate::default();
    let figures = EnumerationReport::new(&summary).figures();
    let (name, svg) = &figures[0];
    assert_eq!(name, "quadratic-uniform5-frontier");
    let document = Document::parse(svg).unwrap();
    let count = |class: &str| document.descendants().filter(|node| node.attribute("class") == Some(class)).count();
    // Two panels with 3 corrected points each, and 4 matched ratios.
    assert_eq!(count("interval"), 3 + 3 + 4);
    // Four series in either panel, each with a line in the legend too.
    assert_eq!((count("line"), count("line dashed")), (2 * 3, 2 * 5));
    let notes: Vec<&str> = document
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "title")))
        .filter_map(|node| node.text())
        .skip(1)
        .collect();
    assert_eq!(notes.len(), 4 * 8 - 2);
    assert!(notes.iter().any(|note| note.starts_with("depth 4, best of 256 tries at either depth: ")), "{notes:?}");
}

#[test]
fn a_study_of_data_shows_test_and_training_loss_and_nothing_else() {
    let summary = synthetic::data_summary(7, 3, 20);
    assert_eq!(LossView::present(&summary), LossView::DATA);
    let names = check_figures(&summary);
    let expected = [
        "test-frontier",
        "test-scatter",
        "test-histogram",
        "training-frontier",
        "training-scatter",
        "training-histogram",
        "correlation",
        "variance",
        "collapse",
    ];
    assert_eq!(names, expected.map(|name| format!("two-moons-{name}")));
    check_page(&summary, |html, document| {
        let values = |attribute: &str, name: &str, value: &str| -> BTreeSet<String> {
            let found = document.descendants().filter(|node| node.attribute(attribute) == Some(value));
            found.filter_map(|node| node.attribute(name)).map(str::to_owned).collect()
        };
        let both = BTreeSet::from(["test_loss", "training_loss"].map(str::to_owned));
        assert_eq!(values("name", "value", "loss"), both, "the switch");
        assert_eq!(values("class", "data-view", "per-loss"), both, "the parts that it shows");
        assert!(html.contains("data-loss=\"test_loss\""), "test first");
        for view in LossView::FORMULA {
            assert!(!html.contains(view.label()), "{view:?}");
        }
        for view in LossView::DATA {
            let rule = format!("html[data-loss={0}] .per-loss:not([data-view={0}])", view.key());
            assert!(html.contains(&rule), "{view:?}");
        }
        let pairs = document.descendants().find(|node| node.attribute("class") == Some("pairs")).unwrap();
        let first = pairs.descendants().filter(|node| node.has_tag_name("td")).take(3).map(text);
        assert_eq!(first.collect::<Vec<_>>(), ["two moons.csv", "5", "class"]);
        assert!(html.contains("runs of 5 folds each"));
    });
}

#[test]
fn accuracies_stand_beside_both_losses() {
    let mut summary = synthetic::data_summary(6, 3, 20);
    let best = summary.findings["two moons"]["test_loss"].best[0].shape.clone();
    let shape = summary.shapes.iter_mut().find(|shape| shape.shape == best).unwrap();
    (shape.test_accuracy_median, shape.train_accuracy_median) = (Some(0.9625), Some(0.985));
    shape.losses.training_loss.as_mut().unwrap().median = Some(0.0454);
    check_page(&summary, |html, document| {
        let said = document.descendants().find(|node| node.attribute("class") == Some("headline")).map(text).unwrap();
        let end =
            ", beside 0.0454 on training folds; its accuracy is 96 % on held-out folds and 98 % on training folds.";
        assert!(said.starts_with("Shape ") && said.ends_with(end), "{said}");
        let table = document.descendants().find(|node| node.attribute("class") == Some("numbers ranking")).unwrap();
        let row = |tag: &str, n: usize| -> Vec<String> {
            let row = table.descendants().filter(|node| node.has_tag_name("tr")).nth(n).unwrap();
            row.children().filter(|node| node.has_tag_name(tag)).map(text).collect()
        };
        let heads =
            ["", "shape", "widths", "test loss", "training loss", "test accuracy", "training accuracy", "params"];
        assert_eq!(row("th", 0), heads);
        assert_eq!(row("td", 1)[3..6], ["0.0454", "96 %", "98 %"]);
        assert!(html.contains("\"test_accuracy\":[") && html.contains("\"train_accuracy\":["));
    });
    // A regression has no accuracies: no columns, no words.
    for shape in &mut summary.shapes {
        (shape.test_accuracy_median, shape.train_accuracy_median) = (None, None);
    }
    check_page(&summary, |html, document| {
        assert!(
            !html.contains("\"test_accuracy\":[") && document.descendants().all(|node| text(node) != "test accuracy")
        );
        let said = document.descendants().find(|node| node.attribute("class") == Some("headline")).map(text).unwrap();
        assert!(said.ends_with(", beside 0.0454 on training folds."), "{said}");
    });
}

#[test]
fn the_losses_of_a_summary_are_those_with_a_number() {
    let present = |summary: &Summary| LossView::present(summary);
    let mut formulas = synthetic::summary(5, 2, 20, &["quadratic"], true);
    assert_eq!(present(&formulas), LossView::FORMULA);
    for shape in &mut formulas.shapes {
        shape.losses.uniform3 = Quantiles::default();
    }
    assert_eq!(present(&formulas), LossView::FORMULA, "the depths still have numbers");
    for depth in &mut formulas.depths {
        depth.losses.uniform3 = Frontier::default();
    }
    assert_eq!(present(&formulas), [LossView::Uniform5, LossView::Normal]);
    assert_eq!(present(&without_losses(formulas)), LossView::FORMULA);

    // A study of data without a finite loss is still one of data.
    let mut data = synthetic::data_summary(5, 2, 20);
    for shape in &mut data.shapes {
        (shape.losses.test_loss, shape.losses.training_loss) = (Some(Quantiles::default()), Some(Quantiles::default()));
    }
    data.depths.clear();
    assert_eq!(present(&data), LossView::DATA);
    check_figures(&data);
    check_page(&data, |html, _| assert!(html.contains("on held-out folds")));
}
