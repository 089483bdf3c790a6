//! Where the variance of log10 loss lies: between shapes, or between the seeds of one shape.

use crate::figure::Figure;
use crate::loss_view::LossView;
use crate::number::percent;
use crate::svg::{Anchor, Svg};
use relulab_study::summary::Findings;
use std::collections::BTreeMap;

const WIDTH: f64 = 1040.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = WIDTH - 24.0;
const ROW: f64 = 40.0;
const TOP: f64 = 34.0;
const BAR: f64 = 24.0;
/// Narrowest share, in pixels, that has room for its percentage.
const ROOM_FOR_TEXT: f64 = 44.0;

/// Draws the shares of one target, a row per loss.
pub fn variance(target: &str, views: &[LossView], findings: &BTreeMap<String, Findings>) -> Figure {
    let mut svg = Svg::new();
    svg.open("g", &[("class", &"c0")]).rect("bar", (LEFT, 8.0), (14.0, 14.0)).close();
    svg.text("label", Anchor::Start, (LEFT + 20.0, 20.0), "between shapes");
    svg.open("g", &[("class", &"c5")]).rect("faint", (LEFT + 130.0, 8.0), (14.0, 14.0)).close();
    svg.text("label", Anchor::Start, (LEFT + 150.0, 20.0), "between seeds of one shape");
    for (row, view) in views.iter().enumerate() {
        let top = TOP + ROW * row as f64;
        svg.text("label", Anchor::End, (LEFT - 12.0, top + 17.0), view.label());
        let share = findings.get(view.key()).and_then(|findings| findings.variance_between_shapes);
        let Some(share) = share.filter(|share| share.is_finite()) else {
            svg.text("tick", Anchor::Start, (LEFT, top + 17.0), "not defined: too few finite losses, or all equal");
            continue;
        };
        let width = (RIGHT - LEFT) * share.clamp(0.0, 1.0);
        svg.open("g", &[("class", &"c0")]).rect("bar", (LEFT, top), (width, BAR)).close();
        svg.open("g", &[("class", &"c5")]).rect("faint", (LEFT + width, top), (RIGHT - LEFT - width, BAR)).close();
        if width >= ROOM_FOR_TEXT {
            svg.text("onbar", Anchor::End, (LEFT + width - 8.0, top + 17.0), &percent(share));
        } else {
            svg.text("label", Anchor::Start, (LEFT + width + 8.0, top + 17.0), &percent(share));
        }
    }
    Figure::new(
        "variance",
        format!("Where the variance of {target} lies"),
        "Shares of the variance of log10 loss over all runs.".to_owned(),
        (WIDTH, TOP + views.len() as f64 * ROW),
        svg,
    )
}
