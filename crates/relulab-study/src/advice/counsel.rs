//! Questions and answers: what cells that match say, or the nearest cell and the rule where none does.

use super::AdviceError;
use super::cell::{Cell, LossName, Measured};
use super::evidence::Evidence;
use super::rule::GainRule;
use crate::anatomy::dimension::{LARGEST_DEPTH, fixed};
use crate::summary::Estimate;
use relulab_net::Target;
use serde::Serialize;

/// What somebody wants to know.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Question<'a> {
    /// Hidden neurons to spend.
    pub neurons: usize,
    /// Number of inputs.
    pub input_dim: usize,
    /// What is to be learned; `None` for all targets with evidence.
    pub target: Option<&'a str>,
    /// The loss that counts.
    pub loss: LossName,
}

/// The answer: one finding per cell that matches, or per target where none does.
#[derive(Clone, Debug, Serialize)]
pub struct Counsel<'a> {
    /// The question.
    pub question: Question<'a>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// Shapes that every finding on this very budget and dimension supports; empty when there is no such finding.
    pub supported_by_all: Vec<Vec<usize>>,
}

/// What one cell says.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Target.
    pub target: String,
    /// Where the evidence comes from.
    pub source: String,
    /// Hidden neurons of the evidence.
    pub neurons: usize,
    /// Inputs of the evidence.
    pub input_dim: usize,
    /// Whether that is what was asked for; otherwise it is the nearest that there is.
    pub exact: bool,
    /// Steps of training.
    pub steps: u64,
    /// Seeds of every shape.
    pub n_seeds: u64,
    /// Shapes compared: the best of many flatters itself.
    pub n_tried: usize,
    /// Shapes whose interval meets that of the best, the best first.
    pub supported: Vec<Supported>,
    /// Whether one shape alone is supported.
    pub separated: bool,
    /// The single layer, for comparison.
    pub single_layer: Option<Supported>,
    /// Loss of the single layer over that of a deeper shape chosen on other seeds: above 1 where depth helps.
    pub gain_of_depth: Estimate,
    /// What a rule expects of the budget and dimension asked for; only where the evidence is of others.
    pub predicted: Option<Predicted>,
}

/// A shape with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Supported {
    /// Hidden widths.
    pub shape: Vec<usize>,
    /// In distribution.
    pub normal: Measured,
    /// Out of it.
    pub uniform5: Measured,
}

/// What a rule expects.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Predicted {
    /// Candidate shapes and the factor of their loss to that of the single layer, the smallest first; those within the
    /// rule's error of the best.
    pub shapes: Vec<(Vec<usize>, f64)>,
    /// Factor by which predictions of cells left out are typically off: 10 to the root mean square error.
    pub typical_factor: f64,
    /// Share of the variance explained in cells left out.
    pub r2: f64,
    /// Rank correlation in cells left out.
    pub spearman: f64,
    /// Cells that the rule was fitted to.
    pub n_cells: usize,
}

/// Answers a question.
///
/// *Algorithm*: in every cell of this target, dimension and budget, the shapes are supported whose 95 % intervals meet
/// that of the smallest median. Where no cell matches, the nearest by log budget and log dimension is shown, and shapes
/// of the asked budget are ranked by a rule for the gain over a single layer, fitted to all cells of the target.
///
/// # Errors
/// When there is no evidence on the target.
pub fn advise<'a>(evidence: &Evidence, question: Question<'a>) -> Result<Counsel<'a>, AdviceError> {
    let known = evidence.targets();
    let targets: Vec<&str> = match question.target {
        Some(target) if known.contains(&target) => vec![target],
        Some(target) => return Err(AdviceError::Target { target: target.to_owned(), known: known.join(", ") }),
        None => known.into_iter().filter(|target| Target::parse(target, question.input_dim).is_ok()).collect(),
    };
    let mut findings = Vec::new();
    for target in targets {
        let cells: Vec<&Cell> = evidence.cells.iter().filter(|cell| cell.target == target).collect();
        let matches = |cell: &&&Cell| cell.neurons == question.neurons && cell.input_dim == question.input_dim;
        let before = findings.len();
        findings.extend(cells.iter().filter(matches).map(|cell| finding(cell, question.loss, true)));
        if findings.len() == before
            && let Some(nearest) = nearest(&cells, &question)
        {
            let predicted = predict(&cells, &question);
            findings.push(Finding { predicted, ..finding(nearest, question.loss, false) });
        }
    }
    let supported_by_all = in_all(&findings);
    Ok(Counsel { question, findings, supported_by_all })
}

