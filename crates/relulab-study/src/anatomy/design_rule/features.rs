//! Numbers of a shape, and the rules that combine them.

/// A number of a shape with d inputs.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// Its name.
    pub name: &'static str,
    /// The number, from the input dimension and the hidden widths, of which there is at least one.
    pub of: fn(usize, &[usize]) -> f64,
}

/// A rule: the loss is a linear function of these features.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Its features.
    pub features: &'static [Feature],
}

impl Rule {
    /// The features of a shape.
    pub fn row(&self, d: usize, shape: &[usize]) -> Vec<f64> {
        self.features.iter().map(|feature| (feature.of)(d, shape)).collect()
    }

    /// The rule of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.name == name)
    }
}

const FIRST: Feature = Feature { name: "log first width", of: |_, shape| first(shape).ln() };
const LAST: Feature = Feature { name: "log last width", of: |_, shape| last(shape).ln() };
const BOTTLENECK: Feature = Feature { name: "log bottleneck", of: |_, shape| bottleneck(shape).ln() };
const CAPTURE: Feature = Feature { name: "log min(first, 2d)", of: |d, shape| capture(d, shape).ln() };
const DEPTH: Feature = Feature { name: "depth", of: |_, shape| shape.len() as f64 };
const PARAMETERS: Feature = Feature { name: "log parameters", of: |d, shape| parameters(d, shape).ln() };
const PIECES: Feature =
    Feature { name: "log of the bound on pieces", of: |_, shape| shape.iter().map(|w| (*w as f64 + 1.0).ln()).sum() };
const TWO_FACTORS: Feature =
    Feature { name: "log(last · bottleneck)", of: |_, shape| (last(shape) * bottleneck(shape)).ln() };
const THREE_FACTORS: Feature = Feature {
    name: "log(min(first, 2d) · bottleneck · last)",
    of: |d, shape| (capture(d, shape) * bottleneck(shape) * last(shape)).ln(),
};
/// Each unit of a layer is dead with a chance near 1/2 at the start, and one layer of dead units makes a constant: the
/// logarithm of the chance that no layer is.
const SURVIVAL: Feature = Feature {
    name: "log survival",
    of: |_, shape| shape.iter().map(|width| (-f64::powf(0.5, *width as f64)).ln_1p()).sum(),
};
/// Depth where the budget is large for the dimension, against the paper's 4d².
const DEPTH_BY_ROOM: Feature = Feature {
    name: "(depth − 1) · log(N / 4d²)",
    of: |d, shape| {
        let neurons: usize = shape.iter().sum();
        (shape.len() as f64 - 1.0) * (neurons as f64 / (4 * d * d) as f64).ln()
    },
};

/// The rules that are tried, the paper's first.
pub const RULES: [Rule; 13] = [
    Rule { name: "two-factors", features: &[TWO_FACTORS] },
    Rule { name: "three-factors", features: &[THREE_FACTORS] },
    Rule { name: "two-factors-apart", features: &[BOTTLENECK, LAST] },
    Rule { name: "three-factors-apart", features: &[CAPTURE, BOTTLENECK, LAST] },
    Rule { name: "bottleneck", features: &[BOTTLENECK] },
    Rule { name: "last", features: &[LAST] },
    Rule { name: "first", features: &[FIRST] },
    Rule { name: "depth", features: &[DEPTH] },
    Rule { name: "parameters", features: &[PARAMETERS] },
    Rule { name: "pieces", features: &[PIECES] },
    Rule { name: "survival", features: &[SURVIVAL] },
    Rule { name: "survival-and-three-factors", features: &[SURVIVAL, CAPTURE, BOTTLENECK, LAST] },
    Rule {
        name: "everything",
        features: &[SURVIVAL, CAPTURE, FIRST, BOTTLENECK, LAST, DEPTH, PARAMETERS, PIECES, DEPTH_BY_ROOM],
    },
];

fn first(shape: &[usize]) -> f64 {
    shape.first().copied().unwrap_or(1) as f64
}

fn last(shape: &[usize]) -> f64 {
    shape.last().copied().unwrap_or(1) as f64
}

fn bottleneck(shape: &[usize]) -> f64 {
    shape.iter().min().copied().unwrap_or(1) as f64
}

fn capture(d: usize, shape: &[usize]) -> f64 {
    first(shape).min(2.0 * d as f64)
}

/// Parameters with one output.
fn parameters(d: usize, shape: &[usize]) -> f64 {
    let widths = || std::iter::once(d).chain(shape.iter().copied()).chain([1]);
    widths().zip(widths().skip(1)).map(|(n_in, n_out)| (n_in + 1) * n_out).sum::<usize>() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::Shape;
    use std::collections::BTreeSet;

    #[test]
    fn features_of_a_known_shape() {
        let (d, shape) = (2, [5, 7, 4]);
        let value = |feature: Feature| (feature.of)(d, &shape).exp();
        let close = |feature: Feature, expected: f64| (value(feature) / expected - 1.0).abs() < 1e-12;
        assert!(close(TWO_FACTORS, 16.0) && close(THREE_FACTORS, 64.0) && close(CAPTURE, 4.0));
        assert!(close(PIECES, 6.0 * 8.0 * 5.0));
        assert!(close(PARAMETERS, Shape::new(2, shape.to_vec(), 1).unwrap().n_params() as f64));
        assert!(close(SURVIVAL, (31.0 / 32.0) * (127.0 / 128.0) * (15.0 / 16.0)));
        assert!((value(DEPTH_BY_ROOM) - 1.0).abs() < 1e-12, "16 neurons are exactly 4d² for d = 2");
    }

    #[test]
    fn rules_have_names_of_their_own() {
        let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        assert!(Rule::named("three-factors").is_some() && Rule::named("none").is_none());
    }
}
