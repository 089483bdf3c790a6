//! NumPy's npz: networks as `W0, b0, W1, …` (each W out × in, the last layer linear) and data as `x` and `y`.

use crate::network_file::{NetworkFileError, assemble, is_layer_name, tensors};
use crate::npy;
use crate::tensor::{Tensor, shape_text};
use relulab_net::{Activation, Dataset, DatasetError, Network};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Largest uncompressed array that is read, so that a small hostile file cannot fill the memory.
pub const MAX_ARRAY_BYTES: u64 = 1 << 32;

/// Why bytes are not a data file in npz.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NpzError {
    /// The archive cannot be read.
    #[error("the npz file is damaged, or of another kind: {0}")]
    Container(String),
    /// An array is missing.
    #[error("array {missing} is missing: data in npz have x (n × d) and y (n or n × o); found {found}")]
    Missing {
        /// The array.
        missing: &'static str,
        /// The arrays that are there.
        found: String,
    },
    /// An array cannot be read.
    #[error("array {name}: {reason}")]
    Array {
        /// The array.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The numbers do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
}

/// The bytes of an npz file with the arrays of a network; the same network always gives the same bytes.
///
/// The activation is not in the file: npz has no place for it that NumPy users would look at.
///
/// # Errors
/// When the archive cannot be built, for instance for lack of memory.
pub fn write_network(network: &Network) -> Result<Vec<u8>, NetworkFileError> {
    archive(&tensors(network)).map_err(|error| NetworkFileError::Container { format: "npz", reason: error.to_string() })
}

/// Reads a network; arrays of other names than `W` or `b` and a number are passed over.
///
/// # Errors
/// When the bytes are damaged, or the arrays do not make a network.
pub fn read_network(bytes: &[u8], activation: Activation) -> Result<Network, NetworkFileError> {
    let damaged = |reason: String| NetworkFileError::Container { format: "npz", reason };
    let mut tensors = BTreeMap::new();
    for (name, content) in entries(bytes, is_layer_name).map_err(|error| damaged(error.to_string()))? {
        let tensor = npy::read(&content).map_err(|reason| damaged(format!("array {name}: {reason}")))?;
        tensors.insert(name, tensor);
    }
    assemble(tensors, activation)
}

/// The bytes of an npz file with `x` (n × d) and `y` (n × o); the same data always give the same bytes.
///
/// # Errors
/// When the archive cannot be built, for instance for lack of memory.
pub fn write_dataset(data: &Dataset) -> Result<Vec<u8>, NpzError> {
    let array =
        |columns: usize, values: &[f64]| Tensor { shape: vec![data.n_points(), columns], values: values.to_vec() };
    let x = array(data.input_dim(), data.inputs());
    let y = array(data.output_dim(), data.labels());
    archive(&[("x".to_owned(), x), ("y".to_owned(), y)]).map_err(|error| NpzError::Container(error.to_string()))
}

/// Reads `x` and `y`; further axes of a point (an image's rows and columns) are laid out in one row, and an array
/// with one axis is a single column.
///
/// # Errors
/// When the bytes are damaged, an array is missing, or the numbers do not make a dataset.
pub fn read_dataset(bytes: &[u8]) -> Result<Dataset, NpzError> {
    let all =
        entries(bytes, |name| name == "x" || name == "y").map_err(|error| NpzError::Container(error.to_string()))?;
    let array = |wanted: &'static str| {
        let Some((name, content)) = all.iter().find(|(name, _)| name == wanted) else {
            return Err(NpzError::Missing { missing: wanted, found: names(bytes) });
        };
        let refuse = |reason: String| NpzError::Array { name: name.clone(), reason };
        let tensor = npy::read(content).map_err(refuse)?;
        if tensor.shape.is_empty() {
            return Err(refuse(format!("its shape is {}; expected one row per point", shape_text(&tensor.shape))));
        }
        let columns: usize = tensor.shape[1..].iter().product();
        Ok((tensor.shape[0], columns, tensor.values))
    };
    let (n_inputs, input_dim, inputs) = array("x")?;
    let (n_labels, output_dim, labels) = array("y")?;
    if n_inputs != n_labels {
        return Err(DatasetError::RowCounts { inputs: n_inputs, labels: n_labels }.into());
    }
    Ok(Dataset::new(inputs, input_dim, labels, output_dim)?)
}

