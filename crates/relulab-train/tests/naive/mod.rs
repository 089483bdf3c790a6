//! What a regime minimises, and its gradient, one point and one unit at a time in f64: the oracle of the engine.

use relulab_net::{Activation, Loss, Network, Shape, reference};
use relulab_train::{Aggregation, Jumpstart, Regime, Structure, Ties};

/// Points and labels, row-major.
pub struct Points {
    pub inputs: Vec<f64>,
    pub labels: Vec<f64>,
}

/// A place of the network where an extreme is taken: layer, point, unit of the dense network.
type Place = (usize, usize, usize);

/// What is minimised, and its gradient in the parameters of the structure.
pub struct Objective<'a> {
    pub structure: Structure,
    pub shape: &'a Shape,
    pub activation: Activation,
    pub loss: Loss,
    pub jumpstart: Option<Jumpstart>,
    pub points: &'a Points,
}

impl Objective<'_> {
    fn dense(&self, parameters: &[f64]) -> Network {
        let regime = Regime { structure: self.structure, ..Regime::across_samples() };
        regime.unroll(self.shape, self.activation, parameters, &[]).unwrap().network
    }

    /// Pre-activations by point and layer.
    fn pre_activations(&self, network: &Network) -> Vec<Vec<Vec<f64>>> {
        let rows = self.points.inputs.chunks(network.shape().input_dim());
        rows.map(|x| reference::pre_activations(network.shape(), self.activation, network.parameters(), x)).collect()
    }

    pub fn value(&self, parameters: &[f64]) -> f64 {
        let network = self.dense(parameters);
        let g = self.pre_activations(&network);
        let n = g.len() as f64;
        let outputs = self.points.labels.len() / g.len();
        let labels = self.points.labels.chunks(outputs);
        let loss: f64 = g.iter().zip(labels).map(|(g, y)| self.loss.value(g.last().unwrap(), y) / n).sum();
        loss + self.penalty(&g).0
    }

    /// The places of each maximum and minimum: those of one unit, or of one point.
    fn groups(&self, n_points: usize) -> Vec<Vec<Place>> {
        let Some(jumpstart) = self.jumpstart else { return Vec::new() };
        let positions = if self.structure == Structure::Convolution { 2 } else { 1 };
        let mut groups = Vec::new();
        for (layer, &channels) in self.shape.hidden().iter().enumerate() {
            for position in 0..positions {
                let units = position * channels..(position + 1) * channels;
                if jumpstart.axes.has_units() {
                    groups.extend(units.clone().map(|j| (0..n_points).map(|s| (layer, s, j)).collect()));
                }
                if jumpstart.axes.has_points() {
                    groups.extend((0..n_points).map(|s| units.clone().map(|j| (layer, s, j)).collect()));
                }
            }
        }
        if jumpstart.on_outputs {
            let layer = self.shape.depth();
            let outputs = 0..self.shape.output_dim();
            if jumpstart.axes.has_units() {
                groups.extend(outputs.clone().map(|j| (0..n_points).map(|s| (layer, s, j)).collect()));
            }
            if jumpstart.axes.has_points() {
                groups.extend((0..n_points).map(|s| outputs.clone().map(|j| (layer, s, j)).collect()));
            }
        }
        groups
    }

    /// The penalty, and its derivative in single pre-activations.
    fn penalty(&self, g: &[Vec<Vec<f64>>]) -> (f64, Vec<(Place, f64)>) {
        let Some(jumpstart) = self.jumpstart else { return (0.0, Vec::new()) };
        let at = |(layer, point, unit): Place| g[point][layer][unit];
        let groups = self.groups(g.len());
        let extremes: Vec<(f64, f64)> = groups
            .iter()
            .map(|group| {
                let values = || group.iter().map(|&place| at(place));
                (values().fold(f64::NEG_INFINITY, f64::max), values().fold(f64::INFINITY, f64::min))
            })
            .collect();
        let margin = jumpstart.margin;
        let s: Vec<f64> = extremes
            .iter()
            .map(|(top, bottom)| 0.5 * (margin - top).max(0.0) + 0.5 * (margin + bottom).max(0.0))
            .collect();
        let squares: f64 = s.iter().map(|s| s * s).sum();
        let (value, slope): (f64, Box<dyn Fn(f64) -> f64>) = match jumpstart.aggregation {
            Aggregation::SumOfSquares => (squares, Box::new(|s| 2.0 * s)),
            Aggregation::OneNorm => (s.iter().sum(), Box::new(|_| 1.0)),
            Aggregation::TwoNorm => {
                (squares.sqrt(), Box::new(|s| if squares > 0.0 { s / squares.sqrt() } else { 0.0 }))
            }
            Aggregation::Mean => {
                let n = s.len() as f64;
                (s.iter().sum::<f64>() / n, Box::new(move |_| 1.0 / n))
            }
        };
        let mut derivative = Vec::new();
        for ((group, &(top, bottom)), &s) in groups.iter().zip(&extremes).zip(&s) {
            let share = 0.5 * jumpstart.weight * slope(s);
            for (extreme, share, lacks) in [(top, -share, top < margin), (bottom, share, bottom > -margin)] {
                let ties: Vec<Place> = group.iter().copied().filter(|&place| lacks && at(place) == extreme).collect();
                match jumpstart.ties {
                    Ties::Average => derivative.extend(ties.iter().map(|&place| (place, share / ties.len() as f64))),
                    _ => derivative.extend(ties.first().map(|&place| (place, share))),
                }
            }
        }
        (jumpstart.weight * value, derivative)
    }

    pub fn gradient(&self, parameters: &[f64]) -> Vec<f64> {
        let network = self.dense(parameters);
        let shape = network.shape();
        let (inputs, labels) = (&self.points.inputs, &self.points.labels);
        let (_, mut dense) =
            reference::loss_and_gradient(shape, self.activation, self.loss, network.parameters(), inputs, labels);
        let g = self.pre_activations(&network);
        for (place, share) in self.penalty(&g).1 {
            self.add_derivative(&network, &g, place, share, &mut dense);
        }
        // Parameter k appears in the dense network wherever its index does.
        let marks: Vec<f64> = (1..=parameters.len()).map(|k| k as f64).collect();
        let mut gradient = vec![0.0; parameters.len()];
        for (&mark, derivative) in self.dense(&marks).parameters().iter().zip(dense) {
            if mark > 0.0 {
                gradient[mark as usize - 1] += derivative;
            }
        }
        gradient
    }

    /// Adds `share` times the gradient of one pre-activation.
    fn add_derivative(
        &self,
        network: &Network,
        g: &[Vec<Vec<f64>>],
        (layer, point, unit): Place,
        share: f64,
        gradient: &mut [f64],
    ) {
        let g = &g[point];
        let d = network.shape().input_dim();
        let layers: Vec<_> = network.shape().layers().collect();
        let mut delta = vec![0.0; layers[layer].n_out];
        delta[unit] = share;
        for l in (0..=layer).rev() {
            let below: Vec<f64> = if l == 0 {
                self.points.inputs[point * d..(point + 1) * d].to_vec()
            } else {
                g[l - 1].iter().map(|&g| self.activation.value(g)).collect()
            };
            let mut next = vec![0.0; layers[l].n_in];
            for (j, &delta) in delta.iter().enumerate() {
                gradient[layers[l].biases.start + j] += delta;
                for i in 0..layers[l].n_in {
                    let place = layers[l].weights.start + j * layers[l].n_in + i;
                    gradient[place] += delta * below[i];
                    next[i] += delta * network.parameters()[place];
                }
            }
            if l > 0 {
                let slopes = g[l - 1].iter().map(|&g| self.activation.derivative(g));
                delta = next.iter().zip(slopes).map(|(delta, slope)| delta * slope).collect();
            }
        }
    }
}
