//! Panels: two axes and the marks between them.

use crate::axis::{Axis, Frame};
use crate::palette::N_SERIES_COLOURS;
use crate::svg::{Anchor, Px, Svg, polyline};

/// The form of a point; series differ in form as well as in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A filled disc.
    Disc,
    /// A circle with the paper inside.
    Ring,
    /// A filled square.
    Square,
    /// A diamond with the paper inside.
    Diamond,
    /// A filled triangle that points up.
    Triangle,
    /// A triangle that points down, with the paper inside.
    HollowTriangle,
    /// A diagonal cross with a rim of paper: a number from elsewhere, such as a publication's.
    Cross,
    /// A small filled disc, for points that are many.
    Dot,
    /// No mark: the line alone.
    Nothing,
}

impl Marker {
    /// Radius of a point in pixels.
    pub const RADIUS: f64 = 4.0;

    /// Draws the marker around a point.
    pub fn draw(self, svg: &mut Svg, (x, y): (f64, f64), radius: f64) {
        let r = radius;
        let polygon = |points: &[(f64, f64)]| {
            format!("{}Z", polyline(points.iter().map(|(dx, dy)| Some((x + dx * r, y + dy * r)))))
        };
        match self {
            Self::Disc | Self::Ring => {
                let class = if self == Self::Disc { "solid" } else { "hollow" };
                svg.element("circle", &[("class", &class), ("cx", &Px(x)), ("cy", &Px(y)), ("r", &Px(r))]);
            }
            Self::Dot => {
                svg.element("circle", &[("class", &"bar"), ("cx", &Px(x)), ("cy", &Px(y)), ("r", &Px(0.6 * r))]);
            }
            Self::Nothing => {}
            Self::Square => {
                svg.path("solid", &polygon(&[(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)]));
            }
            Self::Diamond => {
                svg.path("hollow", &polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]));
            }
            Self::Triangle => {
                svg.path("solid", &polygon(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]));
            }
            Self::HollowTriangle => {
                svg.path("hollow", &polygon(&[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)]));
            }
            Self::Cross => {
                let stroke = |sign: f64| polyline([-1.0, 1.0].map(|end| Some((x + end * r, y + sign * end * r))));
                let data = format!("{}{}", stroke(1.0), stroke(-1.0));
                svg.path("rim", &data).path("cross", &data);
            }
        }
    }
}

/// How the points of a series are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Not at all.
    None,
    /// By a line, broken where a value is absent.
    Solid,
    /// By a dashed line.
    Dashed,
}

/// One point of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Horizontal place in data units.
    pub x: f64,
    /// Vertical place in data units; an absent one breaks the line.
    pub y: Option<f64>,
    /// Ends of the interval around `y`.
    pub interval: Option<[f64; 2]>,
    /// What hovering shows.
    pub note: String,
}

/// Points that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name in the legend; an empty one has no entry.
    pub name: String,
    /// Which of the palette's series colours, counted around.
    pub colour: usize,
    /// Form of the points.
    pub marker: Marker,
    /// How points are joined.
    pub line: Line,
    /// Pixels by which the series is moved sideways, so that intervals of several series stay apart.
    pub shift: f64,
    /// The points, in the order in which the line joins them.
    pub points: Vec<Point>,
}

impl Series {
    /// The class that gives the series its colour.
    pub(crate) fn colour_class(&self) -> String {
        format!("c{}", self.colour % N_SERIES_COLOURS)
    }

    /// The class of the joining line, if there is one.
    pub(crate) fn line_class(&self) -> Option<String> {
        match self.line {
            Line::None => None,
            Line::Solid => Some("line".to_owned()),
            Line::Dashed => Some("line dashed".to_owned()),
        }
    }

    /// Every value that the vertical axis should cover.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().flat_map(|point| point.y.into_iter().chain(point.interval.into_iter().flatten()))
    }
}

/// One bar of a histogram: a filled interval of the horizontal axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Lower end in data units.
    pub low: f64,
    /// Upper end in data units.
    pub high: f64,
    /// Height in data units.
    pub height: f64,
}

/// Points too many to be elements of their own: one path in one colour, without notes.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    /// A colour as CSS writes it, the same in both themes.
    pub colour: String,
    /// Places in data units.
    pub points: Vec<(f64, f64)>,
}

/// Two axes and what lies between them.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Where the data lie, in pixels; axes and title are drawn outside.
    pub frame: Frame,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Heading above the frame.
    pub title: String,
}

impl Panel {
    /// Draws the heading, the grid and the axes.
    pub fn draw(&self, svg: &mut Svg) {
        if !self.title.is_empty() {
            svg.text("subtitle", Anchor::Start, (self.frame.left, self.frame.top - 8.0), &self.title);
        }
        self.x.draw_below(svg, self.frame);
        self.y.draw_left(svg, self.frame);
    }

