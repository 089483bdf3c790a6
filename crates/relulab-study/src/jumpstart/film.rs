//! A film of the training of one network: its scores every few epochs, and a census of its units now and then.

use super::task::{Score, Task};
use super::way::Way;
use crate::check::{CheckError, Context};
use relulab_net::{Network, Shape};
use relulab_train::{LayerCensus, Look, Networks, Observer, Outcome, Recipe, VectorUnit, Watcher, train};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Epochs between two looks at a network in training: 201 looks in 5,000 epochs, with the start and the end.
pub const EVERY: u64 = 25;
/// Looks that are developed together, so that they fill the lanes of the vector unit.
const DEVELOPED: usize = 16;

/// The scores after some epoch, on the points to train on and to validate on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Epochs done.
    pub epoch: u64,
    /// Training and validation.
    pub scores: [Score; 2],
}

/// What was seen of one network.
#[derive(Clone, Debug)]
pub struct Film {
    /// Its seed.
    pub seed: u64,
    /// Its scores at epochs 0, [`EVERY`], … and at the end, as far as it was trained.
    pub frames: Vec<Frame>,
    /// What its units and the training points did, by epoch.
    pub censuses: Vec<(u64, Vec<LayerCensus>)>,
    /// The first epoch whose loss was not a finite number.
    pub diverged: Option<u64>,
    /// Networks that are not developed yet.
    pending: Vec<(u64, Network)>,
}

/// Who films: a way to train a shape on a task, and the epochs at which units are counted.
pub struct Camera<'a> {
    task: &'a Task,
    way: &'a Way,
    shape: &'a Shape,
    recipe: Recipe,
    counted: &'a [u64],
}

impl<'a> Camera<'a> {
    /// A camera for networks of a shape; units are counted at the start, at the end, and at these epochs, multiples of
    /// [`EVERY`].
    pub fn new(task: &'a Task, way: &'a Way, shape: &'a Shape, epochs: u64, counted: &'a [u64]) -> Self {
        Self { task, way, shape, recipe: way.recipe(task, epochs), counted }
    }

    /// Trains and films networks of these seeds.
    ///
    /// # Errors
    /// When the way does not fit the shape, or the run is to stop.
    pub fn films(&self, seeds: &[u64], context: &Context<'_>) -> Result<Vec<Film>, CheckError> {
        let set = Set { camera: self, context, films: Mutex::new(BTreeMap::new()) };
        let trained = train(&self.recipe, self.shape, context.study_seed, seeds, context.unit, &set);
        let trained = context.unless_cancelled(trained.map_err(CheckError::because)?)?;
        let mut filmed = set.films.into_inner().unwrap_or_else(PoisonError::into_inner);
        let films = trained.into_iter().map(|one| {
            let mut film = self.opening(&one.checkpoints, one.seed, context.unit);
            let rest = filmed.remove(&one.seed);
            let Film { frames, censuses, pending, .. } = rest.unwrap_or_else(|| Film::new(one.seed));
            film.frames.extend(frames);
            film.censuses.extend(censuses);
            film.pending.extend(pending);
            let end = match one.outcome {
                Outcome::Diverged { step } => {
                    film.diverged = Some(step);
                    step
                }
                _ => one.steps,
            };
            self.shoot(&mut film, end, &one.parameters, true);
            self.develop(&mut film, context.unit);
            film
        });
        Ok(films.collect())
    }

    /// The film's first frame, from the checkpoint at the start.
    fn opening(&self, checkpoints: &[(u64, Vec<f64>)], seed: u64, unit: VectorUnit) -> Film {
        let mut film = Film::new(seed);
        for (epoch, parameters) in checkpoints {
            self.shoot(&mut film, *epoch, parameters, true);
        }
        self.develop(&mut film, unit);
        film
    }

    /// Notes the network after an epoch; one that is not finite names class 0 everywhere and has no census.
    fn shoot(&self, film: &mut Film, epoch: u64, parameters: &[f64], counts: bool) {
        let inputs = self.task.training_inputs();
        match self.way.regime.unroll(self.shape, self.way.activation, parameters, inputs) {
            Ok(unrolled) => {
                if counts {
                    film.censuses.push((epoch, unrolled.census(inputs)));
                }
                film.pending.push((epoch, unrolled.network));
            }
            Err(_) => {
                let silent = vec![f64::NAN; self.task.inputs().len() / self.shape.input_dim()];
                film.frames.push(Frame { epoch, scores: self.task.scores(&silent) });
            }
        }
    }

    /// Scores the networks that are pending.
    fn develop(&self, film: &mut Film, unit: VectorUnit) {
        let Some((_, first)) = film.pending.first() else { return };
        let parameters: Vec<&[f64]> = film.pending.iter().map(|(_, network)| network.parameters()).collect();
        let networks = Networks { shape: first.shape(), activation: first.activation(), parameters: &parameters };
        let outputs = networks.outputs(self.task.inputs(), unit);
        let frames = film.pending.iter().zip(outputs);
        let frames = frames.map(|((epoch, _), outputs)| Frame { epoch: *epoch, scores: self.task.scores(&outputs) });
        film.frames.extend(frames.collect::<Vec<_>>());
        film.frames.sort_by_key(|frame| frame.epoch);
        film.pending.clear();
    }
}

impl Film {
    fn new(seed: u64) -> Self {
        Self { seed, frames: Vec::new(), censuses: Vec::new(), diverged: None, pending: Vec::new() }
    }

    /// The last frame.
    pub fn last(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// The first frame with the best accuracy on a part of the points: 0 those to train on, 1 those to validate on.
    pub fn best(&self, part: usize) -> Option<&Frame> {
        self.frames.iter().rev().max_by(|a, b| a.scores[part].accuracy.total_cmp(&b.scores[part].accuracy))
    }

    /// The smallest loss on a part of the points.
    pub fn least_loss(&self, part: usize) -> f64 {
        self.frames.iter().map(|frame| frame.scores[part].loss).fold(f64::INFINITY, f64::min)
    }
}

/// Hands every network in training to the camera.
struct Set<'a> {
    camera: &'a Camera<'a>,
    context: &'a Context<'a>,
    films: Mutex<BTreeMap<u64, Film>>,
}

impl Observer for Set<'_> {
    fn may_go_on(&self) -> bool {
        self.context.may_go_on()
    }

    fn watcher(&self, _seeds: &[u64]) -> Option<Box<dyn Watcher + '_>> {
        Some(Box::new(Reel(self)))
    }
}

/// Films the networks of one group; stops none.
struct Reel<'a>(&'a Set<'a>);

impl Watcher for Reel<'_> {
    fn every(&self) -> u64 {
        EVERY
    }

    fn stops(&mut self, step: u64, looks: &[Look]) -> Vec<bool> {
        let Set { camera, context, films } = self.0;
        for look in looks {
            let take = |seed| films.lock().unwrap_or_else(PoisonError::into_inner).remove(&seed);
            // Out of the map while it is worked on, so that others need not wait.
            let mut film = take(look.seed).unwrap_or_else(|| Film::new(look.seed));
            camera.shoot(&mut film, step, &look.parameters, camera.counted.contains(&step));
            if film.pending.len() >= DEVELOPED {
                camera.develop(&mut film, context.unit);
            }
            films.lock().unwrap_or_else(PoisonError::into_inner).insert(look.seed, film);
        }
        vec![false; looks.len()]
    }
}
