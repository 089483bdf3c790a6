//! Dead units by shape, and by layer.

use crate::check::exhibit::Exhibit;
use crate::check::rows::{self, Row, RowPanel};
use crate::figure::Figure;
use crate::scale::Spread;

/// Name of the exhibit.
pub const NAME: &str = "dead-units";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Dead units by shape and by layer";

/// Dead units under one heading.
#[derive(Clone, Debug)]
pub struct DeadUnits {
    /// What the rows are: `by shape`.
    pub heading: String,
    /// A shape or a layer each; for every target our count and the paper's.
    pub rows: Vec<Row>,
}

/// Dead units under several headings.
#[derive(Clone, Debug)]
pub struct Dead {
    /// Names of the targets.
    pub targets: Vec<String>,
    /// One panel each.
    pub counts: Vec<DeadUnits>,
    /// Which training, and on how many samples a unit is observed.
    pub setting: String,
}

impl Dead {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let panels: Vec<RowPanel> = self.counts.iter().map(panel).collect();
        let caption = format!(
            "Units whose pre-activation is nowhere positive, {}: medians over seeds ({}), thick bars between quartiles. \
             Crosses: the paper's single runs.",
            self.setting,
            rows::sample_sizes(&panels)
        );
        let drawing = rows::draw(&self.targets, &panels);
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
        let table = rows::table(&self.targets, &panels).finish();
        Exhibit::drawn(NAME, &["named-shapes", "layer-death"], figure, table)
    }
}

fn panel(units: &DeadUnits) -> RowPanel {
    RowPanel {
        heading: units.heading.clone(),
        label: "dead units".to_owned(),
        spread: Spread::Linear,
        reference: None,
        rows: units.rows.clone(),
    }
}
