//! The four panels: loss and smallest singular value of the Jacobian over width and radius, in our regime and in the
//! regular one under the same ball.

use super::hidden_layer::HiddenLayer;
use super::trial::{ACTIVATION, Trial, best, half_decades};
use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_curvature::SingularRange;
use relulab_net::{Dataset, Shape, random_labels};
use relulab_train::{Mirrored, Trained};

/// The experiment.
pub struct Panels;

/// Radii of the ball; the largest is no constraint.
pub const RADII: [f64; 6] = [0.01, 0.1, 1.0, 10.0, 100.0, 1000.0];
/// Widths: 2n/d times ¼, ½, 1, 2 and 4.
pub const WIDTHS: [usize; 5] = [10, 20, 40, 80, 160];
/// The regimes by name: mirrored pairs, and plain descent.
pub const REGIMES: [&str; 2] = ["ours", "regular"];
/// Seed of the data and networks on which the size of steps is chosen.
pub(super) const SEARCH_SEED: u64 = 1 << 20;
/// Seeds of a cell whose final Jacobian is decomposed.
const DECOMPOSED: u64 = 3;

/// How much is spent on one cell.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// n.
    pub points: usize,
    /// d.
    pub dim: usize,
    /// Seeds of data and network.
    pub seeds: u64,
    /// Steps of the search for the size of steps, for each size.
    pub search: u64,
    /// Steps at the chosen size.
    pub steps: u64,
}

impl Size {
    /// At full scale the paper's size; else a fifth of points and inputs, so that widths stay.
    pub fn of(scale: Scale) -> Self {
        match scale {
            Scale::Quick => Self { points: 200, dim: 10, seeds: 2, search: 300, steps: 1200 },
            Scale::Full => Self { points: 1000, dim: 50, seeds: 5, search: 2500, steps: 8000 },
        }
    }

    /// Steps in all: a fifth of them at a tenth of the size.
    pub fn phases(self) -> [u64; 2] {
        [self.steps, self.steps / 4]
    }

    /// x ~ N(0, I), y ~ N(0, 1).
    ///
    /// # Errors
    /// None for a size with points and inputs.
    pub fn data(self, study_seed: u64, seed: u64) -> Result<Dataset, CheckError> {
        let mixed = study_seed.wrapping_mul(SEARCH_SEED << 1).wrapping_add(seed);
        random_labels(self.points, self.dim, mixed).map_err(CheckError::because)
    }

    /// The engine's size of steps, for the mean of squares, from one for half their sum.
    pub fn rate(self, for_sum: f64) -> f64 {
        for_sum * self.points as f64 / 2.0
    }
}

/// Sizes of steps that are tried, for half the sum of squares.
pub fn rates() -> Vec<f64> {
    half_decades(-10, -2)
}

/// The constraints of a regime by name.
pub fn regime(name: &str, radius: f64) -> Mirrored {
    let is_ours = name == REGIMES[0];
    Mirrored { begins_mirrored: is_ours, is_paired: is_ours, ..Mirrored::published(radius) }
}

/// The case of a cell.
pub fn case_of(width: usize, radius: f64, regime: &str) -> String {
    format!("width={width} radius={radius} regime={regime}")
}

impl Experiment for Panels {
    fn name(&self) -> &'static str {
        "panels"
    }

    fn question(&self) -> &'static str {
        "How far does the loss fall, and how singular is the Jacobian, over width and radius in both regimes?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let cell = |width: usize| {
            RADII.into_iter().flat_map(move |radius| REGIMES.map(|regime| case_of(width, radius, regime)))
        };
        WIDTHS.into_iter().rev().flat_map(cell).collect()
    }

    fn seconds(&self, job: &str, scale: Scale) -> f64 {
        let width: f64 = case::setting(job, "width").unwrap_or(40.0);
        scale.pick(0.01, 0.2) * width + scale.pick(0.05, 2.0)
    }

    fn run(&self, job: &str, context: &Context<'_>) -> Result<Readings, CheckError> {
        let size = Size::of(context.scale);
        let width: usize = case::setting(job, "width")?;
        let mirrored = regime(&case::setting::<String>(job, "regime")?, case::setting(job, "radius")?);
        let cell = Cell { size, mirrored, hidden: vec![width], decomposed: DECOMPOSED };
        let mut readings = Readings::default();
        let rate = cell.search(job, context, &mut readings)?;
        for seed in 0..size.seeds {
            cell.follow(job, context, rate, seed, &mut readings)?;
        }
        context.unless_cancelled(readings)
    }
}

