//! Piecewise polynomials in one variable, and formulas that are one.

use crate::formula::{Formula, Function1, Op};

/// Highest degree that [`Formula::piecewise_polynomial`] returns.
pub const MAX_POLYNOMIAL_DEGREE: usize = 8;

/// Most pieces that [`Formula::piecewise_polynomial`] returns.
pub const MAX_POLYNOMIAL_PIECES: usize = 1024;

/// A function that is a polynomial on each interval between its breaks.
///
/// Its values at the breaks themselves are those of the piece on the left; expectations do not see them.
#[derive(Clone, Debug, PartialEq)]
pub struct PiecewisePolynomial {
    breaks: Vec<f64>,
    pieces: Vec<Vec<f64>>,
}

/// Why breaks and pieces do not make a piecewise polynomial.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PiecewisePolynomialError {
    /// There must be one piece more than breaks.
    #[error("{pieces} pieces for {breaks} breaks: expected one piece more than breaks")]
    WrongCount {
        /// Number of breaks.
        breaks: usize,
        /// Number of pieces.
        pieces: usize,
    },
    /// A break is not finite or not above the one before it.
    #[error("break {index} is {value}: expected finite numbers in strictly increasing order")]
    Break {
        /// Place of the break, from 0.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// A coefficient is NaN or infinite.
    #[error("piece {piece} has the coefficient {value}: expected finite numbers")]
    Coefficient {
        /// The piece, from 0.
        piece: usize,
        /// The coefficient.
        value: f64,
    },
}

impl PiecewisePolynomial {
    /// A piecewise polynomial from its breaks and, per piece, its coefficients from the constant term up.
    ///
    /// *Shapes*: one piece more than breaks. Trailing zero coefficients are dropped, and neighbours that are
    /// the same polynomial are merged.
    ///
    /// # Errors
    /// When the counts do not fit, the breaks do not increase, or a number is not finite.
    pub fn new(breaks: Vec<f64>, pieces: Vec<Vec<f64>>) -> Result<Self, PiecewisePolynomialError> {
        if pieces.len() != breaks.len() + 1 {
            return Err(PiecewisePolynomialError::WrongCount { breaks: breaks.len(), pieces: pieces.len() });
        }
        for (index, &value) in breaks.iter().enumerate() {
            if !value.is_finite() || index > 0 && breaks[index - 1] >= value {
                return Err(PiecewisePolynomialError::Break { index, value });
            }
        }
        for (piece, coefficients) in pieces.iter().enumerate() {
            if let Some(&value) = coefficients.iter().find(|value| !value.is_finite()) {
                return Err(PiecewisePolynomialError::Coefficient { piece, value });
            }
        }
        Ok(Self { breaks, pieces }.simplified())
    }

    /// Where one polynomial gives way to the next, in increasing order.
    pub fn breaks(&self) -> &[f64] {
        &self.breaks
    }

    /// Coefficients per piece, from the constant term up; an empty list is the zero polynomial.
    pub fn pieces(&self) -> &[Vec<f64>] {
        &self.pieces
    }

