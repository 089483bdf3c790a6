//! The workspace as the tests see it: its root, its crates and their arrows, its files.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One crate and the crates of the workspace that it depends on, for any kind of dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Names of the workspace crates it needs, each with the kind of the arrow.
    pub needs: Vec<(String, Kind)>,
}

/// What a dependency is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The crate itself.
    Normal,
    /// Its tests, examples and benches.
    Development,
    /// Its build script.
    Build,
}

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    crates.expect("this crate lies two folders below the root").to_owned()
}

/// A text file of the workspace.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The crates of the workspace, as cargo sees them.
pub fn crates() -> Vec<Crate> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs, since it runs this test");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    parse_metadata(&output.stdout)
}

/// The crates in a document of `cargo metadata --no-deps`.
fn parse_metadata(document: &[u8]) -> Vec<Crate> {
    let document: serde_json::Value = serde_json::from_slice(document).expect("cargo writes JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a name").to_owned();
    let packages = document["packages"].as_array().expect("a list of packages");
    let members: BTreeSet<String> = packages.iter().map(|package| text(&package["name"])).collect();
    let kind = |value: &serde_json::Value| match value.as_str() {
        None => Kind::Normal,
        Some("dev") => Kind::Development,
        Some("build") => Kind::Build,
        Some(other) => panic!("cargo has a new kind of dependency: {other}"),
    };
    packages
        .iter()
        .map(|package| {
            let needs = package["dependencies"].as_array().expect("a list of dependencies").iter();
            let needs = needs.map(|need| (text(&need["name"]), kind(&need["kind"])));
            Crate { name: text(&package["name"]), needs: needs.filter(|(name, _)| members.contains(name)).collect() }
        })
        .collect()
}

/// Names of the folders in `crates/`.
pub fn crate_folders() -> Vec<String> {
    let mut names: Vec<String> = entries(&root().join("crates"))
        .into_iter()
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Every file that belongs to the repository and has one of these extensions, relative to the root, in order.
pub fn files(extensions: &[&str]) -> Vec<PathBuf> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                let is_output = name.starts_with("target") || name == "relulab-out" || name == "__pycache__";
                let is_hidden = name.starts_with('.') && name != ".ci";
                if !is_output && !is_hidden {
                    folders.push(path);
                }
            } else {
                let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
                if extensions.contains(&extension.as_str()) {
                    found.push(path.strip_prefix(&root).unwrap_or(&path).to_owned());
                }
            }
        }
    }
    found.sort();
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("a readable folder").path()).collect()
}

#[test]
fn metadata_are_understood() {
    let document = br#"{"packages": [
        {"name": "a", "dependencies": [
            {"name": "b", "kind": null}, {"name": "serde", "kind": null}, {"name": "b", "kind": "dev"}]},
        {"name": "b", "dependencies": [{"name": "a", "kind": "build"}]}]}"#;
    let b = || "b".to_owned();
    let expected = [
        Crate { name: "a".to_owned(), needs: vec![(b(), Kind::Normal), (b(), Kind::Development)] },
        Crate { name: b(), needs: vec![("a".to_owned(), Kind::Build)] },
    ];
    assert_eq!(parse_metadata(document), expected);
}
