//! A formula in x1 to xd: parsed from text, kept as a postfix program, evaluated the same on every platform.

mod error;
mod function;
mod parser;
mod program;

pub use error::{FormulaError, FormulaFault};
pub use function::Function1;
pub(crate) use program::Program;
pub use program::{MAX_INTEGER_EXPONENT, Op, integer_power};

use std::fmt;

/// Longest text that is read as a formula.
pub const MAX_FORMULA_CHARACTERS: usize = 2000;

/// Largest number of levels of a formula: open parentheses, and signs and powers in a row within them.
pub const MAX_NESTING: usize = 64;

/// Largest number of values that a formula may hold at once while it is evaluated.
pub const MAX_STACK_DEPTH: usize = 64;

/// A real function of x1 to xd as a postfix program.
///
/// The language: numbers, `pi`, `e`, x1 to xd (`x` too when d = 1), `+ - * /`, `^` or `**` (to the right, and
/// tighter than a sign: `-x^2` is −(x²)), parentheses, the functions of [`Function1`], `min(a,b)` and `max(a,b)`.
///
/// ```
/// let formula = relulab_net::Formula::parse("sin(3*x1) + x2^2", 2).unwrap();
/// assert_eq!(formula.eval(&[0.0, 3.0]), 9.0);
/// let error = relulab_net::Formula::parse("x1 + x7", 2).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "formula, column 6: unknown variable x7: this problem has x1 and x2\n  x1 + x7\n       ^"
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    text: String,
    input_dim: usize,
    program: Program,
    stack_depth: usize,
}

impl Formula {
    /// Reads a formula in the variables x1 to x`input_dim`.
    ///
    /// # Errors
    /// When the text is not a formula, names something unknown, calls a function with the wrong number of
    /// arguments, or is beyond [`MAX_FORMULA_CHARACTERS`], [`MAX_NESTING`] or [`MAX_STACK_DEPTH`].
    pub fn parse(text: &str, input_dim: usize) -> Result<Self, FormulaError> {
        let formula = Self::from_program(compact(text), input_dim, parser::parse(text, input_dim)?);
        if formula.stack_depth > MAX_STACK_DEPTH {
            let fault = FormulaFault::TooDeep(MAX_STACK_DEPTH);
            return Err(FormulaError { text: formula.text, column: 0, fault });
        }
        Ok(formula)
    }

    /// A formula made by our own code, whose stack is known to be shallow.
    pub(crate) fn from_program(text: String, input_dim: usize, program: Program) -> Self {
        let stack_depth = program.stack_depth();
        Self { text, input_dim, program, stack_depth }
    }

    /// The text without spaces, so that the same formula typed with other spacing has the same text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Number of variables that the formula may use.
    pub fn input_dim(&self) -> usize {
        self.input_dim
    }

    /// The postfix program; it leaves one value on the stack.
    pub fn ops(&self) -> &[Op] {
        self.program.ops()
    }

    /// Largest number of values on the stack at once, at most [`MAX_STACK_DEPTH`].
    pub fn stack_depth(&self) -> usize {
        self.stack_depth
    }

