//! The check of the theory of depth: each theorem with a finite instance is built, counted exactly, and judged.
//!
//! *Reference*: Arora, Basu, Mianjy and Mukherjee, "Understanding Deep Neural Networks with Rectified Linear Units"
//! (ICLR 2018).

pub mod certified;
mod claims;
pub mod compiled;
pub mod dichotomies;
mod distance;
mod least_units;
pub mod line_units;
pub mod pictures;
pub mod programs;
pub mod sawtooth_pieces;
pub mod shallow;
pub mod zonotope_pieces;

pub use claims::claims;

use crate::anatomy::initial_death;
use crate::check::Experiment;

/// Name of the check.
pub const NAME: &str = "theory";

/// All experiments, in the order of the paper; death before training is that of the anatomy check.
pub fn experiments() -> Vec<Box<dyn Experiment>> {
    vec![
        Box::new(compiled::Compiled),
        Box::new(line_units::LineUnits),
        Box::new(sawtooth_pieces::SawtoothPieces),
        Box::new(shallow::Shallow),
        Box::new(zonotope_pieces::ZonotopePieces),
        Box::new(certified::Certified),
        Box::new(dichotomies::Dichotomies),
        Box::new(programs::Programs),
        Box::new(initial_death::InitialDeath),
        Box::new(pictures::Pictures),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::testing::context_of;
    use crate::check::{Evidence, Scale, Verdict};
    use std::collections::BTreeSet;

    #[test]
    fn a_quick_check_judges_every_claim() {
        let experiments = experiments();
        let mut evidence = Evidence::default();
        for experiment in
            experiments.iter().filter(|experiment| !["shallow", "certified", "programs"].contains(&experiment.name()))
        {
            let readings = evidence.readings.entry(experiment.name().to_owned()).or_default();
            let jobs = experiment.jobs(Scale::Quick);
            assert_eq!(jobs.iter().collect::<BTreeSet<_>>().len(), jobs.len());
            // Death before training has tests of its own, and its simulations take seconds.
            let jobs =
                jobs.iter().filter(|job| experiment.name() != "initial-death" || job.starts_with("theory layer=1"));
            for job in jobs {
                readings.extend(context_of(Scale::Quick, |context| experiment.run(job, context)).unwrap().iter());
            }
        }
        let claims = claims(&evidence);
        let count = |verdict| claims.iter().filter(|claim| claim.verdict == verdict).count();
        assert!(claims.len() > 20 && count(Verdict::Reproduced) > 10);
        assert!(claims.iter().any(|claim| claim.verdict == Verdict::SelfContradictory));
    }
}
