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
