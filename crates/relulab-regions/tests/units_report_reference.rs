//! Status and range of every unit of the reference networks through the one entry point: by enumeration to the last
//! digit, by proof without contradiction; skipped, with a message, where the references are absent.

mod reference;

use relulab_exact::Rational;
use relulab_regions::relaxation::{InputBox, ProvedStatus};
use relulab_regions::units::{Effort, Method, RangeEnd, Stage, UnitDomain, report, verify};
use serde_json::Value;

fn letter(status: ProvedStatus) -> char {
    match status {
        ProvedStatus::Dead => 'D',
        ProvedStatus::Linear => 'A',
        ProvedStatus::Zero => 'Z',
        ProvedStatus::Unstable => 'U',
        ProvedStatus::Unknown => '?',
    }
}

fn domain(entry: &Value) -> UnitDomain {
    let Some(ends) = entry["box"].as_array() else { return UnitDomain::Whole };
    let end = |place: usize| ends[place].as_str().unwrap().parse().unwrap();
    UnitDomain::Box(InputBox::cube(entry["d"].as_u64().unwrap() as usize, end(0), end(1)).unwrap())
}

fn exact(end: &RangeEnd) -> Option<&Rational> {
    match end {
        RangeEnd::Exact(value) => Some(value),
        RangeEnd::Unbounded => None,
        RangeEnd::Between { .. } => panic!("not exact"),
    }
}

#[test]
fn enumeration_matches_to_the_last_digit() {
    let Some(entries) = reference::entries() else { return };
    let mut n_units = 0;
    for (entry, network) in &entries {
        let context = format!("{} on {}", entry["file"], entry["domain"]);
        let found = report(network, &domain(entry), Method::Auto, Effort::default(), 2).unwrap();
        let depth = network.shape().depth();
        for (layer, units) in found.layers[..depth].iter().enumerate() {
            let status: String = units.iter().map(|unit| letter(unit.status)).collect();
            assert_eq!(entry["unit_status"][layer], Value::from(status), "{context} layer {layer}");
            for (place, unit) in units.iter().enumerate() {
                assert_eq!(unit.stage, Stage::Enumeration);
                n_units += 1;
                if entry["box"].is_null() {
                    continue;
                }
                for (key, end) in [("preact_min", &unit.minimum), ("preact_max", &unit.maximum)] {
                    let value = exact(end).map(Rational::to_f64);
                    assert_eq!(entry[key][layer][place].as_f64(), value, "{key} of {context}, {layer}.{place}");
                }
            }
        }
        if !entry["box"].is_null() {
            let output = &found.layers[depth][0];
            for (key, end) in [("f0_min", &output.minimum), ("f0_max", &output.maximum)] {
                assert_eq!(entry[key].as_str(), exact(end).map(ToString::to_string).as_deref(), "{key} of {context}");
            }
        }
    }
    assert!(n_units > 300, "only {n_units} units");
}

#[test]
fn proofs_decide_the_same_and_their_certificates_hold() {
    let Some(entries) = reference::entries() else { return };
    let (mut n_units, mut n_unknown) = (0, 0);
    for (entry, network) in entries.iter().filter(|(entry, _)| entry["box"].is_array()) {
        let context = format!("{} on {}", entry["file"], entry["domain"]);
        let place = domain(entry);
        let found = report(network, &place, Method::Prove, Effort::default(), 2).unwrap();
        for (layer, units) in found.layers[..network.shape().depth()].iter().enumerate() {
            let expected = entry["unit_status"][layer].as_str().unwrap();
            for (unit, expected) in units.iter().zip(expected.chars()) {
                n_units += 1;
                match unit.status {
                    ProvedStatus::Unknown => n_unknown += 1,
                    status => assert_eq!(letter(status), expected, "{context} layer {layer}"),
                }
            }
        }
        let UnitDomain::Box(sides) = &place else { continue };
        assert_eq!(verify(network, sides, found.certificate.as_ref().unwrap()), Ok(found.statuses()), "{context}");
    }
    println!("{n_units} units, {n_unknown} unknown");
    assert_eq!(n_unknown, 0);
}
