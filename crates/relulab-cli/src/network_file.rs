//! From a path on the command line to a network: which format it is, and one clear line when it is none.

use crate::failure::Failure;
use relulab_io::{NetworkFile, npz, onnx, safetensors};
use relulab_net::Activation;
use std::collections::BTreeMap;
use std::path::Path;

/// What an archive, and so an npz file, begins with.
const ARCHIVE_MARK: &[u8] = b"PK";

/// Opens a network file: safetensors as relulab writes it, npz with `W0`, `b0`, `W1`, …, or ONNX; the content tells
/// which.
///
/// `activation` is that of an npz file, which has no place for it; ReLU if not given. In the other files it is
/// written down, and asking for another one is refused.
///
/// # Errors
/// In one line that begins with the path: when the file cannot be read, is damaged, of another version or not finite.
pub fn open(path: &Path, activation: Option<Activation>) -> Result<NetworkFile, Failure> {
    let place = path.display().to_string();
    let bytes =
        std::fs::read(path).map_err(|error| Failure::at(&place, format!("{error}: expected a network file")))?;
    read(&bytes, activation).map_err(|message| Failure::at(&place, message))
}

fn read(bytes: &[u8], activation: Option<Activation>) -> Result<NetworkFile, String> {
    if bytes.starts_with(ARCHIVE_MARK) {
        let network = npz::read_network(bytes, activation.unwrap_or(Activation::Relu));
        return match network {
            Ok(network) => Ok(NetworkFile { network, provenance: BTreeMap::new() }),
            Err(error) => Err(error.to_string()),
        };
    }
    let file = if onnx::is_onnx(bytes) {
        let network = onnx::read_network(bytes).map_err(|error| error.to_string())?;
        NetworkFile { network, provenance: BTreeMap::new() }
    } else {
        safetensors::read(bytes).map_err(|error| error.to_string())?
    };
    match activation {
        Some(asked) if asked != file.network.activation() => {
            Err(format!("the file says {}, --activation says {asked}", file.network.activation()))
        }
        _ => Ok(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_io::Precision;
    use relulab_net::{Network, Shape};

    fn network(activation: Activation) -> Network {
        let shape = Shape::new(1, vec![2], 1).unwrap();
        Network::new(shape, activation, vec![1.0, -1.0, 0.5, 0.25, 1.0, 2.0, 3.0]).unwrap()
    }

    #[test]
    fn both_formats_open() {
        let provenance = BTreeMap::from([("seed".to_owned(), "3".to_owned())]);
        let tanh = network(Activation::Tanh);
        let bytes = safetensors::write(&tanh, &provenance, Precision::F64).unwrap();
        assert_eq!(read(&bytes, None).unwrap(), NetworkFile { network: tanh.clone(), provenance });
        let told = read(&bytes, Some(Activation::Relu)).unwrap_err();
        assert_eq!(told, "the file says tanh, --activation says relu");
        let bytes = npz::write_network(&tanh).unwrap();
        assert_eq!(read(&bytes, None).unwrap().network, network(Activation::Relu));
        assert_eq!(read(&bytes, Some(Activation::Tanh)).unwrap().network, tanh);
    }

    #[test]
    fn onnx_opens_by_its_content() {
        let bytes = include_bytes!("../../relulab-io/tests/fixtures/onnx_torch_like.onnx");
        let file = read(bytes, None).unwrap();
        assert_eq!(file.network.shape().to_string(), "2→6→3→2");
        assert_eq!(
            read(bytes, Some(Activation::Relu)).unwrap_err(),
            "the file says leaky_relu:0.25, --activation says relu"
        );
        let message = read(include_bytes!("../../relulab-io/tests/fixtures/onnx_softmax.onnx"), None).unwrap_err();
        assert!(message.starts_with("ONNX operator Softmax"), "{message}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let failure = open(Path::new("no-such.safetensors"), None).unwrap_err();
        assert!(matches!(failure, Failure::Input(line) if line.starts_with("no-such.safetensors: ")));
    }
}
