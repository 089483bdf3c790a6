//! Tidy files: each begins with its charter, none grows too long, none knows whose machine it was written on, and
//! links lead somewhere.

use crate::workspace;
use std::path::{Component, Path};

/// Lines of a source file beyond which a second concept has surely moved in. Tests may be longer.
const MOST_LINES: usize = 500;

/// How absolute paths of somebody's machine begin; written in halves, so that this file does not hold them.
const MACHINE_PATHS: [&str; 4] =
    [concat!("/", "home", "/"), concat!("/", "root", "/"), concat!("/", "Users", "/"), concat!(":", "\\", "Users")];

/// Whether a file holds only tests: a file in a `tests` folder, or the `tests` module of the file that it stands by.
fn is_test(path: &Path) -> bool {
    let in_folder = path.components().any(|part| part == Component::Normal("tests".as_ref()));
    in_folder || path.file_name().is_some_and(|name| name == "tests.rs")
}

/// Whether a source file says in its first line what it is. A `tests` module may leave that to its parent.
fn has_charter(path: &Path, text: &str) -> bool {
    text.starts_with("//! ") || path.file_name().is_some_and(|name| name == "tests.rs")
}

/// The first machine path in a text and its line; a path inside a longer word or address does not count.
fn machine_path(text: &str) -> Option<(usize, &'static str)> {
    let joins = |before: char| before.is_alphanumeric() || "._-}~".contains(before);
    text.lines().enumerate().find_map(|(index, line)| {
        MACHINE_PATHS
            .into_iter()
            .find(|needle| {
                line.match_indices(needle).any(|(at, _)| !line[..at].ends_with(joins) || needle.starts_with(':'))
            })
            .map(|needle| (index + 1, needle))
    })
}

/// Targets of the Markdown links and images of a page that lead into the repository.
fn local_links(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let local = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    local.map(|target| target.split('#').next().unwrap_or(target)).collect()
}

#[test]
fn every_source_file_begins_with_its_charter() {
    for path in workspace::files(&["rs"]) {
        assert!(has_charter(&path, &workspace::read(&path)), "{}: begin with a `//!` line", path.display());
    }
}

#[test]
fn no_source_file_is_too_long() {
    for path in workspace::files(&["rs"]).into_iter().filter(|path| !is_test(path)) {
        let n_lines = workspace::read(&path).lines().count();
        assert!(n_lines <= MOST_LINES, "{}: {n_lines} lines, at most {MOST_LINES}", path.display());
    }
}

#[test]
fn no_file_holds_a_path_of_somebodys_machine() {
    let texts = ["rs", "md", "toml", "sh", "py", "json", "bib", "js", "css", "svg", "pest", "in"];
    for path in workspace::files(&texts) {
        if let Some((line, needle)) = machine_path(&workspace::read(&path)) {
            panic!("{}:{line}: {needle} is a path of one machine", path.display());
        }
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    for path in workspace::files(&["md"]) {
        let folder = workspace::root().join(path.parent().unwrap_or(Path::new("")));
        for link in local_links(&workspace::read(&path)) {
            assert!(folder.join(link).exists(), "{}: there is no {link}", path.display());
        }
    }
}

#[test]
fn untidiness_is_noticed() {
    assert!(!has_charter(Path::new("src/shape.rs"), "use std::fmt;\n"));
    assert!(has_charter(Path::new("src/shape.rs"), "//! Shapes.\n"));
    assert!(is_test(Path::new("crates/a/tests/b.rs")) && is_test(Path::new("crates/a/src/b/tests.rs")));
    assert!(!is_test(Path::new("crates/a/src/latests.rs")));

    let path = format!("fine\nlet folder = \"{}me\";", MACHINE_PATHS[0]);
    assert_eq!(machine_path(&path), Some((2, MACHINE_PATHS[0])));
    assert_eq!(machine_path(&format!("see https://example.org{}page", MACHINE_PATHS[0])), None);

    let page = "[a](docs/a.md#top) ![b](b.svg) [c](https://example.org) [d](#here)";
    assert_eq!(local_links(page), ["docs/a.md", "b.svg"]);
}
