//! Panels of rows: one quantity for each of several named things, with spreads, intervals and a paper's own numbers.

use super::curves::{CROSS, Drawing, PAPER_COLOUR};
use super::seed_summary::{SeedSummary, range, sizes};
use crate::axis::{Axis, Frame};
use crate::escape::escape_text;
use crate::html::Table;
use crate::legend;
use crate::number::{ABSENT, tidy};
use crate::palette::N_SERIES_COLOURS;
use crate::panel::{Line, Marker, Panel, Series};
use crate::scale::{Scale, Spread};
use crate::svg::{Anchor, Px, Svg, polyline};

const WIDTH: f64 = 1040.0;
/// Panels beside each other, at most.
const PER_ROW: usize = 2;
/// Room above and below a panel's data.
const ABOVE: f64 = 30.0;
const BELOW: f64 = 50.0;
/// Distance between the series of one row, and the room around them, in pixels.
const PITCH: f64 = 14.0;
const GAP: f64 = 14.0;
/// Estimated width of a character of a row's name.
const CHARACTER: f64 = 6.6;
/// Half the length of an interval's cap in pixels.
const CAP: f64 = 3.5;
const MARKERS: [Marker; 4] = [Marker::Disc, Marker::Square, Marker::Diamond, Marker::Triangle];

/// What was measured for one row and one series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// Our number.
    pub ours: Option<SeedSummary>,
    /// The paper's.
    pub paper: Option<f64>,
}

/// A named thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// One cell per series.
    pub cells: Vec<Cell>,
}

/// A panel of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct RowPanel {
    /// Heading above the panel.
    pub heading: String,
    /// Label of the axis, with its unit.
    pub label: String,
    /// How the axis runs.
    pub spread: Spread,
    /// A value to compare with.
    pub reference: Option<f64>,
    /// The rows, from top to bottom.
    pub rows: Vec<Row>,
}

impl RowPanel {
    fn values(&self) -> impl Iterator<Item = f64> + '_ {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells
            .flat_map(|cell| cell.ours.iter().flat_map(SeedSummary::values).chain(cell.paper).collect::<Vec<_>>())
            .chain(self.reference)
    }

    fn summaries(&self) -> impl Iterator<Item = &SeedSummary> {
        self.rows.iter().flat_map(|row| row.cells.iter().filter_map(|cell| cell.ours.as_ref()))
    }
}

/// Draws panels; a row has one line of marks for each of the named series.
pub fn draw(series: &[String], panels: &[RowPanel]) -> Drawing {
    let mut svg = Svg::new();
    let top = legend::draw(&mut svg, &entries(series, panels), 16.0, WIDTH - 16.0, 14.0) + 6.0;
    let columns = panels.len().clamp(1, PER_ROW);
    let pitch = PITCH * series.len().max(1) as f64 + GAP;
    let longest = panels.iter().flat_map(|panel| &panel.rows).map(|row| row.name.chars().count()).max().unwrap_or(0);
    let margin = (CHARACTER * longest as f64 + 22.0).min(WIDTH / columns as f64 / 2.0);
    let mut above = top;
    for line in panels.chunks(columns) {
        let height = pitch * line.iter().map(|panel| panel.rows.len()).max().unwrap_or(0).max(1) as f64;
        for (place, panel) in line.iter().enumerate() {
            let width = WIDTH / columns as f64;
            let left = width * place as f64;
            let bottom = above + ABOVE + height;
            let frame = Frame { left: left + margin, right: left + width - 20.0, top: above + ABOVE, bottom };
            draw_panel(&mut svg, frame, panel, pitch);
        }
        above += ABOVE + height + BELOW;
    }
    Drawing { svg, size: (WIDTH, above) }
}

/// All numbers of panels as a table.
pub fn table(series: &[String], panels: &[RowPanel]) -> Table {
    let heads = ["panel", "row", "series", "median", "quartiles", "95 % interval", "n", "the paper"];
    let mut table = Table::new("numbers exhibit", "", &heads);
    for panel in panels {
        for row in &panel.rows {
            for (name, cell) in series.iter().zip(&row.cells) {
                let Cell { ours, paper } = cell;
                if ours.is_none() && paper.is_none() {
                    continue;
                }
                let text = |get: fn(&SeedSummary) -> Option<String>| {
                    ours.as_ref().and_then(get).unwrap_or_else(|| ABSENT.to_owned())
                };
                table.row(vec![
                    escape_text(&panel.heading),
                    escape_text(&row.name),
                    escape_text(name),
                    text(|ours| Some(tidy(ours.median))),
                    text(|ours| ours.quartiles.map(range)),
                    text(|ours| ours.interval.map(range)),
                    text(|ours| Some(ours.n.to_string())),
                    paper.map_or(ABSENT.to_owned(), tidy),
                ]);
            }
        }
    }
    table
}

