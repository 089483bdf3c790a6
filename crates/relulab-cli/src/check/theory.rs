//! `relulab check theory`: builds, counts and trains what is missing, then judges.

use super::paper::Paper;
use relulab_report::theory::{CITATION, parts};
use relulab_study::theory;

/// The check of the paper on expressivity and global training.
pub fn paper() -> Paper {
    Paper {
        name: theory::NAME,
        experiments: theory::experiments(),
        claims: theory::claims,
        parts,
        title: "The theory of depth, checked",
        citation: CITATION,
        notes: &[
            "A piece is a maximal connected set on which the function is affine, joined over facets; all are counted exactly, \
             on the whole line or space unless a convention says otherwise.",
            "Constructed networks hold their parameters without rounding; distances of trained networks are exact integrals.",
            "Networks train in f32 with Adam at 0.01 on 64 fresh uniform points of [0, 1] a step.",
        ],
    }
}
