//! Panels of curves over seeds: medians joined by lines, bands between quartiles, and a paper's own numbers as crosses.

use super::seed_summary::{SeedSummary, range, sizes};
use crate::axis::{Axis, Frame};
use crate::escape::escape_text;
use crate::html::Table;
use crate::legend;
use crate::number::{ABSENT, tidy};
use crate::panel::{Line, Marker, Panel, Series};
use crate::scale::{Scale, Spread, Tick};
use crate::svg::{Px, Svg, polyline};

/// Width of the whole drawing.
const WIDTH: f64 = 1040.0;
/// Panels beside each other, at most.
const PER_ROW: usize = 3;
/// Height of a panel's data.
const HEIGHT: f64 = 270.0;
/// Room above and below a panel's data.
const ABOVE: f64 = 30.0;
const BELOW: f64 = 50.0;
/// Colour of the paper's entry in legends: the neutral one of the palette.
pub(super) const PAPER_COLOUR: usize = 5;
/// Half the side of a cross: larger than a marker, so that one below a marker is seen.
pub(super) const CROSS: f64 = 5.5;
/// Most markers on a curve; longer curves have them at every so many points.
const MOST_MARKERS: usize = 12;
/// Half the length of an interval's cap in pixels.
const CAP: f64 = 3.5;
/// Steps of training around which [`Across::Steps`] turns from linear to logarithmic.
const STEP_UNIT: f64 = 25.0;

/// A quantity against another, over seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Name in the legend and in the table.
    pub name: String,
    /// Which of the palette's series colours.
    pub colour: usize,
    /// Form of the points.
    pub marker: Marker,
    /// How points are joined.
    pub line: Line,
    /// Places and what was measured there, in increasing order of place.
    pub points: Vec<(f64, SeedSummary)>,
}

/// A number of a paper, drawn as a cross.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperMark {
    /// Where.
    pub x: f64,
    /// The number; the middle of a range is drawn where `range` is given.
    pub y: f64,
    /// Ends of the range that the paper gives.
    pub range: Option<[f64; 2]>,
    /// Colour of the curve that it belongs to.
    pub colour: usize,
    /// What it is the paper's value of.
    pub name: String,
}

/// How the horizontal axis runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    /// Linearly.
    Linear,
    /// Logarithmically; places must be positive.
    Logarithmic,
    /// Over whole numbers.
    Integers,
    /// Over steps of training: linear near 0, then logarithmic, so that step 0 has a place.
    Steps,
}

/// A panel of curves.
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePanel {
    /// Heading above the panel.
    pub heading: String,
    /// Label of the horizontal axis, with its unit.
    pub x_label: String,
    /// How the horizontal axis runs.
    pub across: Across,
    /// Label of the vertical axis, with its unit.
    pub y_label: String,
    /// How the vertical axis runs.
    pub upwards: Spread,
    /// The curves.
    pub curves: Vec<Curve>,
    /// The paper's numbers.
    pub marks: Vec<PaperMark>,
    /// Horizontal lines with a word each.
    pub rules: Vec<(f64, String)>,
}

/// A finished drawing, to become a figure.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The elements.
    pub svg: Svg,
    /// Width and height in pixels.
    pub size: (f64, f64),
}

impl Curve {
    /// A curve whose colour and marker follow from its place among its neighbours.
    pub fn nth(place: usize, name: impl Into<String>, points: Vec<(f64, SeedSummary)>) -> Self {
        const MARKERS: [Marker; 6] =
            [Marker::Disc, Marker::Square, Marker::Diamond, Marker::Triangle, Marker::HollowTriangle, Marker::Ring];
        let line = if place.is_multiple_of(2) { Line::Solid } else { Line::Dashed };
        Self { name: name.into(), colour: place, marker: MARKERS[place % MARKERS.len()], line, points }
    }
}

impl Across {
    fn place(self, x: f64) -> f64 {
        if self == Self::Steps { (x / STEP_UNIT).ln_1p() } else { x }
    }

    fn axis(self, places: &[f64], label: &str) -> Axis {
        let finite = || places.iter().copied().filter(|x| x.is_finite());
        let high = finite().fold(0.0, f64::max);
        match self {
            Self::Linear => Axis::new(Scale::covering(Spread::Linear, finite()), label).without_grid(),
            Self::Logarithmic => Axis::new(Scale::covering(Spread::Logarithmic, finite()), label).without_grid(),
            Self::Integers => {
                let low = finite().fold(high, f64::min).max(0.0);
                Axis::integers(low as usize, high as usize, label).without_grid()
            }
            Self::Steps => {
                let tick = |&step: &f64| Tick { value: self.place(step), label: Some(tidy(step)) };
                let steps = [0.0, 25.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 3000.0, 10_000.0, 100_000.0];
                let ticks = steps.iter().filter(|&&step| step <= high).map(tick).collect();
                let scale = Scale::covering(Spread::Linear, finite().map(|x| self.place(x)));
                Axis::new(scale, label).without_grid().ticks(ticks)
            }
        }
    }
}

