//! Accuracy against parameters, with equal numbers of units.

use super::{ByExperiment, title};
use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::jumpstart::cell::{BEST, LAST, PARTS, score};
use relulab_study::jumpstart::efficiency::{PAIRS, TASKS, case_of};
use relulab_study::jumpstart::moons::PUBLISHED;

const NAME: &str = "efficiency";
const TITLE: &str = "Parameters: deep and thin against shallow and wide";

/// The figure.
pub fn exhibit(readings: &ByExperiment) -> Exhibit {
    let panels: Vec<CurvePanel> =
        TASKS.iter().map(|task| panel(readings, task)).filter(|panel| !panel.curves.is_empty()).collect();
    if panels.is_empty() {
        return Exhibit::not_measured(NAME, &[NAME], TITLE);
    }
    let shapes: Vec<String> = PAIRS.iter().flatten().map(|[depth, width]| format!("{depth}×{width}")).collect();
    let caption = format!(
        "Depth × width, from left to right {}: two pairs with as many units, the deeper one with fewer parameters. \
         Medians over seeds ({}), bands between quartiles, 95 % intervals.",
        shapes.join(", "),
        curves::sample_sizes(&panels)
    );
    let drawing = curves::draw(&panels);
    let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(NAME, &[NAME], figure, curves::table(&panels).finish())
}

fn panel(readings: &ByExperiment, task: &str) -> CurvePanel {
    // Labels that mean nothing can only be learnt by heart.
    let part = usize::from(task != "random");
    let mut curves = Vec::new();
    for variant in PUBLISHED {
        for (which, epoch) in [(BEST, "best epoch"), (LAST, "last epoch")] {
            let at = |&shape: &[usize; 2]| {
                let readings = readings.get(NAME)?;
                let case = case_of(task, variant, shape);
                let parameters = readings.sample(&case, "parameters").median()?;
                Some((parameters, SeedSummary::with_interval(&readings.sample(&case, &score(part, which)))?))
            };
            let mut points: Vec<_> = PAIRS.iter().flatten().filter_map(at).collect();
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            let place = curves.len();
            curves.push(Curve::nth(place, format!("{}, {epoch}", title(variant)), points));
        }
    }
    CurvePanel {
        heading: format!("{task}, {} accuracy", PARTS[part]),
        x_label: "parameters".to_owned(),
        across: Across::Logarithmic,
        y_label: "accuracy".to_owned(),
        upwards: Spread::Linear,
        curves: curves.into_iter().filter(|curve| !curve.points.is_empty()).collect(),
        marks: Vec::new(),
        rules: Vec::new(),
    }
}
