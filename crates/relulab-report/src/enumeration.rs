//! The report of an enumeration: one HTML page, and the same figures as SVG files.

mod columns;
mod controls;
mod plan;
mod sections;
pub(crate) mod tables;

use crate::escape::{escape_text, slug};
use crate::figure::Figure;
use crate::figure::{
    collapse::collapse, correlation::correlation, frontier::frontier, histogram::histogram, scatter::scatter,
    variance::variance,
};
use crate::html::Page;
use crate::loss_view::LossView;
use crate::number::count;
use relulab_study::summary::{DepthSummary, ShapeSummary, Summary};
use std::collections::BTreeSet;

const SCRIPT: &str = include_str!("../assets/report.js");

/// All that a report of an enumeration is made from.
///
/// ```
/// # let summary: relulab_study::summary::Summary = serde_json::from_str(
/// #     r#"{"plan":{},"n_shapes":0,"shapes":[],"depths":[],"correlations":{},"findings":{}}"#).unwrap();
/// let machine = [("cores".to_owned(), "2".to_owned())];
/// let report = relulab_report::EnumerationReport::new(&summary).machine(&machine);
/// assert!(report.html().starts_with("<!DOCTYPE html>"));
/// ```
#[derive(Clone, Debug)]
pub struct EnumerationReport<'a> {
    title: String,
    summary: &'a Summary,
    views: Vec<LossView>,
    machine: &'a [(String, String)],
    notes: &'a [String],
}

/// What belongs to one target.
struct TargetView<'a> {
    name: &'a str,
    /// Unique among the targets; for identifiers and file names.
    slug: String,
    shapes: Vec<&'a ShapeSummary>,
    /// In increasing order of depth.
    depths: Vec<&'a DepthSummary>,
}

impl<'a> EnumerationReport<'a> {
    /// A report with a title of its own making, no machine and no notes.
    pub fn new(summary: &'a Summary) -> Self {
        let title = match summary.shapes.first().map(|shape| shape.shape.iter().sum::<usize>()) {
            Some(n) if summary.shapes.iter().all(|shape| shape.shape.iter().sum::<usize>() == n) => {
                format!("Shapes of {n} {}", if n == 1 { "neuron" } else { "neurons" })
            }
            _ => "An enumeration of shapes".to_owned(),
        };
        Self { title, summary, views: LossView::present(summary), machine: &[], notes: &[] }
    }

    /// The same report with another title.
    pub fn title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    /// The same report with a description of the machine: names and values.
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
        let targets = self.targets();
        let keys: Vec<&str> = self.views.iter().map(|view| view.key()).collect();
        let mut page = Page::new(&format!("{} · relulab", self.title), &keys);
        page.push(&self.header(&targets));
        page.push(&controls::toolbar(&targets, &self.views));
        page.push("<main>\n");
        page.push(&sections::findings(self.summary, &targets, &self.views));
        page.push(&plan::section(&self.summary.plan, self.machine));
        for (index, target) in targets.iter().enumerate() {
            page.push(&sections::target(self.summary, target, index, &self.views));
        }
        page.push(&sections::notes(self.notes));
        page.push("</main>\n<footer>Written by relulab. This page holds its data and makes no request.</footer>\n");
        page.data("report-data", &columns::json(&targets, &self.views));
        page.script(SCRIPT);
        page.finish()
    }

    /// The figures as standalone SVG files: names such as `quadratic-uniform5-frontier`, without the ending, and
    /// their text.
    pub fn figures(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for target in self.targets() {
            for &view in &self.views {
                let figures = [target.frontier(view), target.scatter(view), target.histogram(view)];
                files.extend(
                    figures.iter().map(|figure| {
                        (format!("{}-{}-{}", target.slug, view.word(), figure.name), figure.standalone())
                    }),
                );
            }
            let figures = [
                target.correlation(self.summary, &self.views),
                target.variance(self.summary, &self.views),
                target.collapse(),
            ];
            files
                .extend(figures.iter().map(|figure| (format!("{}-{}", target.slug, figure.name), figure.standalone())));
        }
        files
    }

    fn header(&self, targets: &[TargetView]) -> String {
        let runs: usize = self.summary.shapes.iter().map(|shape| shape.n_seeds).sum();
        let names: Vec<String> = targets.iter().map(|target| format!("<i>{}</i>", escape_text(target.name))).collect();
        let plural = |n: usize, word: &str| format!("{} {word}{}", count(n), if n == 1 { "" } else { "s" });
        let learning = if names.is_empty() { String::new() } else { format!(", learning {}", names.join(", ")) };
        format!(
            "<header class=\"masthead\"><p class=\"kicker\">relulab · enumeration</p><h1>{}</h1>\
             <p class=\"lede\">{}, {}{learning}.</p></header>\n",
            escape_text(&self.title),
            plural(self.summary.n_shapes, "shape"),
            match plan::DataFile::of(&self.summary.plan) {
                Some(data) => format!("{} of {} folds each", plural(runs, "run"), data.folds),
                None => plural(runs, "trained network"),
            },
        )
    }

    /// The targets in the order of their first appearance.
    fn targets(&self) -> Vec<TargetView<'a>> {
        let shapes = self.summary.shapes.iter().map(|shape| shape.target.as_str());
        let depths = self.summary.depths.iter().map(|depth| depth.target.as_str());
        let mut names = Vec::new();
        let mut known = BTreeSet::new();
        for name in shapes.chain(depths) {
            if known.insert(name) {
                names.push(name);
            }
        }
        let mut slugs = BTreeSet::new();
        names.into_iter().map(|name| TargetView::new(self.summary, name, &mut slugs)).collect()
    }
}

impl<'a> TargetView<'a> {
    fn new(summary: &'a Summary, name: &'a str, taken: &mut BTreeSet<String>) -> Self {
        // Two formulas may share a slug: the later one gets a number.
        let base = slug(name);
        let mut slug = base.clone();
        let mut number = 2;
        while !taken.insert(slug.clone()) {
            slug = format!("{base}-{number}");
            number += 1;
        }
        let mut depths: Vec<&DepthSummary> = summary.depths.iter().filter(|depth| depth.target == name).collect();
        depths.sort_by_key(|depth| depth.depth);
        let shapes = summary.shapes.iter().filter(|shape| shape.target == name).collect();
        Self { name, slug, shapes, depths }
    }

    fn frontier(&self, view: LossView) -> Figure {
        frontier(self.name, view, &self.depths)
    }

    fn histogram(&self, view: LossView) -> Figure {
        histogram(self.name, view, &self.depths)
    }

    fn scatter(&self, view: LossView) -> Figure {
        scatter(self.name, view, &self.shapes)
    }

    fn collapse(&self) -> Figure {
        collapse(self.name, &self.depths)
    }

    fn correlation(&self, summary: &Summary, views: &[LossView]) -> Figure {
        correlation(self.name, views, summary.correlations.get(self.name).unwrap_or(&Default::default()))
    }

    fn variance(&self, summary: &Summary, views: &[LossView]) -> Figure {
        variance(self.name, views, summary.findings.get(self.name).unwrap_or(&Default::default()))
    }
}
