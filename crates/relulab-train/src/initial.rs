//! First parameters, drawn as a recipe says.

use crate::philox::{Key, Purpose, ROUNDS};
use crate::recipe::Recipe;
use crate::structure::Stage;
use relulab_net::Distribution;

/// The first parameters of the network of a key; drawn in f32 at either precision, so that both start at the same
/// point.
pub(crate) fn initial_parameters(recipe: &Recipe, stages: &[Stage], key: Key) -> Vec<f32> {
    let mut parameters = Vec::with_capacity(stages.last().map_or(0, |stage| stage.biases.end));
    for stage in stages {
        let weights = recipe.initialisation.weights(stage.columns(), stage.units());
        let biases = recipe.initialisation.biases(stage.columns());
        for (range, distribution) in [(&stage.weights, weights), (&stage.biases, biases)] {
            parameters.extend(range.clone().map(|index| draw(distribution, key, index as u64)));
        }
    }
    parameters
}

/// Parameter `index` of a network, from the block of that number in its initialisation stream.
fn draw(distribution: Distribution, key: Key, index: u64) -> f32 {
    let words = key.block::<ROUNDS>([index as u32, (index >> 32) as u32, Purpose::Initialisation as u32, 0]);
    // Two words give a uniform in (0, 1) with 53 bits.
    let uniform = |high: u32, low: u32| {
        let bits = (u64::from(high) << 21) | u64::from(low >> 11);
        (bits as f64 + 0.5) / 9_007_199_254_740_992.0
    };
    match distribution {
        Distribution::Zero => 0.0,
        Distribution::Uniform { limit } => (limit * (2.0 * uniform(words[0], words[1]) - 1.0)) as f32,
        Distribution::Normal { deviation } => {
            let radius = (-2.0 * libm::log(uniform(words[0], words[1]))).sqrt();
            let angle = 2.0 * std::f64::consts::PI * uniform(words[2], words[3]);
            (deviation * radius * libm::cos(angle)) as f32
        }
    }
}
