//! An affine map that grows operation by operation, exactly.

use relulab_exact::{Number, Rational};

/// x ↦ scale ∘ (W x) + shift, where no matrix W stands for the identity.
///
/// Scales and shifts are rationals, so that nothing is rounded before the map is complete.
#[derive(Clone, Debug)]
pub(super) struct Affine {
    n_in: usize,
    /// Row-major, out × in.
    matrix: Option<Vec<f64>>,
    scale: Vec<Rational>,
    shift: Vec<Rational>,
}

/// A parameter that would have to be rounded, or is not a finite number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Inexact;

/// The exact value of a number in a file.
pub(super) fn exact(value: f64) -> Result<Rational, Inexact> {
    Rational::from_f64(value).ok_or(Inexact)
}

/// The number as f64, if it is one.
fn rounded(value: &Rational) -> Result<f64, Inexact> {
    let nearest = value.to_f64();
    if Rational::from_f64(nearest).as_ref() == Some(value) { Ok(nearest) } else { Err(Inexact) }
}

impl Affine {
    /// The map that changes nothing.
    pub fn identity(n: usize) -> Self {
        Self { n_in: n, matrix: None, scale: vec![Rational::from(1); n], shift: vec![Rational::zero(); n] }
    }

    /// Number of outputs.
    pub fn n_out(&self) -> usize {
        self.scale.len()
    }

    /// Puts output `order[k]` in place k.
    pub fn reorder(&mut self, order: &[usize]) {
        let matrix = self.matrix.take().unwrap_or_else(|| identity_matrix(self.n_in));
        let rows = order.iter().flat_map(|from| &matrix[from * self.n_in..(from + 1) * self.n_in]);
        self.matrix = Some(rows.copied().collect());
        self.scale = order.iter().map(|from| self.scale[*from].clone()).collect();
        self.shift = order.iter().map(|from| self.shift[*from].clone()).collect();
    }

    /// Multiplies output k by `factors[k]`.
    pub fn scale(&mut self, factors: &[Rational]) {
        for part in [&mut self.scale, &mut self.shift] {
            for (number, factor) in part.iter_mut().zip(factors) {
                *number = std::mem::take(number) * factor;
            }
        }
    }

    /// Adds `terms[k]` to output k.
    pub fn add(&mut self, terms: &[Rational]) {
        for (shift, term) in self.shift.iter_mut().zip(terms) {
            *shift = std::mem::take(shift) + term;
        }
    }

    /// Applies a further matrix.
    ///
    /// *Shapes*: `matrix` is n × outputs of this map, row-major.
    pub fn multiply(&mut self, matrix: Vec<f64>) -> Result<(), Inexact> {
        if matrix.iter().any(|weight| !weight.is_finite()) {
            return Err(Inexact);
        }
        let width = self.n_out();
        let rows = || matrix.chunks_exact(width.max(1));
        let mut shift = Vec::with_capacity(rows().len());
        for row in rows() {
            let mut sum = Rational::zero();
            for (weight, before) in row.iter().zip(&self.shift).filter(|(_, before)| !before.is_zero()) {
                sum = sum + exact(*weight)? * before;
            }
            shift.push(sum);
        }
        self.scale_matrix()?;
        let product = match &self.matrix {
            Some(before) => {
                let mut product = Vec::with_capacity(rows().len() * self.n_in);
                for row in rows() {
                    let mut sums = vec![Rational::zero(); self.n_in];
                    for (weight, before) in row.iter().zip(before.chunks_exact(self.n_in)) {
                        for (sum, before) in sums.iter_mut().zip(before) {
                            *sum = std::mem::take(sum) + exact(*weight)? * exact(*before)?;
                        }
                    }
                    for sum in &sums {
                        product.push(rounded(sum)?);
                    }
                }
                Some(product)
            }
            None => None,
        };
        self.scale = vec![Rational::from(1); shift.len()];
        self.shift = shift;
        self.matrix = Some(product.unwrap_or(matrix));
        Ok(())
    }

    /// Weights (row-major, out × in) and biases.
    pub fn into_layer(mut self) -> Result<(Vec<f64>, Vec<f64>), Inexact> {
        self.scale_matrix()?;
        let matrix = self.matrix.unwrap_or_else(|| identity_matrix(self.n_in));
        Ok((matrix, self.shift.iter().map(rounded).collect::<Result<_, _>>()?))
    }

    fn is_scaled(&self) -> bool {
        self.scale.iter().any(|scale| *scale != Rational::from(1))
    }

    /// Moves the scale into the matrix.
    fn scale_matrix(&mut self) -> Result<(), Inexact> {
        if !self.is_scaled() {
            return Ok(());
        }
        let mut matrix = self.matrix.take().unwrap_or_else(|| identity_matrix(self.n_in));
        for (row, scale) in matrix.chunks_exact_mut(self.n_in.max(1)).zip(&self.scale) {
            for weight in row {
                *weight = rounded(&(exact(*weight)? * scale))?;
            }
        }
        self.matrix = Some(matrix);
        self.scale = vec![Rational::from(1); self.scale.len()];
        Ok(())
    }
}

fn identity_matrix(n: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; n * n];
    matrix.iter_mut().step_by(n + 1).for_each(|diagonal| *diagonal = 1.0);
    matrix
}
