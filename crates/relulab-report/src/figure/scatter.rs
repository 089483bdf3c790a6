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

    let mut by_depth: BTreeMap<usize, Cloud> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let deepest = placed.iter().map(|p| p.0).max().unwrap_or(1);
    let shallowest = placed.iter().map(|p| p.0).min().unwrap_or(1);
    let span = deepest.saturating_sub(shallowest).max(1) as f64;
    for (depth, params, loss) in placed {
        let Some((x, y)) = panel.place(params, loss) else { continue };
        if taken.insert((depth, (x / CELL) as i64, (y / CELL) as i64)) {
            let colour = || sequential((depth - shallowest) as f64 / span);
            let cloud = by_depth.entry(depth).or_insert_with(|| Cloud { colour: colour(), points: Vec::new() });
            cloud.points.push((params, loss));
        }
    }
    for (place, (depth, cloud)) in by_depth.iter().enumerate() {
        panel.cloud(&mut svg, cloud);
        // Entries shrink where the depths are many.
        let pitch = ((HEIGHT - 100.0) / by_depth.len() as f64).min(20.0);
        let y = 46.0 + pitch * place as f64;
        svg.element("circle", &[("cx", &(WIDTH - 74.0)), ("cy", &(y - 4.0)), ("r", &4.0), ("fill", &cloud.colour)]);
        svg.text("tick", Anchor::Start, (WIDTH - 64.0, y), &depth.to_string());
    }
    svg.text("subtitle", Anchor::Start, (WIDTH - 80.0, 24.0), "Depth");
    Figure::new(
        "scatter",
        format!("All shapes of {target}, loss {}", view.label()),
        "Every shape by its number of parameters and its median loss over seeds, coloured by depth.".to_owned(),
        (WIDTH, HEIGHT),
        svg,
    )
}
