//! The folder of a search: its certificate, which is also its state, its network and its result.

use super::document::{Document, Outcome};
use super::search::{Certificate, Problem, Search};
use crate::failure::Failure;
use relulab_io::{Precision, safetensors};
use relulab_optimal::Status;
use relulab_study::plan::sha256;
use relulab_study::write_atomically;
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The proof so far, and all that is needed to go on.
const CERTIFICATE: &str = "certificate.json";
/// The best network.
const NETWORK: &str = "network.safetensors";
/// What the command printed.
const RESULT: &str = "optimal.json";
/// The file stays, only the lock on it comes and goes.
const LOCK: &str = ".lock";
/// What a file's name ends in until it is whole.
const UNFINISHED: &str = ".tmp";
/// Digits of the problem's hash in the name of a folder.
const SHORT_HASH: usize = 8;

/// What a folder holds.
pub enum Found {
    /// Nothing.
    Nothing,
    /// A search of this problem that can go on.
    Unfinished(Box<Certificate>),
    /// The result of this problem.
    Finished(Box<Document>),
}

/// A folder that is open for work, locked against other processes.
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

/// A folder name that is the same for the same problem: `optimal-3-1a2b3c4d`.
pub fn name(problem: &Problem) -> String {
    let identity = format!(
        "{} {:?} {:?} {:?} {} {}{}",
        problem.input_dim(),
        problem.x(),
        problem.y(),
        problem.loss(),
        problem.width(),
        problem.output_bias(),
        problem.decay().map_or_else(String::new, |decay| format!(" {decay:?}"))
    );
    format!("optimal-{}-{}", problem.width(), &sha256(identity.as_bytes())[..SHORT_HASH])
}

/// Looks into a folder; `resume` says whether the user asked to go on.
///
/// # Errors
/// When it holds another problem or other things, is damaged, or holds an unfinished search and nobody asked to resume.
pub fn read(path: &Path, problem: &Problem, resume: bool) -> Result<Found, Failure> {
    let Some(bytes) = content(path, CERTIFICATE)? else {
        return if is_free(path)? {
            Ok(Found::Nothing)
        } else {
            Err(out(format!("{} is not empty and holds no {CERTIFICATE}: choose another folder", path.display())))
        };
    };
    let certificate = Certificate::from_bytes(&bytes).map_err(|error| damaged(path, CERTIFICATE, &error))?;
    let other = || out(format!("{} holds another problem: choose another folder", path.display()));
    let certificate = certificate.ok_or_else(other)?;
    if !certificate.is_of(problem) {
        return Err(other());
    }
    if !certificate.is_sealed() {
        return Err(damaged(path, CERTIFICATE, &"the content has been changed"));
    }
    if let Some(bytes) = content(path, RESULT)? {
        let document: Document = serde_json::from_slice(&bytes).map_err(|error| damaged(path, RESULT, &error))?;
        let is_of_it = (document.objective, document.lower_bound) == certificate.bounds();
        if is_of_it && document.status != Outcome::TimeLimit {
            let [network, certificate] = files(path);
            return Ok(Found::Finished(Box::new(Document { network, certificate, ..document })));
        }
    }
    if resume {
        return Ok(Found::Unfinished(Box::new(certificate)));
    }
    let (objective, bound) = certificate.bounds();
    let hint = format!("loss {objective:.6e}, no network below {bound:.6e}; add --resume to go on");
    Err(out(format!("{} holds this problem, unfinished: {hint}", path.display())))
}

impl Folder {
    /// Opens a folder for work, making it when it is absent.
    ///
    /// # Errors
    /// When it cannot be made or written, or is in use.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(|error| system("create", path, &error))?;
        let lock = path.join(LOCK);
        let file = File::options().create(true).truncate(false).write(true).open(&lock);
        let file = file.map_err(|error| system("write", &lock, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: file }),
            Err(TryLockError::WouldBlock) => {
                Err(out(format!("{} is in use by another relulab process", path.display())))
            }
            Err(TryLockError::Error(error)) => Err(system("lock", &lock, &error)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The search that a certificate of this folder is the state of.
    ///
    /// # Errors
    /// When the certificate's tree does not fit its problem.
    pub fn resume(&self, problem: Problem, certificate: &Certificate) -> Result<Search, Failure> {
        Search::resume(problem, certificate)
            .ok_or_else(|| damaged(&self.path, CERTIFICATE, &"its tree does not fit its problem"))
    }

    /// Writes the state.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn save(&self, search: &Search) -> Result<Certificate, Failure> {
        let certificate = search.certificate();
        self.write(CERTIFICATE, &certificate.to_bytes())?;
        Ok(certificate)
    }

    /// Writes the certificate, the network and the result.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn finish(
        &self,
        problem: &Problem,
        search: &Search,
        status: Status,
        time: Duration,
    ) -> Result<Document, Failure> {
        let certificate = self.save(search)?;
        let network = certificate.network().ok_or_else(|| out("the network is not finite".to_owned()))?;
        let provenance = BTreeMap::from([("command".to_owned(), "optimal".to_owned())]);
        let bytes = safetensors::write(&network, &provenance, Precision::F64).map_err(Failure::input)?;
        self.write(NETWORK, &bytes)?;
        let ending = (status, search.is_attained());
        let document = Document::new(problem, search.progress(), ending, time.as_secs_f64(), files(&self.path));
        let text = serde_json::to_string_pretty(&document).map_err(Failure::input)?;
        self.write(RESULT, format!("{text}\n").as_bytes())?;
        Ok(document)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        write_atomically(&self.path, name, bytes).map_err(|error| out(error.to_string()))
    }
}

/// The network and the certificate of a folder.
fn files(path: &Path) -> [String; 2] {
    [NETWORK, CERTIFICATE].map(|name| path.join(name).display().to_string())
}

fn content(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Failure> {
    let path = folder.join(name);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(system("read", &path, &error)),
    }
}

/// Whether a folder is absent, or holds nothing but what a process leaves that was killed before it wrote its state.
fn is_free(path: &Path) -> Result<bool, Failure> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        entries => entries.map_err(|error| system("read", path, &error))?,
    };
    let ours = |name: &str| name == LOCK || name.strip_suffix(UNFINISHED) == Some(CERTIFICATE);
    Ok(entries.filter_map(Result::ok).all(|entry| entry.file_name().to_str().is_some_and(ours)))
}

fn damaged(folder: &Path, name: &str, reason: &dyn std::fmt::Display) -> Failure {
    out(format!("{}: {reason}; remove the folder to begin anew", folder.join(name).display()))
}

fn out(message: String) -> Failure {
    Failure::at("--out", message)
}

fn system(action: &str, path: &Path, error: &std::io::Error) -> Failure {
    out(format!("cannot {action} {}: {error}", path.display()))
}
