//! Eigenvalues counted by decade and tier, and drawn as bars.

use super::document::{DensityBin, Document, MatrixPart};
use relulab_curvature::{Thresholds, Tier};
use relulab_report::number::{human, power_of_ten};
use std::fmt::Write;

/// Characters of the longest bar.
const BAR_WIDTH: f64 = 24.0;
/// Width of a column of bars.
const COLUMN_WIDTH: usize = 48;
/// Rows from which empty ones are left out.
const MANY_ROWS: usize = 20;

/// Ranges of eigenvalues: decades of |λ|, cut at the thresholds too, and one range for everything called zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    /// Edges of |λ|, descending, at least one; the last is the weak threshold, or the resolution's next edge.
    edges: Vec<f64>,
}

impl Bins {
    /// Bins for eigenvalues of at most this size.
    pub fn new(largest: f64, thresholds: &Thresholds) -> Self {
        let weak = thresholds.values()[2];
        let mut edges = thresholds.values().to_vec();
        let mut exponent = if largest > 0.0 { largest.log10().floor() as i32 + 1 } else { i32::MIN };
        // The decimal number itself, so that a threshold that is a power of ten is the same edge.
        while let Some(edge) = decade(exponent).filter(|edge| *edge > weak) {
            edges.push(edge);
            exponent -= 1;
        }
        edges.sort_by(|a, b| b.total_cmp(a));
        edges.dedup();
        Self { edges }
    }

    /// The same without the edges up to a size, where eigenvalues cannot be told apart.
    pub fn above(mut self, size: f64) -> Self {
        let highest = self.edges[0];
        self.edges.retain(|edge| *edge > size);
        if self.edges.is_empty() {
            self.edges.push(highest.max(size));
        }
        self
    }

    /// The ranges of |λ| above zero, steepest first.
    pub fn sizes(&self) -> impl Iterator<Item = (f64, f64)> {
        self.edges.windows(2).map(|pair| (pair[1], pair[0]))
    }

    /// All ranges of λ, descending.
    pub fn signed(&self) -> impl Iterator<Item = (f64, f64)> {
        let negative: Vec<(f64, f64)> = self.sizes().map(|(from, to)| (-to, -from)).collect();
        self.sizes().chain([(-self.lowest(), self.lowest())]).chain(negative.into_iter().rev())
    }

    /// Whether a number lies in a range: the end nearer to 0 belongs to the next range.
    pub fn holds(&self, from: f64, to: f64, value: f64) -> bool {
        if from > 0.0 {
            from < value && value <= to
        } else if to < 0.0 {
            from <= value && value < to
        } else {
            from <= value && value <= to
        }
    }

    /// Everything up to this is one range.
    fn lowest(&self) -> f64 {
        self.edges.last().copied().unwrap_or(0.0)
    }
}

/// A power of ten, where there is one among the numbers.
fn decade(exponent: i32) -> Option<f64> {
    format!("1e{exponent}").parse().ok().filter(|edge: &f64| edge.is_finite() && *edge > 0.0)
}

/// Number of eigenvalues of a matrix in a range; rounded, where it is an estimate.
fn count(part: &MatrixPart, bins: &Bins, (from, to): (f64, f64)) -> f64 {
    if let Some(density) = &part.density {
        let is_middle = |from: f64, to: f64| from < 0.0 && to > 0.0;
        let is_same =
            |bin: &&DensityBin| (bin.from, bin.to) == (from, to) || is_middle(bin.from, bin.to) && is_middle(from, to);
        let bin = density.iter().find(is_same);
        return bin.map_or(0.0, |bin| bin.count.value.round());
    }
    let listed = part.eigenvalues.iter().filter(|value| bins.holds(from, to, **value)).count();
    let zeros = if from < 0.0 && to > 0.0 { part.further_zeros } else { 0 };
    (listed + zeros) as f64
}

/// End of the range around 0 in which eigenvalues are not told apart.
fn middle(density: &[DensityBin]) -> Option<f64> {
    density.iter().find(|bin| bin.from < 0.0 && bin.to > 0.0).map(|bin| bin.to)
}

/// A row of the picture: its range, its tier, and for each matrix the numbers of positive and negative eigenvalues.
struct Row {
    range: String,
    tier: Tier,
    counts: Vec<(f64, f64)>,
}

