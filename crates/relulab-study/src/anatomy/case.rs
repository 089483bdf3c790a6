//! Cases and jobs are words with settings, as in `k=16 target=linear`; this finds one setting.

use crate::check::CheckError;
use std::str::FromStr;

/// The value of a setting.
///
/// # Errors
/// When the case does not have it, or it does not parse.
pub fn setting<T: FromStr>(case: &str, name: &str) -> Result<T, CheckError> {
    let value = case.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let parsed = value.and_then(|value| value.parse().ok());
    parsed.ok_or_else(|| CheckError::because(format!("case \"{case}\" has no usable {name}=")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_found_by_name() {
        let case = "k=16 target=x1^2+x2^2 steps=3000";
        assert_eq!(setting::<usize>(case, "k").unwrap(), 16);
        assert_eq!(setting::<String>(case, "target").unwrap(), "x1^2+x2^2");
        assert!(setting::<usize>(case, "target").is_err());
        assert!(setting::<usize>(case, "ste").is_err());
    }
}
