//! How far the training of a population is, told by many groups at once.

use crate::progress::Bar;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Counts steps of networks, and shows them as networks.
pub struct Progress {
    start: Instant,
    done: AtomicU64,
    n_networks: u64,
    steps_per_network: u64,
    bar: Mutex<Bar>,
}

impl Progress {
    /// The progress of so many networks of so many steps each, nothing done yet.
    pub fn new(n_networks: u64, steps_per_network: u64) -> Self {
        let bar = Mutex::new(Bar::new("networks"));
        let progress = Self { start: Instant::now(), done: AtomicU64::new(0), n_networks, steps_per_network, bar };
        progress.add(0);
        progress
    }

    /// Counts steps of networks.
    pub fn add(&self, network_steps: u64) {
        let done = self.done.fetch_add(network_steps, Ordering::Relaxed) + network_steps;
        // Another thread that is showing its count now shows nearly the same.
        if let Ok(mut bar) = self.bar.try_lock() {
            let networks = (done / self.steps_per_network).min(self.n_networks);
            bar.show(networks, self.n_networks, self.start.elapsed());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Ok(bar) = self.bar.get_mut() {
            bar.clear();
        }
    }
}
