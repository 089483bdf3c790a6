//! Files from their public homes, by curl, kept only when their contents are the known ones.

use super::images::Source;
use crate::failure::Failure;
use crate::terminal::say;
use relulab_io::idx;
use relulab_study::write_atomically;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::Command;

/// Downloads the files of a source that are not in the folder yet; gives the paths of all that were written.
///
/// # Errors
/// In one line: when curl is missing or fails, or what came is not the known file.
pub fn download(source: &Source, home: &str, folder: &Path) -> Result<Vec<String>, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::at("--into", format!("{}: {error}", folder.display())))?;
    let mut written = Vec::new();
    for (name, digest) in source.files {
        let file = format!("{name}.gz");
        let path = folder.join(&file);
        if std::fs::read(&path).is_ok_and(|bytes| is_known(&bytes, digest)) {
            say(format_args!("{}: is there already", path.display()));
            continue;
        }
        let address = format!("{home}/{file}");
        say(format_args!("{address}"));
        let answer = Command::new("curl")
            .args(["--fail", "--location", "--silent", "--show-error", "--max-time", "600", "--", &address])
            .output()
            .map_err(|error| Failure::input(format!("curl: {error}: expected the program curl to download with")))?;
        if !answer.status.success() {
            let reason = String::from_utf8_lossy(&answer.stderr);
            return Err(Failure::at(&address, reason.trim().lines().last().unwrap_or("no answer")));
        }
        if !is_known(&answer.stdout, digest) {
            return Err(Failure::at(&address, format!("not the known file: expected contents of SHA-256 {digest}")));
        }
        write_atomically(folder, &file, &answer.stdout).map_err(|error| Failure::at("--into", error))?;
        written.push(path.display().to_string());
    }
    Ok(written)
}

/// Whether the bytes, unpacked, have that SHA-256.
fn is_known(bytes: &[u8], digest: &str) -> bool {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    idx::unpacked(bytes).is_ok_and(|plain| hex(&Sha256::digest(&plain)) == digest)
}
