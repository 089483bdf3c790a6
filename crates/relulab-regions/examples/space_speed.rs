//! How many activation regions per second are counted in three, four and five dimensions.
//!
//! Run with `cargo run --release -p relulab-regions --example space_speed [THREADS]`. Networks are drawn with He's
//! normal weights and normal biases of standard deviation 0.3 on [−1, 1]ᵈ; every sign is exact.

use relulab_net::{Activation, Network, Shape};
use relulab_regions::space::{self, Budget, SpaceDomain};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n_threads = std::env::args().nth(1).map_or(Ok(2), |text| text.parse())?;
    println!("{n_threads} threads; best of five runs");
    for (dim, hidden, bias, end) in [
        (2, vec![32, 32, 32], 0.3, 5.0),
        (3, vec![32, 32], 0.3, 1.0),
        (4, vec![16, 16], 0.3, 1.0),
        (5, vec![12, 12], 0.3, 1.0),
        (6, vec![10, 10], 0.3, 1.0),
    ] {
        let network = draw(dim, &hidden, bias)?;
        let domain = SpaceDomain::cube(dim, -end, end)?;
        let mut best = f64::INFINITY;
        let mut counts = space::count(&network, &domain, Budget::UNLIMITED, n_threads)?;
        for _ in 0..5 {
            let start = Instant::now();
            counts = space::count(&network, &domain, Budget::UNLIMITED, n_threads)?;
            best = best.min(start.elapsed().as_secs_f64());
        }
        let regions = counts.activation_regions.exact().unwrap_or(0);
        println!(
            "{dim}-D {hidden:?}: {regions} regions in {:.1} ms, {:.0} regions/s; per layer {:?}, smallest margin \
             {:.1}, {} signs in rationals",
            best * 1e3,
            regions as f64 / best,
            counts.per_layer,
            counts.min_margin,
            counts.exact_fallbacks
        );
    }
    println!("all of the complex, volumes included; and integer networks, where zeros are decided in rationals");
    for (dim, hidden) in [(3, vec![32, 32]), (4, vec![16, 16])] {
        let network = draw(dim, &hidden, 0.3)?;
        let start = Instant::now();
        let complex = space::enumerate(&network, &SpaceDomain::cube(dim, -1.0, 1.0)?, true, n_threads)?;
        let seconds = start.elapsed().as_secs_f64();
        let (volume, error) = complex.total_volume();
        println!(
            "{dim}-D {hidden:?}: {} regions with {} vertices in {:.0} ms, {:.0} regions/s; volume {volume} ± {error:.1e}",
            complex.regions.len(),
            complex.n_vertices(),
            seconds * 1e3,
            complex.regions.len() as f64 / seconds
        );
        let start = Instant::now();
        space::enumerate(&network, &SpaceDomain::cube(dim, -1.0, 1.0)?, false, n_threads)?;
        let without = start.elapsed().as_secs_f64();
        let start = Instant::now();
        space::ranges(&network, &SpaceDomain::cube(dim, -1.0, 1.0)?, n_threads)?;
        let extremes = start.elapsed().as_secs_f64();
        println!("  without volumes {:.0} ms; exact extremes {:.0} ms", without * 1e3, extremes * 1e3);
        let rounded = network.parameters().iter().map(|value| (4.0 * value).round()).collect();
        let network = Network::new(network.shape().clone(), Activation::Relu, rounded)?;
        let start = Instant::now();
        let counts = space::count(&network, &SpaceDomain::cube(dim, -1.0, 1.0)?, Budget::UNLIMITED, n_threads)?;
        let seconds = start.elapsed().as_secs_f64();
        let regions = counts.activation_regions.exact().unwrap_or(0);
        println!(
            "{dim}-D {hidden:?} rounded to integers: {regions} regions in {:.0} ms, {:.0} regions/s, {} signs in rationals",
            seconds * 1e3,
            regions as f64 / seconds,
            counts.exact_fallbacks
        );
    }
    Ok(())
}

/// A network with reproducible normal parameters.
fn draw(dim: usize, hidden: &[usize], bias: f64) -> Result<Network, Box<dyn std::error::Error>> {
    let shape = Shape::new(dim, hidden.to_vec(), 1)?;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    let mut normal = || (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos();
    let mut parameters = vec![0.0; shape.n_params()];
    for layer in shape.layers() {
        let scale = (2.0 / layer.n_in as f64).sqrt();
        parameters[layer.weights].iter_mut().for_each(|weight| *weight = scale * normal());
        parameters[layer.biases].iter_mut().for_each(|entry| *entry = bias * normal());
    }
    Ok(Network::new(shape, Activation::Relu, parameters)?)
}
