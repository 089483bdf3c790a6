//! How much the penalty's settings matter.

use super::ByExperiment;
use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::jumpstart::cell::{BEST, LAST, score};
use relulab_study::jumpstart::weights::{AGGREGATIONS, CELLS, MARGINS, POWERS, TIES, case_of};

const NAME: &str = "settings";
const TITLE: &str = "The penalty's weight and aggregation";

/// The figure.
pub fn exhibit(readings: &ByExperiment) -> Exhibit {
    let mut panels = Vec::new();
    for cell in CELLS {
        for (which, epoch) in [(BEST, "best"), (LAST, "last")] {
            panels.push(panel(readings, cell, &score(0, which), epoch));
        }
    }
    panels.retain(|panel| !panel.curves.is_empty());
    if panels.is_empty() {
        return Exhibit::not_measured(NAME, &["weights"], TITLE);
    }
    let caption = format!(
        "Training accuracy on MOONS against the weight λ of the penalty, by how its deficits are put together: medians \
         over seeds ({}), bands between quartiles. The paper's is the sum of squares at 10⁻⁴.",
        curves::sample_sizes(&panels)
    );
    let drawing = curves::draw(&panels);
    let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(NAME, &["weights"], figure, curves::table(&panels).finish())
}

fn panel(readings: &ByExperiment, cell: [usize; 2], quantity: &str, epoch: &str) -> CurvePanel {
    let curve = |(place, aggregation): (usize, &str)| {
        let at = |&power: &i32| {
            let case = case_of(cell, aggregation, power, MARGINS[0], TIES[0]);
            let sample = readings.get("weights")?.sample(&case, quantity);
            Some((10.0_f64.powi(power), SeedSummary::of(&sample)?))
        };
        Curve::nth(place, aggregation.replace('_', " "), POWERS.iter().filter_map(at).collect())
    };
    CurvePanel {
        heading: format!("width {}, depth {}, {epoch} epoch", cell[0], cell[1]),
        x_label: "λ".to_owned(),
        across: Across::Logarithmic,
        y_label: "training accuracy".to_owned(),
        upwards: Spread::Linear,
        curves: AGGREGATIONS.into_iter().enumerate().map(curve).filter(|curve| !curve.points.is_empty()).collect(),
        marks: Vec::new(),
        rules: Vec::new(),
    }
}
