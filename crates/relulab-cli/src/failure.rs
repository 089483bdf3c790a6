//! How a command ends when it does not succeed: one clear line on stderr and the exit code of the contract.

use crate::terminal::say;
use clap::error::ErrorKind;
use std::fmt::Display;
use std::process::ExitCode;

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// Bad input: exit code 2.
    Input(String),
    /// The answer is no: exit code 1.
    Rejected(String),
    /// Stopped by Ctrl-C: exit code 130; the line says how to go on.
    Interrupted(String),
}

impl Failure {
    /// Bad input, from anything that can be printed.
    pub fn input(message: impl Display) -> Self {
        Self::Input(message.to_string())
    }

    /// Bad input in a named place: `argument: message`.
    pub fn at(place: &str, message: impl Display) -> Self {
        Self::Input(format!("{place}: {message}"))
    }

    /// Prints the line and gives the exit code.
    pub fn report(&self) -> ExitCode {
        match self {
            Self::Input(message) => {
                say(format_args!("error: {message}"));
                ExitCode::from(2)
            }
            Self::Rejected(message) => {
                say(format_args!("rejected: {message}"));
                ExitCode::from(1)
            }
            Self::Interrupted(message) => {
                say(format_args!("interrupted: {message}"));
                ExitCode::from(130)
            }
        }
    }
}

/// Help and version go to stdout with exit code 0, everything else to stderr with exit code 2: what is wrong, in one line.
pub fn report_usage(error: &clap::Error) -> ExitCode {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if error.use_stderr() && !is_help {
        say(one_line(&error.to_string()));
    } else {
        // A closed pipe is not worth a word.
        let _ = error.print();
    }
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// The parser's message without the usage after it, on one line.
fn one_line(message: &str) -> String {
    let is_about_the_error = |line: &&str| !line.starts_with("Usage:") && !line.starts_with("For more information");
    let lines: Vec<&str> = message.lines().take_while(is_about_the_error).map(str::trim).collect();
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_errors_are_one_line() {
        let missing =
            "error: the following required arguments were not provided:\n  --width <W>\n  <FILE>\n\nUsage: x\n";
        assert_eq!(one_line(missing), "error: the following required arguments were not provided: --width <W> <FILE>");
        let misspelt =
            "error: unexpected argument '--widht' found\n\n  tip: a similar argument exists: '--width'\n\nUsage: x";
        assert_eq!(
            one_line(misspelt),
            "error: unexpected argument '--widht' found tip: a similar argument exists: '--width'"
        );
    }
}
