//! `relulab train`: many seeds of one shape, their networks kept.

mod census;
mod data;
mod document;
mod examiner;
mod folder;
mod kept;
mod plan;
mod population;
mod progress;
mod search;
mod table;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::setting::{Setting, SettingArguments};
use crate::terminal::say;
use crate::{interrupt, json};
use clap::Args;
use data::DataArguments;
use document::Document;
use examiner::{DataExaminer, Examiner};
use folder::{Folder, RESULTS};
use plan::TrainPlan;
use population::{Ending, Population};
use relulab_net::{Loss, Sampler, Shape, ShapeError, Target};
use relulab_study::Measurer;
use relulab_study::plan::MAX_SEEDS;
use relulab_study::trace::{StopPoints, StopRule};
use relulab_train::{Batching, Regime, TrainingData, VectorUnit};
use search::{Rates, Search};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where folders go that are named after their plans.
const DEFAULT_PARENT: &str = "relulab-out";

/// What `relulab train` is asked.
#[derive(Args, Debug)]
#[group(id = "subject", required = true, multiple = false, args = ["target", "data"])]
pub struct Arguments {
    /// Hidden widths, first layer first, or "linear" for none.
    #[arg(long, value_name = "5,7,4", allow_hyphen_values = true)]
    shape: String,
    /// Learn a function: linear, absolute, quadratic, interaction, sine, step, bump, or a formula such as
    /// "sin(3*x1) + x2^2".
    #[arg(long, value_name = "TARGET", allow_hyphen_values = true)]
    target: Option<String>,
    /// Number of inputs of the target [default: 1].
    #[arg(long, value_name = "D", conflicts_with = "data", allow_negative_numbers = true)]
    input_dim: Option<usize>,
    #[command(flatten)]
    data: DataArguments,
    #[command(flatten)]
    setting: SettingArguments,
    /// What networks are made of and how their parameters move: standard, samples (as standard, fast for few seeds of
    /// deep shapes), convolution, batch_norm, residual, jumpstart or mirrored, joined by +, with settings as in
    /// jumpstart:axes=both,aggregation=sum_of_squares,ties=average,margin=1,weight=1e-4,outputs=no or
    /// mirrored:radius=10,ratio=1,smallest=0.001,begin=yes,pairs=yes. Networks are kept as dense ones.
    #[arg(long, value_name = "REGIME", default_value = "standard", allow_hyphen_values = true)]
    regime: Regime,
    /// Find the step size first: train four networks that are not kept with each of these, and take the one whose median
    /// loss is least (under N(0,1) for a target, on the points trained on for data). "auto" is 0.0001 to 1, two a decade.
    #[arg(long, value_name = "auto|0.001,0.01,…", conflicts_with = "learning_rate", allow_hyphen_values = true)]
    search_rate: Option<Rates>,
    /// Steps of each network of the search [default: those of training, at most 1000].
    #[arg(long, value_name = "N", requires = "search_rate", value_parser = clap::value_parser!(u64).range(1..))]
    search_steps: Option<u64>,
    /// While training, tell on stderr every N steps how many units, points and layers are dead or linear, and keep it with
    /// the networks.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    census: Option<u64>,
    /// Train seeds 0 to K less 1.
    #[arg(long, value_name = "K", default_value_t = 16, allow_negative_numbers = true)]
    seeds: u64,
    /// Also keep the networks after these numbers of steps; 0 is the start.
    #[arg(long, value_name = "0,100,…", value_delimiter = ',', allow_negative_numbers = true)]
    checkpoints: Vec<u64>,
    /// When a network stops before its last step: none, loss (no better on fixed points for a while) or spectrum (the
    /// number of steep eigenvalues stands still), with settings as in loss:every=25,patience=20,margin=0.01 or
    /// spectrum:every=25,window=4,threshold=0.1.
    #[arg(long, value_name = "RULE", default_value = "none")]
    stop: StopRule,
    /// Folder for the networks [default: a folder named after the plan, in ./relulab-out].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Finish what an interrupted run of the same plan left.
    #[arg(long)]
    resume: bool,
}

/// Runs the command.
///
/// # Errors
/// Bad input, or Ctrl-C.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    let unit = globals.unit()?;
    globals.start_threads()?;
    let (mut plan, mut population) = resolve(arguments, globals.seed, unit)?;
    arguments.search(&mut plan, &mut population)?;
    let path = arguments.out.clone().unwrap_or_else(|| Path::new(DEFAULT_PARENT).join(plan.folder_name()));
    let document = match existing(&path, &plan, arguments.resume)? {
        Some(document) => document,
        None => complete(&path, &plan, &population)?,
    };
    if arguments.census.is_some() && document.networks.iter().all(|entry| entry.census.is_empty()) {
        say("--census: nothing was looked at; networks that are done already, without a census, stay so");
    }
    let document = document.located(&path);
    if globals.json {
        return json::print(&document);
    }
    match std::io::stdout().write_all(table::of(&document, &population.kept_shape()?).as_bytes()) {
        // That nobody reads to the end is no failure.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::at("stdout", error)),
        _ => Ok(()),
    }
}

