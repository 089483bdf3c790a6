//! Keeping vectors orthogonal to a basis.

use crate::matrix::{add_scaled, dot, norm};
use rayon::prelude::*;

/// A pass that leaves at least this share of a vector's length has left no component worth a second pass.
const KEPT_SHARE: f64 = 0.7;

/// Numbers of a basis from which several threads are worth their start.
const PARALLEL_NUMBERS: usize = 1 << 18;

/// Numbers of a vector that one thread updates at a time.
const CHUNK: usize = 1 << 12;

/// Removes from a vector its components along an orthonormal basis.
///
/// *Algorithm*: classical Gram-Schmidt, with a second pass when the first one took much of the length, so that
/// rounding does not bring components back. The bits do not depend on the number of threads.
///
/// *Reference*: Parlett 1980, *The symmetric eigenvalue problem*, section 6.9 ("twice is enough").
pub(crate) fn orthogonalise(vector: &mut [f64], basis: &[Vec<f64>]) {
    let before = norm(vector);
    remove_components(vector, basis);
    if norm(vector) < KEPT_SHARE * before {
        remove_components(vector, basis);
    }
}

fn remove_components(vector: &mut [f64], basis: &[Vec<f64>]) {
    if vector.len() * basis.len() < PARALLEL_NUMBERS {
        let components: Vec<f64> = basis.iter().map(|other| dot(other, vector)).collect();
        for (other, component) in basis.iter().zip(components) {
            add_scaled(vector, -component, other);
        }
        return;
    }
    let components: Vec<f64> = basis.par_iter().map(|other| dot(other, vector)).collect();
    vector.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, vector)| {
        let start = chunk * CHUNK;
        for (other, component) in basis.iter().zip(&components) {
            add_scaled(vector, -component, &other[start..start + vector.len()]);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_and_few_threads_give_an_orthonormal_basis() {
        let dim = 5000;
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for k in 0..80 {
            // Nearly parallel to the ones before.
            let mut vector: Vec<f64> = (0..dim).map(|i| 1.0 + 1e-3 * libm::sin((i * (k + 1)) as f64)).collect();
            orthogonalise(&mut vector, &basis);
            let length = norm(&vector);
            basis.push(vector.iter().map(|x| x / length).collect());
        }
        for (i, a) in basis.iter().enumerate() {
            for (j, b) in basis[..i].iter().enumerate() {
                assert!(dot(a, b).abs() < 1e-12, "{i} {j}");
            }
        }
    }
}
