//! Spectra of trained 1→k→1 networks for k = 0 to 16: tiers, null space, scaling symmetry.

use super::case;
use super::setting::{LONG, SHORT, Setting};
use super::vector::{dot, norm};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_curvature::{
    CurvatureEngine, MatrixKind, Objective, Spectrum, Thresholds, Tier, attribute_null_space, scaling_tangents,
};
use relulab_net::{Loss, Shape};

/// Targets of the largest network; the smaller ones learn the first.
const TARGETS: [&str; 3] = ["linear", "absolute", "quadratic"];
/// Largest number of hidden units.
pub const MOST_UNITS: usize = 16;
/// Cuts of the tiers tried: the paper's, and each a factor of ten lower and higher.
pub const CUTS: [(&str, f64); 3] = [("paper", 1.0), ("tenth", 0.1), ("tenfold", 10.0)];
/// Decades on either side of a cut that a gap between tiers leaves empty.
const GAP_DECADES: f64 = 0.5;

/// The experiment.
pub struct Spectra;

/// The case of a width, target and number of steps.
pub fn case_of(units: usize, target: &str, steps: u64) -> String {
    format!("k={units} target={target} steps={steps}")
}

impl Experiment for Spectra {
    fn name(&self) -> &'static str {
        "spectra"
    }

    fn question(&self) -> &'static str {
        "How do the eigenvalues of the loss of trained 1→k→1 networks fall into tiers, and what makes the flat ones flat?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let widths = (0..=MOST_UNITS).map(|units| case_of(units, TARGETS[0], LONG));
        let others = TARGETS[1..].iter().map(|target| case_of(MOST_UNITS, target, LONG));
        widths.chain(others).chain([case_of(MOST_UNITS, TARGETS[0], SHORT)]).collect()
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let units: usize = case::setting(job, "k")?;
        let target: String = case::setting(job, "target")?;
        let setting = Setting::of(&target, 1, case::setting(job, "steps")?)?;
        let hidden = if units == 0 { Vec::new() } else { vec![units] };
        let shape = Shape::new(1, hidden, 1).map_err(CheckError::because)?;
        let trained = setting.train(&shape, context.scale.pick(16, 128), context)?;
        let (inputs, labels) = setting.samples()?;
        let objective =
            Objective::new(&shape, setting.activation, Loss::Mse, &inputs, &labels).map_err(CheckError::because)?;
        let engine = CurvatureEngine::new(objective);
        let mut readings = Readings::default();
        for one in trained.iter().filter(|one| one.parameters.iter().all(|value| value.is_finite())) {
            let mut note = |quantity: &str, value: f64| readings.push(job, one.seed, quantity, value);
            measure(&engine, &one.parameters, &mut note).map_err(CheckError::because)?;
        }
        context.unless_cancelled(readings)
    }
}

