//! Files that NumPy wrote: the fixtures of `scripts/make_npz_fixtures.py`, and reference networks when they are there.

use relulab_io::npz;
use relulab_net::{Activation, reference};
use std::fs;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

/// The numbers of the script: multiples of 1/8 from −1.
fn numbers(n: i32) -> Vec<f64> {
    (0..n).map(|i| f64::from(i) / 8.0 - 1.0).collect()
}

#[test]
fn networks_in_both_precisions_and_orders() {
    for name in ["network_f64.npz", "network_f32_fortran.npz"] {
        let network = npz::read_network(&fixture(name), Activation::Relu).unwrap();
        assert_eq!(network.shape().to_string(), "2→3→1", "{name}");
        assert_eq!(network.parameters(), numbers(13), "{name}");
    }
}

#[test]
fn data_of_other_types_and_axes() {
    let images = npz::read_dataset(&fixture("data_big_endian.npz")).unwrap();
    assert_eq!((images.input_dim(), images.inputs()), (4, numbers(12).as_slice()));
    assert_eq!(images.one_hot(None).unwrap().output_dim(), 3);
    let flags = npz::read_dataset(&fixture("data_bool.npz")).unwrap();
    assert_eq!((flags.inputs(), flags.labels()), ([0.0, 1.0, 2.0].as_slice(), [1.0, 0.0, 1.0].as_slice()));
}

#[test]
fn words_are_refused_by_name() {
    let error = npz::read_dataset(&fixture("data_words.npz")).unwrap_err().to_string();
    assert!(error.contains("array y: its type is '<U3'"), "{error}");
}

#[test]
fn reference_networks_are_read_and_agree_with_their_twin() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/geometry");
    let read = |name: &str| {
        let bytes = fs::read(folder.join(format!("{name}.npz"))).ok()?;
        Some(npz::read_network(&bytes, Activation::Relu).unwrap_or_else(|error| panic!("{name}: {error}")))
    };
    let (Some(a), Some(b)) = (read("d2_8_8"), read("eq_perm_b")) else {
        println!("skipped: the reference networks are not here");
        return;
    };
    for point in [[0.3, -0.7], [-2.0, 5.0], [0.0, 0.0]] {
        let (left, right) = (reference::forward(&a, &point), reference::forward(&b, &point));
        assert!(left.iter().zip(&right).all(|(left, right)| (left - right).abs() < 1e-12));
    }
    for (name, shape) in
        [("d1_5_7_4", "1→5→7→4→1"), ("d1_16", "1→16→1"), ("d2_3x5", "2→3→3→3→3→3→1"), ("d3_8_8", "3→8→8→1")]
    {
        let network = read(name).unwrap();
        assert_eq!(network.shape().to_string(), shape, "{name}");
    }
}
