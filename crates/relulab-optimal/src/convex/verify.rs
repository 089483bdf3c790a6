//! The check of a certificate. It never calls the solver, and does not believe the list of patterns either.

use super::certificate::Certificate;
use super::dual::{lower_bound, pulls};
use super::problem::{Problem, Unit};
use relulab_regions::dichotomies::{self, PointSet};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The claim, in words.
    pub claim: String,
    /// The first thing that does not hold; absent when the claim is proved.
    pub failed_at: Option<String>,
}

/// Checks a certificate.
///
/// *Algorithm*: data and seal must have their hashes; the objective of the units is evaluated anew; the patterns are
/// listed, and [proved](dichotomies::verify) to be all that there are by the impossibility of every neighbour that is
/// missing; then the dual point is scaled until it is feasible for each of them, and its value is compared.
pub fn verify(certificate: &Certificate) -> Verdict {
    let Certificate { ridge, objective, lower_bound, .. } = certificate;
    let claim = format!(
        "a ReLU network with {} units and ridge {ridge} has an objective of at most {objective:.9e} on {} points, and no \
         network of any width has less than {lower_bound:.9e}",
        certificate.units.len(),
        certificate.data.labels.len(),
    );
    Verdict { claim, failed_at: check(certificate).err() }
}

/// The first thing that does not hold.
fn check(certificate: &Certificate) -> Result<(), String> {
    if certificate.data.sha256 != certificate.data.hash() {
        return Err("data: not what was hashed".to_owned());
    }
    if certificate.seal != certificate.content_hash() {
        return Err("seal: not the content that was sealed".to_owned());
    }
    let data = certificate.data.dataset().ok_or("data: the numbers make no data set")?;
    let problem =
        Problem::new(&data, certificate.ridge, certificate.biases).map_err(|error| format!("ridge: {error}"))?;
    let units: Vec<Unit> = certificate
        .units
        .iter()
        .map(|unit| Unit { weights: unit.weights.clone(), output: unit.output })
        .filter(|unit| unit.weights.len() == problem.dim)
        .collect();
    if units.len() != certificate.units.len() {
        return Err(format!("units: expected {} weights each", problem.dim));
    }
    let objective = problem.objective(&units);
    // Written so that a NaN fails.
    // NaN is within nothing.
    let is_within = objective <= certificate.objective;
    if !is_within {
        return Err(format!("objective: {} is below the measured {objective}", certificate.objective));
    }
    if certificate.dual.len() != problem.n_points() || certificate.dual.iter().any(|value| !value.is_finite()) {
        return Err(format!("dual: expected {} finite numbers", problem.n_points()));
    }
    let proved = proved_bound(&problem, &certificate.dual)?;
    let is_proved = certificate.lower_bound <= proved;
    if !is_proved {
        return Err(format!("lower_bound: {} is above the proved {proved}", certificate.lower_bound));
    }
    Ok(())
}

/// The lower bound that a dual point proves, over patterns that are proved to be all.
fn proved_bound(problem: &Problem, dual: &[f64]) -> Result<f64, String> {
    let patterns = proved_patterns(problem)?;
    let largest = pulls(problem, &patterns, dual).iter().flat_map(|pull| pull.both).fold(0.0, f64::max);
    Ok(lower_bound(problem, dual, largest))
}

/// All patterns, proved to be all that there are.
pub(crate) fn proved_patterns(problem: &Problem) -> Result<Vec<Vec<bool>>, String> {
    let fail = |error: &dyn std::fmt::Display| format!("patterns: {error}");
    let points = PointSet::new(&problem.rows, problem.dim, false).map_err(|error| fail(&error))?;
    let list = dichotomies::dichotomies(&points, rayon::current_num_threads()).map_err(|error| fail(&error))?;
    let proof = dichotomies::prove(&points, list).ok_or_else(|| fail(&"the list has a gap"))?;
    dichotomies::verify(&points, &proof).map_err(|error| fail(&error))?;
    Ok(proof.dichotomies.into_iter().map(|one| one.positive).collect())
}