    /// Highest degree of any piece; 0 for constants.
    pub fn degree(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len().saturating_sub(1)).max().unwrap_or(0)
    }

    /// The value at x.
    pub fn eval(&self, x: f64) -> f64 {
        let piece = self.breaks.partition_point(|&at| at < x);
        self.pieces[piece].iter().rev().fold(0.0, |value, coefficient| value * x + coefficient)
    }

    /// The sum of two functions.
    pub fn sum(&self, other: &Self) -> Self {
        self.zip(other, |a, b| linear_combination(a, 1.0, b))
    }

    /// This function minus another.
    pub fn difference(&self, other: &Self) -> Self {
        self.zip(other, |a, b| linear_combination(a, -1.0, b))
    }

    /// The product of two functions.
    pub fn product(&self, other: &Self) -> Self {
        self.zip(other, product)
    }

    /// This function with every coefficient changed.
    fn map(self, change: impl Fn(f64) -> f64) -> Self {
        let pieces = self.pieces.into_iter().map(|piece| piece.into_iter().map(&change).collect()).collect();
        Self { breaks: self.breaks, pieces }.simplified()
    }

    fn constant(value: f64) -> Self {
        Self { breaks: Vec::new(), pieces: vec![vec![value]] }.simplified()
    }

    fn identity() -> Self {
        Self { breaks: Vec::new(), pieces: vec![vec![0.0, 1.0]] }
    }

    /// The number, when the function is constant.
    fn as_constant(&self) -> Option<f64> {
        match self.pieces.as_slice() {
            [piece] if piece.len() <= 1 => Some(piece.first().copied().unwrap_or(0.0)),
            _ => None,
        }
    }

    /// Combines the polynomials of two functions on every interval between the breaks of either.
    fn zip(&self, other: &Self, combine: impl Fn(&[f64], &[f64]) -> Vec<f64>) -> Self {
        let mut breaks: Vec<f64> = self.breaks.iter().chain(&other.breaks).copied().collect();
        breaks.sort_by(f64::total_cmp);
        breaks.dedup();
        let right_ends = breaks.iter().copied().chain(std::iter::once(f64::INFINITY));
        let pieces = right_ends.map(|end| combine(self.piece_below(end), other.piece_below(end))).collect();
        Self { breaks, pieces }.simplified()
    }

    /// The polynomial just left of x.
    fn piece_below(&self, x: f64) -> &[f64] {
        &self.pieces[self.breaks.partition_point(|&at| at < x)]
    }

    /// `positive` where `guide` > 0, else `otherwise`; None when a piece of the guide is not linear.
    fn select(guide: &Self, positive: &Self, otherwise: &Self) -> Option<Self> {
        let mut breaks = Vec::new();
        let mut is_positive = Vec::new();
        for (index, piece) in guide.pieces.iter().enumerate() {
            let left = index.checked_sub(1).map_or(f64::NEG_INFINITY, |index| guide.breaks[index]);
            let right = guide.breaks.get(index).copied().unwrap_or(f64::INFINITY);
            match *piece.as_slice() {
                [] => is_positive.push(false),
                [constant] => is_positive.push(constant > 0.0),
                [constant, slope] => {
                    let root = -constant / slope;
                    if left < root && root < right {
                        breaks.push(root);
                        is_positive.extend([slope < 0.0, slope > 0.0]);
                    } else {
                        is_positive.push((root <= left) == (slope > 0.0));
                    }
                }
                _ => return None,
            }
            if right < f64::INFINITY {
                breaks.push(right);
            }
        }
        let indicator = Self { breaks, pieces: is_positive.iter().map(|&is| vec![f64::from(u8::from(is))]).collect() };
        let when_positive = indicator.product(positive);
        Some(when_positive.sum(&Self::constant(1.0).difference(&indicator).product(otherwise)))
    }

    fn simplified(mut self) -> Self {
        for piece in &mut self.pieces {
            while piece.last() == Some(&0.0) {
                piece.pop();
            }
        }
        let mut pieces: Vec<Vec<f64>> = Vec::with_capacity(self.pieces.len());
        let mut breaks = Vec::new();
        for (index, piece) in self.pieces.into_iter().enumerate() {
            if pieces.last() == Some(&piece) {
                continue;
            }
            if index > 0 {
                breaks.push(self.breaks[index - 1]);
            }
            pieces.push(piece);
        }
        Self { breaks, pieces }
    }

    fn is_usable(&self) -> bool {
        let mut numbers = self.breaks.iter().chain(self.pieces.iter().flatten());
        self.degree() <= MAX_POLYNOMIAL_DEGREE
            && self.pieces.len() <= MAX_POLYNOMIAL_PIECES
            && numbers.all(|number| number.is_finite())
    }
}

/// a + factor · b.
fn linear_combination(a: &[f64], factor: f64, b: &[f64]) -> Vec<f64> {
    let at = |list: &[f64], index: usize| list.get(index).copied().unwrap_or(0.0);
    (0..a.len().max(b.len())).map(|index| at(a, index) + factor * at(b, index)).collect()
}

fn product(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; (a.len() + b.len()).saturating_sub(1)];
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate() {
            product[i + j] += a * b;
        }
    }
    product
}

impl Formula {
    /// The formula as a piecewise polynomial, when it is visibly one of degree ≤ [`MAX_POLYNOMIAL_DEGREE`].
    ///
    /// *Algorithm*: the program is run with piecewise polynomials in place of numbers. `abs`, `relu`, `sign`, `step`,
    /// `min` and `max` are followed where the argument (for the last two, the difference of the arguments) is
    /// piecewise linear, whose roots are exact up to one division. Anything else, more than one input, or more than
    /// [`MAX_POLYNOMIAL_PIECES`] pieces gives None. Isolated points may differ from the formula.
    pub fn piecewise_polynomial(&self) -> Option<PiecewisePolynomial> {
        if self.input_dim() != 1 {
            return None;
        }
        let mut stack: Vec<PiecewisePolynomial> = Vec::new();
        for &op in self.ops() {
            let value = match op {
                Op::Variable(_) => PiecewisePolynomial::identity(),
                Op::Constant(value) => PiecewisePolynomial::constant(value),
                _ if op.arity() == 1 => apply1(op, stack.pop()?)?,
                _ => {
                    let right = stack.pop()?;
                    apply2(op, &stack.pop()?, &right)?
                }
            };
            if !value.is_usable() {
                return None;
            }
            stack.push(value);
        }
        stack.pop()
    }
}

fn apply1(op: Op, value: PiecewisePolynomial) -> Option<PiecewisePolynomial> {
    let negative = |value: &PiecewisePolynomial| value.clone().map(|coefficient| -coefficient);
    let constant = PiecewisePolynomial::constant;
    match op {
        Op::Neg => Some(negative(&value)),
        Op::PowInteger(exponent) => {
            let exponent = usize::try_from(exponent).ok()?;
            if exponent * value.degree() > MAX_POLYNOMIAL_DEGREE {
                return None;
            }
            Some((0..exponent).fold(constant(1.0), |power, _| power.product(&value)))
        }
        Op::Call1(Function1::Abs) => PiecewisePolynomial::select(&value, &value, &negative(&value)),
        Op::Call1(Function1::Relu) => PiecewisePolynomial::select(&value, &value, &constant(0.0)),
        Op::Call1(Function1::Step) => PiecewisePolynomial::select(&value, &constant(1.0), &constant(0.0)),
        Op::Call1(Function1::Sign) => {
            let above = PiecewisePolynomial::select(&value, &constant(1.0), &constant(0.0))?;
            let below = PiecewisePolynomial::select(&negative(&value), &constant(1.0), &constant(0.0))?;
            Some(above.difference(&below))
        }
        _ => None,
    }
}

