//! The mean squared error along the straight line between two networks, as an exact piecewise polynomial.

use crate::polynomial::{add_linear_multiple, add_square, value};
use crate::roots::real_roots;
use relulab_net::{Activation, Dataset, Layer, Network};

/// Most hidden layers for which the path is traced exactly; the loss then has degree 2(layers + 1) in t.
pub(crate) const MAX_EXACT_DEPTH: usize = 3;

/// Where the error of one point changes from one polynomial to the next.
struct Change {
    at: f64,
    point: usize,
    /// Its share in the loss from here on.
    polynomial: Vec<f64>,
}

/// Calls `visit` with every interval of t on which the loss is one polynomial, and that polynomial.
///
/// The networks have one shape of at most [`MAX_EXACT_DEPTH`] hidden layers, one piecewise linear activation, and fit
/// the data.
///
/// *Algorithm*: for every point, the pre-activations of a layer are polynomials in t; their certified roots cut the
/// cells of the layer before. The cuts of all points are visited in order, while a binary tree over the points holds
/// the sum of their errors, so that nothing accumulates: each sum is fresh, O(log n) per cut.
pub(crate) fn trace(first: &Network, second: &Network, data: &Dataset, mut visit: impl FnMut(f64, f64, &[f64])) {
    let depth = first.shape().depth();
    let ends = Ends {
        layers: first.shape().layers().collect(),
        activation: first.activation(),
        first: first.parameters(),
        second: second.parameters(),
    };
    let scale = 1.0 / (data.n_points() * data.output_dim()) as f64;
    let mut changes = Vec::new();
    for (point, (input, label)) in data.rows().enumerate() {
        let values: Vec<Vec<f64>> = input.iter().map(|x| vec![*x]).collect();
        ends.follow(0, &values, [0.0, 1.0], &mut |from, outputs| {
            let mut polynomial = vec![0.0; 2 * depth + 3];
            for (output, label) in outputs.iter().zip(label) {
                let mut residual = output.clone();
                residual[0] -= label;
                add_square(&mut polynomial, scale, &residual);
            }
            changes.push(Change { at: from, point, polynomial });
        });
    }
    changes.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.point.cmp(&b.point)));
    let mut sums = SumTree::new(data.n_points(), 2 * depth + 3);
    for (place, change) in changes.iter().enumerate() {
        sums.set(change.point, &change.polynomial);
        let end = changes.get(place + 1).map_or(1.0, |next| next.at);
        if change.at < end {
            visit(change.at, end, sums.total());
        }
    }
}

/// The two networks at the ends of a path.
struct Ends<'a> {
    layers: Vec<Layer>,
    activation: Activation,
    first: &'a [f64],
    second: &'a [f64],
}

impl Ends<'_> {
    /// Emits the start of every cell on which the outputs are polynomials in t, from left to right, with the outputs.
    fn follow(&self, layer: usize, below: &[Vec<f64>], cell: [f64; 2], emit: &mut impl FnMut(f64, &[Vec<f64>])) {
        let values = self.affine(&self.layers[layer], below);
        if layer + 1 == self.layers.len() {
            return emit(cell[0], &values);
        }
        let mut cuts: Vec<f64> = vec![cell[0]];
        for value in &values {
            cuts.extend(real_roots(value, cell[0], cell[1]).into_iter().map(|root| root.middle()));
        }
        cuts[1..].sort_by(f64::total_cmp);
        cuts.push(cell[1]);
        for pair in cuts.windows(2) {
            if pair[0] < pair[1] {
                let middle = 0.5 * (pair[0] + pair[1]);
                let activated: Vec<Vec<f64>> = values
                    .iter()
                    .map(|polynomial| {
                        let slope = self.activation.derivative(value(polynomial, middle));
                        polynomial.iter().map(|coefficient| slope * coefficient).collect()
                    })
                    .collect();
                self.follow(layer + 1, &activated, [pair[0], pair[1]], emit);
            }
        }
    }

    /// Pre-activations of a layer from polynomials below it; the degree grows by one.
    fn affine(&self, layer: &Layer, below: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let parameter = |index: usize| (self.first[index], self.second[index] - self.first[index]);
        (0..layer.n_out)
            .map(|unit| {
                let mut sum = Vec::new();
                let (constant, slope) = parameter(layer.biases.start + unit);
                add_linear_multiple(&mut sum, constant, slope, &[1.0]);
                for (column, value) in below.iter().enumerate() {
                    let (constant, slope) = parameter(layer.weights.start + unit * layer.n_in + column);
                    add_linear_multiple(&mut sum, constant, slope, value);
                }
                sum
            })
            .collect()
    }
}

/// Sums of polynomials that change one at a time.
struct SumTree {
    n_leaves: usize,
    n_coefficients: usize,
    /// A binary heap: node i is the sum of nodes 2i and 2i + 1, the leaves come last.
    nodes: Vec<f64>,
}

impl SumTree {
    fn new(n_leaves: usize, n_coefficients: usize) -> Self {
        Self { n_leaves, n_coefficients, nodes: vec![0.0; 2 * n_leaves * n_coefficients] }
    }

    fn set(&mut self, leaf: usize, polynomial: &[f64]) {
        let k = self.n_coefficients;
        let mut node = self.n_leaves + leaf;
        self.nodes[node * k..(node + 1) * k].copy_from_slice(polynomial);
        while node > 1 {
            node /= 2;
            for i in 0..k {
                self.nodes[node * k + i] = self.nodes[2 * node * k + i] + self.nodes[(2 * node + 1) * k + i];
            }
        }
    }

    fn total(&self) -> &[f64] {
        &self.nodes[self.n_coefficients..2 * self.n_coefficients]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symmetry::tests::random_network;
    use proptest::prelude::*;
    use relulab_net::{Loss, Shape, reference};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn polynomials_agree_with_the_reference(
            hidden in prop::collection::vec(1..5_usize, 0..4), seed in 0..1000_u64, n in 1..6_usize
        ) {
            let shape = Shape::new(2, hidden, 2).unwrap();
            let activation = Activation::LeakyRelu { slope: if seed % 2 == 0 { 0.0 } else { 0.2 } };
            let (a, b) = (random_network(&shape, activation, seed), random_network(&shape, activation, seed + 1000));
            let numbers = |k: usize, phase: f64| (0..k).map(|i| libm::sin(1.3 * i as f64 + phase)).collect::<Vec<_>>();
            let data = Dataset::new(numbers(2 * n, 0.1 + seed as f64), 2, numbers(2 * n, 0.7), 2).unwrap();
            let mut end = 0.0;
            trace(&a, &b, &data, |from, to, polynomial| {
                assert_eq!(from, end);
                end = to;
                for share in [0.0, 0.3, 0.9, 1.0] {
                    let t = from + share * (to - from);
                    let parameters: Vec<f64> =
                        a.parameters().iter().zip(b.parameters()).map(|(a, b)| (1.0 - t) * a + t * b).collect();
                    let (loss, _) = reference::loss_and_gradient(
                        &shape, activation, Loss::Mse, &parameters, data.inputs(), data.labels(),
                    );
                    let ours = value(polynomial, t);
                    assert!((ours - loss).abs() <= 1e-10 * (1.0 + loss), "at {t}: {ours} {loss}");
                }
            });
            prop_assert_eq!(end, 1.0);
        }
    }
}
