//! The frontier: the best of every depth by several rules, and the same as ratios to depth 1.

use crate::axis::{Axis, Frame};
use crate::figure::Figure;
use crate::loss_view::LossView;
use crate::number::{count, human, ratio};
use crate::panel::{Line, Marker, Panel, Point, Series};
use crate::scale::{Scale, Spread};
use crate::svg::{Anchor, Svg};
use crate::{legend, number};
use relulab_study::summary::{DepthSummary, Estimate, Frontier, Matched};

const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 430.0;
/// Pixels between neighbouring series at one depth.
const SHIFT: f64 = 4.0;

/// What a publication says of one depth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    /// Number of hidden layers.
    pub depth: usize,
    /// Its loss.
    pub loss: Option<f64>,
    /// Its ratio to depth 1, above 1 where depth helps.
    pub ratio: Option<f64>,
}

/// Draws the frontier of one target and loss; `depths` are those of the target, in increasing order.
pub fn frontier(target: &str, view: LossView, depths: &[&DepthSummary]) -> Figure {
    frontier_beside(target, view, depths, &[])
}

/// The same with a publication's numbers beside ours.
pub fn frontier_beside(target: &str, view: LossView, depths: &[&DepthSummary], published: &[Published]) -> Figure {
    let mut svg = Svg::new();
    // The legend of a publication's numbers may need one more row.
    let extra = if published.is_empty() { 0.0 } else { 20.0 };
    let height = HEIGHT + extra;
    let of = |depth: &DepthSummary| view.value_of(&depth.losses);
    let frame = |left: f64, right: f64| Frame { left, right, top: 74.0 + extra, bottom: height - 52.0 };

    let mut losses = vec![
        series("best single run", 4, Marker::Ring, Line::Dashed, depths, |d| plain(of(d).best_single)),
        series("best median of a shape", 2, Marker::Square, Line::Dashed, depths, |d| plain(of(d).best_median)),
        series("selection-corrected, 95 %", 0, Marker::Disc, Line::Solid, depths, |d| of(d).selected),
        series("median of medians", 5, Marker::HollowTriangle, Line::Dashed, depths, |d| {
            plain(of(d).median_of_medians)
        }),
    ];
    losses.extend(published_series(depths, published, |one| one.loss));
    let heading = Heading { title: "Loss", label: format!("loss, {}", view.label()), reference: None };
    draw_panel(&mut svg, frame(76.0, 500.0), &losses, depths, &heading);

    let mut ratios = vec![
        series("best single run", 4, Marker::Ring, Line::Dashed, depths, |d| plain(of(d).ratio_to_depth1.best_single)),
        series("best median of a shape", 2, Marker::Square, Line::Dashed, depths, |d| {
            plain(of(d).ratio_to_depth1.best_median)
        }),
        series("selection-corrected, 95 %", 0, Marker::Disc, Line::Solid, depths, |d| of(d).ratio_to_depth1.selected),
        matched_series(depths, of),
    ];
    ratios.extend(published_series(depths, published, |one| one.ratio));
    let heading = Heading {
        title: "Ratio to depth 1: above 1, depth helps",
        label: "loss of depth 1 / loss of this depth".to_owned(),
        reference: Some((1.0, "as good as depth 1")),
    };
    draw_panel(&mut svg, frame(596.0, WIDTH - 16.0), &ratios, depths, &heading);

    Figure::new(
        "frontier",
        format!("Frontier of {target}, loss {}", view.label()),
        "Left: the best loss of every depth. The best single run is the smallest of all shapes and seeds; the \
         selection-corrected loss chooses a shape on half of the seeds and scores it on the other half. Right: the \
         same as ratios to depth 1, and the best of equally many tries at either depth."
            .to_owned(),
        (WIDTH, height),
        svg,
    )
}

