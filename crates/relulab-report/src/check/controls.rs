//! The controls of the page: links and theme in the bar on top, and which claims are shown in which order.

use super::exhibit::Part;
use super::{tally, verdict};
use crate::escape::escape_text;
use relulab_study::check::{Claim, Verdict};

/// Rules that hide the claims of a verdict when its box is not ticked; they need no script.
pub(super) fn hiding_rules() -> String {
    let rule = |verdict: Verdict| {
        let key = verdict::key(verdict);
        format!("body:has(#show-{key}:not(:checked)) .claim[data-verdict={key}]{{display:none}}\n")
    };
    Verdict::ALL.map(rule).concat()
}

/// The bar.
pub(super) fn toolbar(parts: &[Part]) -> String {
    let links: String = parts
        .iter()
        .enumerate()
        .map(|(place, part)| format!("<a href=\"#part-{}\">{}</a>", place + 1, escape_text(&part.title)))
        .collect();
    format!(
        "<div class=\"toolbar\"><nav aria-label=\"Sections\"><a href=\"#verdicts\">Verdicts</a><a href=\"#claims\">Claims\
         </a>{links}</nav><button type=\"button\" id=\"theme\" hidden=\"hidden\">Theme: system</button>\
         </div>\n"
    )
}

/// One box per verdict that hides its claims.
pub(super) fn boxes(claims: &[Claim]) -> String {
    let boxes: String = tally::count(claims)
        .into_iter()
        .map(|(verdict, n)| {
            format!(
                "<label class=\"check\"><input type=\"checkbox\" id=\"show-{}\" checked=\"checked\"/>{} \
                 <small>{n}</small></label>",
                verdict::key(verdict),
                verdict::chip(verdict)
            )
        })
        .collect();
    format!("<fieldset class=\"boxes\"><legend>Show</legend>{boxes}</fieldset>\n")
}

/// Search and order of the claims, which the script brings to life.
pub(super) fn search() -> &'static str {
    "<div class=\"controls\" id=\"claim-controls\" hidden=\"hidden\">\
     <div class=\"control\"><label for=\"claim-search\">Search</label><input type=\"search\" id=\"claim-search\"/></div>\
     <div class=\"control\"><label for=\"claim-order\">Order</label><select id=\"claim-order\">\
     <option value=\"paper\">as in the paper</option><option value=\"best\">by verdict, best first</option>\
     <option value=\"worst\">by verdict, worst first</option>\
     <option value=\"divided\">by conventions that disagree, most first</option>\
     <option value=\"seeds\">by seeds, fewest first</option></select></div>\
     <button type=\"button\" id=\"claim-open\">Open all</button><span id=\"claim-shown\" role=\"status\"></span></div>\n"
}
