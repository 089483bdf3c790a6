//! The functions of one argument that a formula may call.

/// A function of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function1 {
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Arc sine.
    Asin,
    /// Arc cosine.
    Acos,
    /// Arc tangent.
    Atan,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// e^z.
    Exp,
    /// Natural logarithm, written `ln` or `log`.
    Ln,
    /// Square root.
    Sqrt,
    /// Absolute value.
    Abs,
    /// 1 / (1 + e^−z).
    Sigmoid,
    /// z where z > 0, else 0.
    Relu,
    /// −1, 0 or 1 with the sign of z.
    Sign,
    /// 1 where z > 0, else 0.
    Step,
    /// Largest integer ≤ z.
    Floor,
    /// The error function.
    Erf,
}

impl Function1 {
    /// All functions, in the order in which they are documented.
    pub const ALL: [Self; 19] = [
        Self::Sin,
        Self::Cos,
        Self::Tan,
        Self::Asin,
        Self::Acos,
        Self::Atan,
        Self::Sinh,
        Self::Cosh,
        Self::Tanh,
        Self::Exp,
        Self::Ln,
        Self::Sqrt,
        Self::Abs,
        Self::Sigmoid,
        Self::Relu,
        Self::Sign,
        Self::Step,
        Self::Floor,
        Self::Erf,
    ];

    /// The name that formulas use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sin => "sin",
            Self::Cos => "cos",
            Self::Tan => "tan",
            Self::Asin => "asin",
            Self::Acos => "acos",
            Self::Atan => "atan",
            Self::Sinh => "sinh",
            Self::Cosh => "cosh",
            Self::Tanh => "tanh",
            Self::Exp => "exp",
            Self::Ln => "ln",
            Self::Sqrt => "sqrt",
            Self::Abs => "abs",
            Self::Sigmoid => "sigmoid",
            Self::Relu => "relu",
            Self::Sign => "sign",
            Self::Step => "step",
            Self::Floor => "floor",
            Self::Erf => "erf",
        }
    }

    /// The function of that name; `log` is `ln`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name == "log" { "ln" } else { name };
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    /// The value at z, the same bits on every platform; NaN outside the function's domain.
    pub fn value(self, z: f64) -> f64 {
        match self {
            Self::Sin => libm::sin(z),
            Self::Cos => libm::cos(z),
            Self::Tan => libm::tan(z),
            Self::Asin => libm::asin(z),
            Self::Acos => libm::acos(z),
            Self::Atan => libm::atan(z),
            Self::Sinh => libm::sinh(z),
            Self::Cosh => libm::cosh(z),
            Self::Tanh => libm::tanh(z),
            Self::Exp => libm::exp(z),
            Self::Ln => libm::log(z),
            Self::Sqrt => libm::sqrt(z),
            Self::Abs => libm::fabs(z),
            Self::Sigmoid => crate::Activation::Sigmoid.value(z),
            Self::Relu => maximum(z, 0.0),
            Self::Sign if z.is_nan() => z,
            Self::Sign => f64::from(i8::from(z > 0.0) - i8::from(z < 0.0)),
            Self::Step => f64::from(u8::from(z > 0.0)),
            Self::Floor => libm::floor(z),
            Self::Erf => libm::erf(z),
        }
    }
}

/// The smaller number: `a` where a < b, else `b` (so `b` where either is NaN, as vector units do).
pub(super) fn minimum(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The larger number: `a` where a > b, else `b` (so `b` where either is NaN, as vector units do).
pub(super) fn maximum(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for function in Function1::ALL {
            assert_eq!(Function1::from_name(function.name()), Some(function));
        }
        assert_eq!(Function1::from_name("log"), Some(Function1::Ln));
        assert_eq!(Function1::from_name("sine"), None);
    }

    #[test]
    fn values_agree_with_the_standard_library() {
        type Pair = (Function1, fn(f64) -> f64);
        let library: [Pair; 13] = [
            (Function1::Sin, f64::sin),
            (Function1::Cos, f64::cos),
            (Function1::Tan, f64::tan),
            (Function1::Asin, f64::asin),
            (Function1::Acos, f64::acos),
            (Function1::Atan, f64::atan),
            (Function1::Sinh, f64::sinh),
            (Function1::Cosh, f64::cosh),
            (Function1::Tanh, f64::tanh),
            (Function1::Exp, f64::exp),
            (Function1::Ln, f64::ln),
            (Function1::Sqrt, f64::sqrt),
            (Function1::Floor, f64::floor),
        ];
        for (function, expected) in library {
            for z in [-0.9, -0.3, 0.0, 0.2, 0.8] {
                let (ours, theirs) = (function.value(z), expected(z));
                let same = ours == theirs || ours.is_nan() && theirs.is_nan();
                assert!(same || (ours - theirs).abs() < 1e-14, "{} at {z}", function.name());
            }
        }
    }

    #[test]
    fn jumps_are_open_at_zero() {
        assert_eq!([-2.0, 0.0, 2.0].map(|z| Function1::Sign.value(z)), [-1.0, 0.0, 1.0]);
        assert_eq!([-2.0, 0.0, 2.0].map(|z| Function1::Step.value(z)), [0.0, 0.0, 1.0]);
        assert_eq!([-2.0, 0.0, 2.0].map(|z| Function1::Relu.value(z)), [0.0, 0.0, 2.0]);
    }
}
