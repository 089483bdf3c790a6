//! The report of a trace: well-formed, self-contained, with every text escaped.

use relulab_report::TraceReport;
use relulab_study::trace::{
    CheckpointSummary, CollapseSummary, LookSummary, Spread, StopPair, StopRule, StopSummary, TraceFigure, TracePlan,
    TraceSummary,
};
use roxmltree::Document;
use std::collections::BTreeMap;

fn spread(median: f64) -> Spread {
    let ci95 = Some([0.9 * median, 1.1 * median]);
    Spread { n: 9, median: Some(median), q25: Some(0.8 * median), q75: Some(1.2 * median), ci95 }
}

fn summary() -> TraceSummary {
    let plan = TracePlan { target: "2*x<b>&".to_owned(), ..TracePlan::new(vec![16], "linear") };
    let figures = |step: u64| {
        let value = |place: usize| spread(1.0 / (1.0 + step as f64 + place as f64));
        TraceFigure::ALL.iter().enumerate().map(|(place, one)| (one.name.to_owned(), value(place))).collect()
    };
    let ratios = || BTreeMap::from([("normal".to_owned(), spread(1.5)), ("uniform5".to_owned(), Spread::default())]);
    TraceSummary {
        relulab: "0".to_owned(),
        plan_hash: plan.hash(),
        params: 49,
        finished: 8,
        diverged: 1,
        checkpoints: plan.at.iter().map(|&step| CheckpointSummary { step, figures: figures(step) }).collect(),
        looks: plan.looks().into_iter().map(|step| LookSummary { step, steep: spread(4.0) }).collect(),
        collapse: CollapseSummary {
            n_drops: 7,
            from: spread(23.0),
            to: spread(4.0),
            step: spread(80.0),
            width: Spread::default(),
        },
        stops: vec![StopSummary {
            rule: StopRule::SPECTRUM.to_string(),
            stopped: 8,
            agree: 8,
            steps: spread(150.0),
            saved: spread(0.95),
            loss_ratio: ratios(),
        }],
        stop_pairs: vec![StopPair {
            rule: StopRule::SPECTRUM.to_string(),
            against: StopRule::LOSS.to_string(),
            saved_difference: spread(0.5),
            loss_ratio: ratios(),
        }],
        plan,
    }
}

#[test]
fn the_page_is_well_formed_and_calls_nobody() {
    let summary = summary();
    let machine = [("cores".to_owned(), "2 <&>".to_owned())];
    let html = TraceReport::new(&summary).machine(&machine).html();
    assert!(!html.contains("://"), "an address in the page");
    assert!(html.contains("2*x&lt;b&gt;&amp;") && !html.contains("<b>&"));
    assert!(html.contains("23 [20.7, 25.3]") && html.contains("7 of 8 networks"), "{html}");
    assert!(html.contains("2 &lt;&amp;&gt;"));
    let body = html.split_once("<body>").unwrap().1.split_once("</body>").unwrap().0;
    let body = format!("<body>{body}</body>");
    let page = Document::parse(&body).unwrap();
    assert_eq!(page.descendants().filter(|node| node.has_tag_name("svg")).count(), 5);
    assert_eq!(page.descendants().filter(|node| node.has_tag_name("table")).count(), 4);
}

#[test]
fn figures_are_files_of_their_own() {
    let summary = summary();
    let figures = TraceReport::new(&summary).figures();
    let names: Vec<&str> = figures.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["collapse", "tiers", "losses", "distances", "movement"]);
    for (name, text) in &figures {
        let drawing = Document::parse(text).unwrap();
        let notes = drawing.descendants().filter(|node| node.has_tag_name("title")).count();
        assert!(notes > summary.plan.at.len(), "{name}");
        assert!(!text.contains("var(") && !text.contains("NaN"), "{name}");
    }
}

#[test]
fn a_trace_without_numbers_still_makes_a_page() {
    let mut summary = summary();
    summary.checkpoints.iter_mut().for_each(|checkpoint| checkpoint.figures.clear());
    (summary.finished, summary.stops, summary.stop_pairs, summary.looks) = (0, vec![], vec![], vec![]);
    let html = TraceReport::new(&summary).html();
    assert!(html.contains("every network diverged") && html.contains("No stop rule was compared"));
}
