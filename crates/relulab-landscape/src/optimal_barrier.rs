//! The permutation with the smallest barrier of all.

use crate::alignment::check_one_hidden_layer;
use crate::barrier::{BarrierMethod, barrier, mean_loss, why_not_exact};
use crate::error::LandscapeError;
use crate::symmetry::Symmetry;
use crate::{AlignmentMethod, assignment};
use relulab_net::{Dataset, Loss, Network};

/// Most hidden units for which all permutations are compared.
pub const MAX_BARRIER_UNITS: usize = 8;

/// Places on the path at which a permutation's loss bounds its barrier from below.
const BOUND_PLACES: [f64; 7] = [0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875];

/// A permutation is measured unless its bound exceeds the best barrier by more than this share of the losses, for the
/// rounding of the bounds.
const BOUND_ROUNDING: f64 = 1e-10;

/// Among barriers that differ by less than this share of the losses, the smaller distance of parameters wins.
const TIE: f64 = 1e-12;

/// The permutation of the hidden units of `other` with the least height of the exact barrier to `reference`.
///
/// Ties, as between all permutations without any barrier, go to the permutation with the smaller distance.
///
/// *Algorithm*: at a fixed t the outputs are sums over pairs (i, j) of units, so that with one table of scalar products
/// per t the loss of each of the n! permutations costs O(n²). The largest excess at a few t bounds the barrier from
/// below. Permutations are measured exactly in the order of their bounds, until the next bound is above the best.
pub(crate) fn best_permutation(
    reference: &Network,
    other: &Network,
    data: &Dataset,
) -> Result<Vec<usize>, LandscapeError> {
    check_one_hidden_layer(reference, AlignmentMethod::OptimalBarrier)?;
    if let Some(reason) = why_not_exact(reference, Loss::Mse) {
        return Err(LandscapeError::NotExact(reason));
    }
    let shape = reference.shape();
    let width = shape.hidden()[0];
    if width > MAX_BARRIER_UNITS {
        return Err(LandscapeError::TooManyUnits(width));
    }
    let ends = [mean_loss(reference, data, Loss::Mse), mean_loss(other, data, Loss::Mse)];
    let tables = BOUND_PLACES.map(|t| PairTable::new(reference, other, data, t));
    let mut candidates: Vec<(f64, f64, Vec<usize>)> = Vec::new();
    let mut symmetry = Symmetry::identity(shape);
    assignment::for_each_permutation(width, |units| {
        let excess = |table: &PairTable| table.loss(units) - (1.0 - table.t) * ends[0] - table.t * ends[1];
        let bound = tables.iter().map(excess).fold(0.0, f64::max);
        symmetry.permutation[0].copy_from_slice(units);
        let moved = symmetry.apply_to_parameters(shape, other.parameters());
        let distance = reference.parameters().iter().zip(&moved).map(|(a, b)| (a - b) * (a - b)).sum();
        candidates.push((bound, distance, units.to_vec()));
    });
    candidates.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let size = ends[0] + ends[1];
    let mut best: Option<(f64, f64, Vec<usize>)> = None;
    for (bound, distance, units) in candidates {
        let least = best.as_ref().map_or(f64::INFINITY, |best| best.0);
        if bound > least + BOUND_ROUNDING * (size + bound) {
            break;
        }
        // Without any barrier nothing can be better, but the distance decides.
        if least <= TIE * size && best.as_ref().is_some_and(|best| best.1 <= distance) {
            continue;
        }
        symmetry.permutation[0].copy_from_slice(&units);
        let moved = symmetry.apply(other)?;
        let height = barrier(reference, &moved, data, Loss::Mse, BarrierMethod::Exact)?.height;
        let is_better = best.as_ref().is_none_or(|best| {
            let tie = TIE * size;
            height < best.0 - tie || (height <= best.0 + tie && distance < best.1)
        });
        if is_better {
            best = Some((height, distance, units));
        }
    }
    Ok(best.map_or_else(|| (0..width).collect(), |best| best.2))
}

/// Scalar products over the data of what pairs of units give to the outputs at one t.
struct PairTable {
    t: f64,
    width: usize,
    /// Products of pairs (i, j) and (k, l), each pair at place i·width + j.
    products: Vec<f64>,
    /// Product of each pair with the residual that is left without hidden units, twice.
    linear: Vec<f64>,
    /// Square of that residual.
    constant: f64,
}

