use super::*;
use crate::check::{Context, Scale};
use radius::line_through;
use relulab_net::{Activation, Shape, reference};
use relulab_train::VectorUnit;
use std::sync::atomic::AtomicBool;

#[test]
fn a_job_leaves_consistent_readings() {
    let cancel = AtomicBool::new(false);
    let context = Context { scale: Scale::Quick, study_seed: 0, unit: VectorUnit::widest(), cancel: &cancel };
    let readings = Construction.run("start=16 steps=2000 points=samples aims=near", &context).unwrap();
    let case = case_of("16", SHORT, "samples", aims::PAPER, "none");
    let sample = |quantity: &str| readings.sample(&case, quantity);
    assert_eq!(sample("converged").len(), 8);
    // Near a converged network one or two steps reach the paper's tolerance.
    assert!(sample("steps to 0.002").median().unwrap() <= 3.0);
    assert!(sample("steps to 1e-10").median().unwrap() >= sample("steps to 1e-4").median().unwrap());
    let squared = readings.paired((&case, "cond A"), (&case, "cond AAᵀ"), |a, gram| a * a / gram);
    assert!(squared.values().iter().all(|ratio| (ratio - 1.0).abs() < 1e-9));
    let naive = naive_case_of("16", SHORT, "samples", aims::PAPER, "f32", "tiny");
    let ratio = readings.paired((&naive, "step"), (&case, "first step"), |naive, ours| naive / ours);
    assert!(ratio.median().unwrap() > 1.0);
}

#[test]
fn the_radius_of_a_network_on_one_side_of_its_kinks_is_known() {
    // relu(x + 9) · 2 − 17 is 2x + 1 on all points; slope and intercept move through the product v·(w, b).
    let shape = Shape::new(1, vec![1], 1).unwrap();
    let network = Network::new(shape, Activation::Relu, vec![1.0, 9.0, 2.0, -17.0]).unwrap();
    let inputs: Vec<f64> = (-10..=10).map(|i| f64::from(i) / 5.0).collect();
    let values: Vec<f64> = inputs.iter().map(|x| reference::forward(&network, &[*x])[0]).collect();
    let [slope, intercept] = line_through(&inputs, &values);
    assert!((slope - 2.0).abs() < 1e-12 && (intercept - 1.0).abs() < 1e-12);
    let mut radii = std::collections::BTreeMap::new();
    radius::measure(&network, &inputs, &mut |name, value| {
        radii.insert(name.to_owned(), value);
    })
    .unwrap();
    // An oracle by hand: the shortest (dw, db, dv, dc) with 2·dw + dv = 0 and 2·db + 9·dv + dc = 1 is
    // AᵀG⁻¹(0, 1) with A = [[2, 0, 1, 0], [0, 2, 9, 1]], G = [[5, 9], [9, 86]].
    let determinant = 5.0 * 86.0 - 81.0;
    let (c1, c2) = (-9.0 / determinant, 5.0 / determinant);
    let (dw, db, dv): (f64, f64, f64) = (2.0 * c1, 2.0 * c2, c1 + 9.0 * c2);
    // The error of a change r is r²·dv·(dw, db): relative to r it is r·|dv|·‖(dw, db)‖.
    let bend = dv.abs() * dw.hypot(db);
    let radius = radii["radius 5 % intercept+"];
    assert!(radius <= 0.05 / bend && 0.05 / bend < radius * f64::powf(2.0, 0.25), "{radius} {}", 0.05 / bend);
}

#[test]
fn aims_are_at_their_distances() {
    for group in GROUPS {
        for aim in aims(group) {
            assert!(aim.basis().unwrap().n_functions() == aim.coefficients.len());
            let Some((direction, distance)) = DIRECTIONS
                .iter()
                .find_map(|(direction, _)| Some((direction, aim.name.strip_prefix(direction)?.parse::<f64>().ok()?)))
            else {
                continue;
            };
            let moved = (aim.coefficients[0] - 2.0).hypot(aim.coefficients[1] - 1.0);
            assert!((moved - distance).abs() < 1e-12, "{direction} {distance}");
        }
    }
}
