//! What is said before the start: how many networks, and about how long.

use super::resolve::Request;
use crate::failure::Failure;
use crate::terminal::say;
use relulab_net::Shape;
use relulab_study::{EnumeratePlan, Job, JobList, ShapeChoice, Study, Trainer, Worker};
use relulab_train::VectorUnit;
use std::time::{Duration, Instant};

/// Shapes looked at to estimate the arithmetic of the average shape.
const SHAPES_SAMPLED: usize = 500;
/// Jobs trained to measure the speed of this machine.
const JOBS_TRIED: usize = 3;
/// Seeds of a job tried.
const SEEDS_TRIED: u32 = 16;
/// Training points that a network tried sees at most; a longer training is extrapolated.
const POINTS_TRIED: usize = 3000 * 64;
/// After this time no further job is tried.
const TRIAL_TIME: Duration = Duration::from_secs(3);

/// Prints counts and a time estimate on stderr.
///
/// # Errors
/// When the plan has no trainer.
pub fn announce(request: &Request, jobs: &JobList, study: &Study, unit: VectorUnit) -> Result<(), Failure> {
    let plan = &request.plan;
    let threads = rayon::current_num_threads();
    let (total, done) = (study.n_networks(), study.n_networks_done());
    say(what(plan, jobs));
    for (depth, places, sampled) in jobs.shapes().depths() {
        let note = if sampled { " (a random sample)" } else { "" };
        say(format_args!("  depth {depth:>2}: {:>9} shapes{note}", places.len()));
    }
    if !jobs.extra_seeds().is_empty() {
        let extra = jobs.extra_seeds().len();
        say(format_args!("  and {extra} further runs of the depth-1 shape per target, for matched tries"));
    }
    let per_network = seconds_per_network(request, jobs, unit)?;
    let left = per_network * (total - done) as f64 / threads as f64;
    let resumed = if done > 0 { format!(" ({done} are on disk already)") } else { String::new() };
    let plural = if threads == 1 { "" } else { "s" };
    say(format_args!("{total} networks{resumed}, {threads} thread{plural}, {unit}: about {}", words(left)));
    Ok(())
}

fn what(plan: &EnumeratePlan, jobs: &JobList) -> String {
    let chosen = match plan.shapes {
        ShapeChoice::All => "all",
        ShapeChoice::Sample { .. } | ShapeChoice::SampleAbove { .. } => "a random sample of",
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
fn seconds_per_network(request: &Request, jobs: &JobList, unit: VectorUnit) -> Result<f64, Failure> {
    let plan = &request.plan;
    let stride = (jobs.len() / SHAPES_SAMPLED).max(1);
    let sampled = (0..jobs.len()).step_by(stride).filter_map(|index| jobs.get(index));
    let (cost, networks) = sampled.fold((0.0, 0.0), |(cost, networks), job| {
        (cost + operations(plan, &job.shape) * job.seeds.len() as f64, networks + job.seeds.len() as f64)
    });
    let points_per_step = match &request.data {
        Some(data) if plan.sampler == "full" => data.n_points(),
        _ => plan.batch,
    };
    let steps = u32::try_from(POINTS_TRIED / points_per_step.max(1)).unwrap_or(u32::MAX).clamp(1, plan.steps);
    let trial = EnumeratePlan { steps, ..plan.clone() };
    let trainer = Trainer::new(&trial, request.data.as_ref(), unit).map_err(Failure::input)?;
    let start = Instant::now();
    let mut tried = 0.0;
    for k in 0..JOBS_TRIED {
        let place = jobs.len() * (2 * k + 1) / (2 * JOBS_TRIED);
        let Some(job) = jobs.get(place) else { continue };
        let seeds = job.seeds.start..job.seeds.end.min(job.seeds.start + SEEDS_TRIED);
        tried += operations(plan, &job.shape) * seeds.len() as f64;
        trainer.run(&Job { seeds, ..job });
        if start.elapsed() > TRIAL_TIME {
            break;
        }
    }
    let longer = f64::from(plan.steps) / f64::from(steps);
    Ok(longer * start.elapsed().as_secs_f64() / tried * cost / networks)
}

/// Arithmetic of one network up to a constant: multiplications, and a share for every unit.
fn operations(plan: &EnumeratePlan, hidden: &[usize]) -> f64 {
    let shape = Shape::new(plan.input_dim, hidden.to_vec(), plan.output_dim);
    shape.map_or(0.0, |shape| (shape.n_params() + 4 * shape.n_units()) as f64)
}

/// A number of seconds as a person says it.
fn words(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn times_are_said_in_fitting_units() {
        let cases = [(0.2, "0 s"), (89.0, "89 s"), (120.0, "2 min"), (7200.0, "2.0 h"), (864_000.0, "10 days")];
        for (seconds, expected) in cases {
            assert_eq!(words(seconds), expected);
        }
        assert_eq!(words(1e30), format!("{:.0} days", 1e30 / 86_400.0));
    }
}
