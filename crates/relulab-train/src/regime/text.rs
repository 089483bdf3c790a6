//! Regimes as text: parts joined by `+`, each a name with settings, as in `convolution+jumpstart:weight=1e-3`.

use super::{Layout, Regime};
use crate::jumpstart::{Aggregation, Axes, Jumpstart, Ties};
use crate::mirrored::Mirrored;
use crate::structure::Structure;
use std::fmt;
use std::str::FromStr;

/// Why a text names no regime.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseRegimeError {
    /// A part that does not exist.
    #[error(
        "regime \"{0}\": expected standard, samples, convolution, batch_norm, residual, jumpstart, mirrored, or some \
         of them joined by +"
    )]
    Part(String),
    /// A part that comes twice.
    #[error("{0} comes twice")]
    Twice(String),
    /// A setting that the part does not have, or without a value.
    #[error("{part}: \"{setting}\" is no setting of it; expected {expected}")]
    Setting {
        /// The part.
        part: &'static str,
        /// What was written.
        setting: String,
        /// What it has.
        expected: &'static str,
    },
    /// A value that the setting cannot have.
    #[error("{part}: {setting}={value}: expected {expected}")]
    Value {
        /// The part.
        part: &'static str,
        /// Its setting.
        setting: String,
        /// What was written.
        value: String,
        /// What it can be.
        expected: &'static str,
    },
}

const JUMPSTART: &str = "axes, aggregation, ties, margin, weight or outputs, as in axes=both,weight=0.0001";
const MIRRORED: &str = "begin, pairs, radius, smallest or ratio, as in radius=10,ratio=1";

impl FromStr for Regime {
    type Err = ParseRegimeError;

    fn from_str(text: &str) -> Result<Self, ParseRegimeError> {
        let mut regime = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        // A + after an exponent's e belongs to a number.
        for part in parts(text) {
            let (name, settings) = part.split_once(':').unwrap_or((part, ""));
            if seen.contains(&name) {
                return Err(ParseRegimeError::Twice(name.to_owned()));
            }
            seen.push(name);
            regime.layout = if name == "standard" { regime.layout } else { Layout::Samples };
            match name {
                "jumpstart" => regime.jumpstart = Some(jumpstart(settings)?),
                "mirrored" => regime.mirrored = Some(mirrored(settings)?),
                _ if part.contains(':') => return Err(ParseRegimeError::Part(part.to_owned())),
                "standard" | "samples" => {}
                "convolution" => regime.structure = Structure::Convolution,
                "batch_norm" => regime.batch_norm = true,
                "residual" => regime.residual = true,
                _ => return Err(ParseRegimeError::Part(part.to_owned())),
            }
        }
        Ok(regime)
    }
}

/// The parts of a text, between those `+` that are no sign of an exponent.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices('+') {
        let before = &text[from..at];
        let is_exponent =
            before.ends_with(['e', 'E']) && before[..before.len() - 1].ends_with(|c: char| c.is_ascii_digit());
        if !is_exponent {
            parts.push(before);
            from = at + 1;
        }
    }
    parts.push(&text[from..]);
    parts
}

/// One setting of a part.
struct Setting<'a> {
    part: &'static str,
    name: &'a str,
    value: &'a str,
}

impl<'a> Setting<'a> {
    fn all(part: &'static str, text: &'a str, expected: &'static str) -> Result<Vec<Self>, ParseRegimeError> {
        let read = |setting: &'a str| match setting.split_once('=') {
            Some((name, value)) => Ok(Self { part, name, value }),
            None => Err(ParseRegimeError::Setting { part, setting: setting.to_owned(), expected }),
        };
        text.split(',').filter(|setting| !setting.is_empty()).map(read).collect()
    }

    fn unknown(&self, expected: &'static str) -> ParseRegimeError {
        ParseRegimeError::Setting { part: self.part, setting: self.name.to_owned(), expected }
    }

    fn wrong(&self, expected: &'static str) -> ParseRegimeError {
        let (setting, value) = (self.name.to_owned(), self.value.to_owned());
        ParseRegimeError::Value { part: self.part, setting, value, expected }
    }

    fn number(&self) -> Result<f64, ParseRegimeError> {
        self.value.parse().map_err(|_| self.wrong("a number"))
    }

    /// A number, or `none`.
    fn limit(&self) -> Result<Option<f64>, ParseRegimeError> {
        if self.value == "none" { Ok(None) } else { self.number().map(Some) }
    }

    fn choice<T: Copy>(&self, choices: &[(&str, T)], expected: &'static str) -> Result<T, ParseRegimeError> {
        let found = choices.iter().find(|(name, _)| *name == self.value);
        found.map(|(_, choice)| *choice).ok_or_else(|| self.wrong(expected))
    }

    fn yes(&self) -> Result<bool, ParseRegimeError> {
        self.choice(&[("yes", true), ("no", false)], "yes or no")
    }
}

