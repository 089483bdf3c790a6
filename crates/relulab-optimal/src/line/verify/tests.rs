use super::*;
use crate::branch::Step;
use crate::line::Search;
use crate::line::certificate::{Hint, Units};
use crate::line::problem::Problem;
use crate::mutation::changes;
use serde_json::Value;

fn certificate(width: usize, output_bias: bool) -> Certificate {
    let x: Vec<f64> = (0..14).map(|i| f64::from(i * i % 17) / 4.0 + 0.5).collect();
    let y: Vec<f64> = (0..14).map(|i| f64::from(i * 7 % 11) / 3.0 - 1.0).collect();
    let mut search = Search::new(Problem::new(&x, &y, width, output_bias).unwrap(), &[]);
    search.run(|_| true);
    search.certificate()
}

#[test]
fn every_change_of_any_field_is_rejected() {
    let good = certificate(1, true);
    verify(&good).unwrap();
    let value: Value = serde_json::from_slice(&good.to_bytes()).unwrap();
    let all = changes(&value);
    assert!(all.len() > 300, "{}", all.len());
    for changed in all {
        let bytes = serde_json::to_vec(&changed).unwrap();
        let Ok(read) = Certificate::from_bytes(&bytes) else { continue };
        assert!(read == good || verify(&read).is_err(), "{changed}");
    }
}

/// With a seal that fits, what is left must be false claims and broken proofs: each of these is one.
#[test]
fn changes_that_matter_are_rejected_in_spite_of_a_fresh_seal() {
    let good = certificate(2, true);
    let check = |name: &str, change: &dyn Fn(&mut Certificate)| {
        let mut bad = good.clone();
        change(&mut bad);
        assert_ne!(bad, good, "{name}");
        let found = verify(&bad.sealed());
        assert!(found.is_err(), "{name}: {found:?}");
    };
    check("kind", &|bad| bad.kind.push('x'));
    check("loss", &|bad| bad.loss = "absolute".to_owned());
    check("width", &|bad| bad.width = 3);
    check("less width", &|bad| bad.width = 1);
    check("no width", &|bad| bad.width = 0);
    check("huge width", &|bad| bad.width = usize::MAX);
    check("bias", &|bad| bad.output_bias = false);
    check("objective up", &|bad| bad.objective = bad.objective.next_up());
    check("objective down", &|bad| bad.objective = bad.objective.next_down());
    check("objective NaN", &|bad| bad.objective = f64::NAN);
    check("bound up", &|bad| bad.lower_bound = bad.lower_bound.next_up());
    check("bound beyond", &|bad| bad.lower_bound = 2.0 * bad.objective);
    check("bound NaN", &|bad| bad.lower_bound = f64::NAN);
    check("bound below zero", &|bad| bad.lower_bound = -1.0);
    for at in 0..good.data.x.len() {
        check("label", &|bad| bad.data.y[at] += 0.125);
        check("NaN", &|bad| bad.data.y[at] = f64::NAN);
        check("datum less", &|bad| {
            bad.data.x.remove(at);
            bad.data.y.remove(at);
        });
    }
    // A point where the network is flat may move without making the claim false; then it must be true.
    for at in 0..good.data.x.len() {
        let mut moved = good.clone();
        moved.data.x[at] += 0.125;
        if let Ok(claim) = verify(&moved.clone().sealed()) {
            let problem = Problem::new(&moved.data.x, &moved.data.y, claim.width, claim.output_bias).unwrap();
            let mut search = Search::new(problem, &[]);
            search.run(|_| true);
            assert!(search.progress().objective >= claim.lower_bound);
        }
    }
    check("labels less", &|bad| bad.data.y.truncate(3));
    for at in 0..2 {
        check("weight", &|bad| bad.network.weights[at] *= 1.5);
        check("bias of a unit", &|bad| bad.network.biases[at] += 0.25);
        check("output", &|bad| bad.network.outputs[at] *= -1.0);
        check("infinite", &|bad| bad.network.outputs[at] = f64::INFINITY);
    }
    check("unit less", &|bad| bad.network.weights.truncate(1));
    check("output bias", &|bad| bad.network.output_bias += 0.25);
    check("tree less", &|bad| bad.proof.truncate(9));
    check("tree more", &|bad| bad.proof.push(vec![Step::Leaf(Hint::default())]));
    let mut n_cuts = 0;
    for tree in 0..good.proof.len() {
        for step in 0..good.proof[tree].len() {
            check("step less", &|bad| {
                bad.proof[tree].remove(step);
            });
            check("step more", &|bad| {
                let copy = bad.proof[tree][step].clone();
                bad.proof[tree].insert(step, copy);
            });
            match &good.proof[tree][step] {
                Step::Cut(..) | Step::BoundedCut(..) => {
                    n_cuts += 1;
                    check("cut of no unit", &|bad| bad.proof[tree][step] = Step::Cut(2, 3));
                    check("cut outside", &|bad| bad.proof[tree][step] = Step::Cut(0, 99));
                }
                Step::Leaf(hint) => {
                    check("no bound of its own", &|bad| bad.proof[tree][step] = Step::Inherited);
                    check("no hint", &|bad| bad.proof[tree][step] = Step::Leaf(Hint::default()));
                    // Another hint may prove the same; it must not prove more.
                    for at in 0..hint.values.len() {
                        let mut other = good.clone();
                        if let Step::Leaf(hint) = &mut other.proof[tree][step] {
                            hint.values[at] += 40.0;
                        }
                        match verify(&other.sealed()) {
                            Ok(claim) => assert_eq!(claim, verify(&good).unwrap()),
                            Err(fault) => assert!(matches!(fault, Fault::Proof(ProofFault::Leaf { .. }))),
                        }
                    }
                    check("contact out of range", &|bad| {
                        if let Step::Leaf(hint) = &mut bad.proof[tree][step] {
                            hint.right.push(1000);
                            hint.values.push(0.0);
                        }
                    });
                }
                Step::Inherited => {}
            }
        }
    }
    assert!(n_cuts > 5, "{n_cuts}");
}

#[test]
fn certificates_survive_writing_and_reading() {
    for output_bias in [true, false] {
        let good = certificate(2, output_bias);
        assert_eq!(Certificate::from_bytes(&good.to_bytes()).unwrap(), good);
        assert_eq!(Units::of(&good.network.network().unwrap()).unwrap(), good.network);
    }
    assert!(Certificate::from_bytes(b"no certificate").is_err());
    assert!(Certificate::from_bytes(b"{}").is_err());
}
