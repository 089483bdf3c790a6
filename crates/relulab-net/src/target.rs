//! Targets: what a network is asked to learn, by name or as a formula.

use crate::formula::{Formula, FormulaError, FormulaFault, Function1, Op, Program};
use std::fmt;

/// The targets that have a name, in d dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamedTarget {
    /// 2x + 1 when d = 1, else Σ x_i + 1.
    Linear,
    /// Σ |x_i|.
    Absolute,
    /// Σ x_i².
    Quadratic,
    /// Σ_{i<j} x_i x_j, for d ≥ 2.
    Interaction,
    /// Σ sin(2 x_i).
    Sine,
    /// Number of positive inputs, Σ 1(x_i > 0).
    Step,
    /// exp(−Σ x_i²).
    Bump,
}

/// A real function of d inputs to learn; the output dimension is 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    name: String,
    formula: Formula,
}

/// Why a text is not a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The target needs products of different inputs.
    #[error("target \"interaction\": needs at least 2 inputs, and this problem has {0}")]
    InteractionDim(usize),
    /// One word that is no target.
    #[error("target \"{word}\": expected {names}, or a formula such as \"sin(3*x1)\"", names = NamedTarget::names())]
    UnknownName {
        /// The word.
        word: String,
    },
    /// A formula that does not parse.
    #[error("target {0}")]
    Formula(#[from] FormulaError),
}

impl NamedTarget {
    /// All named targets, in the order in which they are documented.
    pub const ALL: [Self; 7] =
        [Self::Linear, Self::Absolute, Self::Quadratic, Self::Interaction, Self::Sine, Self::Step, Self::Bump];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Absolute => "absolute",
            Self::Quadratic => "quadratic",
            Self::Interaction => "interaction",
            Self::Sine => "sine",
            Self::Step => "step",
            Self::Bump => "bump",
        }
    }

    fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// The target in `input_dim` dimensions.
    ///
    /// # Errors
    /// For the interaction of fewer than two inputs.
    pub fn target(self, input_dim: usize) -> Result<Target, TargetError> {
        if self == Self::Interaction && input_dim < 2 {
            return Err(TargetError::InteractionDim(input_dim));
        }
        let formula = Formula::from_program(self.name().to_owned(), input_dim, self.program(input_dim));
        Ok(Target { name: self.name().to_owned(), formula })
    }

    fn program(self, d: usize) -> Program {
        let term = |op: Op| sum((0..d).map(|i| Program::variable(i).then(op)));
        let squares = || term(Op::PowInteger(2));
        let inputs = || sum((0..d).map(Program::variable));
        match self {
            Self::Linear if d == 1 => {
                Program::constant(2.0).with(Op::Mul, inputs()).with(Op::Add, Program::constant(1.0))
            }
            Self::Linear => inputs().with(Op::Add, Program::constant(1.0)),
            Self::Absolute => term(Op::Call1(Function1::Abs)),
            Self::Quadratic => squares(),
            Self::Interaction if d <= MAX_PAIRWISE_DIM => {
                sum((0..d)
                    .flat_map(|i| (i + 1..d).map(move |j| Program::variable(i).with(Op::Mul, Program::variable(j)))))
            }
            Self::Interaction => {
                inputs().then(Op::PowInteger(2)).with(Op::Sub, squares()).with(Op::Mul, Program::constant(0.5))
            }
            Self::Sine => sum((0..d).map(|i| {
                let angle = Program::constant(2.0).with(Op::Mul, Program::variable(i));
                angle.then(Op::Call1(Function1::Sin))
            })),
            Self::Step => term(Op::Call1(Function1::Step)),
            Self::Bump => squares().then(Op::Neg).then(Op::Call1(Function1::Exp)),
        }
    }
}

/// Most inputs for which the interaction is summed pair by pair; above, it is ((Σx)² − Σx²)/2, whose program is short.
const MAX_PAIRWISE_DIM: usize = 32;

/// The terms added from the left.
fn sum(terms: impl Iterator<Item = Program>) -> Program {
    terms.reduce(|sum, term| sum.with(Op::Add, term)).unwrap_or_else(|| Program::constant(0.0))
}

