//! A study's folder: atomic writes, its lock, and what lies in it.

use crate::error::StudyError;
use crate::shard;
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The manifest's file name.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The timings' file name.
pub(crate) const TIMINGS: &str = "timings.jsonl";
/// The lock's file name; the file stays, only the lock on it comes and goes.
const LOCK: &str = ".lock";
/// What a file's name ends in until it is whole.
const UNFINISHED: &str = ".tmp";

/// An exclusive hold on a folder, released when dropped or when the process dies.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock, creating the folder when it is absent.
    pub(crate) fn acquire(folder: &Path) -> Result<Self, StudyError> {
        fs::create_dir_all(folder).map_err(StudyError::io("create", folder))?;
        let path = folder.join(LOCK);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(StudyError::io("write to", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StudyError::Locked(folder.to_owned())),
            Err(TryLockError::Error(source)) => Err(StudyError::io("lock", &path)(source)),
        }
    }
}

/// Writes a file so that it is seen whole or not at all, even after a power cut.
///
/// # Errors
/// When the folder cannot be written or the disk is full; the half-written file is removed if it can be.
pub fn write_atomically(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), StudyError> {
    let path = folder.join(name);
    let unfinished = folder.join(format!("{name}{UNFINISHED}"));
    let write = || {
        let mut file = File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)?;
        sync_folder(folder)
    };
    write().map_err(|source| {
        // Best effort: on a full disk the half-written file only takes the room that the user will be making.
        let _ = fs::remove_file(&unfinished);
        StudyError::io("write", &path)(source)
    })
}

/// Makes a rename durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Folders cannot be opened as files here; the system orders the rename itself.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Removes what a killed process left half written.
pub(crate) fn remove_unfinished(folder: &Path) -> Result<(), StudyError> {
    for name in names(folder)? {
        let whole = name.strip_suffix(UNFINISHED);
        if whole.is_some_and(|whole| whole == MANIFEST || shard::index_in_name(whole).is_some()) {
            let path = folder.join(&name);
            fs::remove_file(&path).map_err(StudyError::io("remove", &path))?;
        }
    }
    Ok(())
}

/// Takes back a folder that was made for a study which could not begin; the caller holds its lock.
pub(crate) fn discard(folder: &Path) {
    // Best effort, after an error that matters more; a folder that got other files meanwhile stays.
    let _ = fs::remove_file(folder.join(LOCK));
    let _ = fs::remove_dir(folder);
}

/// Whether the folder is absent, empty, or holds only what a study leaves before its manifest is written.
pub(crate) fn is_free(folder: &Path) -> Result<bool, StudyError> {
    let ours = |name: &String| name == LOCK || name.strip_suffix(UNFINISHED) == Some(MANIFEST);
    match names(folder) {
        Ok(names) => Ok(names.iter().all(ours)),
        Err(StudyError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Indices of the shards in the folder, ascending.
pub(crate) fn shards(folder: &Path) -> Result<Vec<usize>, StudyError> {
    Ok(names(folder)?.iter().filter_map(|name| shard::index_in_name(name)).collect())
}

/// File names in the folder, sorted; names that are not Unicode are none of ours.
fn names(folder: &Path) -> Result<Vec<String>, StudyError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(StudyError::io("read", folder))? {
        let entry = entry.map_err(StudyError::io("read", folder))?;
        names.extend(entry.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lock_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::acquire(folder.path()).unwrap();
        assert!(matches!(FolderLock::acquire(folder.path()), Err(StudyError::Locked(_))));
        drop(first);
        FolderLock::acquire(folder.path()).unwrap();
    }

    #[test]
    fn leftovers_go_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["shard-000001.parquet.tmp", "manifest.json.tmp", "notes.tmp", "shard-000001.parquet"] {
            fs::write(folder.path().join(name), b"x").unwrap();
        }
        remove_unfinished(folder.path()).unwrap();
        assert_eq!(names(folder.path()).unwrap(), ["notes.tmp", "shard-000001.parquet"]);
        assert_eq!(shards(folder.path()).unwrap(), [1]);
        assert!(!is_free(folder.path()).unwrap());
        assert!(is_free(&folder.path().join("absent")).unwrap());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"x").unwrap();
        let error = write_atomically(&file, "manifest.json", b"{}").unwrap_err().to_string();
        assert!(error.starts_with("cannot write ") && error.contains("file/manifest.json: "), "{error}");
        let error = FolderLock::acquire(&file.join("sub")).unwrap_err().to_string();
        assert!(error.starts_with("cannot create ") && error.contains("file/sub: "), "{error}");
    }
}
