//! The collapse rate: which part of the networks is constant, at the start and at the end, by depth.

use crate::axis::{Axis, Frame};
use crate::figure::Figure;
use crate::legend;
use crate::number::percent;
use crate::panel::{Line, Marker, Panel, Point, Series};
use crate::scale::{Scale, Spread, Tick};
use crate::svg::Svg;
use relulab_study::summary::DepthSummary;

const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 300.0;

/// Draws the collapse rates of one target; `depths` are those of the target, in increasing order.
pub fn collapse(target: &str, depths: &[&DepthSummary]) -> Figure {
    let series = |name: &str, colour, marker, line, rate: fn(&DepthSummary) -> f64| Series {
        name: name.to_owned(),
        colour,
        marker,
        line,
        shift: 0.0,
        points: depths
            .iter()
            .map(|depth| Point {
                x: depth.depth as f64,
                y: Some(100.0 * rate(depth)).filter(|rate| rate.is_finite()),
                interval: None,
                note: format!("depth {}, {name}: {}", depth.depth, percent(rate(depth))),
            })
            .collect(),
    };
    let all = [
        series("constant after training", 1, Marker::Disc, Line::Solid, |depth| depth.collapsed),
        series("constant before training", 0, Marker::Ring, Line::Dashed, |depth| depth.collapsed_at_start),
    ];
    let highest = all.iter().flat_map(Series::values).fold(0.0, f64::max);
    // At least five percent high, so that a rate of nearly zero looks like one.
    let scale = Scale::between(Spread::Linear, 0.0, (1.08 * highest).clamp(5.0, 104.0));
    let ticks: Vec<Tick> = scale
        .ticks()
        .into_iter()
        .map(|tick| Tick { label: tick.label.map(|label| format!("{label} %")), ..tick })
        .collect();
    let low = depths.first().map_or(1, |depth| depth.depth);
    let high = depths.last().map_or(1, |depth| depth.depth);
    let mut svg = Svg::new();
    let panel = Panel {
        frame: Frame { left: 76.0, right: WIDTH - 16.0, top: 36.0, bottom: HEIGHT - 52.0 },
        x: Axis::integers(low, high, "depth (hidden layers)").without_grid(),
        y: Axis::new(scale, "networks").ticks(ticks),
        title: String::new(),
    };
    panel.draw(&mut svg);
    legend::draw(&mut svg, &all, panel.frame.left, panel.frame.right, 14.0);
    for one in &all {
        panel.series(&mut svg, one);
    }
    Figure::new(
        "collapse",
        format!("Collapse rate of {target} by depth"),
        "The part of all networks of a depth whose output is the same number on every sample.".to_owned(),
        (WIDTH, HEIGHT),
        svg,
    )
}
