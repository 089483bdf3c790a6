//! The dimension sweep: how much depth helps or hurts, against input dimension and number of neurons.

use crate::check::curves::{self, Across, Curve, CurvePanel, PaperMark};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::escape::slug;
use crate::figure::Figure;
use crate::loss_view::LossView;
use crate::scale::Spread;

/// Name of the exhibit.
pub const NAME: &str = "dimension";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Does depth help? Ratio of losses by input dimension";

/// One number of neurons, or another way to match networks.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Its words: `16 neurons`.
    pub name: String,
    /// Name of a deeper shape; input dimension and ratio of losses, above 1 where depth helps.
    pub depths: Vec<(String, Vec<(f64, SeedSummary)>)>,
    /// The paper's ratios: name of the deeper shape, input dimension, ratio.
    pub paper: Vec<(String, f64, f64)>,
}

/// Several budgets on one target, through one loss.
#[derive(Clone, Debug)]
pub struct DimensionSweep {
    /// One panel each.
    pub budgets: Vec<Budget>,
    /// The target.
    pub target: String,
    /// The loss.
    pub view: LossView,
}

impl DimensionSweep {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let panels: Vec<CurvePanel> = self.budgets.iter().map(panel).collect();
        let loss = self.view.label();
        let crosses =
            if panels.iter().any(|panel| !panel.marks.is_empty()) { " Crosses: the paper's ratios." } else { "" };
        let caption = format!(
            "Loss ({loss}) of one hidden layer divided by the loss of the deeper shape, same neurons and seeds: medians \
             with 95 % intervals ({}), bands between quartiles. Above 1, depth helps. Of each depth, the shape is the \
             one with the best median on the other half of the seeds.{crosses}",
            curves::sample_sizes(&panels)
        );
        let drawing = curves::draw(&panels);
        let title = format!("{TITLE}: {}, loss {loss}", self.target);
        let figure = Figure::new(NAME, title, caption, drawing.size, drawing.svg);
        let name = format!("{NAME}-{}-{}", slug(&self.target), self.view.word());
        Exhibit::drawn(&name, &["dimension"], figure, curves::table(&panels).finish())
    }
}

fn panel(budget: &Budget) -> CurvePanel {
    let curves = budget.depths.iter().enumerate();
    let marks = budget.paper.iter().filter_map(|(name, dimension, ratio)| {
        let colour = budget.depths.iter().position(|(depth, _)| depth == name)?;
        Some(PaperMark { x: *dimension, y: *ratio, range: None, colour, name: name.clone() })
    });
    CurvePanel {
        heading: budget.name.clone(),
        x_label: "input dimension d".to_owned(),
        across: Across::Integers,
        y_label: "loss of depth 1 / loss of the deeper shape".to_owned(),
        upwards: Spread::Logarithmic,
        curves: curves.map(|(place, (name, points))| Curve::nth(place, name, points.clone())).collect(),
        marks: marks.collect(),
        rules: vec![(1.0, "equal".to_owned())],
    }
}
