//! Watching training from above: stop all of it, or single networks of it.

/// Told of the progress of training; lets the caller stop it.
pub trait Observer: Sync {
    /// Called every [`OBSERVED_EVERY`] steps of a group; returning false stops it.
    fn may_go_on(&self) -> bool {
        true
    }

    /// Whether the state of the optimiser is wanted at the end, to go on from there later.
    fn wants_state(&self) -> bool {
        false
    }

    /// Someone to watch a group of networks, given by their seeds, and to stop single ones; `None` trains all of them
    /// to the end.
    fn watcher(&self, _seeds: &[u64]) -> Option<Box<dyn Watcher + '_>> {
        None
    }
}

/// Watches the networks of one group and says which have been trained enough.
///
/// Which networks share a group depends on the vector unit. For a result that depends on the seed alone, the answer
/// for a network must follow from its own looks.
pub trait Watcher {
    /// Steps between two looks, at least 1; looks fall on its multiples.
    fn every(&self) -> u64;

    /// Looks at the networks that are still in training; one answer each, in their order: whether it stops here.
    fn stops(&mut self, step: u64, looks: &[Look]) -> Vec<bool>;
}

/// One network in the middle of its training.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Its place among the seeds that the watcher was made for.
    pub place: usize,
    /// Its seed.
    pub seed: u64,
    /// Its parameters after the step, in the order of the flat vector.
    pub parameters: Vec<f64>,
    /// Its loss on the batch of the step, before the update.
    pub training_loss: f64,
}

/// An observer that never stops anything.
pub struct Unobserved;

impl Observer for Unobserved {}

/// Steps between two questions to the observer.
pub const OBSERVED_EVERY: u64 = 256;
