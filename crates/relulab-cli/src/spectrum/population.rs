//! The population Hessian: when there is one, and its part of the document.

use super::Plan;
use super::dense::part_of;
use super::document::MatrixPart;
use super::subject::Subject;
use relulab_curvature::{CurvatureError, MatrixKind, NormalObjective, Spectrum};
use relulab_net::{Loss, PiecewisePolynomial};

/// The target as a piecewise polynomial.
fn polynomial(subject: &Subject) -> Option<PiecewisePolynomial> {
    subject.target.as_ref()?.formula().piecewise_polynomial()
}

/// What is missing for a population Hessian, in words; `None` when nothing is.
pub fn missing(subject: &Subject) -> Option<String> {
    let shape = subject.network.shape();
    if (shape.input_dim(), shape.depth(), shape.output_dim()) != (1, 1, 1) {
        return Some(format!("the network is {shape}, it needs one hidden layer, one input and one output"));
    }
    if !subject.network.activation().is_piecewise_linear() {
        return Some(format!("the activation is {}, it needs relu or leaky_relu", subject.network.activation()));
    }
    if subject.loss != Loss::Mse {
        return Some(format!("the loss is {}, it needs mse", subject.loss));
    }
    match &subject.target {
        None => Some("it needs --target, whose inputs have a distribution".to_owned()),
        Some(target) if polynomial(subject).is_none() => {
            Some(format!("the target {} is not visibly a piecewise polynomial", target.name()))
        }
        Some(_) => None,
    }
}

/// Its spectrum.
pub fn analyse(subject: &Subject, plan: &Plan) -> Result<(MatrixPart, Spectrum), CurvatureError> {
    let kind = MatrixKind::PopulationHessian;
    let target = polynomial(subject).ok_or(CurvatureError::Unsupported {
        method: "the population Hessian",
        needs: "a target that is a piecewise polynomial",
    })?;
    let curvature = NormalObjective::new(target).curvature(&subject.network)?;
    let spectrum = Spectrum::of(kind, &curvature.population_hessian)?;
    let mut part = part_of(&spectrum, subject.network.shape(), plan)?;
    part.population_loss = Some(curvature.loss);
    Ok((part, spectrum))
}