impl CurvePanel {
    fn places(&self) -> impl Iterator<Item = f64> + '_ {
        let curves = self.curves.iter().flat_map(|curve| curve.points.iter().map(|(x, _)| *x));
        curves.chain(self.marks.iter().map(|mark| mark.x))
    }

    fn values(&self) -> impl Iterator<Item = f64> + '_ {
        let curves = self.curves.iter().flat_map(|curve| curve.points.iter().flat_map(|(_, summary)| summary.values()));
        let marks = self.marks.iter().flat_map(|mark| mark.range.into_iter().flatten().chain([mark.y]));
        curves.chain(marks).chain(self.rules.iter().map(|(value, _)| *value))
    }
}

/// Draws panels beside and below each other; those with equal labels share their scales, and all share a legend.
pub fn draw(panels: &[CurvePanel]) -> Drawing {
    let mut svg = Svg::new();
    let top = legend::draw(&mut svg, &entries(panels), 16.0, WIDTH - 16.0, 14.0) + 6.0;
    // Four panels make a square.
    let columns = if panels.len() == 4 { 2 } else { panels.len().clamp(1, PER_ROW) };
    let rows = panels.len().div_ceil(columns);
    for (place, panel) in panels.iter().enumerate() {
        let width = WIDTH / columns as f64;
        let left = width * (place % columns) as f64;
        let above = top + (ABOVE + HEIGHT + BELOW) * (place / columns) as f64 + ABOVE;
        let frame = Frame { left: left + 70.0, right: left + width - 14.0, top: above, bottom: above + HEIGHT };
        let alike_x: Vec<f64> = panels
            .iter()
            .filter(|other| (&other.x_label, other.across) == (&panel.x_label, panel.across))
            .flat_map(CurvePanel::places)
            .collect();
        let alike_y = panels
            .iter()
            .filter(|other| (&other.y_label, other.upwards) == (&panel.y_label, panel.upwards))
            .flat_map(CurvePanel::values);
        let axes = Panel {
            frame,
            x: panel.across.axis(&alike_x, &panel.x_label),
            y: Axis::new(Scale::covering(panel.upwards, alike_y), &panel.y_label),
            title: panel.heading.clone(),
        };
        draw_panel(&mut svg, &axes, panel);
    }
    Drawing { svg, size: (WIDTH, top + (ABOVE + HEIGHT + BELOW) * rows.max(1) as f64) }
}

/// All numbers of panels as a table: one row per curve and place, and the paper's own.
pub fn table(panels: &[CurvePanel]) -> Table {
    let x_label = panels.first().map_or("x", |panel| panel.x_label.as_str());
    let has_intervals =
        panels.iter().flat_map(|panel| &panel.curves).any(|c| c.points.iter().any(|p| p.1.interval.is_some()));
    let mut heads = vec!["panel", "curve", x_label, "median", "quartiles"];
    if has_intervals {
        heads.push("95 % interval");
    }
    heads.push("n");
    let mut table = Table::new("numbers exhibit", "", &heads);
    for panel in panels {
        for curve in &panel.curves {
            for (x, summary) in &curve.points {
                let mut cells =
                    vec![escape_text(&panel.heading), escape_text(&curve.name), tidy(*x), tidy(summary.median)];
                cells.push(summary.quartiles.map_or(ABSENT.to_owned(), range));
                if has_intervals {
                    cells.push(summary.interval.map_or(ABSENT.to_owned(), range));
                }
                cells.push(summary.n.to_string());
                table.row(cells);
            }
        }
        for mark in &panel.marks {
            let name = escape_text(&format!("the paper: {}", mark.name));
            let mut cells = vec![escape_text(&panel.heading), name, tidy(mark.x)];
            cells.push(mark.range.map_or_else(|| tidy(mark.y), range));
            cells.resize(heads.len(), ABSENT.to_owned());
            table.row(cells);
        }
    }
    table
}

/// The sample sizes of panels in words.
pub fn sample_sizes(panels: &[CurvePanel]) -> String {
    sizes(panels.iter().flat_map(|panel| &panel.curves).flat_map(|curve| curve.points.iter().map(|point| point.1.n)))
}

/// One legend entry per name, and one for the paper.
fn entries(panels: &[CurvePanel]) -> Vec<Series> {
    let entry = |name: &str, colour, marker, line| {
        let (name, points) = (name.to_owned(), Vec::new());
        Series { name, colour, marker, line, shift: 0.0, points }
    };
    let mut entries: Vec<Series> = Vec::new();
    for curve in panels.iter().flat_map(|panel| &panel.curves) {
        if entries.iter().all(|one| one.name != curve.name) {
            entries.push(entry(&curve.name, curve.colour, curve.marker, curve.line));
        }
    }
    if panels.iter().any(|panel| !panel.marks.is_empty()) {
        entries.push(entry("the paper", PAPER_COLOUR, Marker::Cross, Line::None));
    }
    entries
}

