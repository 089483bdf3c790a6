//! Why directions are flat: the null space of Gauss-Newton, and the scaling symmetries beside it.

use super::document::{CauseDimensions, NullSpacePart, ScalingPart};
use relulab_curvature::{CurvatureError, Objective, Spectrum, attribute_null_space, scaling_tangents};

/// The causes of the eigenvectors up to a threshold.
pub fn null_space(
    objective: &Objective<'_>,
    parameters: &[f64],
    spectrum: &Spectrum,
    threshold: f64,
) -> Result<NullSpacePart, CurvatureError> {
    let space = attribute_null_space(objective, parameters, spectrum, threshold)?;
    let [scaling, dead, linear, duplicate] = space.dimensions;
    Ok(NullSpacePart {
        threshold,
        dimension: space.eigenvalues.len(),
        shares: space.mean.into(),
        dimensions: CauseDimensions { scaling, dead, linear, duplicate },
    })
}

/// What the matrices do to the tangents; `None` without any tangent.
pub fn scaling(objective: &Objective<'_>, parameters: &[f64]) -> Result<Option<ScalingPart>, CurvatureError> {
    let (mut hessian, mut gauss_newton, mut identity) = (Vec::new(), 0.0_f64, 0.0_f64);
    for tangent in scaling_tangents(objective, parameters)? {
        let length = tangent.tangent.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length > 0.0 {
            hessian.push(tangent.hessian_norm / length);
            gauss_newton = gauss_newton.max(tangent.gauss_newton_norm / length);
            identity = identity.max(tangent.identity_error / length);
        }
    }
    hessian.sort_by(f64::total_cmp);
    let (Some(median), Some(max)) = (relulab_study::statistics::quantile(&hessian, 0.5), hessian.last()) else {
        return Ok(None);
    };
    Ok(Some(ScalingPart {
        tangents: hessian.len(),
        hessian_median: median,
        hessian_max: *max,
        gauss_newton_max: gauss_newton,
        identity_error_max: identity,
    }))
}
