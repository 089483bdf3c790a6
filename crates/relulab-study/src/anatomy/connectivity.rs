//! Mode connectivity: loss barriers between pairs of solutions, before and after alignment.

use super::case;
use super::setting::{LONG, SHORT, Setting};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_landscape::{AlignmentMethod, BarrierMethod, Normalisation, align, barrier};
use relulab_net::{Dataset, Loss, Network};
use relulab_train::{Networks, VectorUnit};

/// The targets whose solutions are connected.
pub const TARGETS: [&str; 3] = ["linear", "absolute", "quadratic"];
/// Alignments compared: name, method, scale.
pub const METHODS: [(&str, AlignmentMethod, Normalisation); 7] = [
    ("raw", AlignmentMethod::Identity, Normalisation::None),
    ("normalised", AlignmentMethod::Identity, Normalisation::Balanced),
    ("greedy", AlignmentMethod::GreedyCorrelation, Normalisation::None),
    ("greedy+normalised", AlignmentMethod::GreedyCorrelation, Normalisation::Balanced),
    ("correlation+normalised", AlignmentMethod::OptimalCorrelation, Normalisation::Balanced),
    ("weights+normalised", AlignmentMethod::WeightMatching, Normalisation::Balanced),
    ("optimal-weights", AlignmentMethod::OptimalWeightDistance, Normalisation::Balanced),
];
/// Places on the path at which the loss is noted, the ends included.
pub const PATH_POINTS: usize = 41;

/// The experiment.
pub struct Connectivity;

/// The case of a target, number of steps and alignment.
pub fn case_of(target: &str, steps: u64, method: &str) -> String {
    format!("k=16 target={target} steps={steps} method={method}")
}

impl Experiment for Connectivity {
    fn name(&self) -> &'static str {
        "connectivity"
    }

    fn question(&self) -> &'static str {
        "How high is the loss between two independently trained 1→16→1 networks, and how much of it does alignment remove?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let job = |target: &str, steps: u64| format!("target={target} steps={steps}");
        TARGETS.iter().map(|target| job(target, LONG)).chain([job(TARGETS[0], SHORT)]).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(1.0, 8.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (target, steps): (String, u64) = (case::setting(job, "target")?, case::setting(job, "steps")?);
        let setting = Setting::of(&target, 1, steps)?;
        let shape = setting.shape("16")?;
        let n_pairs = context.scale.pick(8, 64);
        let trained = setting.train(&shape, 2 * n_pairs, context)?;
        let (inputs, labels) = setting.samples()?;
        let data = Dataset::new(inputs, 1, labels, 1).map_err(CheckError::because)?;
        let (inputs, labels) = setting.grid(4.0)?;
        let grid = Dataset::new(inputs, 1, labels, 1).map_err(CheckError::because)?;
        let mut readings = Readings::default();
        for (pair, ends) in (0..).zip(trained.chunks_exact(2)) {
            let network = |place: usize| setting.network(&shape, &ends[place].parameters);
            let (Some(first), Some(second)) = (network(0), network(1)) else { continue };
            for (name, method, normalisation) in METHODS {
                let alignment = align(&first, &second, method, normalisation, &data).map_err(CheckError::because)?;
                let from = alignment.apply_to_reference(&first).map_err(CheckError::because)?;
                let to = alignment.apply(&second).map_err(CheckError::because)?;
                let case = case_of(&target, steps, name);
                note_barriers(&from, &to, &data, &grid, context.unit, &mut |quantity, value| {
                    readings.push(&case, pair, quantity, value);
                })?;
            }
            context.unless_cancelled(())?;
        }
        Ok(readings)
    }
}

fn note_barriers(
    from: &Network,
    to: &Network,
    data: &Dataset,
    grid: &Dataset,
    unit: VectorUnit,
    note: &mut dyn FnMut(&str, f64),
) -> Result<(), CheckError> {
    let exact = barrier(from, to, data, Loss::Mse, BarrierMethod::Exact).map_err(CheckError::because)?;
    note("barrier", exact.height);
    note("raw maximum", exact.raw_maximum);
    note("largest end loss", exact.ends[0].max(exact.ends[1]));
    let sampled = BarrierMethod::Sampled { points: PATH_POINTS };
    let on_grid = barrier(from, to, grid, Loss::Mse, sampled).map_err(CheckError::because)?;
    note("grid barrier", on_grid.height);
    let places: Vec<f64> = (0..PATH_POINTS).map(|place| place as f64 / (PATH_POINTS - 1) as f64).collect();
    let on_path = |t: &f64| {
        let ends = from.parameters().iter().zip(to.parameters());
        ends.map(|(a, b)| (1.0 - t) * a + t * b).collect::<Vec<f64>>()
    };
    let path: Vec<Vec<f64>> = places.iter().map(on_path).collect();
    let parameters: Vec<&[f64]> = path.iter().map(Vec::as_slice).collect();
    let networks = Networks { shape: from.shape(), activation: from.activation(), parameters: &parameters };
    let losses = networks.mean_losses(Loss::Mse, data.inputs(), data.labels(), unit);
    for (t, loss) in places.iter().zip(losses) {
        note(&format!("loss at={t}"), loss);
    }
    Ok(())
}
