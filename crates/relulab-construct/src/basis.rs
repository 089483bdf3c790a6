//! Basis functions: what a construction controls.

use crate::error::{ConstructError, check_finite};
use crate::singular::SingularValues;
use relulab_net::Formula;

/// Most functions of a basis.
pub(crate) const MAX_FUNCTIONS: usize = 256;

/// A list of functions of the inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    input_dim: usize,
    functions: Vec<Function>,
}

/// One basis function.
#[derive(Clone, Debug, PartialEq)]
enum Function {
    /// A product of powers of inputs, by their exponents.
    Monomial(Vec<u32>),
    /// Anything that a formula can say.
    Formula(Formula),
}

impl Basis {
    /// The inputs and the constant: x1 to xd and 1, so that coefficients are slopes and, last, the intercept.
    ///
    /// # Errors
    /// When there are too many inputs.
    pub fn affine(input_dim: usize) -> Result<Self, ConstructError> {
        Self::polynomial(input_dim, 1)
    }

    /// All monomials of total degree at most `degree`, the highest first and the constant last.
    ///
    /// # Errors
    /// When there are more monomials than a basis may have, or no input.
    pub fn polynomial(input_dim: usize, degree: u32) -> Result<Self, ConstructError> {
        let mut functions = Vec::new();
        for total in (0..=degree).rev() {
            let mut exponents = vec![0; input_dim];
            push_monomials(&mut functions, &mut exponents, 0, total);
            if functions.len() > MAX_FUNCTIONS {
                return Err(ConstructError::BasisSize(functions.len()));
            }
        }
        Self::new(input_dim, functions)
    }

    /// One function per formula in x1 to x`input_dim`.
    ///
    /// ```
    /// let basis = relulab_construct::Basis::formulas(&["x", "sin(x)", "1"], 1).unwrap();
    /// assert_eq!(basis.names(), ["x", "sin(x)", "1"]);
    /// ```
    ///
    /// # Errors
    /// When a text is not a formula, or there are none or too many.
    pub fn formulas(texts: &[&str], input_dim: usize) -> Result<Self, ConstructError> {
        let parse = |text: &&str| Ok(Function::Formula(Formula::parse(text, input_dim)?));
        Self::new(input_dim, texts.iter().map(parse).collect::<Result<_, ConstructError>>()?)
    }

    fn new(input_dim: usize, functions: Vec<Function>) -> Result<Self, ConstructError> {
        if (1..=MAX_FUNCTIONS).contains(&functions.len()) {
            Ok(Self { input_dim, functions })
        } else {
            Err(ConstructError::BasisSize(functions.len()))
        }
    }

    /// Number of functions.
    pub fn n_functions(&self) -> usize {
        self.functions.len()
    }

    /// Number of inputs.
    pub fn input_dim(&self) -> usize {
        self.input_dim
    }

    /// The functions as text.
    pub fn names(&self) -> Vec<String> {
        self.functions.iter().map(Function::name).collect()
    }

    /// The values of all functions on points.
    ///
    /// *Shapes*: `inputs` is n × d, the result n × functions, row-major.
    pub fn matrix(&self, inputs: &[f64]) -> Vec<f64> {
        let rows = inputs.chunks_exact(self.input_dim.max(1));
        rows.flat_map(|x| self.functions.iter().map(move |function| function.eval(x))).collect()
    }

    /// The function with the given coefficients on points.
    ///
    /// *Shapes*: one coefficient per function, missing ones count as 0; the result has one value per point.
    pub fn combine(&self, coefficients: &[f64], inputs: &[f64]) -> Vec<f64> {
        let matrix = self.matrix(inputs);
        let rows = matrix.chunks_exact(self.n_functions());
        rows.map(|row| row.iter().zip(coefficients).map(|(value, coefficient)| value * coefficient).sum()).collect()
    }
}

/// Appends all exponents of one total degree, those with more of the first inputs first.
fn push_monomials(functions: &mut Vec<Function>, exponents: &mut [u32], place: usize, left: u32) {
    if functions.len() > MAX_FUNCTIONS {
        return;
    }
    if place + 1 >= exponents.len() {
        if let Some(last) = exponents.last_mut() {
            *last = left;
            functions.push(Function::Monomial(exponents.to_vec()));
        }
        return;
    }
    for own in (0..=left).rev() {
        exponents[place] = own;
        push_monomials(functions, exponents, place + 1, left - own);
    }
}

impl Function {
    fn eval(&self, x: &[f64]) -> f64 {
        match self {
            Self::Monomial(exponents) => {
                exponents.iter().zip(x).map(|(exponent, x)| relulab_net::integer_power(*x, *exponent as i32)).product()
            }
            Self::Formula(formula) => formula.eval(x),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Formula(formula) => formula.text().to_owned(),
            Self::Monomial(exponents) => {
                let factors: Vec<String> = exponents
                    .iter()
                    .enumerate()
                    .filter(|(_, exponent)| **exponent > 0)
                    .map(|(i, exponent)| {
                        let variable = if exponents.len() == 1 { "x".to_owned() } else { format!("x{}", i + 1) };
                        if *exponent == 1 { variable } else { format!("{variable}^{exponent}") }
                    })
                    .collect();
                if factors.is_empty() { "1".to_owned() } else { factors.join("*") }
            }
        }
    }
}

