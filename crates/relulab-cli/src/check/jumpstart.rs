//! `relulab check jumpstart`: trains thin and deep networks with and without the penalty, then judges.

use super::paper::Paper;
use relulab_study::jumpstart;

/// The check of the paper on jumpstart regularisation.
pub fn paper() -> Paper {
    Paper {
        name: jumpstart::NAME,
        experiments: jumpstart::experiments(),
        claims: jumpstart::claims,
        parts: |_| Vec::new(),
        title: "Jumpstart, checked",
        citation: "",
        notes: &[],
    }
}
