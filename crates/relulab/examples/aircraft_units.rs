//! What the units of the aircraft-collision networks do over their input box: counts per layer within a budget.
//!
//! ```sh
//! cargo run --release -p relulab --example aircraft_units -- FILE.onnx [BOXES_PER_BOUND]
//! ```
//! The box is that of the networks' normalised inputs: range, two angles, two speeds.

use relulab_regions::relaxation::{InputBox, ProvedStatus, UnitBounds, UnitBudget, bound_units, verify};
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("expected a file")?;
    let boxes = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let network = relulab_io::onnx::read_network(&std::fs::read(&file)?)?;
    let domain = InputBox::new(vec![-0.328422877, -0.5, -0.5, -0.5, -0.5], vec![0.679857769, 0.5, 0.5, 0.5, 0.5])?;
    let start = Instant::now();
    let found = bound_units(&network, &domain, UnitBudget { boxes_to_decide: boxes, boxes_to_tighten: 1 })?;
    println!("{file}: {} boxes, {} exact, {:.1?}", found.boxes, found.exact_fallbacks, start.elapsed());
    println!("layer   dead  linear  zero  unstable  unknown");
    for (index, layer) in found.layers.iter().take(network.shape().depth()).enumerate() {
        let count = |status| layer.iter().filter(|bounds| UnitBounds::status(bounds) == status).count();
        let [dead, linear, zero, unstable, unknown] = [
            ProvedStatus::Dead,
            ProvedStatus::Linear,
            ProvedStatus::Zero,
            ProvedStatus::Unstable,
            ProvedStatus::Unknown,
        ]
        .map(count);
        println!("{:>5}  {dead:>5}  {linear:>6}  {zero:>4}  {unstable:>8}  {unknown:>7}", index + 1);
    }
    // One proof of each layer, checked in exact numbers.
    for (index, layer) in found.layers.iter().enumerate() {
        let proved = layer.iter().find(|bounds| bounds.status() == ProvedStatus::Dead);
        if let Some(proof) = proved.map(|bounds| &bounds.maximum.proof) {
            let start = Instant::now();
            verify(&network, &domain, proof)?;
            println!("layer {}: a proof of {} nodes checked in {:.1?}", index + 1, proof.tree.len(), start.elapsed());
        }
    }
    Ok(())
}
