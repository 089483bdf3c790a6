//! A linear program as data.

/// One row: a linear form and the interval in which it must lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Variables, each at most once, and their coefficients.
    pub coefficients: Vec<(usize, f64)>,
    /// Lower end; −∞ where there is none.
    pub lower: f64,
    /// Upper end; ∞ where there is none.
    pub upper: f64,
}

impl Row {
    /// The row `lower` ≤ Σ coefficient · variable ≤ `upper`.
    pub fn new(coefficients: Vec<(usize, f64)>, lower: f64, upper: f64) -> Self {
        Self { coefficients, lower, upper }
    }
}

/// Minimise a linear form over a box, subject to rows; see the crate for the formula.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearProgram {
    objective: Vec<f64>,
    variables: Vec<(f64, f64)>,
    rows: Vec<Row>,
}

/// Why numbers are no linear program. Variables and rows count from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LinearProgramError {
    /// Objective and variables differ in number.
    #[error("{objective} coefficients in the objective for {variables} variables")]
    Length {
        /// Coefficients in the objective.
        objective: usize,
        /// Variables.
        variables: usize,
    },
    /// A coefficient is NaN or infinite.
    #[error("variable {variable}: {value} in the objective is not a finite number")]
    Objective {
        /// The variable.
        variable: usize,
        /// Its coefficient.
        value: f64,
    },
    /// A variable's interval is inverted or not finite.
    #[error("variable {variable} in [{lower}, {upper}]: expected finite ends, the lower one first")]
    Variable {
        /// The variable.
        variable: usize,
        /// Lower end.
        lower: f64,
        /// Upper end.
        upper: f64,
    },
    /// A row's interval is inverted or NaN.
    #[error("row {row} in [{lower}, {upper}]: expected numbers, the lower one first")]
    Row {
        /// The row.
        row: usize,
        /// Lower end.
        lower: f64,
        /// Upper end.
        upper: f64,
    },
    /// A coefficient of a row is not finite, or belongs to no variable, or to one that the row has had.
    #[error("row {row}: coefficient {value} of variable {variable} does not fit")]
    Coefficient {
        /// The row.
        row: usize,
        /// The variable.
        variable: usize,
        /// The coefficient.
        value: f64,
    },
}

impl LinearProgram {
    /// The program with this objective, these intervals of the variables, and these rows.
    ///
    /// # Errors
    /// When lengths differ, a number is NaN, an interval is inverted, or a variable's interval is infinite.
    pub fn new(objective: Vec<f64>, variables: Vec<(f64, f64)>, rows: Vec<Row>) -> Result<Self, LinearProgramError> {
        for (variable, &(lower, upper)) in variables.iter().enumerate() {
            if !(lower.is_finite() && upper.is_finite() && lower <= upper) {
                return Err(LinearProgramError::Variable { variable, lower, upper });
            }
        }
        for (row, Row { coefficients, lower, upper }) in rows.iter().enumerate() {
            if !(lower <= upper && *lower < f64::INFINITY && *upper > f64::NEG_INFINITY) {
                return Err(LinearProgramError::Row { row, lower: *lower, upper: *upper });
            }
            let mut seen = vec![false; variables.len()];
            for &(variable, value) in coefficients {
                let is_new = seen.get_mut(variable).is_some_and(|seen| !std::mem::replace(seen, true));
                if !is_new || !value.is_finite() {
                    return Err(LinearProgramError::Coefficient { row, variable, value });
                }
            }
        }
        let program = Self { objective: Vec::new(), variables, rows };
        program.with_objective(objective)
    }

    /// The same program with another objective.
    ///
    /// # Errors
    /// When it does not have one finite number per variable.
    pub fn with_objective(mut self, objective: Vec<f64>) -> Result<Self, LinearProgramError> {
        if objective.len() != self.variables.len() {
            return Err(LinearProgramError::Length { objective: objective.len(), variables: self.variables.len() });
        }
        if let Some(variable) = objective.iter().position(|value| !value.is_finite()) {
            return Err(LinearProgramError::Objective { variable, value: objective[variable] });
        }
        self.objective = objective;
        Ok(self)
    }

    /// Coefficients of the form to minimise.
    pub fn objective(&self) -> &[f64] {
        &self.objective
    }

    /// Intervals of the variables.
    pub fn variables(&self) -> &[(f64, f64)] {
        &self.variables
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_numbers_are_refused() {
        let program = |objective: f64, variable: (f64, f64), row: Row| {
            LinearProgram::new(vec![objective], vec![variable], vec![row]).map_err(|error| error.to_string())
        };
        let row = |place, value, lower, upper| Row::new(vec![(place, value)], lower, upper);
        let fine = || row(0, 1.0, f64::NEG_INFINITY, f64::INFINITY);
        assert!(program(1.0, (0.0, 0.0), fine()).is_ok());
        assert!(program(f64::NAN, (0.0, 1.0), fine()).unwrap_err().contains("NaN in the objective"));
        for bad in [(1.0, 0.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            assert!(program(1.0, bad, fine()).unwrap_err().contains("expected finite ends"));
        }
        for bad in [row(0, 1.0, 1.0, 0.0), row(0, 1.0, f64::NAN, 0.0), row(0, 1.0, f64::INFINITY, f64::INFINITY)] {
            assert!(program(1.0, (0.0, 1.0), bad).unwrap_err().contains("row 0 in"));
        }
        for bad in [row(1, 1.0, 0.0, 1.0), row(0, f64::NAN, 0.0, 1.0), Row::new(vec![(0, 1.0); 2], 0.0, 1.0)] {
            assert!(program(1.0, (0.0, 1.0), bad).unwrap_err().contains("does not fit"));
        }
        let two = LinearProgram::new(vec![1.0; 2], vec![(0.0, 1.0)], vec![]);
        assert_eq!(two, Err(LinearProgramError::Length { objective: 2, variables: 1 }));
    }
}
