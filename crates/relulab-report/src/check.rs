//! The report of a check: one HTML page with a paper's claims beside our numbers, and its figures as SVG files.
//!
//! The page reads without a script: claims are a table, conventions and evidence open in place, and verdicts can be
//! hidden. A script adds a search and other orders. Any check can use it; `anatomy` and its like bring the figures.

mod claims;
mod controls;
pub mod curves;
pub mod exhibit;
pub mod heat;
mod overview;
mod parts;
pub mod rows;
pub mod seed_summary;
pub mod tally;
pub mod verdict;

use crate::escape::escape_text;
use crate::html::Page;
use exhibit::{Content, Part};
use relulab_study::check::Claim;

const SCRIPT: &str = include_str!("../assets/check.js");
const STYLE: &str = include_str!("../assets/check.css");

/// All that a report of a check is made from.
///
/// ```
/// let report = relulab_report::CheckReport::new("A check", &[]).citation("Somebody: Something (2026)");
/// assert!(report.html().starts_with("<!DOCTYPE html>"));
/// ```
#[derive(Clone, Debug)]
pub struct CheckReport<'a> {
    title: String,
    citation: String,
    claims: &'a [Claim],
    parts: &'a [Part],
    machine: &'a [(String, String)],
    notes: &'a [String],
}

impl<'a> CheckReport<'a> {
    /// A report with claims alone.
    pub fn new(title: &str, claims: &'a [Claim]) -> Self {
        Self { title: title.to_owned(), citation: String::new(), claims, parts: &[], machine: &[], notes: &[] }
    }

    /// The same report with the citation of the paper.
    pub fn citation(mut self, citation: &str) -> Self {
        citation.clone_into(&mut self.citation);
        self
    }

    /// The same report with figures.
    pub fn parts(mut self, parts: &'a [Part]) -> Self {
        self.parts = parts;
        self
    }

    /// The same report with a description of the run and the machine: names and values.
    pub fn machine(mut self, machine: &'a [(String, String)]) -> Self {
        self.machine = machine;
        self
    }

    /// The same report with notes on how its numbers were computed, one sentence each.
    pub fn notes(mut self, notes: &'a [String]) -> Self {
        self.notes = notes;
        self
    }

    /// The report as one HTML file that needs no network and no other file.
    pub fn html(&self) -> String {
        let mut page = Page::new(&format!("{} · relulab", self.title), &[]);
        page.style(STYLE);
        page.style(&controls::hiding_rules());
        page.push(&overview::header(&self.title, &self.citation, self.claims));
        page.push(&controls::toolbar(self.parts));
        page.push("<main>\n");
        page.push(&overview::verdicts(self.claims));
        page.push(&claims::section(self.claims, self.parts));
        for (place, part) in self.parts.iter().enumerate() {
            page.push(&parts::section(part, place, self.claims));
        }
        page.push(&overview::notes(self.notes, self.machine));
        page.push("</main>\n<footer>Written by relulab. This page holds its data and makes no request.</footer>\n");
        page.script(SCRIPT);
        page.finish()
    }

    /// The figures as standalone SVG files: names without the ending, and their text.
    pub fn figures(&self) -> Vec<(String, String)> {
        let drawn = self.parts.iter().flat_map(|part| &part.exhibits).filter_map(|exhibit| match &exhibit.content {
            Content::Drawn(figure, _) => Some((exhibit.name.clone(), figure.standalone())),
            Content::NotMeasured(_) => None,
        });
        std::iter::once(("verdicts".to_owned(), tally::tally(self.claims).standalone())).chain(drawn).collect()
    }
}

/// An identifier of the page from a claim's, which only its author has checked.
fn anchor(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

/// The sections that claims are in, in the order of their first claim.
fn sections(claims: &[Claim]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for claim in claims {
        if !names.contains(&claim.section.as_str()) {
            names.push(&claim.section);
        }
    }
    names
}

/// Whether a claim's evidence names an experiment: `spectra: k=16 …: steep`.
fn rests_on(claim: &Claim, experiments: &[String]) -> bool {
    let names = |evidence: &String, experiment: &String| {
        evidence.strip_prefix(experiment.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    claim.evidence.iter().any(|evidence| experiments.iter().any(|experiment| names(evidence, experiment)))
}

/// A link to a claim, with its verdict's sign.
fn claim_link(claim: &Claim) -> String {
    let strip = verdict::strip(&[(claim.verdict, String::new())], claim.verdict.words());
    format!(
        "<a class=\"claim-link\" href=\"#{}\" title=\"{}\">{strip} {}</a>",
        anchor(&claim.id),
        escape_text(&format!("{}: {}", claim.verdict.words(), claim.text)),
        escape_text(&claim.id)
    )
}
