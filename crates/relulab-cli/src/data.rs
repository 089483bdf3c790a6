//! `relulab data`: the datasets that are at hand, and files of them for every command that takes `--data`.

mod catalogue;
mod download;
pub mod images;
mod prepare;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::{json, terminal};
use catalogue::{CATALOGUE, Entry};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::path::PathBuf;

/// What `relulab data` is asked.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

/// What is to be done.
#[derive(Subcommand, Debug)]
enum Action {
    /// Name the datasets, their sizes and where they come from.
    List,
    /// Write a dataset to an npz file, for --data of every command.
    Prepare(prepare::Arguments),
    /// Download the files of MNIST or Fashion-MNIST from their public homes, and check what came.
    Download(DownloadArguments),
}

/// What is downloaded, and where to.
#[derive(Args, Debug)]
pub struct DownloadArguments {
    /// mnist or fashion_mnist.
    #[arg(value_name = "NAME")]
    name: String,
    /// Folder for the files.
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Another address under which the four files lie, compressed.
    #[arg(long, value_name = "URL")]
    home: Option<String>,
}

/// The document of `data list`.
#[derive(Serialize)]
struct List {
    datasets: &'static [Entry],
}

/// The document of `data download`.
#[derive(Serialize)]
struct Downloaded {
    written: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// Bad input.
pub fn run(arguments: &Arguments, globals: &Globals) -> Result<(), Failure> {
    match &arguments.action {
        Action::List if globals.json => json::print(&List { datasets: &CATALOGUE }),
        Action::List => terminal::print(catalogue::table().as_bytes()),
        Action::Prepare(arguments) => prepare::run(arguments, globals),
        Action::Download(arguments) => {
            let source = images::Source::named(&arguments.name).ok_or_else(|| {
                let names = images::SOURCES.map(|source| source.name).join(" or ");
                Failure::at("NAME", format!("{}: only {names} can be downloaded", arguments.name))
            })?;
            let home = arguments.home.as_deref().unwrap_or(source.home);
            let written = download::download(source, home, &arguments.into)?;
            if globals.json {
                return json::print(&Downloaded { written });
            }
            terminal::print((written.join("\n") + "\n").as_bytes())
        }
    }
}
