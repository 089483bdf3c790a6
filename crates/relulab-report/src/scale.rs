//! Maps from data to pixels, linear or logarithmic, with readable ticks.

use crate::number::{human, power_of_ten};

/// How values spread along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Equal differences have equal lengths.
    Linear,
    /// Equal ratios have equal lengths; values must be positive.
    Logarithmic,
}

/// A map from a data interval to an interval of pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    spread: Spread,
    /// Ends of the data interval, as logarithms to base ten when the spread is logarithmic.
    domain: (f64, f64),
    /// Ends of the pixel interval; the second may be the smaller.
    range: (f64, f64),
}

/// One tick of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where, in data units.
    pub value: f64,
    /// The label, absent for minor ticks.
    pub label: Option<String>,
}

/// Share of the data interval added at either end.
const PADDING: f64 = 0.05;
/// Half-width of the interval around a single value, relative to the value (linear) or in decades.
const LONE_HALF_WIDTH: f64 = 0.5;
/// Fewest decades for which only powers of ten are labelled.
const DECADES_FOR_POWERS_ONLY: f64 = 2.0;
/// Fewest decades for which a logarithmic axis has logarithmic ticks at all.
const DECADES_FOR_LOG_TICKS: f64 = 0.7;
/// Most decades with minor ticks at 2 to 9.
const DECADES_WITH_MINORS: f64 = 6.0;
/// Wished number of labelled ticks.
const WISHED_TICKS: usize = 6;
/// Slack, relative to the length of the domain, with which a tick at its very end still belongs to it.
const END_SLACK: f64 = 1e-9;

/// Most decimals, and largest magnitude, of a linear tick's label without an exponent.
const MOST_DECIMALS: f64 = 6.0;
const LARGEST_PLAIN: f64 = 1e6;

impl Scale {
    /// A scale that covers `values` with some room at either end.
    ///
    /// Values that are not finite, or not positive on a logarithmic scale, are passed over; when none is left
    /// the scale covers a unit interval, so that an empty figure still has axes.
    pub fn covering(spread: Spread, values: impl IntoIterator<Item = f64>) -> Self {
        let inside = values.into_iter().filter_map(|value| transform(spread, value));
        let (low, high) = inside.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let domain = if low > high {
            (0.0, 1.0)
        } else if low == high {
            let half =
                if spread == Spread::Linear && low != 0.0 { LONE_HALF_WIDTH * low.abs() } else { LONE_HALF_WIDTH };
            (low - half, high + half)
        } else {
            let room = PADDING * (high - low);
            (low - room, high + room)
        };
        Self { spread, domain, range: (0.0, 1.0) }
    }

    /// A scale between two given values, without room.
    ///
    /// Ends that make no interval fall back to [`Scale::covering`].
    pub fn between(spread: Spread, low: f64, high: f64) -> Self {
        match (transform(spread, low), transform(spread, high)) {
            (Some(l), Some(h)) if l < h => Self { spread, domain: (l, h), range: (0.0, 1.0) },
            _ => Self::covering(spread, [low, high]),
        }
    }

    /// The same scale onto the pixels from `start` to `end`.
    pub fn onto(mut self, start: f64, end: f64) -> Self {
        self.range = (start, end);
        self
    }

    /// Linear or logarithmic.
    pub fn spread(&self) -> Spread {
        self.spread
    }

    /// The pixel of a value, or `None` where the scale has no place for it (NaN, or ≤ 0 on a logarithmic scale).
    pub fn position(&self, value: f64) -> Option<f64> {
        let (low, high) = self.domain;
        transform(self.spread, value).map(|v| self.range.0 + (v - low) / (high - low) * (self.range.1 - self.range.0))
    }

    /// The pixel of a value, moved to the nearer end where it lies outside; `None` only for NaN.
    pub fn clamped(&self, value: f64) -> Option<f64> {
        if value.is_nan() {
            return None;
        }
        let low_value = if value > 0.0 || self.spread == Spread::Linear { value } else { 0.0 };
        let (start, end) = self.range;
        let pixel = match transform(self.spread, low_value) {
            Some(_) => self.position(low_value)?,
            None if low_value > 0.0 => end,
            None => start,
        };
        Some(pixel.clamp(start.min(end), start.max(end)))
    }

    /// Ticks inside the data interval, in increasing order.
    pub fn ticks(&self) -> Vec<Tick> {
        let (low, high) = self.domain;
        match self.spread {
            Spread::Linear => linear_ticks(low, high),
            Spread::Logarithmic if high - low < DECADES_FOR_LOG_TICKS => {
                linear_ticks(10f64.powf(low), 10f64.powf(high)).into_iter().filter(|tick| tick.value > 0.0).collect()
            }
            Spread::Logarithmic => log_ticks(low, high),
        }
    }
}

fn transform(spread: Spread, value: f64) -> Option<f64> {
    let transformed = match spread {
        Spread::Linear => value,
        Spread::Logarithmic if value > 0.0 => value.log10(),
        Spread::Logarithmic => return None,
    };
    transformed.is_finite().then_some(transformed)
}

