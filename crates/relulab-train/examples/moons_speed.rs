//! Times one cell of the MOONS study: `moons_speed [WIDTH] [DEPTH] [STEPS] [dense|convolution] [plain|jumpstart]`.

use relulab_net::{Activation, Initialisation, Loss, Shape, moons};
use relulab_train::{
    Batching, Jumpstart, Optimiser, Points, Precision, Recipe, Regime, Structure, TrainingData, Unobserved, VectorUnit,
    train,
};
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let left_out = |name: &str, other: &str| !words.iter().any(|w| w == name) && words.iter().any(|w| w == other);
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let mut next = |default| numbers.next().unwrap_or(default);
    let (width, depth, steps) = (next(10), next(60), next(1000));
    let Ok(split) = moons() else { return };
    let points = Points {
        inputs: split.train.inputs().to_vec(),
        labels: split.train.labels().to_vec(),
        n_points: split.train.n_points(),
    };
    let points = Arc::new(points);
    for structure in [Structure::Dense, Structure::Convolution] {
        let (name, other) =
            if structure == Structure::Dense { ("dense", "convolution") } else { ("convolution", "dense") };
        if left_out(name, other) {
            continue;
        }
        for jumpstart in [None, Some(Jumpstart::published())] {
            let (penalty, other) = if jumpstart.is_some() { ("jumpstart", "plain") } else { ("plain", "jumpstart") };
            if left_out(penalty, other) {
                continue;
            }
            let recipe = Recipe {
                activation: Activation::Relu,
                loss: Loss::BinaryCrossEntropy,
                optimiser: Optimiser::Adam { learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
                initialisation: Initialisation::GlorotUniform,
                data: TrainingData::Fixed { points: Arc::clone(&points), batching: Batching::Full },
                steps: steps as u64,
                precision: Precision::F32,
                regime: Regime { structure, jumpstart, ..Regime::across_samples() },
                checkpoints: Vec::new(),
            };
            let Ok(shape) = Shape::new(2, vec![width; depth], 1) else { return };
            let mut best = f64::INFINITY;
            let mut losses = Vec::new();
            for seed in 0..3 {
                let start = Instant::now();
                let trained = train(&recipe, &shape, 0, &[seed], VectorUnit::widest(), &Unobserved);
                best = best.min(start.elapsed().as_secs_f64());
                losses.extend(trained.map(|trained| trained[0].training_loss));
            }
            println!("{name} {penalty}: {:.2} µs a step, losses {losses:.4?}", 1e6 * best / steps as f64);
        }
    }
}
