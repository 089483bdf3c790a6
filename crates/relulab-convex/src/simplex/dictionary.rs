//! The dense dictionary: every basic variable as a linear form of the nonbasic ones.

use super::Status;
use crate::{LinearProgram, Row};
use std::ops::Range;

/// Pivots smaller than this share of the largest entry of their row are not taken.
const SMALLEST_PIVOT: f64 = 1e-7;

/// A variable is outside its interval when it misses it by more than this share of its size, or of 1.
const FEASIBLE: f64 = 1e-9;

/// Rows without an end get one this many times beyond what they can reach, so that they never rest there.
const BEYOND_REACH: f64 = 4.0;

/// Variables and rows alike are columns: first the variables, then the rows.
#[derive(Clone, Debug)]
pub(super) struct Dictionary {
    /// Basic × nonbasic, row-major.
    table: Vec<f64>,
    /// The objective in terms of the nonbasic columns.
    costs: Vec<f64>,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// Values of the basic columns.
    basic_values: Vec<f64>,
    /// Which end each nonbasic column is at.
    at_upper: Vec<bool>,
    intervals: Vec<(f64, f64)>,
    /// Which ends each row really has.
    has_ends: Vec<(bool, bool)>,
    /// The basic column that showed that nothing is feasible.
    blocked: Option<usize>,
    pub n_pivots: usize,
}

impl Dictionary {
    pub fn new(program: &LinearProgram) -> Self {
        let (n, m) = (program.variables().len(), program.rows().len());
        let mut table = vec![0.0; n * m];
        let mut intervals = program.variables().to_vec();
        for (Row { coefficients, lower, upper }, row) in program.rows().iter().zip(table.chunks_exact_mut(n.max(1))) {
            let (mut reach, mut size) = ((0.0, 0.0), 0.0_f64);
            for &(variable, coefficient) in coefficients {
                row[variable] = coefficient;
                let (a, b) = (coefficient * intervals[variable].0, coefficient * intervals[variable].1);
                reach = (reach.0 + a.min(b), reach.1 + a.max(b));
                size += a.abs().max(b.abs());
            }
            let beyond = BEYOND_REACH * (1.0 + size).min(f64::MAX / (2.0 * BEYOND_REACH));
            intervals.push((
                if lower.is_finite() { *lower } else { (reach.0 - beyond).min(*upper - 1.0) },
                if upper.is_finite() { *upper } else { (reach.1 + beyond).max(*lower + 1.0) },
            ));
        }
        let mut dictionary = Self {
            table,
            costs: program.objective().to_vec(),
            basic: (n..n + m).collect(),
            nonbasic: (0..n).collect(),
            basic_values: vec![0.0; m],
            at_upper: vec![false; n],
            intervals,
            has_ends: program.rows().iter().map(|row| (row.lower.is_finite(), row.upper.is_finite())).collect(),
            blocked: None,
            n_pivots: 0,
        };
        dictionary.settle();
        dictionary
    }

    fn row(&self, place: usize) -> &[f64] {
        let n = self.nonbasic.len();
        &self.table[place * n..(place + 1) * n]
    }

    /// The value of a nonbasic column.
    fn resting(&self, place: usize) -> f64 {
        let (lower, upper) = self.intervals[self.nonbasic[place]];
        if self.at_upper[place] { upper } else { lower }
    }

    /// Puts nonbasic columns where their costs want them and computes the basic ones.
    fn settle(&mut self) {
        for (at_upper, cost) in self.at_upper.iter_mut().zip(&self.costs) {
            *at_upper = *cost < 0.0 || (*cost == 0.0 && *at_upper);
        }
        let resting: Vec<f64> = (0..self.nonbasic.len()).map(|place| self.resting(place)).collect();
        for place in 0..self.basic.len() {
            self.basic_values[place] = self.row(place).iter().zip(&resting).map(|(a, x)| a * x).sum();
        }
    }

    pub fn set_interval(&mut self, column: usize, lower: f64, upper: f64) {
        if lower <= upper
            && lower.is_finite()
            && upper.is_finite()
            && let Some(interval) = self.intervals.get_mut(column)
        {
            *interval = (lower, upper);
            let row = (column + self.has_ends.len()).checked_sub(self.intervals.len());
            if let Some(row) = row {
                self.has_ends[row] = (true, true);
            }
        }
    }

