//! Dead layers before training: simulation and formulas.

use super::ByExperiment;
use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::jumpstart::initial_death::{BATCH, DEPTHS, WIDTHS, case_of};

const NAME: &str = "dead-layers";
const TITLE: &str = "Networks with a dead layer before training";
/// Quantities and what they are called.
const CURVES: [(&str, &str); 4] = [
    ("some dead layer", "simulated"),
    ("formula", "1 − Π(1 − pⁿ)"),
    ("formula above living layers", "1 − Π(1 − pⁿ), p above living layers"),
    ("formula as printed", "1 − Π(1 − p)ⁿ, as printed"),
];

/// The figure.
pub fn exhibit(readings: &ByExperiment) -> Exhibit {
    let panels: Vec<CurvePanel> =
        WIDTHS.iter().map(|&width| panel(readings, width)).filter(|panel| !panel.curves.is_empty()).collect();
    if panels.is_empty() {
        return Exhibit::not_measured(NAME, &["initial-death"], TITLE);
    }
    let caption = format!(
        "Share of the networks that have a dead layer on the training points of MOONS, simulated in batches of {BATCH} \
         (medians, bands between quartiles), beside the paper's formula as it is meant and as it is printed; p is the \
         simulated share of dead units."
    );
    let drawing = curves::draw(&panels);
    let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(NAME, &["initial-death"], figure, curves::table(&panels).finish())
}

fn panel(readings: &ByExperiment, width: usize) -> CurvePanel {
    let curve = |(place, (quantity, name)): (usize, (&str, &str))| {
        let at = |&depth: &usize| {
            let sample = readings.get("initial-death")?.sample(&case_of(width, depth), quantity);
            Some((depth as f64, SeedSummary::of(&sample)?))
        };
        Curve::nth(place, name, DEPTHS.iter().filter_map(at).collect())
    };
    CurvePanel {
        heading: format!("width {width}"),
        x_label: "depth".to_owned(),
        across: Across::Logarithmic,
        y_label: "share with a dead layer".to_owned(),
        upwards: Spread::Linear,
        curves: CURVES.into_iter().enumerate().map(curve).filter(|curve| !curve.points.is_empty()).collect(),
        marks: Vec::new(),
        rules: Vec::new(),
    }
}
