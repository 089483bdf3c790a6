//! The top and the end of the page: title, tally, verdicts by section, the rule, notes.

use super::{anchor, sections, tally, verdict};
use crate::escape::escape_text;
use crate::html::Table;
use relulab_study::check::{Claim, Verdict, rule};

/// Title and citation.
pub(super) fn header(title: &str, citation: &str, claims: &[Claim]) -> String {
    let cited = if citation.is_empty() {
        String::new()
    } else {
        format!("<p class=\"lede\"><cite>{}</cite></p>", escape_text(citation))
    };
    format!(
        "<header class=\"masthead\"><p class=\"kicker\">relulab · check · {} claims</p><h1>{}</h1>{cited}</header>\n",
        claims.len(),
        escape_text(title)
    )
}

/// The tally, the same by section of the paper, and the rule.
pub(super) fn verdicts(claims: &[Claim]) -> String {
    let figure = tally::tally(claims);
    format!(
        "<section id=\"verdicts\" class=\"findings\"><h2>Verdicts</h2>\n<p class=\"abstract\">{}</p>\n\
         <figure><div class=\"wide\">{}</div></figure>\n{}<h3 id=\"rule\">The rule</h3>\n<p class=\"abstract rule-text\">{}</p>\n\
         </section>\n",
        escape_text(&sentence(claims)),
        figure.inline(),
        by_section(claims),
        escape_text(rule::TEXT)
    )
}

/// How the numbers were computed, and on what.
pub(super) fn notes(notes: &[String], machine: &[(String, String)]) -> String {
    if notes.is_empty() && machine.is_empty() {
        return String::new();
    }
    let items: String = notes.iter().map(|note| format!("<li>{}</li>", escape_text(note))).collect();
    let list = if notes.is_empty() { String::new() } else { format!("<ul class=\"notes\">{items}</ul>") };
    let mut pairs = Table::new("pairs", "", &[]);
    for (name, value) in machine {
        pairs.row(vec![escape_text(name), escape_text(value)]);
    }
    let pairs = if machine.is_empty() { String::new() } else { pairs.finish() };
    format!("<section id=\"notes\"><h2>How it was computed</h2>{list}{pairs}</section>\n")
}

fn sentence(claims: &[Claim]) -> String {
    if claims.is_empty() {
        return "No claim was judged.".to_owned();
    }
    let counts = tally::count(claims);
    let of = |wanted: Verdict| counts.iter().find(|(verdict, _)| *verdict == wanted).map_or(0, |(_, n)| *n);
    let holds = |n: usize| if n == 1 { "is" } else { "are" };
    let (whole, part, not) = (of(Verdict::Reproduced), of(Verdict::InPart), of(Verdict::NotReproduced));
    format!(
        "Of {} numbers and statements, {whole} {} reproduced under the paper's own conventions, {part} in part, and \
         {not} {} not. {} more {} selection or seed luck; {} {} with the paper itself or with arithmetic; {} cannot be \
         tested.",
        claims.len(),
        holds(whole),
        holds(not),
        of(Verdict::Luck),
        holds(of(Verdict::Luck)),
        of(Verdict::SelfContradictory),
        if of(Verdict::SelfContradictory) == 1 { "disagrees" } else { "disagree" },
        of(Verdict::NotTestable),
    )
}

/// How many claims of each section have each verdict.
fn by_section(claims: &[Claim]) -> String {
    let names = sections(claims);
    if names.len() < 2 {
        return String::new();
    }
    let heads: Vec<&str> = ["section"].into_iter().chain(Verdict::ALL.map(Verdict::words)).collect();
    let mut table = Table::new("numbers by-section", "", &heads);
    for (place, name) in names.iter().enumerate() {
        let mut cells = vec![format!("<a href=\"#section-{}\">{}</a>", place + 1, escape_text(name))];
        for wanted in Verdict::ALL {
            let own = claims.iter().filter(|claim| claim.section == *name && claim.verdict == wanted);
            // One link per claim, so that a long row of them wraps.
            let squares: Vec<String> = own.map(square).collect();
            let n = squares.len();
            cells.push(if n == 0 { "·".to_owned() } else { format!("{n} {}", squares.concat()) });
        }
        table.row(cells);
    }
    table.finish()
}

/// A verdict's square that leads to its claim.
fn square(claim: &Claim) -> String {
    let words = format!("{}: {}", claim.id, claim.text);
    let strip = verdict::strip(&[(claim.verdict, words.clone())], &words);
    format!("<a class=\"square\" href=\"#{}\">{strip}</a>", anchor(&claim.id))
}
