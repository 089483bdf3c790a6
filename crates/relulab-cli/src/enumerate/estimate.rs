//! What is said before the start: how many networks, and about how long.

use relulab_net::Shape;
use relulab_study::{EnumeratePlan, Job, JobList, ShapeChoice, Study, Trainer, Worker};
use relulab_train::VectorUnit;
use std::time::{Duration, Instant};

/// Shapes looked at to estimate the arithmetic of the average shape.
const SHAPES_SAMPLED: usize = 500;
/// Jobs trained to measure the speed of this machine.
const JOBS_TRIED: usize = 3;
/// A trial is stopped after this time, whatever was asked for.
const TRIAL_TIME: Duration = Duration::from_secs(3);

/// Prints counts and a time estimate on stderr.
pub fn announce(plan: &EnumeratePlan, jobs: &JobList, study: &Study, trainer: &Trainer, unit: VectorUnit) {
    let threads = rayon::current_num_threads();
    let (total, done) = (study.n_networks(), study.n_networks_done());
    eprintln!("{}", what(plan, jobs));
    for (depth, places, sampled) in jobs.shapes().depths() {
        let note = if sampled { " (a random sample)" } else { "" };
        eprintln!("  depth {depth:>2}: {:>9} shapes{note}", places.len());
    }
    if !jobs.extra_seeds().is_empty() {
        let extra = jobs.extra_seeds().len();
        eprintln!("  and {extra} further runs of the depth-1 shape per target, for matched tries");
    }
    let per_network = seconds_per_network(plan, jobs, trainer);
    let left = Duration::from_secs_f64(per_network * (total - done) as f64 / threads as f64);
    let resumed = if done > 0 { format!(" ({done} are on disk already)") } else { String::new() };
    eprintln!("{total} networks{resumed}, {threads} threads, {unit}: about {}", words(left));
}

fn what(plan: &EnumeratePlan, jobs: &JobList) -> String {
    let chosen = match plan.shapes {
        ShapeChoice::All => "all",
        ShapeChoice::Sample { .. } => "a random sample of",
    };
    format!(
        "{chosen} {} shapes of {} neurons, depths {} to {}, {} seeds, {} steps, target {}",
        jobs.shapes().len(),
        plan.neurons,
        plan.depths.first,
        plan.depths.last,
        plan.seeds,
        plan.steps,
        plan.targets.join(", ")
    )
}

/// Seconds of one thread for the average network, from a few jobs trained for real and thrown away.
fn seconds_per_network(plan: &EnumeratePlan, jobs: &JobList, trainer: &Trainer) -> f64 {
    let stride = (jobs.len() / SHAPES_SAMPLED).max(1);
    let sampled = (0..jobs.len()).step_by(stride).filter_map(|index| jobs.get(index));
    let (cost, networks) = sampled.fold((0.0, 0.0), |(cost, networks), job| {
        (cost + operations(plan, &job.shape) * job.seeds.len() as f64, networks + job.seeds.len() as f64)
    });
    let start = Instant::now();
    let mut tried = 0.0;
    for k in 0..JOBS_TRIED {
        let place = jobs.len() * (2 * k + 1) / (2 * JOBS_TRIED);
        let Some(job) = jobs.get(place) else { continue };
        let seeds = job.seeds.start..job.seeds.end.min(job.seeds.start + 16);
        tried += operations(plan, &job.shape) * seeds.len() as f64;
        trainer.run(&Job { seeds, ..job });
        if start.elapsed() > TRIAL_TIME {
            break;
        }
    }
    start.elapsed().as_secs_f64() / tried * cost / networks
}

/// Arithmetic of one network up to a constant: multiplications, and a share for every unit.
fn operations(plan: &EnumeratePlan, hidden: &[usize]) -> f64 {
    let shape = Shape::new(plan.input_dim, hidden.to_vec(), plan.output_dim);
    shape.map_or(0.0, |shape| (shape.n_params() + 4 * shape.n_units()) as f64)
}

/// A duration as a person says it.
pub fn words(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
