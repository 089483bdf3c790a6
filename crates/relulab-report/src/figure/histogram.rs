//! Histograms of the medians over shapes: one small panel per depth, all on one axis.

use crate::axis::{Axis, Frame};
use crate::figure::Figure;
use crate::loss_view::LossView;
use crate::number::count;
use crate::panel::{Bin, Panel};
use crate::scale::{Scale, Spread};
use crate::svg::{Anchor, Svg};
use relulab_study::summary::DepthSummary;

const WIDTH: f64 = 1040.0;
const COLUMNS: usize = 4;
const ROW_HEIGHT: f64 = 118.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 48.0;
const GAP: f64 = 22.0;
const SIDE: f64 = 20.0;

/// Draws the histograms of one target and loss; `depths` are those of the target, in increasing order.
pub fn histogram(target: &str, view: LossView, depths: &[&DepthSummary]) -> Figure {
    let mut svg = Svg::new();
    let columns = depths.len().clamp(1, COLUMNS);
    let rows = depths.len().div_ceil(COLUMNS).max(1);
    let panel_width = (WIDTH - 2.0 * SIDE - GAP * (columns as f64 - 1.0)) / columns as f64;

    let bins_of = |depth: &DepthSummary| view.value_of(&depth.losses).histogram;
    let edges = depths.iter().flat_map(|depth| bins_of(depth)).flat_map(|bin| [bin.0, bin.1]);
    let losses: Vec<f64> = edges.map(|edge| 10f64.powf(edge)).collect();
    let scale = Scale::covering(Spread::Logarithmic, losses);
    let reference =
        depths.iter().find(|depth| depth.depth == 1).and_then(|depth| view.of(&depth.losses)?.median_of_medians);

    for (place, depth) in depths.iter().enumerate() {
        let (row, column) = (place / COLUMNS, place % COLUMNS);
        let left = SIDE + column as f64 * (panel_width + GAP);
        let top = TOP + row as f64 * ROW_HEIGHT;
        let frame = Frame { left, right: left + panel_width, top, bottom: top + ROW_HEIGHT - 46.0 };
        let bins: Vec<Bin> = bins_of(depth)
            .into_iter()
            .map(|(low, high, n)| Bin { low: 10f64.powf(low), high: 10f64.powf(high), height: n as f64 })
            .collect();
        let tallest = bins.iter().map(|bin| bin.height).fold(1.0, f64::max);
        let y = Axis::new(Scale::between(Spread::Linear, 0.0, 1.05 * tallest), "").ticks(Vec::new());
        let panel = Panel { frame, x: Axis::new(scale.clone(), ""), y, title: format!("Depth {}", depth.depth) };
        panel.draw(&mut svg);
        let shapes =
            if depth.n_shapes == 1 { "1 shape".to_owned() } else { format!("{} shapes", count(depth.n_shapes)) };
        svg.text("tick", Anchor::End, (frame.right, frame.top - 8.0), &shapes);
        panel.bins(&mut svg, 0, &bins);
        if let Some(reference) = reference {
            panel.vertical_rule(&mut svg, reference);
        }
    }
    let height = TOP + rows as f64 * ROW_HEIGHT - 46.0 + BOTTOM + 12.0;
    let label = format!("median loss over seeds, {}", view.label());
    svg.text("label", Anchor::Middle, (WIDTH / 2.0, height - 12.0), &label);

    Figure::new(
        "histogram",
        format!("Median losses of {target} by depth, loss {}", view.label()),
        "Every shape counts once, by its median over seeds. Heights are scaled within each depth; the dashed line \
         is the median of depth 1."
            .to_owned(),
        (WIDTH, height),
        svg,
    )
}
