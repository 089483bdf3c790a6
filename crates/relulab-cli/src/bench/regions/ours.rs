//! Our runs of a row.

use super::sample::Sample;
use crate::failure::Failure;
use relulab_regions::line::Workspace;
use relulab_regions::plane::{self, PlaneComplex};
use relulab_regions::space::{self, Budget};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A round counts again and again for so long: clocks and the start of threads would show.
const MIN_ROUND: Duration = Duration::from_millis(50);
/// A complex that takes longer is built only once.
const MAX_COMPLEX_MS: f64 = 500.0;

/// What our runs of a row found.
#[derive(Clone, Debug)]
pub struct Ours {
    threads: usize,
    /// Activation regions.
    pub regions: u64,
    /// Vertices of the complex, where one is built.
    pub vertices: Option<u64>,
    /// Signs decided in rationals.
    pub exact_fallbacks: u64,
    /// Smallest |value| / error bound of all signs decided in f64.
    pub min_margin: f64,
    /// Milliseconds of the fastest count of each round.
    pub ms_of_rounds: Vec<f64>,
    /// Milliseconds of building the complex, on one thread in the plane; empty on the line.
    pub complex_ms_of_rounds: Vec<f64>,
}

impl Ours {
    /// Nothing run yet.
    pub fn new(threads: usize) -> Self {
        Self {
            threads,
            regions: 0,
            vertices: None,
            exact_fallbacks: 0,
            min_margin: f64::INFINITY,
            ms_of_rounds: Vec::new(),
            complex_ms_of_rounds: Vec::new(),
        }
    }

    /// One round.
    ///
    /// # Errors
    /// When a network does not suit the engines, which all do.
    pub fn run(&mut self, sample: &Sample) -> Result<(), Failure> {
        match sample.row.inputs {
            1 => self.line(sample),
            2 => self.plane(sample),
            _ => self.space(sample),
        }
    }

    fn line(&mut self, sample: &Sample) -> Result<(), Failure> {
        let domain = sample.line()?;
        let mut workspace = Workspace::new();
        let (counts, ms) = fastest(|| workspace.count(&sample.network, domain).map_err(Failure::input))?;
        self.regions = counts.activation_regions as u64;
        self.exact_fallbacks = u64::from(counts.fell_back);
        self.min_margin = counts.margin;
        self.ms_of_rounds.push(ms);
        Ok(())
    }

    fn plane(&mut self, sample: &Sample) -> Result<(), Failure> {
        let domain = sample.plane()?;
        let (counts, ms) = fastest(|| plane::count(&sample.network, domain, self.threads).map_err(Failure::input))?;
        self.regions = counts.activation_regions;
        self.vertices = Some(counts.vertices);
        self.exact_fallbacks = counts.exact_fallbacks;
        self.min_margin = counts.min_margin;
        self.ms_of_rounds.push(ms);
        if self.wants_complex() {
            let (_, ms) = once(|| PlaneComplex::new(&sample.network, domain).map_err(Failure::input))?;
            self.complex_ms_of_rounds.push(ms);
        }
        Ok(())
    }

    fn space(&mut self, sample: &Sample) -> Result<(), Failure> {
        let domain = sample.space()?;
        let count = || space::count(&sample.network, &domain, Budget::UNLIMITED, self.threads);
        let (counts, ms) = fastest(|| count().map_err(Failure::input))?;
        self.regions = counts.activation_regions.exact().and_then(|count| count.try_into().ok()).unwrap_or(0);
        self.exact_fallbacks = counts.exact_fallbacks;
        self.min_margin = counts.min_margin;
        self.ms_of_rounds.push(ms);
        if self.wants_complex() {
            let build = || space::enumerate(&sample.network, &domain, false, self.threads);
            let (complex, ms) = once(|| build().map_err(Failure::input))?;
            self.vertices = Some(complex.n_vertices() as u64);
            self.complex_ms_of_rounds.push(ms);
        }
        Ok(())
    }

    fn wants_complex(&self) -> bool {
        self.complex_ms_of_rounds.last().is_none_or(|ms| *ms < MAX_COMPLEX_MS)
    }

    /// The last round in words.
    pub fn last_text(&self) -> String {
        self.ms_of_rounds.last().map_or_else(String::new, |ms| format!("{} regions, {ms:.4} ms", self.regions))
    }
}

/// The result and the milliseconds of one run.
fn once<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, f64), Failure> {
    let start = Instant::now();
    let result = black_box(work()?);
    Ok((result, 1e3 * start.elapsed().as_secs_f64()))
}

/// The result and the milliseconds of the fastest of as many runs as fit into a round.
fn fastest<T>(mut work: impl FnMut() -> Result<T, Failure>) -> Result<(T, f64), Failure> {
    let begin = Instant::now();
    let (mut result, mut best) = once(&mut work)?;
    while begin.elapsed() < MIN_ROUND {
        let (again, ms) = once(&mut work)?;
        (result, best) = (again, best.min(ms));
    }
    Ok((result, best))
}
