//! One piece of evidence: what several shapes of one budget lost on one target.

use crate::check::Sample;
use crate::summary::Estimate;
use serde::{Deserialize, Serialize};

/// The losses that advice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LossName {
    /// Expected squared error under N(0,1)^d, the distribution of the training samples.
    Normal,
    /// Mean squared error on [−5,5]^d, mostly extrapolation.
    Uniform5,
}

impl LossName {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Normal, Self::Uniform5];

    /// The name.
    pub fn text(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Uniform5 => "uniform5",
        }
    }
}

/// A median over seeds with its interval; infinite where half of the seeds or more have no finite loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The median; `None` when it is not finite.
    pub median: Option<f64>,
    /// 95 % bootstrap interval of the median; an end that is not finite makes it `None`.
    pub ci95: Option<[f64; 2]>,
}

impl Measured {
    /// The median of losses over seeds.
    pub fn of(losses: Vec<f64>) -> Self {
        let sample = Sample::new(losses);
        Self { median: sample.median().filter(|median| median.is_finite()), ci95: sample.median_interval() }
    }

    /// The median, infinite when it is not finite.
    pub fn value(self) -> f64 {
        self.median.unwrap_or(f64::INFINITY)
    }

    /// Lower end of the interval, or the median.
    pub fn low(self) -> f64 {
        self.ci95.map_or(self.value(), |[low, _]| low)
    }

    /// Upper end of the interval; infinite without one.
    pub fn high(self) -> f64 {
        self.ci95.map_or(f64::INFINITY, |[_, high]| high)
    }
}

/// A shape and its losses.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShapeEvidence {
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// In distribution.
    pub normal: Measured,
    /// Out of it.
    pub uniform5: Measured,
}

impl ShapeEvidence {
    /// One of the losses.
    pub fn loss(&self, name: LossName) -> Measured {
        match name {
            LossName::Normal => self.normal,
            LossName::Uniform5 => self.uniform5,
        }
    }
}

/// All shapes of one budget trained on one target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// Which study it comes from.
    pub source: String,
    /// Target name or formula.
    pub target: String,
    /// Number of inputs.
    pub input_dim: usize,
    /// Hidden neurons of every shape.
    pub neurons: usize,
    /// Steps of training.
    pub steps: u64,
    /// Seeds of every shape.
    pub n_seeds: u64,
    /// Shapes that were trained; `shapes` may keep only the best of them and depth 1.
    pub n_tried: usize,
    /// Loss of the single layer over that of a deeper shape, seed by seed, where the shape is the best on the other half
    /// of the seeds: above 1 where depth helps. By the loss `normal`, then by `uniform5`.
    pub gain_of_depth: [Estimate; 2],
    /// The shapes.
    pub shapes: Vec<ShapeEvidence>,
}

impl Cell {
    /// Keeps the shapes that are among the best by some loss, and the single layer.
    pub fn keep_best(&mut self, n: usize) {
        let mut keep: Vec<bool> = self.shapes.iter().map(|one| one.shape.len() == 1).collect();
        for loss in LossName::ALL {
            let mut order: Vec<usize> = (0..self.shapes.len()).collect();
            order.sort_by(|&a, &b| {
                self.shapes[a].loss(loss).value().total_cmp(&self.shapes[b].loss(loss).value()).then(a.cmp(&b))
            });
            order.into_iter().take(n).for_each(|place| keep[place] = true);
        }
        let mut keep = keep.into_iter();
        self.shapes.retain(|_| keep.next().unwrap_or(false));
    }

    /// The single layer, if it was trained.
    pub fn single_layer(&self) -> Option<&ShapeEvidence> {
        self.shapes.iter().find(|one| one.shape.len() == 1)
    }
}
