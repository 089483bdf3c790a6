//! The cells of a sawtooth over a zonotope in the plane.

use crate::check::exhibit::Exhibit;
use crate::figure::Figure;
use crate::html::Table;
use crate::palette::sequential;
use crate::svg::{Anchor, Svg, polyline};

/// Name of the exhibit.
pub const NAME: &str = "zonotope";
/// Title, also where nothing was measured.
pub const TITLE: &str = "A sawtooth over a zonotope in the plane";
const SIDE: f64 = 460.0;
const MARGIN: f64 = 16.0;
/// Steps of the key of colours, and the height of one.
const KEY_STEPS: usize = 6;
const KEY_STEP: f64 = 22.0;

/// A corner of a cell: its place and the value there.
pub type Corner = (f64, f64, f64);

/// A function on a square, cell by cell.
#[derive(Clone, Debug)]
pub struct Cells {
    /// Corners of every cell in order.
    pub cells: Vec<Vec<Corner>>,
    /// Generators, width and folds in words.
    pub setting: String,
}

impl Cells {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let corners = || self.cells.iter().flatten();
        let ends = |of: fn(&Corner) -> f64| {
            corners()
                .map(of)
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
        };
        let ((left, right), (low, high)) = (ends(|c| c.0), ends(|c| c.1));
        let means: Vec<f64> = self.cells.iter().map(|cell| mean(cell)).collect();
        let least = means.iter().copied().fold(f64::INFINITY, f64::min);
        let most = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut svg = Svg::new();
        let place = |corner: &Corner| {
            let x = MARGIN + SIDE * (corner.0 - left) / (right - left);
            Some((x, MARGIN + SIDE * (high - corner.1) / (high - low)))
        };
        for (cell, mean) in self.cells.iter().zip(&means) {
            let outline = polyline(cell.iter().map(place)) + "Z";
            let fill = sequential((mean - least) / (most - least));
            svg.element(
                "path",
                &[("fill", &fill), ("stroke", &"var(--paper,#fdfdfc)"), ("stroke-width", &1), ("d", &outline)],
            );
        }
        let key = MARGIN + SIDE + 24.0;
        for place in 0..KEY_STEPS {
            let share = place as f64 / (KEY_STEPS - 1) as f64;
            let top = MARGIN + KEY_STEP * (KEY_STEPS - 1 - place) as f64;
            svg.element(
                "rect",
                &[("fill", &sequential(share)), ("x", &key), ("y", &top), ("width", &18), ("height", &KEY_STEP)],
            );
            if place == 0 || place + 1 == KEY_STEPS {
                let word = format!("{:.2}", least + share * (most - least));
                svg.text("tick", Anchor::Start, (key + 26.0, top + 0.7 * KEY_STEP), &word);
            }
        }
        let caption = format!(
            "{}, on a square: {} activation regions, coloured by their mean value. The cones come from the zonotope, the \
             rings from the sawtooth.",
            self.setting,
            self.cells.len()
        );
        let size = (SIDE + 2.0 * MARGIN + 110.0, SIDE + 2.0 * MARGIN);
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, size, svg);
        let mut table = Table::new("numbers exhibit", "", &["what", "count"]);
        table.row(vec!["activation regions in the square".to_owned(), self.cells.len().to_string()]);
        Exhibit::drawn(NAME, &["pictures", "zonotope-pieces"], figure, table.finish())
    }
}

/// The mean value at the corners of a cell.
fn mean(cell: &[Corner]) -> f64 {
    cell.iter().map(|corner| corner.2).sum::<f64>() / cell.len().max(1) as f64
}
