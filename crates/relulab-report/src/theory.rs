//! The figures of the theory of depth, drawn from readings.

mod gap;
mod graph;
mod sources;
mod zonotope;

use crate::check::exhibit::{Exhibit, Part};
use relulab_study::check::Readings;
use std::collections::BTreeMap;

/// The paper.
pub const CITATION: &str =
    "Arora, Basu, Mianjy and Mukherjee: “Understanding Deep Neural Networks with Rectified Linear Units” (ICLR 2018)";

/// Readings by experiment.
type ByExperiment = BTreeMap<String, Readings>;

/// All figures by part of the paper; what is absent from `readings` is named as not measured.
pub fn parts(readings: &ByExperiment) -> Vec<Part> {
    let part = |title: &str, introduction: &str, exhibits: Vec<Exhibit>| Part {
        title: title.to_owned(),
        introduction: introduction.to_owned(),
        exhibits,
    };
    let graphs = sources::graphs(readings).map(|one| one.exhibit());
    let gap = sources::gap(readings).map(|one| one.exhibit());
    let cells = sources::cells(readings).map(|one| one.exhibit());
    vec![
        part(
            "Hard functions",
            "Functions that a deep narrow network has for nothing, and what a shallow one can do about them.",
            vec![
                graphs.unwrap_or_else(|| Exhibit::not_measured(graph::NAME, &["pictures"], graph::TITLE)),
                gap.unwrap_or_else(|| Exhibit::not_measured(gap::NAME, &["shallow"], gap::TITLE)),
            ],
        ),
        part(
            "Zonotopes",
            "The same functions of several variables.",
            vec![cells.unwrap_or_else(|| Exhibit::not_measured(zonotope::NAME, &["pictures"], zonotope::TITLE))],
        ),
    ]
}