fn finding(cell: &Cell, loss: LossName, exact: bool) -> Finding {
    let row = |one: &super::cell::ShapeEvidence| Supported {
        shape: one.shape.clone(),
        normal: one.normal,
        uniform5: one.uniform5,
    };
    let mut order: Vec<&super::cell::ShapeEvidence> = cell.shapes.iter().collect();
    order.sort_by(|a, b| a.loss(loss).value().total_cmp(&b.loss(loss).value()));
    let best_end = order.first().map_or(f64::INFINITY, |best| best.loss(loss).high());
    let supported: Vec<Supported> = order.into_iter().filter(|one| one.loss(loss).low() <= best_end).map(row).collect();
    Finding {
        target: cell.target.clone(),
        source: cell.source.clone(),
        neurons: cell.neurons,
        input_dim: cell.input_dim,
        exact,
        steps: cell.steps,
        n_seeds: cell.n_seeds,
        n_tried: cell.n_tried,
        separated: supported.len() == 1 && cell.n_tried > 1,
        supported,
        single_layer: cell.single_layer().map(row),
        gain_of_depth: cell.gain_of_depth[usize::from(loss == LossName::Uniform5)].clone(),
        predicted: None,
    }
}

/// The cell at the least distance in log budget and log dimension; the first of equals.
fn nearest<'c>(cells: &[&'c Cell], question: &Question<'_>) -> Option<&'c Cell> {
    let distance = |cell: &Cell| {
        let apart = |a: usize, b: usize| (a.max(1) as f64 / b.max(1) as f64).ln().abs();
        apart(cell.neurons, question.neurons) + apart(cell.input_dim, question.input_dim)
    };
    cells.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

fn predict(cells: &[&Cell], question: &Question<'_>) -> Option<Predicted> {
    let rule = GainRule::fit(cells, question.loss)?;
    let candidates = (1..=LARGEST_DEPTH).flat_map(|depth| fixed(question.neurons, depth));
    let mut shapes: Vec<(Vec<usize>, f64)> =
        candidates.map(|shape| (shape.clone(), rule.predict(question.input_dim, &shape))).collect();
    shapes.sort_by(|a, b| a.1.total_cmp(&b.1));
    let limit = shapes.first().map_or(0.0, |best| best.1) + rule.score.rmse;
    shapes.retain(|(_, gain)| *gain <= limit);
    Some(Predicted {
        shapes: shapes.into_iter().map(|(shape, gain)| (shape, f64::powf(10.0, gain))).collect(),
        typical_factor: f64::powf(10.0, rule.score.rmse),
        r2: rule.score.r2,
        spearman: rule.score.spearman,
        n_cells: rule.n_cells,
    })
}

/// Shapes that all exact findings support, in the order of the first.
fn in_all(findings: &[Finding]) -> Vec<Vec<usize>> {
    let mut exact = findings.iter().filter(|finding| finding.exact);
    let Some(first) = exact.next() else { return Vec::new() };
    let others: Vec<&Finding> = exact.collect();
    let everywhere =
        |shape: &Vec<usize>| others.iter().all(|finding| finding.supported.iter().any(|one| one.shape == *shape));
    first.supported.iter().map(|one| one.shape.clone()).filter(everywhere).collect()
}

#[cfg(test)]
mod tests;