/// Ticks at multiples of 1, 2 or 5 times a power of ten.
fn linear_ticks(low: f64, high: f64) -> Vec<Tick> {
    let raw_step = (high - low) / WISHED_TICKS as f64;
    if !(raw_step.is_finite() && raw_step > 0.0) {
        return Vec::new();
    }
    let exponent = raw_step.log10().floor();
    let power = 10f64.powf(exponent);
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= raw_step).unwrap_or(raw_step);
    let slack = END_SLACK * (high - low);
    let first = ((low - slack) / step).ceil();
    let decimals = (-step.log10().floor()).max(0.0);
    (0..=2 * WISHED_TICKS)
        .map(|i| (first + i as f64) * step)
        .take_while(|value| *value <= high + slack)
        .map(|value| {
            let label = if decimals <= MOST_DECIMALS && value.abs() < LARGEST_PLAIN {
                format!("{value:.*}", decimals as usize).replace('-', "−")
            } else {
                human(value)
            };
            Tick {
                value,
                label: Some(if label.trim_start_matches('−').parse() == Ok(0.0) { "0".into() } else { label }),
            }
        })
        .collect()
}

/// Ticks at powers of ten, with labels at 2 and 5 times them over short intervals and minor ticks between.
fn log_ticks(low: f64, high: f64) -> Vec<Tick> {
    let decades = high - low;
    let slack = END_SLACK * decades;
    let stride = (decades / WISHED_TICKS as f64).ceil().max(1.0) as i32;
    let mut ticks = Vec::new();
    for exponent in low.floor() as i32..=high.ceil() as i32 {
        for digit in 1..=9 {
            let place = f64::from(exponent) + f64::from(digit).log10();
            if place < low - slack || place > high + slack {
                continue;
            }
            let value = f64::from(digit) * 10f64.powi(exponent);
            let label = match digit {
                1 if exponent.rem_euclid(stride) == 0 => Some(power_of_ten(exponent)),
                2 | 5 if decades < DECADES_FOR_POWERS_ONLY => Some(short(value)),
                _ => None,
            };
            if label.is_some() || digit == 1 || decades <= DECADES_WITH_MINORS {
                ticks.push(Tick { value, label });
            }
        }
    }
    ticks
}

/// A one-digit number without trailing zeros.
fn short(value: f64) -> String {
    if (1e-3..1e4).contains(&value) { format!("{}", crate::number::round_significant(value, 1)) } else { human(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.ticks().into_iter().filter_map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_the_ones_a_person_would_choose() {
        assert_eq!(
            labels(&Scale::between(Spread::Linear, 0.0, 1.0)),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map(|l| if l == "0.0" { "0" } else { l })
        );
        assert_eq!(labels(&Scale::between(Spread::Linear, -30.0, 30.0)), ["−30", "−20", "−10", "0", "10", "20", "30"]);
        assert_eq!(
            labels(&Scale::between(Spread::Logarithmic, 1e-5, 1.0)),
            ["10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1"]
        );
        assert_eq!(labels(&Scale::between(Spread::Logarithmic, 0.5, 20.0)), ["0.5", "1", "2", "5", "10", "20"]);
        assert_eq!(labels(&Scale::between(Spread::Logarithmic, 1.0, 2.0)), ["1.0", "1.2", "1.4", "1.6", "1.8", "2.0"]);
        assert!(labels(&Scale::between(Spread::Logarithmic, 1e-300, 1e300)).len() <= 8);
    }

    #[test]
    fn degenerate_values_still_make_a_scale() {
        for spread in [Spread::Linear, Spread::Logarithmic] {
            for values in [vec![], vec![0.0], vec![3.0], vec![f64::NAN, f64::INFINITY], vec![-1.0, -2.0], vec![2.0; 9]]
            {
                let scale = Scale::covering(spread, values).onto(10.0, 20.0);
                assert!(!scale.ticks().is_empty(), "{scale:?}");
                assert_eq!(scale.position(f64::NAN), None);
            }
        }
        let log = Scale::between(Spread::Logarithmic, 1.0, 100.0).onto(0.0, 100.0);
        assert_eq!(
            [log.clamped(0.0), log.clamped(1e9), log.clamped(f64::INFINITY)],
            [Some(0.0), Some(100.0), Some(100.0)]
        );
        assert_eq!(log.position(0.0), None);
    }

    proptest! {
        #[test]
        fn covered_values_lie_inside_and_keep_their_order(
            values in prop::collection::vec(1e-12..1e12f64, 1..20),
            logarithmic in any::<bool>(),
        ) {
            let spread = if logarithmic { Spread::Logarithmic } else { Spread::Linear };
            let scale = Scale::covering(spread, values.iter().copied()).onto(300.0, 20.0);
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let pixels: Vec<f64> = sorted.iter().map(|v| scale.position(*v).unwrap()).collect();
            prop_assert!(pixels.iter().all(|p| (20.0..=300.0).contains(p)));
            prop_assert!(pixels.windows(2).all(|pair| pair[0] >= pair[1]));
            let ticks = scale.ticks();
            prop_assert!(ticks.windows(2).all(|pair| pair[0].value < pair[1].value));
            prop_assert!(labels(&scale).len() >= 2 && labels(&scale).len() <= 2 * WISHED_TICKS + 1);
        }
    }
}
