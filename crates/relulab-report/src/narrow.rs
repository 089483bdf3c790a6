//! The figures of training narrow networks, drawn from readings.

mod errors;
mod ingredients;
mod panels;
mod path;
mod sources;
mod stationary;

use crate::check::exhibit::{Exhibit, Part};
use relulab_study::check::Readings;
use std::collections::BTreeMap;

/// The paper.
pub const CITATION: &str = "Zhang, Zhang, Hong, Sun and Luo: “When Expressivity Meets Trainability: Fewer than n Neurons \
                            Can Work” (NeurIPS 2021)";

/// Readings by experiment.
type ByExperiment = BTreeMap<String, Readings>;

/// All figures by part of the paper; what is absent from `readings` is named as not measured.
pub fn parts(readings: &ByExperiment) -> Vec<Part> {
    let part = |title: &str, introduction: &str, exhibits: Vec<Exhibit>| Part {
        title: title.to_owned(),
        introduction: introduction.to_owned(),
        exhibits,
    };
    vec![
        part(
            "Width and radius",
            "Random numbers as labels. Our regime: mirrored start, pairs, projected descent; the regular one: plain descent under \
             the same ball around its own start.",
            vec![panels::exhibit(readings), path::exhibit(readings), ingredients::exhibit(readings)],
        ),
        part(
            "Stationary points",
            "Where descent does not get to, constrained Newton steps do: points that are verified to be stationary in the \
             constrained problem.",
            vec![stationary::exhibit(readings)],
        ),
        part(
            "Beside what anyone would try first",
            "The same number of steps, and of step sizes tried, for every way to train.",
            [vec![errors::random_labels(readings)], errors::tabular(readings).to_vec(), vec![errors::vision(readings)]]
                .concat(),
        ),
    ]
}

#[cfg(test)]
mod tests;
