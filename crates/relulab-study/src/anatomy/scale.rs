//! Does the four-tier picture survive in networks of a thousand to a million parameters?
//!
//! Gauss-Newton spectra are exact at any size: the eigenvalues of JᵀJ that are not 0 are those of the n × n matrix JJᵀ.
//! Their number is at most n, so counts are noted for several n. The pattern Hessian has no such shortcut; its steep
//! eigenvalues come from Lanczos, up to a size.

use super::case;
use super::setting::{BATCH, LONG, Setting};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_curvature::{
    CurvatureOperator, LanczosOptions, MatrixKind, Objective, Thresholds, Tier, Wanted, gauss_newton_eigenvalues,
    lanczos, loss_and_gradient,
};
use relulab_net::{EvaluationSet, Loss, Purpose, RandomStream, Shape};
use relulab_train::Optimiser;

/// Parameters, in powers of ten, and the two hidden widths that have about as many.
pub const SIZES: [(usize, usize); 4] = [(1_000, 30), (10_000, 98), (100_000, 314), (1_000_000, 998)];
/// Targets learned.
pub const TARGETS: [&str; 2] = ["linear", "quadratic"];
/// Step sizes of Adam: the paper's, and a tenth of it, which wide networks need.
pub const LEARNING_RATES: [&str; 2] = ["0.01", "0.001"];
/// Points on which matrices are taken.
pub const POINTS: [usize; 3] = [250, 500, 1000];
/// Ranks at which eigenvalues are noted.
pub const RANKS: [usize; 13] = [1, 2, 3, 4, 5, 7, 10, 20, 50, 100, 200, 500, 1000];
/// Networks measured at each size, the largest excepted.
const MEASURED: u64 = 8;
/// Networks measured at the largest size.
const MEASURED_OF_LARGEST: u64 = 4;
/// Largest number of parameters whose Hessian is searched by Lanczos.
pub const LARGEST_HESSIAN: usize = 100_000;
/// Eigenvalues of the Hessian sought.
const SOUGHT: usize = 16;
/// Networks whose Hessian is searched, at each size.
const SEARCHED: usize = 2;
/// Products with the Hessian, at most.
const MOST_PRODUCTS: usize = 150;
/// Residual, as a share of the largest |λ|, at which an eigenvalue is known.
const RESIDUAL: f64 = 1e-6;
/// Cuts apart by this factor: how many eigenvalues lie around each cut says whether there is a gap.
const AROUND: f64 = 3.0;

/// The experiment.
pub struct AtScale;

/// The case of a size, target and step size.
pub fn case_of(params: usize, target: &str, rate: &str) -> String {
    format!("params={params} target={target} rate={rate} steps={LONG}")
}

impl Experiment for AtScale {
    fn name(&self) -> &'static str {
        "scale"
    }

    fn question(&self) -> &'static str {
        "Do spectra of networks with a thousand to a million parameters fall into the same tiers?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let sizes = scale.pick(&SIZES[..1], &SIZES[..]);
        // The longest first, so that no thread is left alone with one at the end.
        let mut jobs = Vec::new();
        for (params, _) in sizes.iter().rev() {
            let largest = *params == SIZES[SIZES.len() - 1].0;
            let targets = if largest { &TARGETS[1..] } else { &TARGETS[..] };
            let rates = if largest { &LEARNING_RATES[1..] } else { &LEARNING_RATES[..] };
            jobs.extend(targets.iter().flat_map(|target| rates.iter().map(|rate| case_of(*params, target, rate))));
        }
        jobs
    }

    fn seconds(&self, job: &str, _scale: Scale) -> f64 {
        let params: f64 = case::setting(job, "params").unwrap_or(1.0);
        2.0 + params / 2000.0
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let params: usize = case::setting(job, "params")?;
        let target: String = case::setting(job, "target")?;
        let width = SIZES.iter().find(|(size, _)| *size == params).map_or(1, |(_, width)| *width);
        let largest = params == SIZES[SIZES.len() - 1].0;
        let mut setting = Setting::of(&target, 1, LONG)?;
        setting.optimiser = Optimiser::adam(case::setting(job, "rate")?);
        let shape = Shape::new(1, vec![width, width], 1).map_err(CheckError::because)?;
        let n_seeds = if largest { MEASURED_OF_LARGEST } else { MEASURED };
        let trained = if largest {
            (0..n_seeds).map(|seed| train_wide(&setting, &shape, seed, context)).collect::<Result<_, _>>()?
        } else {
            let trained = setting.train(&shape, n_seeds, context)?;
            trained.into_iter().map(|one| (one.seed, one.parameters)).collect::<Vec<_>>()
        };
        let grid = EvaluationSet::uniform(-3.0, 3.0, 1).map_err(CheckError::because)?;
        let labels: Vec<f64> = grid.rows().map(|x| setting.target.eval(x)).collect();
        let mut readings = Readings::default();
        for (place, (seed, parameters)) in trained.iter().enumerate() {
            let finite = parameters.iter().all(|value| value.is_finite());
            readings.push(job, *seed, "diverged", f64::from(u8::from(!finite)));
            if !finite {
                continue;
            }
            let mut note = |quantity: &str, value: f64| readings.push(job, *seed, quantity, value);
            note("parameters", shape.n_params() as f64);
            let on_grid = Objective::new(&shape, setting.activation, Loss::Mse, grid.points(), &labels)
                .and_then(|objective| loss_and_gradient(&objective, parameters))
                .map_err(CheckError::because)?;
            note("uniform3", on_grid.0);
            let with_hessian = params <= LARGEST_HESSIAN && place < SEARCHED;
            measure(&setting, &shape, parameters, with_hessian, &mut note)?;
            context.unless_cancelled(())?;
        }
        Ok(readings)
    }
}

