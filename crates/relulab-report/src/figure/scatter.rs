//! All shapes of a target at once: median loss against parameters, coloured by depth.

use crate::axis::{Axis, Frame};
use crate::figure::Figure;
use crate::loss_view::LossView;
use crate::palette::sequential;
use crate::panel::{Cloud, Panel};
use crate::scale::{Scale, Spread};
use crate::svg::{Anchor, Svg};
use relulab_study::summary::ShapeSummary;
use std::collections::{BTreeMap, BTreeSet};

const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 460.0;
/// Dots of one depth closer than this many pixels are drawn once, which bounds the size of the file.
const CELL: f64 = 2.0;

/// Draws the median losses of all shapes of one target.
pub fn scatter(target: &str, view: LossView, shapes: &[&ShapeSummary]) -> Figure {
    let placed: Vec<(usize, f64, f64)> = shapes
        .iter()
        .filter_map(|shape| Some((shape.depth, shape.params as f64, view.of(&shape.losses)?.median?)))
        .filter(|(_, _, loss)| *loss > 0.0 && loss.is_finite())
        .collect();
    let mut svg = Svg::new();
    let panel = Panel {
        frame: Frame { left: 76.0, right: WIDTH - 96.0, top: 20.0, bottom: HEIGHT - 52.0 },
        x: Axis::new(Scale::covering(Spread::Linear, placed.iter().map(|p| p.1)), "parameters"),
        y: Axis::new(
            Scale::covering(Spread::Logarithmic, placed.iter().map(|p| p.2)),
            &format!("median loss, {}", view.label()),
        ),
        title: String::new(),
    };
    panel.draw(&mut svg);

    draw_by_depth(&mut svg, &panel, &placed);
    depth_key(&mut svg, &placed, WIDTH - 80.0, HEIGHT);
    Figure::new(
        "scatter",
        format!("All shapes of {target}, loss {}", view.label()),
        "Every shape by its number of parameters and its median loss over seeds, coloured by depth.".to_owned(),
        (WIDTH, HEIGHT),
        svg,
    )
}

/// Draws dots (depth, x, y) in the colours of their depths; dots of one depth that nearly coincide are drawn once.
pub(crate) fn draw_by_depth(svg: &mut Svg, panel: &Panel, placed: &[(usize, f64, f64)]) {
    let mut by_depth: BTreeMap<usize, Cloud> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for &(depth, across, upwards) in placed {
        let Some((x, y)) = panel.place(across, upwards) else { continue };
        if taken.insert((depth, (x / CELL) as i64, (y / CELL) as i64)) {
            let colour = || colour_of(depth, placed);
            let cloud = by_depth.entry(depth).or_insert_with(|| Cloud { colour: colour(), points: Vec::new() });
            cloud.points.push((across, upwards));
        }
    }
    for cloud in by_depth.values() {
        panel.cloud(svg, cloud);
    }
}

/// Names the depths of dots at the right of a drawing of some height.
pub(crate) fn depth_key(svg: &mut Svg, placed: &[(usize, f64, f64)], left: f64, height: f64) {
    let depths: BTreeSet<usize> = placed.iter().map(|p| p.0).collect();
    for (place, &depth) in depths.iter().enumerate() {
        // Entries shrink where the depths are many.
        let pitch = ((height - 100.0) / depths.len() as f64).min(20.0);
        let y = 46.0 + pitch * place as f64;
        let colour = colour_of(depth, placed);
        svg.element("circle", &[("cx", &(left + 6.0)), ("cy", &(y - 4.0)), ("r", &4.0), ("fill", &colour)]);
        svg.text("tick", Anchor::Start, (left + 16.0, y), &depth.to_string());
    }
    svg.text("subtitle", Anchor::Start, (left, 24.0), "Depth");
}

fn colour_of(depth: usize, placed: &[(usize, f64, f64)]) -> String {
    let deepest = placed.iter().map(|p| p.0).max().unwrap_or(1);
    let shallowest = placed.iter().map(|p| p.0).min().unwrap_or(1);
    let span = deepest.saturating_sub(shallowest).max(1) as f64;
    sequential(depth.saturating_sub(shallowest) as f64 / span)
}
