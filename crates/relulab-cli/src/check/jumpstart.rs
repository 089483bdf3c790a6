//! `relulab check jumpstart`: trains thin and deep networks with and without the penalty, then judges.

use super::paper::Paper;
use relulab_report::jumpstart::{CITATION, parts};
use relulab_study::jumpstart;

/// The check of the paper on jumpstart regularisation.
pub fn paper() -> Paper {
    Paper {
        name: jumpstart::NAME,
        experiments: jumpstart::experiments(),
        claims: jumpstart::claims,
        parts,
        title: "Jumpstart, checked",
        citation: CITATION,
        notes: &[
            "MOONS: 85 points to train on and 15 to validate with, all at once, Adam at 0.01 for 5,000 epochs, in f32; Glorot's \
             initialisation unless a variant says otherwise.",
            "Accuracies are looked at every few epochs, as conventions say; a run that diverged has none and fails.",
            "Depths beyond the grid are not extrapolated; cells that were not trained are blank.",
        ],
    }
}