/// Trains one wide network in f64, on gradients from matrix products: the engine, which puts networks into lanes, would
/// read all of a million weights from memory for every sample.
///
/// Initialisation, optimiser and data follow the setting; the samples are those of a stream of its own.
fn train_wide(
    setting: &Setting,
    shape: &Shape,
    seed: u64,
    context: &Context<'_>,
) -> Result<(u64, Vec<f64>), CheckError> {
    let start = Setting { steps: 1, checkpoints: vec![0], ..setting.clone() };
    let drawn = context.train_seeds(&start.recipe(), shape, &[seed])?;
    let first = drawn.first().and_then(|one| one.checkpoints.first());
    let mut parameters = first.map(|(_, parameters)| parameters.clone()).unwrap_or_default();
    let Optimiser::Adam { learning_rate, beta1, beta2, epsilon } = setting.optimiser else {
        return Err(CheckError::because("wide networks are trained by Adam"));
    };
    let (mut mean, mut square) = (vec![0.0; parameters.len()], vec![0.0; parameters.len()]);
    let mut stream = RandomStream::new(context.study_seed.wrapping_add(seed), Purpose::WideTraining);
    let (mut inputs, mut labels) = (vec![0.0; BATCH], vec![0.0; BATCH]);
    let (mut power1, mut power2) = (1.0, 1.0);
    for _ in 0..setting.steps {
        inputs.iter_mut().for_each(|x| *x = stream.normal());
        labels.iter_mut().zip(&inputs).for_each(|(label, x)| *label = setting.target.eval(std::slice::from_ref(x)));
        let objective = Objective::new(shape, setting.activation, Loss::Mse, &inputs, &labels);
        let gradient = objective.and_then(|objective| loss_and_gradient(&objective, &parameters));
        let Ok((_, gradient)) = gradient else { break };
        (power1, power2) = (power1 * beta1, power2 * beta2);
        let moments = mean.iter_mut().zip(&mut square);
        for ((value, (mean, square)), g) in parameters.iter_mut().zip(moments).zip(&gradient) {
            *mean = beta1 * *mean + (1.0 - beta1) * g;
            *square = beta2 * *square + (1.0 - beta2) * g * g;
            let root = (*square / (1.0 - power2)).sqrt() + epsilon;
            *value -= learning_rate * (*mean / (1.0 - power1)) / root;
        }
        context.unless_cancelled(())?;
    }
    Ok((seed, parameters))
}

