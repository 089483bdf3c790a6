//! Breakpoints against loss: every shape by the median number of its networks' breakpoints, counted exactly.

use crate::axis::{Axis, Frame};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::{SeedSummary, range};
use crate::figure::Figure;
use crate::figure::scatter::{depth_key, draw_by_depth};
use crate::html::Table;
use crate::number::{ABSENT, coefficient, count, tidy};
use crate::panel::Panel;
use crate::scale::{Scale, Spread};
use crate::svg::Svg;
use relulab_study::check::Sample;
use relulab_study::statistics::spearman;
use std::collections::BTreeMap;

/// Name of the exhibit.
pub const NAME: &str = "breakpoints";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Breakpoints against loss, all shapes of x² in 1-D";
const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 430.0;
/// Room at the right for the names of the depths.
const KEY: f64 = 76.0;

/// A shape: depth, breakpoints, loss, the latter two as medians over seeds.
pub type Place = (usize, f64, f64);

/// All shapes through several losses.
#[derive(Clone, Debug)]
pub struct Breakpoints {
    /// Name of the loss, and the shapes that have both numbers.
    pub losses: Vec<(String, Vec<Place>)>,
    /// Folder of the enumeration, which claims name as their evidence.
    pub folder: String,
    /// Seeds per shape.
    pub n_seeds: usize,
}

impl Breakpoints {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let mut svg = Svg::new();
        let width = (WIDTH - KEY) / self.losses.len().max(1) as f64;
        for (place, (loss, shapes)) in self.losses.iter().enumerate() {
            let left = width * place as f64;
            let frame = Frame { left: left + 70.0, right: left + width - 12.0, top: 32.0, bottom: HEIGHT - 50.0 };
            let panel = Panel {
                frame,
                x: Axis::new(
                    Scale::covering(Spread::Linear, shapes.iter().map(|s| s.1)),
                    "breakpoints, median over seeds",
                ),
                y: Axis::new(
                    Scale::covering(Spread::Logarithmic, shapes.iter().map(|s| s.2)),
                    &format!("median loss, {loss}"),
                ),
                title: format!("Spearman's ρ = {}", rank_correlation(shapes)),
            };
            panel.draw(&mut svg);
            draw_by_depth(&mut svg, &panel, shapes);
        }
        if let Some((_, shapes)) = self.losses.first() {
            depth_key(&mut svg, shapes, WIDTH - KEY + 6.0, HEIGHT);
        }
        let n = self.losses.first().map_or(0, |(_, shapes)| shapes.len());
        let caption = format!(
            "{} shapes of 16 neurons, {} seeds each, coloured by depth. Breakpoints are one less than the exact linear \
             pieces on the whole line; the paper counted them on a grid.",
            count(n),
            self.n_seeds
        );
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, (WIDTH, HEIGHT), svg);
        Exhibit::drawn(NAME, &[&self.folder], figure, self.table().finish())
    }

    /// Losses by number of breakpoints: the shapes themselves would be thousands of rows.
    fn table(&self) -> Table {
        let mut table =
            Table::new("numbers exhibit", "", &["loss", "breakpoints", "shapes", "median of medians", "quartiles"]);
        for (loss, shapes) in &self.losses {
            let mut by_count: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            for (_, breakpoints, loss) in shapes {
                by_count.entry(breakpoints.round() as i64).or_default().push(*loss);
            }
            for (breakpoints, losses) in by_count {
                let Some(summary) = SeedSummary::of(&Sample::new(losses)) else { continue };
                table.row(vec![
                    crate::escape::escape_text(loss),
                    breakpoints.to_string(),
                    summary.n.to_string(),
                    tidy(summary.median),
                    summary.quartiles.map_or(ABSENT.to_owned(), range),
                ]);
            }
        }
        table
    }
}

fn rank_correlation(shapes: &[Place]) -> String {
    let (breakpoints, losses): (Vec<f64>, Vec<f64>) = shapes.iter().map(|shape| (shape.1, shape.2)).unzip();
    spearman(&breakpoints, &losses).map_or(ABSENT.to_owned(), coefficient)
}
