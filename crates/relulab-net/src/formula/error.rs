//! What is wrong with a formula, and where.

use super::function::Function1;

/// Why a text is not a formula, with the place.
///
/// It prints as a line that says what is wrong, then the text with a caret under the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("formula, column {}: {fault}\n  {text}\n  {caret:>width$}", .column + 1, caret = '^', width = .column + 1)]
pub struct FormulaError {
    /// The text, with tabs and line breaks shown as spaces.
    pub text: String,
    /// The place of the fault, in characters from 0.
    pub column: usize,
    /// What is wrong there.
    pub fault: FormulaFault,
}

/// What is wrong at one place of a formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormulaFault {
    /// The text has a character or an end where an operand should stand.
    #[error("expected a number, a variable, a function or (")]
    ExpectedOperand,
    /// The text goes on where an operator should stand.
    #[error("expected an operator{}{}", if *.open { ", a comma or )" } else { " or the end" }, if *.product { " (write a product with *)" } else { "" })]
    ExpectedOperator {
        /// Whether a parenthesis is still open.
        open: bool,
        /// Whether an operand follows, so that a product was probably meant.
        product: bool,
    },
    /// A variable that this problem does not have.
    #[error("unknown variable {name}: this problem has {}", variables(*.input_dim))]
    UnknownVariable {
        /// The variable as written.
        name: String,
        /// Number of inputs of the problem.
        input_dim: usize,
    },
    /// A word that is neither a variable nor a constant.
    #[error("unknown name {name}: expected {}, pi, e or a function", variables(*.input_dim))]
    UnknownName {
        /// The word.
        name: String,
        /// Number of inputs of the problem.
        input_dim: usize,
    },
    /// A call of a function that does not exist.
    #[error("unknown function {0}: expected one of {names}, min, max", names = Function1::ALL.map(Function1::name).join(", "))]
    UnknownFunction(String),
    /// A function without its parentheses.
    #[error("{0} is a function: write {0}(…)")]
    WithoutArguments(String),
    /// A function called with too few or too many arguments.
    #[error("{name} takes {expected} argument{}, not {got}", if *.expected == 1 { "" } else { "s" })]
    Arity {
        /// The function.
        name: String,
        /// How many arguments it takes.
        expected: usize,
        /// How many were written.
        got: usize,
    },
    /// A number beyond the range of f64.
    #[error("the number {0} is too large")]
    NumberTooLarge(String),
    /// Too many characters.
    #[error("the formula has {got} characters: expected at most {limit}")]
    TooLong {
        /// Number of characters.
        got: usize,
        /// The limit.
        limit: usize,
    },
    /// Too many open parentheses or pending operations.
    #[error("nested too deeply: expected at most {0} levels")]
    TooDeep(usize),
}

/// The variables of a problem, as a reader would list them.
fn variables(input_dim: usize) -> String {
    match input_dim {
        0 => "no variables".to_owned(),
        1 => "x".to_owned(),
        2 => "x1 and x2".to_owned(),
        d => format!("x1 to x{d}"),
    }
}
