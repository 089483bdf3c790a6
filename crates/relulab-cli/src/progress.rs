//! Progress on stderr: a bar on a terminal, a line now and then elsewhere.

use crate::terminal::say;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// Time between two lines where stderr is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows how far a long run is, at which rate, and when it will end.
pub struct Bar {
    noun: &'static str,
    bar: Option<ProgressBar>,
    started: Option<u64>,
    last_line: Duration,
}

impl Bar {
    /// A bar that counts `noun`.
    pub fn new(noun: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { noun, bar, started: None, last_line: Duration::ZERO }
    }

    /// `done` of `total`, `elapsed` after the start of this run.
    pub fn show(&mut self, done: u64, total: u64, elapsed: Duration) {
        let started = *self.started.get_or_insert(done);
        let rate = (done - started) as f64 / elapsed.as_secs_f64().max(1e-9);
        let left = if rate > 0.0 { (total - done) as f64 / rate } else { f64::NAN };
        let message =
            if left.is_finite() { format!("{rate:.0} {}/s, {left:.0} s left", self.noun) } else { String::new() };
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
            bar.set_message(message);
        } else if elapsed >= self.last_line + LINE_EVERY {
            self.last_line = elapsed;
            say(format_args!("{done}/{total} {message}"));
        }
    }

    /// Removes the bar from the terminal.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
