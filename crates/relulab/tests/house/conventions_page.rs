//! `docs/CONVENTIONS.md` says what the code says: every number on it is a constant of that name and value, and no
//! constant of the conventions and no tolerance is missing.

use crate::workspace;
use relulab::{Activation, Initialisation, NamedTarget};
use std::path::Path;

const PAGE: &str = "docs/CONVENTIONS.md";
const CONVENTIONS: &str = "relulab-net/src/conventions.rs";

/// A constant: in the source, or in a row of the page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Constant {
    /// Source file, from the folder `crates`.
    file: String,
    name: String,
    /// The expression, without spaces, separators of thousands and a final `.0`.
    value: String,
}

fn constant(file: &str, name: &str, value: &str) -> Constant {
    let value: String = value.chars().filter(|c| !" ,_`".contains(*c)).collect();
    let value = value.strip_suffix(".0").unwrap_or(&value).to_owned();
    Constant { file: file.to_owned(), name: name.to_owned(), value }
}

/// The rows `| NAME | value | file | … |` of the page, names and files in backticks.
fn on_page(page: &str) -> Vec<Constant> {
    let quoted = |cell: &str| cell.strip_prefix('`')?.strip_suffix('`').map(str::to_owned);
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
        let [name, value, file, _] = cells.as_slice() else { return None };
        Some(constant(&quoted(file)?, &quoted(name)?, value))
    };
    page.lines().filter_map(row).collect()
}

/// The constants of a source file, its tests left out.
fn in_source(file: &str, source: &str) -> Vec<Constant> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let definition = |rest: &str| {
        let (name, rest) = rest.split_once(": ")?;
        let (kind, rest) = rest.split_once(" = ")?;
        let is_name = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        // A generic parameter or a method of a trait has no value on its own line.
        let has_value = !kind.contains(['\n', '>']);
        (is_name && has_value).then(|| constant(file, name, rest.split(';').next().unwrap_or_default()))
    };
    source.split("const ").skip(1).filter_map(definition).collect()
}

/// Whether a value is a tolerance by its looks: a small power of ten, or a multiple of the spacing of floats.
fn is_tolerance(value: &str) -> bool {
    let is_scalar = !value.contains(['[', '{']);
    let small_power = value.split_once("e-").is_some_and(|(head, _)| head.ends_with(|c: char| c.is_ascii_digit()));
    is_scalar && (small_power || value.contains("EPSILON") || value.contains("MIN_POSITIVE"))
}

fn all_in_sources() -> Vec<Constant> {
    let sources = workspace::files(&["rs"]).into_iter().filter_map(|path| {
        let file = path.strip_prefix("crates").ok()?.to_str()?.replace('\\', "/");
        let is_library = file.contains("/src/") && Path::new(&file).file_name()? != "tests.rs";
        is_library.then(|| in_source(&file, &workspace::read(&path)))
    });
    sources.flatten().collect()
}

#[test]
fn every_number_on_the_page_is_in_the_code() {
    let sources = all_in_sources();
    let page = on_page(&workspace::read(PAGE));
    assert!(page.len() > 20, "the page's tables are not understood: {page:?}");
    for row in page {
        let Constant { file, name, .. } = &row;
        let found = sources.iter().find(|one| one.file == *file && one.name == *name);
        assert_eq!(found, Some(&row), "{PAGE}: the row {name} against {file}");
    }
}

#[test]
fn no_convention_and_no_tolerance_is_missing_from_the_page() {
    let page = on_page(&workspace::read(PAGE));
    for one in all_in_sources() {
        if one.file == CONVENTIONS || is_tolerance(&one.value) {
            let Constant { file, name, value } = &one;
            assert!(page.contains(&one), "{PAGE} lacks a row: | `{name}` | {value} | `{file}` | … |");
        }
    }
}

#[test]
fn every_name_on_the_page_is_known() {
    let page = workspace::read(PAGE);
    let section = |title: &str| {
        let start = page.find(&format!("\n## {title}\n")).unwrap_or_else(|| panic!("{PAGE} has no section {title}"));
        let rest = &page[start + 1..];
        &rest[..rest.find("\n## ").unwrap_or(rest.len())]
    };
    let targets: Vec<&str> = section("Targets")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(targets, NamedTarget::ALL.map(NamedTarget::name));

    let names = |label: &str| -> Vec<String> {
        let row = section("Networks").lines().find(|line| line.starts_with(&format!("| {label} |")));
        let row = row.unwrap_or_else(|| panic!("{PAGE} has no row {label}"));
        let list = row.split(';').next().unwrap_or_default();
        list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    assert_eq!(names("initialisations"), Initialisation::ALL.map(|one| one.to_string()));
    for name in names("activations") {
        let parsed: Result<Activation, _> = name.replace("SLOPE", "0.5").parse();
        assert!(parsed.is_ok(), "{PAGE}: {name} is no activation");
    }
}

#[test]
fn wrong_pages_are_noticed() {
    let row = "| `LIMIT` | 100,000 | `a/src/b.rs` | points |";
    assert_eq!(on_page(row), [constant("a/src/b.rs", "LIMIT", "100000")]);
    assert_eq!(on_page("| `word` | meaning |"), []);
    let source = "/// Points.\npub const LIMIT: usize = 100_000;\nfn f<const N: usize>() {\n    let x = 1e-9;\n}\n#[cfg(test)]\nconst X: u8 = 1;";
    assert_eq!(in_source("a/src/b.rs", source), on_page(row));
    assert_ne!(in_source("a/src/b.rs", "const LIMIT: usize = 99_000;"), on_page(row));

    assert!(is_tolerance("1e-9") && is_tolerance("4.0*f64::EPSILON") && is_tolerance("2.5e-7"));
    assert!(!is_tolerance("1e9") && !is_tolerance("[1e-9]") && !is_tolerance("some-text") && !is_tolerance("8.0"));
}
