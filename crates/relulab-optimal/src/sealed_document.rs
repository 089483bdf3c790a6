//! Certificates as JSON documents with a seal: SHA-256 of the document with an empty seal.

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Why bytes are no certificate.
#[derive(Debug, thiserror::Error)]
#[error("expected a certificate of relulab optimal: {0}")]
pub struct CertificateError(#[from] serde_json::Error);

/// Reads a document.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CertificateError> {
    Ok(serde_json::from_slice(bytes)?)
}

/// The document as JSON; the same document always gives the same bytes.
pub(crate) fn write<T: Serialize>(document: &T) -> Vec<u8> {
    // Lists, numbers and strings: writing them into memory cannot fail.
    serde_json::to_vec(document).unwrap_or_default()
}

/// The seal of a document whose seal is empty.
pub(crate) fn seal<T: Serialize>(unsealed: &T) -> String {
    Sha256::digest(write(unsealed)).iter().map(|byte| format!("{byte:02x}")).collect()
}
