//! The proofs of unit statuses as a JSON file.

use crate::failure::Failure;
use relulab_net::Network;
use relulab_regions::relaxation::{InputBox, ProvedStatus, Side};
use relulab_regions::units::{Certificate, Lemma, LemmaProof, PartNode, Shown};
use relulab_study::write_atomically;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The first field of every such file.
const FORMAT: &str = "relulab-units-1";

/// One letter per status.
const LETTERS: [(char, ProvedStatus); 5] = [
    ('D', ProvedStatus::Dead),
    ('L', ProvedStatus::Linear),
    ('Z', ProvedStatus::Zero),
    ('N', ProvedStatus::Unstable),
    ('?', ProvedStatus::Unknown),
];

/// The file.
#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    /// Shape, activation and a hash of the parameters of the network.
    network: String,
    /// Lower and upper end per input.
    domain: Vec<(f64, f64)>,
    /// One letter per unit, layer by layer, outputs last.
    claims: Vec<String>,
    bounds: Vec<BoundEntry>,
    points: Vec<PointEntry>,
}

#[derive(Serialize, Deserialize)]
struct BoundEntry {
    layer: usize,
    unit: usize,
    side: End,
    bound: f64,
    /// Layer by layer; absent where the box is cut instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    multipliers: Option<Vec<Vec<f64>>>,
    /// Depth first: input and place of a cut, or `null` for a part that is bounded as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<Option<(usize, f64)>>>,
}

#[derive(Serialize, Deserialize)]
struct PointEntry {
    layer: usize,
    unit: usize,
    side: End,
    at: Vec<f64>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Minimum,
    Maximum,
}

impl From<Side> for End {
    fn from(side: Side) -> Self {
        if side == Side::Maximum { Self::Maximum } else { Self::Minimum }
    }
}

impl From<End> for Side {
    fn from(end: End) -> Self {
        match end {
            End::Maximum => Self::Maximum,
            End::Minimum => Self::Minimum,
        }
    }
}

/// A certificate that was read, and what it claims.
pub struct Claimed {
    /// The box.
    pub domain: InputBox,
    /// The proofs.
    pub certificate: Certificate,
    /// Statuses, layer by layer, outputs last.
    pub claims: Vec<Vec<ProvedStatus>>,
}

impl Claimed {
    /// What is claimed, in words.
    pub fn claim(&self) -> String {
        let hidden = || self.claims.iter().rev().skip(1).flatten();
        let count = |status: ProvedStatus| hidden().filter(|found| **found == status).count();
        format!(
            "{} hidden units: {} nonlinear, {} dead, {} linear, {} identically zero, {} unknown",
            hidden().count(),
            count(ProvedStatus::Unstable),
            count(ProvedStatus::Dead),
            count(ProvedStatus::Linear),
            count(ProvedStatus::Zero),
            count(ProvedStatus::Unknown),
        )
    }
}

/// What a network is recognised by.
fn identity(network: &Network) -> String {
    let bytes: Vec<u8> = network.parameters().iter().flat_map(|value| value.to_le_bytes()).collect();
    format!("{} {} {}", network.shape(), network.activation(), relulab_study::plan::sha256(&bytes))
}

/// Writes a certificate, at once or not at all.
///
/// # Errors
/// When the file cannot be written.
pub fn write(
    path: &Path,
    network: &Network,
    domain: &InputBox,
    certificate: &Certificate,
    claims: &[Vec<ProvedStatus>],
) -> Result<(), Failure> {
    let letter = |status: &ProvedStatus| LETTERS.iter().find(|(_, known)| known == status).map_or('?', |entry| entry.0);
    let bound = |lemma: &Lemma| {
        let (multipliers, parts) = match &lemma.proof {
            LemmaProof::Multipliers(multipliers) => (Some(multipliers.clone()), None),
            LemmaProof::Parts(nodes) => {
                let node = |node: &PartNode| match node {
                    PartNode::Cut { input, at } => Some((*input, *at)),
                    PartNode::Leaf => None,
                };
                (None, Some(nodes.iter().map(node).collect()))
            }
        };
        BoundEntry {
            layer: lemma.layer,
            unit: lemma.unit,
            side: lemma.side.into(),
            bound: lemma.bound,
            multipliers,
            parts,
        }
    };
    let point = |shown: &Shown| PointEntry {
        layer: shown.layer,
        unit: shown.unit,
        side: shown.side.into(),
        at: shown.at.clone(),
    };
    let file = File {
        format: FORMAT.to_owned(),
        network: identity(network),
        domain: domain.lower().iter().copied().zip(domain.upper().iter().copied()).collect(),
        claims: claims.iter().map(|layer| layer.iter().map(letter).collect()).collect(),
        // An infinite bound claims nothing, and JSON has no word for it.
        bounds: certificate.lemmas.iter().filter(|lemma| lemma.bound.is_finite()).map(bound).collect(),
        points: certificate.shown.iter().map(point).collect(),
    };
    let bytes = serde_json::to_vec(&file).map_err(Failure::input)?;
    let wrong = |error: &dyn std::fmt::Display| Failure::at("--certificate", format!("{}: {error}", path.display()));
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| wrong(&"expected the name of a file"))?;
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    write_atomically(folder, name, &bytes).map_err(|error| wrong(&error))
}

/// Reads a certificate about a network.
///
/// # Errors
/// When the file cannot be read, is no certificate, or is about another network.
pub fn read(path: &Path, network: &Network) -> Result<Claimed, Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::at("--check", format!("{}: {error}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    let file: File =
        serde_json::from_slice(&bytes).map_err(|error| wrong(&format!("{error}: expected a file of --certificate")))?;
    if file.format != FORMAT {
        return Err(wrong(&format!("format {:?}: expected {FORMAT:?}", file.format)));
    }
    if file.network != identity(network) {
        return Err(wrong(&"it is about another network"));
    }
    let (lower, upper) = file.domain.into_iter().unzip();
    let domain = InputBox::new(lower, upper).map_err(|error| wrong(&error))?;
    let status = |letter: char| LETTERS.iter().find(|(known, _)| *known == letter).map(|entry| entry.1);
    let claims = file.claims.iter().map(|layer| layer.chars().map(status).collect::<Option<Vec<_>>>());
    let claims =
        claims.collect::<Option<Vec<_>>>().ok_or_else(|| wrong(&"a claim that is none of D, L, Z, N and ?"))?;
    let lemma = |entry: BoundEntry| {
        let proof = match (entry.multipliers, entry.parts) {
            (Some(multipliers), None) => LemmaProof::Multipliers(multipliers),
            (None, Some(nodes)) => {
                let node =
                    |node: Option<(usize, f64)>| node.map_or(PartNode::Leaf, |(input, at)| PartNode::Cut { input, at });
                LemmaProof::Parts(nodes.into_iter().map(node).collect())
            }
            _ => return None,
        };
        Some(Lemma { layer: entry.layer, unit: entry.unit, side: entry.side.into(), bound: entry.bound, proof })
    };
    let lemmas = file.bounds.into_iter().map(lemma).collect::<Option<Vec<_>>>();
    let lemmas = lemmas.ok_or_else(|| wrong(&"a bound that has not either multipliers or parts"))?;
    let shown = file.points.into_iter().map(|entry| Shown {
        layer: entry.layer,
        unit: entry.unit,
        side: entry.side.into(),
        at: entry.at,
    });
    Ok(Claimed { domain, certificate: Certificate { lemmas, shown: shown.collect() }, claims })
}