fn archive(arrays: &[(String, Tensor)]) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, tensor) in arrays {
        zip.start_file(format!("{name}.npy"), options)?;
        zip.write_all(&npy::write(tensor)?)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Names and uncompressed contents of the arrays whose name is wanted.
fn entries(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index(index)?;
        let name = entry.name()?.into_owned();
        let name = name.strip_suffix(".npy").unwrap_or(&name).to_owned();
        if !wanted(&name) {
            continue;
        }
        let mut content = Vec::new();
        entry.take(MAX_ARRAY_BYTES + 1).read_to_end(&mut content)?;
        if content.len() as u64 > MAX_ARRAY_BYTES {
            return Err(io::Error::other(format!("array {name} has more than {MAX_ARRAY_BYTES} bytes")));
        }
        entries.push((name, content));
    }
    Ok(entries)
}

fn names(bytes: &[u8]) -> String {
    let Ok(zip) = ZipArchive::new(Cursor::new(bytes)) else { return "nothing".to_owned() };
    let names: Vec<String> = zip
        .file_names()
        .filter_map(|name| name.ok().map(|name| name.strip_suffix(".npy").unwrap_or(&name).to_owned()))
        .collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network_file::tests::networks;
    use proptest::prelude::*;

    fn points() -> Dataset {
        Dataset::new(vec![1.0, 2.0, 3.0, 4.0], 2, vec![5.0, 6.0], 1).unwrap()
    }

    #[test]
    fn missing_arrays_and_damage_are_named() {
        let network_bytes = archive(&[("W0".to_owned(), Tensor { shape: vec![1, 1], values: vec![1.0] })]).unwrap();
        let error = read_dataset(&network_bytes).unwrap_err().to_string();
        assert!(error.contains("array x is missing") && error.contains("found W0"), "{error}");
        assert_eq!(read_network(&network_bytes, Activation::Relu).unwrap_err().to_string(), "tensor b0 is missing");
        assert!(read_network(b"PK", Activation::Relu).unwrap_err().to_string().contains("the npz file is damaged"));
        assert!(read_dataset(b"").unwrap_err().to_string().contains("the npz file is damaged"));
        let bytes = write_dataset(&points()).unwrap();
        assert!((0..bytes.len()).all(|end| read_dataset(&bytes[..end]).is_err()));
    }

    #[test]
    fn axes_are_laid_out_in_rows() {
        let images = Tensor { shape: vec![2, 2, 2], values: (0..8).map(f64::from).collect() };
        let classes = Tensor { shape: vec![2], values: vec![0.0, 1.0] };
        let bytes = archive(&[("x".to_owned(), images.clone()), ("y".to_owned(), classes)]).unwrap();
        let data = read_dataset(&bytes).unwrap();
        assert_eq!((data.input_dim(), data.output_dim(), data.inputs()), (4, 1, images.values.as_slice()));
        let three = Tensor { shape: vec![3], values: vec![0.0; 3] };
        let bytes = archive(&[("x".to_owned(), images), ("y".to_owned(), three)]).unwrap();
        assert!(read_dataset(&bytes).unwrap_err().to_string().contains("2 rows of inputs but 3 rows of labels"));
    }

    proptest! {
        #[test]
        fn networks_read_back(network in networks()) {
            let bytes = write_network(&network).unwrap();
            prop_assert_eq!(&bytes, &write_network(&network).unwrap());
            prop_assert_eq!(read_network(&bytes, network.activation()).unwrap(), network);
        }

        #[test]
        fn datasets_read_back(inputs in prop::collection::vec(prop::num::f64::NORMAL, 6), labels in prop::collection::vec(-1.0..1.0_f64, 3)) {
            let data = Dataset::new(inputs, 2, labels, 1).unwrap();
            prop_assert_eq!(read_dataset(&write_dataset(&data).unwrap()).unwrap(), data);
        }

        #[test]
        fn damage_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = write_dataset(&points()).unwrap();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = read_dataset(&bytes);
        }
    }
}
