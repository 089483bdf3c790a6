//! The relaxation of a part, by generation of columns: few patterns in the program, all that are allowed in the bound.

use super::bound::{Terms, pulls};
use super::multipliers::tidy;
use super::part::Part;
use super::problem::Ground;
use super::program::{self, Column, Fit};
use crate::branch::Goal;

/// Columns that join the program in a round, for each dimension.
const JOINING_PER_DIMENSION: usize = 4;
/// Programs that one relaxation may take.
const MAX_ROUNDS: usize = 40;

/// What is known of a part.
pub(super) struct Relaxation {
    /// Places of the patterns in the program, and whether output weights are negative.
    pub columns: Vec<(usize, bool)>,
    /// The last fit by these columns.
    pub fit: Option<Fit>,
    /// The best bound and the multipliers that prove it.
    pub proven: (f64, Vec<f64>),
}

/// Solves the relaxation of a part from some multipliers, as far as the goal asks for.
pub(super) fn relax(terms: &Terms, ground: &Ground, part: &Part, known: &[f64], goal: Goal) -> Relaxation {
    let labels = &ground.rows.labels;
    let mut relaxation = Relaxation { columns: Vec::new(), fit: None, proven: (0.0, Vec::new()) };
    let mut multipliers =
        if known.is_empty() { terms.at_constant(labels) } else { Some(known.to_vec()) }.unwrap_or_default();
    for round in 0..MAX_ROUNDS {
        let Some(tidied) = tidy(terms.loss, labels, &multipliers, terms.output_bias) else { break };
        let pulls = pulls(ground, part, &tidied);
        let largest = pulls.iter().flatten().copied().fold(0.0, f64::max);
        let bound = terms.bound(labels, &tidied, largest);
        if bound > relaxation.proven.0 {
            relaxation.proven = (bound, tidied);
        }
        if goal.is_reached(relaxation.proven.0) {
            break;
        }
        // At the start, those that pull most; then those that pull more than the decay holds back.
        let least = if round == 0 { 0.0 } else { terms.decay * labels.len() as f64 };
        let joining = joining(&pulls, &relaxation.columns, least, JOINING_PER_DIMENSION * ground.rows.dim);
        if joining.is_empty() && round > 0 {
            break;
        }
        relaxation.columns.extend(joining);
        let column = |&(at, negative): &(usize, bool)| Column { pattern: ground.patterns[at].clone(), negative };
        let columns: Vec<Column> = relaxation.columns.iter().map(column).collect();
        let Some(fit) = program::solve(terms, ground, &columns) else { break };
        multipliers.clone_from(&fit.multipliers);
        relaxation.fit = Some(fit);
    }
    // A fit of the rounds before the last has fewer vectors than there are columns now.
    if let Some(fit) = &relaxation.fit {
        relaxation.columns.truncate(fit.vectors.len());
    }
    relaxation
}

/// The columns outside the program that pull most, and more than some number.
fn joining(pulls: &[[f64; 2]], columns: &[(usize, bool)], least: f64, most: usize) -> Vec<(usize, bool)> {
    let all = pulls
        .iter()
        .enumerate()
        .flat_map(|(at, both)| [false, true].map(|negative| (both[usize::from(negative)], (at, negative))));
    let mut joining: Vec<(f64, (usize, bool))> =
        all.filter(|(pull, column)| *pull > least && !columns.contains(column)).collect();
    joining.sort_by(|(a, first), (b, second)| b.total_cmp(a).then(first.cmp(second)));
    joining.truncate(most);
    joining.into_iter().map(|(_, column)| column).collect()
}

impl Terms {
    /// The pulls −ℓ′ of the data at a constant output: the mean label, or none without an output bias; for the logistic loss,
    /// the share of ones.
    fn at_constant(&self, labels: &[f64]) -> Option<Vec<f64>> {
        let mean = labels.iter().sum::<f64>() / labels.len() as f64;
        let constant = match (self.output_bias, self.loss) {
            (false, _) => 0.0,
            (true, crate::space::Loss::Logistic) => (mean / (1.0 - mean)).ln(),
            (true, _) => mean,
        };
        let pulls: Vec<f64> = labels.iter().map(|label| self.loss.pull(constant, *label)).collect();
        pulls.iter().all(|pull| pull.is_finite()).then_some(pulls)
    }
}
