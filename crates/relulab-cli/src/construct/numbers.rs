//! Exact numbers on the command line.

use crate::failure::Failure;
use relulab_construct::parse_rational;
use relulab_exact::Rational;

/// Reads numbers with commas between them; an empty text is an empty list.
///
/// # Errors
/// When one is no number, in one line that names the argument.
pub fn list(text: &str, argument: &str) -> Result<Vec<Rational>, Failure> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    text.split(',').map(|one| parse_rational(one.trim()).map_err(|error| Failure::at(argument, error))).collect()
}

/// Reads one number.
///
/// # Errors
/// As for [`list`].
pub fn one(text: &str, argument: &str) -> Result<Rational, Failure> {
    parse_rational(text).map_err(|error| Failure::at(argument, error))
}
