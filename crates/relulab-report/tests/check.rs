//! The report of a check as a reader gets it: structure, escaping, self-containment, missing data.

#[path = "../examples/synthetic/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod synthetic;
#[path = "../examples/synthetic_check/mod.rs"]
mod synthetic_check;

use relulab_report::CheckReport;
use relulab_report::anatomy::{self, Enumeration};
use relulab_report::check::exhibit::{Content, Exhibit, Part};
use relulab_study::check::rule::{self, Expected, Rule};
use relulab_study::check::{Book, Claim, Readings, Sample, Verdict, View};
use relulab_study::summary::Summary;
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::{BTreeMap, BTreeSet};

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
    }
    kept + rest
}

/// Calls `check` with the parsed page, after checks that every page must pass.
fn check_page(report: &CheckReport, check: impl Fn(&str, &Document)) {
    let html = report.html();
    let markup = without_scripts(&html);
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&markup, options).unwrap_or_else(|error| panic!("{error}"));
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "identifiers are unique: {ids:?}");
    for link in document.descendants().filter_map(|node| node.attribute("href")) {
        assert!(link.starts_with('#') && ids.contains(&&link[1..]), "{link} leads somewhere");
    }
    for name in ["src", "srcset", "data", "action", "poster"] {
        assert!(document.descendants().all(|node| node.attribute(name).is_none()), "{name}");
    }
    for call in ["http:", "https:", "fetch(", "XMLHttpRequest", "import(", "@import", "url("] {
        assert!(!html.contains(call), "{call}");
    }
    check(&html, &document);
    for (name, svg) in report.figures() {
        let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(document.root_element().tag_name().name(), "svg");
        for attribute in ["d", "x", "y", "cx", "cy", "width", "height", "transform", "viewBox"] {
            for value in document.descendants().filter_map(|node| node.attribute(attribute)) {
                assert!(!value.contains("NaN") && !value.contains("inf"), "{name}: {attribute}={value}");
            }
        }
        assert!(!svg.contains("var("), "{name} stands alone");
    }
}

fn text(node: Node) -> String {
    let parts: Vec<&str> = node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect();
    parts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn enumerations<'a>(line: &'a Summary, plane: &'a Summary) -> [Enumeration<'a>; 3] {
    let of = |target, input_dim, folder, summary| Enumeration { target, input_dim, folder, summary };
    [
        of("quadratic", 1, "enumeration-1d", line),
        of("quadratic", 2, "enumeration-2d", plane),
        of("interaction", 2, "enumeration-2d", plane),
    ]
}

fn with_class<'a>(document: &'a Document, class: &str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.attribute("class") == Some(class)).collect()
}

