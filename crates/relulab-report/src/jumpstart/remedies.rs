//! Other ways to train deep thin networks, beside jumpstart.

use super::{ByExperiment, plane, title};
use crate::check::exhibit::Exhibit;
use crate::check::heat::{self, HeatPanel};
use crate::check::rows::{self, Cell, Row, RowPanel};
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::jumpstart::ARCHITECTURES;
use relulab_study::jumpstart::baselines::widths;
use relulab_study::jumpstart::cell::{BEST, score};
use relulab_study::jumpstart::grid::{Grid, Success, dense_variants};
use relulab_study::jumpstart::moons::PUBLISHED;

const PLANES: &str = "remedies";
const PLANES_TITLE: &str = "Usual remedies: training accuracy of the best epoch";
const DEPTHS: &str = "remedies-depth";
const DEPTHS_TITLE: &str = "Usual remedies: the largest depth that trains";
const EXPERIMENTS: [&str; 2] = ["baselines", "moons"];
/// Widths whose depths are drawn; the table has all.
const DRAWN_WIDTHS: [usize; 3] = [3, 10, 25];
/// Heatmaps beside each other.
const PER_ROW: usize = 4;

/// Whether a remedy was measured at all; the baseline and jumpstart come from another experiment.
fn is_measured(readings: &ByExperiment) -> bool {
    readings.get(EXPERIMENTS[0]).is_some_and(|readings| !readings.is_empty())
}

/// Heatmaps of all remedies at their widths.
pub fn planes(readings: &ByExperiment) -> Exhibit {
    if !is_measured(readings) {
        return Exhibit::not_measured(PLANES, &EXPERIMENTS, PLANES_TITLE);
    }
    let panel = |variant| plane::panel(&Grid::new(readings, ARCHITECTURES[0], variant), &score(0, BEST));
    let panels = dense_variants().into_iter().map(panel).filter(|panel| !panel.columns.is_empty());
    let mut panels: Vec<HeatPanel> = panels.collect();
    // The baseline and jumpstart were trained at more widths and depths than the remedies.
    let tried = |labels: fn(&HeatPanel) -> &Vec<String>, panels: &[HeatPanel]| -> Vec<String> {
        panels.iter().filter(|panel| !is_published(panel)).flat_map(|panel| labels(panel).clone()).collect()
    };
    let (columns, rows) = (tried(|panel| &panel.columns, &panels), tried(|panel| &panel.rows, &panels));
    panels.iter_mut().for_each(|panel| panel.keep(&columns, &rows));
    let scale = plane::scale("training accuracy, best epoch, median over seeds".to_owned(), PER_ROW);
    let caption = "Dense networks: the baseline and jumpstart, the usual remedies, and both together; gaps were not \
                   trained."
        .to_owned();
    let drawing = heat::draw(&scale, &panels);
    let figure = Figure::new(PLANES, PLANES_TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(PLANES, &EXPERIMENTS, figure, heat::table(&scale, &panels).finish())
}

/// Whether a panel is of the baseline or of jumpstart alone.
fn is_published(panel: &HeatPanel) -> bool {
    PUBLISHED.iter().any(|variant| title(variant) == panel.heading)
}

/// The largest depth that each trains to: a panel for every width.
pub fn depths(readings: &ByExperiment) -> Exhibit {
    if !is_measured(readings) {
        return Exhibit::not_measured(DEPTHS, &EXPERIMENTS, DEPTHS_TITLE);
    }
    let last = Success { at_best: false, ..Success::PAPER };
    let series = ["best epoch".to_owned(), "last epoch".to_owned()];
    let panel = |width: usize| {
        let row = |variant| {
            let grid = Grid::new(readings, ARCHITECTURES[0], variant);
            let cell = |success: Success| Cell {
                ours: SeedSummary::with_interval(&grid.trainable(width, &success)),
                paper: None,
            };
            Row { name: title(variant), cells: vec![cell(Success::PAPER), cell(last)] }
        };
        let rows: Vec<Row> = dense_variants().into_iter().map(row).collect();
        RowPanel {
            heading: format!("width {width}"),
            label: "largest depth that trains".to_owned(),
            spread: Spread::Linear,
            reference: None,
            rows: rows.into_iter().filter(|row| row.cells.iter().any(|cell| cell.ours.is_some())).collect(),
        }
    };
    let panels = |widths: &[usize]| -> Vec<RowPanel> {
        widths.iter().map(|&width| panel(width)).filter(|panel| !panel.rows.is_empty()).collect()
    };
    let (drawn, all) = (panels(&DRAWN_WIDTHS), panels(&widths(relulab_study::check::Scale::Full)));
    let caption = format!(
        "The largest depth of dense networks at which {}, and the same with the last epoch: medians over seeds ({}), \
         thick bars between quartiles, 95 % intervals. The table has every width.",
        Success::PAPER.words(),
        rows::sample_sizes(&drawn)
    );
    let drawing = rows::draw(&series, &drawn);
    let figure = Figure::new(DEPTHS, DEPTHS_TITLE.to_owned(), caption, drawing.size, drawing.svg);
    Exhibit::drawn(DEPTHS, &EXPERIMENTS, figure, rows::table(&series, &all).finish())
}
