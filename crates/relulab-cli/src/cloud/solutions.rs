//! The networks of a folder.

use crate::failure::Failure;
use crate::network_file;
use relulab_net::Network;
use std::path::Path;

/// Fewest solutions whose directions are worth counting.
const FEWEST: usize = 3;
/// What the name of a network kept on the way holds.
const KEPT_ON_THE_WAY: &str = "-step-";

/// Networks of one shape and activation.
#[derive(Debug)]
pub struct Solutions {
    /// The networks, in the order of their files' names; at least three.
    pub networks: Vec<Network>,
}

impl Solutions {
    /// Reads every `.safetensors` and `.npz` file of a folder but those of networks kept on the way.
    ///
    /// # Errors
    /// When the folder or a file cannot be read, a file is no network, the networks differ in shape or activation, or
    /// there are too few of them.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let place = folder.display().to_string();
        let entries = std::fs::read_dir(folder).map_err(|error| Failure::at(&place, error))?;
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| Failure::at(&place, error))?.path();
            if is_solution(&path) {
                paths.push(path);
            }
        }
        paths.sort();
        if paths.len() < FEWEST {
            let message = format!("{} network files: a cloud needs at least {FEWEST}", paths.len());
            return Err(Failure::at(&place, message));
        }
        let networks: Vec<Network> = paths
            .iter()
            .map(|path| network_file::open(path, None).map(|file| file.network))
            .collect::<Result<_, _>>()?;
        for (path, network) in paths.iter().zip(&networks) {
            refuse_other(path, network, &networks[0])?;
        }
        Ok(Self { networks })
    }

    /// The first network.
    pub fn first(&self) -> &Network {
        &self.networks[0]
    }
}

fn is_solution(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_network = name.ends_with(".safetensors") || name.ends_with(".npz");
    is_network && !name.contains(KEPT_ON_THE_WAY) && path.is_file()
}

fn refuse_other(path: &Path, network: &Network, first: &Network) -> Result<(), Failure> {
    let kind = |network: &Network| format!("{} with {}", network.shape(), network.activation());
    if kind(network) == kind(first) {
        return Ok(());
    }
    let message = format!("{}: expected {}, as the first network of the folder", kind(network), kind(first));
    Err(Failure::at(&path.display().to_string(), message))
}
