//! A continuous piecewise linear function of several variables, as a formula in maxima and minima.

use crate::affine::AffineForm;
use crate::error::ConstructError;
use relulab_exact::Rational;

/// A continuous piecewise linear function of several variables.
///
/// Every such function has either form; the pieces are numbered from 0 in the order given.
#[derive(Clone, Debug, PartialEq)]
pub struct Piecewise {
    pieces: Vec<AffineForm>,
    formula: Formula,
}

/// How a function is put together from affine pieces.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// max over the sets of the min over the pieces of each set: a lattice polynomial.
    MaxOfMin(Vec<Vec<usize>>),
    /// max over the first pieces less max over the second: a difference of convex functions.
    Difference {
        /// Pieces of the maximum that counts positively.
        plus: Vec<usize>,
        /// Pieces of the maximum that is taken away; may be empty.
        minus: Vec<usize>,
    },
}

impl Piecewise {
    /// A function from its pieces and a formula.
    ///
    /// # Errors
    /// When there are no pieces or no variables, pieces differ in their number of variables, a set is empty, or a
    /// piece is named that does not exist.
    pub fn new(pieces: Vec<AffineForm>, formula: Formula) -> Result<Self, ConstructError> {
        let input_dim = pieces.first().map_or(0, AffineForm::n_variables);
        if input_dim == 0 {
            return Err(ConstructError::EmptyPiecewise("there is no piece with at least one slope"));
        }
        if let Some(index) = pieces.iter().position(|piece| piece.n_variables() != input_dim) {
            return Err(ConstructError::PieceSlopes {
                index,
                slopes: pieces[index].n_variables(),
                expected: input_dim,
            });
        }
        let sets: Vec<&Vec<usize>> = match &formula {
            Formula::MaxOfMin(sets) if sets.is_empty() => {
                return Err(ConstructError::EmptyPiecewise("there is no set of pieces"));
            }
            Formula::MaxOfMin(sets) if sets.iter().any(Vec::is_empty) => {
                return Err(ConstructError::EmptyPiecewise("a set of pieces is empty"));
            }
            Formula::Difference { plus, .. } if plus.is_empty() => {
                return Err(ConstructError::EmptyPiecewise("the maximum that counts positively is empty"));
            }
            Formula::MaxOfMin(sets) => sets.iter().collect(),
            Formula::Difference { plus, minus } => vec![plus, minus],
        };
        match sets.into_iter().flatten().find(|index| **index >= pieces.len()) {
            Some(&index) => Err(ConstructError::NoSuchPiece { index, pieces: pieces.len() }),
            None => Ok(Self { pieces, formula }),
        }
    }

    /// Number of variables.
    pub fn input_dim(&self) -> usize {
        self.pieces[0].n_variables()
    }

    /// The affine pieces.
    pub fn pieces(&self) -> &[AffineForm] {
        &self.pieces
    }

    /// How they are put together.
    pub fn formula(&self) -> &Formula {
        &self.formula
    }

    /// The value at a point.
    pub fn eval(&self, x: &[Rational]) -> Rational {
        let values: Vec<Rational> = self.pieces.iter().map(|piece| piece.eval(x)).collect();
        self.map_where(|one, two| values[one] > values[two]).eval(x)
    }

    /// The affine map of the function wherever the pieces have a given order; `is_above` says whether one piece is
    /// greater than another.
    pub fn map_where(&self, is_above: impl Fn(usize, usize) -> bool) -> AffineForm {
        let greater = |one: usize, two: usize| if is_above(two, one) { two } else { one };
        let smaller = |one: usize, two: usize| if is_above(one, two) { two } else { one };
        let greatest = |set: &[usize]| set.iter().copied().reduce(greater).map(|index| self.pieces[index].clone());
        let zero = || AffineForm::constant(self.input_dim(), Rational::zero());
        match &self.formula {
            Formula::MaxOfMin(sets) => {
                let least: Vec<usize> = sets.iter().filter_map(|set| set.iter().copied().reduce(smaller)).collect();
                greatest(&least).unwrap_or_else(zero)
            }
            Formula::Difference { plus, minus } => {
                greatest(plus).unwrap_or_else(zero).minus(&greatest(minus).unwrap_or_else(zero))
            }
        }
    }
}
