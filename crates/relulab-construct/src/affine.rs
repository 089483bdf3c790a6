//! Affine forms in exact rationals.

use relulab_exact::Rational;

/// The form slopes · x + constant, in exact rationals.
///
/// It is a piece of a piecewise linear function, and also what a unit of a network sees of the layer below.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AffineForm {
    /// One slope per variable.
    pub slopes: Vec<Rational>,
    /// The value at the origin.
    pub constant: Rational,
}

impl AffineForm {
    /// A form from its parts.
    pub fn new(slopes: Vec<Rational>, constant: Rational) -> Self {
        Self { slopes, constant }
    }

    /// The form of this constant value in `n_variables` variables.
    pub fn constant(n_variables: usize, constant: Rational) -> Self {
        Self { slopes: vec![Rational::zero(); n_variables], constant }
    }

    /// The form whose value is variable number `index` of `n_variables`.
    pub fn variable(n_variables: usize, index: usize) -> Self {
        let mut form = Self::constant(n_variables, Rational::zero());
        form.slopes[index] = Rational::from(1);
        form
    }

    /// Number of variables.
    pub fn n_variables(&self) -> usize {
        self.slopes.len()
    }

    /// Whether all slopes are zero.
    pub fn is_constant(&self) -> bool {
        self.slopes.iter().all(Rational::is_zero)
    }

    /// The value at a point.
    pub fn eval(&self, x: &[Rational]) -> Rational {
        let products = self.slopes.iter().zip(x).filter(|(slope, _)| !slope.is_zero());
        products.fold(self.constant.clone(), |sum, (slope, x)| sum + &(slope.clone() * x))
    }

    /// This form, each number multiplied by a factor.
    #[must_use]
    pub fn scaled(&self, factor: &Rational) -> Self {
        let slopes = self.slopes.iter().map(|slope| slope.clone() * factor).collect();
        Self { slopes, constant: self.constant.clone() * factor }
    }

    /// The form of opposite sign.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self { slopes: self.slopes.iter().map(|slope| -slope.clone()).collect(), constant: -self.constant.clone() }
    }

    /// The sum of two forms in the same variables.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let slopes = self.slopes.iter().zip(&other.slopes).map(|(a, b)| a.clone() + b).collect();
        Self { slopes, constant: self.constant.clone() + &other.constant }
    }

    /// The difference of two forms in the same variables.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    /// This form less a number.
    #[must_use]
    pub fn lowered(&self, by: &Rational) -> Self {
        Self { slopes: self.slopes.clone(), constant: self.constant.clone() - by }
    }

    /// This form where each of its variables is itself a form; `None` where a variable is zero.
    pub(crate) fn of_forms(&self, n_variables: usize, variables: &[Option<Self>]) -> Self {
        let terms = self.slopes.iter().zip(variables).filter(|(slope, _)| !slope.is_zero());
        let start = Self::constant(n_variables, self.constant.clone());
        terms.fold(start, |sum, (slope, form)| match form {
            Some(form) => sum.plus(&form.scaled(slope)),
            None => sum,
        })
    }
}