    pub fn set_objective(&mut self, objective: &[f64], n_variables: usize) {
        let cost =
            |column: usize| if column < n_variables { objective.get(column).copied().unwrap_or(0.0) } else { 0.0 };
        let mut costs: Vec<f64> = self.nonbasic.iter().map(|column| cost(*column)).collect();
        for (place, column) in self.basic.iter().enumerate() {
            let factor = cost(*column);
            if factor != 0.0 {
                costs.iter_mut().zip(self.row(place)).for_each(|(cost, a)| *cost += factor * a);
            }
        }
        self.costs = costs;
    }

    pub fn solve(&mut self, max_pivots: usize) -> Status {
        self.settle();
        self.blocked = None;
        for _ in 0..max_pivots {
            let Some((leaving, excess)) = self.farthest_outside() else { return Status::Optimal };
            let Some((entering, flips)) = self.entering(leaving, excess) else {
                self.blocked = Some(leaving);
                return Status::Infeasible;
            };
            self.flip(&flips);
            self.pivot(leaving, entering, excess > 0.0);
        }
        if self.farthest_outside().is_none() { Status::Optimal } else { Status::OutOfPivots }
    }

    /// The basic column that misses its interval by most, and by how much: positive above, negative below.
    fn farthest_outside(&self) -> Option<(usize, f64)> {
        let mut farthest: Option<(usize, f64)> = None;
        for (place, (value, column)) in self.basic_values.iter().zip(&self.basic).enumerate() {
            let (lower, upper) = self.intervals[*column];
            let (excess, end) = if *value > upper { (value - upper, upper) } else { ((value - lower).min(0.0), lower) };
            if excess.abs() > FEASIBLE * end.abs().max(1.0)
                && farthest.is_none_or(|(_, largest)| excess.abs() > largest.abs())
            {
                farthest = Some((place, excess));
            }
        }
        farthest
    }

    /// The nonbasic column to enter, and those to flip before.
    ///
    /// Moving the leaving column back towards its interval raises the bound at the rate of its excess; every column
    /// whose reduced cost turns on the way is flipped, which lowers the rate, and the one that would turn it enters.
    fn entering(&self, leaving: usize, excess: f64) -> Option<(usize, Vec<usize>)> {
        let towards = -excess.signum();
        let row = self.row(leaving);
        let largest = row.iter().fold(0.0_f64, |largest, a| largest.max(a.abs()));
        let mut candidates: Vec<(f64, f64, usize)> = Vec::new();
        for (place, a) in row.iter().enumerate() {
            let (lower, upper) = self.intervals[self.nonbasic[place]];
            let a = towards * a;
            let helps = if self.at_upper[place] { a < 0.0 } else { a > 0.0 };
            if helps && lower < upper && a.abs() > SMALLEST_PIVOT * largest {
                candidates.push((self.costs[place].abs() / a.abs(), a.abs(), place));
            }
        }
        // Among equal ratios the largest pivot comes last: it is the most stable to enter.
        candidates.sort_unstable_by(|p, q| p.0.total_cmp(&q.0).then(p.1.total_cmp(&q.1)).then(p.2.cmp(&q.2)));
        let (mut rate, mut flips) = (excess.abs(), Vec::new());
        for (index, (_, size, place)) in candidates.iter().enumerate() {
            let (lower, upper) = self.intervals[self.nonbasic[*place]];
            rate -= size * (upper - lower);
            if rate <= 0.0 || index + 1 == candidates.len() {
                // If even the last flip does not reach the interval, nothing does.
                return (rate <= FEASIBLE * excess.abs()).then_some((*place, flips));
            }
            flips.push(*place);
        }
        None
    }

    fn flip(&mut self, places: &[usize]) {
        let n = self.nonbasic.len();
        for place in places {
            let before = self.resting(*place);
            self.at_upper[*place] = !self.at_upper[*place];
            let step = self.resting(*place) - before;
            for (value, row) in self.basic_values.iter_mut().zip(self.table.chunks_exact(n)) {
                *value += step * row[*place];
            }
        }
    }

