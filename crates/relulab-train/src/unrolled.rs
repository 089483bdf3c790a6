//! A network of any regime as the dense network that computes the same function.

use crate::regime::{BATCH_NORM_EPSILON, Regime};
use crate::structure::Stage;
use relulab_net::{Activation, Network, NetworkError, Shape, ShapeError, reference};

/// A dense network, and where the units of the original are in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unrolled {
    /// The dense network.
    pub network: Network,
    hidden: Vec<Place>,
}

/// Where the units of a hidden layer are: unit j of position p is unit `first + p·channels + j` of the dense layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    first: usize,
    channels: usize,
    positions: usize,
}

/// Why a network cannot be unrolled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UnrollError {
    /// The dense network would be too wide.
    #[error("unrolled into a dense network: {0}")]
    Shape(#[from] ShapeError),
    /// The parameters do not make a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Batch norm has no statistics without points.
    #[error("batch norm takes its statistics from the points trained on, and there are none")]
    NoPoints,
}

/// What a layer, its units or its points do over a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// All units off.
    Dead,
    /// All units on.
    Linear,
    /// Neither.
    Nonlinear,
}

/// The units and points of a hidden layer by what they do: a unit over the points (and positions, in a convolution), a
/// point over the units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LayerCensus {
    /// Units that are off on every point.
    pub dead_units: usize,
    /// Units that are on on every point.
    pub linear_units: usize,
    /// The other units.
    pub nonlinear_units: usize,
    /// Points at which every unit is off.
    pub dead_points: usize,
    /// Points at which every unit is on.
    pub linear_points: usize,
    /// The other points.
    pub nonlinear_points: usize,
}

impl LayerCensus {
    /// What the layer does: it is dead or linear if all of its units are.
    pub fn status(&self) -> Status {
        match (self.dead_units, self.linear_units, self.nonlinear_units) {
            (_, 0, 0) => Status::Dead,
            (0, _, 0) => Status::Linear,
            _ => Status::Nonlinear,
        }
    }
}

/// Rows of a dense layer and their biases.
struct Rows {
    weights: Vec<Vec<f64>>,
    biases: Vec<f64>,
}

impl Regime {
    /// The shape of the dense network that computes what a network of this regime computes.
    ///
    /// # Errors
    /// When that is beyond the limits.
    pub fn unrolled_shape(&self, shape: &Shape) -> Result<Shape, ShapeError> {
        let stages = self.stages(shape);
        let width = |index: usize| stages[index].units() * if self.skips(&stages, index) { 2 } else { 1 };
        Shape::new(shape.input_dim(), (0..shape.depth()).map(width).collect(), shape.output_dim())
    }

    /// The dense network that computes what a network of this regime computes.
    ///
    /// A convolution becomes two copies of its channels. Batch norm is folded into weights and biases, with the
    /// statistics of `inputs`, the points trained on. A residual connection becomes units that carry what is added.
    ///
    /// *Shapes*: `inputs` is n × input dimension, row-major; only batch norm needs it.
    ///
    /// # Errors
    /// When the number of parameters is wrong, one is not finite, or the dense network is beyond the limits.
    pub fn unroll(
        &self,
        shape: &Shape,
        activation: Activation,
        parameters: &[f64],
        inputs: &[f64],
    ) -> Result<Unrolled, UnrollError> {
        let expected = self.n_params(shape);
        if parameters.len() != expected {
            let wrong = NetworkError::WrongCount { shape: shape.clone(), expected, got: parameters.len() };
            return Err(wrong.into());
        }
        if self.batch_norm && inputs.is_empty() {
            return Err(UnrollError::NoPoints);
        }
        let stages = self.stages(shape);
        let dense = self.unrolled_shape(shape)?;
        let mut points: Vec<Vec<f64>> = Vec::new();
        if self.batch_norm {
            points = inputs.chunks_exact(shape.input_dim()).map(<[f64]>::to_vec).collect();
        }
        let (mut flat, mut hidden) = (Vec::with_capacity(dense.n_params()), Vec::new());
        // Whether the values below are the sum of what is carried and what is new, each with units of its own.
        let mut is_sum = false;
        for (index, stage) in stages.iter().enumerate() {
            let mut rows = dense_rows(stage, parameters);
            let sums = normalise(stage, parameters, &mut rows, &points);
            let is_last = index + 1 == stages.len();
            let skips = !is_last && self.skips(&stages, index);
            let below = rows.weights.first().map_or(0, Vec::len);
            if !points.is_empty() && !is_last {
                let activated =
                    sums.into_iter().map(|sums| sums.into_iter().map(|sum| activation.value(sum)).collect());
                let add = |(new, old): (Vec<f64>, &Vec<f64>)| {
                    if skips { new.iter().zip(old).map(|(a, b)| a + b).collect() } else { new }
                };
                points = activated.zip(&points).map(add).collect();
            }
            let mut first = 0;
            if skips {
                // What is carried is not negative, so that ReLU leaves it as it is.
                first = below;
                let unit = |i: usize| (0..below).map(|j| f64::from(u8::from(i == j))).collect();
                rows.weights.splice(0..0, (0..below).map(unit).collect::<Vec<Vec<f64>>>());
                rows.biases.splice(0..0, vec![0.0; below]);
            }
            for row in &rows.weights {
                (0..if is_sum { 2 } else { 1 }).for_each(|_| flat.extend(row));
            }
            flat.extend(&rows.biases);
            if !is_last {
                hidden.push(Place { first, channels: stage.n_out, positions: stage.positions });
            }
            is_sum = skips;
        }
        Ok(Unrolled { network: Network::new(dense, activation, flat)?, hidden })
    }
}

