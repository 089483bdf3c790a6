//! The figures of a trace.

use super::steps_axis::StepsAxis;
use super::text;
use crate::axis::{Axis, Frame};
use crate::figure::Figure;
use crate::legend;
use crate::panel::{Line, Marker, Panel, Point, Series};
use crate::scale::{Scale, Spread};
use crate::svg::Svg;
use relulab_study::trace::{Spread as Numbers, TraceSummary};

const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 380.0;
/// Pixels between neighbouring series at one checkpoint.
const SHIFT: f64 = 5.0;
/// Forms of the series, in their order.
const MARKERS: [Marker; 4] = [Marker::Disc, Marker::Square, Marker::Triangle, Marker::Ring];

const TIERS: [&str; 4] = ["steep", "moderate", "weak", "zero"];

/// Steep eigenvalues at every look, with the quartiles.
pub(super) fn collapse(summary: &TraceSummary) -> Figure {
    let last = summary.plan.look_until;
    let looks = summary.looks.iter().filter(|look| look.step <= last);
    let points = looks.map(|look| Point {
        x: look.step as f64,
        y: look.steep.median,
        interval: look.steep.q25.zip(look.steep.q75).map(|(low, high)| [low, high]),
        note: format!("step {}: {}", look.step, text(&look.steep)),
    });
    let series = Series {
        name: "median over seeds, with quartiles".to_owned(),
        colour: 0,
        marker: Marker::Disc,
        line: Line::Solid,
        shift: 0.0,
        points: points.collect(),
    };
    let x = Axis::new(Scale::between(Spread::Linear, 0.0, last.max(1) as f64), "completed steps");
    let label = format!("eigenvalues with |λ| > {}", summary.plan.thresholds[0]);
    draw(
        "collapse",
        "Steep eigenvalues of the pattern Hessian",
        "How many eigenvalues of the pattern Hessian on 1000 fixed samples are steep, early in training.",
        x,
        (Spread::Linear, &label),
        &[series],
    )
}

/// Eigenvalues per tier.
pub(super) fn tiers(summary: &TraceSummary, axis: &StepsAxis) -> Figure {
    let series = TIERS.map(|tier| (tier, tier.to_owned()));
    let [steep, moderate, weak] = summary.plan.thresholds;
    draw(
        "tiers",
        "Tiers of the pattern Hessian",
        &format!(
            "Medians over seeds with 95 % intervals. Thresholds of |λ|: steep above {steep}, moderate above {moderate}, \
             weak above {weak}, zero below."
        ),
        axis.axis(),
        (Spread::Linear, "eigenvalues"),
        &all_series(summary, axis, &series, |figure| figure.clone()),
    )
}

/// The losses, three ways.
pub(super) fn losses(summary: &TraceSummary, axis: &StepsAxis) -> Figure {
    let series = [("uniform5", "uniform [−5, 5]"), ("uniform3", "uniform [−3, 3]"), ("normal", "N(0,1)")].map(owned);
    draw(
        "losses",
        "Losses",
        "Mean squared errors against the target: medians over seeds with 95 % intervals.",
        axis.axis(),
        (Spread::Logarithmic, "mean squared error"),
        &all_series(summary, axis, &series, |figure| figure.clone()),
    )
}

/// Function and weights on their way, each as a share of its first value.
pub(super) fn distances(summary: &TraceSummary, axis: &StepsAxis) -> Figure {
    let series = [("function_error", "function error"), ("distance", "distance of parameters to the last")].map(owned);
    let first = summary.plan.at.first().copied().unwrap_or(0);
    let relative = |name: &str| {
        let start = summary.figure(first, name).and_then(|figure| figure.median).filter(|start| *start > 0.0);
        move |figure: &Numbers| {
            let share = |value: f64| start.map(|start| value / start);
            let [median, q25, q75] = [figure.median, figure.q25, figure.q75].map(|value| value.and_then(share));
            let ci95 = figure.ci95.and_then(|[low, high]| Some([share(low)?, share(high)?]));
            Numbers { n: figure.n, median, q25, q75, ci95 }
        }
    };
    let all: Vec<Series> = series
        .iter()
        .enumerate()
        .map(|(place, (name, words))| one_series(summary, axis, (place, series.len()), name, words, &relative(name)))
        .collect();
    draw(
        "distances",
        "Function and parameters",
        "Root mean square error of the function on [−3, 3], and distance of the parameters from where they end, both as \
         shares of the median before training.",
        axis.axis(),
        (Spread::Logarithmic, "share of the first value"),
        &all,
    )
}

/// Where the movement goes.
pub(super) fn movement(summary: &TraceSummary, axis: &StepsAxis) -> Figure {
    let names = TIERS.map(|tier| (format!("moved_{tier}"), tier.to_owned()));
    let series: Vec<(&str, String)> = names.iter().map(|(name, words)| (name.as_str(), words.clone())).collect();
    draw(
        "movement",
        "Movement per tier",
        "Share of each tier in the squared displacement from a checkpoint to the next, in eigenvectors at the first of \
         the two: medians over seeds with 95 % intervals.",
        axis.axis(),
        (Spread::Linear, "share of squared movement"),
        &all_series(summary, axis, &series, |figure| figure.clone()),
    )
}

fn owned((name, words): (&'static str, &str)) -> (&'static str, String) {
    (name, words.to_owned())
}

fn all_series(
    summary: &TraceSummary,
    axis: &StepsAxis,
    names: &[(&str, String)],
    change: impl Fn(&Numbers) -> Numbers,
) -> Vec<Series> {
    let all = names.iter().enumerate();
    all.map(|(place, (name, words))| one_series(summary, axis, (place, names.len()), name, words, &change)).collect()
}

fn one_series(
    summary: &TraceSummary,
    axis: &StepsAxis,
    (place, count): (usize, usize),
    name: &str,
    words: &str,
    change: &impl Fn(&Numbers) -> Numbers,
) -> Series {
    let point = |(x, step): (f64, u64)| {
        let numbers = change(summary.figure(step, name)?);
        let note = format!("step {step}, {words}: {}", text(&numbers));
        Some(Point { x, y: numbers.median, interval: numbers.ci95, note })
    };
    Series {
        name: words.to_owned(),
        colour: place,
        marker: MARKERS[place % MARKERS.len()],
        line: Line::Solid,
        shift: SHIFT * (place as f64 - (count - 1) as f64 / 2.0),
        points: axis.places().filter_map(point).collect(),
    }
}

/// One panel with its legend.
fn draw(
    name: &'static str,
    title: &str,
    description: &str,
    x: Axis,
    (spread, label): (Spread, &str),
    series: &[Series],
) -> Figure {
    let mut svg = Svg::new();
    let frame = Frame { left: 90.0, right: WIDTH - 24.0, top: 46.0, bottom: HEIGHT - 52.0 };
    let zero = (spread == Spread::Linear).then_some(0.0);
    let values = series.iter().flat_map(Series::values).chain(zero);
    let y = Axis::new(Scale::covering(spread, values), label);
    let panel = Panel { frame, x, y, title: String::new() };
    legend::draw(&mut svg, series, frame.left, frame.right, 18.0);
    panel.draw(&mut svg);
    series.iter().for_each(|one| panel.series(&mut svg, one));
    Figure::new(name, title.to_owned(), description.to_owned(), (WIDTH, HEIGHT), svg)
}
