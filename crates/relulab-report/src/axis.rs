//! Axes: a scale with a label, its ticks and grid lines.

use crate::scale::{Scale, Spread, Tick};
use crate::svg::{Anchor, Svg};

/// Length of a labelled tick in pixels.
const MAJOR_TICK: f64 = 4.0;
/// Length of an unlabelled tick in pixels.
const MINOR_TICK: f64 = 2.5;

/// Most labels that fit below a panel of usual width.
const MOST_INTEGER_LABELS: usize = 25;

/// One axis of a panel.
#[derive(Clone, Debug)]
pub struct Axis {
    scale: Scale,
    label: String,
    ticks: Vec<Tick>,
    grid: bool,
    labelled: bool,
}

/// The rectangle that a panel's data fill, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Left end.
    pub left: f64,
    /// Upper end.
    pub top: f64,
    /// Right end.
    pub right: f64,
    /// Lower end.
    pub bottom: f64,
}

impl Axis {
    /// An axis with the scale's own ticks and with grid lines.
    pub fn new(scale: Scale, label: &str) -> Self {
        let ticks = scale.ticks();
        Self { scale, label: label.to_owned(), ticks, grid: true, labelled: true }
    }

    /// A linear axis over the whole numbers from `low` to `high`, half a unit of room at either end.
    pub fn integers(low: usize, high: usize, label: &str) -> Self {
        let scale = Scale::between(Spread::Linear, low as f64 - 0.5, high as f64 + 0.5);
        // Beyond that many whole numbers every second, third, … gets a label.
        let stride = high.saturating_sub(low) / MOST_INTEGER_LABELS + 1;
        let label_of = |n: usize| (n - low).is_multiple_of(stride).then(|| n.to_string());
        let ticks = (low..=high).map(|n| Tick { value: n as f64, label: label_of(n) }).collect();
        Self::new(scale, label).ticks(ticks)
    }

    /// The same axis with other ticks.
    pub fn ticks(mut self, ticks: Vec<Tick>) -> Self {
        self.ticks = ticks;
        self
    }

    /// The same axis without grid lines.
    pub fn without_grid(mut self) -> Self {
        self.grid = false;
        self
    }

    /// The same axis without tick labels, for panels whose neighbour shows them.
    pub fn without_tick_labels(mut self) -> Self {
        self.labelled = false;
        self
    }

    /// The scale onto a horizontal interval.
    pub(crate) fn across(&self, frame: Frame) -> Scale {
        self.scale.clone().onto(frame.left, frame.right)
    }

    /// The scale onto a vertical interval, larger values higher.
    pub(crate) fn upwards(&self, frame: Frame) -> Scale {
        self.scale.clone().onto(frame.bottom, frame.top)
    }

    /// Draws this axis below `frame`.
    pub(crate) fn draw_below(&self, svg: &mut Svg, frame: Frame) {
        let scale = self.across(frame);
        for (tick, x) in self.placed(&scale) {
            if self.grid && tick.label.is_some() {
                svg.line("grid", (x, frame.top), (x, frame.bottom));
            }
            let length = if tick.label.is_some() { MAJOR_TICK } else { MINOR_TICK };
            svg.line("axis", (x, frame.bottom), (x, frame.bottom + length));
            if let Some(label) = tick.label.as_ref().filter(|_| self.labelled) {
                svg.text("tick", Anchor::Middle, (x, frame.bottom + 17.0), label);
            }
        }
        svg.line("axis", (frame.left, frame.bottom), (frame.right, frame.bottom));
        if !self.label.is_empty() {
            svg.text(
                "label",
                Anchor::Middle,
                (f64::midpoint(frame.left, frame.right), frame.bottom + 37.0),
                &self.label,
            );
        }
    }

    /// Draws this axis to the left of `frame`.
    pub(crate) fn draw_left(&self, svg: &mut Svg, frame: Frame) {
        let scale = self.upwards(frame);
        let mut longest = 0;
        for (tick, y) in self.placed(&scale) {
            if self.grid && tick.label.is_some() {
                svg.line("grid", (frame.left, y), (frame.right, y));
            }
            let length = if tick.label.is_some() { MAJOR_TICK } else { MINOR_TICK };
            svg.line("axis", (frame.left - length, y), (frame.left, y));
            if let Some(label) = tick.label.as_ref().filter(|_| self.labelled) {
                longest = longest.max(label.chars().count());
                svg.text("tick", Anchor::End, (frame.left - 7.0, y + 4.0), label);
            }
        }
        svg.line("axis", (frame.left, frame.top), (frame.left, frame.bottom));
        if !self.label.is_empty() {
            // Six pixels a character: wide enough for digits of the tick's size in every common font.
            let x = frame.left - 18.0 - 6.0 * longest as f64;
            svg.text_upwards("label", (x, f64::midpoint(frame.top, frame.bottom)), &self.label);
        }
    }

    fn placed<'a>(&'a self, scale: &'a Scale) -> impl Iterator<Item = (&'a Tick, f64)> {
        self.ticks.iter().filter_map(move |tick| scale.position(tick.value).map(|pixel| (tick, pixel)))
    }
}
