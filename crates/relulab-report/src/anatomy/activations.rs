//! Activations: by which factor each beats ReLU, paired by seed.

use crate::check::exhibit::Exhibit;
use crate::check::rows::{self, Cell, Row, RowPanel};
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;

/// Name of the exhibit.
pub const NAME: &str = "activations";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Activations against ReLU, paired by seed";

/// One target.
#[derive(Clone, Debug)]
pub struct TargetRatios {
    /// Its name and dimension.
    pub target: String,
    /// Name of the activation; the factor by each loss; the paper's factor.
    pub activations: Vec<(String, Vec<Option<SeedSummary>>, Option<f64>)>,
}

/// Several targets.
#[derive(Clone, Debug)]
pub struct Activations {
    /// Names of the losses.
    pub losses: Vec<String>,
    /// One panel each.
    pub targets: Vec<TargetRatios>,
    /// What was trained and for how long.
    pub setting: String,
}

impl Activations {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let panels: Vec<RowPanel> = self.targets.iter().map(panel).collect();
        let caption = format!(
            "Loss with ReLU divided by the loss with another activation, same seeds, {}: medians with 95 % intervals \
             ({}), thick bars between quartiles. Right of the dashed line, the other activation is better. The paper \
             does not say which targets and which loss its factors are of.",
            self.setting,
            rows::sample_sizes(&panels)
        );
        let drawing = rows::draw(&self.losses, &panels);
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
        Exhibit::drawn(NAME, &["activations"], figure, rows::table(&self.losses, &panels).finish())
    }
}

fn panel(target: &TargetRatios) -> RowPanel {
    let row = |(name, ratios, paper): &(String, Vec<Option<SeedSummary>>, Option<f64>)| {
        let cells = ratios.iter().enumerate();
        // The paper's one number stands beside the first loss.
        let cells = cells.map(|(place, ours)| Cell { ours: *ours, paper: paper.filter(|_| place == 0) });
        Row { name: name.clone(), cells: cells.collect() }
    };
    RowPanel {
        heading: target.target.clone(),
        label: "loss with ReLU / loss with the activation".to_owned(),
        spread: Spread::Logarithmic,
        reference: Some(1.0),
        rows: target.activations.iter().map(row).collect(),
    }
}