/// Makes every choice and checks it; nothing is written.
fn resolve(arguments: &Arguments, seed: u64, unit: VectorUnit) -> Result<(TrainPlan, Population), Failure> {
    if !(1..=MAX_SEEDS).contains(&arguments.seeds) {
        return Err(Failure::at("--seeds", format!("{}: expected 1 to {MAX_SEEDS}", arguments.seeds)));
    }
    let (plan, population) = match &arguments.data.data {
        Some(path) => arguments.on_data(path, seed, unit)?,
        None => arguments.on_target(arguments.target.as_deref().unwrap_or_default(), seed, unit)?,
    };
    population.check()?;
    refuse_without_memory(&population.shape, arguments.seeds, unit)?;
    population.stopper()?;
    Ok((plan, population))
}

/// Refuses a shape whose groups in training would not fit into memory.
fn refuse_without_memory(shape: &Shape, seeds: u64, unit: VectorUnit) -> Result<(), Failure> {
    let lanes = unit.f32_lanes() as u64;
    let groups = seeds.div_ceil(lanes).min(rayon::current_num_threads() as u64);
    // Parameters, gradients and two moments in vectors of f32 (half as many lanes in f64), and the results in f64.
    let per_parameter = lanes * (4 * size_of::<f32>() + size_of::<f64>()) as u64;
    let needed = shape.n_params() as u64 * per_parameter * groups;
    match crate::machine::available_memory() {
        Some(available) if needed > available => {
            let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
            let message = format!(
                "{} parameters need about {:.1} GiB in training, and {:.1} GiB are free: expected a smaller shape{}",
                shape.n_params(),
                gib(needed),
                gib(available),
                if groups > 1 { ", or --threads 1" } else { "" }
            );
            Err(Failure::at("--shape", message))
        }
        _ => Ok(()),
    }
}

impl Arguments {
    /// Finds the step size, if that was asked for, and puts it into plan and population. What the folder named with --out
    /// has found already is not looked for again.
    fn search(&self, plan: &mut TrainPlan, population: &mut Population) -> Result<(), Failure> {
        let Some(rates) = &self.search_rate else { return Ok(()) };
        let mut search = Search::new(rates, self.search_steps, plan.setting.steps, plan.deciding());
        let there = self.out.as_deref().map(Folder::plan_in).transpose()?.flatten();
        let same = there.and_then(|there| {
            let found = there.search.clone().filter(|found| found.asks_the_same(&search))?;
            let rate = found.best()?.0;
            let setting =
                Setting { optimiser: search::with_rate(plan.setting.optimiser, rate), ..plan.setting.clone() };
            // Whatever else differs may decide another step size.
            let here = TrainPlan { setting, search: Some(found.clone()), ..plan.clone() };
            here.differences(&there).is_empty().then_some(found)
        });
        match same {
            Some(found) => search = found,
            None => search.run(population, plan.study_seed)?,
        }
        search.warn_at_the_edge();
        let (rate, _) = search.best().ok_or_else(|| Failure::at("--search-rate", "nothing was found"))?;
        let optimiser = search::with_rate(plan.setting.optimiser, rate);
        (plan.setting.optimiser, population.recipe.optimiser) = (optimiser, optimiser);
        plan.search = Some(search);
        Ok(())
    }

    /// A population that learns the data file at `path`.
    fn on_data(&self, path: &Path, seed: u64, unit: VectorUnit) -> Result<(TrainPlan, Population), Failure> {
        let data = self.data.read(path, self.setting.loss(), seed)?;
        let shape = self.shape(data.input_dim, data.output_dim, "--data")?;
        let setting = self.setting(data.loss, false)?;
        let plan = TrainPlan { data: Some(data.file.clone()), ..self.plan(&shape, setting, seed)? };
        let points = Arc::new(data.train.clone());
        let batching = plan.setting.batch.map_or(Batching::Full, Batching::Shuffled);
        let training = TrainingData::Fixed { points: Arc::clone(&points), batching };
        let recipe = plan.setting.recipe(training, plan.checkpoints.clone());
        let stop_points = StopPoints::of_data(&points, data.loss);
        let examiner = Examiner::Data(DataExaminer::new(data, points, plan.setting.activation, unit));
        Ok((plan, Population { shape, recipe, examiner, unit, stop: self.stop, stop_points, census: self.census }))
    }

