//! Quick timing while tuning: milliseconds per network on two threads, and the fraction of the FMA peak.
use relulab_net::*;
use relulab_train::*;
use std::time::Instant;

fn main() {
    let unit: VectorUnit = std::env::args().nth(1).map_or(VectorUnit::widest(), |t| t.parse().unwrap());
    let threads: usize = std::env::args().nth(2).map_or(1, |t| t.parse().unwrap());
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().unwrap();
    let peak = || {
        let start = Instant::now();
        let (ops, sum) = measure_fma_peak(unit, 2_000_000);
        assert!(sum.is_finite());
        ops / start.elapsed().as_secs_f64() / 1e9
    };
    let shapes: Vec<String> = std::env::args().nth(3).map_or(
        ["16", "5,7,4", "4,4,4,4", "32,32", "2,2,2,2,2,2,2,2", "1,2,3,1,2,3,1,1,2", "64"].map(String::from).to_vec(),
        |t| vec![t],
    );
    for hidden in &shapes {
        let shape = Shape::parse_hidden(hidden, 1, 1).unwrap();
        let recipe = Recipe {
            activation: Activation::Relu,
            loss: Loss::Mse,
            optimiser: Optimiser::adam(0.01),
            initialisation: Initialisation::TorchLinear,
            data: TrainingData::Fresh {
                sampler: Sampler::Normal,
                formula: Formula::parse("x^2", 1).unwrap(),
                batch: 64,
            },
            steps: 600,
            precision: Precision::F32,
            checkpoints: vec![],
        };
        let n = 16 * threads;
        let mut best = f64::MAX;
        let mut check = 0.0;
        let mut top: f64 = 0.0;
        for _ in 0..std::env::var("REPS").map_or(12, |t| t.parse().unwrap()) {
            top = top.max(peak());
            let start = Instant::now();
            let out = train(&recipe, &shape, 1, &(0..n as u64).collect::<Vec<_>>(), unit, &Unobserved).unwrap();
            best = best.min(start.elapsed().as_secs_f64());
            check = out[0].training_loss;
        }
        let widths: Vec<usize> = shape.widths().collect();
        let products: usize = widths.windows(2).map(|w| w[0] * w[1]).sum();
        let peak = top;
        let flops = 64.0
            * 600.0
            * (2.0 * (3 * products - widths[0] * widths[1]) as f64 + 2.0 * widths[1..].iter().sum::<usize>() as f64);
        println!(
            "[{hidden}] {:.4} ms/network/3000 steps, {:.1} GFLOP/s/thread, {:.1} % of {peak:.0}; loss {check:e}",
            best * 5e3 / n as f64,
            flops * n as f64 / best / 1e9 / threads as f64,
            100.0 * flops * n as f64 / best / 1e9 / peak / threads as f64
        );
    }
}