/// Tiers of Gauss-Newton for every number of points, and the steep end of the Hessian.
fn measure(
    setting: &Setting,
    shape: &Shape,
    parameters: &[f64],
    with_hessian: bool,
    note: &mut dyn FnMut(&str, f64),
) -> Result<(), CheckError> {
    let (inputs, labels) = setting.samples()?;
    let cuts = Thresholds::default();
    for n in POINTS {
        let objective = Objective::new(shape, setting.activation, Loss::Mse, &inputs[..n], &labels[..n])
            .map_err(CheckError::because)?;
        let values = gauss_newton_eigenvalues(&objective, parameters).map_err(CheckError::because)?;
        let count = |tier: Tier| values.iter().filter(|&&value| cuts.tier(value) == tier).count() as f64;
        for tier in [Tier::Steep, Tier::Moderate, Tier::Weak] {
            note(&format!("gauss-newton {} n={n}", tier.name()), count(tier));
        }
        // What is not an eigenvalue of JJᵀ is exactly 0.
        let zero = count(Tier::Zero) + parameters.len().saturating_sub(values.len()) as f64;
        note(&format!("gauss-newton zero n={n}"), zero);
        note(&format!("gauss-newton functional fraction n={n}"), count(Tier::Steep) / parameters.len() as f64);
        let largest = POINTS[POINTS.len() - 1];
        if n == largest {
            for rank in RANKS.into_iter().filter(|rank| *rank <= values.len()) {
                note(&format!("gauss-newton eigenvalue rank={rank}"), values[values.len() - rank]);
            }
            for (name, cut) in ["steep", "moderate", "weak"].iter().zip(cuts.values()) {
                let near = values.iter().filter(|&&value| value > cut / AROUND && value < cut * AROUND).count();
                note(&format!("gauss-newton around the {name} cut"), near as f64);
            }
            let trace: f64 = values.iter().sum();
            note("gauss-newton trace", trace);
            let steep: f64 = values.iter().filter(|&&value| cuts.tier(value) == Tier::Steep).sum();
            note("gauss-newton share of the trace in the steep tier", steep / trace);
        }
        if n == largest && with_hessian {
            let operator = CurvatureOperator::new(MatrixKind::PatternHessian, objective, parameters)
                .map_err(CheckError::because)?;
            let options =
                LanczosOptions { wanted: Wanted::LargestMagnitude, max_steps: MOST_PRODUCTS, tolerance: RESIDUAL };
            let mut stream = RandomStream::new(0, Purpose::Bootstrap);
            let pairs =
                lanczos(&operator, SOUGHT.min(parameters.len()), &options, &mut stream).map_err(CheckError::because)?;
            let steep = pairs.values.iter().filter(|&&value| cuts.tier(value) == Tier::Steep).count();
            note("hessian steep", steep as f64);
            note(
                "hessian steep negative",
                pairs.values.iter().filter(|&&value| value < -cuts.values()[0]).count() as f64,
            );
            for (rank, value) in pairs.values.iter().enumerate() {
                note(&format!("hessian eigenvalue rank={}", rank + 1), *value);
            }
            note("largest residual of the hessian", pairs.residuals.iter().copied().fold(0.0, f64::max));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_near_powers_of_ten() {
        for (params, width) in SIZES {
            let shape = Shape::new(1, vec![width, width], 1).unwrap();
            assert!((shape.n_params() as f64 / params as f64 - 1.0).abs() < 0.03, "{params}");
        }
    }

    #[test]
    fn counts_of_a_small_network_agree_with_its_dense_matrix() {
        let setting = Setting::of("quadratic", 1, 10).unwrap();
        let shape = Shape::new(1, vec![6, 5], 1).unwrap();
        let parameters: Vec<f64> = (0..shape.n_params()).map(|i| ((i * 37 % 19) as f64 - 9.0) / 10.0).collect();
        let mut noted = std::collections::BTreeMap::new();
        let mut note = |quantity: &str, value: f64| {
            noted.insert(quantity.to_owned(), value);
        };
        measure(&setting, &shape, &parameters, true, &mut note).unwrap();
        let (inputs, labels) = setting.samples().unwrap();
        let objective = Objective::new(&shape, setting.activation, Loss::Mse, &inputs, &labels).unwrap();
        let engine = relulab_curvature::CurvatureEngine::general(objective);
        for (kind, quantity) in
            [(MatrixKind::GaussNewton, "gauss-newton steep n=1000"), (MatrixKind::PatternHessian, "hessian steep")]
        {
            let matrix = engine.matrix(kind, &parameters).unwrap();
            let spectrum = relulab_curvature::Spectrum::of(kind, &matrix).unwrap();
            let steep = spectrum.counts(&Thresholds::default()).steep.min(SOUGHT);
            assert_eq!(noted[quantity], steep as f64, "{quantity}");
        }
    }
}
