//! The jobs that a plan implies, and the shard to which each belongs.

use crate::plan::EnumeratePlan;
use crate::shapes::ShapeList;
use std::ops::Range;

/// Shards that a large study is cut into.
const TARGET_SHARDS: u64 = 128;
/// Networks below which cutting a shard smaller is not worth a file.
const MIN_NETWORKS_PER_SHARD: u64 = 256;
/// Seeds of one job of the extra runs at depth 1.
const EXTRA_SEEDS_PER_JOB: u64 = 64;

/// One target, one shape, a range of seeds: what a thread takes at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Place in the plan's list of jobs.
    pub index: usize,
    /// Name or formula of the target.
    pub target: String,
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// Seed indices to train, in order.
    pub seeds: Range<u32>,
}

/// All jobs of a plan, in order: for each target every shape, then for each target the extra seeds of depth 1.
///
/// Jobs are computed when asked for. Consecutive jobs share a shard, and which ones is a function of the plan alone,
/// so a shard's bytes never depend on the order in which jobs happened to finish.
#[derive(Clone, Debug)]
pub struct JobList {
    targets: Vec<String>,
    shapes: ShapeList,
    seeds: u32,
    extra_seeds: Range<u32>,
    jobs_per_shard: usize,
    extra_jobs_per_shard: usize,
}

impl JobList {
    /// The jobs of a plan (which must have passed [`EnumeratePlan::check`]).
    pub fn of(plan: &EnumeratePlan) -> Self {
        let shapes = ShapeList::of(plan);
        let extra_seeds = extra_seeds(plan, &shapes);
        let n_targets = plan.targets.len() as u64;
        let seeds = u64::from(plan.seeds);
        let n_networks = n_targets * (shapes.len() as u64 * seeds + extra_seeds.len() as u64);
        let networks_per_shard = n_networks.div_ceil(TARGET_SHARDS).max(MIN_NETWORKS_PER_SHARD);
        Self {
            targets: plan.targets.clone(),
            shapes,
            seeds: plan.seeds,
            extra_seeds,
            jobs_per_shard: networks_per_shard.div_ceil(seeds.max(1)) as usize,
            extra_jobs_per_shard: networks_per_shard.div_ceil(EXTRA_SEEDS_PER_JOB) as usize,
        }
    }

    /// The shapes that the jobs train.
    pub fn shapes(&self) -> &ShapeList {
        &self.shapes
    }

    /// Seed indices that only the depth-1 shape is trained with, for matched tries.
    pub fn extra_seeds(&self) -> Range<u32> {
        self.extra_seeds.clone()
    }