/// The sample sizes of panels in words.
pub fn sample_sizes(panels: &[RowPanel]) -> String {
    sizes(panels.iter().flat_map(RowPanel::summaries).map(|summary| summary.n))
}

fn entries(series: &[String], panels: &[RowPanel]) -> Vec<Series> {
    let entry = |name: &str, colour, marker| {
        let (name, line, points) = (name.to_owned(), Line::None, Vec::new());
        Series { name, colour, marker, line, shift: 0.0, points }
    };
    let named = series.iter().enumerate();
    let mut entries: Vec<Series> =
        named.map(|(place, name)| entry(name, place, MARKERS[place % MARKERS.len()])).collect();
    if panels.iter().flat_map(|panel| &panel.rows).any(|row| row.cells.iter().any(|cell| cell.paper.is_some())) {
        entries.push(entry("the paper", PAPER_COLOUR, Marker::Cross));
    }
    entries
}

fn draw_panel(svg: &mut Svg, frame: Frame, panel: &RowPanel, pitch: f64) {
    let axes = Panel {
        frame,
        x: Axis::new(Scale::covering(panel.spread, panel.values()), &panel.label),
        y: Axis::new(Scale::between(Spread::Linear, 0.0, 1.0), "").ticks(Vec::new()),
        title: panel.heading.clone(),
    };
    axes.draw(svg);
    if let Some(reference) = panel.reference {
        axes.vertical_rule(svg, reference);
    }
    let across = axes.x.across(frame);
    for (place, row) in panel.rows.iter().enumerate() {
        let top = frame.top + pitch * place as f64;
        svg.text("label", Anchor::End, (frame.left - 10.0, top + pitch / 2.0 + 4.0), &row.name);
        if place > 0 {
            svg.line("grid", (frame.left, top), (frame.right, top));
        }
        for (index, cell) in row.cells.iter().enumerate() {
            let y = top + GAP / 2.0 + PITCH * (index as f64 + 0.5);
            svg.open("g", &[("class", &format!("c{}", index % N_SERIES_COLOURS))]);
            if let Some(ours) = &cell.ours {
                svg.text_element("title", &format!("{}: {}", row.name, ours.note()));
                let span = |[low, high]: [f64; 2]| Some((across.clamped(low)?, across.clamped(high)?));
                if let Some((from, to)) = ours.quartiles.and_then(span) {
                    svg.path("wide-interval", &polyline([Some((from, y)), Some((to, y))]));
                }
                if let Some((from, to)) = ours.interval.and_then(span) {
                    let cap = |x: f64| format!("M{} {}v{}", Px(x), Px(y - CAP), Px(2.0 * CAP));
                    let stem = polyline([Some((from, y)), Some((to, y))]);
                    svg.path("interval", &format!("{stem}{}{}", cap(from), cap(to)));
                }
            }
            if let Some(x) = cell.paper.and_then(|paper| across.position(paper)) {
                Marker::Cross.draw(svg, (x, y), CROSS);
            }
            if let Some(x) = cell.ours.and_then(|ours| across.position(ours.median)) {
                MARKERS[index % MARKERS.len()].draw(svg, (x, y), Marker::RADIUS);
            }
            svg.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_draw_what_they_have() {
        let nothing = Cell::default();
        let failed = Cell { ours: Some(SeedSummary::exact(f64::INFINITY)), paper: Some(f64::NAN) };
        let whole =
            SeedSummary { median: 2.0, quartiles: Some([1.0, f64::INFINITY]), interval: Some([1.5, 3.0]), n: 9 };
        let rows = [("none", nothing), ("failed", failed), ("whole", Cell { ours: Some(whole), paper: Some(4.0) })];
        let panel = RowPanel {
            heading: "dead".to_owned(),
            label: "units".to_owned(),
            spread: Spread::Linear,
            reference: Some(0.0),
            rows: rows.map(|(name, cell)| Row { name: name.to_owned(), cells: vec![cell] }).to_vec(),
        };
        let series = ["x²".to_owned()];
        let text = draw(&series, std::slice::from_ref(&panel)).svg.finish();
        assert!(!text.contains("NaN") && !text.contains("inf\""), "{text}");
        // One cross in the panel and one in the legend.
        assert_eq!(text.matches("\"cross\"").count(), 2);
        assert_eq!(text.matches("\"wide-interval\"").count(), 1);
        let markup = table(&series, std::slice::from_ref(&panel)).finish();
        assert_eq!(markup.matches("<tr>").count(), 1 + 2, "the row without numbers has none");
        assert_eq!(sample_sizes(&[panel]), "n\u{a0}=\u{a0}1 to 9");
        assert!(draw(&[], &[]).size.1 > 0.0);
    }
}