fn draw_panel(svg: &mut Svg, axes: &Panel, panel: &CurvePanel) {
    axes.draw(svg);
    for (value, _) in &panel.rules {
        axes.horizontal_rule(svg, *value, "");
    }
    let at = |x: f64| panel.across.place(x);
    for curve in &panel.curves {
        let spread = curve.points.iter().filter_map(|(x, summary)| Some((at(*x), summary.quartiles?)));
        axes.band(svg, curve.colour, spread);
    }
    for mark in &panel.marks {
        svg.open("g", &[("class", &class_of(mark.colour))]);
        svg.text_element("title", &format!("the paper, {}: {}", mark.name, mark.range.map_or(tidy(mark.y), range)));
        if let Some([low, high]) = mark.range
            && let (Some(from), Some(to)) = (axes.place(at(mark.x), low), axes.place(at(mark.x), high))
        {
            svg.path("interval", &whisker(from, to));
        }
        if let Some(place) = axes.place(at(mark.x), mark.y) {
            Marker::Cross.draw(svg, place, CROSS);
        }
        svg.close();
    }
    for curve in &panel.curves {
        draw_curve(svg, axes, curve, at);
    }
    for (value, word) in &panel.rules {
        axes.rule_word(svg, *value, word);
    }
}

fn draw_curve(svg: &mut Svg, axes: &Panel, curve: &Curve, at: impl Fn(f64) -> f64) {
    svg.open("g", &[("class", &class_of(curve.colour))]);
    let place = |(x, summary): &(f64, SeedSummary)| axes.place(at(*x), summary.median);
    match curve.line {
        Line::None => {}
        Line::Solid => drop(svg.path("line", &polyline(curve.points.iter().map(place)))),
        Line::Dashed => drop(svg.path("line dashed", &polyline(curve.points.iter().map(place)))),
    }
    let stride = curve.points.len().div_ceil(MOST_MARKERS).max(1);
    // Centred, so that a long curve has a marker in its middle.
    let offset = (curve.points.len().saturating_sub(1) % stride) / 2;
    for (index, point) in curve.points.iter().enumerate() {
        let Some(centre) = place(point) else { continue };
        if index % stride != offset {
            continue;
        }
        svg.open("g", &[]).text_element("title", &format!("{}, {}: {}", curve.name, tidy(point.0), point.1.note()));
        if let Some([low, high]) = point.1.interval
            && let (Some(from), Some(to)) = (axes.place(at(point.0), low), axes.place(at(point.0), high))
        {
            svg.path("interval", &whisker(from, to));
        }
        curve.marker.draw(svg, centre, Marker::RADIUS);
        svg.close();
    }
    svg.close();
}

/// A vertical line with caps.
fn whisker(from: (f64, f64), to: (f64, f64)) -> String {
    let cap = |(x, y): (f64, f64)| format!("M{} {}h{}", Px(x - CAP), Px(y), Px(2.0 * CAP));
    format!("{}{}{}", polyline([Some(from), Some(to)]), cap(from), cap(to))
}

fn class_of(colour: usize) -> String {
    format!("c{}", colour % crate::palette::N_SERIES_COLOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(values: &[f64]) -> CurvePanel {
        let points = values.iter().enumerate().map(|(x, &y)| (x as f64, SeedSummary::exact(y))).collect();
        CurvePanel {
            heading: "a < b".to_owned(),
            x_label: "step".to_owned(),
            across: Across::Steps,
            y_label: "loss".to_owned(),
            upwards: Spread::Logarithmic,
            curves: vec![Curve::nth(0, "one & two", points)],
            marks: Vec::new(),
            rules: Vec::new(),
        }
    }

    #[test]
    fn numbers_that_are_none_leave_no_trace() {
        let drawing = draw(&[panel(&[1.0, f64::NAN, f64::INFINITY, 0.0, -1.0, 2.0])]);
        let text = drawing.svg.finish();
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        assert_eq!(text.matches("<title>").count(), 2, "two markers have a place");
        assert!(text.contains("one &amp; two") && text.contains("a &lt; b"));
    }

    #[test]
    fn no_panel_and_no_point_still_make_a_drawing() {
        for panels in [vec![], vec![panel(&[])]] {
            let drawing = draw(&panels);
            assert!(drawing.size.1 > 0.0);
            assert!(table(&panels).is_empty());
            assert_eq!(sample_sizes(&panels), "n\u{a0}=\u{a0}0");
        }
    }

    #[test]
    fn long_curves_have_few_markers_and_one_in_the_middle() {
        let text = draw(&[panel(&[1.0; 41])]).svg.finish();
        assert!(text.matches("<title>").count() <= MOST_MARKERS);
        assert!(text.contains("<title>one &amp; two, 20: 1"), "the middle of 0 to 40");
    }

    #[test]
    fn the_table_has_a_row_for_every_number() {
        let mut panel = panel(&[1.0, 2.0]);
        let range = Some([1.0, 10.0]);
        panel.marks.push(PaperMark { x: 1.0, y: 3.0, range, colour: 0, name: "one".to_owned() });
        let markup = table(&[panel]).finish();
        assert_eq!(markup.matches("<tr>").count(), 1 + 2 + 1);
        assert!(markup.contains("1 to 10"));
    }
}
