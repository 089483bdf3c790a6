//! Panels of coloured cells: a quantity over two settings, side by side with one key.

use super::curves::Drawing;
use crate::escape::escape_text;
use crate::html::Table;
use crate::number::{ABSENT, tidy};
use crate::palette::sequential;
use crate::svg::{Anchor, Px, Svg};

/// Width of the whole drawing.
const WIDTH: f64 = 1040.0;
/// Height of a cell.
const CELL: f64 = 15.0;
/// Widest cell.
const MOST_CELL: f64 = 34.0;
/// Room around a panel's cells.
const ABOVE: f64 = 26.0;
const BELOW: f64 = 44.0;
const BEFORE: f64 = 52.0;
const AFTER: f64 = 10.0;
/// The key of colours: its steps, their size, and the height of its line.
const KEY_STEPS: usize = 24;
const KEY_STEP: f64 = 9.0;
const KEY_HEIGHT: f64 = 34.0;

/// Cells under one heading.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatPanel {
    /// Heading above the cells.
    pub heading: String,
    /// Labels of the columns.
    pub columns: Vec<String>,
    /// Labels of the rows, from bottom to top.
    pub rows: Vec<String>,
    /// A value for each row and column, in their order; an absent one leaves a gap.
    pub values: Vec<Vec<Option<f64>>>,
}

/// What the cells of all panels show.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatScale {
    /// What the colours mean.
    pub label: String,
    /// Values of the darkest and the brightest colour.
    pub ends: [f64; 2],
    /// What columns are, and what rows are.
    pub axes: [String; 2],
    /// Panels beside each other.
    pub per_row: usize,
}

/// Draws panels with a key of colours above them.
pub fn draw(scale: &HeatScale, panels: &[HeatPanel]) -> Drawing {
    let mut svg = Svg::new();
    draw_key(&mut svg, scale);
    let mut top = KEY_HEIGHT;
    let share = WIDTH / scale.per_row.max(1) as f64;
    for line in panels.chunks(scale.per_row.max(1)) {
        let height = CELL * line.iter().map(|panel| panel.rows.len()).max().unwrap_or(0) as f64;
        for (place, panel) in line.iter().enumerate() {
            let bottom = top + ABOVE + height;
            draw_panel(&mut svg, scale, panel, (share * place as f64 + BEFORE, bottom), share - BEFORE - AFTER);
        }
        top += ABOVE + height + BELOW;
    }
    Drawing { svg, size: (WIDTH, top) }
}