/// Least squares on a basis over fixed points: P = (BᵀB)⁻¹Bᵀ.
#[derive(Clone, Debug)]
pub(crate) struct Projection {
    /// B, n × q.
    pub matrix: Vec<f64>,
    /// P, q × n.
    pub rows: Vec<f64>,
    n_points: usize,
}

impl Projection {
    /// The projection on a basis over points of the right width.
    ///
    /// *Algorithm*: the pseudo-inverse of B from its singular values, which is P for independent functions.
    pub fn new(basis: &Basis, inputs: &[f64]) -> Result<Self, ConstructError> {
        let matrix = basis.matrix(inputs);
        check_finite("basis value", &matrix)?;
        let functions = basis.n_functions();
        let n_points = matrix.len() / functions;
        let singular = SingularValues::new(&matrix, n_points, functions)?;
        let rank = singular.conditioning().rank;
        if rank < functions {
            return Err(ConstructError::DependentBasis { rank, functions, points: n_points });
        }
        let rows = singular.pseudo_inverse();
        Ok(Self { matrix, rows, n_points })
    }

    /// Coefficients of the nearest function of the basis.
    pub fn coefficients(&self, values: &[f64]) -> Vec<f64> {
        let rows = self.rows.chunks_exact(self.n_points);
        rows.map(|row| row.iter().zip(values).map(|(p, value)| p * value).sum()).collect()
    }

    /// The function of the basis with these coefficients, on the points.
    pub fn combine(&self, coefficients: &[f64]) -> Vec<f64> {
        let rows = self.matrix.chunks_exact(coefficients.len().max(1));
        rows.map(|row| row.iter().zip(coefficients).map(|(b, c)| b * c).sum()).collect()
    }

    /// P times a matrix with one row per point.
    pub fn times(&self, matrix: &[f64], columns: usize) -> Vec<f64> {
        let mut product = Vec::with_capacity(self.rows.len() / self.n_points.max(1) * columns);
        for row in self.rows.chunks_exact(self.n_points) {
            let mut sum = vec![0.0; columns];
            for (p, entries) in row.iter().zip(matrix.chunks_exact(columns)) {
                sum.iter_mut().zip(entries).for_each(|(sum, entry)| *sum += p * entry);
            }
            product.extend(sum);
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monomials_are_complete_and_named() {
        let basis = Basis::polynomial(2, 2).unwrap();
        assert_eq!(basis.names(), ["x1^2", "x1*x2", "x2^2", "x1", "x2", "1"]);
        assert_eq!(basis.matrix(&[2.0, 3.0]), [4.0, 6.0, 9.0, 2.0, 3.0, 1.0]);
        assert_eq!(Basis::affine(1).unwrap().names(), ["x", "1"]);
        // C(d + q, q) monomials.
        assert_eq!(Basis::polynomial(3, 4).unwrap().n_functions(), 35);
        assert!(matches!(Basis::polynomial(50, 3), Err(ConstructError::BasisSize(_))));
        assert!(Basis::formulas(&[], 1).is_err());
        assert!(Basis::formulas(&["x1 +"], 1).is_err());
    }

    #[test]
    fn projections_recover_coefficients_and_solve_the_normal_equations() {
        let inputs: Vec<f64> = (0..20).map(|i| libm::sin(f64::from(i))).collect();
        let basis = Basis::formulas(&["x^2", "exp(x)", "1"], 1).unwrap();
        let projection = Projection::new(&basis, &inputs).unwrap();
        let planted = [2.0, -1.0, 0.5];
        let values = basis.combine(&planted, &inputs);
        assert_eq!(projection.combine(&planted), values);
        for (ours, planted) in projection.coefficients(&values).iter().zip(planted) {
            assert!((ours - planted).abs() < 1e-10);
        }
        // The residual of anything is orthogonal to every basis function.
        let noise: Vec<f64> = (0..20).map(|i| libm::cos(f64::from(7 * i))).collect();
        let fitted = projection.combine(&projection.coefficients(&noise));
        for function in 0..3 {
            let product: f64 = (0..20).map(|i| projection.matrix[3 * i + function] * (noise[i] - fitted[i])).sum();
            assert!(product.abs() < 1e-12);
        }
    }

    #[test]
    fn dependent_functions_are_refused() {
        let basis = Basis::formulas(&["x", "2*x", "1"], 1).unwrap();
        let error = Projection::new(&basis, &[0.0, 1.0, 2.0, 3.0]).unwrap_err();
        assert_eq!(error, ConstructError::DependentBasis { rank: 2, functions: 3, points: 4 });
        assert!(Projection::new(&Basis::formulas(&["1/x"], 1).unwrap(), &[0.0]).is_err());
        assert!(Projection::new(&Basis::affine(1).unwrap(), &[3.0]).is_err());
    }
}
