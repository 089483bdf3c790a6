//! Size against depth: how near trained networks come to a sawtooth.

use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;

/// Name of the exhibit.
pub const NAME: &str = "size-and-depth";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Size and depth: the distance to a sawtooth that training reaches";

/// Networks of one target.
#[derive(Clone, Debug)]
pub struct Gap {
    /// Folds of the tent map, and for every kind of network a name with units and distances.
    pub folds: Vec<(usize, Vec<Kind>)>,
}

/// A kind of network: its name, and its units with what was measured.
pub type Kind = (String, Vec<(f64, SeedSummary)>);

impl Gap {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let panel = |(folds, kinds): &(usize, Vec<Kind>)| CurvePanel {
            heading: format!("{folds} folds: {} pieces on [0, 1]", 1_u64 << folds.min(&63)),
            x_label: "hidden units".to_owned(),
            across: Across::Logarithmic,
            y_label: "∫ |f − g| over [0, 1]".to_owned(),
            upwards: Spread::Linear,
            curves: kinds
                .iter()
                .enumerate()
                .map(|(place, (name, points))| Curve::nth(place, name, points.clone()))
                .collect(),
            marks: Vec::new(),
            rules: vec![(0.25, "best constant".to_owned())],
        };
        let panels: Vec<CurvePanel> = self.folds.iter().map(panel).collect();
        let caption = format!(
            "Distance of trained networks to folds of the tent map, integrated exactly: medians over seeds and both losses \
             ({}), bands between quartiles, and the best of all seeds.",
            curves::sample_sizes(&panels)
        );
        let drawing = curves::draw(&panels);
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
        Exhibit::drawn(NAME, &["shallow"], figure, curves::table(&panels).finish())
    }
}