/// Everything that is read off the spectra of one network.
fn measure(
    engine: &CurvatureEngine<'_>,
    parameters: &[f64],
    note: &mut dyn FnMut(&str, f64),
) -> Result<(), relulab_curvature::CurvatureError> {
    let curvature = engine.curvature(parameters)?;
    let hessian = Spectrum::of(MatrixKind::PatternHessian, &curvature.hessian)?;
    let gauss_newton = Spectrum::of(MatrixKind::GaussNewton, &curvature.gauss_newton)?;
    let paper = Thresholds::default();
    note("loss", curvature.loss);
    for (matrix, spectrum) in [("hessian", &hessian), ("gauss-newton", &gauss_newton)] {
        for (name, factor) in CUTS {
            let [steep, moderate, weak] = paper.values().map(|cut| cut * factor);
            let cuts = Thresholds::new(steep, moderate, weak)?;
            let counts = spectrum.counts(&cuts);
            let by_tier = [counts.steep, counts.moderate, counts.weak, counts.zero];
            for (tier, count) in Tier::ALL.iter().zip(by_tier) {
                note(&format!("{matrix} {} cuts={name}", tier.name()), count as f64);
            }
        }
        note(&format!("{matrix} functional fraction"), spectrum.functional_fraction(&paper));
        let mut sizes: Vec<f64> = spectrum.values().iter().map(|value| value.abs()).collect();
        sizes.sort_unstable_by(|a, b| b.total_cmp(a));
        for (place, size) in sizes.iter().enumerate() {
            note(&format!("{matrix} eigenvalue {place:02}"), *size);
        }
        let gaps = paper.values().map(|cut| {
            let decades = sizes.iter().map(|size| (size.max(f64::MIN_POSITIVE) / cut).log10().abs());
            decades.fold(f64::INFINITY, f64::min) > GAP_DECADES
        });
        note(&format!("{matrix} empty gaps at the cuts"), gaps.iter().filter(|&&gap| gap).count() as f64);
    }
    note(
        "share of steep eigenvectors in slope and intercept",
        functional_overlap(engine, parameters, &hessian, &paper),
    );
    let null = attribute_null_space(engine.objective(), parameters, &gauss_newton, paper.values()[2])?;
    note("null dimension", null.eigenvalues.len() as f64);
    let shares = [
        ("scaling", null.mean.scaling),
        ("dead", null.mean.dead),
        ("linear", null.mean.linear),
        ("duplicate", null.mean.duplicate),
        ("remainder", null.mean.remainder),
    ];
    for (cause, share) in shares {
        note(&format!("null share {cause}"), share);
    }
    let tangents = scaling_tangents(engine.objective(), parameters)?;
    let worst = |get: fn(&relulab_curvature::ScalingTangent) -> f64| tangents.iter().map(get).fold(0.0, f64::max);
    note("largest ‖Ht‖", worst(|tangent| tangent.hessian_norm));
    note("largest ‖Gt‖", worst(|tangent| tangent.gauss_newton_norm));
    note("largest error of the identity Ht", worst(|tangent| tangent.identity_error));
    if let [tangent] = &tangents[..] {
        for (matrix, spectrum) in [("hessian", &hessian), ("gauss-newton", &gauss_newton)] {
            let sizes = || spectrum.values().iter().map(|value| value.abs());
            let flattest = sizes().enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(place, _)| place);
            let length = norm(&tangent.tangent);
            let cosine =
                if length > 0.0 { dot(spectrum.vector(flattest), &tangent.tangent).abs() / length } else { 0.0 };
            note(&format!("{matrix} cosine of flattest and scaling"), cosine);
        }
    }
    Ok(())
}

/// Mean share of the steep eigenvectors that lies in the span of the gradients of slope and intercept: of the
/// coefficients of the least-squares line through the outputs.
fn functional_overlap(
    engine: &CurvatureEngine<'_>,
    parameters: &[f64],
    hessian: &Spectrum,
    thresholds: &Thresholds,
) -> f64 {
    let objective = engine.objective();
    let steep = hessian.of_tier(Tier::Steep, thresholds);
    let Ok(jacobian) = relulab_curvature::Jacobian::of(objective, parameters) else { return f64::NAN };
    let rows = jacobian.values().chunks_exact(parameters.len());
    let mut constant = vec![0.0; parameters.len()];
    let mut linear = constant.clone();
    for (row, x) in rows.zip(objective.inputs()) {
        for ((constant, linear), entry) in constant.iter_mut().zip(&mut linear).zip(row) {
            *constant += entry;
            *linear += x * entry;
        }
    }
    let length = norm(&constant);
    constant.iter_mut().for_each(|value| *value /= length);
    let along = dot(&constant, &linear);
    linear.iter_mut().zip(&constant).for_each(|(value, other)| *value -= along * other);
    let length = norm(&linear);
    linear.iter_mut().for_each(|value| *value /= length);
    let share = |&place: &usize| {
        let vector = hessian.vector(place);
        dot(vector, &constant).powi(2) + dot(vector, &linear).powi(2)
    };
    steep.iter().map(share).sum::<f64>() / steep.len().max(1) as f64
}