/// All numbers as a table: a row for every row and column, a column for every panel.
pub fn table(scale: &HeatScale, panels: &[HeatPanel]) -> Table {
    let headings = panels.iter().map(|panel| panel.heading.as_str());
    let heads: Vec<&str> = scale.axes.iter().map(String::as_str).chain(headings).collect();
    let mut table = Table::new("numbers exhibit", &scale.label, &heads);
    let mut places: Vec<(&String, &String)> = Vec::new();
    for panel in panels {
        for place in panel.columns.iter().flat_map(|column| panel.rows.iter().map(move |row| (column, row))) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    for (column, row) in places {
        let value = |panel: &HeatPanel| {
            let x = panel.columns.iter().position(|one| one == column)?;
            let y = panel.rows.iter().position(|one| one == row)?;
            panel.value(x, y)
        };
        let numbers = panels.iter().map(|panel| value(panel).map_or(ABSENT.to_owned(), tidy));
        table.row([escape_text(column), escape_text(row)].into_iter().chain(numbers).collect());
    }
    table
}

impl HeatPanel {
    /// Leaves out the columns and rows whose labels are not among these.
    pub fn keep(&mut self, columns: &[String], rows: &[String]) {
        let kept = |labels: &[String], among: &[String]| -> Vec<usize> {
            (0..labels.len()).filter(|&place| among.contains(&labels[place])).collect()
        };
        let (across, upwards) = (kept(&self.columns, columns), kept(&self.rows, rows));
        self.values = upwards.iter().map(|&y| across.iter().map(|&x| self.value(x, y)).collect()).collect();
        self.columns = across.iter().map(|&x| self.columns[x].clone()).collect();
        self.rows = upwards.iter().map(|&y| self.rows[y].clone()).collect();
    }

    fn value(&self, column: usize, row: usize) -> Option<f64> {
        self.values.get(row)?.get(column).copied().flatten().filter(|value| value.is_finite())
    }
}

impl HeatScale {
    fn colour(&self, value: f64) -> String {
        sequential((value - self.ends[0]) / (self.ends[1] - self.ends[0]))
    }
}

fn draw_key(svg: &mut Svg, scale: &HeatScale) {
    let [low, high] = scale.ends;
    svg.text("label", Anchor::Start, (16.0, 18.0), &scale.label);
    let left = WIDTH - AFTER - 40.0 - KEY_STEP * KEY_STEPS as f64;
    for step in 0..KEY_STEPS {
        let share = step as f64 / (KEY_STEPS - 1) as f64;
        let (x, fill) = (Px(left + KEY_STEP * step as f64), sequential(share));
        svg.element("rect", &[("fill", &fill), ("x", &x), ("y", &8), ("width", &Px(KEY_STEP + 0.5)), ("height", &12)]);
    }
    svg.text("tick", Anchor::End, (left - 6.0, 18.0), &low.to_string());
    svg.text("tick", Anchor::Start, (left + KEY_STEP * KEY_STEPS as f64 + 6.0, 18.0), &high.to_string());
}

/// Draws a panel from its lower left corner up.
fn draw_panel(svg: &mut Svg, scale: &HeatScale, panel: &HeatPanel, (left, bottom): (f64, f64), room: f64) {
    let cell = (room / panel.columns.len().max(1) as f64).min(MOST_CELL);
    let top = bottom - CELL * panel.rows.len() as f64;
    svg.text("subtitle", Anchor::Start, (left, top - 8.0), &panel.heading);
    for (y, row) in panel.rows.iter().enumerate() {
        let above = bottom - CELL * (y + 1) as f64;
        svg.text("tick", Anchor::End, (left - 5.0, above + 11.5), row);
        for (x, column) in panel.columns.iter().enumerate() {
            let Some(value) = panel.value(x, y) else { continue };
            let note = format!("{} {column}, {} {row}: {}", scale.axes[0], scale.axes[1], tidy(value));
            let (fill, x) = (scale.colour(value), Px(left + cell * x as f64));
            // Half a pixel of paper between cells.
            let (width, height) = (Px(cell - 0.5), Px(CELL - 0.5));
            svg.open("rect", &[("fill", &fill), ("x", &x), ("y", &Px(above)), ("width", &width), ("height", &height)]);
            svg.text_element("title", &note).close();
        }
    }
    for (x, column) in panel.columns.iter().enumerate() {
        svg.text("tick", Anchor::Middle, (left + cell * (x as f64 + 0.5), bottom + 14.0), column);
    }
    let middle = left + 0.5 * cell * panel.columns.len() as f64;
    svg.text("label", Anchor::Middle, (middle, bottom + 32.0), &scale.axes[0]);
    svg.text_upwards("label", (left - 34.0, f64::midpoint(top, bottom)), &scale.axes[1]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_were_not_measured_are_gaps() {
        let scale = HeatScale {
            label: "accuracy".to_owned(),
            ends: [0.5, 1.0],
            axes: ["width".to_owned(), "depth".to_owned()],
            per_row: 2,
        };
        let panel = HeatPanel {
            heading: "a < b".to_owned(),
            columns: vec!["1".to_owned(), "2".to_owned()],
            rows: vec!["5".to_owned(), "10".to_owned()],
            values: vec![vec![Some(0.5), None], vec![Some(1.0), Some(f64::NAN)]],
        };
        let mut part = panel.clone();
        part.keep(&["1".to_owned()], &["10".to_owned(), "20".to_owned()]);
        assert_eq!(
            (part.columns, part.rows, part.values),
            (vec!["1".to_owned()], vec!["10".to_owned()], vec![vec![Some(1.0)]])
        );
        let drawing = draw(&scale, std::slice::from_ref(&panel));
        let text = drawing.svg.finish();
        assert_eq!(text.matches("<title>").count(), 2);
        assert!(text.contains("a &lt; b") && text.contains(&sequential(1.0)) && !text.contains("NaN"));
        let markup = table(&scale, &[panel]).finish();
        assert_eq!(markup.matches("<tr>").count(), 1 + 4);
        assert_eq!(markup.matches(ABSENT).count(), 2);
        assert!(draw(&scale, &[]).size.1 > 0.0);
    }
}
