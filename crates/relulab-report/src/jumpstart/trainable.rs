//! The largest depth that trains, by width.

use super::{ByExperiment, title};
use crate::check::curves::{self, Across, Curve, CurvePanel, PaperMark};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::jumpstart::ARCHITECTURES;
use relulab_study::jumpstart::grid::{Grid, Success};
use relulab_study::jumpstart::moons::{PUBLISHED, SINGLE_AXES};

const NAME: &str = "trainable-depth";
const TITLE: &str = "The largest depth that trains, by width";
/// The depths that the paper's text gives: width, depth, and the place of the variant.
const PAPER: [(f64, f64, usize); 4] = [(3.0, 10.0, 0), (3.0, 60.0, 1), (25.0, 30.0, 0), (25.0, 100.0, 1)];

/// The figure.
pub fn exhibit(readings: &ByExperiment) -> Exhibit {
    let validation = Success { part: 1, ..Success::PAPER };
    let mut panels = Vec::new();
    for (success, words) in [(Success::PAPER, "training"), (validation, "validation")] {
        for architecture in ARCHITECTURES {
            panels.push(panel(readings, architecture, &success, words));
        }
    }
    panels.retain(|panel| !panel.curves.is_empty());
    if panels.is_empty() {
        return Exhibit::not_measured(NAME, &["moons", "axes"], TITLE);
    }
    let caption = format!(
        "The largest depth at which {} (validation: the same on the points held out): medians over seeds ({}), bands \
         between quartiles, 95 % intervals. Crosses: the paper's single runs.",
        Success::PAPER.words(),
        curves::sample_sizes(&panels)
    );
    let drawing = curves::draw(&panels);
    let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(NAME, &["moons", "axes"], figure, curves::table(&panels).finish())
}

fn panel(readings: &ByExperiment, architecture: &str, success: &Success, words: &str) -> CurvePanel {
    let curve = |(place, variant): (usize, &'static str)| {
        let grid = Grid::new(readings, architecture, variant);
        let points = grid
            .widths()
            .into_iter()
            .filter_map(|width| Some((width as f64, SeedSummary::with_interval(&grid.trainable(width, success))?)));
        Curve::nth(place, title(variant), points.collect())
    };
    let curves = PUBLISHED.into_iter().chain(SINGLE_AXES).enumerate().map(curve);
    let mark =
        |&(x, y, colour): &(f64, f64, usize)| PaperMark { x, y, range: None, colour, name: title(PUBLISHED[colour]) };
    CurvePanel {
        heading: format!("{architecture}, {words}"),
        x_label: "width".to_owned(),
        across: Across::Linear,
        y_label: "largest depth that trains".to_owned(),
        upwards: Spread::Linear,
        curves: curves.filter(|curve| !curve.points.is_empty()).collect(),
        marks: PAPER.iter().filter(|_| success.part == 0).map(mark).collect(),
        rules: Vec::new(),
    }
}
