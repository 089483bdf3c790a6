//! How dead and linear units and points evolve in training.

use super::ByExperiment;
use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::jumpstart::cell::census;
use relulab_study::jumpstart::moons::{FOLLOWED, FOLLOWED_AT, PUBLISHED, case_of};

const NAME: &str = "evolution";
/// What is followed.
const FOLLOWED_THINGS: [&str; 2] = ["units", "points"];
/// What the two ways to train are called.
const WAYS: [&str; 2] = ["baseline", "jumpstart"];

/// The figures of an architecture: units, then points.
pub fn exhibits(readings: &ByExperiment, architecture: &str) -> Vec<Exhibit> {
    FOLLOWED_THINGS.map(|of| exhibit(readings, architecture, of)).to_vec()
}

fn exhibit(readings: &ByExperiment, architecture: &str, of: &str) -> Exhibit {
    let name = format!("{NAME}-{architecture}-{of}");
    let heading = format!("Dead and linear {of} in training, {architecture}");
    let panels: Vec<CurvePanel> = FOLLOWED
        .iter()
        .map(|&cell| panel(readings, architecture, of, cell))
        .filter(|panel| !panel.curves.is_empty())
        .collect();
    if panels.is_empty() {
        return Exhibit::not_measured(&name, &["moons"], &heading);
    }
    let caption = format!(
        "Share of the {of} that are dead, off everywhere, or linear, on everywhere, mean over layers: medians over seeds \
         ({}), bands between quartiles.",
        curves::sample_sizes(&panels)
    );
    let drawing = curves::draw(&panels);
    let figure = Figure::new(NAME, heading, caption, drawing.size, drawing.svg);
    Exhibit::drawn(&name, &["moons"], figure, curves::table(&panels).finish())
}

fn panel(readings: &ByExperiment, architecture: &str, of: &str, [width, depth]: [usize; 2]) -> CurvePanel {
    let mut curves = Vec::new();
    for (way, variant) in WAYS.into_iter().zip(PUBLISHED) {
        let case = case_of(architecture, variant, width, depth);
        for status in ["dead", "linear"] {
            let at = |&epoch: &u64| {
                let quantity = census(status, of, &format!("epoch={epoch}"));
                let sample = readings.get("moons")?.sample(&case, &quantity);
                Some((epoch as f64, SeedSummary::of(&sample)?))
            };
            let points: Vec<_> = FOLLOWED_AT.iter().filter_map(at).collect();
            let place = curves.len();
            curves.push(Curve::nth(place, format!("{way}, {status}"), points));
        }
    }
    CurvePanel {
        heading: format!("width {width}, depth {depth}"),
        x_label: "epoch".to_owned(),
        across: Across::Steps,
        y_label: format!("share of {of}"),
        upwards: Spread::Linear,
        curves: curves.into_iter().filter(|curve| !curve.points.is_empty()).collect(),
        marks: Vec::new(),
        rules: Vec::new(),
    }
}
