//! The sections of the report: the findings, one part per target, the notes.

use super::{TargetView, controls, tables};
use crate::escape::escape_text;
use crate::figure::Figure;
use crate::findings::{estimate, sentences};
use crate::loss_view::LossView;
use crate::number::{ABSENT, count};
use relulab_study::summary::{Findings, ShapeSummary, Summary};
use std::collections::HashMap;

/// The first section: what was found, in words, for every target and loss.
pub(super) fn findings(summary: &Summary, targets: &[TargetView], views: &[LossView]) -> String {
    let mut markup = "<section id=\"findings\" class=\"findings\"><h2>Findings</h2>\n".to_owned();
    if targets.is_empty() {
        markup.push_str("<p>There is nothing to report: no shape was trained.</p>");
    }
    for target in targets {
        if targets.len() > 1 {
            markup.push_str(&format!("<h3>{}</h3>", escape_text(target.name)));
        }
        markup.push_str(&per_loss(views, |view| {
            let sentences = sentences(summary, target.name, view);
            let said = match sentences.split_first() {
                None => "Nothing can be said: no run has a finite loss.".to_owned(),
                Some((first, rest)) => {
                    format!("<b class=\"headline\">{}</b> {}", escape_text(first), escape_text(&rest.join(" ")))
                }
            };
            format!(
                "<p class=\"abstract\">{said} <span class=\"which\">Loss {}: {}.</span></p>",
                view.label(),
                view.meaning()
            )
        }));
    }
    markup.push_str("</section>\n");
    markup
}

/// All figures and tables of one target.
pub(super) fn target(summary: &Summary, target: &TargetView, index: usize, views: &[LossView]) -> String {
    let none = Findings::default();
    let findings_of =
        |view: LossView| summary.findings.get(target.name).and_then(|f| f.get(view.key())).unwrap_or(&none);
    let shapes: HashMap<&[usize], &ShapeSummary> =
        target.shapes.iter().map(|shape| (shape.shape.as_slice(), *shape)).collect();
    let rows = |view: LossView| summary.correlations.get(target.name).and_then(|rows| rows.get(view.key()));

    let mut markup = format!(
        "<section id=\"target-{}\" class=\"target\"><h2><span class=\"kicker\">{}</span> {}</h2>\n",
        target.slug,
        if views.iter().any(|view| LossView::DATA.contains(view)) { "Data" } else { "Target" },
        escape_text(target.name)
    );
    markup.push_str("<h3>Frontier: the best of every depth</h3>\n");
    markup.push_str(&per_loss(views, |view| {
        format!(
            "{}<details><summary>The numbers</summary>{}</details>",
            figure(&target.frontier(view)),
            tables::depths(&target.depths, view)
        )
    }));
    markup.push_str("<h3>All shapes</h3>\n");
    markup.push_str(&controls::scatter(target, index));
    markup.push_str("<h3>Median losses by depth</h3>\n");
    markup.push_str(&per_loss(views, |view| figure(&target.histogram(view))));
    markup.push_str("<h3>What goes with the loss</h3>\n");
    markup.push_str(&figure(&target.correlation(summary, views)));
    markup.push_str(&per_loss(views, |view| {
        rows(view)
            .and_then(|rows| tables::correlations(rows))
            .unwrap_or_else(|| "<p class=\"nothing\">No correlation was computed.</p>".to_owned())
    }));
    markup.push_str("<h3>Shapes against seeds</h3>\n");
    markup.push_str(&figure(&target.variance(summary, views)));
    markup.push_str("<h3>Wide last or wide first</h3>\n");
    markup.push_str(&per_loss(views, |view| mirrored(findings_of(view))));
    markup.push_str("<h3>Collapse</h3>\n");
    markup.push_str(&figure(&target.collapse()));
    markup.push_str("<h3>Best and worst shapes</h3>\n");
    markup.push_str(&per_loss(views, |view| {
        let findings = findings_of(view);
        format!(
            "<div class=\"columns\"><div>{}</div><div>{}</div></div>",
            tables::ranking("Best, by median over seeds", &findings.best, &shapes, view),
            tables::ranking("Worst, by median over seeds", &findings.worst, &shapes, view)
        )
    }));
    markup.push_str("</section>\n");
    markup
}

/// How the numbers were computed.
pub(super) fn notes(notes: &[String]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let items: String = notes.iter().map(|note| format!("<li>{}</li>", escape_text(note))).collect();
    format!("<section id=\"notes\"><h2>How it was computed</h2><ul class=\"notes\">{items}</ul></section>\n")
}

/// The same part for every loss; the loss switch shows one of them.
fn per_loss(views: &[LossView], part: impl Fn(LossView) -> String) -> String {
    views
        .iter()
        .map(|&view| format!("<div class=\"per-loss\" data-view=\"{}\">{}</div>\n", view.key(), part(view)))
        .collect()
}

fn figure(figure: &Figure) -> String {
    format!(
        "<figure><div class=\"wide\">{}</div><figcaption>{}</figcaption></figure>\n",
        figure.inline(),
        escape_text(&figure.description)
    )
}

fn mirrored(findings: &Findings) -> String {
    let pairs = &findings.mirrored_pairs;
    if pairs.n_pairs == 0 {
        return "<p class=\"nothing\">No shape has a mirror image with other end widths here.</p>".to_owned();
    }
    let ratio = pairs.median_ratio.value.map_or(ABSENT.to_owned(), |value| estimate(value, pairs.median_ratio.ci95));
    format!(
        "<div class=\"tiles\">{}{}{}</div>",
        tables::tile(&count(pairs.n_pairs), "pairs of a shape and its mirror image"),
        tables::tile(
            &tables::percent_or_absent(pairs.wide_last_wins),
            "of pairs in which the wide-last shape is better"
        ),
        tables::tile(&ratio, "median ratio of losses, wide-first / wide-last; above 1, wide-last is better")
    )
}
