//! What each ingredient does: losses without it, at two widths and in two balls.

use super::ByExperiment;
use super::sources::{numbers, of, summary};
use crate::check::exhibit::Exhibit;
use crate::check::rows::{self, Cell, Row, RowPanel};
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::narrow::ablations::{VARIANTS, case_of};

const NAME: &str = "ingredients";
const TITLE: &str = "Each ingredient switched off";
/// Losses below this are drawn there: what f32 leaves.
const LEAST_LOSS: f64 = 1e-14;

/// The figure with its numbers.
pub fn exhibit(all: &ByExperiment) -> Exhibit {
    let Some(readings) = of(all, "ablations") else { return Exhibit::not_measured(NAME, &["ablations"], TITLE) };
    let (widths, radii) = (numbers(readings, "width"), numbers(readings, "radius"));
    let series: Vec<String> = radii.iter().map(|radius| format!("ε = {radius}")).collect();
    let row = |width: f64, variant: &str| {
        let cell = |radius: &f64| Cell {
            ours: summary(&readings.sample(&case_of(variant, width as usize, *radius), "loss"), LEAST_LOSS),
            paper: None,
        };
        Row { name: words(variant).to_owned(), cells: radii.iter().map(cell).collect() }
    };
    let panel = |width: &f64| RowPanel {
        heading: format!("width {width}"),
        label: "mean squared error".to_owned(),
        spread: Spread::Logarithmic,
        reference: None,
        rows: VARIANTS.iter().map(|variant| row(*width, variant)).collect(),
    };
    let panels: Vec<RowPanel> = widths.iter().map(panel).collect();
    let caption = format!(
        "Final losses on random numbers: medians over seeds ({}), thick bars between quartiles, thin ones the 95 % interval of the \
         median. n/d and 2n/d units; two hidden layers have the regime on the last, and are experimental.",
        rows::sample_sizes(&panels)
    );
    let drawing = rows::draw(&series, &panels);
    let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(NAME, &["ablations"], figure, rows::table(&series, &panels).finish())
}

fn words(variant: &str) -> &str {
    match variant {
        "ours" => "the whole regime",
        "no-mirrored-start" => "no mirrored start",
        "no-pairs" => "no pairs",
        "no-projection" => "no projection",
        "ratio-10" => "κ = 10",
        "ratio-inf" => "κ = ∞",
        "regular" => "none, in the ball",
        "deep-ours" => "two layers, regime",
        "deep-regular" => "two layers, plain",
        other => other,
    }
}
