//! How fast curvature is: small dense spectra, Hessian products, Lanczos.
//!
//! `cargo run --release -p relulab-curvature --example curvature_speed`; each time is the least of several runs.

use relulab_curvature::{
    CurvatureEngine, CurvatureError, CurvatureOperator, LanczosOptions, MatrixKind, Objective, Spectrum,
    SymmetricOperator, gauss_newton_eigenvalues, lanczos, loss_and_gradient,
};
use relulab_net::{Activation, Loss, Purpose, RandomStream, Shape};
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

const N_POINTS: usize = 1000;
const N_NETWORKS: usize = 1000;
const N_THREADS: usize = 2;

/// Seconds of the fastest of some runs.
fn fastest<T>(runs: usize, mut work: impl FnMut() -> Result<T, CurvatureError>) -> Result<f64, CurvatureError> {
    let mut best = f64::INFINITY;
    for _ in 0..runs {
        let start = Instant::now();
        black_box(work()?);
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(best)
}

/// N(0,1) inputs, labels Σ|x|, and networks with PyTorch's initial distribution.
fn sample(shape: &Shape, n_networks: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let mut stream = RandomStream::new(1, Purpose::Bootstrap);
    let inputs: Vec<f64> = (0..N_POINTS * shape.input_dim()).map(|_| stream.normal()).collect();
    let labels = inputs.chunks(shape.input_dim()).map(|x| x.iter().map(|x| x.abs()).sum()).collect();
    let mut networks = Vec::with_capacity(n_networks * shape.n_params());
    for _ in 0..n_networks {
        for layer in shape.layers() {
            let limit = 1.0 / (layer.n_in as f64).sqrt();
            networks.extend((layer.weights.start..layer.biases.end).map(|_| limit * (2.0 * stream.uniform() - 1.0)));
        }
    }
    (inputs, labels, networks)
}

fn small(hidden: &str) -> Result<(), Box<dyn Error>> {
    let shape = Shape::parse_hidden(hidden, 1, 1)?;
    let (inputs, labels, networks) = sample(&shape, N_NETWORKS);
    let network = &networks[..shape.n_params()];
    let objective = Objective::new(&shape, Activation::Relu, Loss::Mse, &inputs, &labels)?;
    let kind = MatrixKind::PatternHessian;
    for (name, engine) in
        [("chosen", CurvatureEngine::new(objective)), ("general", CurvatureEngine::general(objective))]
    {
        let matrix = fastest(50, || engine.matrix(kind, network))?;
        let hessian = engine.matrix(kind, network)?;
        let eigen = fastest(50, || Spectrum::of(kind, &hessian))?;
        println!("[{hidden}] {name} method: Hessian {:.1} µs, eigen {:.1} µs", matrix * 1e6, eigen * 1e6);
    }
    let engine = CurvatureEngine::new(objective);
    let all = fastest(3, || engine.spectra(kind, &networks))?;
    println!("[{hidden}] {N_NETWORKS} networks, Hessian and eigenvectors, {N_THREADS} threads: {all:.3} s");
    Ok(())
}

fn large(shape: &Shape, runs: usize) -> Result<(), Box<dyn Error>> {
    let (inputs, labels, network) = sample(shape, 1);
    let objective = Objective::new(shape, Activation::Relu, Loss::Mse, &inputs, &labels)?;
    let p = shape.n_params();
    let (vector, mut out) = (vec![0.5; p], vec![0.0; p]);
    let gradient = fastest(runs, || loss_and_gradient(&objective, &network))?;
    print!("{shape}, {p} parameters: gradient {:.3} ms", gradient * 1e3);
    for kind in [MatrixKind::PatternHessian, MatrixKind::GaussNewton] {
        let operator = CurvatureOperator::new(kind, objective, &network)?;
        let product = fastest(runs, || operator.apply(&vector, &mut out))?;
        print!(", {kind} product {:.2} gradients", product / gradient);
    }
    println!();
    if (50_000..500_000).contains(&p) {
        let operator = CurvatureOperator::new(MatrixKind::PatternHessian, objective, &network)?;
        let start = Instant::now();
        let options = LanczosOptions { tolerance: 1e-3, ..LanczosOptions::default() };
        let pairs = lanczos(&operator, 10, &options, &mut RandomStream::new(2, Purpose::Bootstrap))?;
        println!(
            "  Lanczos top 10: {:.2} s, {} products, λ₁ = {:.6}, λ₁₀ = {:.6} ± {:.1e}",
            start.elapsed().as_secs_f64(),
            pairs.n_steps,
            pairs.values[0],
            pairs.values[9],
            pairs.residuals[9]
        );
    }
    if p >= 50_000 {
        let start = Instant::now();
        let values = gauss_newton_eigenvalues(&objective, &network)?;
        let above = values.iter().filter(|value| **value > 1e-6).count();
        println!("  Gauss-Newton through JJᵀ: {:.2} s, {above} eigenvalues above 1e-6", start.elapsed().as_secs_f64());
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    rayon::ThreadPoolBuilder::new().num_threads(N_THREADS).build_global()?;
    small("16")?;
    small("5,7,4")?;
    for (hidden, runs) in [("16", 50), ("100,100", 10), ("315,315", 5), ("1000,1000", 2)] {
        large(&Shape::parse_hidden(hidden, 2, 1)?, runs)?;
    }
    Ok(())
}