impl PairTable {
    fn new(reference: &Network, other: &Network, data: &Dataset, t: f64) -> Self {
        let (shape, activation) = (reference.shape(), reference.activation());
        let (width, n_outputs) = (shape.hidden()[0], shape.output_dim());
        let between = |first: f64, second: f64| (1.0 - t) * first + t * second;
        let (a, b) = (reference.parameters(), other.parameters());
        let layers: Vec<_> = shape.layers().collect();
        let (hidden, output) = (&layers[0], &layers[1]);
        let n_pairs = width * width;
        let n_values = data.n_points() * n_outputs;
        // Contributions of each pair to each output on each point.
        let mut contributions = vec![0.0; n_pairs * n_values];
        let mut residual = Vec::with_capacity(n_values);
        for (point, (x, label)) in data.rows().enumerate() {
            let z = |parameters: &[f64], unit: usize| {
                let start = hidden.weights.start + unit * hidden.n_in;
                let products = parameters[start..start + hidden.n_in].iter().zip(x).map(|(w, x)| w * x);
                parameters[hidden.biases.start + unit] + products.sum::<f64>()
            };
            let ours: Vec<f64> = (0..width).map(|unit| z(a, unit)).collect();
            let theirs: Vec<f64> = (0..width).map(|unit| z(b, unit)).collect();
            for o in 0..n_outputs {
                residual.push(between(a[output.biases.start + o], b[output.biases.start + o]) - label[o]);
                let row = output.weights.start + o * width;
                for i in 0..width {
                    for j in 0..width {
                        let h = activation.value(between(ours[i], theirs[j]));
                        contributions[(i * width + j) * n_values + point * n_outputs + o] =
                            between(a[row + i], b[row + j]) * h;
                    }
                }
            }
        }
        let rows: Vec<&[f64]> = contributions.chunks_exact(n_values).collect();
        let mean = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / n_values as f64;
        let products = rows.iter().flat_map(|a| rows.iter().map(|b| mean(a, b))).collect();
        let linear = rows.iter().map(|row| 2.0 * mean(row, &residual)).collect();
        Self { t, width, products, linear, constant: mean(&residual, &residual) }
    }

    /// The loss when unit i of the reference meets unit `units[i]` of the other network.
    fn loss(&self, units: &[usize]) -> f64 {
        let n_pairs = self.width * self.width;
        let pair = |i: usize| i * self.width + units[i];
        let mut loss = self.constant;
        for i in 0..self.width {
            loss += self.linear[pair(i)];
            let row = &self.products[pair(i) * n_pairs..(pair(i) + 1) * n_pairs];
            loss += (0..self.width).map(|k| row[pair(k)]).sum::<f64>();
        }
        loss
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symmetry::tests::random_network;
    use proptest::prelude::*;
    use relulab_net::{Activation, Shape};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn no_permutation_has_a_smaller_barrier(width in 1..5_usize, outputs in 1..3_usize, seed in 0..1000_u64) {
            let shape = Shape::new(1, vec![width], outputs).unwrap();
            let a = random_network(&shape, Activation::Relu, seed);
            let b = random_network(&shape, Activation::Relu, seed + 1000);
            let inputs: Vec<f64> = (0..12).map(|i| libm::sin(f64::from(i) + seed as f64)).collect();
            let labels = (0..12 * outputs).map(|i| libm::cos(i as f64)).collect();
            let data = Dataset::new(inputs, 1, labels, outputs).unwrap();
            let mut symmetry = Symmetry::identity(&shape);
            let mut height = |units: &[usize]| {
                symmetry.permutation[0].copy_from_slice(units);
                let moved = symmetry.apply(&b).unwrap();
                barrier(&a, &moved, &data, Loss::Mse, BarrierMethod::Exact).unwrap()
            };
            let ours = height(&best_permutation(&a, &b, &data).unwrap());
            assignment::for_each_permutation(width, |units| {
                let other = height(units);
                assert!(ours.height <= other.height + 1e-9 * other.raw_maximum);
            });
        }
    }

    #[test]
    fn tables_give_the_loss_of_every_permutation() {
        let shape = Shape::new(1, vec![3], 1).unwrap();
        let (a, b) = (random_network(&shape, Activation::Relu, 1), random_network(&shape, Activation::Relu, 2));
        let data = Dataset::new(vec![-1.0, 0.5, 2.0], 1, vec![1.0, 0.0, -1.0], 1).unwrap();
        let table = PairTable::new(&a, &b, &data, 0.5);
        let mut symmetry = Symmetry::identity(&shape);
        assignment::for_each_permutation(3, |units| {
            symmetry.permutation[0].copy_from_slice(units);
            let moved = symmetry.apply_to_parameters(&shape, b.parameters());
            let middle = a.parameters().iter().zip(&moved).map(|(a, b)| 0.5 * (a + b)).collect();
            let network = Network::new(shape.clone(), Activation::Relu, middle).unwrap();
            assert!((table.loss(units) - mean_loss(&network, &data, Loss::Mse)).abs() < 1e-12);
        });
    }
}
