//! One row of a study: what became of one network.

use serde::{Deserialize, Serialize};

/// One network's result: a row per (target, shape, seed).
///
/// A loss that is not finite is `None`, and [`Record::outcome`] says why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Name or formula of the target.
    pub target: String,
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// Number of parameters.
    pub params: u32,
    /// Seed index.
    pub seed: u32,
    /// Mean squared error on the uniform grid over [−5,5]^d (`None` for data files).
    pub uniform5: Option<f64>,
    /// The same over [−3,3]^d.
    pub uniform3: Option<f64>,
    /// Expected error under N(0,1)^d.
    pub normal: Option<f64>,
    /// How `normal` was computed.
    pub normal_method: Option<NormalMethod>,
    /// Loss of the last training step; for data files, on the training folds.
    pub training_loss: Option<f64>,
    /// Units observed dead on the large sample.
    pub dead: u32,
    /// Units observed linear on the large sample.
    pub linear: u32,
    /// Units observed dead on the small sample.
    pub dead_small: u32,
    /// Units observed linear on the small sample.
    pub linear_small: u32,
    /// Exact number of connected linear pieces (1-D and piecewise linear only).
    pub pieces: Option<u32>,
    /// Whether the network was constant before training.
    pub collapsed_at_start: bool,
    /// Whether it is constant at the end.
    pub collapsed: bool,
    /// How training ended.
    pub outcome: Outcome,
    /// Optimiser steps taken.
    pub steps: u32,
    /// Mean loss over the held-out folds (data files only).
    pub test_loss: Option<f64>,
    /// Mean accuracy over the held-out folds (classification only).
    pub test_accuracy: Option<f64>,
    /// Mean accuracy over the training folds (classification only).
    pub train_accuracy: Option<f64>,
}

/// How the expected error under N(0,1)^d was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NormalMethod {
    /// By integrating every linear piece.
    Exact,
    /// On the fixed stream of normal points.
    Stream,
}

/// How training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All steps were taken.
    Finished,
    /// The loss stopped being a number.
    Diverged,
}

impl Record {
    /// A record with its three keys, every measurement still empty.
    pub fn new(target: &str, shape: &[usize], seed: u32) -> Self {
        Self {
            target: target.to_owned(),
            shape: shape.to_vec(),
            params: 0,
            seed,
            uniform5: None,
            uniform3: None,
            normal: None,
            normal_method: None,
            training_loss: None,
            dead: 0,
            linear: 0,
            dead_small: 0,
            linear_small: 0,
            pieces: None,
            collapsed_at_start: false,
            collapsed: false,
            outcome: Outcome::Finished,
            steps: 0,
            test_loss: None,
            test_accuracy: None,
            train_accuracy: None,
        }
    }

    /// Number of hidden layers.
    pub fn depth(&self) -> usize {
        self.shape.len()
    }
}

impl NormalMethod {
    /// The word in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Stream => "stream",
        }
    }
}

impl Outcome {
    /// The word in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Diverged => "diverged",
        }
    }
}
