//! `relulab verify`: the check of a certificate, by code that did not make it.

use crate::failure::Failure;
use crate::globals::Globals;
use crate::optimal::search::Certificate;
use crate::{json, terminal};
use clap::Args;
use relulab_optimal::{convex, decay, line, memorize, space};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit code for a certificate that does not prove its claim.
const NOT_VALID: u8 = 1;

/// What `relulab verify` is asked.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A certificate, as `relulab optimal` and `relulab memorize` write it.
    #[arg(value_name = "CERT")]
    certificate: PathBuf,
}

/// What the check found.
#[derive(Serialize)]
struct Document {
    valid: bool,
    claim: String,
    failed_at: Option<String>,
}

/// The one field that all kinds of certificates have.
#[derive(Deserialize)]
struct Header {
    kind: String,
}

/// Runs the command; the exit code is the verdict.
///
/// # Errors
/// When the file is no certificate.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<ExitCode, Failure> {
    globals.start_threads()?;
    let place = arguments.certificate.display().to_string();
    let bytes = std::fs::read(&arguments.certificate)
        .map_err(|error| Failure::at(&place, format!("{error}: expected a certificate")))?;
    let document = check(&bytes).map_err(|message| Failure::at(&place, message))?;
    if globals.json {
        json::print(&document)?;
    } else {
        let text = match &document.failed_at {
            None => format!("valid: {}\n", document.claim),
            Some(place) => format!("not valid: {place}\nthe claim was: {}\n", document.claim),
        };
        terminal::print(text.as_bytes())?;
    }
    Ok(if document.valid { ExitCode::SUCCESS } else { ExitCode::from(NOT_VALID) })
}

/// Checks a certificate of any kind.
fn check(bytes: &[u8]) -> Result<Document, String> {
    let header: Header = serde_json::from_slice(bytes)
        .map_err(|error| format!("{error}: expected a certificate, a JSON document with a field \"kind\""))?;
    match header.kind.as_str() {
        line::KIND | space::KIND | decay::KIND => {
            let certificate = Certificate::from_bytes(bytes)?;
            let certificate = certificate.ok_or_else(|| "expected a certificate".to_owned())?;
            let (claim, failed_at) = certificate.verdict();
            Ok(Document { valid: failed_at.is_none(), claim, failed_at })
        }
        memorize::KIND => {
            let certificate = memorize::Certificate::from_json(bytes).map_err(|error| error.to_string())?;
            let memorize::Verdict { claim, failed_at } = memorize::verify(&certificate);
            Ok(Document { valid: failed_at.is_none(), claim, failed_at })
        }
        convex::KIND => {
            let certificate = convex::Certificate::from_json(bytes).map_err(|error| error.to_string())?;
            let convex::Verdict { claim, failed_at } = convex::verify(&certificate);
            Ok(Document { valid: failed_at.is_none(), claim, failed_at })
        }
        other => Err(format!(
            "certificates of kind \"{other}\" are not known: expected \"{}\", \"{}\", \"{}\", \"{}\" or \"{}\"",
            line::KIND,
            space::KIND,
            decay::KIND,
            memorize::KIND,
            convex::KIND
        )),
    }
}
