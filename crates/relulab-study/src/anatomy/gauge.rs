//! What experiments on dead units read off trained networks: the four losses and the observed dead units.

use super::setting::Setting;
use super::snapshot::{Snapshot, count_by_layer};
use crate::check::{CheckError, Context, Readings};
use crate::measure::Measurer;
use relulab_net::Loss;
use relulab_net::conventions::SMALL_OBSERVATION_SAMPLES;
use relulab_train::VectorUnit;

/// Names of the losses: mean squared errors on uniform grids over [−h,h]^d, and expected under N(0,1)^d.
pub const LOSSES: [&str; 4] = ["uniform5", "uniform4", "uniform3", "normal"];
/// Half-widths of the grids.
pub const HALVES: [f64; 3] = [5.0, 4.0, 3.0];
/// Units dead on the 1000 observation samples.
pub const DEAD: &str = "dead 1000";
/// Units dead on the first 64 of them.
pub const DEAD_SMALL: &str = "dead 64";
/// Units that are on nowhere on the line, exactly.
pub const DEAD_LINE: &str = "dead line";
/// Units that are on nowhere on [−5,5], exactly.
pub const DEAD_INTERVAL: &str = "dead interval5";
/// Units dead on the grid over [−5,5]^d.
pub const DEAD_GRID: &str = "dead grid5";

/// The part of a quantity that lies in a layer, counted from 1.
pub fn in_layer(quantity: &str, layer: usize) -> String {
    format!("{quantity} layer={layer}")
}

/// Measures networks that learn one target with one activation.
pub struct Gauge {
    measurer: Measurer,
    uniform4: (Vec<f64>, Vec<f64>),
    samples: Vec<f64>,
    input_dim: usize,
    unit: VectorUnit,
}

impl Gauge {
    /// A gauge for a setting.
    ///
    /// # Errors
    /// When there are no evaluation points of this dimension.
    pub fn new(setting: &Setting, context: &Context<'_>) -> Result<Self, CheckError> {
        let unit = context.unit;
        Ok(Self {
            measurer: Measurer::new(&setting.target, setting.activation, unit).map_err(CheckError::because)?,
            uniform4: setting.grid(HALVES[1])?,
            samples: setting.samples()?.0,
            input_dim: setting.target.input_dim(),
            unit,
        })
    }

    /// The losses of each network, in the order of [`LOSSES`]; NaN where a network failed.
    pub fn losses(&self, snapshot: &Snapshot<'_>) -> Vec<[f64; 4]> {
        let measured = self.measurer.measure(snapshot.shape, &snapshot.parameters);
        let (points, labels) = &self.uniform4;
        let uniform4 = snapshot.networks().mean_losses(Loss::Mse, points, labels, self.unit);
        let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
        let both = measured.iter().zip(uniform4);
        both.map(|(one, four)| [number(one.uniform5), four, number(one.uniform3), number(one.normal)]).collect()
    }

    /// Whether each unit of each network is dead on the 1000 observation samples.
    pub fn dead(&self, snapshot: &Snapshot<'_>) -> Vec<Vec<bool>> {
        snapshot.dead(&self.samples, self.unit)
    }

    /// The same on the first 64 of them.
    pub fn dead_small(&self, snapshot: &Snapshot<'_>) -> Vec<Vec<bool>> {
        snapshot.dead(&self.samples[..SMALL_OBSERVATION_SAMPLES * self.input_dim], self.unit)
    }

    /// The observation samples.
    ///
    /// *Shapes*: 1000 × input dimension.
    pub fn samples(&self) -> &[f64] {
        &self.samples
    }

    /// Notes the losses and both observed counts of dead units of every network.
    pub fn note(&self, case: &str, snapshot: &Snapshot<'_>, readings: &mut Readings) {
        for (&seed, losses) in snapshot.seeds.iter().zip(self.losses(snapshot)) {
            for (name, loss) in LOSSES.iter().zip(losses) {
                readings.push(case, seed, name, loss);
            }
        }
        note_counts(case, DEAD, snapshot, &self.dead(snapshot), false, readings);
        note_counts(case, DEAD_SMALL, snapshot, &self.dead_small(snapshot), false, readings);
    }
}

/// Notes how many units of each network have a flag, in all and, where wanted, in each layer.
pub fn note_counts(
    case: &str,
    quantity: &str,
    snapshot: &Snapshot<'_>,
    flags: &[Vec<bool>],
    by_layer: bool,
    readings: &mut Readings,
) {
    for (&seed, flags) in snapshot.seeds.iter().zip(flags) {
        let counts = count_by_layer(snapshot.shape, flags);
        readings.push(case, seed, quantity, counts.iter().sum::<usize>() as f64);
        for (layer, count) in counts.iter().enumerate().filter(|_| by_layer) {
            readings.push(case, seed, &in_layer(quantity, layer + 1), *count as f64);
        }
    }
}
