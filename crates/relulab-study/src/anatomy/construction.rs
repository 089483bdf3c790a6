//! Targeted construction from trained networks: how many steps, how fast, how far, and the naive step beside it.

mod aims;
mod convergence;
mod radius;

pub use aims::{Aim, DIRECTIONS, DISTANCES, PAPER, aims, line_name};
pub use radius::{RADIUS_DIRECTIONS, RADIUS_TOLERANCES};

use super::case;
use super::setting::{LONG, SHORT, Setting};
use super::vector::norm;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use convergence::Path;
use relulab_construct::{
    ConstructError, Construction as Made, DEFAULT_NAIVE_THRESHOLD, Damping, Outcome, Precision, Settings, construct,
    naive_step,
};
use relulab_net::Network;

/// What the starting networks have learned.
const LEARNED: &str = "linear";
/// Starting networks: hidden widths and steps of training.
pub const STARTS: [(&str, u64); 4] = [("16", SHORT), ("16", LONG), ("8,8", LONG), ("5,7,4", LONG)];
/// Where coefficients are taken: on the 1000 fixed N(0,1) samples, or on the grid over [−5,5].
pub const POINTS: [&str; 2] = ["samples", "grid"];
/// Half of the grid's length.
const GRID_HALF: f64 = 5.0;
/// Groups of aims, each a job: the paper's line and those near the start; those far away; reversals and parabolas.
pub const GROUPS: [&str; 3] = ["near", "far", "other"];
/// Largest coefficient errors at which a construction has arrived: the paper's, and two that are stricter.
pub const ARRIVED: [(&str, f64); 3] = [("0.002", 0.002), ("1e-4", 1e-4), ("1e-10", 1e-10)];
/// Coefficient error at which a construction ends: below the strictest of [`ARRIVED`], above rounding.
const FINAL_TOLERANCE: f64 = 1e-11;
/// Most steps of a construction.
const MOST_STEPS: usize = 50;
/// Errors after so many steps are noted one by one.
pub const NOTED_STEPS: usize = 8;
/// Halvings of a damped step.
const HALVINGS: usize = 30;
/// Precisions of the naive step, and which singular values it drops: almost none, as in the paper, or those below the
/// rounding of the precision.
pub const NAIVE: [(&str, Precision); 2] = [("f32", Precision::Single), ("f64", Precision::Double)];
/// Names of the naive step's cuts.
pub const CUTS: [&str; 2] = ["tiny", "rounding"];

/// The experiment.
pub struct Construction;

/// The part of a case that names the starting networks and the points.
pub fn start_of(hidden: &str, steps: u64, points: &str) -> String {
    format!("start={hidden} steps={steps} points={points}")
}

/// The case of a construction; `damping` is `none` or `halving`.
pub fn case_of(hidden: &str, steps: u64, points: &str, aim: &str, damping: &str) -> String {
    format!("{} aim={aim} damping={damping}", start_of(hidden, steps, points))
}

/// The case of a naive step.
pub fn naive_case_of(hidden: &str, steps: u64, points: &str, aim: &str, precision: &str, cut: &str) -> String {
    format!("{} aim={aim} naive={precision} cut={cut}", start_of(hidden, steps, points))
}

impl Experiment for Construction {
    fn name(&self) -> &'static str {
        "construction"
    }

    fn question(&self) -> &'static str {
        "How far, how fast and how exactly does targeted construction move a trained network to another function?"
    }

    fn jobs(&self, scale: Scale) -> Vec<String> {
        let starts = scale.pick(&STARTS[..1], &STARTS[..]);
        let points = scale.pick(&POINTS[..1], &POINTS[..]);
        let starts =
            starts.iter().flat_map(|&(hidden, steps)| points.iter().map(move |points| start_of(hidden, steps, points)));
        starts.flat_map(|start| GROUPS.iter().map(move |group| format!("{start} aims={group}"))).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(1.0, 5.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let hidden: String = case::setting(job, "start")?;
        let group: String = case::setting(job, "aims")?;
        let points: String = case::setting(job, "points")?;
        let steps = case::setting(job, "steps")?;
        let start = start_of(&hidden, steps, &points);
        let setting = Setting::of(LEARNED, 1, steps)?;
        let shape = setting.shape(&hidden)?;
        let trained = setting.train(&shape, context.scale.pick(8, 32), context)?;
        let (inputs, _) = if points == POINTS[0] { setting.samples()? } else { setting.grid(GRID_HALF)? };
        let mut readings = Readings::default();
        for one in &trained {
            let Some(network) = setting.network(&shape, &one.parameters) else { continue };
            for aim in aims(&group) {
                context.unless_cancelled(())?;
                towards(&network, &aim, &inputs, &start, one.seed, &mut readings).map_err(CheckError::because)?;
                if aim.is_near() {
                    naive(&network, &aim, &inputs, &start, one.seed, &mut readings).map_err(CheckError::because)?;
                }
            }
            if group == GROUPS[0] {
                let mut note = |quantity: &str, value: f64| readings.push(&start, one.seed, quantity, value);
                radius::measure(&network, &inputs, &mut note).map_err(CheckError::because)?;
                note("length of the parameters", norm(network.parameters()));
            }
        }
        context.unless_cancelled(readings)
    }
}