fn apply2(op: Op, a: &PiecewisePolynomial, b: &PiecewisePolynomial) -> Option<PiecewisePolynomial> {
    match op {
        Op::Add => Some(a.sum(b)),
        Op::Sub => Some(a.difference(b)),
        Op::Mul => Some(a.product(b)),
        Op::Div => {
            let divisor = b.as_constant().filter(|divisor| *divisor != 0.0)?;
            Some(a.clone().map(|coefficient| coefficient / divisor))
        }
        Op::Max => PiecewisePolynomial::select(&a.difference(b), a, b),
        Op::Min => PiecewisePolynomial::select(&a.difference(b), b, a),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Target;
    use proptest::prelude::*;

    fn polynomial(text: &str) -> Option<PiecewisePolynomial> {
        Target::parse(text, 1).unwrap().formula().piecewise_polynomial()
    }

    #[test]
    fn known_forms() {
        let absolute = polynomial("absolute").unwrap();
        assert_eq!(
            (absolute.breaks(), absolute.pieces()),
            ([0.0].as_slice(), [vec![0.0, -1.0], vec![0.0, 1.0]].as_slice())
        );
        assert_eq!(polynomial("linear").unwrap().pieces(), [vec![1.0, 2.0]]);
        assert_eq!(polynomial("(x+1)^2 - x^2").unwrap().pieces(), [vec![1.0, 2.0]]);
        assert_eq!(polynomial("x - x").unwrap().pieces(), [Vec::<f64>::new()]);
        assert_eq!(polynomial("abs(abs(abs(x)-2)-1)").unwrap().breaks(), [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]);
        assert_eq!(polynomial("max(x,x)").unwrap().pieces(), [vec![0.0, 1.0]]);
        assert_eq!(polynomial("sign(x)*x - abs(x)").unwrap().breaks(), [0.0; 0]);
    }

    #[test]
    fn others_are_refused() {
        for text in
            ["sine", "bump", "x^9", "x^5*x^4", "abs(x^2-1)", "1/x", "x^-1", "x^0.5", "floor(x)", "2^x", "x*1e200*1e200"]
        {
            assert_eq!(polynomial(text), None, "{text}");
        }
        assert_eq!(Target::parse("x1", 2).unwrap().formula().piecewise_polynomial(), None);
        assert_eq!(
            polynomial(&("abs(".repeat(60) + "x" + &"-1)".repeat(60))).map(|p| p.breaks().len() < 1024),
            Some(true)
        );
    }

    #[test]
    fn bad_parts_are_refused() {
        assert!(PiecewisePolynomial::new(vec![0.0], vec![vec![]]).is_err());
        assert!(PiecewisePolynomial::new(vec![1.0, 1.0], vec![vec![], vec![1.0], vec![]]).is_err());
        assert!(PiecewisePolynomial::new(vec![], vec![vec![f64::NAN]]).is_err());
    }

    fn texts() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![Just("x".to_owned()), (-20..20_i32).prop_map(|n| format!("({n}/8)"))];
        leaf.prop_recursive(4, 16, 2, |inner| {
            (0..9_usize, inner.clone(), inner).prop_map(|(kind, a, b)| match kind {
                0 => format!("({a}+{b})"),
                1 => format!("({a}-{b})"),
                2 => format!("({a}*{b})"),
                3 => format!("max({a},{b})"),
                4 => format!("min({a},{b})"),
                5 => format!("abs({a})"),
                6 => format!("(step({a})*{b})"),
                7 => format!("(sign({a})+relu({b}))"),
                _ => format!("(-{a}^2/4)"),
            })
        })
    }

    proptest! {
        #[test]
        fn agrees_with_the_formula(text in texts(), points in prop::collection::vec(-12_000..12_000_i32, 20)) {
            let formula = Formula::parse(&text, 1).unwrap();
            if let Some(polynomial) = formula.piecewise_polynomial() {
                let size = |x: f64| {
                    let sums = polynomial.pieces().iter().map(|p| p.iter().rev().fold(0.0, |v, c| v * x.abs() + c.abs()));
                    sums.fold(1.0, f64::max)
                };
                // Points with few bits, so that a step at an exact zero is exact in the formula too; odd, so off the breaks.
                for x in points.into_iter().map(|k| f64::from(2 * k + 1) / 4096.0) {
                    let (ours, expected) = (polynomial.eval(x), formula.eval(&[x]));
                    prop_assert!((ours - expected).abs() <= 1e-10 * size(x), "{text} at {x}: {ours} {expected}");
                }
            }
        }
    }
}
