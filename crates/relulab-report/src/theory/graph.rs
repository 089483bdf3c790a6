//! Graphs of sawtooth compositions with their pieces.

use crate::axis::{Axis, Frame};
use crate::check::exhibit::Exhibit;
use crate::figure::Figure;
use crate::html::Table;
use crate::panel::{Line, Marker, Panel, Point, Series};
use crate::scale::{Scale, Spread};
use crate::svg::Svg;

/// Name of the exhibit.
pub const NAME: &str = "sawtooth";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Folding: a layer more, and the pieces are multiplied";
const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 260.0;

/// Graphs of the same fold, applied once, twice, ….
#[derive(Clone, Debug)]
pub struct Graphs {
    /// Width of a fold.
    pub width: usize,
    /// For every number of folds the corners of the graph from left to right.
    pub folds: Vec<(usize, Vec<(f64, f64)>)>,
}

impl Graphs {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let mut svg = Svg::new();
        let share = WIDTH / self.folds.len().max(1) as f64;
        let mut table = Table::new("numbers exhibit", "", &["folds", "units", "pieces in the picture"]);
        for (place, (folds, corners)) in self.folds.iter().enumerate() {
            let left = share * place as f64;
            let frame = Frame { left: left + 50.0, right: left + share - 14.0, top: 32.0, bottom: HEIGHT - 50.0 };
            let n_pieces = corners.len().saturating_sub(1);
            let panel = Panel {
                frame,
                x: Axis::new(Scale::covering(Spread::Linear, corners.iter().map(|corner| corner.0)), "x"),
                y: Axis::new(Scale::covering(Spread::Linear, corners.iter().map(|corner| corner.1)), "H(x)"),
                title: format!(
                    "{folds} layer{} of {}: {n_pieces} pieces",
                    if *folds == 1 { "" } else { "s" },
                    self.width
                ),
            };
            panel.draw(&mut svg);
            let point = |&(x, y): &(f64, f64)| Point { x, y: Some(y), interval: None, note: format!("{x:.4}, {y:.4}") };
            panel.series(
                &mut svg,
                &Series {
                    name: String::new(),
                    colour: place,
                    marker: Marker::Disc,
                    line: Line::Solid,
                    shift: 0.0,
                    points: corners.iter().map(point).collect(),
                },
            );
            table.row(vec![folds.to_string(), (folds * self.width).to_string(), n_pieces.to_string()]);
        }
        let caption = format!(
            "The equispaced sawtooth of width {} composed with itself, traced exactly; discs are its breakpoints and the \
             ends of the picture.",
            self.width
        );
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, (WIDTH, HEIGHT), svg);
        Exhibit::drawn(NAME, &["pictures", "sawtooth-pieces"], figure, table.finish())
    }
}
