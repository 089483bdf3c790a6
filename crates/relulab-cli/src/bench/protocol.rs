//! What we ask the peers' Python process and what it answers: one JSON document a line.

use super::peer::Peer;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A question.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// Which libraries are there? The first question: it also sets the number of threads.
    Versions {
        /// Threads for all that follows.
        threads: usize,
    },
    /// Get ready to train: compile, or warm up. Answered by [`Prepared`].
    Prepare {
        /// Who.
        peer: Peer,
        /// Input dimension, hidden widths, output dimension.
        widths: Vec<usize>,
        /// Networks.
        seeds: u64,
        /// Optimiser steps.
        steps: u64,
        /// Samples per step.
        batch: usize,
    },
    /// Train what was prepared last. Answered by [`Run`].
    Run {
        /// Who.
        peer: Peer,
        /// Number of the round, which seeds the random numbers.
        round: usize,
    },
}

/// The libraries that were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Of Python.
    pub python: String,
    /// Of JAX; `None` when it cannot be imported.
    pub jax: Option<String>,
    /// Of PyTorch; `None` when it cannot be imported.
    pub torch: Option<String>,
}

impl Versions {
    /// The version of the library that a peer needs.
    pub fn of(&self, peer: Peer) -> Option<&str> {
        match peer {
            Peer::Jax => self.jax.as_deref(),
            Peer::TorchEager | Peer::TorchVmap => self.torch.as_deref(),
        }
    }
}

/// A peer is ready to train.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Prepared {
    /// Seconds of compilation; `None` for a library that does not compile.
    pub compile_seconds: Option<f64>,
}

/// One timed training.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Run {
    /// Wall time.
    pub seconds: f64,
    /// Networks that were trained.
    pub networks: u64,
    /// Steps of each: fewer than asked for where the peer is slow and every step costs the same.
    pub steps: u64,
    /// Median of the networks' losses on the last batch; `None` when none is finite.
    pub median_loss: Option<f64>,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The process could not be started.
    #[error("{python}: {error}")]
    NotStarted {
        /// The program.
        python: String,
        /// Why.
        error: std::io::Error,
    },
    /// The process ended, or closed its pipes.
    #[error("the Python process ended")]
    Gone,
    /// The answer is not what the question calls for.
    #[error("the Python process answered: {0}")]
    Garbled(String),
    /// The process says that it cannot do this.
    #[error("{0}")]
    Refused(String),
}

/// Characters of a garbled answer that are shown.
const SHOWN: usize = 80;

#[derive(Deserialize)]
#[serde(untagged)]
enum Reply<T> {
    Refusal { error: String },
    Answer(T),
}

/// Reads an answer.
///
/// # Errors
/// When the line is a refusal, or not the answer that was expected.
pub fn read<T: DeserializeOwned>(line: &str) -> Result<T, WorkerError> {
    match serde_json::from_str(line) {
        Ok(Reply::Answer(answer)) => Ok(answer),
        Ok(Reply::Refusal { error }) => Err(WorkerError::Refused(error)),
        Err(_) => Err(WorkerError::Garbled(line.trim().chars().take(SHOWN).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn questions_are_spelled_as_the_script_reads_them() {
        let spelled = |request: &Request| serde_json::to_string(request).unwrap();
        assert_eq!(spelled(&Request::Versions { threads: 2 }), r#"{"ask":"versions","threads":2}"#);
        let prepare =
            Request::Prepare { peer: Peer::TorchVmap, widths: vec![1, 16, 1], seeds: 256, steps: 3000, batch: 64 };
        assert_eq!(
            spelled(&prepare),
            r#"{"ask":"prepare","peer":"torch_vmap","widths":[1,16,1],"seeds":256,"steps":3000,"batch":64}"#
        );
        assert_eq!(spelled(&Request::Run { peer: Peer::Jax, round: 3 }), r#"{"ask":"run","peer":"jax","round":3}"#);
    }

    #[test]
    fn answers_are_read() {
        let versions: Versions = read("{\"python\":\"3.13.1\",\"jax\":null,\"torch\":\"2.9\"}\n").unwrap();
        assert_eq!((versions.of(Peer::Jax), versions.of(Peer::TorchEager)), (None, Some("2.9")));
        let prepared: Prepared = read(r#"{"compile_seconds": null}"#).unwrap();
        assert_eq!(prepared.compile_seconds, None);
        let run: Run = read(r#"{"seconds":2.5,"networks":256,"steps":3000,"median_loss":null}"#).unwrap();
        assert_eq!(run, Run { seconds: 2.5, networks: 256, steps: 3000, median_loss: None });
    }

    #[test]
    fn a_refusal_is_never_taken_for_an_answer() {
        // Every field of `Prepared` may be absent, so a refusal would fit it too.
        let refusal = read::<Prepared>(r#"{"error": "MemoryError: no room"}"#).unwrap_err();
        assert_eq!(refusal.to_string(), "MemoryError: no room");
        assert!(matches!(read::<Run>(r#"{"seconds": 1.0}"#), Err(WorkerError::Garbled(_))));
    }

    proptest! {
        #[test]
        fn any_line_is_read_without_a_panic(line in ".*") {
            prop_assert!(read::<Run>(&line).is_err());
        }
    }
}