    /// Exchanges a basic column, which goes to one of its ends, with a nonbasic one.
    fn pivot(&mut self, leaving: usize, entering: usize, to_upper: bool) {
        let n = self.nonbasic.len();
        let (lower, upper) = self.intervals[self.basic[leaving]];
        let target = if to_upper { upper } else { lower };
        let pivot = self.row(leaving)[entering];
        let step = (target - self.basic_values[leaving]) / pivot;
        let entering_value = self.resting(entering) + step;
        let mut pivot_row = self.row(leaving).to_vec();
        for entry in &mut pivot_row {
            *entry = -*entry / pivot;
        }
        pivot_row[entering] = 1.0 / pivot;
        for (place, row) in self.table.chunks_exact_mut(n).enumerate() {
            let factor = row[entering];
            if place == leaving {
                row.copy_from_slice(&pivot_row);
            } else if factor != 0.0 {
                row[entering] = 0.0;
                row.iter_mut().zip(&pivot_row).for_each(|(entry, above)| *entry += factor * above);
                self.basic_values[place] += factor * step;
            }
        }
        let factor = std::mem::take(&mut self.costs[entering]);
        self.costs.iter_mut().zip(&pivot_row).for_each(|(cost, above)| *cost += factor * above);
        std::mem::swap(&mut self.basic[leaving], &mut self.nonbasic[entering]);
        self.basic_values[leaving] = entering_value;
        self.at_upper[entering] = to_upper;
        // What leaves has the reduced cost that its end asks for; rounding must not say otherwise.
        self.costs[entering] = if to_upper { self.costs[entering].min(0.0) } else { self.costs[entering].max(0.0) };
        self.n_pivots += 1;
    }

    /// The values of some columns.
    pub fn values(&self, columns: Range<usize>) -> Vec<f64> {
        let mut values = vec![0.0; columns.len()];
        for (place, column) in self.nonbasic.iter().enumerate().filter(|(_, column)| columns.contains(column)) {
            values[column - columns.start] = self.resting(place);
        }
        for (value, column) in self.basic_values.iter().zip(&self.basic).filter(|(_, column)| columns.contains(column))
        {
            values[column - columns.start] = *value;
        }
        values
    }

    pub fn objective_value(&self) -> f64 {
        self.costs.iter().enumerate().map(|(place, cost)| cost * self.resting(place)).sum()
    }

    /// The reduced costs of the rows.
    pub fn multipliers(&self, n_variables: usize) -> Vec<f64> {
        self.of_rows(&self.costs, n_variables)
    }

    pub fn contradiction(&self, n_variables: usize) -> Option<Vec<f64>> {
        // x_B = Σ a_j x_j holds for all points, yet its two sides do not meet: as multipliers of x_B − Σ a_j x_j = 0.
        let blocked = self.blocked?;
        let (lower, _) = self.intervals[self.basic[blocked]];
        let sign = if self.basic_values[blocked] < lower { 1.0 } else { -1.0 };
        let row: Vec<f64> = self.row(blocked).iter().map(|a| -sign * a).collect();
        let mut multipliers = self.of_rows(&row, n_variables);
        if let Some(row) = self.basic[blocked].checked_sub(n_variables) {
            multipliers[row] = sign;
        }
        Some(multipliers)
    }

    /// Entries of a row of the dictionary, sorted to the program's rows; 0 for basic ones.
    ///
    /// An entry that presses against an end which the row does not have is left out: what it says then follows, and no
    /// weaker, from the intervals of the variables.
    fn of_rows(&self, entries: &[f64], n_variables: usize) -> Vec<f64> {
        let mut sorted = vec![0.0; self.basic.len()];
        for (entry, column) in entries.iter().zip(&self.nonbasic) {
            if let Some(row) = column.checked_sub(n_variables) {
                let (has_lower, has_upper) = self.has_ends[row];
                if (*entry > 0.0 && has_lower) || (*entry < 0.0 && has_upper) {
                    sorted[row] = *entry;
                }
            }
        }
        sorted
    }
}