const AXES: [(&str, Axes); 3] = [("units", Axes::Units), ("points", Axes::Points), ("both", Axes::Both)];
const AGGREGATIONS: [(&str, Aggregation); 4] = [
    ("sum_of_squares", Aggregation::SumOfSquares),
    ("one_norm", Aggregation::OneNorm),
    ("two_norm", Aggregation::TwoNorm),
    ("mean", Aggregation::Mean),
];
const TIES: [(&str, Ties); 3] = [("first", Ties::First), ("average", Ties::Average), ("random", Ties::Random)];

fn jumpstart(settings: &str) -> Result<Jumpstart, ParseRegimeError> {
    let mut jumpstart = Jumpstart::published();
    for setting in Setting::all("jumpstart", settings, JUMPSTART)? {
        match setting.name {
            "axes" => jumpstart.axes = setting.choice(&AXES, "units, points or both")?,
            "aggregation" => {
                jumpstart.aggregation = setting.choice(&AGGREGATIONS, "sum_of_squares, one_norm, two_norm or mean")?;
            }
            "ties" => jumpstart.ties = setting.choice(&TIES, "first, average or random")?,
            "margin" => jumpstart.margin = setting.number()?,
            "weight" => jumpstart.weight = setting.number()?,
            "outputs" => jumpstart.on_outputs = setting.yes()?,
            _ => return Err(setting.unknown(JUMPSTART)),
        }
    }
    Ok(jumpstart)
}

fn mirrored(settings: &str) -> Result<Mirrored, ParseRegimeError> {
    let mut mirrored = Mirrored { radius: None, ..Mirrored::published(1.0) };
    for setting in Setting::all("mirrored", settings, MIRRORED)? {
        match setting.name {
            "begin" => mirrored.begins_mirrored = setting.yes()?,
            "pairs" => mirrored.is_paired = setting.yes()?,
            "radius" => mirrored.radius = setting.limit()?,
            "smallest" => mirrored.smallest = setting.number()?,
            "ratio" => mirrored.ratio = setting.limit()?,
            _ => return Err(setting.unknown(MIRRORED)),
        }
    }
    Ok(mirrored)
}

fn name_of<T: PartialEq>(choices: &[(&'static str, T)], choice: T) -> &'static str {
    choices.iter().find(|(_, one)| *one == choice).map_or("", |(name, _)| name)
}

fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

impl fmt::Display for Regime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.structure == Structure::Convolution {
            parts.push("convolution".to_owned());
        }
        parts.extend(self.batch_norm.then(|| "batch_norm".to_owned()));
        parts.extend(self.residual.then(|| "residual".to_owned()));
        if let Some(j) = &self.jumpstart {
            parts.push(format!(
                "jumpstart:axes={},aggregation={},ties={},margin={},weight={},outputs={}",
                name_of(&AXES, j.axes),
                name_of(&AGGREGATIONS, j.aggregation),
                name_of(&TIES, j.ties),
                j.margin,
                j.weight,
                yes(j.on_outputs)
            ));
        }
        if let Some(m) = &self.mirrored {
            let limit = |limit: Option<f64>| limit.map_or("none".to_owned(), |limit| limit.to_string());
            parts.push(format!(
                "mirrored:begin={},pairs={},radius={},smallest={},ratio={}",
                yes(m.begins_mirrored),
                yes(m.is_paired),
                limit(m.radius),
                m.smallest,
                limit(m.ratio)
            ));
        }
        if parts.is_empty() {
            parts.push(if self.layout == Layout::Networks { "standard" } else { "samples" }.to_owned());
        }
        f.write_str(&parts.join("+"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_written() {
        let read = |text: &str| text.parse::<Regime>().unwrap();
        assert_eq!(read("standard"), Regime::default());
        assert_eq!(read("samples"), Regime::across_samples());
        assert_eq!(read("jumpstart"), Regime::jumpstart(Jumpstart::published()));
        let both = read("convolution+jumpstart:weight=1e+2,ties=first+batch_norm+residual");
        assert_eq!((both.structure, both.batch_norm, both.residual), (Structure::Convolution, true, true));
        assert_eq!(both.jumpstart.map(|j| (j.weight, j.ties)), Some((100.0, Ties::First)));
        let mirrored = read("mirrored:radius=0.5,ratio=none+jumpstart").mirrored.unwrap();
        assert_eq!((mirrored.radius, mirrored.ratio, mirrored.smallest), (Some(0.5), None, 0.001));
        for text in ["standard", "samples", "convolution", "mirrored", "residual+jumpstart:axes=units,margin=0.5"] {
            assert_eq!(read(text), read(&read(text).to_string()), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let refusal = |text: &str| text.parse::<Regime>().unwrap_err().to_string();
        assert!(refusal("").contains("regime \"\""));
        assert!(refusal("jumpstrat").contains("\"jumpstrat\""));
        assert!(refusal("residual:x=1").contains("residual:x=1"));
        assert!(refusal("jumpstart+jumpstart").contains("jumpstart comes twice"));
        assert!(refusal("jumpstart:axis=units").contains("\"axis\" is no setting"));
        assert!(refusal("jumpstart:axes=all").contains("axes=all: expected units, points or both"));
        assert!(refusal("mirrored:ratio").contains("\"ratio\" is no setting"));
        assert!(refusal("mirrored:radius=wide").contains("radius=wide: expected a number"));
    }
}
