//! All eigenvalues and eigenvectors, for networks whose matrices fit.

use super::document::{MatrixPart, PerTier, TopPart};
use super::subject::Subject;
use super::{Parts, Plan, population};
use crate::terminal::say;
use rayon::prelude::*;
use relulab_curvature::{CurvatureEngine, CurvatureError, MatrixKind, Objective, Spectrum};
use relulab_net::Shape;

/// Parameters from which the user is told that this takes time.
const MANY_PARAMS: usize = 2000;

/// The parts of all matrices asked for.
pub fn analyse(subject: &Subject, objective: &Objective<'_>, plan: &Plan) -> Result<Parts, CurvatureError> {
    let p = subject.n_params();
    if p > MANY_PARAMS {
        say(format_args!("all eigenvalues of {p} × {p} matrices: --matrix-free is faster"));
    }
    let engine = CurvatureEngine::new(*objective);
    let parameters = subject.network.parameters();
    let analysed: Vec<(MatrixPart, Spectrum)> = plan
        .kinds
        .par_iter()
        .map(|&kind| {
            if kind == MatrixKind::PopulationHessian {
                return population::analyse(subject, plan);
            }
            let spectrum = Spectrum::of(kind, &engine.matrix(kind, parameters)?)?;
            Ok((part_of(&spectrum, subject.network.shape(), plan)?, spectrum))
        })
        .collect::<Result<_, CurvatureError>>()?;
    let top_vector = analysed.first().map(|(_, spectrum)| {
        let top = by_size(spectrum.values())[0];
        spectrum.vector(top).to_vec()
    });
    let (matrices, spectra): (Vec<_>, Vec<_>) = analysed.into_iter().unzip();
    let gauss_newton = spectra.into_iter().find(|spectrum| spectrum.kind() == MatrixKind::GaussNewton);
    Ok(Parts { matrices, gauss_newton, top_vector })
}

/// What a spectrum says.
pub fn part_of(spectrum: &Spectrum, shape: &Shape, plan: &Plan) -> Result<MatrixPart, CurvatureError> {
    let mut part = MatrixPart::new(spectrum.kind(), "dense");
    part.set_all(spectrum.values().to_vec(), 0, &plan.thresholds);
    part.participation = Some(PerTier::of(|tier| spectrum.tier_participation(tier, &plan.thresholds, shape))?);
    let top = by_size(spectrum.values()).into_iter().take(plan.top);
    part.top = top
        .map(|index| {
            let layers = spectrum.participation(index, shape)?;
            Ok(TopPart { eigenvalue: spectrum.values()[index], layers })
        })
        .collect::<Result<_, CurvatureError>>()?;
    Ok(part)
}

/// Places of numbers, largest absolute value first.
fn by_size(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
    order
}
