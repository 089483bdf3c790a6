//! `relulab trace`: spectra, losses, distances and units along the training of many seeds.

mod output;
mod table;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::progress::Bar;
use crate::setting::{Setting, SettingArguments};
use crate::{interrupt, json, terminal};
use clap::Args;
use relulab_curvature::Thresholds;
use relulab_net::{Loss, Sampler, Shape, ShapeError, Target};
use relulab_study::trace::{StopRule, TracePlan, TraceStudy, TraceSummary, Tracer};
use std::path::PathBuf;

/// Checkpoints, unless others are asked for; those after the last step are left out.
const DEFAULT_CHECKPOINTS: [u64; 8] = [0, 25, 50, 100, 200, 500, 1000, 3000];
/// The collapse is looked for up to this step, unless another is asked for.
const DEFAULT_LOOK_UNTIL: u64 = 300;

/// What `relulab trace` is asked.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Hidden widths, first layer first, or "linear" for none.
    #[arg(long, value_name = "16", allow_hyphen_values = true)]
    shape: String,
    /// What is learnt: linear, absolute, quadratic, interaction, sine, step, bump, or a formula such as
    /// "sin(3*x1) + x2^2".
    #[arg(long, value_name = "TARGET", allow_hyphen_values = true)]
    target: String,
    /// Number of inputs of the target.
    #[arg(long, value_name = "D", default_value_t = 1, allow_negative_numbers = true)]
    input_dim: usize,
    #[command(flatten)]
    setting: SettingArguments,
    /// Trace seeds 0 to K less 1.
    #[arg(long, value_name = "K", default_value_t = 32, allow_negative_numbers = true)]
    seeds: u64,
    /// Measure everything after these numbers of steps, and after the last
    /// [default: 0,25,50,100,200,500,1000,3000 as far as training goes].
    #[arg(long, value_name = "0,25,…", value_delimiter = ',', allow_negative_numbers = true)]
    at: Vec<u64>,
    /// Where |λ| passes from steep to moderate, to weak, to zero.
    #[arg(long, value_name = "STEEP,MODERATE,WEAK", value_delimiter = ',', num_args = 1,
          default_values_t = Thresholds::default().values(), allow_negative_numbers = true)]
    thresholds: Vec<f64>,
    /// Look for the collapse of the steep tier at multiples of this many steps.
    #[arg(long, value_name = "N", default_value_t = 10, allow_negative_numbers = true)]
    look_every: u64,
    /// Look for it up to this step, and at the checkpoints [default: 300].
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    look_until: Option<u64>,
    /// A stop rule to compare with training to the end, as in `train --stop`; may be given several times, and none
    /// alone compares nothing [default: spectrum and loss].
    #[arg(long, value_name = "RULE")]
    stop: Vec<StopRule>,
    /// Folder for records and report [default: a folder named after the plan, in ./relulab-out].
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
    let plan = arguments.plan(globals.seed)?;
    let tracer = Tracer::new(&plan, unit).map_err(Failure::input)?;
    let folder = arguments.out.clone().unwrap_or_else(|| output::default_folder(&plan));
    let mut study =
        TraceStudy::prepare(&folder, &plan, arguments.resume).map_err(|error| Failure::at("--out", error))?;
    if !study.is_finished() {
        trace(&mut study, &tracer)?;
    }
    let summary = TraceSummary::of(&plan, &study.traces());
    let report = output::write(&folder, &summary, unit)?;
    if globals.json {
        return json::print(&output::Located::new(&folder, &report, &summary));
    }
    terminal::print(format!("{}\nreport: {}\n", table::of(&summary), report.display()).as_bytes())
}

fn trace(study: &mut TraceStudy, tracer: &Tracer) -> Result<(), Failure> {
    let cancel = interrupt::flag()?;
    let mut bar = Bar::new("seeds");
    let finished = study.run(tracer, cancel, &mut |done, total, elapsed| bar.show(done, total, elapsed));
    bar.clear();
    if finished.map_err(Failure::input)? {
        interrupt::after_training();
        return Ok(());
    }
    let (done, total, folder) = (study.n_done(), study.plan().seeds, study.folder().display());
    let message = format!("{done} of {total} seeds are in {folder}; the same command with --resume goes on");
    Err(Failure::Interrupted(message))
}

impl Arguments {
    /// Makes every choice and checks it.
    fn plan(&self, study_seed: u64) -> Result<TracePlan, Failure> {
        if let Some(loss) = self.setting.loss().filter(|loss| *loss != Loss::Mse) {
            return Err(Failure::at("--loss", format!("{loss}: a trace is one of the mean squared error")));
        }
        let shape = Shape::parse_hidden(&self.shape, self.input_dim, 1).map_err(|error| match error {
            ShapeError::InputDim(_) => Failure::at("--input-dim", error),
            _ => Failure::at("--shape", error),
        })?;
        let target = Target::parse(&self.target, self.input_dim).map_err(|error| Failure::at("--target", error))?;
        let setting = self.setting.resolve(Loss::Mse, true)?;
        let Setting { activation, optimiser, initialisation, steps, precision, .. } = setting;
        let plan = TracePlan {
            input_dim: self.input_dim,
            shape: shape.hidden().to_vec(),
            target: target.name().to_owned(),
            seeds: self.seeds,
            study_seed,
            activation,
            optimiser,
            initialisation,
            batch: setting.batch.unwrap_or_default(),
            sampler: setting.sampler.unwrap_or(Sampler::Normal),
            steps,
            precision,
            at: self.checkpoints(steps)?,
            thresholds: self.thresholds()?,
            look_every: self.look_every,
            look_until: self.look_until.unwrap_or(DEFAULT_LOOK_UNTIL.min(steps)),
            stops: self.stops(),
        };
        plan.check().map_err(Failure::input)?;
        Ok(plan)
    }

    /// The checkpoints, ascending, each once, the last step among them.
    fn checkpoints(&self, steps: u64) -> Result<Vec<u64>, Failure> {
        if let Some(late) = self.at.iter().find(|&&step| step > steps) {
            return Err(Failure::at("--at", format!("{late}: training ends after {steps} steps")));
        }
        let asked = if self.at.is_empty() { &DEFAULT_CHECKPOINTS[..] } else { &self.at };
        let mut all: Vec<u64> = asked.iter().copied().filter(|&step| step < steps).chain([steps]).collect();
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    fn thresholds(&self) -> Result<[f64; 3], Failure> {
        let &[steep, moderate, weak] = self.thresholds.as_slice() else {
            let n = self.thresholds.len();
            return Err(Failure::at("--thresholds", format!("{n} numbers: expected steep, moderate and weak")));
        };
        let thresholds = Thresholds::new(steep, moderate, weak).map_err(|error| Failure::at("--thresholds", error))?;
        Ok(thresholds.values())
    }

    fn stops(&self) -> Vec<StopRule> {
        if self.stop.is_empty() {
            return vec![StopRule::SPECTRUM, StopRule::LOSS];
        }
        self.stop.iter().copied().filter(|rule| !(rule.is_none() && self.stop.len() == 1)).collect()
    }
}