/// The words of a panel.
struct Heading {
    title: &'static str,
    /// Of the vertical axis.
    label: String,
    /// A value to compare with, always inside the panel, and its name.
    reference: Option<(f64, &'static str)>,
}

/// Draws heading, legend, axes, reference and series of one panel.
fn draw_panel(svg: &mut Svg, frame: Frame, all: &[Series], depths: &[&DepthSummary], heading: &Heading) {
    let low = depths.first().map_or(1, |depth| depth.depth);
    let high = depths.last().map_or(1, |depth| depth.depth);
    let values = all.iter().flat_map(Series::values).chain(heading.reference.map(|(value, _)| value));
    let panel = Panel {
        frame,
        x: Axis::integers(low, high, "depth (hidden layers)").without_grid(),
        y: Axis::new(Scale::covering(Spread::Logarithmic, values), &heading.label),
        title: String::new(),
    };
    svg.text("subtitle", Anchor::Start, (frame.left, 16.0), heading.title);
    legend::draw(svg, all, frame.left, frame.right + 8.0, 36.0);
    panel.draw(svg);
    if let Some((value, word)) = heading.reference {
        panel.horizontal_rule(svg, value, word);
    }
    for one in all {
        panel.series(svg, one);
    }
}

fn plain(value: Option<f64>) -> Estimate {
    Estimate { value, ci95: None }
}

fn series(
    name: &str,
    colour: usize,
    marker: Marker,
    line: Line,
    depths: &[&DepthSummary],
    estimate: impl Fn(&DepthSummary) -> Estimate,
) -> Series {
    let points = depths.iter().map(|depth| {
        let Estimate { value, ci95 } = estimate(depth);
        Point { x: depth.depth as f64, y: value, interval: ci95, note: note(name, depth, value, ci95) }
    });
    // The corrected series stays on its depth; the others, which have no interval, stand at its left.
    let shift = if colour == 0 { 0.0 } else { -SHIFT };
    Series { name: name.to_owned(), colour, marker, line, shift, points: points.collect() }
}

/// A publication's numbers at the depths that the figure has; `None` when it says nothing.
fn published_series(
    depths: &[&DepthSummary],
    published: &[Published],
    get: impl Fn(&Published) -> Option<f64>,
) -> Option<Series> {
    let drawn = published.iter().filter(|one| depths.iter().any(|depth| depth.depth == one.depth));
    let points: Vec<Point> = drawn
        .filter_map(|one| {
            let value = get(one)?;
            let note = format!("depth {}, the paper: {}", one.depth, human(value));
            Some(Point { x: one.depth as f64, y: Some(value), interval: None, note })
        })
        .collect();
    let name = "the paper".to_owned();
    (!points.is_empty()).then_some(Series {
        name,
        colour: 3,
        marker: Marker::Cross,
        line: Line::None,
        shift: 0.0,
        points,
    })
}

/// The matched tries of every depth: those with the most tries, which is the fairest comparison that was made.
fn matched_series(depths: &[&DepthSummary], of: impl Fn(&DepthSummary) -> Frontier) -> Series {
    let points = depths.iter().map(|depth| {
        let frontier = of(depth);
        let Matched { tries, value, ci95 } =
            frontier.ratio_to_depth1.matched.into_iter().max_by_key(|matched| matched.tries).unwrap_or_default();
        let name = format!("best of {} tries at either depth", count(tries));
        Point { x: depth.depth as f64, y: value, interval: ci95, note: note(&name, depth, value, ci95) }
    });
    Series {
        name: "matched tries, 95 %".to_owned(),
        colour: 1,
        marker: Marker::Diamond,
        line: Line::Solid,
        shift: SHIFT,
        points: points.collect(),
    }
}

fn note(name: &str, depth: &DepthSummary, value: Option<f64>, interval: Option<[f64; 2]>) -> String {
    let value = value.map_or(number::ABSENT.to_owned(), human);
    let interval = interval.map_or(String::new(), |[low, high]| format!(" [{}, {}]", ratio(low), ratio(high)));
    format!(
        "depth {}, {name}: {value}{interval} ({} shapes, {} runs)",
        depth.depth,
        count(depth.n_shapes),
        count(depth.n_runs)
    )
}
