//! The check of the anatomy paper: its experiments, run over many seeds, and its claims judged from them.
//!
//! *Reference*: "The Anatomy of Small Neural Networks: Parameter Space Structure, Architecture Selection, and the
//! Depth-Width Tradeoff" (2026).

pub mod activations;
pub(crate) mod case;
mod claims;
pub mod cloud;
pub mod connectivity;
pub mod construction;
mod death_theory;
pub mod design_rule;
pub mod dimension;
pub mod dynamics;
pub mod effective_width;
pub mod enumerations;
pub mod gauge;
pub mod initial_death;
pub mod layer_death;
mod line_death;
pub mod named_shapes;
pub mod observation;
pub mod revival;
pub mod scale;
mod setting;
mod snapshot;
pub mod spectra;
mod surgery;
pub mod task;
#[cfg(test)]
pub(crate) mod testing;
mod vector;
pub mod walks;

pub use claims::claims;
pub use setting::Setting;

use crate::check::Experiment;

/// Name of the check.
pub const NAME: &str = "anatomy";

/// All experiments, in the order of the paper.
pub fn experiments() -> Vec<Box<dyn Experiment>> {
    vec![
        Box::new(scale::AtScale),
        Box::new(spectra::Spectra),
        Box::new(walks::Walks),
        Box::new(cloud::SolutionCloud),
        Box::new(connectivity::Connectivity),
        Box::new(dynamics::Dynamics),
        Box::new(named_shapes::NamedShapes),
        Box::new(dimension::Dimension),
        Box::new(activations::Activations),
        Box::new(observation::Observation),
        Box::new(revival::Revival),
        Box::new(effective_width::EffectiveWidth),
        Box::new(layer_death::LayerDeath),
        Box::new(initial_death::InitialDeath),
        Box::new(construction::Construction),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Context, Scale};
    use relulab_train::VectorUnit;
    use std::collections::BTreeSet;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn experiments_and_jobs_have_distinct_names() {
        let experiments = experiments();
        let names: BTreeSet<&str> = experiments.iter().map(|experiment| experiment.name()).collect();
        assert_eq!(names.len(), experiments.len());
        for experiment in &experiments {
            for scale in [Scale::Quick, Scale::Full] {
                let jobs = experiment.jobs(scale);
                assert!(!jobs.is_empty());
                assert_eq!(jobs.iter().collect::<BTreeSet<_>>().len(), jobs.len(), "{}", experiment.name());
            }
        }
    }

    #[test]
    fn the_spectrum_of_two_parameters_is_that_of_the_moments() {
        let cancel = AtomicBool::new(false);
        let context = Context { scale: Scale::Quick, study_seed: 0, unit: VectorUnit::widest(), cancel: &cancel };
        let job = spectra::case_of(0, "linear", 3000);
        let readings = spectra::Spectra.run(&job, &context).unwrap();
        // Twice the moment matrix of 1000 samples of N(0,1): both eigenvalues are near 2.
        for place in ["00", "01"] {
            let value = readings.sample(&job, &format!("hessian eigenvalue {place}")).median().unwrap();
            assert!((value - 2.0).abs() < 0.2, "{value}");
        }
        assert_eq!(readings.sample(&job, "hessian steep cuts=paper").values(), [2.0; 16]);
    }
}
