//! The arithmetic peak of this machine, measured between the runs that are held against it.

use rayon::ThreadPool;
use relulab_train::{VectorUnit, measure_fma_peak};
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// Rounds of the first, shortest burst.
const FIRST_ROUNDS: u64 = 50_000;
/// A burst shorter than this is lengthened: clocks and the start of the threads would show.
const MIN_BURST: Duration = Duration::from_millis(20);
/// Factor by which bursts are lengthened.
const GROWTH: u64 = 4;

/// Bursts of fused multiply-adds on all threads at once, and the fastest seen so far.
pub struct Peak<'a> {
    pool: &'a ThreadPool,
    unit: VectorUnit,
    rounds: u64,
    gflops: f64,
}

impl<'a> Peak<'a> {
    /// Finds a length of burst that can be timed.
    pub fn new(pool: &'a ThreadPool, unit: VectorUnit) -> Self {
        let mut peak = Self { pool, unit, rounds: FIRST_ROUNDS, gflops: 0.0 };
        while peak.burst() < MIN_BURST {
            peak.rounds *= GROWTH;
        }
        peak
    }

    /// Runs one burst and returns how long it took.
    pub fn burst(&mut self) -> Duration {
        // All threads start together, or early ones would enjoy the clock rate of a half-idle machine.
        let barrier = Barrier::new(self.pool.current_num_threads());
        let bursts = self.pool.broadcast(|_| {
            barrier.wait();
            let start = Instant::now();
            let (operations, sum) = measure_fma_peak(self.unit, self.rounds);
            let end = Instant::now();
            std::hint::black_box(sum);
            (start, end, operations)
        });
        let start = bursts.iter().map(|&(start, ..)| start).min();
        let end = bursts.iter().map(|&(_, end, _)| end).max();
        let elapsed = end.zip(start).map_or(Duration::ZERO, |(end, start)| end - start);
        let operations: f64 = bursts.iter().map(|&(.., operations)| operations).sum();
        if !elapsed.is_zero() {
            self.gflops = self.gflops.max(operations / elapsed.as_secs_f64() / 1e9);
        }
        elapsed
    }

    /// The fastest burst, in 10⁹ operations per second.
    pub fn gflops(&self) -> f64 {
        self.gflops
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_never_falls() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let mut peak = Peak::new(&pool, VectorUnit::widest());
        let first = peak.gflops();
        assert!(first > 0.0);
        assert!(peak.burst() > Duration::ZERO);
        assert!(peak.gflops() >= first);
    }
}
