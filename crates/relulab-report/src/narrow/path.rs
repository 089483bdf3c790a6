//! The smallest singular value along training, at the width 2n/d.

use super::ByExperiment;
use super::sources::{numbers, of};
use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::check::Readings;
use relulab_study::narrow::panels::{REGIMES, WIDTHS, case_of};

const NAME: &str = "along-training";
const TITLE: &str = "The smallest singular value along training";
/// The quantity, before the word for the step.
const QUANTITY: &str = "sigma_min at ";

/// The figure with its numbers.
pub fn exhibit(all: &ByExperiment) -> Exhibit {
    let Some(readings) = of(all, "panels") else { return Exhibit::not_measured(NAME, &["panels"], TITLE) };
    let radii = numbers(readings, "radius");
    let panels: Vec<CurvePanel> = REGIMES
        .into_iter()
        .map(|regime| {
            let curve = |(place, radius): (usize, &f64)| {
                let points = steps(readings, &case_of(WIDTHS[2], *radius, regime));
                Curve::nth(place, format!("ε = {radius}"), points)
            };
            CurvePanel {
                heading: format!("{regime}, width {}", WIDTHS[2]),
                x_label: "step".to_owned(),
                across: Across::Steps,
                y_label: "λ_min(J)".to_owned(),
                upwards: Spread::Logarithmic,
                curves: radii.iter().enumerate().map(curve).collect(),
                marks: Vec::new(),
                rules: Vec::new(),
            }
        })
        .collect();
    let caption = "One seed. At the mirrored start the Jacobian is square in effect and so nearly singular.".to_owned();
    let drawing = curves::draw(&panels);
    let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(NAME, &["panels"], figure, curves::table(&panels).finish())
}

/// Steps and the value of the first seed after them.
fn steps(readings: &Readings, case: &str) -> Vec<(f64, SeedSummary)> {
    let mut points: Vec<(f64, SeedSummary)> = readings
        .quantities(case)
        .filter_map(|quantity| {
            let step = quantity.strip_prefix(QUANTITY)?.parse().ok()?;
            let (_, value) = readings.values(case, quantity).next()?;
            Some((step, SeedSummary::exact(value)))
        })
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points
}
