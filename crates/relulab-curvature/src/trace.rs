//! Estimates of traces from random products, with standard errors.

use crate::error::CurvatureError;
use crate::matrix::{dot, norm};
use crate::operator::SymmetricOperator;
use crate::orthogonal::orthogonalise;
use relulab_net::RandomStream;

/// A column of the sketch that shrinks below this share under orthogonalisation adds nothing to its span.
const DEPENDENT: f64 = 1e-10;

/// A number with the standard error of its estimation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error; infinite when only one sample was taken.
    pub standard_error: f64,
}

impl Estimate {
    /// The mean of samples.
    pub(crate) fn of(samples: &[f64]) -> Self {
        let n = samples.len() as f64;
        let value = samples.iter().sum::<f64>() / n;
        let squares: f64 = samples.iter().map(|sample| (sample - value) * (sample - value)).sum();
        let standard_error = if samples.len() > 1 { (squares / (n * (n - 1.0))).sqrt() } else { f64::INFINITY };
        Self { value, standard_error }
    }
}

/// Hutchinson's estimate of the trace: the mean of zᵀA z over random signs z.
///
/// # Errors
/// When there are no probes, or a product fails.
///
/// *Reference*: Hutchinson 1990, *A stochastic estimator of the trace of the influence matrix*.
pub fn hutchinson(
    operator: &impl SymmetricOperator,
    n_probes: usize,
    stream: &mut RandomStream,
) -> Result<Estimate, CurvatureError> {
    check_probes(n_probes, 1)?;
    let mut image = vec![0.0; operator.dim()];
    let samples: Vec<f64> = (0..n_probes)
        .map(|_| {
            let probe = signs(operator.dim(), stream);
            operator.apply(&probe, &mut image)?;
            Ok(dot(&probe, &image))
        })
        .collect::<Result<_, CurvatureError>>()?;
    Ok(Estimate::of(&samples))
}

/// Hutch++: the trace on a sketched subspace exactly, and Hutchinson's estimate on the rest.
///
/// A third of the products finds the subspace, a third gives the trace on it, and a third estimates the rest, whose
/// standard error is reported. The error falls as 1/products for positive semi-definite operators.
///
/// # Errors
/// When there are fewer than 3 products, or one fails.
///
/// *Reference*: Meyer, Musco, Musco, Woodruff 2021, *Hutch++: optimal stochastic trace estimation*, algorithm 1.
pub fn hutch_plus_plus(
    operator: &impl SymmetricOperator,
    n_products: usize,
    stream: &mut RandomStream,
) -> Result<Estimate, CurvatureError> {
    check_probes(n_products, 3)?;
    let dim = operator.dim();
    let n_sketch = n_products / 3;
    let mut image = vec![0.0; dim];
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for _ in 0..n_sketch.min(dim) {
        operator.apply(&signs(dim, stream), &mut image)?;
        let before = norm(&image);
        orthogonalise(&mut image, &basis);
        let length = norm(&image);
        if length > DEPENDENT * before {
            basis.push(image.iter().map(|x| x / length).collect());
        }
    }
    let mut exact = 0.0;
    for vector in &basis {
        operator.apply(vector, &mut image)?;
        exact += dot(vector, &image);
    }
    if basis.len() == dim {
        return Ok(Estimate { value: exact, standard_error: 0.0 });
    }
    let samples: Vec<f64> = (0..n_products - 2 * n_sketch)
        .map(|_| {
            let mut probe = signs(dim, stream);
            orthogonalise(&mut probe, &basis);
            operator.apply(&probe, &mut image)?;
            Ok(dot(&probe, &image))
        })
        .collect::<Result<_, CurvatureError>>()?;
    let rest = Estimate::of(&samples);
    Ok(Estimate { value: exact + rest.value, standard_error: rest.standard_error })
}

/// Random signs.
fn signs(dim: usize, stream: &mut RandomStream) -> Vec<f64> {
    (0..dim).map(|_| if stream.bits() >> 63 == 0 { 1.0 } else { -1.0 }).collect()
}

pub(crate) fn check_probes(n: usize, least: usize) -> Result<(), CurvatureError> {
    if n >= least {
        return Ok(());
    }
    let expected = if least == 1 { "at least 1" } else { "at least 3" };
    Err(CurvatureError::Argument { name: "number of products", value: n as f64, expected })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SymmetricMatrix;
    use relulab_net::Purpose;

    #[test]
    fn traces_of_known_matrices() {
        let mut stream = RandomStream::new(3, Purpose::Bootstrap);
        let diagonal = SymmetricMatrix::from_upper(50, |i, j| if i == j { i as f64 } else { 0.0 });
        let estimate = hutchinson(&diagonal, 4, &mut stream).unwrap();
        assert_eq!((estimate.value, estimate.standard_error), (1225.0, 0.0));
        let full = SymmetricMatrix::from_upper(50, |i, j| 1.0 / (1.0 + (j - i) as f64));
        let estimate = hutchinson(&full, 400, &mut stream).unwrap();
        assert!((estimate.value - 50.0).abs() < 5.0 * estimate.standard_error);
        assert!(estimate.standard_error > 0.0 && estimate.standard_error < 1.0);
    }

    #[test]
    fn low_rank_is_exact_in_hutch_plus_plus() {
        let mut stream = RandomStream::new(4, Purpose::Bootstrap);
        // Rank 2: sin(i + j) = sin i cos j + cos i sin j.
        let matrix = SymmetricMatrix::from_upper(80, |i, j| libm::sin((i + j) as f64));
        let estimate = hutch_plus_plus(&matrix, 12, &mut stream).unwrap();
        assert!((estimate.value - matrix.trace()).abs() < 1e-11, "{estimate:?} {}", matrix.trace());
        assert!(estimate.standard_error < 1e-11);
        let small = SymmetricMatrix::from_upper(3, |i, j| (1 + i + j) as f64);
        let estimate = hutch_plus_plus(&small, 60, &mut stream).unwrap();
        assert!((estimate.value - 9.0).abs() < 1e-9, "{estimate:?}");
        assert!(hutch_plus_plus(&small, 2, &mut stream).is_err());
    }

    #[test]
    fn hutch_plus_plus_beats_hutchinson_on_a_decaying_spectrum() {
        let mut stream = RandomStream::new(5, Purpose::Bootstrap);
        let dim = 60;
        let vector = |k: usize, i: usize| libm::cos(((k + 1) * (2 * i + 1)) as f64 * std::f64::consts::PI / 120.0);
        let matrix = SymmetricMatrix::from_upper(dim, |i, j| {
            (0..dim).map(|k| vector(k, i) * vector(k, j) / ((k + 1) * (k + 1)) as f64).sum()
        });
        let (plain, better) =
            (hutchinson(&matrix, 30, &mut stream).unwrap(), hutch_plus_plus(&matrix, 30, &mut stream).unwrap());
        assert!(better.standard_error < 0.3 * plain.standard_error);
        assert!((better.value - matrix.trace()).abs() < 5.0 * better.standard_error + 0.05 * matrix.trace());
    }
}
