use super::*;
use crate::advice::cell::ShapeEvidence;
use crate::anatomy::dimension;

fn measured(median: f64, spread: f64) -> Measured {
    Measured { median: Some(median), ci95: Some([median / spread, median * spread]) }
}

/// A cell in which a shape of depth L loses `factor`^(L−1) times what the single layer does.
fn cell(target: &str, d: usize, neurons: usize, factor: f64, spread: f64) -> Cell {
    let shapes = dimension::shapes("neurons", neurons, d);
    let evidence = shapes.into_iter().map(|shape| {
        let loss = measured(0.01 * factor.powi(shape.len() as i32 - 1), spread);
        ShapeEvidence { shape, normal: loss, uniform5: measured(1.0, 2.0) }
    });
    let shapes: Vec<ShapeEvidence> = evidence.collect();
    Cell {
        source: "test".to_owned(),
        target: target.to_owned(),
        input_dim: d,
        neurons,
        steps: 3000,
        n_seeds: 16,
        n_tried: shapes.len(),
        gain_of_depth: [0.5, 2.0].map(|value| Estimate { value: Some(value), ci95: Some([value / 3.0, value * 3.0]) }),
        shapes,
    }
}

fn question(neurons: usize, input_dim: usize, target: Option<&str>) -> Question<'_> {
    Question { neurons, input_dim, target, loss: LossName::Normal }
}

#[test]
fn clear_differences_are_advised_and_overlaps_admitted() {
    let clear = Evidence { cells: vec![cell("quadratic", 2, 16, 3.0, 1.2)] };
    let counsel = advise(&clear, question(16, 2, None)).unwrap();
    let [finding] = &counsel.findings[..] else { panic!() };
    assert!(finding.exact && finding.separated && finding.predicted.is_none());
    assert_eq!(finding.supported[0].shape, [16]);
    assert_eq!(counsel.supported_by_all, [[16]]);
    // With a spread of 2 the intervals of depth 1 and 2 meet: 0.01 · 2 ≥ 0.03 / 2; those of depth 3 do not.
    let vague = Evidence { cells: vec![cell("quadratic", 2, 16, 3.0, 2.0)] };
    let finding = advise(&vague, question(16, 2, Some("quadratic"))).unwrap().findings.remove(0);
    assert!(!finding.separated && finding.supported.iter().all(|one| one.shape.len() <= 2));
    assert_eq!(finding.supported.len(), 6);
    // By the other loss nothing is separated at all.
    let other = Question { loss: LossName::Uniform5, ..question(16, 2, None) };
    assert_eq!(advise(&vague, other).unwrap().findings[0].supported.len(), 21);
}

#[test]
fn what_was_not_trained_is_said_and_predicted() {
    let cells = [1, 2, 3, 4, 6].iter().flat_map(|&d| [8, 16, 32].map(|n| cell("quadratic", d, n, 0.5, 1.1)));
    let evidence = Evidence { cells: cells.collect() };
    let counsel = advise(&evidence, question(24, 5, Some("quadratic"))).unwrap();
    let finding = &counsel.findings[0];
    assert!(!finding.exact && counsel.supported_by_all.is_empty());
    assert_eq!((finding.neurons, finding.input_dim), (32, 6));
    let predicted = finding.predicted.as_ref().unwrap();
    // Each layer halves the loss: five layers make 1/16.
    assert!(predicted.r2 > 0.99 && predicted.typical_factor < 1.1, "{predicted:?}");
    assert!(predicted.shapes.iter().all(|(shape, _)| shape.len() == 5));
    assert!((predicted.shapes[0].1 * 16.0 - 1.0).abs() < 0.2);
    assert_eq!(predicted.n_cells, 15);
}

#[test]
fn targets_without_evidence_are_refused_by_name() {
    let evidence = Evidence { cells: vec![cell("quadratic", 2, 16, 3.0, 1.2)] };
    let error = advise(&evidence, question(16, 2, Some("step"))).unwrap_err().to_string();
    assert!(error.contains("no evidence on target step: there is some on quadratic"), "{error}");
    assert!(advise(&Evidence::default(), question(16, 2, None)).unwrap().findings.is_empty());
}

#[test]
fn tables_survive_as_text() {
    let mut evidence = Evidence { cells: vec![cell("quadratic", 2, 16, 3.0, 1.2), cell("sine", 2, 16, 0.1, 2.0)] };
    evidence.cells[0].shapes[1].normal = Measured { median: None, ci95: None };
    let text = evidence.text();
    let again = Evidence::parse(&text).unwrap();
    assert_eq!(again.text(), text);
    assert_eq!(again.cells[0].shapes[1].normal.value(), f64::INFINITY);
    for (ours, theirs) in again.cells[1].shapes.iter().zip(&evidence.cells[1].shapes) {
        assert_eq!(ours.shape, theirs.shape);
        assert!((ours.normal.value() / theirs.normal.value() - 1.0).abs() < 5e-3);
    }
    let gain = &again.cells[1].gain_of_depth[1];
    assert!((gain.value.unwrap() - 2.0).abs() < 0.02 && (gain.ci95.unwrap()[1] - 6.0).abs() < 0.1);
    assert!(Evidence::parse(&text.replace("\"format\":1", "\"format\":2")).is_err());
    assert!(Evidence::parse("{").is_err());
    let mut cut = evidence.cells[0].clone();
    cut.keep_best(2);
    assert!(cut.single_layer().is_some() && cut.shapes.len() < 8 && cut.n_tried == 21);
}

#[test]
fn the_shipped_table_answers() {
    let evidence = Evidence::shipped().unwrap();
    assert!(evidence.text().len() < 100_000);
    for target in evidence.targets() {
        Target::parse(target, 2).unwrap();
    }
    for (neurons, d) in [(16, 1), (16, 2), (24, 5)] {
        let counsel = advise(&evidence, question(neurons, d, None)).unwrap();
        assert!(!counsel.findings.is_empty());
        assert!(counsel.findings.iter().all(|finding| !finding.supported.is_empty()));
    }
}
