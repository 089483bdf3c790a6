//! A piecewise linear function of one variable, as data.

use super::pieces::Pieces;
use relulab_exact::Number;

/// A continuous piecewise linear function of one variable with one or more outputs.
///
/// `T` is `f64` for figures and integrals, [`relulab_exact::Rational`] where the numbers themselves must be exact.
/// Its pieces are the connected ones of the network: neighbours always differ.
///
/// *Shapes*: one more piece than breakpoints; slopes and intercepts are pieces × outputs, row-major.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineFunction<T = f64> {
    output_dim: usize,
    breakpoints: Vec<T>,
    slopes: Vec<T>,
    intercepts: Vec<T>,
}

impl<T> LineFunction<T> {
    /// A function from its parts; `None` when their lengths do not fit together.
    ///
    /// *Shapes*: `slopes` and `intercepts` are pieces × outputs, with one more piece than `breakpoints`, which ascend.
    pub fn from_parts(output_dim: usize, breakpoints: Vec<T>, slopes: Vec<T>, intercepts: Vec<T>) -> Option<Self> {
        let expected = (breakpoints.len() + 1).checked_mul(output_dim)?;
        (slopes.len() == expected && intercepts.len() == expected).then_some(Self {
            output_dim,
            breakpoints,
            slopes,
            intercepts,
        })
    }

    /// Number of outputs.
    pub fn output_dim(&self) -> usize {
        self.output_dim
    }

    /// Number of connected pieces.
    pub fn n_pieces(&self) -> usize {
        self.breakpoints.len() + 1
    }

    /// Where the pieces meet, ascending.
    pub fn breakpoints(&self) -> &[T] {
        &self.breakpoints
    }

    /// Slopes, pieces × outputs.
    pub fn slopes(&self) -> &[T] {
        &self.slopes
    }

    /// Intercepts (values of the extended piece at 0), pieces × outputs.
    pub fn intercepts(&self) -> &[T] {
        &self.intercepts
    }

    /// Takes over pieces, each number through `convert`.
    pub(crate) fn fill<N: Number>(&mut self, pieces: &Pieces<N>, output_dim: usize, convert: impl Fn(&N) -> T) {
        self.output_dim = output_dim;
        for (target, source) in [
            (&mut self.breakpoints, &pieces.breakpoints),
            (&mut self.slopes, &pieces.slopes),
            (&mut self.intercepts, &pieces.intercepts),
        ] {
            target.clear();
            target.extend(source.iter().map(&convert));
        }
    }
}

impl LineFunction<f64> {
    /// The value of one output at `x`; `None` when there is no such output.
    pub fn value(&self, x: f64, output: usize) -> Option<f64> {
        let piece = self.breakpoints.partition_point(|breakpoint| *breakpoint <= x);
        if output >= self.output_dim {
            return None;
        }
        let place = piece * self.output_dim + output;
        Some(self.slopes[place] * x + self.intercepts[place])
    }
}