impl Target {
    /// Reads a target: one of the names of [`NamedTarget`], else a formula.
    ///
    /// ```
    /// let target = relulab_net::Target::parse("quadratic", 2).unwrap();
    /// assert_eq!(target.eval(&[1.0, 2.0]), 5.0);
    /// assert_eq!(relulab_net::Target::parse("x1 + 2*x2", 2).unwrap().name(), "x1+2*x2");
    /// ```
    ///
    /// # Errors
    /// For an unknown word, a formula that does not parse, or the interaction of fewer than two inputs.
    pub fn parse(text: &str, input_dim: usize) -> Result<Self, TargetError> {
        let text = text.trim();
        if let Some(named) = NamedTarget::ALL.into_iter().find(|named| named.name() == text) {
            return named.target(input_dim);
        }
        match Formula::parse(text, input_dim) {
            Ok(formula) => Ok(Self { name: formula.text().to_owned(), formula }),
            Err(FormulaError { fault: FormulaFault::UnknownName { name, .. }, .. }) if name == text => {
                Err(TargetError::UnknownName { word: name })
            }
            Err(FormulaError { fault: FormulaFault::WithoutArguments(name), .. }) if name == text => {
                Err(TargetError::UnknownName { word: name })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The name, or the formula's text without spaces: the same target has the same name in every run.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The formula; for a named target, its text is the name.
    pub fn formula(&self) -> &Formula {
        &self.formula
    }

    /// Number of inputs.
    pub fn input_dim(&self) -> usize {
        self.formula.input_dim()
    }

    /// The value at one point.
    ///
    /// *Shapes*: `x` has the input dimension.
    pub fn eval(&self, x: &[f64]) -> f64 {
        self.formula.eval(x)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusal(text: &str, input_dim: usize) -> String {
        Target::parse(text, input_dim).expect_err(text).to_string()
    }

    #[test]
    fn linear_has_slope_two_in_one_dimension() {
        assert_eq!(Target::parse("linear", 1).unwrap().eval(&[3.0]), 7.0);
        assert_eq!(Target::parse(" linear ", 3).unwrap().eval(&[1.0, 2.0, 3.0]), 7.0);
    }

    #[test]
    fn refusals_say_what_is_known() {
        assert!(refusal("interaction", 1).contains("needs at least 2 inputs"));
        assert!(refusal("cubic", 1).contains("linear, absolute, quadratic, interaction, sine, step, bump"));
        assert!(refusal("sin", 1).contains("or a formula"));
        assert!(refusal("x7", 2).contains("x1 and x2"));
        assert!(refusal("", 2).contains("expected a number"));
        assert!(refusal("x1 + cubic", 2).contains("unknown name cubic"));
    }

    #[test]
    fn programs_of_named_targets_are_shallow_in_any_dimension() {
        for named in NamedTarget::ALL {
            for d in [2, 16, 2048] {
                assert!(named.target(d).unwrap().formula().stack_depth() <= 3);
            }
        }
    }

    proptest! {
        #[test]
        fn named_targets_agree_with_their_definitions(x in prop::collection::vec(-3.0..3.0_f64, 2..40)) {
            let pairs: f64 = (0..x.len()).map(|j| x[j] * x[..j].iter().sum::<f64>()).sum();
            let squares: f64 = x.iter().map(|x| x * x).sum();
            let expected = [
                x.iter().sum::<f64>() + 1.0,
                x.iter().map(|x| x.abs()).sum(),
                squares,
                pairs,
                x.iter().map(|x| (2.0 * x).sin()).sum(),
                x.iter().filter(|x| **x > 0.0).count() as f64,
                (-squares).exp(),
            ];
            for (named, expected) in NamedTarget::ALL.into_iter().zip(expected) {
                let ours = Target::parse(named.name(), x.len()).unwrap().eval(&x);
                prop_assert!((ours - expected).abs() <= 1e-12 * (1.0 + squares * x.len() as f64), "{named:?}");
            }
        }
    }
}
