//! Ranges of all pre-activations over a box: intervals and linear relaxation in f64 with rounding charged.

use super::dense::{Dense, DenseLayer};
use super::{Choice, InputBox};

/// A lower and an upper bound.
pub(crate) type Range = (f64, f64);

/// Straight lines below and above a unit's activation over its range.
#[derive(Clone, Copy, Debug)]
struct Lines {
    upper_slope: f64,
    upper_intercept: f64,
    /// The lower line passes through the origin.
    lower_slope: f64,
}

/// The relaxation of a network over a box, built layer by layer.
///
/// *Algorithm*: a unit that switches inside its range [l, u] lies between a line through the origin and the chord
/// over its range. A linear form in a layer's activations becomes one in the layer before by taking for each unit the
/// line that its coefficient's sign asks for, down to the inputs, where the extremum over the box is known. Every
/// rounding is bounded beside the sums and charged to the result: a coefficient's error times the largest magnitude
/// that it multiplies. Plain interval arithmetic runs beside it and the better bound is kept.
///
/// *Reference*: Zhang et al. 2018 (CROWN); Higham, *Accuracy and Stability of Numerical Algorithms*, section 3.1.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pass {
    /// Ranges of the pre-activations of each layer done so far.
    pub ranges: Vec<Vec<Range>>,
    lines: Vec<Vec<Lines>>,
    /// How each unit was bounded, in order.
    pub choices: Vec<Choice>,
}

/// An upper bound of a linear form.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// The bound.
    pub bound: f64,
    /// How much of it is charged for rounding.
    pub error: f64,
    /// Coefficients in the inputs, which tell where the bound is attained.
    pub coefficients: Vec<f64>,
}

/// The factor of a sum of so many products, doubled to cover the roundings of the bound itself.
fn gamma(n_terms: usize) -> f64 {
    (n_terms as f64 + 8.0) * f64::EPSILON
}

fn magnitude(range: &Range) -> f64 {
    range.0.abs().max(range.1.abs())
}

impl Pass {
    /// The ranges of the first `n_layers` layers over a box; units that plain intervals decide are left at that.
    pub fn over(network: &Dense, domain: &InputBox, n_layers: usize) -> Self {
        let mut pass = Self::default();
        for layer in 0..n_layers {
            pass.add_layer(network, domain, layer);
        }
        pass
    }

    /// Ranges of the first `n_layers` layers by intervals alone, as they are wanted at a point.
    pub fn intervals(network: &Dense, domain: &InputBox, n_layers: usize) -> Vec<Vec<Range>> {
        let mut below: Vec<Range> = domain.lower().iter().copied().zip(domain.upper().iter().copied()).collect();
        let mut all = Vec::with_capacity(n_layers);
        for layer in &network.layers[..n_layers] {
            let ranges: Vec<Range> = (0..layer.n_out).map(|unit| interval(layer, unit, &below)).collect();
            below = ranges.iter().map(|range| activated(*range, network.leak)).collect();
            all.push(ranges);
        }
        all
    }

    /// The ranges of one more layer.
    fn add_layer(&mut self, network: &Dense, domain: &InputBox, layer: usize) {
        let below = self.inputs_of(network, domain, layer);
        let this = &network.layers[layer];
        let mut ranges: Vec<Range> = (0..this.n_out).map(|unit| interval(this, unit, &below)).collect();
        let is_usable = self.ranges.iter().flatten().all(|range| magnitude(range) < f64::MAX);
        for (unit, range) in ranges.iter_mut().enumerate() {
            let relaxed = is_usable && range.0 < 0.0 && range.1 > 0.0;
            self.choices.push(Choice { relaxed, steep: false });
            if relaxed {
                range.1 = range.1.min(self.upper(network, domain, layer, unit, 1.0).bound);
                range.0 = range.0.max(-self.upper(network, domain, layer, unit, -1.0).bound);
            }
        }
        self.lines.push(ranges.iter().map(|range| lines(*range, network.leak)).collect());
        let n_before = self.choices.len() - ranges.len();
        for (choice, lines) in self.choices[n_before..].iter_mut().zip(&self.lines[layer]) {
            choice.steep = lines.lower_slope == 1.0;
        }
        self.ranges.push(ranges);
    }

    /// The range of one unit of the next layer by intervals alone.
    pub fn interval(&self, network: &Dense, domain: &InputBox, layer: usize, unit: usize) -> Range {
        interval(&network.layers[layer], unit, &self.inputs_of(network, domain, layer))
    }

    /// Ranges of what enters a layer.
    fn inputs_of(&self, network: &Dense, domain: &InputBox, layer: usize) -> Vec<Range> {
        match layer.checked_sub(1) {
            None => domain.lower().iter().copied().zip(domain.upper().iter().copied()).collect(),
            Some(before) => self.ranges[before].iter().map(|range| activated(*range, network.leak)).collect(),
        }
    }

