//! White coordinates: a linear map after which the points, with or without a constant 1, have uncorrelated coordinates
//! of mean square 1.

use super::points::Points;
use crate::above::{Above, roundings};

/// A column that keeps less than this share of its length beside the columns before it is a combination of them.
const DEPENDENT: f64 = 1e-9;

/// The map x̃ = Tᵀ(x, 1) and the points in its coordinates.
///
/// Nothing in a proof depends on what T is, as long as it is taken as exactly these numbers.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Whether the constant 1 takes part, and with it the biases.
    biases: bool,
    /// Inputs per point.
    input_dim: usize,
    /// T by its columns, each of d + 1 numbers, the last for the constant.
    columns: Vec<Vec<f64>>,
    /// n × rank, row-major: the points in white coordinates, up to rounding.
    pub(super) white: Vec<f64>,
}

impl Frame {
    /// Orthogonalises the columns of the data, the constant first.
    ///
    /// *Algorithm*: modified Gram-Schmidt, each column twice, with the same steps on the columns of T.
    pub(super) fn of(points: &Points, biases: bool) -> Self {
        let (n, d) = (points.len(), points.input_dim);
        let root = (n as f64).sqrt();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for place in biases.then_some(d).into_iter().chain(0..d) {
            let mut values: Vec<f64> = (0..n).map(|i| if place == d { 1.0 } else { points.input(i)[place] }).collect();
            let mut column = vec![0.0; d + 1];
            column[place] = 1.0;
            let whole = length(&values);
            for _ in 0..2 {
                for (direction, known) in basis.iter().zip(&columns) {
                    let share = dot(direction, &values) / n as f64;
                    subtract(&mut values, direction, share);
                    subtract(&mut column, known, share);
                }
            }
            let left = length(&values);
            let scale = root / left;
            if left > DEPENDENT * whole && scale.is_finite() && columns.len() < n {
                columns.push(column.iter().map(|value| value * scale).collect());
                basis.push(values.iter().map(|value| value * scale).collect());
            }
        }
        let mut frame = Self { biases, input_dim: d, columns, white: Vec::new() };
        frame.white = (0..n).flat_map(|i| frame.coordinates(points.input(i)).collect::<Vec<f64>>()).collect();
        frame
    }

    /// Number of white coordinates: the directions in which the points extend.
    pub(super) fn rank(&self) -> usize {
        self.columns.len()
    }

    /// Point i in white coordinates, up to rounding.
    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.white[i * self.rank()..(i + 1) * self.rank()]
    }

    /// Input weights and bias, one after the other, of the unit with these weights in white coordinates.
    pub(super) fn to_weights(&self, white: &[f64]) -> Vec<f64> {
        let mut weights = vec![0.0; self.input_dim + 1];
        for (column, factor) in self.columns.iter().zip(white) {
            subtract(&mut weights, column, -factor);
        }
        if !self.biases {
            weights[self.input_dim] = 0.0;
        }
        weights
    }

    /// A bound of how much any weight or bias can change per unit of change in white coordinates.
    pub(super) fn largest_row(&self) -> Above {
        let row = |place: usize| Above::norm(self.columns.iter().map(|column| column[place]));
        (0..=self.input_dim).map(row).fold(Above::ZERO, Above::max)
    }

    /// A bound of the distance between the computed white coordinates of an input and the exact ones.
    pub(super) fn rounding(&self, input: &[f64]) -> Above {
        let share = roundings(input.len() + 2);
        let underflow = Above::of(f64::MIN_POSITIVE) * Above::count(input.len() + 1);
        let one = |column: &Vec<f64>| {
            let products = column.iter().zip(input.iter().chain(&[1.0]));
            let sizes: Above = products.map(|(t, x)| Above::of(*t) * Above::of(*x)).sum();
            (sizes * share + underflow).get()
        };
        Above::norm(self.columns.iter().map(one))
    }

    fn coordinates<'a>(&'a self, input: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.columns.iter().map(|column| dot(&column[..input.len()], input) + column[input.len()])
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn length(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

fn subtract(from: &mut [f64], direction: &[f64], share: f64) {
    from.iter_mut().zip(direction).for_each(|(value, direction)| *value -= share * direction);
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::Dataset;

    #[test]
    fn coordinates_are_white_and_dependent_columns_go() {
        // The third column is a combination, the fourth constant; the data lie far from the origin.
        let inputs: Vec<f64> = (0..20)
            .flat_map(|i| {
                let (a, b) = (2000.0 + f64::from(i % 7), 1e-3 * f64::from(i * i));
                [a, b, a - 2.0 * b, 5.0]
            })
            .collect();
        let labels = (0..20).map(f64::from).collect();
        let points = Points::of(&Dataset::new(inputs, 4, labels, 1).unwrap()).unwrap();
        for (biases, rank) in [(true, 3), (false, 3)] {
            let frame = Frame::of(&points, biases);
            assert_eq!(frame.rank(), rank);
            for a in 0..rank {
                for b in 0..rank {
                    let moment: f64 = (0..20).map(|i| frame.row(i)[a] * frame.row(i)[b]).sum::<f64>() / 20.0;
                    assert!((moment - f64::from(u8::from(a == b))).abs() < 1e-6, "{moment}");
                }
            }
            // A unit with weights e_a in white coordinates has coordinate a as its pre-activation.
            let weights = frame.to_weights(&[0.0, 1.0, 0.0]);
            let z = dot(&weights[..4], points.input(3)) + weights[4];
            assert!((z - frame.row(3)[1]).abs() < 1e-9);
            assert!(biases || weights[4] == 0.0);
        }
    }
}