    /// The value at one point, in f64 with the functions of `libm`; NaN outside the formula's domain.
    ///
    /// *Shapes*: `x` has the input dimension; inputs that are missing count as NaN.
    pub fn eval(&self, x: &[f64]) -> f64 {
        let mut stack = [0.0; MAX_STACK_DEPTH];
        let mut height = 0;
        for &op in self.ops() {
            height -= op.arity();
            stack[height] = match op {
                Op::Variable(index) => x.get(index).copied().unwrap_or(f64::NAN),
                Op::Constant(value) => value,
                _ if op.arity() == 1 => op.value1(stack[height]),
                _ => op.value2(stack[height], stack[height + 1]),
            };
            height += 1;
        }
        stack[0]
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn compact(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str, x: &[f64]) -> f64 {
        Formula::parse(text, x.len()).unwrap_or_else(|error| panic!("{error}")).eval(x)
    }

    #[test]
    fn precedence_and_associativity() {
        for (text, expected) in [
            ("1 + 2 * 3", 7.0),
            ("(1 + 2) * 3", 9.0),
            ("2 - 3 - 4", -5.0),
            ("8 / 4 / 2", 1.0),
            ("2 ^ 3 ^ 2", 512.0),
            ("2 ** 3", 8.0),
            ("-2 ^ 2", -4.0),
            ("2 ^ -2", 0.25),
            ("-2 * -3", 6.0),
            ("2 - -3", 5.0),
            ("+2 - +3", -1.0),
            ("1e-3 + .5 + 2.", 2.501),
            ("min(3, max(1, 2))", 2.0),
            ("ln(e) + log(e)", 2.0),
            ("cos(2*pi)", 1.0),
        ] {
            assert_eq!(at(text, &[0.0]), expected, "{text}");
        }
        assert_eq!(at("-x^2", &[3.0]), -9.0);
        assert_eq!(at("2^-x^2", &[2.0]), 1.0 / 16.0);
        assert_eq!(at("x^2^3", &[2.0]), 256.0);
        assert_eq!(at("x1 - x2 - x3", &[1.0, 2.0, 3.0]), -4.0);
    }

    #[test]
    fn constants_fold_and_small_powers_are_integer() {
        let ops = |text: &str| Formula::parse(text, 1).unwrap().ops().to_vec();
        assert_eq!(ops("2*3 + x^2"), [Op::Constant(6.0), Op::Variable(0), Op::PowInteger(2), Op::Add]);
        assert_eq!(ops("x^(1+1)"), [Op::Variable(0), Op::PowInteger(2)]);
        assert_eq!(ops("x^-1"), [Op::Variable(0), Op::PowInteger(-1)]);
        assert_eq!(ops("x^1"), [Op::Variable(0)]);
        assert_eq!(ops("x^0.5"), [Op::Variable(0), Op::Constant(0.5), Op::Pow]);
        assert_eq!(Formula::parse("x + (x + (x + x))", 1).unwrap().stack_depth(), 4);
        assert_eq!(Formula::parse("x + x + x + x", 1).unwrap().stack_depth(), 2);
    }

    fn refusal(text: &str, input_dim: usize) -> (usize, String) {
        let error = Formula::parse(text, input_dim).expect_err(text);
        (error.column, error.fault.to_string())
    }

    #[test]
    fn errors_name_the_place_and_the_fault() {
        for (text, column, part) in [
            ("", 0, "expected a number"),
            ("x1 +", 4, "expected a number"),
            ("x1 * ) + 1", 5, "expected a number"),
            ("2x1", 1, "write a product with *"),
            ("sin(x1", 6, "expected an operator, a comma or )"),
            ("x1)", 2, "expected an operator or the end"),
            ("x1 $ 2", 3, "expected an operator or the end"),
            ("1 + x3", 4, "unknown variable x3: this problem has x1 and x2"),
            ("1 + x", 4, "unknown variable x: this problem has x1 and x2"),
            ("x99999999999999999999999", 0, "unknown variable"),
            ("x0", 0, "unknown variable x0"),
            ("2*y", 2, "unknown name y"),
            ("1 + sine(x1)", 4, "unknown function sine: expected one of sin, cos"),
            ("sin", 0, "sin is a function"),
            ("sin(x1, x2)", 0, "sin takes 1 argument, not 2"),
            ("x1 + max(x1)", 5, "max takes 2 arguments, not 1"),
            ("exp()", 0, "exp takes 1 argument, not 0"),
            ("min(1,2,3)", 0, "min takes 2 arguments, not 3"),
            ("1e999", 0, "too large"),
            ("é + x1", 0, "expected a number"),
        ] {
            let (place, fault) = refusal(text, 2);
            assert_eq!(place, column, "{text}: {fault}");
            assert!(fault.contains(part), "{text}: {fault}");
        }
        let shown = Formula::parse("x\t+\ny", 1).unwrap_err().to_string();
        assert_eq!(shown.lines().last(), Some("      ^"));
    }

    #[test]
    fn hostile_texts_are_refused_or_read_without_exhausting_the_stack() {
        assert!(refusal(&"(".repeat(1999), 1).1.contains("nested too deeply"));
        assert!(refusal(&"x^".repeat(990), 1).1.contains("expected a number"));
        assert!(refusal(&("x^".repeat(990) + "x"), 1).1.contains("nested too deeply"));
        assert!(refusal(&"x".repeat(5000), 1).1.contains("5000 characters"));
        assert!(refusal(&("-".repeat(1998) + "x"), 1).1.contains("nested too deeply"));
        assert!(refusal(&("(----".repeat(30) + "x" + &")".repeat(30)), 1).1.contains("nested too deeply"));
        assert_eq!(at(&("-".repeat(60) + "x"), &[3.0]), 3.0);
        assert_eq!(at(&("x^2*-".repeat(300) + "1"), &[1.0]), 1.0);
        let nested = "abs(".repeat(60) + "x" + &")".repeat(60);
        assert_eq!(at(&nested, &[-3.0]), 3.0);
    }

    /// A formula as a tree, written and evaluated without the parser.
    #[derive(Clone, Debug)]
    enum Tree {
        X1,
        X2,
        Tenths(u32),
        Node(usize, Box<Tree>, Box<Tree>),
    }

    impl Tree {
        fn text(&self) -> String {
            match self {
                Self::X1 => "x1".to_owned(),
                Self::X2 => "x2".to_owned(),
                Self::Tenths(n) => format!("{n}e-1"),
                Self::Node(kind, a, b) => {
                    let (a, b) = (a.text(), b.text());
                    match kind {
                        0 => format!("({a}) + ({b})"),
                        1 => format!("({a})-({b})"),
                        2 => format!("({a})*({b})"),
                        3 => format!("max({a}, {b})"),
                        4 => format!("-({a})^2"),
                        _ => format!("tanh({a})"),
                    }
                }
            }
        }

        fn value(&self, x: f64, y: f64) -> f64 {
            match self {
                Self::X1 => x,
                Self::X2 => y,
                Self::Tenths(n) => f64::from(*n) * 0.1,
                Self::Node(kind, a, b) => {
                    let (a, b) = (a.value(x, y), b.value(x, y));
                    match kind {
                        0 => a + b,
                        1 => a - b,
                        2 => a * b,
                        3 => a.max(b),
                        4 => -a.powi(2),
                        _ => a.tanh(),
                    }
                }
            }
        }
    }

    fn trees() -> impl Strategy<Value = Tree> {
        let leaf = prop_oneof![Just(Tree::X1), Just(Tree::X2), (0..100_u32).prop_map(Tree::Tenths)];
        leaf.prop_recursive(4, 24, 2, |inner| {
            (0..6_usize, inner.clone(), inner).prop_map(|(kind, a, b)| Tree::Node(kind, Box::new(a), Box::new(b)))
        })
    }

    proptest! {
        #[test]
        fn programs_agree_with_trees(tree in trees(), x in -2.0..2.0_f64, y in -2.0..2.0_f64) {
            let text = tree.text();
            let ours = Formula::parse(&text, 2).unwrap().eval(&[x, y]);
            let expected = tree.value(x, y);
            prop_assert!((ours - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{text}: {ours} {expected}");
        }

        #[test]
        fn no_text_panics(text in "[-x12+*/^(),. esinmax]{0,40}") {
            if let Ok(formula) = Formula::parse(&text, 2) {
                formula.eval(&[0.5, -1.5]);
                let again = Formula::parse(formula.text(), 2).unwrap();
                prop_assert_eq!(format!("{:?}", again.ops()), format!("{:?}", formula.ops()));
            }
        }
    }
}
