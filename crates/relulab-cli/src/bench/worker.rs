//! The Python process that works with the peers' libraries.

use super::protocol::{WorkerError, read};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A process that answers questions one after another, so that its runs interleave with ours.
///
/// It ends with its owner: when this value is dropped, and by itself as soon as its input is closed, which also covers
/// every way in which we could be killed.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts a script with a Python interpreter; `worker.py` and the script travel inside our binary.
    ///
    /// # Errors
    /// When the interpreter cannot be started.
    pub fn start(python: &str, script: &str) -> Result<Self, WorkerError> {
        let mut command = Command::new(python);
        command.args(["-c", script]);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Result<Self, WorkerError> {
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|error| WorkerError::NotStarted {
            python: command.get_program().to_string_lossy().into_owned(),
            error,
        })?;
        let (Some(requests), Some(replies)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(WorkerError::Gone);
        };
        Ok(Self { child, requests, replies: BufReader::new(replies) })
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// When the process refuses, answers something else, or has ended.
    pub fn ask<T: DeserializeOwned>(&mut self, request: &impl Serialize) -> Result<T, WorkerError> {
        let mut line = serde_json::to_string(request).map_err(|error| WorkerError::Garbled(error.to_string()))?;
        line.push('\n');
        let sent = self.requests.write_all(line.as_bytes()).and_then(|()| self.requests.flush());
        sent.map_err(|_| WorkerError::Gone)?;
        let mut reply = String::new();
        match self.replies.read_line(&mut reply) {
            Ok(0) | Err(_) => Err(WorkerError::Gone),
            Ok(_) => read(&reply),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // A process that has already ended cannot be killed, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::peer::Peer;
    use super::super::peers::SCRIPT;
    use super::super::protocol::{Prepared, Request, Run, Versions};
    use super::*;

    /// A stand-in for Python: reads a line for each line that it says.
    fn stand_in(replies: &[&str]) -> Worker {
        let mut command = Command::new("sh");
        let script = "for reply in \"$@\"; do read -r request; printf '%s\\n' \"$reply\"; done";
        command.args(["-c", script, "sh"]).args(replies);
        Worker::spawn(command).unwrap()
    }

    #[test]
    fn questions_and_answers_take_turns() {
        let mut worker = stand_in(&[
            r#"{"python":"3.1","jax":"0.1","torch":null}"#,
            r#"{"compile_seconds":1.5}"#,
            r#"{"error":"out of memory"}"#,
            "Traceback",
        ]);
        let versions: Versions = worker.ask(&Request::Versions { threads: 1 }).unwrap();
        assert_eq!(versions.jax.as_deref(), Some("0.1"));
        let prepare = Request::Prepare { peer: Peer::Jax, widths: vec![1, 1], seeds: 1, steps: 1, batch: 1 };
        assert_eq!(worker.ask::<Prepared>(&prepare).unwrap().compile_seconds, Some(1.5));
        let run = Request::Run { peer: Peer::Jax, round: 0 };
        assert!(matches!(worker.ask::<Run>(&run), Err(WorkerError::Refused(_))));
        assert!(matches!(worker.ask::<Run>(&run), Err(WorkerError::Garbled(_))));
        assert!(matches!(worker.ask::<Run>(&run), Err(WorkerError::Gone)));
    }

    #[test]
    fn a_missing_interpreter_is_named() {
        let error = Worker::start("no-such-python", SCRIPT).unwrap_err();
        assert!(matches!(error, WorkerError::NotStarted { .. }));
        assert!(error.to_string().starts_with("no-such-python: "));
    }

    /// The script itself, on an interpreter that sees no installed packages.
    #[test]
    fn the_script_answers_without_any_library() {
        let mut command = Command::new("python3");
        command.args(["-I", "-S", "-c", SCRIPT]);
        let Ok(mut worker) = Worker::spawn(command) else {
            eprintln!("skipped: there is no python3");
            return;
        };
        let versions: Versions = worker.ask(&Request::Versions { threads: 1 }).unwrap();
        assert!(versions.python.starts_with("3."));
        assert_eq!((versions.jax, versions.torch), (None, None));
        let prepare = Request::Prepare { peer: Peer::Jax, widths: vec![1, 1], seeds: 1, steps: 1, batch: 1 };
        let error = worker.ask::<Prepared>(&prepare).unwrap_err();
        assert!(error.to_string().contains("No module named"), "{error}");
    }
}
