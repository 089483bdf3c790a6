//! Accuracy with equal numbers of units, and the parameters that it takes.

use super::{ByExperiment, title};
use crate::check::exhibit::Exhibit;
use crate::check::rows::{self, Cell, Row, RowPanel};
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::number::count;
use crate::scale::Spread;
use relulab_study::check::Readings;
use relulab_study::jumpstart::cell::{BEST, LAST, PARTS, score};
use relulab_study::jumpstart::efficiency::{PAIRS, TASKS, case_of};
use relulab_study::jumpstart::moons::PUBLISHED;

const NAME: &str = "efficiency";
const TITLE: &str = "Parameters: deep and thin against shallow and wide";
/// Epochs at which accuracies are shown.
const EPOCHS: [(&str, &str); 2] = [(BEST, "best epoch"), (LAST, "last epoch")];

/// The figure.
pub fn exhibit(all: &ByExperiment) -> Exhibit {
    let panels: Vec<RowPanel> = all.get(NAME).map(panels).unwrap_or_default();
    if panels.is_empty() {
        return Exhibit::not_measured(NAME, &[NAME], TITLE);
    }
    let name = |variant: &str| EPOCHS.map(|(_, epoch)| format!("{}, {epoch}", title(variant)));
    let series: Vec<String> = PUBLISHED.into_iter().flat_map(name).collect();
    let caption = format!(
        "Depth × width, two pairs with as many units each, the deeper one with fewer parameters: medians over seeds ({}), \
         thick bars between quartiles, 95 % intervals. On the random labels training accuracy is shown, since they can \
         only be learnt by heart.",
        rows::sample_sizes(&panels)
    );
    let drawing = rows::draw(&series, &panels);
    let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(NAME, &[NAME], figure, rows::table(&series, &panels).finish())
}

fn panels(readings: &Readings) -> Vec<RowPanel> {
    let panel = |task: &str| {
        let part = usize::from(task != "random");
        RowPanel {
            heading: format!("{task}, {} accuracy", PARTS[part]),
            label: "accuracy".to_owned(),
            spread: Spread::Linear,
            reference: None,
            rows: PAIRS.into_iter().flatten().filter_map(|shape| row(readings, task, part, shape)).collect(),
        }
    };
    TASKS.into_iter().map(panel).filter(|panel| !panel.rows.is_empty()).collect()
}

/// The accuracies of a shape; `None` where it was not trained.
fn row(readings: &Readings, task: &str, part: usize, shape: [usize; 2]) -> Option<Row> {
    let [depth, width] = shape;
    let case = |variant| case_of(task, variant, shape);
    let parameters = PUBLISHED.iter().find_map(|variant| readings.sample(&case(variant), "parameters").median())?;
    let of = |variant| {
        EPOCHS.map(|(which, _)| Cell {
            ours: SeedSummary::with_interval(&readings.sample(&case(variant), &score(part, which))),
            paper: None,
        })
    };
    Some(Row {
        name: format!("{depth}×{width}, {} parameters", count(parameters as usize)),
        cells: PUBLISHED.into_iter().flat_map(of).collect(),
    })
}
