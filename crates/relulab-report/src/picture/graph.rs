//! The graph of a piecewise linear function of one variable: its values, its kinks, and its slope below.

use super::RESOLUTION;
use super::layout::wrap;
use super::paint::piece_colour;
use crate::axis::{Axis, Frame};
use crate::figure::Figure;
use crate::palette::N_SERIES_COLOURS;
use crate::panel::{Line, Marker, Panel, Point, Series};
use crate::png::{self, PngError};
use crate::scale::{Scale, Spread};
use crate::svg::{Anchor, Px, Svg};

const WIDTH: f64 = 820.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = WIDTH - 28.0;
/// Upper and lower end of the panel of values.
const VALUES: [f64; 2] = [22.0, 352.0];
/// Upper and lower end of the panel of slopes.
const SLOPES: [f64; 2] = [394.0, 514.0];
/// Distance between the lines of the caption.
const LINE: f64 = 16.0;
/// Kinks above which they are not marked one by one.
const MOST_MARKED: usize = 400;

/// One output along the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its name in the legend; empty where it is the only one.
    pub name: String,
    /// Its values at the ends of the picture and at the kinks between them.
    pub values: Vec<f64>,
    /// Its slope on every piece.
    pub slopes: Vec<f64>,
}

/// A function of one variable, and what the reader needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphPicture {
    /// What is shown.
    pub title: String,
    /// Sentences below the axes.
    pub caption: String,
    /// Name of the variable.
    pub axis: String,
    /// Lower end, kinks and upper end, ascending.
    pub places: Vec<f64>,
    /// For every piece the number of its affine map: equal maps have one colour.
    pub maps: Vec<usize>,
    /// The outputs.
    pub branches: Vec<Branch>,
}

impl GraphPicture {
    /// The picture as a figure.
    pub fn figure(&self) -> Figure {
        let caption = wrap(&self.caption, ((WIDTH - 32.0) / 5.9) as usize);
        let height = SLOPES[1] + 60.0 + LINE * caption.len() as f64;
        let mut svg = Svg::new();
        let values = self.panel(VALUES, self.branches.iter().flat_map(|branch| branch.values.iter().copied()), "value");
        let zero = std::iter::once(0.0);
        let slopes = self.panel(
            SLOPES,
            self.branches.iter().flat_map(|branch| branch.slopes.iter().copied()).chain(zero),
            "slope",
        );
        for panel in [&values, &slopes] {
            self.bands(&mut svg, panel);
        }
        values.draw(&mut svg);
        slopes.draw(&mut svg);
        let named: Vec<Series> = self.branches.iter().enumerate().map(|(k, branch)| self.values(k, branch)).collect();
        for (series, branch) in named.iter().zip(&self.branches) {
            values.series(&mut svg, series);
            slopes.series(&mut svg, &self.steps(series.colour, branch));
        }
        crate::legend::draw(&mut svg, &named, LEFT, RIGHT, 8.0);
        for (index, line) in caption.iter().enumerate() {
            let y = height - LINE * (caption.len() - index) as f64 + 4.0;
            svg.text("tick", Anchor::Start, (16.0, y), line);
        }
        Figure::new("graph", self.title.clone(), self.caption.clone(), (WIDTH, height), svg)
    }

    /// The picture as a PNG file.
    ///
    /// # Errors
    /// When the image cannot be made.
    pub fn png(&self) -> Result<Vec<u8>, PngError> {
        png::render(&self.figure(), None, RESOLUTION)
    }

    /// A panel over the whole interval with room for some values.
    fn panel(&self, [top, bottom]: [f64; 2], values: impl Iterator<Item = f64>, name: &str) -> Panel {
        let ends = [self.places.first(), self.places.last()].map(|end| end.copied().unwrap_or_default());
        let label = if top == SLOPES[0] { self.axis.as_str() } else { "" };
        Panel {
            frame: Frame { left: LEFT, right: RIGHT, top, bottom },
            x: Axis::new(Scale::between(Spread::Linear, ends[0], ends[1]), label).without_grid(),
            y: Axis::new(Scale::covering(Spread::Linear, values), name),
            title: String::new(),
        }
    }

    /// A band for every piece in the colour of its map.
    fn bands(&self, svg: &mut Svg, panel: &Panel) {
        svg.open("g", &[("class", &"pieces"), ("fill-opacity", &0.55)]);
        for (ends, map) in self.places.windows(2).zip(&self.maps) {
            let across = panel.x.across(panel.frame);
            let (Some(left), Some(right)) = (across.position(ends[0]), across.position(ends[1])) else { continue };
            let (top, height) = (panel.frame.top, panel.frame.bottom - panel.frame.top);
            svg.element(
                "rect",
                &[
                    ("x", &Px(left)),
                    ("y", &Px(top)),
                    ("width", &Px(right - left)),
                    ("height", &Px(height)),
                    ("fill", &piece_colour(*map)),
                ],
            );
        }
        svg.close();
    }

    /// The graph with its kinks.
    fn values(&self, index: usize, branch: &Branch) -> Series {
        let last = self.places.len().saturating_sub(1);
        let marked = self.places.len() <= MOST_MARKED;
        let points = self.places.iter().zip(&branch.values).enumerate().map(|(place, (x, y))| {
            let is_kink = place > 0 && place < last;
            // Adding zero turns −0 into 0.
            let note =
                if is_kink && marked { format!("kink at {}: value {}", x + 0.0, y + 0.0) } else { String::new() };
            Point { x: *x, y: Some(*y), interval: None, note }
        });
        Series {
            name: branch.name.clone(),
            colour: index % N_SERIES_COLOURS,
            marker: if marked { Marker::Dot } else { Marker::Nothing },
            line: Line::Solid,
            shift: 0.0,
            points: points.collect(),
        }
    }

    /// The slope as a staircase, broken at the kinks.
    fn steps(&self, colour: usize, branch: &Branch) -> Series {
        let mut points = Vec::new();
        for (ends, slope) in self.places.windows(2).zip(&branch.slopes) {
            let point = |x: f64, y: Option<f64>| Point { x, y, interval: None, note: String::new() };
            points.extend([point(ends[0], Some(*slope)), point(ends[1], Some(*slope)), point(ends[1], None)]);
        }
        Series { name: String::new(), colour, marker: Marker::Nothing, line: Line::Solid, shift: 0.0, points }
    }
}