    /// A population that learns the target called or written `text`.
    fn on_target(&self, text: &str, seed: u64, unit: VectorUnit) -> Result<(TrainPlan, Population), Failure> {
        if let Some(option) = self.data.stray() {
            return Err(Failure::at(option, "it needs --data"));
        }
        let input_dim = self.input_dim.unwrap_or(1);
        let shape = self.shape(input_dim, 1, "--input-dim")?;
        let loss = self.setting.loss().unwrap_or(Loss::Mse);
        if loss.is_classification() {
            return Err(Failure::at("--loss", format!("{loss}: a target has no classes; it needs --data")));
        }
        let setting = self.setting(loss, true)?;
        let target = Target::parse(text, input_dim).map_err(|error| Failure::at("--target", error))?;
        let plan = TrainPlan { target: Some(target.name().to_owned()), ..self.plan(&shape, setting, seed)? };
        let training = TrainingData::Fresh {
            sampler: plan.setting.sampler.unwrap_or(Sampler::Normal),
            formula: target.formula().clone(),
            batch: plan.setting.batch.unwrap_or_default(),
        };
        let recipe = plan.setting.recipe(training, plan.checkpoints.clone());
        let no_points = |error| Failure::at("--input-dim", error);
        let stop_points = StopPoints::of_target(&target, loss).map_err(no_points)?;
        let measurer = Measurer::new(&target, plan.setting.activation, unit).map_err(no_points)?;
        let examiner = Examiner::Target(Box::new(measurer));
        Ok((plan, Population { shape, recipe, examiner, unit, stop: self.stop, stop_points, census: self.census }))
    }

    /// How networks are trained.
    fn setting(&self, loss: Loss, fresh: bool) -> Result<Setting, Failure> {
        Ok(Setting { regime: self.regime.clone(), ..self.setting.resolve(loss, fresh)? })
    }

    /// The plan, without what is learnt.
    fn plan(&self, shape: &Shape, setting: Setting, study_seed: u64) -> Result<TrainPlan, Failure> {
        Ok(TrainPlan {
            input_dim: shape.input_dim(),
            shape: shape.hidden().to_vec(),
            output_dim: shape.output_dim(),
            target: None,
            data: None,
            seeds: self.seeds,
            study_seed,
            checkpoints: self.checkpoints(setting.steps)?,
            setting,
            stop: self.stop,
            search: None,
        })
    }

    /// The shape; `dims` names the option that its outer widths come from.
    fn shape(&self, input_dim: usize, output_dim: usize, dims: &str) -> Result<Shape, Failure> {
        Shape::parse_hidden(&self.shape, input_dim, output_dim).map_err(|error| match error {
            ShapeError::InputDim(_) | ShapeError::OutputDim(_) => Failure::at(dims, error),
            _ => Failure::at("--shape", error),
        })
    }

    /// The checkpoints, ascending, each once.
    fn checkpoints(&self, steps: u64) -> Result<Vec<u64>, Failure> {
        let mut checkpoints = self.checkpoints.clone();
        checkpoints.sort_unstable();
        checkpoints.dedup();
        match checkpoints.last() {
            Some(&last) if last > steps => {
                Err(Failure::at("--checkpoints", format!("{last}: training ends after {steps} steps")))
            }
            _ => Ok(checkpoints),
        }
    }
}

/// The document of a folder that holds this plan, finished.
///
/// # Errors
/// When the folder holds another plan, or this one unfinished and nobody asked to resume.
fn existing(path: &Path, plan: &TrainPlan, resume: bool) -> Result<Option<Document>, Failure> {
    let Some(there) = Folder::plan_in(path)? else { return Ok(None) };
    folder::refuse_other(path, plan, &there)?;
    let document = match folder::read(path, RESULTS)? {
        Some(bytes) => {
            let document = serde_json::from_slice::<Document>(&bytes);
            Some(document.map_err(|error| folder::damaged(path, RESULTS, &error))?)
        }
        None => None,
    };
    let is_there = |name: &str| path.join(name).is_file();
    let is_whole = |document: &Document| {
        document.plan_hash == there.hash()
            && document.networks.len() as u64 == there.seeds
            && document.files().all(|file| is_there(&file))
    };
    match document.filter(is_whole) {
        Some(document) => Ok(Some(document)),
        None if resume => Ok(None),
        None => {
            let n = plan.seeds;
            // A stopped network has not reached all checkpoints.
            let kept: &[u64] = if plan.stop.is_none() { &plan.checkpoints } else { &[] };
            let done = (0..n).filter(|&seed| kept::is_done(seed, kept, is_there)).count();
            let hint = format!("holds this plan with {done} of {n} networks done; add --resume to finish it");
            Err(Failure::at("--out", format!("{} {hint}", path.display())))
        }
    }
}

/// Trains what is missing and writes the results.
fn complete(path: &Path, plan: &TrainPlan, population: &Population) -> Result<Document, Failure> {
    let interrupt = interrupt::flag()?;
    let folder = Folder::open(path, plan)?;
    match population.complete(&folder, interrupt)? {
        Ending::Finished(networks) => {
            let n_params = population.recipe.regime.n_params(&population.shape);
            let document = Document::new(folder.plan(), n_params, networks);
            folder.write_json(RESULTS, &document)?;
            Ok(document)
        }
        Ending::Interrupted { done } => {
            let there = format!("{done} of {} networks are in {}", plan.seeds, path.display());
            Err(Failure::Interrupted(format!("{there}; the same command with --resume goes on")))
        }
    }
}