    /// An upper bound of `sign` times a pre-activation of `layer`, from the relaxation of the layers before it.
    pub fn upper(&self, network: &Dense, domain: &InputBox, layer: usize, unit: usize, sign: f64) -> Form {
        let this = &network.layers[layer];
        let mut coefficients: Vec<f64> = this.row(unit).iter().map(|weight| sign * weight).collect();
        let mut constant = sign * this.biases[unit];
        // Magnitudes of the terms of the constant, how many there are, and what is already charged.
        let (mut size, mut n_terms, mut error) = (constant.abs(), 1, 0.0);
        for before in (0..layer).rev() {
            let (lines, inner) = (&self.lines[before], &network.layers[before]);
            let mut next = vec![0.0; inner.n_in];
            let mut sizes = vec![0.0; inner.n_in];
            for (unit, (coefficient, lines)) in coefficients.iter().zip(lines).enumerate() {
                let slope = if *coefficient > 0.0 { lines.upper_slope } else { lines.lower_slope };
                let factor = coefficient * slope;
                if *coefficient > 0.0 && lines.upper_intercept != 0.0 {
                    let term = coefficient * lines.upper_intercept;
                    constant += term;
                    size += term.abs();
                }
                if *coefficient == 0.0 || slope == 0.0 {
                    continue;
                }
                let term = factor * inner.biases[unit];
                constant += term;
                size += term.abs();
                // A factor that underflowed is as wrong as the smallest normal number at most.
                let factor_size = factor.abs() + f64::MIN_POSITIVE;
                for ((next, size), weight) in next.iter_mut().zip(&mut sizes).zip(inner.row(unit)) {
                    *next += factor * weight;
                    *size += factor_size * weight.abs();
                }
            }
            n_terms += 2 * inner.n_out;
            let rounding = gamma(inner.n_out + 2);
            for (input, size) in sizes.iter().enumerate() {
                let reach = match before.checked_sub(1) {
                    None => domain.lower()[input].abs().max(domain.upper()[input].abs()),
                    Some(deeper) => magnitude(&self.ranges[deeper][input]),
                };
                if *size > 0.0 {
                    error += (rounding * size + inner.n_out as f64 * f64::MIN_POSITIVE) * reach;
                }
            }
            coefficients = next;
        }
        for ((coefficient, lower), upper) in coefficients.iter().zip(domain.lower()).zip(domain.upper()) {
            let term = if *coefficient > 0.0 { coefficient * upper } else { coefficient * lower };
            constant += term;
            size += term.abs();
        }
        n_terms += coefficients.len();
        error =
            error * (1.0 + gamma(n_terms * (layer + 1))) + gamma(n_terms) * size + n_terms as f64 * f64::MIN_POSITIVE;
        let bound = (constant + error).next_up();
        Form { bound: if bound.is_nan() { f64::INFINITY } else { bound }, error: 2.0 * error, coefficients }
    }
}

/// The range of one unit from the ranges of its inputs.
fn interval(layer: &DenseLayer, unit: usize, below: &[Range]) -> Range {
    let bias = layer.biases[unit];
    let (mut lower, mut upper, mut size) = (bias, bias, 0.0);
    for (weight, range) in layer.row(unit).iter().zip(below).filter(|(weight, _)| **weight != 0.0) {
        let (a, b) = (weight * range.0, weight * range.1);
        lower += a.min(b);
        upper += a.max(b);
        size += weight.abs() * magnitude(range);
    }
    if size == 0.0 {
        return if below.iter().all(|range| *range == (0.0, 0.0)) || layer.row(unit).iter().all(|weight| *weight == 0.0)
        {
            (bias, bias)
        } else {
            (bias - f64::MIN_POSITIVE, bias + f64::MIN_POSITIVE)
        };
    }
    let error = gamma(below.len()) * (size + bias.abs()) + below.len() as f64 * f64::MIN_POSITIVE;
    let (lower, upper) = ((lower - error).next_down(), (upper + error).next_up());
    (if lower.is_nan() { f64::NEG_INFINITY } else { lower }, if upper.is_nan() { f64::INFINITY } else { upper })
}

/// The range after the activation, which is monotone.
fn activated(range: Range, leak: f64) -> Range {
    let value = |z: f64| if z > 0.0 { z } else { leak * z };
    // A product may be rounded either way; zero times anything is exact.
    let (lower, upper) = (value(range.0), value(range.1));
    if leak == 0.0 {
        return (lower.max(0.0), upper.max(0.0));
    }
    (if range.0 < 0.0 { lower.next_down() } else { lower }, if range.1 < 0.0 { upper.next_up() } else { upper })
}

/// The lines of a unit over its range.
fn lines((lower, upper): Range, leak: f64) -> Lines {
    if lower >= 0.0 {
        return Lines { upper_slope: 1.0, upper_intercept: 0.0, lower_slope: 1.0 };
    }
    if upper <= 0.0 {
        return Lines { upper_slope: leak, upper_intercept: 0.0, lower_slope: leak };
    }
    // Whatever slope in [leak, 1] rounding leads to, the intercept makes the line a bound at both ends, and so, since
    // the activation is convex, everywhere in between.
    let slope = ((upper - leak * lower) / (upper - lower)).clamp(leak, 1.0);
    let above = |value: f64| value * (1.0 + 4.0 * f64::EPSILON) + f64::MIN_POSITIVE;
    let intercept = above((slope - leak) * -lower).max(above((1.0 - slope) * upper));
    let lower_slope = if upper >= -lower { 1.0 } else { leak };
    Lines { upper_slope: slope, upper_intercept: intercept, lower_slope }
}