/// One cell: a regime on data of one size.
pub(super) struct Cell {
    pub size: Size,
    pub mirrored: Mirrored,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Seeds whose final Jacobian is decomposed, where there is one hidden layer.
    pub decomposed: u64,
}

impl Cell {
    fn shape(&self) -> Result<Shape, CheckError> {
        Shape::new(self.size.dim, self.hidden.clone(), 1).map_err(CheckError::because)
    }

    /// The best size of steps on data and a network that are not used again; noted with what each size reached.
    pub fn search(&self, job: &str, context: &Context<'_>, readings: &mut Readings) -> Result<f64, CheckError> {
        let data = self.size.data(context.study_seed, SEARCH_SEED)?;
        let trial = Trial::descent(Some(self.mirrored), &data);
        let shape = self.shape()?;
        let mut scores = Vec::new();
        for (place, rate) in rates().into_iter().enumerate() {
            let run = trial.train(context, &shape, self.size.rate(rate), self.size.search, SEARCH_SEED)?;
            readings.push(job, place as u64, "search: step", rate);
            readings.push(job, place as u64, "search: loss", run.training_loss);
            scores.push((rate, run.training_loss));
        }
        let rate = best(&scores);
        readings.push(job, 0, "step", rate);
        Ok(rate)
    }

    /// Trains one seed on its own data and notes where it ends.
    pub fn follow(
        &self,
        job: &str,
        context: &Context<'_>,
        rate: f64,
        seed: u64,
        readings: &mut Readings,
    ) -> Result<(), CheckError> {
        let data = self.size.data(context.study_seed, seed)?;
        let shape = self.shape()?;
        let early = [0, self.size.steps / 100, self.size.steps / 10];
        let checkpoints = if seed == 0 { &early[..] } else { &early[..1] };
        let run = Trial::descent(Some(self.mirrored), &data).train_down(
            context,
            &shape,
            self.size.rate(rate),
            self.size.phases(),
            (seed, checkpoints),
        )?;
        let mut note = |quantity: &str, value: f64| readings.push(job, seed, quantity, value);
        if self.hidden.len() > 1 {
            note("loss", run.training_loss);
            note("stationarity", run.stationarity.unwrap_or(f64::NAN) * self.size.points as f64 / 2.0);
            return Ok(());
        }
        self.note_end(&data, &shape, &run, rate, &mut note);
        let all = run.checkpoints.iter().map(|(step, parameters)| (format!(" at {step}"), parameters));
        for (when, parameters) in all.chain([(String::new(), &run.parameters)]) {
            let Some(layer) = HiddenLayer::of(&shape, ACTIVATION, parameters) else { continue };
            note(&format!("loss{when}"), layer.loss(&data));
            if seed < self.decomposed
                && (seed == 0 || when.is_empty())
                && parameters.iter().all(|value| value.is_finite())
            {
                let range = SingularRange::of(&layer.jacobian(&data), data.n_points(), layer.inputs.len());
                let range = range.map_err(CheckError::because)?;
                let is_wide = layer.inputs.len() >= data.n_points();
                note(&format!("lambda_min{when}"), if is_wide { range.smallest } else { 0.0 });
                note(&format!("sigma_min{when}"), range.smallest);
                note(&format!("sigma_max{when}"), range.largest);
            }
            context.unless_cancelled(())?;
        }
        Ok(())
    }

    /// Stationarity, distance and output weights at the end.
    fn note_end(
        &self,
        data: &Dataset,
        shape: &Shape,
        run: &Trained,
        rate: f64,
        note: &mut impl FnMut(&str, f64),
    ) -> Option<()> {
        let centre = HiddenLayer::of(shape, ACTIVATION, &run.checkpoints.first()?.1)?.inputs;
        let layer = HiddenLayer::of(shape, ACTIVATION, &run.parameters)?;
        let radius = self.mirrored.radius.unwrap_or(f64::INFINITY);
        note("stationarity", layer.stationarity(data, &centre, &self.mirrored, rate));
        note("distance", layer.distance(&centre));
        note("distance by radius", layer.distance(&centre) / radius);
        let sizes = || layer.outputs.iter().map(|v| v.abs());
        let (least, most) = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
        note("least output weight", least);
        note("largest output weight", most);
        Some(())
    }
}
