//! Spectra from products with vectors, for networks whose matrices do not fit.

use super::document::{DensityBin, Estimated, MatrixPart, PerTier, TopPart, TraceEstimates};
use super::histogram::Bins;
use super::subject::Subject;
use super::{Parts, Plan, population};
use crate::terminal::say;
use relulab_curvature::{
    CurvatureError, CurvatureOperator, LanczosOptions, MatrixKind, Objective, SpectralDensity, Wanted,
    gauss_newton_eigenvalues, hutch_plus_plus, hutchinson, lanczos,
};
use relulab_net::{Purpose, RandomStream};

/// Points × outputs up to which all Gauss-Newton eigenvalues are taken from JJᵀ.
const MAX_GRAM_ROWS: usize = 2000;

/// Numbers of the basis that Lanczos keeps: 1 GiB.
const MAX_BASIS_NUMBERS: usize = 1 << 27;

/// Products of Lanczos, at most and at least beyond K.
const MAX_STEPS: usize = 300;
const SPARE_STEPS: usize = 20;

/// Residuals of Lanczos are small enough below this share of the largest |λ|.
const LANCZOS_TOLERANCE: f64 = 1e-6;

/// Most eigenvalues that can be searched for.
pub fn most_top(n_params: usize) -> usize {
    (MAX_BASIS_NUMBERS / n_params).saturating_sub(SPARE_STEPS).min(n_params).max(1)
}

/// The parts of all matrices asked for.
pub fn analyse(
    subject: &Subject,
    objective: &Objective<'_>,
    plan: &Plan,
    notes: &mut Vec<String>,
) -> Result<Parts, CurvatureError> {
    let mut parts = Parts { matrices: Vec::new(), gauss_newton: None, top_vector: None };
    let rows = objective.n_points() * objective.shape().output_dim();
    for (place, &kind) in plan.kinds.iter().enumerate() {
        let (part, vector) = match kind {
            MatrixKind::PopulationHessian => (population::analyse(subject, plan)?.0, None),
            MatrixKind::GaussNewton if rows <= MAX_GRAM_ROWS => (through_gram(subject, objective, plan)?, None),
            _ => {
                if kind == MatrixKind::GaussNewton {
                    let most = MAX_GRAM_ROWS;
                    notes.push(format!(
                        "{rows} points × outputs: up to {most}, all Gauss-Newton eigenvalues would be exact"
                    ));
                }
                let (part, vector) = by_products(kind, subject, objective, plan)?;
                (part, Some(vector))
            }
        };
        if place == 0 {
            parts.top_vector = vector;
        }
        parts.matrices.push(part);
    }
    Ok(parts)
}

/// All Gauss-Newton eigenvalues through JJᵀ.
fn through_gram(subject: &Subject, objective: &Objective<'_>, plan: &Plan) -> Result<MatrixPart, CurvatureError> {
    say("Gauss-Newton: all eigenvalues through JJᵀ");
    let mut part = MatrixPart::new(MatrixKind::GaussNewton, "gram");
    let eigenvalues = gauss_newton_eigenvalues(objective, subject.network.parameters())?;
    let zeros = subject.n_params() - eigenvalues.len();
    part.set_all(eigenvalues, zeros, &plan.thresholds);
    Ok(part)
}

/// The largest eigenvalues, and estimates of everything else.
fn by_products(
    kind: MatrixKind,
    subject: &Subject,
    objective: &Objective<'_>,
    plan: &Plan,
) -> Result<(MatrixPart, Vec<f64>), CurvatureError> {
    let operator = CurvatureOperator::new(kind, *objective, subject.network.parameters())?;
    let mut stream = RandomStream::new(plan.seed, Purpose::Bootstrap);
    let mut part = MatrixPart::new(kind, "lanczos");
    let p = subject.n_params();
    let room = (MAX_BASIS_NUMBERS / p).clamp(1, MAX_STEPS).max(plan.top + SPARE_STEPS);
    let options = LanczosOptions { wanted: Wanted::LargestMagnitude, max_steps: room, tolerance: LANCZOS_TOLERANCE };
    say(format_args!("{kind}: Lanczos for the top {}, at most {room} products", plan.top));
    let mut pairs = lanczos(&operator, plan.top, &options, &mut stream)?;
    for (value, vector) in pairs.values.iter().zip(&pairs.vectors) {
        let share = |layer: relulab_net::Layer| {
            vector[layer.weights.start..layer.biases.end].iter().map(|x| x * x).sum::<f64>()
        };
        part.top.push(TopPart { eigenvalue: *value, layers: subject.network.shape().layers().map(share).collect() });
    }
    say(format_args!("{kind}: density from {} × {} products", plan.n_probes, plan.n_products));
    let density = SpectralDensity::estimate(&operator, plan.n_probes, plan.n_products, &mut stream)?;
    let count =
        |within: &dyn Fn(f64) -> bool| -> Estimated { density.sum_of(|node| f64::from(u8::from(within(node)))).into() };
    let resolution = density.resolution();
    let largest = pairs.values.first().map_or(0.0, |value| value.abs());
    let floors = plan.thresholds.values();
    let tiers = PerTier::of(|tier| {
        let floor = floors.get(tier as usize).copied().unwrap_or(0.0);
        let is_resolved = floor > resolution;
        Ok::<_, CurvatureError>(is_resolved.then(|| count(&|node| plan.thresholds.tier(node) == tier)))
    })?;
    part.functional_fraction = tiers.steep.map(|steep| steep.value / p as f64);
    part.tier_estimates = Some(tiers);
    part.resolution = Some(resolution);
    let bins = Bins::new(largest, &plan.thresholds).above(resolution);
    part.density = Some(
        bins.signed()
            .map(|(from, to)| DensityBin { from, to, count: count(&|node| bins.holds(from, to, node)) })
            .collect(),
    );
    say(format_args!("{kind}: trace from 2 × {} products", plan.n_products));
    part.trace_estimates = Some(TraceEstimates {
        hutchinson: hutchinson(&operator, plan.n_products, &mut stream)?.into(),
        hutch_plus_plus: hutch_plus_plus(&operator, plan.n_products, &mut stream)?.into(),
    });
    let vector = pairs.vectors.swap_remove(0);
    part.eigenvalues = pairs.values;
    part.residuals = Some(pairs.residuals);
    part.converged = Some(pairs.converged);
    Ok((part, vector))
}
