//! One hidden layer and one output without biases, in f64: outputs, Jacobian, gradient, and how far a point is from
//! being stationary in the constrained problem.

use relulab_net::{Activation, Dataset, Shape};
use relulab_train::{Mirrored, project_onto_ball, project_onto_ratio};

/// f(x) = Σ vⱼ σ(wⱼ·x).
#[derive(Clone, Debug, PartialEq)]
pub struct HiddenLayer {
    /// Activation of the units.
    pub activation: Activation,
    /// w, unit by unit.
    pub inputs: Vec<f64>,
    /// v; in a mirrored network, unit j and unit j + m/2 make a pair.
    pub outputs: Vec<f64>,
}

/// The gradient of ½ Σ (f(xᵢ) − yᵢ)².
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// In w.
    pub inputs: Vec<f64>,
    /// In v.
    pub outputs: Vec<f64>,
}

impl HiddenLayer {
    /// The weights among the parameters of a network; biases are taken to be 0.
    pub fn of(shape: &Shape, activation: Activation, parameters: &[f64]) -> Option<Self> {
        let mut layers = shape.layers();
        let (hidden, output) = (layers.next()?, layers.next()?);
        let inputs = parameters.get(hidden.weights.clone())?.to_vec();
        Some(Self { activation, inputs, outputs: parameters.get(output.weights.clone())?.to_vec() })
    }

    /// Number of units.
    pub fn width(&self) -> usize {
        self.outputs.len()
    }

    /// wⱼ·x for every unit, point by point.
    ///
    /// *Shapes*: n × m.
    fn sums(&self, data: &Dataset) -> Vec<f64> {
        let d = data.input_dim();
        let of = |x: &[f64]| self.inputs.chunks(d).map(|w| dot(w, x)).collect::<Vec<_>>();
        data.rows().flat_map(|(x, _)| of(x)).collect()
    }

    /// σ(wⱼ·x) for every unit, point by point.
    ///
    /// *Shapes*: n × m.
    pub fn features(&self, data: &Dataset) -> Vec<f64> {
        self.sums(data).iter().map(|z| self.activation.value(*z)).collect()
    }

    /// The outputs at all points.
    pub fn values(&self, data: &Dataset) -> Vec<f64> {
        let sigma = |row: &[f64]| row.iter().zip(&self.outputs).map(|(z, v)| v * self.activation.value(*z)).sum();
        self.sums(data).chunks(self.width()).map(sigma).collect()
    }

    /// f(xᵢ) − yᵢ at all points.
    pub fn residuals(&self, data: &Dataset) -> Vec<f64> {
        self.values(data).iter().zip(data.labels()).map(|(f, y)| f - y).collect()
    }

    /// The mean squared error, without ½.
    pub fn loss(&self, data: &Dataset) -> f64 {
        self.residuals(data).iter().map(|r| r * r).sum::<f64>() / data.n_points() as f64
    }

    /// The Jacobian of the outputs in w.
    ///
    /// *Shapes*: n × md, row-major.
    pub fn jacobian(&self, data: &Dataset) -> Vec<f64> {
        let sums = self.sums(data);
        let mut jacobian = Vec::with_capacity(data.n_points() * self.inputs.len());
        for ((x, _), sums) in data.rows().zip(sums.chunks(self.width())) {
            for (z, v) in sums.iter().zip(&self.outputs) {
                let slope = v * self.activation.derivative(*z);
                jacobian.extend(x.iter().map(|x| slope * x));
            }
        }
        jacobian
    }

    /// The gradient of ½ Σ (f(xᵢ) − yᵢ)².
    pub fn gradient(&self, data: &Dataset) -> Gradient {
        let (m, d) = (self.width(), data.input_dim());
        let mut gradient = Gradient { inputs: vec![0.0; m * d], outputs: vec![0.0; m] };
        let residuals = self.residuals(data);
        let sums = self.sums(data);
        for (((x, _), sums), residual) in data.rows().zip(sums.chunks(m)).zip(residuals) {
            for (j, z) in sums.iter().enumerate() {
                gradient.outputs[j] += residual * self.activation.value(*z);
                let slope = residual * self.outputs[j] * self.activation.derivative(*z);
                gradient.inputs[j * d..][..d].iter_mut().zip(x).for_each(|(g, x)| *g += slope * x);
            }
        }
        gradient
    }

    /// ‖w − centre‖ in the Frobenius norm.
    pub fn distance(&self, centre: &[f64]) -> f64 {
        self.inputs.iter().zip(centre).map(|(w, c)| (w - c) * (w - c)).sum::<f64>().sqrt()
    }