/// The rows of a stage over all positions.
fn dense_rows(stage: &Stage, parameters: &[f64]) -> Rows {
    let (weights, biases) = (&parameters[stage.weights.clone()], &parameters[stage.biases.clone()]);
    let mut rows = Rows { weights: Vec::new(), biases: Vec::new() };
    for position in 0..stage.positions {
        for row in weights.chunks_exact(stage.columns()) {
            // Position p sees tap k at position p + k; what lies before p, it does not see.
            let mut dense = vec![0.0; position * stage.n_in];
            dense.extend(&row[..(stage.positions - position) * stage.n_in]);
            rows.weights.push(dense);
        }
        rows.biases.extend(biases);
    }
    rows
}

/// The pre-activations at points; where the stage has batch norm, it goes into its rows first.
fn normalise(stage: &Stage, parameters: &[f64], rows: &mut Rows, points: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let dot = |row: &[f64], point: &[f64]| row.iter().zip(point).map(|(w, x)| w * x).sum::<f64>();
    let sums = |rows: &Rows| -> Vec<Vec<f64>> {
        let at = |point: &Vec<f64>| rows.weights.iter().zip(&rows.biases).map(|(w, b)| dot(w, point) + b).collect();
        points.iter().map(at).collect()
    };
    let before = sums(rows);
    if stage.scales.is_empty() {
        return before;
    }
    let n = (points.len() * stage.positions) as f64;
    for channel in 0..stage.n_out {
        let units: Vec<usize> = (0..stage.positions).map(|position| position * stage.n_out + channel).collect();
        let values = || before.iter().flat_map(|sums| units.iter().map(|&unit| sums[unit]));
        let mean = values().sum::<f64>() / n;
        let variance = values().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
        let factor = parameters[stage.scales.start + channel] / (variance + BATCH_NORM_EPSILON).sqrt();
        for &unit in &units {
            rows.weights[unit].iter_mut().for_each(|weight| *weight *= factor);
            rows.biases[unit] = (rows.biases[unit] - mean) * factor + parameters[stage.shifts.start + channel];
        }
    }
    sums(rows)
}

impl Unrolled {
    /// What units and points of each hidden layer do over a sample.
    ///
    /// *Shapes*: `inputs` is n × input dimension, row-major.
    pub fn census(&self, inputs: &[f64]) -> Vec<LayerCensus> {
        let shape = self.network.shape();
        let at = |x| reference::pre_activations(shape, self.network.activation(), self.network.parameters(), x);
        let points: Vec<Vec<Vec<f64>>> = inputs.chunks_exact(shape.input_dim()).map(at).collect();
        let layer = |(index, place): (usize, &Place)| place.census(points.iter().map(|layers| &layers[index]));
        self.hidden.iter().enumerate().map(layer).collect()
    }
}

impl Place {
    fn census<'a>(&self, points: impl Iterator<Item = &'a Vec<f64>> + Clone) -> LayerCensus {
        let n_units = self.channels * self.positions;
        let mut census = LayerCensus::default();
        for channel in 0..self.channels {
            let units = || (0..self.positions).map(move |position| self.first + position * self.channels + channel);
            let on = points.clone().flat_map(|sums| units().map(move |unit| sums[unit] > 0.0));
            let (n_on, n) = on.fold((0, 0), |(on, n), is_on| (on + usize::from(is_on), n + 1));
            match n_on {
                0 => census.dead_units += 1,
                _ if n_on == n => census.linear_units += 1,
                _ => census.nonlinear_units += 1,
            }
        }
        for sums in points {
            match sums[self.first..self.first + n_units].iter().filter(|sum| **sum > 0.0).count() {
                0 => census.dead_points += 1,
                n_on if n_on == n_units => census.linear_points += 1,
                _ => census.nonlinear_points += 1,
            }
        }
        census
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_points_are_told_apart() {
        // Units x, −x − 4, x + 4 and a dead one on the points −1, 1, 2.
        let shape = Shape::new(1, vec![4], 1).unwrap();
        let parameters = [vec![1.0, -1.0, 1.0, 0.0], vec![0.0, -4.0, 4.0, -1.0], vec![1.0; 4], vec![0.0]].concat();
        let unrolled = Regime::default().unroll(&shape, Activation::Relu, &parameters, &[]).unwrap();
        let census = unrolled.census(&[-1.0, 1.0, 2.0])[0];
        assert_eq!((census.dead_units, census.linear_units, census.nonlinear_units), (2, 1, 1));
        assert_eq!((census.dead_points, census.linear_points, census.nonlinear_points), (0, 0, 3));
        assert_eq!(census.status(), Status::Nonlinear);
        let far = unrolled.census(&[-4.0])[0];
        assert_eq!((far.dead_units, far.dead_points, far.status()), (4, 1, Status::Dead));
    }
}
