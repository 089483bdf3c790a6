//! What to expect where nothing was trained: the gain of a deep shape over a single layer, by a fitted rule.

use super::cell::{Cell, LossName};
use crate::anatomy::design_rule::{Linear, Observation, Rule, Score, score};

/// The rule of advice, one of the design rules.
const RULE: &str = "everything";

/// A rule fitted to the cells of a target.
#[derive(Clone, Debug)]
pub struct GainRule {
    rule: &'static Rule,
    model: Linear,
    /// How well it predicts cells that it was not fitted to.
    pub score: Score,
    /// Cells that it was fitted to.
    pub n_cells: usize,
}

impl GainRule {
    /// Fits log10 of the median loss over that of the single layer, for the deep shapes of all cells; scored with whole
    /// cells left out. `None` when there are too few.
    pub fn fit(cells: &[&Cell], loss: LossName) -> Option<Self> {
        let rule = Rule::named(RULE)?;
        let mut observations = Vec::new();
        for (group, cell) in cells.iter().enumerate() {
            let Some(single) = cell.single_layer().and_then(|one| one.loss(loss).median) else { continue };
            for one in cell.shapes.iter().filter(|one| one.shape.len() > 1) {
                let gain = one.loss(loss).median.map(|median| (median / single).log10());
                if let Some(value) = gain.filter(|gain| gain.is_finite()) {
                    observations.push(Observation { d: cell.input_dim, shape: one.shape.clone(), value, group });
                }
            }
        }
        let score = score(rule, &observations)?;
        let model = crate::anatomy::design_rule::fit(rule, &observations)?;
        Some(Self { rule, model, score, n_cells: cells.len() })
    }

    /// log10 of the loss of a shape over that of the single layer; 0 for the single layer.
    pub fn predict(&self, d: usize, shape: &[usize]) -> f64 {
        if shape.len() == 1 { 0.0 } else { self.model.predict(&self.rule.row(d, shape)) }
    }
}