    /// Draws a series: its line, its intervals with caps, its points with their notes.
    pub fn series(&self, svg: &mut Svg, series: &Series) {
        const CAP: f64 = 3.0;
        let (across, upwards) = (self.x.across(self.frame), self.y.upwards(self.frame));
        let place = |point: &Point| {
            Some((across.position(point.x)? + series.shift, point.y.and_then(|y| upwards.position(y))?))
        };
        svg.open("g", &[("class", &series.colour_class())]);
        if let Some(class) = series.line_class() {
            svg.path(&class, &polyline(series.points.iter().map(place)));
        }
        for point in &series.points {
            let Some((x, y)) = place(point) else { continue };
            svg.open("g", &[]);
            if !point.note.is_empty() {
                svg.text_element("title", &point.note);
            }
            if let Some([low, high]) = point.interval
                && let (Some(from), Some(to)) = (upwards.clamped(low), upwards.clamped(high))
            {
                let ends = [from, to].map(|end| polyline([Some((x - CAP, end)), Some((x + CAP, end))]));
                let stem = polyline([Some((x, from)), Some((x, to))]);
                svg.path("interval", &format!("{stem}{}", ends.concat()));
            }
            series.marker.draw(svg, (x, y), Marker::RADIUS);
            svg.close();
        }
        svg.close();
    }

    /// Draws filled bins from the bottom of the frame, as one path.
    pub fn bins(&self, svg: &mut Svg, colour: usize, bins: &[Bin]) {
        let (across, upwards) = (self.x.across(self.frame), self.y.upwards(self.frame));
        let mut data = String::new();
        for bin in bins.iter().filter(|bin| bin.height > 0.0) {
            let (Some(left), Some(right)) = (across.clamped(bin.low), across.clamped(bin.high)) else { continue };
            let Some(top) = upwards.clamped(bin.height) else { continue };
            // Half a pixel of paper between bars, but never a bar too thin to see.
            let (width, height) = ((right - left - 0.5).max(1.0), (self.frame.bottom - top).max(1.0));
            let corner = (Px(left), Px(self.frame.bottom));
            data.push_str(&format!("M{} {}v{}h{}v{}z", corner.0, corner.1, Px(-height), Px(width), Px(height)));
        }
        svg.open("g", &[("class", &format!("c{}", colour % N_SERIES_COLOURS))]).path("bar", &data).close();
    }

    /// Draws the area between lower and upper values, moved into the frame where they lie outside.
    pub fn band(&self, svg: &mut Svg, colour: usize, points: impl Iterator<Item = (f64, [f64; 2])>) {
        let (across, upwards) = (self.x.across(self.frame), self.y.upwards(self.frame));
        let edges = points
            .filter_map(|(x, [low, high])| Some((across.clamped(x)?, upwards.clamped(low)?, upwards.clamped(high)?)));
        let edges: Vec<(f64, f64, f64)> = edges.collect();
        if edges.len() < 2 {
            return;
        }
        let there = edges.iter().map(|&(x, low, _)| (x, low));
        let back = edges.iter().rev().map(|&(x, _, high)| (x, high));
        let data = polyline(there.chain(back).map(Some)) + "Z";
        svg.open("g", &[("class", &format!("c{}", colour % N_SERIES_COLOURS))]).path("band", &data).close();
    }

    /// Draws a cloud of points as one path of dots.
    pub fn cloud(&self, svg: &mut Svg, cloud: &Cloud) {
        let (across, upwards) = (self.x.across(self.frame), self.y.upwards(self.frame));
        let data: String = cloud
            .points
            .iter()
            .filter_map(|(x, y)| Some((across.position(*x)?, upwards.position(*y)?)))
            .map(|(x, y)| format!("M{} {}h0", Px(x), Px(y)))
            .collect();
        svg.element("path", &[("class", &"cloud"), ("stroke", &cloud.colour), ("d", &data)]);
    }

    /// Draws a dashed horizontal line across the frame, with a word at its right end.
    pub fn horizontal_rule(&self, svg: &mut Svg, y: f64, word: &str) {
        if let Some(pixel) = self.y.upwards(self.frame).position(y) {
            svg.line("rule", (self.frame.left, pixel), (self.frame.right, pixel));
            if !word.is_empty() {
                svg.text("tick", Anchor::End, (self.frame.right - 2.0, pixel - 5.0), word);
            }
        }
    }

    /// Writes a word above the right end of a horizontal rule, on a rim of paper: for words over other marks.
    pub fn rule_word(&self, svg: &mut Svg, y: f64, word: &str) {
        if let Some(pixel) = self.y.upwards(self.frame).position(y) {
            svg.text("tick over", Anchor::End, (self.frame.right - 2.0, pixel - 5.0), word);
        }
    }

    /// Draws a dashed vertical line through the frame.
    pub fn vertical_rule(&self, svg: &mut Svg, x: f64) {
        if let Some(pixel) = self.x.across(self.frame).position(x) {
            svg.line("rule", (pixel, self.frame.top), (pixel, self.frame.bottom));
        }
    }

    /// The pixel of a point in data units, for marks that this type does not know.
    pub fn place(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        Some((self.x.across(self.frame).position(x)?, self.y.upwards(self.frame).position(y)?))
    }
}