/// The picture: one column of bars for each matrix.
pub fn draw(document: &Document, thresholds: &Thresholds) -> String {
    let matrices: Vec<&MatrixPart> = std::iter::once(&document.first).chain(&document.beside).collect();
    let sizes = matrices.iter().flat_map(|part| part.eigenvalues.iter().map(|value| value.abs()));
    let bins = Bins::new(sizes.fold(0.0, f64::max), thresholds);
    let edge = |value: f64| {
        let exponent = value.log10().round();
        if decade(exponent as i32) == Some(value) { power_of_ten(exponent as i32) } else { human(value) }
    };
    let mut rows: Vec<Row> = bins
        .sizes()
        .map(|(from, to)| Row {
            range: format!("{} … {}", edge(from), edge(to)),
            tier: thresholds.tier(to),
            counts: matrices
                .iter()
                .map(|part| (count(part, &bins, (from, to)), count(part, &bins, (-to, -from))))
                .collect(),
        })
        .collect();
    let weak = bins.lowest();
    rows.push(Row {
        range: format!("0 … {}", edge(weak)),
        tier: Tier::Zero,
        counts: matrices.iter().map(|part| (count(part, &bins, (-weak, weak)), 0.0)).collect(),
    });
    let is_empty = |row: &Row| row.counts.iter().all(|(above, below)| above + below == 0.0);
    if rows.len() > MANY_ROWS {
        rows.retain(|row| !is_empty(row));
    } else {
        // Rows above the largest eigenvalue say nothing.
        let first = rows.iter().position(|row| !is_empty(row)).unwrap_or(0);
        rows.drain(..first);
    }
    let most = rows.iter().flat_map(|row| &row.counts).map(|(above, below)| above + below).fold(1.0, f64::max);
    let per_character = (most / BAR_WIDTH).max(1.0);
    let mut text = format!("{:<22}{:<10}", "|λ|", "tier");
    for part in &matrices {
        let _ = write!(text, "{:<COLUMN_WIDTH$}", part.matrix);
    }
    for row in rows {
        text.truncate(text.trim_end().len());
        let _ = write!(text, "\n{:<22}{:<10}", row.range, row.tier.name());
        for (part, (above, below)) in matrices.iter().zip(row.counts) {
            let bar = bar(above, below, per_character);
            let mut label = label(above, below, part.density.is_some());
            let bound = part.density.as_deref().and_then(middle).filter(|bound| *bound > weak);
            if let Some(bound) = bound.filter(|_| row.tier == Tier::Zero) {
                let _ = write!(label, " below {}", edge(bound));
            }
            let _ = write!(text, "{:<COLUMN_WIDTH$}", format!("{bar}{label}"));
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    if per_character > 1.0 {
        let _ = writeln!(text, "a character is {} eigenvalues; ░ are negative", human(per_character));
    } else if text.contains('░') {
        text.push_str("░ are negative eigenvalues\n");
    }
    text
}

/// Full blocks for positive eigenvalues, light ones for negative eigenvalues; what is there is seen.
fn bar(above: f64, below: f64, per_character: f64) -> String {
    let length = |count: f64| (count / per_character).ceil() as usize;
    format!("{}{}", "█".repeat(length(above)), "░".repeat(length(below)))
}

fn label(above: f64, below: f64, is_estimate: bool) -> String {
    let about = if is_estimate { "≈ " } else { "" };
    match (above + below, below) {
        (0.0, _) => String::new(),
        (all, 0.0) => format!(" {about}{all}"),
        (all, below) => format!(" {about}{all}, {below} < 0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decades_and_thresholds_are_edges() {
        let thresholds = Thresholds::new(0.2, 1e-3, 1e-4).unwrap();
        let bins = Bins::new(3.0, &thresholds);
        assert_eq!(bins.edges, [10.0, 1.0, 0.2, 0.1, 0.01, 1e-3, 1e-4]);
        assert_eq!(Bins::new(0.0, &thresholds).edges, thresholds.values());
        assert_eq!(bar(3.0, 1.0, 2.0), "██░");
        assert_eq!((label(3.0, 1.0, false), label(0.0, 0.0, true)), (" 4, 1 < 0".to_owned(), String::new()));
    }

    proptest! {
        #[test]
        fn every_eigenvalue_is_in_one_bin_of_its_own_tier(value in -50.0..50.0_f64, power in -9..1_i32) {
            let value = value * 10f64.powi(power);
            let thresholds = Thresholds::default();
            let bins = Bins::new(value.abs(), &thresholds);
            let holding: Vec<(f64, f64)> = bins.signed().filter(|&(from, to)| bins.holds(from, to, value)).collect();
            prop_assert_eq!(holding.len(), 1);
            let (from, to) = holding[0];
            prop_assert_eq!(thresholds.tier(from.abs().max(to.abs())), thresholds.tier(value));
        }
    }
}
