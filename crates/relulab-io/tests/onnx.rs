//! ONNX files that Python wrote: the fixtures of `scripts/make_onnx_fixtures.py` with the outputs of onnxruntime, and
//! the aircraft networks when they are there.

use relulab_io::onnx;
use relulab_net::{Activation, Network, reference};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn read(name: &str) -> Network {
    onnx::read_network(&fixture(&format!("onnx_{name}.onnx"))).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn outputs_are_those_of_onnxruntime() {
    let outputs: Value = serde_json::from_slice(&fixture("onnx_outputs.json")).unwrap();
    for (name, cases) in outputs.as_object().unwrap() {
        let network = read(name);
        for case in cases.as_array().unwrap() {
            let (ours, theirs) = (reference::forward(&network, &numbers(&case["x"])), numbers(&case["y"]));
            assert_eq!(ours.len(), theirs.len(), "{name}");
            // Theirs are computed in f32.
            let close =
                |(ours, theirs): (&f64, &f64)| (ours - theirs).abs() <= 4.0 * f64::from(f32::EPSILON) * theirs.abs();
            assert!(ours.iter().zip(&theirs).all(close), "{name}: {ours:?} against {theirs:?}");
        }
    }
}

#[test]
fn shapes_and_activations() {
    assert_eq!(read("aircraft").shape().to_string(), "5→4→3");
    let leaky = read("torch_like");
    assert_eq!(
        (leaky.shape().to_string(), leaky.activation()),
        ("2→6→3→2".into(), Activation::LeakyRelu { slope: 0.25 })
    );
    // The model ends with an activation, so an identity follows.
    assert_eq!(read("column").shape().to_string(), "3→4→2→2");
}

#[test]
fn what_is_not_read_is_named() {
    let refusal = |name: &str| onnx::read_network(&fixture(&format!("onnx_{name}.onnx"))).unwrap_err().to_string();
    let skip = refusal("skip");
    assert!(skip.starts_with("ONNX operator Add (node \"join\"): it takes \"x\"") && skip.contains("skip"), "{skip}");
    let softmax = refusal("softmax");
    assert!(softmax.starts_with("ONNX operator Softmax (node \"last\"): this operator is not read"), "{softmax}");
    let third = refusal("third");
    assert!(third.starts_with("ONNX operator MatMul (node \"y\")") && third.contains("not exactly"), "{third}");
}

#[test]
fn damage_is_refused_and_never_panics() {
    let bytes = fixture("onnx_torch_like.onnx");
    assert!(onnx::is_onnx(&bytes));
    for end in 0..bytes.len() {
        let _ = onnx::read_network(&bytes[..end]);
    }
    for at in 0..bytes.len() {
        for byte in [0, 1, 0x7f, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] = byte;
            let _ = onnx::read_network(&damaged);
        }
    }
    assert!(onnx::read_network(&bytes[..bytes.len() / 2]).unwrap_err().to_string().contains("damaged"));
}

/// Points and outputs of onnxruntime 1.31, which computes in f32.
#[test]
fn aircraft_networks_agree_with_onnxruntime() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/acasxu");
    let cases = [
        ("1_1", [-0.34375, 0.1875, 0.234375, -0.46875, -0.390625], 0.47751718759536743),
        ("1_1", [-0.171875, -0.0625, 0.125, -0.015625, -0.234375], 0.006968128494918346),
        ("3_3", [-0.046875, -0.109375, 0.390625, 0.015625, -0.078125], -0.022012906149029732),
    ];
    for (name, point, first) in cases {
        let Ok(bytes) = fs::read(folder.join(format!("ACASXU_run2a_{name}_batch_2000.onnx"))) else {
            println!("skipped: no aircraft networks beside the repository");
            return;
        };
        let network = onnx::read_network(&bytes).unwrap();
        assert_eq!(network.shape().to_string(), "5→50→50→50→50→50→50→5");
        let output = reference::forward(&network, &point)[0];
        assert!((output - first).abs() < 1e-6, "{name}: {output} against {first}");
    }
}
