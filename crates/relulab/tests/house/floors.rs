//! Dependencies go strictly down the floors, in the crates and in their tests alike.

use crate::workspace::{self, Crate, Kind};
use std::collections::BTreeMap;

/// The floor of every crate, opened or planned. Adding a crate begins here and in ARCHITECTURE.md.
const FLOORS: [(&str, u8); 14] = [
    ("relulab-exact", 0),
    ("relulab-convex", 1),
    ("relulab-net", 1),
    ("relulab-io", 2),
    ("relulab-train", 2),
    ("relulab-curvature", 2),
    ("relulab-landscape", 2),
    ("relulab-regions", 2),
    ("relulab-optimal", 3),
    ("relulab-construct", 3),
    ("relulab", 4),
    ("relulab-study", 5),
    ("relulab-report", 6),
    ("relulab-cli", 7),
];

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor)
}

/// Everything wrong with these crates, one sentence each.
///
/// An arrow that does not go down is wrong whatever it is for: an engine whose tests need another engine of its floor
/// has its test on the wrong floor.
fn faults(crates: &[Crate]) -> Vec<String> {
    let mut faults = Vec::new();
    for Crate { name, needs } in crates {
        let Some(from) = floor(name) else {
            faults.push(format!("{name} has no floor: give it one in FLOORS and in ARCHITECTURE.md"));
            continue;
        };
        for (need, kind) in needs {
            // A crate without a floor is reported by itself.
            let Some(to) = floor(need).filter(|to| *to >= from) else { continue };
            let direction = if to > from { "up" } else { "sideways" };
            let purpose = match kind {
                Kind::Normal => "",
                Kind::Development => " in its tests",
                Kind::Build => " in its build script",
            };
            faults.push(format!("{name} (floor {from}) looks {direction} to {need} (floor {to}){purpose}"));
        }
    }
    faults
}

#[test]
fn every_arrow_goes_down() {
    let faults = faults(&workspace::crates());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_folder_is_named_after_its_crate() {
    let mut names: Vec<String> = workspace::crates().into_iter().map(|one| one.name).collect();
    names.sort();
    assert_eq!(workspace::crate_folders(), names);
}

#[test]
fn the_architecture_page_has_the_same_floors() {
    let page = workspace::read("ARCHITECTURE.md");
    let on_page: BTreeMap<&str, u8> = page
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let floor = cells.next()?.parse().ok()?;
            Some((cells.next()?.split('`').nth(1)?, floor))
        })
        .collect();
    assert_eq!(on_page, BTreeMap::from(FLOORS));
}

#[test]
fn bad_graphs_are_refused() {
    let fault = |name: &str, need: &str, kind: Kind| {
        let crates = [Crate { name: name.to_owned(), needs: vec![(need.to_owned(), kind)] }];
        faults(&crates).join("; ")
    };
    assert_eq!(fault("relulab-cli", "relulab-net", Kind::Normal), "");
    assert_eq!(
        fault("relulab-net", "relulab-io", Kind::Normal),
        "relulab-net (floor 1) looks up to relulab-io (floor 2)"
    );
    assert_eq!(
        fault("relulab-train", "relulab-regions", Kind::Normal),
        "relulab-train (floor 2) looks sideways to relulab-regions (floor 2)"
    );
    assert_eq!(
        fault("relulab-regions", "relulab-train", Kind::Development),
        "relulab-regions (floor 2) looks sideways to relulab-train (floor 2) in its tests"
    );
    assert_eq!(
        fault("relulab-exact", "relulab-net", Kind::Build),
        "relulab-exact (floor 0) looks up to relulab-net (floor 1) in its build script"
    );
    assert_eq!(
        fault("relulab-utils", "relulab-net", Kind::Normal),
        "relulab-utils has no floor: give it one in FLOORS and in ARCHITECTURE.md"
    );
}
