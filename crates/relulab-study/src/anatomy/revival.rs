//! Dead units drawn anew in the middle of training: does it help, and do they die again?

use super::case;
use super::gauge::{DEAD, Gauge, LOSSES};
use super::setting::{LONG, SHORT};
use super::snapshot::Snapshot;
use super::surgery::{Outgoing, hidden_units, redraw, reset_state};
use super::task::{TASKS, Task};
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_net::Shape;
use relulab_train::{Start, Trained};

/// Steps after revival at which units are looked at; the last ends the training, and losses are measured there.
pub const AFTER: [u64; 4] = [0, 500, 1000, LAST];
/// Steps of training after revival.
pub const LAST: u64 = 2000;
/// Steps before revival.
pub const STARTS: [u64; 2] = [SHORT, LONG];
/// Dead units at the start, which the arms other than the control revive.
pub const REVIVED: &str = "revived";
/// Share of them that are dead at the moment.
pub const DEAD_AGAIN: &str = "share of revived dead";
/// Units that were alive at the start and are dead at the moment.
pub const NEWLY_DEAD: &str = "dead 1000 alive at start";
/// The shapes, each with its tasks; the first is the paper's, the second has two layers.
const SHAPES: [(&str, &[Task]); 2] = [("16", &TASKS), ("8,8", &[TASKS[2]])];

/// What is done to the weights of dead units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Nothing: the control.
    Control,
    /// Incoming weights, bias and outgoing weights are drawn as at initialisation.
    Drawn,
    /// Incoming weights and bias are drawn, outgoing weights are 0: the function is unchanged.
    Silent,
}

/// What is done to the state of the optimiser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Kept,
    /// The moments of the revived units' parameters are set to 0.
    Reset,
    /// Training begins with a new optimiser.
    Fresh,
}

/// All arms; the gain of an arm is over the control with its optimiser (kept for reset, fresh for fresh).
pub const ARMS: [(Weights, State); 8] = [
    (Weights::Control, State::Kept),
    (Weights::Control, State::Fresh),
    (Weights::Drawn, State::Kept),
    (Weights::Drawn, State::Reset),
    (Weights::Drawn, State::Fresh),
    (Weights::Silent, State::Kept),
    (Weights::Silent, State::Reset),
    (Weights::Silent, State::Fresh),
];

/// The experiment.
pub struct Revival;

/// The case of an arm at a moment.
pub fn case_of(shape: &str, task: Task, start: u64, (weights, state): (Weights, State), after: u64) -> String {
    let weights = match weights {
        Weights::Control => "control",
        Weights::Drawn => "drawn",
        Weights::Silent => "silent",
    };
    let state = match state {
        State::Kept => "kept",
        State::Reset => "reset",
        State::Fresh => "fresh",
    };
    format!("shape={shape} {} start={start} arm={weights} state={state} after={after}", task.words())
}

/// The case of all networks when training is interrupted, with and without dead units.
pub fn start_case_of(shape: &str, task: Task, start: u64) -> String {
    format!("shape={shape} {} start={start}", task.words())
}

/// The quantity 1 − loss / loss of the control, by seed: the improvement.
pub fn gain(loss: &str) -> String {
    format!("gain {loss}")
}

impl Experiment for Revival {
    fn name(&self) -> &'static str {
        "revival"
    }

    fn question(&self) -> &'static str {
        "Does drawing dead units anew lower the loss against a control, and do they die again?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let of = |(shape, tasks): &(&str, &[Task])| -> Vec<String> {
            let starts = |task: &Task| STARTS.map(|start| start_case_of(shape, *task, start));
            tasks.iter().flat_map(starts).collect()
        };
        SHAPES.iter().flat_map(of).collect()
    }

    fn seconds(&self, _job: &str, scale: Scale) -> f64 {
        scale.pick(0.1, 1.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let task = Task::of(job)?;
        let hidden: String = case::setting(job, "shape")?;
        let start: u64 = case::setting(job, "start")?;
        let before = task.setting(start)?;
        let shape = before.shape(&hidden)?;
        let trained = before.train(&shape, context.scale.pick(16, 128), context)?;
        let gauge = Gauge::new(&before, context)?;
        let mut readings = Readings::default();
        let snapshot = Snapshot::after(start, &shape, before.activation, &trained);
        gauge.note(job, &snapshot, &mut readings);
        let dead = gauge.dead(&snapshot);
        let patients: Vec<Patient<'_>> = trained
            .iter()
            .filter(|one| snapshot.seeds.contains(&one.seed))
            .zip(&dead)
            .filter(|(_, dead)| dead.contains(&true))
            .map(|(trained, dead)| Patient { trained, dead })
            .collect();
        if patients.is_empty() {
            return context.unless_cancelled(readings);
        }
        let mut setting = task.setting(start + LAST)?;
        setting.checkpoints = AFTER.map(|after| start + after).to_vec();
        for arm in ARMS {
            let starts: Vec<Start> =
                patients.iter().map(|patient| patient.start(&shape, start, arm, context)).collect();
            let trained = context.train_from(&setting.recipe(), &shape, &starts)?;
            for after in AFTER {
                let case = case_of(&hidden, task, start, arm, after);
                let snapshot = Snapshot::after(start + after, &shape, setting.activation, &trained);
                note_units(&case, &gauge, &snapshot, &patients, &mut readings);
                if after == LAST {
                    let control = (Weights::Control, if arm.1 == State::Fresh { State::Fresh } else { State::Kept });
                    let control = case_of(&hidden, task, start, control, after);
                    note_losses(&case, &control, &gauge, &snapshot, &mut readings);
                }
            }
        }
        context.unless_cancelled(readings)
    }
}

