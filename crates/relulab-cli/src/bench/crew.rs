//! What all benchmarks' peers have in common: a Python process, the libraries that it found, and notes for the reader.

use super::protocol::WorkerError;
use super::worker::Worker;
use crate::failure::Failure;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The interpreter that is tried when none is named.
const DEFAULT_PYTHON: &str = "python3";

/// A process that works for a benchmark, or nobody; `V` says which libraries it has.
#[derive(Debug)]
pub struct Crew<V> {
    worker: Option<Worker>,
    versions: Option<V>,
    notes: Vec<String>,
}

impl<V: DeserializeOwned> Crew<V> {
    /// Nobody.
    pub fn none() -> Self {
        Self { worker: None, versions: None, notes: Vec::new() }
    }

    /// Starts a script and asks it `request` for its libraries. `hints` says what is missing and how the interpreter of that
    /// name installs it; `advice` is for a reader who has no Python.
    ///
    /// # Errors
    /// When an interpreter was named and is not one.
    pub fn start(
        python: Option<&str>,
        script: &str,
        request: &impl Serialize,
        hints: impl Fn(&V, &str) -> Vec<String>,
        advice: &str,
    ) -> Result<Self, Failure> {
        let name = python.unwrap_or(DEFAULT_PYTHON);
        let asked = Worker::start(name, script).and_then(|mut worker| {
            let versions: V = worker.ask(request)?;
            Ok((worker, versions))
        });
        match asked {
            Ok((worker, versions)) => {
                let notes = hints(&versions, name);
                Ok(Self { worker: Some(worker), versions: Some(versions), notes })
            }
            Err(error) if python.is_some() => Err(Failure::at("--python", error)),
            Err(error) => Ok(Self { notes: vec![format!("no peers ({error}); {advice}")], ..Self::none() }),
        }
    }

    /// The libraries that were found.
    pub fn versions(&self) -> Option<&V> {
        self.versions.as_ref()
    }

    /// What the reader should know about absent or failed peers, one line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Asks the process; a failure becomes a note about `who`, and the end of the process the end of all peers.
    pub fn ask<T: DeserializeOwned>(&mut self, who: &str, request: &impl Serialize) -> Option<T> {
        match self.worker.as_mut()?.ask(request) {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.notes.push(format!("{who}: {error}"));
                if !matches!(error, WorkerError::Refused(_)) {
                    self.worker = None;
                }
                None
            }
        }
    }

    /// Lets everybody go.
    pub fn dismiss(&mut self) {
        self.worker = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Nothing {}

    fn start(python: Option<&str>) -> Result<Crew<Nothing>, Failure> {
        Crew::start(python, "", &"versions", |_, _| Vec::new(), "install one")
    }

    #[test]
    fn an_interpreter_that_was_named_must_be_one() {
        let failure = start(Some("no-such-python")).unwrap_err();
        assert!(matches!(failure, Failure::Input(line) if line.starts_with("--python: no-such-python: ")));
    }

    #[test]
    fn nobody_answers_nothing() {
        let mut crew = Crew::<Nothing>::none();
        assert!(
            crew.ask::<Nothing>("anyone", &"run").is_none() && crew.versions().is_none() && crew.notes().is_empty()
        );
    }
}
