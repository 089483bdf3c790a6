//! What has become of each network of a group: in training, diverged, stopped or interrupted.

use crate::lanes::{Element, Simd};
use crate::population::{Outcome, Trained};
use crate::recipe::Recipe;
use crate::start::Start;
use crate::trainee::Trainee;
use crate::watch::{Look, Watcher};

/// The results of a group as they come about, one per lane.
pub(crate) struct Ledger<'a> {
    recipe: &'a Recipe,
    trained: Vec<Trained>,
    /// Lanes in use, one bit each.
    all: u32,
    /// Lanes whose loss was no number.
    diverged: u32,
    /// Lanes that a watcher stopped.
    stopped: u32,
    wants_state: bool,
    /// Whether a network that diverges is taken as it is then, so that it does not depend on when the others end.
    freezes_diverged: bool,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(recipe: &'a Recipe, starts: &[Start], wants_state: bool, is_watched: bool) -> Self {
        let trained = |start: &Start| Trained {
            seed: start.seed,
            outcome: Outcome::Finished,
            parameters: Vec::new(),
            steps: recipe.steps,
            training_loss: f64::NAN,
            checkpoints: Vec::new(),
            state: None,
            stationarity: None,
        };
        Self {
            recipe,
            trained: starts.iter().map(trained).collect(),
            all: u32::MAX >> (32 - starts.len()),
            diverged: 0,
            stopped: 0,
            wants_state,
            freezes_diverged: is_watched,
        }
    }

    /// Whether no network is in training any more.
    pub(crate) fn all_ended(&self) -> bool {
        self.diverged | self.stopped == self.all
    }

    /// Whether the network of a lane is as it will be.
    fn is_frozen(&self, lane: usize) -> bool {
        let frozen = self.stopped | if self.freezes_diverged { self.diverged } else { 0 };
        frozen >> lane & 1 == 1
    }

    /// Notes networks whose loss in this step (from 0) is the first that is not a number.
    #[inline(always)]
    pub(crate) fn end_diverged<V: Simd>(&mut self, step: u64, loss: V, trainee: &impl Trainee<V>) {
        // A finite number minus itself is 0; infinities and NaN give NaN, which is not greater than −1.
        let finite = V::mask_bits(loss.sub(loss).gt(V::constant(-1.0)));
        let broken = !finite & self.all & !self.diverged & !self.stopped;
        if broken == 0 {
            return;
        }
        for lane in bits(broken) {
            let one = &mut self.trained[lane];
            one.outcome = Outcome::Diverged { step: step + 1 };
            one.steps = step;
            one.training_loss = loss.lane(lane).to_f64();
            if self.freezes_diverged {
                self.take(lane, trainee);
            }
        }
        self.diverged |= broken;
    }

    /// Notes the losses of the last step.
    #[inline(always)]
    pub(crate) fn note_last_step<V: Simd>(&mut self, step: u64, loss: V) {
        if step + 1 == self.recipe.steps {
            for lane in bits(self.all & !self.diverged & !self.stopped) {
                self.trained[lane].training_loss = loss.lane(lane).to_f64();
            }
        }
    }

    /// Keeps the parameters after so many steps where the recipe asks for them.
    pub(crate) fn keep_checkpoint<V: Simd>(&mut self, completed: u64, trainee: &impl Trainee<V>) {
        if self.recipe.checkpoints.contains(&completed) {
            for lane in bits(self.all).filter(|&lane| !self.is_frozen(lane)).collect::<Vec<_>>() {
                self.trained[lane].checkpoints.push((completed, trainee.parameters(lane)));
            }
        }
    }

    /// Shows the networks in training to a watcher and takes those that it stops.
    pub(crate) fn end_stopped<V: Simd>(
        &mut self,
        completed: u64,
        loss: V,
        trainee: &impl Trainee<V>,
        watcher: &mut dyn Watcher,
    ) {
        let look = |lane: usize| Look {
            place: lane,
            seed: self.trained[lane].seed,
            parameters: trainee.parameters(lane),
            training_loss: loss.lane(lane).to_f64(),
        };
        let looks: Vec<Look> = bits(self.all & !self.diverged & !self.stopped).map(look).collect();
        let answers = watcher.stops(completed, &looks);
        for (look, _) in looks.into_iter().zip(answers).filter(|(_, stops)| *stops) {
            let lane = look.place;
            self.take(lane, trainee);
            let one = &mut self.trained[lane];
            one.outcome = Outcome::Stopped { step: completed };
            one.steps = completed;
            one.training_loss = look.training_loss;
            self.stopped |= 1 << lane;
        }
    }

    /// Notes that everything still in training is broken off.
    pub(crate) fn interrupt(&mut self, completed: u64) {
        for lane in bits(self.all & !self.stopped) {
            self.trained[lane].outcome = Outcome::Interrupted { step: completed };
            self.trained[lane].steps = completed;
        }
    }

    /// The results.
    pub(crate) fn finish<V: Simd>(mut self, trainee: &impl Trainee<V>) -> Vec<Trained> {
        for lane in bits(self.all) {
            if !self.is_frozen(lane) {
                self.take(lane, trainee);
            }
        }
        self.trained
    }

    /// Takes the network of a lane as it is now.
    fn take<V: Simd>(&mut self, lane: usize, trainee: &impl Trainee<V>) {
        self.trained[lane].parameters = trainee.parameters(lane);
        self.trained[lane].state = self.wants_state.then(|| trainee.state(lane));
        self.trained[lane].stationarity = trainee.stationarity();
    }
}

/// Places of the bits that are set.
fn bits(mask: u32) -> impl Iterator<Item = usize> {
    (0..32).filter(move |lane| mask >> lane & 1 == 1)
}
