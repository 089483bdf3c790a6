//! Progress on stderr: a bar on a terminal, a line every few seconds elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Time between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// How far the training of a population is, in network steps.
pub struct Progress {
    start: Instant,
    done: AtomicU64,
    total: u64,
    steps_per_network: u64,
    view: View,
}

enum View {
    Bar(ProgressBar),
    Lines(Mutex<Instant>),
}

impl Progress {
    /// The progress of so many networks of so many steps each, nothing done yet.
    pub fn new(n_networks: u64, steps_per_network: u64) -> Self {
        let total = n_networks.saturating_mul(steps_per_network);
        let start = Instant::now();
        let view = if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(total);
            // The template is a constant: were it wrong, the plain bar would do.
            if let Ok(style) =
                ProgressStyle::with_template("{bar:32} {percent:>3} %  {msg}  {elapsed} gone, {eta} left")
            {
                bar.set_style(style);
            }
            View::Bar(bar)
        } else {
            View::Lines(Mutex::new(start))
        };
        Self { start, done: AtomicU64::new(0), total, steps_per_network, view }
    }

    /// Counts steps of networks.
    pub fn add(&self, network_steps: u64) {
        let done = self.done.fetch_add(network_steps, Ordering::Relaxed) + network_steps;
        let elapsed = self.start.elapsed();
        let rate = done as f64 / self.steps_per_network as f64 / elapsed.as_secs_f64().max(f64::MIN_POSITIVE);
        match &self.view {
            View::Bar(bar) => {
                bar.set_position(done.min(self.total));
                bar.set_message(format!("{rate:.1} networks/s"));
            }
            View::Lines(last) => {
                let Ok(mut last) = last.try_lock() else { return };
                if last.elapsed() >= LINE_EVERY && done < self.total {
                    *last = Instant::now();
                    let share = done as f64 / self.total as f64;
                    let left = elapsed.as_secs_f64() * (1.0 - share) / share;
                    // A closed stderr is no reason to stop.
                    let _ = writeln!(
                        std::io::stderr(),
                        "{:.0} % trained, {rate:.1} networks/s, about {left:.0} s left",
                        100.0 * share
                    );
                }
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let View::Bar(bar) = &self.view {
            bar.finish_and_clear();
        }
    }
}
