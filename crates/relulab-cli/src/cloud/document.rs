//! What `relulab cloud` found, as a document and as text.

use super::Arguments;
use super::solutions::Solutions;
use crate::landscape_points::LandscapePoints;
use relulab_landscape::{AlignmentMethod, Cloud, LandscapeError, Normalisation, component_growth};
use relulab_report::number::{human, percent};
use serde::Serialize;
use std::collections::BTreeMap;

/// Share of the variance that the counted components hold.
const SHARE: f64 = 0.95;
/// Components whose shares are told.
const TOP: usize = 10;
/// Parts of all solutions, in eighths, that are looked at when their number is varied.
const EIGHTHS: [usize; 5] = [1, 2, 4, 6, 8];

/// The whole document.
#[derive(Debug, Serialize)]
pub struct Document {
    folder: String,
    /// Number of solutions, without which no count of components means anything.
    n: usize,
    /// Number of parameters.
    dimension: usize,
    shape: Vec<usize>,
    activation: String,
    method: String,
    normalisation: String,
    points: String,
    /// Components for 95 % of the variance, by preparation.
    components95: BTreeMap<&'static str, usize>,
    /// Shares of the first components, by preparation.
    top: BTreeMap<&'static str, Vec<f64>>,
    preparations: Vec<View>,
}

/// The cloud of solutions after one preparation.
#[derive(Debug, Serialize)]
pub struct View {
    name: &'static str,
    components95: usize,
    top: Vec<f64>,
    total_variance: f64,
    /// Share of the raw variance that the preparation took away; `None` when there was none.
    variance_lost: Option<f64>,
    growth: Vec<Growth>,
}

/// Components for 95 % of the variance of random subsamples.
#[derive(Debug, Serialize)]
struct Growth {
    n: usize,
    draws: usize,
    mean: f64,
    min: usize,
    max: usize,
}

impl View {
    /// The cloud of these rows.
    ///
    /// # Errors
    /// When a number is not finite or the eigenvalues are not found.
    pub fn new(name: &'static str, rows: &[Vec<f64>], draws: usize, seed: u64) -> Result<Self, LandscapeError> {
        let cloud = Cloud::new(rows)?;
        let mut sizes: Vec<usize> = EIGHTHS.iter().map(|eighths| (rows.len() * eighths / 8).max(2)).collect();
        sizes.dedup();
        let growth = component_growth(rows, SHARE, &sizes, draws, seed)?;
        let growth = growth.into_iter().map(|one| Growth {
            n: one.n,
            draws: one.draws,
            mean: one.mean,
            min: one.min,
            max: one.max,
        });
        Ok(Self {
            name,
            components95: cloud.components_for(SHARE),
            top: cloud.top_shares(TOP),
            total_variance: cloud.total_variance(),
            variance_lost: None,
            growth: growth.collect(),
        })
    }
}

impl Document {
    /// The document of all preparations, of which the first is none.
    pub fn new(
        arguments: &Arguments,
        solutions: &Solutions,
        points: &LandscapePoints,
        normalisation: Normalisation,
        mut preparations: Vec<View>,
    ) -> Self {
        let raw = preparations.first().map_or(0.0, |view| view.total_variance);
        for view in &mut preparations {
            view.variance_lost = (raw > 0.0).then(|| 1.0 - view.total_variance / raw);
        }
        let shape = solutions.first().shape();
        Self {
            folder: arguments.folder.display().to_string(),
            n: solutions.networks.len(),
            dimension: shape.n_params(),
            shape: shape.widths().collect(),
            activation: solutions.first().activation().to_string(),
            method: AlignmentMethod::from(arguments.align).to_string(),
            normalisation: normalisation.to_string(),
            points: points.description.clone(),
            components95: preparations.iter().map(|view| (view.name, view.components95)).collect(),
            top: preparations.iter().map(|view| (view.name, view.top.clone())).collect(),
            preparations,
        }
    }

    /// The document for readers.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{} solutions of {} parameters in {}\nalignment {}, canonical scale {}, on {}\n\n",
            self.n, self.dimension, self.folder, self.method, self.normalisation, self.points
        );
        text.push_str(&format!(
            "{:20}{:>16}{:>14}{:>14}  components by sample size\n",
            "", "components 95%", "variance", "lost"
        ));
        for view in &self.preparations {
            let growth: Vec<String> = view.growth.iter().map(|one| format!("{}: {:.1}", one.n, one.mean)).collect();
            text.push_str(&format!(
                "{:20}{:>16}{:>14}{:>14}  {}\n",
                view.name,
                view.components95,
                human(view.total_variance),
                view.variance_lost.map_or_else(String::new, percent),
                growth.join(", ")
            ));
        }
        text
    }
}
