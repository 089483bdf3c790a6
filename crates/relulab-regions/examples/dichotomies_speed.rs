//! How long it takes to find all dichotomies of points, and to prove that none is missing.
//!
//! Run with `cargo run --release -p relulab-regions --example dichotomies_speed [THREADS]`. Points are normal numbers;
//! the lattice has many points on every line, and most of its signs are decided in rationals.

use relulab_net::{Purpose, RandomStream};
use relulab_regions::dichotomies::{PointSet, count, dichotomies, prove, verify};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n_threads = std::env::args().nth(1).map_or(Ok(2), |text| text.parse())?;
    println!("{n_threads} threads; best of five runs for counting and listing");
    let mut stream = RandomStream::new(1, Purpose::Bootstrap);
    let mut normal = |n: usize, dim: usize| -> Vec<f64> { (0..n * dim).map(|_| stream.normal()).collect() };
    let lattice: Vec<f64> = (0..49).flat_map(|i| [f64::from(i % 7), f64::from(i / 7)]).collect();
    for (name, numbers, dim) in [
        ("normal", normal(200, 1), 1),
        ("normal", normal(1000, 1), 1),
        ("normal", normal(50, 2), 2),
        ("normal", normal(200, 2), 2),
        ("lattice", lattice, 2),
        ("normal", normal(30, 3), 3),
        ("normal", normal(60, 3), 3),
        ("normal", normal(20, 5), 5),
    ] {
        let points = PointSet::new(&numbers, dim, true)?;
        let mut seconds = [f64::INFINITY; 2];
        let mut list = Vec::new();
        for _ in 0..5 {
            let start = Instant::now();
            count(&points, n_threads)?;
            seconds[0] = start.elapsed().as_secs_f64().min(seconds[0]);
            let start = Instant::now();
            list = dichotomies(&points, n_threads)?;
            seconds[1] = start.elapsed().as_secs_f64().min(seconds[1]);
        }
        let [counted, listed] = seconds.map(|seconds| seconds * 1e3);
        let n = points.n_points();
        print!(
            "{name} n = {n}, d = {dim}: {} dichotomies, counted in {counted:.2} ms, listed in {listed:.2} ms",
            list.len()
        );
        if list.len() < 20_000 {
            let start = Instant::now();
            let proof = prove(&points, list).ok_or("the list has a gap")?;
            let proved = start.elapsed().as_secs_f64();
            let start = Instant::now();
            verify(&points, &proof)?;
            print!(", proved complete in {proved:.2} s, checked in {:.2} s", start.elapsed().as_secs_f64());
        }
        println!();
    }
    Ok(())
}
