//! How long it takes to memorise data files with as few neurons as the theorem allows, to prove it and to check it.
//!
//! Run with `cargo run --release -p relulab-optimal --example memorize_speed [FILE...]`. Files are CSV with a header and
//! the label last; without any, the points are normal numbers. Times are of one thread and of one seed each.

use relulab_net::{Activation, Dataset, Purpose, RandomStream};
use relulab_optimal::memorize::{MemorizeError, Outcome, Plan, memorize, verify};
use std::error::Error;
use std::time::Instant;

const SEEDS: u64 = 8;

fn main() -> Result<(), Box<dyn Error>> {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    let mut data = Vec::new();
    for path in std::env::args().skip(1) {
        data.push((read(&std::fs::read_to_string(&path)?)?, path));
    }
    if data.is_empty() {
        for (n, d) in [(100, 10), (400, 20), (1000, 50)] {
            data.push((normal(n, d)?, format!("normal {n} x {d}")));
        }
    }
    for (data, name) in data {
        for activation in [Activation::Tanh, Activation::Relu, Activation::Gelu] {
            let neurons = fewest(&data, activation)?;
            let (mut proved, mut seconds, mut checks) = (0, Vec::new(), Vec::new());
            let (mut loss, mut distance, mut draws) = (0.0_f64, 0.0_f64, 0);
            for seed in 0..SEEDS {
                let start = Instant::now();
                let outcome = memorize(&data, &Plan { seed, ..Plan::new(neurons, activation) })?;
                seconds.push(start.elapsed().as_secs_f64());
                if let Outcome::Proved(found) = outcome {
                    let start = Instant::now();
                    proved += usize::from(verify(&found.certificate).failed_at.is_none());
                    checks.push(start.elapsed().as_secs_f64());
                    loss = loss.max(found.certificate.bounds.loss);
                    distance = distance.max(found.certificate.bounds.distance);
                    draws = draws.max(found.draws);
                }
            }
            println!(
                "{name}: n = {}, d = {}, {neurons} {activation} neurons, {proved}/{SEEDS} proved and checked, loss at \
                 most {loss:.0e}, weights within {distance:.0e}, {:.3} s, check {:.3} s, at most {draws} draws",
                data.n_points(),
                data.input_dim(),
                median(seconds),
                median(checks),
            );
        }
    }
    Ok(())
}

/// The smallest number of neurons that is not refused.
fn fewest(data: &Dataset, activation: Activation) -> Result<usize, MemorizeError> {
    match memorize(data, &Plan { draws: 0, ..Plan::new(2, activation) }) {
        Err(MemorizeError::TooFew { needed, .. } | MemorizeError::Flat { needed, .. }) => Ok(needed),
        Err(error) => Err(error),
        Ok(_) => Ok(2),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn normal(n: usize, d: usize) -> Result<Dataset, Box<dyn Error>> {
    let mut stream = RandomStream::new(1, Purpose::Bootstrap);
    let inputs = (0..n * d).map(|_| stream.normal()).collect();
    let labels = (0..n).map(|_| stream.normal()).collect();
    Ok(Dataset::new(inputs, d, labels, 1)?)
}

fn read(text: &str) -> Result<Dataset, Box<dyn Error>> {
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    let mut dim = 0;
    for line in text.lines().skip(1) {
        let mut row = line.split(',').map(str::parse).collect::<Result<Vec<f64>, _>>()?;
        labels.extend(row.pop());
        dim = row.len();
        inputs.extend(row);
    }
    Ok(Dataset::new(inputs, dim, labels, 1)?)
}
