//! Walks from a solution along the eigenvectors of each tier.

use super::{paper, tier};
use crate::check::curves::{self, Across, Curve, CurvePanel, PaperMark};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::panel::{Line, Marker};
use crate::scale::Spread;

/// Name of the exhibit.
pub const NAME: &str = "walks";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Walks along eigenvectors: loss against distance";
/// Colour of the walks along parameters of dead units.
const DEAD_COLOUR: usize = 3;

/// Walks from solutions of one setting.
#[derive(Clone, Debug)]
pub struct WalkSet {
    /// What was trained and for how long.
    pub setting: String,
    /// Distance and loss, for each of the four tiers.
    pub tiers: [Vec<(f64, SeedSummary)>; 4],
    /// The same along single parameters of dead units.
    pub dead: Vec<(f64, SeedSummary)>,
}

/// Walks in several settings.
#[derive(Clone, Debug)]
pub struct Walks {
    /// One panel each.
    pub sets: Vec<WalkSet>,
}

impl Walks {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let panels: Vec<CurvePanel> = self.sets.iter().map(panel).collect();
        let caption = format!(
            "Mean squared error after a walk of a given length along an eigenvector of the pattern Hessian, the larger \
             of both directions and the median over the tier's eigenvectors: medians over seeds ({}), bands between \
             quartiles. Crosses: what the paper says.",
            curves::sample_sizes(&panels)
        );
        let drawing = curves::draw(&panels);
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
        Exhibit::drawn(NAME, &["walks"], figure, curves::table(&panels).finish())
    }
}

fn panel(set: &WalkSet) -> CurvePanel {
    let tiers = set.tiers.iter().enumerate().map(|(place, points)| tier::curve(place, points.clone()));
    let dead = Curve {
        name: "parameters of dead units".to_owned(),
        colour: DEAD_COLOUR,
        marker: Marker::Diamond,
        line: Line::Dashed,
        points: set.dead.clone(),
    };
    let curves = tiers.chain([dead]).filter(|curve| !curve.points.is_empty()).collect();
    let marks = paper::WALKS.iter().map(|(name, distance, range)| PaperMark {
        x: *distance,
        // The middle of a range on a logarithmic axis.
        y: (range[0] * range[1]).sqrt(),
        range: (range[0] < range[1]).then_some(*range),
        colour: tier::TIERS.iter().position(|tier| tier == name).map_or(DEAD_COLOUR, |place| tier::COLOURS[place]),
        name: (*name).to_owned(),
    });
    CurvePanel {
        heading: set.setting.clone(),
        x_label: "distance walked (parameter units)".to_owned(),
        across: Across::Logarithmic,
        y_label: "mean squared error".to_owned(),
        upwards: Spread::Logarithmic,
        curves,
        marks: marks.collect(),
        rules: Vec::new(),
    }
}