/// Notes the constructions of one aim, undamped and damped.
fn towards(
    network: &Network,
    aim: &Aim,
    inputs: &[f64],
    start: &str,
    seed: u64,
    readings: &mut Readings,
) -> Result<(), ConstructError> {
    let basis = aim.basis()?;
    let target = basis.combine(&aim.coefficients, inputs);
    let settings = Settings { tolerance: FINAL_TOLERANCE, max_iterations: MOST_STEPS, damping: Damping::None };
    let plain = construct(network, &basis, inputs, &target, &settings)?;
    let path = Path::of(&plain);
    // Steps that all help are taken in full with damping too, so the two constructions are one.
    let damped = if path.always_falls() && matches!(plain.outcome, Outcome::Converged { .. }) {
        None
    } else {
        let damping = Damping::Backtracking { halvings: HALVINGS };
        Some(construct(network, &basis, inputs, &target, &Settings { damping, ..settings })?)
    };
    let unmoved = construct(network, &basis, inputs, &target, &Settings { max_iterations: 0, ..settings })?;
    for (damping, made) in [("none", &plain), ("halving", damped.as_ref().unwrap_or(&plain))] {
        let case = format!("{start} aim={} damping={damping}", aim.name);
        let mut note = |quantity: &str, value: f64| readings.push(&case, seed, quantity, value);
        note("outside the basis before", unmoved.function_error.outside_basis);
        note("function error before", unmoved.function_error.total);
        describe(made, norm(network.parameters()), &mut note);
    }
    Ok(())
}

/// Everything that is read off one construction.
fn describe(made: &Made, parameter_length: f64, note: &mut dyn FnMut(&str, f64)) {
    let path = Path::of(made);
    for (name, tolerance) in ARRIVED {
        let arrival = path.steps_to(tolerance);
        note(&format!("steps to {name}"), arrival.map_or(f64::INFINITY, |steps| steps as f64));
    }
    if let Some(arrival) = path.steps_to(ARRIVED[0].1) {
        // Coefficients go from the highest power to the constant.
        let errors =
            arrival.checked_sub(1).map_or(&made.initial_errors, |last| &made.iterations[last].coefficient_errors);
        let n = errors.len();
        note("slope error on arrival", errors.get(n.wrapping_sub(2)).map_or(f64::NAN, |error| error.abs()));
        note("intercept error on arrival", errors.last().map_or(f64::NAN, |error| error.abs()));
    }
    for (step, error) in path.errors().iter().enumerate().take(NOTED_STEPS + 1) {
        note(&format!("coefficient error after {step}"), *error);
    }
    note("converged", f64::from(u8::from(matches!(made.outcome, Outcome::Converged { .. }))));
    note("singular", f64::from(u8::from(matches!(made.outcome, Outcome::Singular { .. }))));
    note("diverged", f64::from(u8::from(matches!(made.outcome, Outcome::Diverged { .. }))));
    if let Some(order) = path.order() {
        note("order", order);
    }
    if let Some(digits) = path.digits_per_step() {
        note("digits per step", digits);
    }
    if let Some(first) = made.iterations.first() {
        note("cond J", first.jacobian.full());
        note("cond J in rank", first.jacobian.in_rank());
        note("cond A", first.projected.full());
        note("cond AAᵀ", first.gram_condition());
        note("first step", first.step_length);
        note("first step over parameters", first.step_length / parameter_length);
        note("flips of the first step", first.flips as f64);
        let worst = made.iterations.iter().map(|step| step.projected.full()).fold(0.0, f64::max);
        note("largest cond A", worst);
        note("length of the path", made.iterations.iter().map(|step| step.step_length).sum());
        note("shortened steps", made.iterations.iter().filter(|step| step.damping < 1.0).count() as f64);
    }
    note("function error", made.function_error.total);
    note("inside the basis", made.function_error.in_basis);
    note("outside the basis", made.function_error.outside_basis);
}

/// Notes what the pseudo-inverse of the whole Jacobian does for the same aim, in one step.
fn naive(
    network: &Network,
    aim: &Aim,
    inputs: &[f64],
    start: &str,
    seed: u64,
    readings: &mut Readings,
) -> Result<(), ConstructError> {
    let basis = aim.basis()?;
    let target = basis.combine(&aim.coefficients, inputs);
    for (name, precision) in NAIVE {
        let epsilon = if precision == Precision::Single { f64::from(f32::EPSILON) } else { f64::EPSILON };
        let rounding = inputs.len().max(network.parameters().len()) as f64 * epsilon;
        for (cut, threshold) in CUTS.into_iter().zip([DEFAULT_NAIVE_THRESHOLD, rounding]) {
            let case = format!("{start} aim={} naive={name} cut={cut}", aim.name);
            let mut note = |quantity: &str, value: f64| readings.push(&case, seed, quantity, value);
            let made = naive_step(network, &basis, inputs, &target, precision, threshold)?;
            note("cond J", made.jacobian.full());
            note("cond J in rank", made.jacobian.in_rank());
            // What numerical ranks leave out, but the step inverts.
            note("cond of what is inverted", made.jacobian.largest * made.amplification);
            note("rank", made.jacobian.rank as f64);
            note("amplification", made.amplification);
            note("step", made.step_length);
            note("step over parameters", made.step_length / made.parameter_length);
            note("length of the parameters", made.parameter_length);
            note("function error before", made.before.total);
            note("function error", made.after.map_or(f64::INFINITY, |after| after.total));
            let errors = made.coefficient_errors.unwrap_or_else(|| vec![f64::INFINITY]);
            note("coefficient error", errors.iter().fold(0.0, |most: f64, error| most.max(error.abs())));
            note("flips", made.flips.map_or(f64::NAN, |flips| flips as f64));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
