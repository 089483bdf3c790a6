//! Claims as text: one line each, then how many have which verdict.

use relulab_study::check::{Claim, Ours, Verdict, rule};
use std::fmt::Write;

/// Longest text of a claim on a line.
const TEXT_WIDTH: usize = 58;
/// Longest statement of the paper on a line.
const PAPER_WIDTH: usize = 16;

/// The table.
pub fn text(claims: &[Claim]) -> String {
    let mut out = String::new();
    let mut section = "";
    for claim in claims {
        if claim.section != section {
            section = &claim.section;
            let _ = writeln!(out, "\n{section}");
        }
        let _ = writeln!(
            out,
            "{:5} {:<TEXT_WIDTH$} {:<PAPER_WIDTH$} {:<30} {}",
            claim.id,
            cut(&claim.text, TEXT_WIDTH),
            cut(&claim.paper, PAPER_WIDTH),
            ours(&claim.ours),
            claim.verdict.words()
        );
    }
    let _ = writeln!(out);
    for verdict in Verdict::ALL {
        let n = claims.iter().filter(|claim| claim.verdict == verdict).count();
        let _ = writeln!(out, "{n:4} {}", verdict.words());
    }
    let _ = writeln!(out, "{:4} claims\n", claims.len());
    out
}

fn ours(ours: &Ours) -> String {
    let Some(value) = ours.value else { return "–".to_owned() };
    match ours.ci95 {
        Some([low, high]) => format!("{} [{}, {}]", rule::short(value), rule::short(low), rule::short(high)),
        None => rule::short(value),
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}
