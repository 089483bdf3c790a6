//! The reference networks compressed over their boxes; skipped, with a message, where they are absent.

mod reference;

use relulab_net::reference::forward;
use relulab_regions::compress::{Change, compress};
use relulab_regions::relaxation::{InputBox, UnitBudget, verify};

#[test]
fn reference_networks_shrink_and_stay_the_same() {
    let Some(entries) = reference::entries() else { return };
    let budget = UnitBudget { boxes_to_decide: 1000, boxes_to_tighten: 1 };
    let mut best = 0;
    for (entry, network) in entries.iter().filter(|(entry, _)| entry["box"].is_array()) {
        let [lower, upper] = [0, 1].map(|end| entry["box"][end].as_str().unwrap().parse::<f64>().unwrap());
        let domain = InputBox::cube(network.shape().input_dim(), lower, upper).unwrap();
        let found = compress(network, Some(&domain), budget).unwrap();
        println!(
            "{} {}: {} to {}, {} steps, {} not taken",
            entry["net"],
            entry["domain"],
            network.shape(),
            found.network.shape(),
            found.changes.len(),
            found.kept.len()
        );
        assert!(found.proofs.iter().all(|proof| verify(network, &domain, proof) == Ok(())));
        for step in 0..40 {
            let point: Vec<f64> = (0..network.shape().input_dim())
                .map(|input| lower + (upper - lower) * f64::from((7 * step + 13 * input as i32) % 41) / 40.0)
                .collect();
            let (before, after) = (forward(network, &point), forward(&found.network, &point));
            assert!((before[0] - after[0]).abs() < 1e-11, "{}: {before:?} became {after:?}", entry["net"]);
        }
        let gained = found.changes.iter().map(|change| match change {
            Change::Replaced { units, by, .. } => units.len() - by,
            _ => 0,
        });
        best = best.max(gained.max().unwrap_or(0));
    }
    println!("the best replacement saves {best} units");
}
