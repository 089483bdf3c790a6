//! What hidden units do on the data: dead, linear or nonlinear, and which share a pattern.

use crate::error::CurvatureError;
use crate::objective::Objective;
use crate::sweep::Sweep;
use relulab_net::Activation;

/// What a unit does on all points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitStatus {
    /// Its value is 0 on every point (ReLU only).
    Dead,
    /// It is on the same side of its kink on every point, and not dead.
    Linear,
    /// Everything else; always so for smooth activations.
    Nonlinear,
}

/// Observed status of all hidden units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedUnits {
    status: Vec<Vec<UnitStatus>>,
    patterns: Vec<Vec<Vec<bool>>>,
}

impl ObservedUnits {
    /// Observes the units on the points of an objective.
    ///
    /// # Errors
    /// When the parameters do not fit.
    pub fn of(objective: &Objective<'_>, parameters: &[f64]) -> Result<Self, CurvatureError> {
        objective.check(parameters)?;
        let n = objective.n_points();
        let mut sweep = Sweep::new(*objective, parameters, n);
        sweep.forward(0..n);
        // Inputs of layer l + 1 are values of hidden layer l; they are positive exactly where pre-activations are.
        let patterns: Vec<Vec<Vec<bool>>> = sweep.values[1..]
            .iter()
            .zip(objective.shape().hidden())
            .map(|(layer, &width)| {
                (0..width).map(|unit| layer.inputs.chunks_exact(width).map(|h| h[unit] > 0.0).collect()).collect()
            })
            .collect();
        let judge = |pattern: &Vec<bool>| match (objective.activation(), pattern.iter().filter(|on| **on).count()) {
            (Activation::Relu, 0) => UnitStatus::Dead,
            (Activation::Relu | Activation::LeakyRelu { .. }, count) if count == n || count == 0 => UnitStatus::Linear,
            _ => UnitStatus::Nonlinear,
        };
        let judge = |pattern: &Vec<bool>| match objective.activation() {
            Activation::LeakyRelu { slope: 0.0 } if !pattern.contains(&true) => UnitStatus::Dead,
            _ => judge(pattern),
        };
        let status = patterns.iter().map(|layer| layer.iter().map(judge).collect()).collect();
        Ok(Self { status, patterns })
    }

    /// Status per hidden layer and unit.
    pub fn status(&self) -> &[Vec<UnitStatus>] {
        &self.status
    }

    /// Units of a hidden layer with one status.
    pub fn with_status(&self, layer: usize, status: UnitStatus) -> Vec<usize> {
        (0..self.status[layer].len()).filter(|&unit| self.status[layer][unit] == status).collect()
    }

    /// Where a unit is on, point by point.
    pub(crate) fn pattern(&self, layer: usize, unit: usize) -> &[bool] {
        &self.patterns[layer][unit]
    }

    /// Groups of two or more nonlinear units of a hidden layer that are on at exactly the same points.
    pub(crate) fn duplicates(&self, layer: usize) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for unit in self.with_status(layer, UnitStatus::Nonlinear) {
            match groups.iter_mut().find(|group| self.patterns[layer][group[0]] == self.patterns[layer][unit]) {
                Some(group) => group.push(unit),
                None => groups.push(vec![unit]),
            }
        }
        groups.retain(|group| group.len() > 1);
        groups
    }
}
