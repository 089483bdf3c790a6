//! The figures of the anatomy paper, redrawn from readings and enumerations.
//!
//! Each figure has a file, and a plain struct of what it shows; [`sources`] fills the structs from readings, and
//! [`paper`] holds what the paper prints, which is drawn beside ours.

pub mod activations;
pub mod breakpoints;
pub mod cloud;
pub mod connectivity;
pub mod construction;
pub mod dead;
pub mod depths;
pub mod dimension;
pub mod paper;
pub mod sources;
pub mod spectra;
pub mod tier;
pub mod transition;
pub mod walks;

use crate::check::exhibit::{Exhibit, Part};
use crate::loss_view::LossView;
use relulab_study::summary::{DepthSummary, Summary};
use sources::ByExperiment;

/// The paper.
pub const CITATION: &str = "“The Anatomy of Small Neural Networks: Parameter Space Structure, Architecture Selection, \
     and the Depth-Width Tradeoff” (2026)";

/// One target of a finished enumeration.
#[derive(Clone, Copy, Debug)]
pub struct Enumeration<'a> {
    /// The target's name.
    pub target: &'a str,
    /// Number of inputs.
    pub input_dim: usize,
    /// Folder of its records, which claims name as their evidence.
    pub folder: &'a str,
    /// Its analysis, perhaps beside other targets.
    pub summary: &'a Summary,
}

/// Targets whose depth frontier is drawn: dimension and name.
const FRONTIERS: [(usize, &str); 3] = [(1, "quadratic"), (2, "quadratic"), (2, "interaction")];
/// Losses of the frontiers: the paper's, mostly outside the training data, and the one under their distribution.
const VIEWS: [LossView; 2] = [LossView::Uniform5, LossView::Normal];

/// All figures by part of the paper; what is absent from `readings` or `enumerations` is named as not measured.
pub fn parts(readings: &ByExperiment, enumerations: &[Enumeration<'_>]) -> Vec<Part> {
    let part = |title: &str, introduction: &str, exhibits: Vec<Exhibit>| Part {
        title: title.to_owned(),
        introduction: introduction.to_owned(),
        exhibits,
    };
    let spectra = sources::spectra(readings).map(|one| one.exhibit());
    let walks = sources::walks(readings).map(|one| one.exhibit());
    let cloud = sources::cloud(readings).map(|one| one.exhibit());
    let connectivity = sources::connectivity(readings).map(|one| one.exhibit());
    let transition = sources::transition(readings).map(|one| one.exhibit());
    let activations = sources::activations(readings).map(|one| one.exhibit());
    let dead = sources::dead(readings).map(|one| one.exhibit());
    let construction = sources::construction(readings).map(|one| one.exhibit());
    let missing = Exhibit::not_measured;
    vec![
        part(
            "Parameter space",
            "Where the loss is steep and where it is flat around a trained network, and how solutions relate.",
            vec![
                spectra.unwrap_or_else(|| missing(spectra::NAME, &["spectra"], spectra::TITLE)),
                walks.unwrap_or_else(|| missing(walks::NAME, &["walks"], walks::TITLE)),
                cloud.unwrap_or_else(|| missing(cloud::NAME, &["cloud"], cloud::TITLE)),
                connectivity.unwrap_or_else(|| missing(connectivity::NAME, &["connectivity"], connectivity::TITLE)),
            ],
        ),
        part(
            "Training",
            "How the spectrum changes from the first step to the last.",
            vec![transition.unwrap_or_else(|| missing(transition::NAME, &["dynamics"], transition::TITLE))],
        ),
        part(
            "Architecture",
            "Which depth and which shape reach the smallest loss, in and out of the training distribution.",
            architecture(enumerations),
        ),
        part("Input dimension", "Whether depth helps when there are more inputs and more neurons.", sweeps(readings)),
        part(
            "Dead units and activations",
            "How many units die, where, and what other activations change.",
            vec![
                dead.unwrap_or_else(|| missing(dead::NAME, &["named-shapes", "layer-death"], dead::TITLE)),
                activations.unwrap_or_else(|| missing(activations::NAME, &["activations"], activations::TITLE)),
            ],
        ),
        part(
            "Construction",
            "Networks moved to another function by linear algebra alone.",
            vec![construction.unwrap_or_else(|| missing(construction::NAME, &["construction"], construction::TITLE))],
        ),
    ]
}

fn architecture(enumerations: &[Enumeration<'_>]) -> Vec<Exhibit> {
    let mut exhibits = Vec::new();
    for (input_dim, target) in FRONTIERS {
        let found = enumerations.iter().find(|one| (one.input_dim, one.target) == (input_dim, target));
        let Some(found) = found else {
            let title = format!("Frontier of {target} in {input_dim}-D");
            exhibits.push(Exhibit::not_measured(&format!("frontier-{target}-{input_dim}d"), &[], &title));
            continue;
        };
        let mut depths: Vec<&DepthSummary> =
            found.summary.depths.iter().filter(|depth| depth.target == target).collect();
        depths.sort_by_key(|depth| depth.depth);
        for view in VIEWS {
            let depths = depths.clone();
            let Enumeration { target, input_dim, folder, .. } = *found;
            exhibits.push(depths::Depths { target, folder, input_dim, view, depths }.exhibit());
        }
    }
    let line = enumerations.iter().find(|one| (one.input_dim, one.target) == FRONTIERS[0]);
    let breakpoints = line.and_then(breakpoints_of).map(|one| one.exhibit());
    exhibits.push(breakpoints.unwrap_or_else(|| Exhibit::not_measured(breakpoints::NAME, &[], breakpoints::TITLE)));
    exhibits
}

fn breakpoints_of(found: &Enumeration<'_>) -> Option<breakpoints::Breakpoints> {
    let shapes = || found.summary.shapes.iter().filter(|shape| shape.target == found.target);
    let losses = VIEWS.map(|view| {
        let places = shapes().filter_map(|shape| {
            let loss = view.of(&shape.losses)?.median.filter(|loss| *loss > 0.0 && loss.is_finite())?;
            Some((shape.depth, shape.pieces_median? - 1.0, loss))
        });
        (view.label().to_owned(), places.collect::<Vec<_>>())
    });
    let n_seeds = shapes().map(|shape| shape.n_seeds).min()?;
    let folder = found.folder.to_owned();
    let losses: Vec<_> = losses.into_iter().filter(|(_, places)| !places.is_empty()).collect();
    (!losses.is_empty()).then_some(breakpoints::Breakpoints { losses, folder, n_seeds })
}

fn sweeps(readings: &ByExperiment) -> Vec<Exhibit> {
    let sweeps: Vec<Exhibit> = sources::dimension(readings).iter().map(dimension::DimensionSweep::exhibit).collect();
    if sweeps.is_empty() {
        return vec![Exhibit::not_measured(dimension::NAME, &["dimension"], dimension::TITLE)];
    }
    sweeps
}
