//! Legends: the names of series beside their marks.

use crate::panel::{Marker, Series};
use crate::svg::{Anchor, Svg};

/// Estimated width of a character of the legend's text, in pixels.
const CHARACTER: f64 = 6.3;
/// Width of the mark and of the gap after an entry.
const MARK_AND_GAP: f64 = 52.0;
/// Height of a row.
const ROW: f64 = 20.0;

/// Draws the names of `series` from `left` on, in rows that end before `right`, and returns the height used.
pub fn draw(svg: &mut Svg, series: &[Series], left: f64, right: f64, top: f64) -> f64 {
    let (mut x, mut y) = (left, top);
    for one in series.iter().filter(|one| !one.name.is_empty()) {
        let width = MARK_AND_GAP + CHARACTER * one.name.chars().count() as f64;
        if x > left && x + width > right {
            (x, y) = (left, y + ROW);
        }
        svg.open("g", &[("class", &one.colour_class())]);
        if let Some(class) = one.line_class() {
            svg.line(&class, (x, y), (x + 24.0, y));
        }
        one.marker.draw(svg, (x + 12.0, y), Marker::RADIUS);
        svg.close();
        svg.text("label", Anchor::Start, (x + 30.0, y + 4.0), &one.name);
        x += width;
    }
    y - top + ROW
}
