//! Heatmaps over widths and depths, the variants of one architecture side by side.

use super::{ByExperiment, title};
use crate::check::exhibit::Exhibit;
use crate::check::heat::{self, HeatPanel, HeatScale};
use crate::figure::Figure;
use relulab_study::jumpstart::cell::{BEST, LAST, PARTS, score};
use relulab_study::jumpstart::grid::Grid;
use relulab_study::jumpstart::moons::{PUBLISHED, SINGLE_AXES};

/// Name of the figures.
const NAME: &str = "plane";
/// What is shown: 0 training or 1 validation, and of which epoch.
const SHOWN: [(usize, &str, &str); 3] = [(0, BEST, "best"), (1, BEST, "best"), (0, LAST, "last")];
/// Accuracies of the darkest and the brightest colour, as in the paper.
pub const ENDS: [f64; 2] = [0.5, 1.0];

/// The heatmaps of an architecture.
pub fn exhibits(readings: &ByExperiment, architecture: &str) -> Vec<Exhibit> {
    SHOWN.map(|(part, which, epoch)| one(readings, architecture, part, which, epoch)).to_vec()
}

fn one(readings: &ByExperiment, architecture: &str, part: usize, which: &str, epoch: &str) -> Exhibit {
    let name = format!("{NAME}-{architecture}-{}-{epoch}", PARTS[part]);
    let heading = format!("{} accuracy of the {epoch} epoch, {architecture}", capitalised(PARTS[part]));
    let variants = PUBLISHED.into_iter().chain(SINGLE_AXES);
    let panels: Vec<HeatPanel> = variants
        .map(|variant| panel(&Grid::new(readings, architecture, variant), &score(part, which)))
        .filter(|panel| !panel.columns.is_empty())
        .collect();
    if panels.is_empty() {
        return Exhibit::not_measured(&name, &["moons", "axes"], &heading);
    }
    let scale = scale(format!("{} accuracy, {epoch} epoch, median over seeds", PARTS[part]), 4);
    let caption = "Width across, depth upwards; the colour is the median over seeds. Guessing is at 0.5, as in the \
                   paper's figure."
        .to_owned();
    let drawing = heat::draw(&scale, &panels);
    let figure = Figure::new(NAME, heading, caption, drawing.size, drawing.svg);
    Exhibit::drawn(&name, &["moons", "axes"], figure, heat::table(&scale, &panels).finish())
}

/// The scale of accuracies.
pub fn scale(label: String, per_row: usize) -> HeatScale {
    HeatScale { label, ends: ENDS, axes: ["width".to_owned(), "depth".to_owned()], per_row }
}

/// Medians of one quantity over the plane of one way to train.
pub fn panel(grid: &Grid<'_>, quantity: &str) -> HeatPanel {
    let widths = grid.widths();
    let mut depths: Vec<usize> = widths.iter().flat_map(|&width| grid.depths(width)).collect();
    depths.sort_unstable();
    depths.dedup();
    let row = |&depth: &usize| widths.iter().map(|&width| grid.sample(width, depth, quantity).median()).collect();
    HeatPanel {
        heading: title(grid.variant),
        values: depths.iter().map(row).collect(),
        columns: widths.iter().map(ToString::to_string).collect(),
        rows: depths.iter().map(ToString::to_string).collect(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