    /// ‖θ − P(θ − η∇)‖/η for the loss ½ Σ (f − y)², with P the projection onto the sets of a regime; 0 exactly at the
    /// stationary points. In pairs, θ holds one number v for both units.
    pub fn stationarity(&self, data: &Dataset, centre: &[f64], regime: &Mirrored, rate: f64) -> f64 {
        let gradient = self.gradient(data);
        let moved = |theta: &[f64], gradient: &[f64]| -> Vec<f64> {
            theta.iter().zip(gradient).map(|(theta, gradient)| theta - rate * gradient).collect()
        };
        let mut inputs = moved(&self.inputs, &gradient.inputs);
        project_onto_ball(&mut inputs, centre, regime.radius.unwrap_or(f64::INFINITY));
        let half = self.width() / 2;
        let (before, outputs) = if regime.is_paired {
            let of_pairs: Vec<f64> = (0..half).map(|j| gradient.outputs[j] - gradient.outputs[j + half]).collect();
            let mut outputs = moved(&self.outputs[..half], &of_pairs);
            project_onto_ratio(&mut outputs, regime.smallest, regime.ratio.unwrap_or(f64::INFINITY));
            (&self.outputs[..half], outputs)
        } else {
            (&self.outputs[..], moved(&self.outputs, &gradient.outputs))
        };
        let square = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        (square(&self.inputs, &inputs) + square(before, &outputs)).sqrt() / rate
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_net::random_labels;

    /// A layer with made-up weights.
    fn layer(width: usize, dim: usize, seed: u64) -> HiddenLayer {
        let number = |k: usize| libm::sin(1.3 * k as f64 + seed as f64);
        let inputs = (0..width * dim).map(number).collect();
        let outputs = (0..width).map(|j| if j < width / 2 { 0.5 + 0.1 * j as f64 } else { -0.3 }).collect();
        HiddenLayer { activation: Activation::Tanh, inputs, outputs }
    }

    /// ½ Σ (f − y)², written out point by point.
    fn half_square(layer: &HiddenLayer, data: &Dataset) -> f64 {
        let of = |(x, y): (&[f64], &[f64])| {
            let mut f = 0.0;
            for (j, w) in layer.inputs.chunks(x.len()).enumerate() {
                let mut z = 0.0;
                for (w, x) in w.iter().zip(x) {
                    z += w * x;
                }
                f += layer.outputs[j] * libm::tanh(z);
            }
            0.5 * (f - y[0]) * (f - y[0])
        };
        data.rows().map(of).sum()
    }

    #[test]
    fn gradient_and_jacobian_are_those_of_differences() {
        let data = random_labels(7, 3, 1).unwrap();
        let layer = layer(4, 3, 2);
        let (gradient, jacobian) = (layer.gradient(&data), layer.jacobian(&data));
        assert!((layer.loss(&data) - 2.0 * half_square(&layer, &data) / 7.0).abs() < 1e-14);
        let step = 1e-6;
        for k in 0..12 {
            let moved = |by: f64| {
                let mut moved = layer.clone();
                moved.inputs[k] += by;
                moved
            };
            let (up, down) = (moved(step), moved(-step));
            let slope = (half_square(&up, &data) - half_square(&down, &data)) / (2.0 * step);
            assert!((gradient.inputs[k] - slope).abs() < 1e-7);
            let (up, down) = (up.values(&data), down.values(&data));
            for i in 0..7 {
                assert!((jacobian[i * 12 + k] - (up[i] - down[i]) / (2.0 * step)).abs() < 1e-7);
            }
        }
        for j in 0..4 {
            let moved = |by: f64| {
                let mut moved = layer.clone();
                moved.outputs[j] += by;
                half_square(&moved, &data)
            };
            assert!((gradient.outputs[j] - (moved(step) - moved(-step)) / (2.0 * step)).abs() < 1e-7);
        }
    }

    /// The same measure with projections by search instead of formulas: κ = 1 asks for one number, and the ball for one factor.
    fn naive_stationarity(layer: &HiddenLayer, data: &Dataset, centre: &[f64], regime: &Mirrored, rate: f64) -> f64 {
        let gradient = layer.gradient(data);
        let radius = regime.radius.unwrap();
        let target: Vec<f64> =
            layer.inputs.iter().zip(&gradient.inputs).zip(centre).map(|((w, g), c)| w - rate * g - c).collect();
        let mut factor = 1.0;
        while target.iter().map(|t| factor * t * factor * t).sum::<f64>().sqrt() > radius {
            factor *= 1.0 - 1e-5;
        }
        let mut square = 0.0;
        for ((w, c), t) in layer.inputs.iter().zip(centre).zip(&target) {
            square += (w - c - factor * t) * (w - c - factor * t);
        }
        let half = layer.width() / 2;
        let wanted: Vec<f64> =
            (0..half).map(|j| layer.outputs[j] - rate * (gradient.outputs[j] - gradient.outputs[j + half])).collect();
        let cost = |t: f64| wanted.iter().map(|v| (v - t) * (v - t)).sum::<f64>();
        let tried = (0..400_000).map(|k| regime.smallest + 2e-5 * f64::from(k));
        let t = tried.min_by(|a, b| cost(*a).total_cmp(&cost(*b))).unwrap();
        square += layer.outputs[..half].iter().map(|v| (v - t) * (v - t)).sum::<f64>();
        square.sqrt() / rate
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn stationarity_is_that_of_searched_projections(seed in 0..1000_u64, radius in 0.05..3.0_f64) {
            let data = random_labels(9, 2, seed).unwrap();
            let mut layer = layer(4, 2, seed);
            layer.outputs = vec![0.7, 0.7, -0.7, -0.7];
            let centre: Vec<f64> = layer.inputs.iter().map(|w| w + 0.01).collect();
            let regime = Mirrored::published(radius);
            let ours = layer.stationarity(&data, &centre, &regime, 0.05);
            let naive = naive_stationarity(&layer, &data, &centre, &regime, 0.05);
            prop_assert!((ours - naive).abs() < 5e-3 * naive.max(1.0), "{ours} {naive}");
        }
    }
}
