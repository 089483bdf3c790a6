//! Proved unit status, extrema of pre-activations and of the output over the reference boxes; skipped, with a message,
//! where the references are absent.

mod reference;

use relulab_regions::relaxation::{Extremum, InputBox, ProvedStatus, UnitBudget, bound_units, verify};
use serde_json::Value;

/// Relative width of the proved bounds of a unit's extremum that the budget must reach.
const CLOSE: f64 = 1e-4;

/// The same for outputs, whose minimum in `deg_dup2d` lies along a line.
const OUTPUT_CLOSE: f64 = 1e-2;

/// Whether an exact extremum, given to 17 digits, lies between the bounds, and these are close together.
fn check(found: &Extremum, exact: f64, close: f64, context: &str) {
    let slack = 4.0 * f64::EPSILON * exact.abs();
    let Extremum { lower, upper, .. } = *found;
    assert!(lower <= exact + slack && exact - slack <= upper, "{context}: {exact} outside [{lower}, {upper}]");
    assert!(upper - lower <= close * exact.abs().max(1.0), "{context}: [{lower}, {upper}] is wide");
}

#[test]
fn units_and_outputs_of_the_reference_boxes() {
    let Some(entries) = reference::entries() else { return };
    let budget = UnitBudget { boxes_to_decide: 4000, boxes_to_tighten: 2000 };
    let (mut n_units, mut n_proofs) = (0, 0);
    for (entry, network) in entries.iter().filter(|(entry, _)| entry["box"].is_array()) {
        let [lower, upper] = [0, 1].map(|end| entry["box"][end].as_str().unwrap().parse().unwrap());
        let domain = InputBox::cube(network.shape().input_dim(), lower, upper).unwrap();
        let found = bound_units(network, &domain, budget).unwrap();
        let name = format!("{} {}", entry["net"], entry["domain"]);
        println!("{name}: {} boxes, {} exact", found.boxes, found.exact_fallbacks);
        for (layer, bounds) in found.layers[..network.shape().depth()].iter().enumerate() {
            let status: String = bounds.iter().map(|bounds| letter(bounds.status())).collect();
            assert_eq!(entry["unit_status"][layer], Value::from(status), "{name} layer {layer}");
            for (unit, bounds) in bounds.iter().enumerate() {
                let exact = |key: &str| entry[key][layer][unit].as_f64().unwrap();
                let context = format!("{name} layer {layer} unit {unit}");
                check(&bounds.minimum, exact("preact_min"), CLOSE, &context);
                check(&bounds.maximum, exact("preact_max"), CLOSE, &context);
                n_units += 1;
                for proof in [&bounds.minimum.proof, &bounds.maximum.proof] {
                    if proof.tree.len() < 100 {
                        assert_eq!(verify(network, &domain, proof), Ok(()), "{context}");
                        n_proofs += 1;
                    }
                }
            }
        }
        let output = &found.layers[network.shape().depth()][0];
        check(&output.minimum, entry["f0_min_f"].as_f64().unwrap(), OUTPUT_CLOSE, &name);
        check(&output.maximum, entry["f0_max_f"].as_f64().unwrap(), OUTPUT_CLOSE, &name);
    }
    assert!(n_units >= 290, "only {n_units} units");
    println!("{n_units} units, {n_proofs} proofs checked");
}

fn letter(status: ProvedStatus) -> char {
    match status {
        ProvedStatus::Dead => 'D',
        ProvedStatus::Linear => 'A',
        ProvedStatus::Zero => 'Z',
        ProvedStatus::Unstable => 'U',
        ProvedStatus::Unknown => '?',
    }
}
