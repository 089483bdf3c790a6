//! The seal of a shard: a SHA-256 of the whole file, written into the file itself.
//!
//! The file is written with a placeholder of zeros in its footer; the seal is the digest of those bytes, and then takes
//! the placeholder's place. A reader puts the zeros back and compares before any decoder sees a byte, so a damaged
//! file is always reported as damaged, and never as whatever a decoder makes of it.

use crate::plan::hex;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// What stands before the digest in the footer.
const MARK: &str = "relulab-seal-sha256:";
/// Hexadecimal digits of the digest.
const N_DIGITS: usize = 64;

/// The metadata value that [`seal`] will complete.
pub(crate) fn placeholder() -> String {
    format!("{MARK}{}", "0".repeat(N_DIGITS))
}

/// Replaces the placeholder by the digest; `false` when there is none.
pub(crate) fn seal(bytes: &mut [u8]) -> bool {
    let Some(digits) = digits(bytes) else { return false };
    let digest = hex(&Sha256::digest(&*bytes));
    bytes[digits].copy_from_slice(digest.as_bytes());
    true
}

/// Whether the bytes are those that were sealed.
pub(crate) fn is_intact(bytes: &[u8]) -> bool {
    let Some(digits) = digits(bytes) else { return false };
    let digest = Sha256::new()
        .chain_update(&bytes[..digits.start])
        .chain_update([b'0'; N_DIGITS])
        .chain_update(&bytes[digits.end..])
        .finalize();
    hex(&digest).as_bytes() == &bytes[digits]
}

/// Where the digest stands: after the last mark, since the footer ends the file.
fn digits(bytes: &[u8]) -> Option<Range<usize>> {
    let mark = bytes.windows(MARK.len()).rposition(|window| window == MARK.as_bytes())?;
    let start = mark + MARK.len();
    (start + N_DIGITS <= bytes.len()).then_some(start..start + N_DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_of_one_byte_breaks_the_seal() {
        let mut bytes = format!("some records {MARK} in a name {} the end", placeholder()).into_bytes();
        assert!(!is_intact(&bytes));
        assert!(seal(&mut bytes));
        assert!(is_intact(&bytes));
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert!(!is_intact(&bytes), "byte {at}");
            bytes[at] ^= 1;
            assert!(!is_intact(&bytes[..at]), "cut at {at}");
        }
        assert!(!seal(&mut b"no mark".to_vec()));
    }
}
