//! Connectivity: the loss on the straight path between two solutions, under several alignments.

use super::paper;
use crate::check::curves::{self, Across, Curve, CurvePanel, PaperMark};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;

/// Name of the exhibit.
pub const NAME: &str = "connectivity";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Loss on the straight path between two solutions";

/// Paths between solutions of one target.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The target's name.
    pub target: String,
    /// Name of the alignment; place on the path (0 to 1) and loss.
    pub methods: Vec<(String, Vec<(f64, SeedSummary)>)>,
}

/// Paths for several targets.
#[derive(Clone, Debug)]
pub struct Connectivity {
    /// One panel each.
    pub targets: Vec<Paths>,
    /// What was trained and for how long.
    pub setting: String,
}

impl Connectivity {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let panels: Vec<CurvePanel> = self.targets.iter().map(panel).collect();
        let caption = format!(
            "Mean squared error on the line between two independently trained networks ({}), before and after their \
             units were matched: medians over pairs ({}), bands between quartiles. Crosses: the paper's highest point, \
             drawn at the middle.",
            self.setting,
            curves::sample_sizes(&panels)
        );
        let drawing = curves::draw(&panels);
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
        Exhibit::drawn(NAME, &["connectivity"], figure, curves::table(&panels).finish())
    }
}

fn panel(paths: &Paths) -> CurvePanel {
    let colour_of = |method: &str| paths.methods.iter().position(|(name, _)| name == method);
    let marks = paper::BARRIERS.iter().filter(|_| paths.target == "linear").filter_map(|(method, height)| {
        let (colour, name) = (colour_of(method)?, (*method).to_owned());
        Some(PaperMark { x: 0.5, y: *height, range: None, colour, name })
    });
    let curves = paths.methods.iter().enumerate();
    CurvePanel {
        heading: format!("target {}", paths.target),
        x_label: "place on the path (0 and 1: its ends)".to_owned(),
        across: Across::Linear,
        y_label: "mean squared error".to_owned(),
        upwards: Spread::Logarithmic,
        marks: marks.collect(),
        curves: curves.map(|(place, (name, points))| Curve::nth(place, name, points.clone())).collect(),
        rules: Vec::new(),
    }
}
