//! The parts of the page that hold figures.

use super::exhibit::{Content, Exhibit, Part};
use super::{claim_link, rests_on};
use crate::escape::{escape_text, slug};
use relulab_study::check::Claim;

/// The identifier of an exhibit in the page.
pub(super) fn identifier(exhibit: &Exhibit) -> String {
    format!("figure-{}", slug(&exhibit.name))
}

/// A part with its exhibits.
pub(super) fn section(part: &Part, place: usize, claims: &[Claim]) -> String {
    let introduction = if part.introduction.is_empty() {
        String::new()
    } else {
        format!("<p class=\"abstract\">{}</p>\n", escape_text(&part.introduction))
    };
    let exhibits: String = part.exhibits.iter().map(|one| exhibit(one, claims)).collect();
    format!(
        "<section id=\"part-{}\" class=\"part\"><h2>{}</h2>\n{introduction}{exhibits}</section>\n",
        place + 1,
        escape_text(&part.title)
    )
}

fn exhibit(exhibit: &Exhibit, claims: &[Claim]) -> String {
    let heading = format!("<h3 id=\"{}\">{}</h3>\n", identifier(exhibit), escape_text(exhibit.title()));
    let links: Vec<String> =
        claims.iter().filter(|claim| rests_on(claim, &exhibit.experiments)).map(claim_link).collect();
    let links = if links.is_empty() {
        String::new()
    } else {
        format!("<p class=\"resting\">Claims that rest on these measurements: {}</p>\n", links.join(" "))
    };
    match &exhibit.content {
        Content::Drawn(figure, table) => format!(
            "{heading}<figure><div class=\"wide\">{}</div><figcaption>{}</figcaption></figure>\n\
             <details><summary>The numbers</summary>{}</details>\n{links}",
            figure.inline(),
            escape_text(&figure.description),
            table
        ),
        Content::NotMeasured(_) => {
            format!("{heading}<p class=\"nothing\">Not measured in this run.</p>\n{links}")
        }
    }
}
