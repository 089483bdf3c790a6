//! Postfix programs and how they are put together, folding constants on the way.

use super::function::{Function1, maximum, minimum};

/// One step of a postfix program: it takes its operands from the top of the stack and leaves its value there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// Push the input with this index, from 0.
    Variable(usize),
    /// Push a number.
    Constant(f64),
    /// Change the sign of the top.
    Neg,
    /// a + b, where b is the top and a the value below it.
    Add,
    /// a − b.
    Sub,
    /// a · b.
    Mul,
    /// a / b.
    Div,
    /// The top to a fixed integer power, computed as [`integer_power`] does.
    PowInteger(i32),
    /// a^b as `libm::pow`.
    Pow,
    /// A function of the top.
    Call1(Function1),
    /// `a` where a < b, else `b`.
    Min,
    /// `a` where a > b, else `b`.
    Max,
}

impl Op {
    /// How many operands it takes from the stack.
    pub fn arity(self) -> usize {
        match self {
            Self::Variable(_) | Self::Constant(_) => 0,
            Self::Neg | Self::PowInteger(_) | Self::Call1(_) => 1,
            Self::Add | Self::Sub | Self::Mul | Self::Div | Self::Pow | Self::Min | Self::Max => 2,
        }
    }

    /// The value of an operation on one operand; NaN for the others.
    pub(super) fn value1(self, z: f64) -> f64 {
        match self {
            Self::Neg => -z,
            Self::PowInteger(exponent) => integer_power(z, exponent),
            Self::Call1(function) => function.value(z),
            _ => f64::NAN,
        }
    }

    /// The value of an operation on two operands; NaN for the others.
    pub(super) fn value2(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div => a / b,
            Self::Pow => libm::pow(a, b),
            Self::Min => minimum(a, b),
            Self::Max => maximum(a, b),
            _ => f64::NAN,
        }
    }
}

/// Largest absolute exponent for which a constant integer power becomes [`Op::PowInteger`].
pub const MAX_INTEGER_EXPONENT: i32 = 64;

/// `base` to an integer power.
///
/// *Algorithm*: binary powering from the lowest bit: with p = 1 and q = base, for each bit of |exponent| from
/// the lowest, p ← p·q if the bit is set, then q ← q·q; the result is p, or 1/p for a negative exponent. An engine
/// that multiplies in this order gets the same bits.
pub fn integer_power(base: f64, exponent: i32) -> f64 {
    let mut bits = exponent.unsigned_abs();
    let mut power = 1.0;
    let mut square = base;
    while bits > 0 {
        if bits & 1 == 1 {
            power *= square;
        }
        square *= square;
        bits >>= 1;
    }
    if exponent < 0 { 1.0 / power } else { power }
}

/// A postfix program that leaves one value on the stack.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Program {
    ops: Vec<Op>,
}

impl Program {
    /// The program that pushes a number.
    pub(crate) fn constant(value: f64) -> Self {
        Self { ops: vec![Op::Constant(value)] }
    }

    /// The program that pushes an input.
    pub(crate) fn variable(index: usize) -> Self {
        Self { ops: vec![Op::Variable(index)] }
    }

    /// Applies an operation on one operand.
    pub(crate) fn then(mut self, op: Op) -> Self {
        match self.as_constant() {
            Some(value) => Self::constant(op.value1(value)),
            None => {
                self.ops.push(op);
                self
            }
        }
    }

    /// Applies an operation on two operands to this value and `right`.
    pub(crate) fn with(mut self, op: Op, mut right: Self) -> Self {
        match (op, self.as_constant(), right.as_constant()) {
            (_, Some(a), Some(b)) => Self::constant(op.value2(a, b)),
            (Op::Pow, None, Some(exponent)) if is_small_integer(exponent) => match exponent as i32 {
                1 => self,
                exponent => self.then(Op::PowInteger(exponent)),
            },
            _ => {
                self.ops.append(&mut right.ops);
                self.ops.push(op);
                self
            }
        }
    }

    /// The number, when the program is one number.
    pub(crate) fn as_constant(&self) -> Option<f64> {
        match self.ops.as_slice() {
            [Op::Constant(value)] => Some(*value),
            _ => None,
        }
    }

    /// The steps.
    pub(crate) fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// Largest number of values on the stack at once.
    pub(crate) fn stack_depth(&self) -> usize {
        let mut height = 0;
        let mut depth = 0;
        for op in &self.ops {
            height = height + 1 - op.arity();
            depth = depth.max(height);
        }
        depth
    }
}

fn is_small_integer(value: f64) -> bool {
    value.abs() <= f64::from(MAX_INTEGER_EXPONENT) && value == libm::trunc(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn integer_powers_at_the_edges() {
        assert_eq!(integer_power(3.0, 0), 1.0);
        assert_eq!(integer_power(-2.0, 3), -8.0);
        assert_eq!(integer_power(2.0, -2), 0.25);
        assert_eq!(integer_power(0.0, -1), f64::INFINITY);
    }

    proptest! {
        #[test]
        fn integer_powers_agree_with_libm(base in -3.0..3.0_f64, exponent in -20..=20_i32) {
            let (ours, theirs) = (integer_power(base, exponent), libm::pow(base, f64::from(exponent)));
            prop_assert!((ours - theirs).abs() <= 1e-13 * theirs.abs());
        }
    }
}
