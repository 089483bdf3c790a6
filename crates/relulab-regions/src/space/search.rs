//! The search over all root cells, in parallel, with totals that do not depend on the number of threads.
//!
//! *Algorithm*: the first few splits are planned; every cell below them is a task, which replays its splits from the
//! root and then searches. Tasks are taken in turn by the threads and their results put in the order of the plan.

use super::ceiling::Ceiling;
use super::path::Certainty;
use super::root::Root;
use super::walk::{Tally, Visit, Walk};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A plan has at most two to this many tasks, but at least one per root cell.
const PLANNED_SPLITS: usize = 7;

/// Stack of a thread: the search goes one call deeper with every split, and networks may have thousands of units.
const STACK_BYTES: usize = 64 << 20;

/// All that a search has found.
#[derive(Clone, Debug)]
pub(crate) struct Found<const W: usize, V> {
    pub tally: Tally<W>,
    pub certainty: Certainty,
    /// The visitors in a fixed order.
    pub visits: Vec<V>,
}

/// Regions after which the rest is only bounded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    /// About so many: every task gets the same share.
    Total(u64),
    /// So many in every task: as long as there are fewer in all, the search is complete.
    EachTask(u64),
}

/// Searches below all roots up to a limit.
pub(crate) fn search<const W: usize, V: Visit<W> + Send>(
    roots: &[Root<'_, W>],
    ceiling: &Ceiling,
    limit: Option<Limit>,
    n_threads: usize,
    new_visit: impl Fn() -> V + Sync,
) -> Found<W, V> {
    let splits = PLANNED_SPLITS.saturating_sub(roots.len().ilog2() as usize);
    let mut results = Vec::new();
    let mut tasks = Vec::new();
    for root in roots {
        let mut walk = Walk::new(root.path.clone(), new_visit(), ceiling, u64::MAX, Vec::new());
        walk.lists.extend_from_slice(&root.list);
        walk.plan(splits, root.cell);
        tasks.extend(std::mem::take(&mut walk.tasks).into_iter().map(|prefix| (root, prefix)));
        results.push((walk.tally, walk.path.certainty, walk.visit));
    }
    let limit = match limit {
        None => u64::MAX,
        Some(Limit::Total(regions)) => regions.div_ceil(tasks.len().max(1) as u64),
        Some(Limit::EachTask(regions)) => regions.saturating_add(1),
    };
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(tasks.len()));
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((root, prefix)) = tasks.get(index) else { break };
            let mut walk = Walk::new(root.path.clone(), new_visit(), ceiling, limit, prefix.clone());
            walk.lists.extend_from_slice(&root.list);
            walk.run(root.cell);
            let result = (index, (walk.tally, walk.path.certainty, walk.visit));
            if let Ok(mut done) = done.lock() {
                done.push(result);
            }
        }
    };
    std::thread::scope(|scope| {
        let spawn = |_: usize| std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work).is_ok();
        if (0..n_threads.clamp(1, tasks.len().max(1))).filter(|index| spawn(*index)).count() == 0 {
            // The system gives no thread: this one will do.
            work();
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    results.extend(done.into_iter().map(|(_, result)| result));
    merge(results)
}

/// Adds up the results in their order.
fn merge<const W: usize, V>(results: Vec<(Tally<W>, Certainty, V)>) -> Found<W, V> {
    let mut found: Option<Found<W, V>> = None;
    for (tally, certainty, visit) in results {
        match &mut found {
            None => found = Some(Found { tally, certainty, visits: vec![visit] }),
            Some(found) => {
                found.tally.add(&tally);
                found.certainty.margin = found.certainty.margin.min(certainty.margin);
                found.certainty.n_exact += certainty.n_exact;
                found.visits.push(visit);
            }
        }
    }
    match found {
        Some(found) => found,
        None => unreachable!("every domain has a root cell"),
    }
}
