//! The check of training narrow networks: mirrored pairs and projected gradients beside what anyone would try first.
//!
//! *Reference*: Zhang, Zhang, Hong, Sun and Luo, "When Expressivity Meets Trainability: Fewer than n Neurons Can Work"
//! (NeurIPS 2021).

pub mod ablations;
mod claims;
pub mod constrained;
pub mod hidden_layer;
pub mod images;
pub mod kkt;
pub mod panels;
pub mod random_labels;
mod score;
pub mod tables;
pub mod tabular;
pub mod trial;
pub mod vision;

pub use claims::claims;
pub use images::Images;

use crate::check::Experiment;

/// Name of the check.
pub const NAME: &str = "narrow";

/// What the user's folders gave.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// MNIST.
    pub mnist: Option<Images>,
    /// Fashion-MNIST.
    pub fashion_mnist: Option<Images>,
}

/// All experiments; without images, none of vision.
pub fn experiments(data: &Data) -> Vec<Box<dyn Experiment>> {
    let mut experiments: Vec<Box<dyn Experiment>> = vec![
        Box::new(panels::Panels),
        Box::new(ablations::Ablations),
        Box::new(random_labels::RandomLabels),
        Box::new(kkt::Kkt),
        Box::new(tabular::Tabular),
    ];
    let named = [("mnist", &data.mnist), ("fashion-mnist", &data.fashion_mnist)];
    let images: Vec<_> = named.into_iter().filter_map(|(name, images)| Some((name, images.clone()?))).collect();
    if !images.is_empty() {
        experiments.push(Box::new(vision::Vision { images }));
    }
    experiments
}

#[cfg(test)]
mod tests;
