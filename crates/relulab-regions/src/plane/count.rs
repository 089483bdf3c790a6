//! Counting alone: memory grows with depth, not with the number of regions.

use super::certainty::Certainty;
use super::domain::PlaneDomain;
use super::exact::Line;
use super::ledger::{Leaf, Ledger};
use super::walk::{Task, Walk};
use crate::layers::AffineLayers;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The counts of a network on a domain, and how they were decided.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaneCounts {
    /// Cells with constant on/off pattern and positive area; a unit is on where its pre-activation is > 0.
    pub activation_regions: u64,
    /// Activation regions of the first l hidden layers, for l = 1, 2, ….
    pub per_layer: Vec<u64>,
    /// Corners of the cells; on the plane those at infinity do not count.
    pub vertices: u64,
    /// Sides of the cells, each once; on the plane those at infinity do not count.
    pub edges: u64,
    /// Sides that two cells share.
    pub interior_edges: u64,
    /// Signs that were not certain in f64 and were decided in rationals.
    pub exact_fallbacks: u64,
    /// Smallest |value| / error bound of the signs decided in f64, always above 1; infinite when nothing was rounded.
    pub min_margin: f64,
}

impl PlaneCounts {
    /// Puts the counts together; Euler's formula gives the vertices.
    pub(super) fn new(tally: &Tally, per_layer: Vec<u64>, certainty: &Certainty, domain: PlaneDomain) -> Self {
        let interior_edges = tally.n_inner_sides / 2;
        let edges = interior_edges + if domain.ends().is_some() { tally.n_outer_sides } else { 0 };
        Self {
            activation_regions: tally.n_cells,
            per_layer,
            vertices: 1 + edges - tally.n_cells,
            edges,
            interior_edges,
            exact_fallbacks: certainty.n_exact,
            min_margin: certainty.margin,
        }
    }
}

/// The ledger that only counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub n_cells: u64,
    pub n_inner_sides: u64,
    pub n_outer_sides: u64,
}

impl Ledger for Tally {
    type Vertex = ();
    type Edge = ();
    const ONLY_COUNTS: bool = true;

    fn corner(&mut self, _: [Line; 2]) {}

    fn edge(&mut self, _: [(); 2], _: Line) {}

    fn cut(&mut self, (): (), (): (), _: [Line; 2]) -> ((), [(); 2]) {
        ((), [(); 2])
    }

    fn tally(&mut self, n_cells: u64, n_inner_sides: u64, n_outer_sides: u64) {
        self.n_cells += n_cells;
        self.n_inner_sides += n_inner_sides;
        self.n_outer_sides += n_outer_sides;
    }

    fn cell(&mut self, _: &Leaf<'_, Self>) {}
}

/// Hidden units up to which a second thread costs more time than it saves.
const FEW_UNITS: usize = 40;
/// Tasks per thread, so that threads end at about the same time.
const TASKS_PER_THREAD: usize = 24;

/// Counts with `n_threads` threads; the totals do not depend on their number.
pub(crate) fn count(layers: &AffineLayers, domain: PlaneDomain, n_threads: usize) -> PlaneCounts {
    let mut walk = Walk::new(layers, domain, Tally::default());
    let task = walk.start();
    if n_threads <= 1 || layers.n_units <= FEW_UNITS {
        walk.run(task);
        let Walk { ledger, per_layer, certainty, .. } = walk;
        return PlaneCounts::new(&ledger, per_layer, &certainty, domain);
    }
    let tasks: Vec<Mutex<Option<Task<Tally>>>> =
        walk.share_out(task, n_threads * TASKS_PER_THREAD).into_iter().map(|task| Mutex::new(Some(task))).collect();
    let next = AtomicUsize::new(0);
    let others: Vec<_> = (1..n_threads).map(|_| Walk::new(layers, domain, Tally::default())).collect();
    let done = std::thread::scope(|scope| {
        let handles: Vec<_> = others.into_iter().map(|walk| scope.spawn(|| work(walk, &tasks, &next))).collect();
        let mut done = vec![work(walk, &tasks, &next)];
        for handle in handles {
            match handle.join() {
                Ok(walk) => done.push(walk),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    let mut tally = Tally::default();
    let mut per_layer = vec![0; layers.hidden().len()];
    let mut certainty = Certainty::default();
    for walk in &done {
        tally.tally(walk.ledger.n_cells, walk.ledger.n_inner_sides, walk.ledger.n_outer_sides);
        certainty.merge(&walk.certainty);
        for (sum, part) in per_layer.iter_mut().zip(&walk.per_layer) {
            *sum += part;
        }
    }
    PlaneCounts::new(&tally, per_layer, &certainty, domain)
}

/// Walks through tasks until none is left.
fn work<'a>(mut walk: Walk<'a, Tally>, tasks: &[Mutex<Option<Task<Tally>>>], next: &AtomicUsize) -> Walk<'a, Tally> {
    while let Some(slot) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
        if let Some(task) = slot.lock().map_or(None, |mut slot| slot.take()) {
            walk.run(task);
        }
    }
    walk
}
