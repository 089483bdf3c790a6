//! How long one network takes on the whole line, and its expected error against x² under N(0,1):
//! `cargo run --release -p relulab-regions --example line_speed [HIDDEN]`.

use relulab_net::{Activation, Network, Shape};
use relulab_regions::gaussian::GaussianIntegrator;
use relulab_regions::line::{LineDomain, LineFunction, Workspace};
use std::hint::black_box;
use std::time::Instant;

/// Networks per shape.
const N_NETWORKS: usize = 500;

/// Rounds; the fastest counts.
const N_ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!(
        "shape             regions  pieces   count µs   trace µs   gauss µs   fallbacks   (means over {N_NETWORKS}, best of {N_ROUNDS})"
    );
    let all = ["16", "5,7,4", "4,4,4,4", "32,32", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"].map(str::to_owned).to_vec();
    for hidden in std::env::args().nth(1).map_or(all, |hidden| vec![hidden]) {
        let shape = Shape::parse_hidden(&hidden, 1, 1)?;
        let networks: Vec<Network> =
            (0..N_NETWORKS).map(|seed| random_network(&shape, seed as u64)).collect::<Result<_, _>>()?;
        let mut workspace = Workspace::new();
        let mut function = LineFunction::default();
        let (mut regions, mut pieces, mut fallbacks) = (0, 0, 0);
        for network in &networks {
            let counts = workspace.count(network, LineDomain::WHOLE)?;
            regions += counts.activation_regions;
            pieces += counts.connected_pieces;
            fallbacks += usize::from(counts.fell_back);
        }
        let mut integrator = GaussianIntegrator::new();
        let quadratic = [vec![0.0, 0.0, 1.0]];
        let mut best = [f64::INFINITY; 3];
        for _ in 0..N_ROUNDS {
            let start = Instant::now();
            for network in &networks {
                black_box(workspace.count(network, LineDomain::WHOLE)?);
            }
            best[0] = best[0].min(start.elapsed().as_secs_f64());
            let start = Instant::now();
            for network in &networks {
                black_box(workspace.trace(network, LineDomain::WHOLE, &mut function)?);
            }
            best[1] = best[1].min(start.elapsed().as_secs_f64());
            let start = Instant::now();
            for network in &networks {
                workspace.trace(network, LineDomain::WHOLE, &mut function)?;
                black_box(integrator.squared_error(&function, 0, &[], &quadratic)?);
            }
            best[2] = best[2].min(start.elapsed().as_secs_f64());
        }
        let mean = |total: usize| total as f64 / N_NETWORKS as f64;
        let micros = best.map(|seconds| seconds * 1e6 / N_NETWORKS as f64);
        println!(
            "{:<16} {:>8.1} {:>7.1} {:>10.2} {:>10.2} {:>10.2} {fallbacks:>11}",
            shape.hidden_text().chars().take(16).collect::<String>(),
            mean(regions),
            mean(pieces),
            micros[0],
            micros[1],
            micros[2] - micros[1],
        );
    }
    Ok(())
}

/// f32 weights and biases, uniform with the scale of PyTorch's default, widened to f64.
fn random_network(shape: &Shape, seed: u64) -> Result<Network, relulab_net::NetworkError> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut parameters = Vec::with_capacity(shape.n_params());
    for layer in shape.layers() {
        let scale = 1.0 / (layer.n_in as f64).sqrt();
        parameters.extend((0..layer.weights.len() + layer.biases.len()).map(|_| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let unit = (mixed >> 40) as f64 / (1 << 23) as f64 - 1.0;
            f64::from((unit * scale) as f32)
        }));
    }
    Network::new(shape.clone(), Activation::Relu, parameters)
}