#[test]
fn the_page_has_its_parts_and_every_claim() {
    let readings = synthetic_check::readings();
    let claims = synthetic_check::claims(&readings);
    let line = synthetic::summary(7, 4, 20, &["quadratic"], true);
    let plane = synthetic::summary(7, 3, 20, &["quadratic", "interaction"], false);
    let parts = anatomy::parts(&readings, &enumerations(&line, &plane));
    let report = CheckReport::new("A check", &claims).citation(anatomy::CITATION).parts(&parts);
    check_page(&report, |html, document| {
        assert!(html.contains("default-src 'none'"));
        let headings = document.descendants().filter(|node| node.has_tag_name("h2")).map(text);
        let expected = [
            "Verdicts",
            "Claims",
            "Parameter space",
            "Training",
            "Architecture",
            "Input dimension",
            "Dead units and activations",
            "Construction",
        ];
        assert_eq!(headings.collect::<Vec<_>>(), expected);
        assert!(with_class(document, "nothing").is_empty(), "everything was measured");
        let rows = with_class(document, "claim");
        let ids: Vec<&str> = rows.iter().filter_map(|row| row.attribute("id")).collect();
        assert_eq!(ids, claims.iter().map(|claim| claim.id.as_str()).collect::<Vec<_>>());
        let said: BTreeSet<&str> = rows.iter().filter_map(|row| row.attribute("data-verdict")).collect();
        assert_eq!(said.len(), 6, "every verdict occurs: {said:?}");
        assert!(text(document.root_element()).contains(&rule::TEXT.split_whitespace().collect::<Vec<_>>().join(" ")));
        // One square per convention, in the first claim's strip.
        let strip = rows[0]
            .descendants()
            .find(|node| node.attribute("class") == Some("figure strip") && node.attribute("aria-label").is_some())
            .unwrap();
        let squares = strip.children().filter(|node| node.has_tag_name("g")).count();
        assert_eq!(squares, claims[0].multiverse.len());
        // Claims and figures lead to each other.
        let links = |node: Node| -> Vec<String> {
            node.descendants().filter_map(|node| node.attribute("href")).map(str::to_owned).collect()
        };
        assert!(links(rows[0]).contains(&"#figure-spectra".to_owned()));
        let resting: Vec<String> = with_class(document, "resting").into_iter().flat_map(links).collect();
        assert!(resting.contains(&"#A001".to_owned()), "{resting:?}");
        let n_exhibits: usize = parts.iter().map(|part| part.exhibits.len()).sum();
        let tables = document.descendants().filter(|node| node.has_tag_name("figcaption")).count();
        assert_eq!(tables, n_exhibits, "every figure has a caption");
    });
    let names: Vec<String> = report.figures().into_iter().map(|(name, _)| name).collect();
    let expected = [
        "verdicts",
        "spectra",
        "walks",
        "cloud",
        "connectivity",
        "transition",
        "frontier-quadratic-1d-uniform5",
        "frontier-quadratic-1d-normal",
        "frontier-quadratic-2d-uniform5",
        "frontier-quadratic-2d-normal",
        "frontier-interaction-2d-uniform5",
        "frontier-interaction-2d-normal",
        "breakpoints",
        "dimension-quadratic-uniform5",
        "dimension-quadratic-normal",
        "dimension-interaction-uniform5",
        "dimension-interaction-normal",
        "dead-units",
        "activations",
        "construction",
    ];
    assert_eq!(names, expected);
}

#[test]
fn the_paper_stands_beside_us_in_its_figures() {
    let readings = synthetic_check::readings();
    let line = synthetic::summary(16, 5, 20, &["quadratic"], true);
    let parts = anatomy::parts(&readings, &enumerations(&line, &line)[..1]);
    let crosses = |name: &str| -> usize {
        let exhibit = parts.iter().flat_map(|part| &part.exhibits).find(|one| one.name == name).unwrap();
        let Content::Drawn(figure, _) = &exhibit.content else { panic!("{name}") };
        figure.standalone().matches("class=\"cross\"").count()
    };
    // Each figure has one in every legend too; the frontier has two panels.
    assert_eq!(crosses("transition"), 7 * 4 + 1);
    assert_eq!(crosses("walks"), 2 * 3 + 1);
    assert_eq!(crosses("connectivity"), 2 + 1);
    assert_eq!(crosses("dead-units"), 4 * 2 + 2 + 1);
    assert_eq!(crosses("activations"), 5 * 3 + 1);
    assert_eq!(crosses("frontier-quadratic-1d-uniform5"), 5 + 5 + 2);
    assert_eq!(crosses("frontier-quadratic-1d-normal"), 0);
    assert_eq!(crosses("dimension-quadratic-uniform5"), 4 + 1);
}

