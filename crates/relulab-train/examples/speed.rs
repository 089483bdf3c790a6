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
        let (ops, sum) = measure_fma_peak(unit, 20_000_000);
        assert!(sum.is_finite());
        ops / start.elapsed().as_secs_f64() / 1e9
    };
    for hidden in ["16", "5,7,4", "4,4,4,4", "32,32", "2,2,2,2,2,2,2,2", "1,2,3,1,2,3,1,1,2", "64"] {
        let shape = Shape::parse_hidden(hidden, 1, 1).unwrap();
        let recipe = Recipe {
            activation: Activation::Relu,
            loss: Loss::Mse,
            optimiser: Optimiser::adam(0.01),
            initialisation: Initialisation::TorchLinear,
            data: TrainingData::Fresh { sampler: Sampler::Normal, formula: Formula::parse("x^2", 1).unwrap(), batch: 64 },
            steps: 3000,
            precision: Precision::F32,
            checkpoints: vec![],
        };
        let n = 16 * threads;
        let peak = (peak() + peak()) / 2.0;
        let mut best = f64::MAX;
        let mut check = 0.0;
        for _ in 0..4 {
            let start = Instant::now();
            let out = train(&recipe, &shape, 1, &(0..n as u64).collect::<Vec<_>>(), unit, &Unobserved).unwrap();
            best = best.min(start.elapsed().as_secs_f64());
            check = out[0].training_loss;
        }
        let widths: Vec<usize> = shape.widths().collect();
        let products: usize = widths.windows(2).map(|w| w[0] * w[1]).sum();
        let flops = 64.0 * 3000.0 * (2.0 * (3 * products - widths[0] * widths[1]) as f64 + 2.0 * widths[1..].iter().sum::<usize>() as f64);
        println!(
            "[{hidden}] {:.3} ms/network, {:.1} GFLOP/s/thread, {:.1} % of {peak:.0}; loss {check:e}",
            best * 1e3 / n as f64, flops * n as f64 / best / 1e9 / threads as f64, 100.0 * flops * n as f64 / best / 1e9 / peak / threads as f64
        );
    }
}
