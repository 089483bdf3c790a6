//! How fast activation regions on the plane are counted: `cargo run --release --example plane_speed [THREADS]`.
//!
//! Networks with normal weights (variance 2 / fan-in) and biases (standard deviation 1/2), on [−5, 5]².

use relulab_net::{Activation, Network, Shape};
use relulab_regions::plane::{self, PlaneDomain};
use std::time::{Duration, Instant};

/// Shapes that are counted.
const SHAPES: [&[usize]; 6] = [&[8, 8], &[16, 16], &[32, 32, 32], &[64, 64], &[200], &[1000]];

/// How long each is counted again and again.
const AT_LEAST: Duration = Duration::from_millis(600);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n_threads = std::env::args().nth(1).map_or(Ok(2), |text| text.parse())?;
    let domain = PlaneDomain::square(-5.0, 5.0)?;
    println!("{:>12} {:>9} {:>9} {:>12} {:>10} {:>14}", "hidden", "regions", "exact", "margin", "ms", "regions/s");
    for hidden in SHAPES {
        let network = random_network(hidden)?;
        let mut best = Duration::MAX;
        let begin = Instant::now();
        let mut counts = plane::count(&network, domain, n_threads)?;
        while begin.elapsed() < AT_LEAST {
            let start = Instant::now();
            counts = plane::count(&network, domain, n_threads)?;
            best = best.min(start.elapsed());
        }
        let best = if best == Duration::MAX { begin.elapsed() } else { best };
        println!(
            "{:>12} {:>9} {:>9} {:>12.3e} {:>10.3} {:>14.0}",
            network.shape().hidden_text(),
            counts.activation_regions,
            counts.exact_fallbacks,
            counts.min_margin,
            best.as_secs_f64() * 1e3,
            counts.activation_regions as f64 / best.as_secs_f64(),
        );
    }
    Ok(())
}

/// A network with reproducible normal parameters.
fn random_network(hidden: &[usize]) -> Result<Network, Box<dyn std::error::Error>> {
    let shape = Shape::new(2, hidden.to_vec(), 1)?;
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    let mut normal = || (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos();
    let mut parameters = Vec::with_capacity(shape.n_params());
    for layer in shape.layers() {
        let scale = (2.0 / layer.n_in as f64).sqrt();
        parameters.extend(layer.weights.map(|_| scale * normal()));
        parameters.extend(layer.biases.map(|_| 0.5 * normal()));
    }
    Ok(Network::new(shape, Activation::Relu, parameters)?)
}