#[test]
fn what_was_not_measured_is_said() {
    let nothing = anatomy::parts(&BTreeMap::new(), &[]);
    let n_exhibits: usize = nothing.iter().map(|part| part.exhibits.len()).sum();
    let report = CheckReport::new("A check", &[]).parts(&nothing);
    check_page(&report, |html, document| {
        assert_eq!(with_class(document, "nothing").len(), n_exhibits);
        assert!(html.contains("No claim was judged."));
    });
    assert_eq!(report.figures().len(), 1, "the tally alone");

    // Experiments without the readings that a figure needs, and with nothing but failures.
    let mut odd: BTreeMap<String, Readings> = BTreeMap::new();
    let mut failed = synthetic_check::readings();
    for (name, readings) in &mut failed {
        let mut empty = Readings::default();
        empty.push("unknown words", 0, "unknown", 1.0);
        odd.insert(name.clone(), empty);
        let all: Vec<_> = readings.iter().collect();
        for (place, reading) in all.iter().enumerate() {
            let value = [f64::NAN, f64::INFINITY, 0.0, -1.0][place % 4];
            readings.push(&reading.case, reading.seed, &reading.quantity, value);
        }
    }
    let odd = anatomy::parts(&odd, &[]);
    check_page(&CheckReport::new("A check", &[]).parts(&odd), |_, document| {
        assert_eq!(with_class(document, "nothing").len(), n_exhibits);
    });
    let failed = anatomy::parts(&failed, &[]);
    check_page(&CheckReport::new("A check", &[]).parts(&failed), |html, _| {
        assert!(!html.contains("NaN"), "a number that is none has a sign of its own");
    });
}

#[test]
fn one_seed_is_enough_for_every_figure() {
    let mut readings = synthetic_check::readings();
    for readings in readings.values_mut() {
        let first: Vec<_> = readings.iter().filter(|reading| reading.seed == 0).collect();
        *readings = Readings::default();
        readings.extend(first);
    }
    let parts = anatomy::parts(&readings, &[]);
    let claims = synthetic_check::claims(&readings);
    check_page(&CheckReport::new("A check", &claims).parts(&parts), |_, document| {
        // Only the frontiers and the breakpoints, which enumerations bring, are absent.
        assert_eq!(with_class(document, "nothing").len(), 4);
    });
}

#[test]
fn what_others_wrote_stays_text() {
    let evil = "</script><script>alert(1)</script><b a='1' c=\"&\">\u{0}\u{2028}";
    let mut book = Book::new("E");
    book.section(evil);
    let view = View::new(evil, Sample::new(vec![1.0, 2.0]), evil);
    book.judge(evil, evil, Rule::Single(Expected::Number(9.0)), vec![view.clone(), view]);
    book.remark(evil);
    let mut claims = book.finish();
    claims.push(Claim { id: format!("{evil}2"), verdict: Verdict::Luck, ..claims[0].clone() });
    let mut readings = Readings::default();
    for at in ["0", "1"] {
        readings.push(&format!("k=16 target={} steps=3", evil.replace(' ', "")), 0, &format!("loss at={at}"), 1.0);
    }
    let mut parts = anatomy::parts(&BTreeMap::from([("connectivity".to_owned(), readings)]), &[]);
    parts.push(Part {
        title: evil.to_owned(),
        introduction: evil.to_owned(),
        exhibits: vec![Exhibit::not_measured(evil, &[evil], evil)],
    });
    let pairs = [(evil.to_owned(), evil.to_owned())];
    let notes = [evil.to_owned()];
    let report = CheckReport::new(evil, &claims).citation(evil).parts(&parts).machine(&pairs).notes(&notes);
    check_page(&report, |html, document| {
        assert!(!html.contains("<script>alert"));
        assert_eq!(html.matches("</script>").count(), 1, "the page's own");
        assert!(document.descendants().all(|node| node.attribute("a").is_none()));
    });
}

#[test]
fn the_tally_draws_every_verdict_that_occurs() {
    let claims = synthetic_check::claims(&synthetic_check::readings());
    let (name, svg) = &CheckReport::new("A check", &claims).figures()[0];
    assert_eq!(name, "verdicts");
    let document = Document::parse(svg).unwrap();
    let counted: Vec<String> = document
        .descendants()
        .filter(|node| node.attribute("class") == Some("label"))
        .filter_map(|node| node.text()?.split(" (").next().map(str::to_owned))
        .collect();
    let count = |verdict: Verdict| claims.iter().filter(|claim| claim.verdict == verdict).count();
    let expected = Verdict::ALL.map(|verdict| format!("{}: {}", verdict.words(), count(verdict)));
    assert_eq!(counted, expected);
}