    /// Number of jobs.
    pub fn len(&self) -> usize {
        self.n_main() + self.n_extra()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of networks of all jobs.
    pub fn n_networks(&self) -> u64 {
        let per_target = self.shapes.len() as u64 * u64::from(self.seeds) + self.extra_seeds.len() as u64;
        self.targets.len() as u64 * per_target
    }

    /// The job at a place of the list; `None` past its end.
    pub fn get(&self, index: usize) -> Option<Job> {
        if index < self.n_main() {
            let (target, shape) = (index / self.shapes.len(), index % self.shapes.len());
            let target = self.targets.get(target)?.clone();
            return Some(Job { index, target, shape: self.shapes.get(shape)?, seeds: 0..self.seeds });
        }
        let per_target = self.extra_jobs_per_target();
        let extra = index - self.n_main();
        let target = self.targets.get(extra.checked_div(per_target)?)?.clone();
        let first = self.extra_seeds.start + (extra % per_target) as u32 * EXTRA_SEEDS_PER_JOB as u32;
        let seeds = first..(first + EXTRA_SEEDS_PER_JOB as u32).min(self.extra_seeds.end);
        Some(Job { index, target, shape: self.shapes.get(0)?, seeds })
    }

    /// Number of shards.
    pub fn n_shards(&self) -> usize {
        self.n_main_shards() + self.n_extra().div_ceil(self.extra_jobs_per_shard)
    }

    /// The jobs whose records a shard holds, in the order of its rows; empty past the last shard.
    pub fn jobs_of_shard(&self, shard: usize) -> Range<usize> {
        let n_main_shards = self.n_main_shards();
        let range = |start: usize, size: usize, end: usize| start.min(end)..start.saturating_add(size).min(end);
        if shard < n_main_shards {
            return range(shard * self.jobs_per_shard, self.jobs_per_shard, self.n_main());
        }
        let start = (shard - n_main_shards).saturating_mul(self.extra_jobs_per_shard);
        range(self.n_main().saturating_add(start), self.extra_jobs_per_shard, self.len())
    }

    /// The shard that holds a job's records.
    pub fn shard_of_job(&self, job: usize) -> usize {
        match job.checked_sub(self.n_main()) {
            None => job / self.jobs_per_shard,
            Some(extra) => self.n_main_shards() + extra / self.extra_jobs_per_shard,
        }
    }

    /// Number of rows of a shard.
    pub fn rows_of_shard(&self, shard: usize) -> usize {
        let jobs = self.jobs_of_shard(shard);
        if shard < self.n_main_shards() {
            return jobs.len() * self.seeds as usize;
        }
        jobs.filter_map(|job| self.get(job)).map(|job| job.seeds.len()).sum()
    }

    fn n_main(&self) -> usize {
        self.targets.len() * self.shapes.len()
    }

    fn n_main_shards(&self) -> usize {
        self.n_main().div_ceil(self.jobs_per_shard)
    }

    fn extra_jobs_per_target(&self) -> usize {
        self.extra_seeds.len().div_ceil(EXTRA_SEEDS_PER_JOB as usize)
    }

    fn n_extra(&self) -> usize {
        self.targets.len() * self.extra_jobs_per_target()
    }
}

/// The seeds beyond the plan's that bring depth 1 to the runs of the most populous depth, or to the plan's cap.
fn extra_seeds(plan: &EnumeratePlan, shapes: &ShapeList) -> Range<u32> {
    let most_shapes = shapes.depths().map(|(_, range, _)| range.len() as u64).max().unwrap_or(0);
    let has_depth1 = plan.depths.first == 1;
    let most_runs = most_shapes * u64::from(plan.seeds);
    let wanted = if has_depth1 { most_runs.min(plan.matched_tries).min(crate::plan::MAX_SEEDS) as u32 } else { 0 };
    plan.seeds..wanted.max(plan.seeds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sixteen_neurons_make_a_hundred_shards() {
        let plan = EnumeratePlan { matched_tries: 21_840, ..EnumeratePlan::new(16, vec!["quadratic".into()]) };
        let jobs = JobList::of(&plan);
        assert_eq!(jobs.extra_seeds(), 16..21_840);
        assert_eq!(jobs.n_networks(), 524_288 + 21_824);
        assert!((64..=256).contains(&jobs.n_shards()), "{}", jobs.n_shards());
    }

    #[test]
    fn depth_one_is_matched_to_the_most_populous_depth() {
        let mut plan = EnumeratePlan::new(6, vec!["a".into()]);
        plan.seeds = 3;
        // Depths 1 to 6 have 1, 5, 10, 10, 5, 1 shapes.
        assert_eq!(JobList::of(&plan).extra_seeds(), 3..30);
        plan.matched_tries = 20;
        assert_eq!(JobList::of(&plan).extra_seeds(), 3..20);
        plan.matched_tries = 0;
        assert!(JobList::of(&plan).extra_seeds().is_empty());
        plan.matched_tries = 20;
        plan.depths.first = 2;
        assert!(JobList::of(&plan).extra_seeds().is_empty());
    }

    proptest! {
        #[test]
        fn shards_tile_the_jobs_and_jobs_tile_the_runs(
            neurons in 1usize..8, seeds in 1u32..70, tries in 0u64..400, n_targets in 1usize..3,
        ) {
            let targets = (0..n_targets).map(|i| format!("t{i}")).collect();
            let plan = EnumeratePlan { seeds, matched_tries: tries, ..EnumeratePlan::new(neurons, targets) };
            let jobs = JobList::of(&plan);
            let mut next = 0;
            let mut rows = 0;
            for shard in 0..jobs.n_shards() {
                let range = jobs.jobs_of_shard(shard);
                prop_assert!(range.start == next && !range.is_empty());
                prop_assert!(range.clone().all(|job| jobs.shard_of_job(job) == shard));
                prop_assert_eq!(
                    jobs.rows_of_shard(shard),
                    range.clone().map(|job| jobs.get(job).unwrap().seeds.len()).sum::<usize>()
                );
                rows += jobs.rows_of_shard(shard);
                next = range.end;
            }
            prop_assert_eq!(next, jobs.len());
            prop_assert_eq!(rows as u64, jobs.n_networks());
            prop_assert!(jobs.get(jobs.len()).is_none());
            prop_assert!(jobs.jobs_of_shard(jobs.n_shards()).is_empty());
            let mut runs = std::collections::BTreeSet::new();
            for index in 0..jobs.len() {
                let job = jobs.get(index).unwrap();
                prop_assert_eq!(job.index, index);
                for seed in job.seeds {
                    prop_assert!(runs.insert((job.target.clone(), job.shape.clone(), seed)));
                }
            }
        }
    }
}
