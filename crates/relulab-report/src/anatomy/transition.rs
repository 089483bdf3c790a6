//! The transition: how many eigenvalues each tier has at every checkpoint of training.

use super::{paper, tier};
use crate::check::curves::{self, Across, CurvePanel, PaperMark};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;

/// Name of the exhibit.
pub const NAME: &str = "transition";
/// Title, also where nothing was measured.
pub const TITLE: &str = "The transition: eigenvalues in each tier during training";

/// Counts of one matrix.
#[derive(Clone, Debug)]
pub struct MatrixCounts {
    /// Name of the matrix.
    pub matrix: String,
    /// Whether the paper's own counts are of this matrix.
    pub is_papers: bool,
    /// Step and count, for each of the four tiers.
    pub tiers: [Vec<(f64, SeedSummary)>; 4],
}

/// Counts of several matrices.
#[derive(Clone, Debug)]
pub struct Transition {
    /// One panel each.
    pub matrices: Vec<MatrixCounts>,
    /// What was trained and how.
    pub setting: String,
}

impl Transition {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let panels: Vec<CurvePanel> = self.matrices.iter().map(panel).collect();
        let caption = format!(
            "Eigenvalues of {} in each tier by step of training: medians over seeds ({}), bands between quartiles. \
             Crosses: the paper's single run.",
            self.setting,
            curves::sample_sizes(&panels)
        );
        let drawing = curves::draw(&panels);
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
        Exhibit::drawn(NAME, &["dynamics"], figure, curves::table(&panels).finish())
    }
}

fn panel(counts: &MatrixCounts) -> CurvePanel {
    let curves = counts.tiers.iter().enumerate().map(|(place, points)| tier::curve(place, points.clone()));
    let marks = paper::TRANSITION.iter().filter(|_| counts.is_papers).flat_map(|(step, tiers)| {
        tiers.iter().enumerate().map(|(place, count)| PaperMark {
            x: *step,
            y: *count,
            range: None,
            colour: tier::COLOURS[place],
            name: tier::TIERS[place].to_owned(),
        })
    });
    CurvePanel {
        heading: counts.matrix.clone(),
        x_label: "step of training".to_owned(),
        across: Across::Steps,
        y_label: "eigenvalues in the tier".to_owned(),
        upwards: Spread::Linear,
        curves: curves.collect(),
        marks: marks.collect(),
        rules: Vec::new(),
    }
}
