//! The columns of a relaxation and their normal equations.

use super::sample::{Hinge, Sample};
use crate::cholesky::cholesky;
use crate::line::certificate::Facing;
use std::ops::Range;

/// Columns beyond which a relaxation is not worth its price: its blocks are cut instead.
pub(super) const MAX_COLUMNS: usize = 64;
/// Which signs a knot function may have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Signs {
    pub plus: bool,
    pub minus: bool,
}

impl Signs {
    pub const BOTH: Self = Self { plus: true, minus: true };

    pub fn allow(self, coefficient: f64) -> bool {
        (self.plus && coefficient > 0.0) || (self.minus && coefficient < 0.0)
    }
}

/// The columns in use, with their coefficients.
///
/// *Algorithm*: Cholesky's factorisation of the normal equations, with entries from the moments of [`Sample`]. Hinges at
/// points that are close compared with the rest of the data are almost parallel; where the factorisation meets that, it
/// is done again in ramps, the differences of neighbouring hinges in units of their distance, with sums over the data.
#[derive(Debug)]
pub(super) struct Columns {
    pub hinges: Vec<Hinge>,
    pub coefficients: Vec<f64>,
    /// Values of the fit on the data, once the coefficients are the best of any sign.
    pub values: Vec<f64>,
    signs: Vec<Signs>,
    /// Σ w g h, `MAX_COLUMNS` apart.
    gram: Vec<f64>,
    labels: Vec<f64>,
}

impl Columns {
    pub fn new() -> Self {
        let gram = vec![0.0; MAX_COLUMNS * MAX_COLUMNS];
        let (hinges, coefficients, values) = (Vec::new(), Vec::new(), Vec::new());
        Self { hinges, coefficients, values, signs: Vec::new(), gram, labels: Vec::new() }
    }

    pub fn clear(&mut self) {
        self.hinges.clear();
        self.coefficients.clear();
        self.signs.clear();
        self.labels.clear();
    }

    /// Adds a column with coefficient 0; points that are left out count for nothing.
    pub fn push(&mut self, sample: &Sample, left_out: &[Range<usize>], hinge: Hinge, signs: Signs) {
        let row = self.hinges.len();
        self.hinges.push(hinge);
        self.signs.push(signs);
        let out = |of: &dyn Fn(usize) -> f64| -> f64 { left_out.iter().flat_map(Range::clone).map(of).sum() };
        for (column, &other) in self.hinges.iter().enumerate() {
            let out = out(&|i| sample.w[i] * sample.value(hinge, i) * sample.value(other, i));
            self.gram[row * MAX_COLUMNS + column] = sample.product(hinge, other) - out;
        }
        self.labels.push(sample.label_product(hinge) - out(&|i| sample.w[i] * sample.y[i] * sample.value(hinge, i)));
        self.coefficients.push(0.0);
    }

    pub fn remove(&mut self, at: usize) {
        let n = self.hinges.len();
        self.hinges.remove(at);
        self.coefficients.remove(at);
        self.signs.remove(at);
        self.labels.remove(at);
        for row in at + 1..n {
            for column in (0..=row).filter(|column| *column != at) {
                let to = (row - 1) * MAX_COLUMNS + column - usize::from(column > at);
                self.gram[to] = self.gram[row * MAX_COLUMNS + column];
            }
        }
    }

    /// Whether a column may have this coefficient.
    pub fn allows(&self, column: usize, coefficient: f64) -> bool {
        self.signs[column] == Signs::BOTH || self.signs[column].allow(coefficient)
    }

    /// The best coefficients of any sign, or a column that depends on others.
    pub fn solve(&self, sample: &Sample, left_out: &[Range<usize>]) -> Result<Solution, usize> {
        let entry = |row: usize, column: usize| self.gram[row * MAX_COLUMNS + column];
        match cholesky(self.hinges.len(), entry, self.labels.clone()) {
            Ok(coefficients) => Ok(Solution { coefficients, values: None }),
            Err(_) => self.solve_in_ramps(sample, left_out),
        }
    }

    /// Takes a solution for the coefficients.
    pub fn set(&mut self, solution: Solution, sample: &Sample) {
        self.coefficients = solution.coefficients;
        self.values = solution.values.unwrap_or_else(|| {
            let mut values = vec![0.0; sample.len()];
            for (&hinge, &coefficient) in self.hinges.iter().zip(&self.coefficients) {
                for (index, value) in values.iter_mut().enumerate() {
                    *value += coefficient * sample.value(hinge, index);
                }
            }
            values
        });
    }

    /// Computes the values anew after the coefficients have changed.
    pub fn refresh(&mut self, sample: &Sample) {
        let coefficients = std::mem::take(&mut self.coefficients);
        self.set(Solution { coefficients, values: None }, sample);
    }

