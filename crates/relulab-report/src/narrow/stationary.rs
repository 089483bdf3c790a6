//! Theorem 2: the loss at verified stationary points against the radius.

use super::ByExperiment;
use super::sources::{numbers, of, summary, words};
use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::panel::{Line, Marker};
use crate::scale::Spread;
use relulab_study::check::{Readings, Sample};
use relulab_study::narrow::kkt::case_of;

const NAME: &str = "stationary-points";
const TITLE: &str = "Loss at verified stationary points";
/// Losses below this are drawn there.
const LEAST_LOSS: f64 = 1e-30;
/// Colour of the theorem's line: the neutral one.
const NEUTRAL: usize = 5;

/// The figure with its numbers.
pub fn exhibit(all: &ByExperiment) -> Exhibit {
    let Some(readings) = of(all, "kkt") else { return Exhibit::not_measured(NAME, &["kkt"], TITLE) };
    let mut panels = Vec::new();
    for points in numbers(readings, "n") {
        for ratio in words(readings, "ratio") {
            let panel = panel(readings, points as usize, ratio);
            panels.extend(panel.curves.iter().any(|curve| curve.marker != Marker::Nothing).then_some(panel));
        }
    }
    let caption = "Every verified point of several starts, within ‖θ − P(θ − ∇)‖ ≤ 10⁻⁷: medians, quartiles and 95 % intervals; widths \
                   below 2n/d, which the theorem leaves out, converge slowly and have fewer. Losses below 10⁻³⁰ are drawn there. \
                   The dashed line is ε²."
        .to_owned();
    let drawing = curves::draw(&panels);
    let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(NAME, &["kkt"], figure, curves::table(&panels).finish())
}

fn panel(readings: &Readings, n_points: usize, ratio: &str) -> CurvePanel {
    let radii = numbers(readings, "radius");
    let mut curves = Vec::new();
    for (place, width) in numbers(readings, "width").into_iter().enumerate() {
        let point = |radius: &f64| {
            let case = case_of(n_points, width as usize, *radius, ratio);
            let verified = readings
                .paired((&case, "loss"), (&case, "is stationary"), |loss, is| if is > 0.5 { loss } else { f64::NAN });
            // What is not verified has become infinite.
            let finite = verified.values().iter().copied().filter(|loss| loss.is_finite()).collect();
            Some((*radius, summary(&Sample::new(finite), LEAST_LOSS)?))
        };
        let points: Vec<(f64, SeedSummary)> = radii.iter().filter_map(point).collect();
        if !points.is_empty() {
            curves.push(Curve::nth(place, format!("width {width}"), points));
        }
    }
    let bound =
        radii.iter().filter(|radius| **radius <= 1.0).map(|radius| (*radius, SeedSummary::exact(radius * radius)));
    let (name, points) = ("ε²".to_owned(), bound.collect());
    curves.push(Curve { name, colour: NEUTRAL, marker: Marker::Nothing, line: Line::Dashed, points });
    CurvePanel {
        heading: format!("n = {n_points}, κ = {}", if ratio == "inf" { "∞" } else { ratio }),
        x_label: "radius ε".to_owned(),
        across: Across::Logarithmic,
        y_label: "mean squared error".to_owned(),
        upwards: Spread::Logarithmic,
        curves,
        marks: Vec::new(),
        rules: Vec::new(),
    }
}
