//! The cloud of solutions: principal components of many trained networks, raw, aligned and at canonical scale.

use super::case;
use super::setting::{LONG, SHORT, Setting};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_landscape::{AlignmentMethod, Cloud, Normalisation, Preparation, Reference};
use relulab_net::{Dataset, Network};

/// Preparations compared, by name.
pub const PREPARATIONS: [(&str, Preparation); 6] = [
    ("raw", Preparation::Raw),
    ("normalised", Preparation::Normalised(Normalisation::Balanced)),
    ("greedy", aligned(AlignmentMethod::GreedyCorrelation, Normalisation::None, Reference::First)),
    ("greedy-medoid", aligned(AlignmentMethod::GreedyCorrelation, Normalisation::None, Reference::Medoid)),
    ("greedy+normalised", aligned(AlignmentMethod::GreedyCorrelation, Normalisation::Balanced, Reference::Medoid)),
    ("weights+normalised", aligned(AlignmentMethod::WeightMatching, Normalisation::Balanced, Reference::Medoid)),
];
/// Sample sizes: without one, no count of components means anything.
pub const SIZES: [usize; 5] = [25, 50, 100, 200, 400];
/// Share of the variance that the components hold.
const SHARE: f64 = 0.95;

const fn aligned(method: AlignmentMethod, normalisation: Normalisation, reference: Reference) -> Preparation {
    Preparation::Aligned { method, normalisation, reference }
}

/// The experiment.
pub struct SolutionCloud;

/// The case of a number of steps, a preparation and a sample size.
pub fn case_of(target: &str, steps: u64, preparation: &str, n: usize) -> String {
    format!("k=16 target={target} steps={steps} preparation={preparation} n={n}")
}

impl Experiment for SolutionCloud {
    fn name(&self) -> &'static str {
        "cloud"
    }

    fn question(&self) -> &'static str {
        "How many directions do the solutions of 1→16→1 fill, and how much of that is the order and scale of units?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let job = |target: &str, steps: u64| format!("target={target} steps={steps}");
        vec![job("linear", SHORT), job("linear", LONG), job("quadratic", LONG)]
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(1.0, 20.0)
    }

    /// Readings of a sample size have one seed per disjoint group of so many networks.
    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let (target, steps): (String, u64) = (case::setting(job, "target")?, case::setting(job, "steps")?);
        let setting = Setting::of(&target, 1, steps)?;
        let shape = setting.shape("16")?;
        let trained = setting.train(&shape, context.scale.pick(200, 2000), context)?;
        let networks: Vec<Network> =
            trained.iter().filter_map(|one| setting.network(&shape, &one.parameters)).collect();
        let (inputs, labels) = setting.samples()?;
        let data = Dataset::new(inputs, 1, labels, 1).map_err(CheckError::because)?;
        let mut readings = Readings::default();
        for n in SIZES.into_iter().filter(|&n| n <= networks.len()) {
            for (group, members) in (0..context.scale.pick(2, 10)).zip(networks.chunks_exact(n)) {
                for (name, preparation) in PREPARATIONS {
                    let points = preparation.apply(members, &data).map_err(CheckError::because)?;
                    let cloud = Cloud::new(&points).map_err(CheckError::because)?;
                    let case = case_of(&target, steps, name, n);
                    readings.push(&case, group, "components95", cloud.components_for(SHARE) as f64);
                    readings.push(&case, group, "total variance", cloud.total_variance());
                    let top = cloud.top_shares(2);
                    readings.push(&case, group, "share of component 1", top.first().copied().unwrap_or(f64::NAN));
                    readings.push(&case, group, "share of component 2", top.get(1).copied().unwrap_or(f64::NAN));
                }
                context.unless_cancelled(())?;
            }
        }
        Ok(readings)
    }
}
