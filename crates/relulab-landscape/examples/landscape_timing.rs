//! Times alignments and exact barriers of disturbed copies on 1000 points: `cargo run --release --example
//! landscape_timing`.

use relulab_landscape::{AlignmentMethod, BarrierMethod, Normalisation, align, barrier};
use relulab_net::{Activation, Dataset, Loss, Network, Purpose, RandomStream, Shape, reference};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut stream = RandomStream::new(1, Purpose::Bootstrap);
    let inputs: Vec<f64> = (0..1000).map(|_| stream.normal()).collect();
    for hidden in [vec![8], vec![16], vec![64], vec![8, 8], vec![5, 6, 5]] {
        // The first network is the target; the second is the same function, disturbed, with its units reversed.
        let shape = Shape::new(1, hidden, 1)?;
        let mut normal = |deviation: f64| deviation * stream.normal();
        let target = (0..shape.n_params()).map(|_| normal(1.0)).collect();
        let a = Network::new(shape.clone(), Activation::Relu, target)?;
        let labels = inputs.iter().flat_map(|x| reference::forward(&a, &[*x])).collect();
        let data = Dataset::new(inputs.clone(), 1, labels, 1)?;
        let mut reversal = align(&a, &a, AlignmentMethod::Identity, Normalisation::None, &data)?;
        reversal.permutation.iter_mut().for_each(|units| units.reverse());
        let reversed = reversal.apply(&a)?;
        let disturbed = reversed.parameters().iter().map(|value| value + normal(0.3)).collect();
        let b = Network::new(shape.clone(), Activation::Relu, disturbed)?;
        for method in AlignmentMethod::ALL {
            let start = Instant::now();
            let Ok(alignment) = align(&a, &b, method, Normalisation::Balanced, &data) else { continue };
            let align_ms = start.elapsed().as_secs_f64() * 1e3;
            let (reference, aligned) = (alignment.apply_to_reference(&a)?, alignment.apply(&b)?);
            let start = Instant::now();
            let exact = barrier(&reference, &aligned, &data, Loss::Mse, BarrierMethod::Exact)?;
            let exact_ms = start.elapsed().as_secs_f64() * 1e3;
            let start = Instant::now();
            let sampled = barrier(&reference, &aligned, &data, Loss::Mse, BarrierMethod::Sampled { points: 101 })?;
            let sampled_ms = start.elapsed().as_secs_f64() * 1e3;
            println!(
                "{shape:>12} {method:<24} aligned in {align_ms:8.2} ms, distance² {:8.3}, barrier {:9.4} exact in \
                 {exact_ms:7.2} ms ({} pieces), {:9.4} sampled in {sampled_ms:6.2} ms",
                alignment.squared_distance, exact.height, exact.evaluated, sampled.height
            );
        }
    }
    Ok(())
}
