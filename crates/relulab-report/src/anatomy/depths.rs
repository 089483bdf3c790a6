//! The depth frontier of one target and loss, with the paper's numbers beside ours.

use super::paper;
use crate::check::exhibit::Exhibit;
use crate::enumeration::tables;
use crate::escape::slug;
use crate::figure::frontier::{Published, frontier_beside};
use crate::loss_view::LossView;
use crate::number::count;
use relulab_study::summary::DepthSummary;

/// One target of an enumeration, seen through one loss.
#[derive(Clone, Debug)]
pub struct Depths<'a> {
    /// The target's name.
    pub target: &'a str,
    /// Folder of the enumeration, which claims name as their evidence.
    pub folder: &'a str,
    /// Number of inputs.
    pub input_dim: usize,
    /// The loss.
    pub view: LossView,
    /// Its depths, in increasing order.
    pub depths: Vec<&'a DepthSummary>,
}

impl Depths<'_> {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let published = self.published();
        let label = format!("{} in {}", self.target, if self.input_dim == 1 { "1-D" } else { "2-D" });
        let mut figure = frontier_beside(&label, self.view, &self.depths, &published);
        let shapes: usize = self.depths.iter().map(|depth| depth.n_shapes).sum();
        let runs: usize = self.depths.iter().map(|depth| depth.n_runs).sum();
        figure.description += &format!(" {} shapes, {} runs.", count(shapes), count(runs));
        if !published.is_empty() {
            figure.description += " Crosses: the paper's, one seed and the best of unequally many shapes.";
        }
        let name = format!("frontier-{}-{}d-{}", slug(self.target), self.input_dim, self.view.word());
        Exhibit::drawn(&name, &[self.folder], figure, tables::depths(&self.depths, self.view))
    }

    /// The paper's numbers, which are of the widest grid.
    fn published(&self) -> Vec<Published> {
        match (self.view, self.input_dim, self.target) {
            (LossView::Uniform5, 1, "quadratic") => {
                let one = |&(depth, loss, ratio)| Published { depth, loss: Some(loss), ratio: Some(ratio) };
                paper::FRONTIER_1D.iter().map(one).collect()
            }
            (LossView::Uniform5, 2, _) => {
                let one = |&(depth, ratio)| Published { depth, loss: None, ratio: Some(ratio) };
                paper::RATIOS_2D.iter().map(one).collect()
            }
            _ => Vec::new(),
        }
    }
}
