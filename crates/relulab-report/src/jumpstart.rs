//! The figures of jumpstart regularisation, drawn from readings.

mod death;
mod efficiency;
mod evolution;
mod plane;
mod remedies;
mod settings;
mod trainable;

use crate::check::exhibit::{Exhibit, Part};
use relulab_study::check::Readings;
use relulab_study::jumpstart::ARCHITECTURES;
use std::collections::BTreeMap;

/// The paper.
pub const CITATION: &str = "Riera, Rey, Serra, Puertas and Pujol: “Training Thinner and Deeper Neural Networks: Jumpstart \
Regularization” (CPAIOR 2022)";

/// Readings by experiment.
type ByExperiment = BTreeMap<String, Readings>;

/// All figures by part of the paper; what is absent from `readings` is named as not measured.
pub fn parts(readings: &ByExperiment) -> Vec<Part> {
    let part = |title: &str, introduction: &str, exhibits: Vec<Exhibit>| Part {
        title: title.to_owned(),
        introduction: introduction.to_owned(),
        exhibits,
    };
    let mut planes = vec![trainable::exhibit(readings)];
    planes.extend(ARCHITECTURES.iter().flat_map(|architecture| plane::exhibits(readings, architecture)));
    let mut deaths = vec![death::exhibit(readings)];
    deaths.extend(ARCHITECTURES.iter().flat_map(|architecture| evolution::exhibits(readings, architecture)));
    vec![
        part("Which networks train", "MOONS, every width and depth of the paper, over seeds.", planes),
        part(
            "Dead and linear",
            "Units and points that are off everywhere, or on everywhere, before training and in its course.",
            deaths,
        ),
        part(
            "Beyond the paper",
            "What a practitioner would try first, what a parameter buys, and the penalty's settings.",
            vec![
                remedies::depths(readings),
                remedies::planes(readings),
                efficiency::exhibit(readings),
                settings::exhibit(readings),
            ],
        ),
    ]
}

/// How a way to train is called in figures.
fn title(variant: &str) -> String {
    let words: Vec<&str> = variant
        .split('+')
        .map(|word| match word {
            "both" => "jumpstart",
            "units" => "jumpstart, units alone",
            "points" => "jumpstart, points alone",
            "leaky_relu" => "LeakyReLU",
            "he" => "He",
            "batch_norm" => "batch norm",
            "slow" => "step size 0.001",
            other => other,
        })
        .collect();
    words.join(" + ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::exhibit::Content;
    use relulab_study::jumpstart::cell::{BEST, LAST, score};
    use relulab_study::jumpstart::{baselines, efficiency, initial_death, moons, weights};

    /// Readings of every experiment, as a run of a few cells would leave them.
    fn readings() -> ByExperiment {
        let mut all = ByExperiment::new();
        let mut note = |experiment: &str, case: &str, value: f64| {
            let readings: &mut Readings = all.entry(experiment.to_owned()).or_default();
            for seed in 0..3 {
                for (part, which) in [(0, BEST), (0, LAST), (1, BEST), (1, LAST)] {
                    readings.push(case, seed, &score(part, which), value - 0.01 * seed as f64);
                }
                readings.push(case, seed, "some dead layer", value);
                for quantity in ["dead units", "linear units", "dead points", "linear points"] {
                    readings.push(case, seed, &format!("{quantity} epoch=25"), value);
                }
            }
            for quantity in ["parameters", "formula", "formula as printed", "formula above living layers"] {
                readings.push(case, 0, quantity, 10.0 * value);
            }
        };
        for architecture in ARCHITECTURES {
            for (depth, value) in [(5, 1.0), (10, 0.8), (60, 0.52)] {
                for variant in moons::PUBLISHED {
                    note("moons", &moons::case_of(architecture, variant, 3, depth), value);
                }
                for variant in moons::SINGLE_AXES {
                    note("axes", &moons::case_of(architecture, variant, 3, depth), value);
                }
            }
        }
        for variant in baselines::VARIANTS {
            note("baselines", &baselines::case_of(variant, 3, 10), 0.9);
        }
        for shape in efficiency::PAIRS.into_iter().flatten() {
            note("efficiency", &efficiency::case_of("moons", "both", shape), 0.9);
        }
        for depth in [2, 5] {
            note("initial-death", &initial_death::case_of(2, depth), 0.5);
        }
        let [first, ..] = weights::CELLS;
        for power in weights::POWERS {
            note("weights", &weights::case_of(first, "mean", power, weights::MARGINS[0], weights::TIES[0]), 0.7);
        }
        all
    }

    #[test]
    fn everything_that_was_measured_is_drawn() {
        let parts = parts(&readings());
        let exhibits: Vec<&Exhibit> = parts.iter().flat_map(|part| &part.exhibits).collect();
        assert_eq!(exhibits.len(), 1 + 6 + 1 + 4 + 4);
        for exhibit in &exhibits {
            let Content::Drawn(figure, table) = &exhibit.content else { panic!("{} is not drawn", exhibit.name) };
            assert!(table.matches("<tr>").count() > 1, "{} has numbers", exhibit.name);
            assert!(!figure.standalone().contains("NaN"));
        }
        let names: std::collections::BTreeSet<&str> = exhibits.iter().map(|exhibit| exhibit.name.as_str()).collect();
        assert_eq!(names.len(), exhibits.len());
    }

    #[test]
    fn what_was_not_measured_is_named() {
        let parts = parts(&ByExperiment::new());
        let exhibits = parts.iter().flat_map(|part| &part.exhibits);
        assert!(exhibits.into_iter().all(|exhibit| matches!(exhibit.content, Content::NotMeasured(_))));
    }

    #[test]
    fn ways_to_train_have_names() {
        assert_eq!(title("he+both"), "He + jumpstart");
        assert_eq!(title("baseline"), "baseline");
    }
}