    fn solve_in_ramps(&self, sample: &Sample, left_out: &[Range<usize>]) -> Result<Solution, usize> {
        let ramps = Ramp::between(&self.hinges, sample);
        let mut weights = sample.w.clone();
        for range in left_out {
            weights[range.clone()].fill(0.0);
        }
        let columns: Vec<Vec<f64>> =
            ramps.iter().map(|ramp| (0..sample.len()).map(|i| ramp.value(&self.hinges, sample, i)).collect()).collect();
        let product = |a: &[f64], b: &[f64]| -> f64 { (0..a.len()).map(|i| weights[i] * a[i] * b[i]).sum() };
        let labels = columns.iter().map(|column| product(column, &sample.y)).collect();
        let entry = |row: usize, column: usize| product(&columns[row], &columns[column]);
        let solution = cholesky(columns.len(), entry, labels).map_err(|at| ramps[at].column)?;
        let mut coefficients = vec![0.0; solution.len()];
        let mut values = vec![0.0; sample.len()];
        for ((ramp, column), value) in ramps.iter().zip(&columns).zip(solution) {
            for (sum, entry) in values.iter_mut().zip(column) {
                *sum += value * entry;
            }
            let slope = value / ramp.length;
            coefficients[ramp.column] += slope;
            if let Some(next) = ramp.next {
                coefficients[next] -= slope;
            }
        }
        Ok(Solution { coefficients, values: Some(values) })
    }
}

/// Coefficients, and the fit's values where these would lose them to cancellation.
#[derive(Debug)]
pub(super) struct Solution {
    pub coefficients: Vec<f64>,
    values: Option<Vec<f64>>,
}

/// The difference of two neighbouring hinges of one facing over their distance, or a column as it is.
struct Ramp {
    column: usize,
    /// The hinge that is subtracted: the next one on the side where both are not zero.
    next: Option<usize>,
    length: f64,
}

impl Ramp {
    /// As many ramps as hinges, with the same span.
    fn between(hinges: &[Hinge], sample: &Sample) -> Vec<Self> {
        let mut ramps = Vec::new();
        let is_infinite = |column: &usize| !(1..=sample.len()).contains(&hinges[*column].knot);
        let whole = |column| Self { column, next: None, length: 1.0 };
        ramps.extend((0..hinges.len()).filter(is_infinite).map(whole));
        for facing in [Facing::Right, Facing::Left] {
            let mut chain: Vec<usize> =
                (0..hinges.len()).filter(|c| hinges[*c].facing == facing && !is_infinite(c)).collect();
            chain.sort_by_key(|&column| hinges[column].knot);
            if facing == Facing::Left {
                chain.reverse();
            }
            for pair in chain.windows(2) {
                let length = (sample.x[hinges[pair[1]].knot - 1] - sample.x[hinges[pair[0]].knot - 1]).abs();
                ramps.push(Self { column: pair[0], next: Some(pair[1]), length });
            }
            ramps.extend(chain.last().copied().map(whole));
        }
        ramps
    }

    fn value(&self, hinges: &[Hinge], sample: &Sample, index: usize) -> f64 {
        let value = sample.value(hinges[self.column], index);
        // Beyond the next hinge the difference is the distance, without the rounding of a subtraction.
        if self.next.is_none() { value } else { (value / self.length).min(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::certificate::Knots;
    use crate::line::verify::Points;

    #[test]
    fn both_bases_give_the_same_fit() {
        let x: Vec<f64> = (0..20).map(|i| f64::from(i * i) / 10.0).collect();
        let y: Vec<f64> = (0..20).map(|i| f64::from(i * 7 % 5)).collect();
        let knots = Knots { n_points: 20, output_bias: true };
        let sample = Sample::new(&Points::new(&x, &y, true).unwrap(), knots);
        let mut columns = Columns::new();
        let left_out = [4..5, 14..16];
        let at = |knot, facing| Hinge { knot, facing };
        for hinge in [at(0, Facing::Right), at(9, Facing::Right), at(3, Facing::Right), at(12, Facing::Left)] {
            columns.push(&sample, &left_out, hinge, Signs::BOTH);
        }
        columns.push(&sample, &left_out, at(4, Facing::Right), Signs::BOTH);
        let (one, other) =
            (columns.solve(&sample, &left_out).unwrap(), columns.solve_in_ramps(&sample, &left_out).unwrap());
        for (one, other) in one.coefficients.iter().zip(&other.coefficients) {
            assert!((one - other).abs() < 1e-9, "{one} {other}");
        }
        columns.set(one, &sample);
        for (one, other) in columns.values.iter().zip(other.values.unwrap()) {
            assert!((one - other).abs() < 1e-9, "{one} {other}");
        }
        columns.remove(1);
        let (one, other) =
            (columns.solve(&sample, &left_out).unwrap(), columns.solve_in_ramps(&sample, &left_out).unwrap());
        assert!((one.coefficients[0] - other.coefficients[0]).abs() < 1e-9);
        // Twice the same column.
        columns.push(&sample, &left_out, at(4, Facing::Right), Signs::BOTH);
        assert!(columns.solve(&sample, &left_out).is_err());
    }
}
