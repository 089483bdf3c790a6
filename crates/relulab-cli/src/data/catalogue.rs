//! The datasets that have a name.

use serde::Serialize;

/// A dataset.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Its name on the command line.
    pub name: &'static str,
    /// Points, as text: some sizes are chosen.
    pub points: &'static str,
    /// Inputs per point, likewise.
    pub inputs: &'static str,
    /// What the labels are.
    pub labels: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

/// All of them.
pub const CATALOGUE: [Entry; 6] = [
    Entry {
        name: "moons",
        points: "85 + 15",
        inputs: "2",
        labels: "2 classes",
        source: "exact, with the published split: Riera et al., CPAIOR 2022",
    },
    Entry {
        name: "circles",
        points: "--points, 200",
        inputs: "2",
        labels: "2 classes",
        source: "drawn: radius 1 and 1/2, --noise, --seed",
    },
    Entry {
        name: "spirals",
        points: "--points, 200",
        inputs: "2",
        labels: "2 classes",
        source: "drawn: one and a half turns each, --noise, --seed",
    },
    Entry {
        name: "random_labels",
        points: "--points, 1000",
        inputs: "--input-dim, 50",
        labels: "a number",
        source: "drawn: all numbers N(0, 1), --seed; Zhang et al., NeurIPS 2021",
    },
    Entry {
        name: "mnist",
        points: "60000 + 10000",
        inputs: "784",
        labels: "10 classes",
        source: "the usual IDX files in a folder, --from: LeCun, Cortes and Burges, 1998",
    },
    Entry {
        name: "fashion_mnist",
        points: "60000 + 10000",
        inputs: "784",
        labels: "10 classes",
        source: "the usual IDX files in a folder, --from: Xiao, Rasul and Vollgraf, 2017",
    },
];

/// The catalogue for people.
pub fn table() -> String {
    let mut text = format!("{:<15}{:<16}{:<17}{:<11}source\n", "name", "points", "inputs", "labels");
    for Entry { name, points, inputs, labels, source } in &CATALOGUE {
        text += &format!("{name:<15}{points:<16}{inputs:<17}{labels:<11}{source}\n");
    }
    text + "\nrelulab data prepare NAME --out FILE.npz writes one; a + b points: --part train or test\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_in_the_table() {
        let table = table();
        assert!(CATALOGUE.iter().all(|entry| table.lines().any(|line| line.starts_with(entry.name))));
    }
}
