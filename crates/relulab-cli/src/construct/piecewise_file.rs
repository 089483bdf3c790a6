//! The file of a piecewise linear function of several variables.

use crate::failure::Failure;
use relulab_construct::{AffineForm, Formula, Piecewise, parse_rational};
use relulab_exact::Rational;
use serde::Deserialize;
use std::path::Path;

/// Most pieces: more would neither be proved nor compiled in reasonable time.
const MOST_PIECES: usize = 500;
/// Most pieces of all sets of a formula together.
const MOST_MEMBERS: usize = 2_000;

/// The file: affine pieces, and either sets of a lattice formula or the two maxima of a difference.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    pieces: Vec<Piece>,
    max_of_min: Option<Vec<Vec<usize>>>,
    max: Option<Vec<usize>>,
    minus_max: Option<Vec<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece {
    slopes: Vec<Number>,
    constant: Number,
}

/// A JSON number, taken as the decimal that it is written as, or a text such as "1/3".
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(serde_json::Number),
    Text(String),
}

impl Number {
    fn rational(&self) -> Result<Rational, String> {
        let text = match self {
            Self::Plain(number) => &number.to_string(),
            Self::Text(text) => text,
        };
        parse_rational(text).map_err(|error| error.to_string())
    }
}

/// Reads a function.
///
/// # Errors
/// In one line that begins with the path: when the file cannot be read or says something else.
pub fn open(path: &Path) -> Result<Piecewise, Failure> {
    let place = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::at(&place, format!("{error}: expected a JSON file with \"pieces\"")))?;
    read(&bytes).map_err(|message| Failure::at(&place, message))
}

fn read(bytes: &[u8]) -> Result<Piecewise, String> {
    let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if file.pieces.len() > MOST_PIECES {
        return Err(format!("{} pieces: expected at most {MOST_PIECES}", file.pieces.len()));
    }
    let sets = file.max_of_min.iter().flatten().chain(&file.max).chain(&file.minus_max);
    let n_members: usize = sets.map(Vec::len).sum();
    if n_members > MOST_MEMBERS {
        return Err(format!("{n_members} pieces in all sets together: expected at most {MOST_MEMBERS}"));
    }
    let piece = |(index, piece): (usize, &Piece)| -> Result<AffineForm, String> {
        let placed = |error: String| format!("piece {index}: {error}");
        let slopes: Result<Vec<Rational>, String> = piece.slopes.iter().map(Number::rational).collect();
        Ok(AffineForm::new(slopes.map_err(placed)?, piece.constant.rational().map_err(placed)?))
    };
    let pieces = file.pieces.iter().enumerate().map(piece).collect::<Result<Vec<_>, _>>()?;
    let formula = match (file.max_of_min, file.max, file.minus_max) {
        (Some(sets), None, None) => Formula::MaxOfMin(sets),
        (None, Some(plus), minus) => Formula::Difference { plus, minus: minus.unwrap_or_default() },
        _ => return Err("expected either \"max_of_min\", or \"max\" with or without \"minus_max\"".to_owned()),
    };
    Piecewise::new(pieces, formula).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_as_written() {
        let text = br#"{"pieces": [{"slopes": [0.1, "1/3"], "constant": -2}, {"slopes": [0, 0], "constant": 0}],
            "max": [0, 1]}"#;
        let function = read(text).unwrap();
        assert_eq!(function.pieces()[0].slopes[0].to_string(), "1/10");
        assert_eq!(function.pieces()[0].slopes[1].to_string(), "1/3");
        for (text, expected) in [
            (r#"{"pieces": []}"#, "either \"max_of_min\""),
            (r#"{"pieces": [], "max": []}"#, "no piece"),
            (r#"{"pieces": [{"slopes": ["x"], "constant": 0}], "max": [0]}"#, "piece 0: \"x\""),
            (r#"{"pieces": [{"slopes": [1], "constant": 0}], "max": [3]}"#, "piece 3 does not exist"),
            (r#"{"pieces": [{"slopes": [1], "constant": 0}], "max": [0], "max_of_min": [[0]]}"#, "either"),
            (r#"{"peaces": 1}"#, "unknown field"),
            ("", "EOF"),
        ] {
            let message = read(text.as_bytes()).unwrap_err();
            assert!(message.contains(expected) && !message.contains('\n'), "{message}");
        }
    }
}
