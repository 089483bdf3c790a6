//! First parameters, drawn as a recipe says.

use crate::philox::{Key, Purpose, ROUNDS};
use crate::projection::project_onto_ratio;
use crate::recipe::Recipe;
use crate::structure::Stage;
use relulab_net::{Distribution, Initialisation};

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
        if recipe.initialisation == Initialisation::Orthogonal {
            orthonormalise(&mut parameters[stage.weights.clone()], stage.columns());
        }
        parameters.extend(stage.scales.clone().map(|_| 1.0));
        parameters.extend(stage.shifts.clone().map(|_| 0.0));
    }
    if let Some(mirrored) = &recipe.regime.mirrored
        && let [.., hidden, output] = stages
    {
        if mirrored.begins_mirrored {
            mirror(&mut parameters, hidden, output, key);
        }
        parameters[hidden.biases.clone()].fill(0.0);
        parameters[output.biases.clone()].fill(0.0);
        if mirrored.is_paired {
            for row in parameters[output.weights.clone()].chunks_exact_mut(hidden.n_out) {
                let (plus, minus) = row.split_at_mut(hidden.n_out / 2);
                let mut sizes: Vec<f64> = plus.iter().map(|v| f64::from(v.abs())).collect();
                project_onto_ratio(&mut sizes, mirrored.smallest, mirrored.ratio.unwrap_or(f64::INFINITY));
                for ((plus, minus), size) in plus.iter_mut().zip(minus).zip(sizes) {
                    (*plus, *minus) = (size as f32, -size as f32);
                }
            }
        }
    }
    parameters
}

/// Inputs of the first half N(0, 1/d) and its outputs N(0, 1/m); the other half copies and negates.
fn mirror(parameters: &mut [f32], hidden: &Stage, output: &Stage, key: Key) {
    let normal = |n: usize| Distribution::Normal { deviation: (1.0 / n as f64).sqrt() };
    let half = hidden.n_out / 2;
    let first = &hidden.weights;
    let middle = first.start + half * hidden.columns();
    for index in first.start..middle {
        let value = draw(normal(hidden.columns()), key, index as u64);
        (parameters[index], parameters[middle + index - first.start]) = (value, value);
    }
    for row in output.weights.clone().step_by(hidden.n_out) {
        for index in row..row + half {
            let value = draw(normal(hidden.n_out), key, index as u64);
            (parameters[index], parameters[index + half]) = (value, -value);
        }
    }
}

/// Makes the rows of a matrix orthogonal, or its columns where they are fewer, each of length √2: the gain that ReLU
/// calls for.
///
/// *Algorithm*: Gram and Schmidt's, twice, in f64. A vector that lies in the span of those before it, which has
/// probability 0, becomes 0.
fn orthonormalise(matrix: &mut [f32], columns: usize) {
    let rows = matrix.len() / columns;
    let place = |vector: usize, k: usize| if rows <= columns { vector * columns + k } else { k * columns + vector };
    let length = rows.max(columns);
    let mut done: Vec<Vec<f64>> = Vec::new();
    for vector in 0..rows.min(columns) {
        let mut x: Vec<f64> = (0..length).map(|k| f64::from(matrix[place(vector, k)])).collect();
        for _ in 0..2 {
            for other in &done {
                let along: f64 = x.iter().zip(other).map(|(a, b)| a * b).sum();
                x.iter_mut().zip(other).for_each(|(a, b)| *a -= along * b);
            }
        }
        let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        x.iter_mut().for_each(|x| *x = if norm > 0.0 { *x / norm } else { 0.0 });
        for (k, value) in x.iter().enumerate() {
            matrix[place(vector, k)] = (std::f64::consts::SQRT_2 * value) as f32;
        }
        done.push(x);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orthogonal_matrices_are() {
        for (rows, columns) in [(3, 5), (5, 3), (4, 4), (1, 7), (7, 1)] {
            let draw = |k: usize| draw(Distribution::Normal { deviation: 1.0 }, Key::derive([5]), k as u64);
            let mut matrix: Vec<f32> = (0..rows * columns).map(draw).collect();
            orthonormalise(&mut matrix, columns);
            let at = |vector: usize, k: usize| {
                f64::from(matrix[if rows <= columns { vector * columns + k } else { k * columns + vector }])
            };
            for a in 0..rows.min(columns) {
                for b in 0..=a {
                    let product: f64 = (0..rows.max(columns)).map(|k| at(a, k) * at(b, k)).sum();
                    let expected = if a == b { 2.0 } else { 0.0 };
                    assert!((product - expected).abs() < 1e-6, "{rows}×{columns}: {a}, {b}: {product}");
                }
            }
        }
    }
}
