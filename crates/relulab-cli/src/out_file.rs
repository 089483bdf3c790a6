//! A single file that a command is asked to write.

use crate::failure::Failure;
use relulab_study::write_atomically;
use std::path::Path;

/// Writes a file, whole or not at all; `inputs` are the files that the command reads, none of which may be overwritten.
///
/// # Errors
/// In one line with the argument: when the path names no file or one of the inputs, or it cannot be written.
pub fn write(argument: &str, out: &Path, inputs: &[&Path], bytes: &[u8]) -> Result<(), Failure> {
    let name = check(argument, out, inputs)?;
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    write_atomically(folder, name, bytes).map_err(|error| Failure::at(argument, error))
}

/// The file's name, if it is one that may be written; asked before long work, so that it is not done in vain.
///
/// # Errors
/// As for [`write`], except that nothing is written yet.
pub fn check<'a>(argument: &str, out: &'a Path, inputs: &[&Path]) -> Result<&'a str, Failure> {
    let wrong = |message: &str| Failure::at(argument, format!("{}: {message}", out.display()));
    let name = out.file_name().and_then(|name| name.to_str()).ok_or_else(|| wrong("expected a file's name"))?;
    let same = |path: &&&Path| path.canonicalize().is_ok_and(|path| out.canonicalize().is_ok_and(|out| out == path));
    match inputs.iter().find(same) {
        Some(_) => Err(wrong("the command reads this file; choose another one")),
        None if out.is_dir() => Err(wrong("is a folder: expected a file's name")),
        None => Ok(name),
    }
}
