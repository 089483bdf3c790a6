//! A dual simplex method for boxed variables that keeps its basis from one program to the next.

mod dictionary;

use crate::LinearProgram;
use dictionary::Dictionary;

/// How a solve ended. Whatever the status, the multipliers may be tried: any prove something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The point is feasible and no other is better, up to rounding.
    Optimal,
    /// No point is feasible, up to rounding.
    Infeasible,
    /// The pivots ran out; the multipliers prove a bound that is not the best.
    OutOfPivots,
}

/// The solver.
///
/// *Algorithm*: bounded dual simplex on a dense dictionary. Since every variable has two finite ends, any basis is made
/// dual feasible by putting each nonbasic variable to the end that its reduced cost asks for: so there is no first
/// phase, and after a change of the objective or of an interval the last basis is a good start. The leaving variable is
/// the one farthest outside its interval; the entering one is found by a ratio test that flips variables past their
/// breakpoints as long as that raises the bound. Rows without an end get one beyond all that their variables can reach.
///
/// All is plain f64. What is proved does not depend on it: see [`bound`](crate::bound).
///
/// *Reference*: Maros, *Computational Techniques of the Simplex Method* (2003), chapter 10.
#[derive(Clone, Debug)]
pub struct Simplex {
    dictionary: Dictionary,
    n_variables: usize,
}

impl Simplex {
    /// A solver at the basis of the rows.
    pub fn new(program: &LinearProgram) -> Self {
        Self { dictionary: Dictionary::new(program), n_variables: program.variables().len() }
    }

    /// Changes the objective; the basis stays.
    ///
    /// *Shapes*: one number per variable; what is missing counts as 0.
    pub fn set_objective(&mut self, objective: &[f64]) {
        self.dictionary.set_objective(objective, self.n_variables);
    }

    /// Changes the interval of a variable; the basis stays. Nothing happens without such a variable.
    pub fn set_variable(&mut self, variable: usize, lower: f64, upper: f64) {
        if variable < self.n_variables {
            self.dictionary.set_interval(variable, lower, upper);
        }
    }

    /// Changes the interval of a row to finite ends; the basis stays. Nothing happens without such a row.
    pub fn set_row(&mut self, row: usize, lower: f64, upper: f64) {
        self.dictionary.set_interval(self.n_variables + row, lower, upper);
    }

    /// Solves with at most so many pivots.
    pub fn solve(&mut self, max_pivots: usize) -> Status {
        self.dictionary.solve(max_pivots)
    }

    /// Pivots done so far, in all solves.
    pub fn n_pivots(&self) -> usize {
        self.dictionary.n_pivots
    }

    /// The values of the variables.
    pub fn point(&self) -> Vec<f64> {
        self.dictionary.values(0..self.n_variables)
    }

    /// The value of the objective here.
    pub fn value(&self) -> f64 {
        self.dictionary.objective_value()
    }

    /// One multiplier per row: how the best value changes with the end at which the row is.
    pub fn multipliers(&self) -> Vec<f64> {
        self.dictionary.multipliers(self.n_variables)
    }

    /// After [`Status::Infeasible`], multipliers that prove it: with them and a zero objective the bound is positive.
    pub fn contradiction(&self) -> Option<Vec<f64>> {
        self.dictionary.contradiction(self.n_variables)
    }
}

#[cfg(test)]
mod tests;
