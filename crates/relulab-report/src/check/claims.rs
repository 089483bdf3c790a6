//! The table of claims: a row each, with conventions and evidence that open below it.

use super::exhibit::Part;
use super::{anchor, controls, parts, rests_on, sections, verdict};
use crate::escape::escape_text;
use crate::html::Table;
use crate::number::{ABSENT, percent, tidy};
use relulab_study::check::{Claim, Kind, Ours, Universe, Verdict};

/// Columns of the table.
const HEADS: [&str; 6] = ["", "claim", "the paper", "ours", "convention", "verdict"];

/// The section of the page that holds all claims.
pub(super) fn section(claims: &[Claim], parts: &[Part]) -> String {
    let heads: String = HEADS.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let mut markup = format!(
        "<section id=\"claims\"><h2>Claims</h2>\n{}<p class=\"hint\">Every claim in the order of the paper, with our \
         median over seeds, quartiles, 95 % interval and number of seeds. The squares below it are its verdicts under \
         every convention that was tried, the paper's own first; open a line for their \
         numbers and the readings behind them.</p>\n<div class=\"wide\" tabindex=\"0\">\
         <table class=\"claims\" id=\"claim-table\"><thead><tr>{heads}</tr></thead>\n",
        controls::boxes(claims) + controls::search()
    );
    for (place, name) in sections(claims).iter().enumerate() {
        markup.push_str(&format!(
            "<tbody class=\"section\"><tr><th colspan=\"6\" scope=\"colgroup\" id=\"section-{}\">{}</th></tr></tbody>\n",
            place + 1,
            escape_text(name)
        ));
        for (order, claim) in claims.iter().enumerate().filter(|(_, claim)| claim.section == *name) {
            markup.push_str(&row(claim, order, parts));
        }
    }
    markup.push_str("</table></div></section>\n");
    markup
}

fn row(claim: &Claim, order: usize, parts: &[Part]) -> String {
    let id = anchor(&claim.id);
    format!(
        "<tbody class=\"claim\" id=\"{id}\" data-verdict=\"{}\" data-order=\"{order}\" data-rank=\"{}\" \
         data-seeds=\"{}\" data-divided=\"{}\">\
         <tr><th scope=\"row\"><a href=\"#{id}\">{}</a></th><td class=\"said\">{}</td><td>{}</td><td>{}</td><td>{}</td>\
         <td>{}</td></tr>\n<tr class=\"more\"><td></td><td colspan=\"5\">{}</td></tr></tbody>\n",
        verdict::key(claim.verdict),
        Verdict::ALL.iter().position(|verdict| *verdict == claim.verdict).unwrap_or(0),
        claim.ours.n_seeds,
        claim.multiverse.iter().filter(|universe| universe.verdict != claim.multiverse[0].verdict).count(),
        escape_text(&claim.id),
        escape_text(&claim.text),
        escape_text(&claim.paper),
        number(&claim.ours),
        escape_text(&claim.convention),
        verdict::chip(claim.verdict),
        details(claim, parts),
    )
}

/// Our number with what surrounds it, as a cell.
fn number(ours: &Ours) -> String {
    let around = [quartiles(ours).map(|text| format!("quartiles {text}")), interval(ours).map(|t| format!("95 % {t}"))]
        .into_iter()
        .flatten()
        .map(|text| format!("<small>{text}</small>"));
    let n = if ours.n_seeds > 0 {
        format!(" <span class=\"n\">n\u{a0}=\u{a0}{}</span>", ours.n_seeds)
    } else {
        String::new()
    };
    format!("<b>{}</b>{n}{}", value(ours), around.collect::<String>())
}

fn value(ours: &Ours) -> String {
    match (ours.kind, ours.value) {
        (_, None) => ABSENT.to_owned(),
        (Kind::Boolean, Some(value)) if ours.n_seeds > 0 => format!("holds for {}", percent(value)),
        (Kind::Boolean, Some(value)) => if value > 0.5 { "yes" } else { "no" }.to_owned(),
        (Kind::Seeds | Kind::Exact | Kind::Count, Some(value)) => tidy(value),
    }
}

fn quartiles(ours: &Ours) -> Option<String> {
    Some(format!("{} to {}", tidy(ours.q25?), tidy(ours.q75?)))
}

fn interval(ours: &Ours) -> Option<String> {
    ours.ci95.map(|[low, high]| format!("{} to {}", tidy(low), tidy(high)))
}

/// One square per convention.
fn multiverse_strip(multiverse: &[Universe]) -> String {
    let cells: Vec<(Verdict, String)> = multiverse
        .iter()
        .map(|universe| {
            let words = universe.verdict.words();
            let convention = if universe.convention.is_empty() { "as stated" } else { &universe.convention };
            (universe.verdict, format!("{convention}: {words} ({})", value(&universe.ours)))
        })
        .collect();
    let label: Vec<&str> = cells.iter().map(|(verdict, _)| verdict.words()).collect();
    verdict::strip(&cells, &format!("Verdicts by convention: {}", label.join(", ")))
}

/// The conventions as a strip with the reason for the verdict; behind it, closed at first, their numbers and the
/// evidence.
fn details(claim: &Claim, parts: &[Part]) -> String {
    let mut table =
        Table::new("numbers universes", "", &["convention", "verdict", "ours", "quartiles", "95 % interval", "seeds"]);
    let or_absent = |text: Option<String>| text.unwrap_or_else(|| ABSENT.to_owned());
    for universe in &claim.multiverse {
        let ours = &universe.ours;
        table.row(vec![
            escape_text(&universe.convention),
            verdict::chip(universe.verdict),
            value(ours),
            or_absent(quartiles(ours)),
            or_absent(interval(ours)),
            if ours.n_seeds > 0 { ours.n_seeds.to_string() } else { ABSENT.to_owned() },
        ]);
    }
    // A single convention is in the row above already.
    let table = if claim.multiverse.len() > 1 { table.finish() } else { String::new() };
    let evidence: String =
        claim.evidence.iter().map(|evidence| format!("<li><code>{}</code></li>", escape_text(evidence))).collect();
    let evidence = if evidence.is_empty() {
        "<p>No measurement stands behind it: the reason is in the text itself.</p>".to_owned()
    } else {
        format!("<p>Readings behind it: experiment, case, quantity</p><ul class=\"evidence\">{evidence}</ul>")
    };
    let drawn = parts.iter().flat_map(|part| &part.exhibits).filter(|exhibit| rests_on(claim, &exhibit.experiments));
    let links: Vec<String> = drawn
        .map(|exhibit| format!("<a href=\"#{}\">{}</a>", parts::identifier(exhibit), escape_text(exhibit.title())))
        .collect();
    let links = if links.is_empty() { String::new() } else { format!("<p>Drawn in: {}</p>", links.join(" · ")) };
    format!(
        "<details><summary>{} <span class=\"why\">{}</span></summary>{table}{evidence}{links}</details>",
        multiverse_strip(&claim.multiverse),
        escape_text(&claim.because),
    )
}