/// A network with dead units.
struct Patient<'a> {
    trained: &'a Trained,
    dead: &'a [bool],
}

impl Patient<'_> {
    /// Where an arm goes on from.
    fn start(
        &self,
        shape: &Shape,
        steps_done: u64,
        (weights, state): (Weights, State),
        context: &Context<'_>,
    ) -> Start {
        let seed = self.trained.seed;
        let mut parameters = self.trained.parameters.clone();
        let mut kept = if state == State::Fresh { None } else { self.trained.state.clone() };
        for unit in hidden_units(shape).filter(|unit| self.dead[unit.place]) {
            let outgoing = match weights {
                Weights::Control => continue,
                Weights::Drawn => Outgoing::Drawn,
                Weights::Silent => Outgoing::Zero,
            };
            redraw(&mut parameters, &unit, outgoing, [context.study_seed, seed]);
            if let (State::Reset, Some(kept)) = (state, &mut kept) {
                reset_state(kept, &unit);
            }
        }
        Start { seed, parameters: Some(parameters), steps_done, state: kept }
    }
}

/// Notes what has become of the units that were dead at the start, and of the others.
fn note_units(case: &str, gauge: &Gauge, snapshot: &Snapshot<'_>, patients: &[Patient<'_>], readings: &mut Readings) {
    for (&seed, now) in snapshot.seeds.iter().zip(gauge.dead(snapshot)) {
        let Some(patient) = patients.iter().find(|patient| patient.trained.seed == seed) else { continue };
        let count = |holds: &dyn Fn(bool, bool) -> bool| {
            patient.dead.iter().zip(&now).filter(|(then, now)| holds(**then, **now)).count() as f64
        };
        let revived = count(&|then, _| then);
        readings.push(case, seed, REVIVED, revived);
        readings.push(case, seed, DEAD, count(&|_, now| now));
        readings.push(case, seed, DEAD_AGAIN, count(&|then, now| then && now) / revived);
        readings.push(case, seed, NEWLY_DEAD, count(&|then, now| !then && now));
    }
}

/// Notes the losses, and the gain over the control by seed.
fn note_losses(case: &str, control: &str, gauge: &Gauge, snapshot: &Snapshot<'_>, readings: &mut Readings) {
    for (&seed, losses) in snapshot.seeds.iter().zip(gauge.losses(snapshot)) {
        LOSSES.iter().zip(losses).for_each(|(name, loss)| readings.push(case, seed, name, loss));
    }
    for loss in LOSSES {
        let controls: Vec<(u64, f64)> = readings.values(control, loss).collect();
        let ours: Vec<(u64, f64)> = readings.values(case, loss).collect();
        for (seed, value) in ours {
            if let Some((_, reference)) = controls.iter().find(|(other, _)| *other == seed) {
                readings.push(case, seed, &gain(loss), 1.0 - value / reference);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anatomy::setting::Setting;
    use crate::anatomy::testing::context_of;

    /// The same training without an interruption, all of its networks.
    fn uninterrupted(task: Task, hidden: &str, steps: u64, context: &Context<'_>) -> (Setting, Shape, Vec<Trained>) {
        let setting = task.setting(steps).unwrap();
        let shape = setting.shape(hidden).unwrap();
        let trained = setting.train(&shape, 16, context).unwrap();
        (setting, shape, trained)
    }

    #[test]
    fn the_control_is_the_uninterrupted_run_and_silent_units_change_nothing() {
        context_of(Scale::Quick, |context| {
            let task = TASKS[2];
            let readings = Revival.run(&start_case_of("16", task, SHORT), context).unwrap();
            let control = case_of("16", task, SHORT, ARMS[0], LAST);
            let (setting, shape, trained) = uninterrupted(task, "16", SHORT + LAST, context);
            let gauge = Gauge::new(&setting, context).unwrap();
            let losses = gauge.losses(&Snapshot::after(SHORT + LAST, &shape, setting.activation, &trained));
            let controls: Vec<(u64, f64)> = readings.values(&control, LOSSES[0]).collect();
            assert!(controls.len() > 4);
            for (seed, loss) in controls {
                assert_eq!(loss, losses[seed as usize][0]);
            }
            assert!(readings.sample(&control, &gain(LOSSES[0])).values().iter().all(|gain| *gain == 0.0));
            // Revived units live at first, so some of the gains differ from 0.
            let drawn = case_of("16", task, SHORT, ARMS[3], 500);
            assert!(readings.sample(&drawn, DEAD_AGAIN).mean().unwrap() < 1.0);

            let (_, shape, trained) = uninterrupted(task, "16", SHORT, context);
            let before = Snapshot::after(SHORT, &shape, setting.activation, &trained);
            let dead = gauge.dead(&before);
            let patient = (0..16).find(|&k| dead[k].contains(&true)).unwrap();
            let patient = Patient { trained: &trained[patient], dead: &dead[patient] };
            let silent = patient.start(&shape, SHORT, ARMS[6], context);
            let drawn = patient.start(&shape, SHORT, ARMS[3], context);
            let loss_of = |start: &Start| {
                let parameters = vec![start.parameters.as_deref().unwrap()];
                let one = Snapshot { shape: &shape, activation: setting.activation, seeds: vec![0], parameters };
                gauge.losses(&one)[0][2]
            };
            let control = patient.start(&shape, SHORT, ARMS[0], context);
            assert!((loss_of(&silent) / loss_of(&control) - 1.0).abs() < 1e-3);
            assert_ne!(loss_of(&drawn), loss_of(&control));
        });
    }
}
