//! What `relulab construct` prints.

use crate::failure::Failure;
use relulab_construct::{ConstructError, MAX_COUNTED_REGIONS, PieceCount, Scaled, count_pieces};
use relulab_exact::Natural;
use serde::Serialize;
use std::fmt::Write;

/// Whether something holds by proof.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verified {
    /// By exact counts or exact comparison on every region.
    Proved,
    /// At sampled points, in exact numbers.
    Sampled,
}

/// One construction; what was not counted is `null`.
#[derive(Serialize)]
pub struct Document {
    /// Which one.
    pub construction: &'static str,
    /// The file that was written.
    pub network: Option<String>,
    /// Number of inputs.
    pub inputs: usize,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Hidden units.
    pub units: usize,
    /// The network is the function times this integer, so that f64 holds all parameters.
    pub scale: String,
    /// Open-connected pieces, counted exactly.
    pub pieces: Option<u64>,
    /// The same by the formula, where one holds.
    pub pieces_by_formula: Option<String>,
    /// Full-dimensional sets with one on/off pattern.
    pub activation_regions: Option<u64>,
    /// Sets of regions with one affine map, joined over facets.
    pub open_connected_pieces: Option<u64>,
    /// The same, joined over any shared point.
    pub closed_connected_pieces: Option<u64>,
    /// Different affine maps.
    pub distinct_affine_functions: Option<u64>,
    /// How the construction was verified.
    pub verified: Verified,
    /// What the verification was.
    pub because: String,
    /// Numbers of its own.
    pub details: serde_json::Map<String, serde_json::Value>,
}

impl Document {
    /// A construction with its exact counts; `regions` is about how many there will be, if that is known.
    ///
    /// # Errors
    /// When the engines refuse the network.
    pub fn new(construction: &'static str, scaled: &Scaled, regions: Option<&Natural>) -> Result<Self, Failure> {
        let is_small = regions.is_none_or(|regions| regions <= &Natural::from(u128::from(MAX_COUNTED_REGIONS)));
        let count = if is_small { counted(scaled)? } else { None };
        let shape = scaled.network.shape();
        Ok(Self {
            construction,
            network: None,
            inputs: shape.input_dim(),
            hidden: shape.hidden().to_vec(),
            units: shape.n_units(),
            scale: scaled.scale.to_string(),
            pieces: count.map(|count| count.open_connected_pieces),
            pieces_by_formula: None,
            activation_regions: count.map(|count| count.activation_regions),
            open_connected_pieces: count.map(|count| count.open_connected_pieces),
            closed_connected_pieces: count.map(|count| count.closed_connected_pieces),
            distinct_affine_functions: count.map(|count| count.distinct_affine_functions),
            verified: Verified::Sampled,
            because: String::new(),
            details: serde_json::Map::new(),
        })
    }

    /// The same with a formula for the pieces: where it is the exact count, the construction is proved.
    ///
    /// # Errors
    /// When formula and count differ.
    pub fn with_formula(mut self, formula: Option<&Natural>, sampled: &str) -> Result<Self, Failure> {
        self.pieces_by_formula = formula.map(Natural::to_string);
        let counted = self.pieces.map(|pieces| Natural::from(u128::from(pieces)));
        if let (Some(formula), Some(counted)) = (formula, &counted)
            && formula != counted
        {
            let message = format!("{counted} pieces counted where the formula says {formula}; please report this");
            return Err(Failure::at(self.construction, message));
        }
        (self.verified, self.because) = match counted {
            Some(_) if formula.is_some() => {
                (Verified::Proved, "all pieces counted exactly, as many as the formula says".to_owned())
            }
            Some(_) => (Verified::Proved, "all pieces counted exactly; no formula holds".to_owned()),
            None => (Verified::Sampled, format!("too many pieces to count; {sampled}")),
        };
        Ok(self)
    }

    /// The same with a number of its own.
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The same for people.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut line = |name: &str, value: String| {
            let _ = writeln!(out, "{name:<26} {value}");
        };
        let count = |value: Option<u64>| value.map_or_else(|| "not counted".to_owned(), |value| value.to_string());
        let hidden: Vec<String> = self.hidden.iter().map(usize::to_string).collect();
        line("construction", self.construction.to_owned());
        line("inputs", self.inputs.to_string());
        line("hidden layers", if hidden.is_empty() { "none".to_owned() } else { hidden.join(",") });
        line("units", self.units.to_string());
        if self.scale != "1" {
            line("computes", format!("{} times the function", self.scale));
        }
        for (name, value) in &self.details {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            line(&name.replace('_', " "), value);
        }
        if let Some(formula) = &self.pieces_by_formula {
            line("pieces by formula", formula.clone());
        }
        line("open-connected pieces", count(self.open_connected_pieces));
        line("closed-connected pieces", count(self.closed_connected_pieces));
        line("distinct affine functions", count(self.distinct_affine_functions));
        line("activation regions", count(self.activation_regions));
        let verified = if self.verified == Verified::Proved { "proved" } else { "sampled" };
        line("verified", format!("{verified}: {}", self.because));
        line("network", self.network.clone().unwrap_or_else(|| "not written: give --out FILE".to_owned()));
        out
    }
}

fn counted(scaled: &Scaled) -> Result<Option<PieceCount>, Failure> {
    match count_pieces(&scaled.network, MAX_COUNTED_REGIONS) {
        // A network too large for the engines is not wrong, only not counted.
        Err(ConstructError::Space(_)) => Ok(None),
        other => other.map_err(Failure::input),
    }
}
