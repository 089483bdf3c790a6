//! How fast activation regions on the plane are counted: `cargo run --release --example plane_speed [THREADS]`.
//!
//! Networks with normal weights (variance 2 / fan-in) and biases (standard deviation 1/2), on [−5, 5]².

use relulab_net::{Activation, Network, Shape};
use relulab_regions::plane::{self, PlaneComplex, PlaneDomain};
use std::time::{Duration, Instant};

/// Shapes that are counted, and what their parameters are rounded to: nothing, or a step that makes them degenerate.
const CASES: [(&[usize], Option<f64>); 9] = [
    (&[8, 8], None),
    (&[16, 16], None),
    (&[32, 32, 32], None),
    (&[64, 64], None),
    (&[200], None),
    (&[1000], None),
    (&[16, 16], Some(1.0 / 4096.0)),
    (&[16, 16], Some(0.25)),
    (&[32, 32], Some(1.0)),
];

/// How long each is counted again and again.
const AT_LEAST: Duration = Duration::from_millis(600);

/// Complexes above this number of regions are not built.
const LARGEST_COMPLEX: u64 = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n_threads = std::env::args().nth(1).map_or(Ok(2), |text| text.parse())?;
    let domain = PlaneDomain::square(-5.0, 5.0)?;
    println!("counted with {n_threads} threads; complexes with one");
    println!(
        "{:>10} {:>7} {:>8} {:>7} {:>9} {:>9} {:>10} {:>11} {:>10}",
        "hidden", "step", "regions", "exact", "margin", "count ms", "regions/s", "complex ms", "pieces ms"
    );
    for (hidden, step) in CASES {
        let network = random_network(hidden, step)?;
        let (counts, seconds) = fastest(|| plane::count(&network, domain, n_threads))?;
        print!(
            "{:>10} {:>7} {:>8} {:>7} {:>9.1e} {:>9.3} {:>10.0}",
            network.shape().hidden_text(),
            step.map_or_else(String::new, |step| format!("{step:.0e}")),
            counts.activation_regions,
            counts.exact_fallbacks,
            counts.min_margin,
            seconds * 1e3,
            counts.activation_regions as f64 / seconds,
        );
        if counts.activation_regions <= LARGEST_COMPLEX {
            let (complex, building) = fastest(|| PlaneComplex::new(&network, domain))?;
            let (_, merging) = fastest(|| Ok::<_, plane::PlaneError>(complex.pieces()))?;
            print!(" {:>11.3} {:>10.3}", building * 1e3, merging * 1e3);
        }
        println!();
    }
    Ok(())
}

/// The result of a computation done again and again, and the seconds that the fastest took.
fn fastest<T, E>(compute: impl Fn() -> Result<T, E>) -> Result<(T, f64), E> {
    let begin = Instant::now();
    let mut best = f64::INFINITY;
    loop {
        let start = Instant::now();
        let result = compute()?;
        best = best.min(start.elapsed().as_secs_f64());
        if begin.elapsed() >= AT_LEAST {
            return Ok((result, best));
        }
    }
}

/// A network with reproducible normal parameters, rounded to multiples of a step if there is one.
fn random_network(hidden: &[usize], step: Option<f64>) -> Result<Network, Box<dyn std::error::Error>> {
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
    if let Some(step) = step {
        parameters.iter_mut().for_each(|parameter| *parameter = (*parameter / step).round() * step);
    }
    Ok(Network::new(shape, Activation::Relu, parameters)?)
}
