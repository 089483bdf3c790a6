//! The controls of the page: the loss switch, the theme, and the selectors of the interactive scatter.

use super::TargetView;
use crate::escape::escape_text;
use crate::loss_view::LossView;

/// The bar that stays on top: which loss, which target, which theme.
pub(super) fn toolbar(targets: &[TargetView], views: &[LossView]) -> String {
    let losses: String = views
        .iter()
        .enumerate()
        .map(|(place, view)| {
            let checked = if place == 0 { " checked=\"checked\"" } else { "" };
            format!(
                "<label title=\"{}\"><input type=\"radio\" name=\"loss\" value=\"{}\"{checked}/><span>{}</span></label>",
                escape_text(view.meaning()),
                view.key(),
                view.label()
            )
        })
        .collect();
    let links: String = targets
        .iter()
        .map(|target| format!("<a href=\"#target-{}\">{}</a>", target.slug, escape_text(target.name)))
        .collect();
    format!(
        "<div class=\"toolbar\"><fieldset class=\"segmented\"><legend>Loss</legend>{losses}</fieldset>\
         <nav aria-label=\"Sections\"><a href=\"#findings\">Findings</a><a href=\"#plan\">Plan</a>{links}</nav>\
         <button type=\"button\" id=\"theme\" hidden=\"hidden\">Theme: system</button></div>\n"
    )
}

/// The interactive scatter of one target; the script fills it from the page's data.
pub(super) fn scatter(target: &TargetView, index: usize) -> String {
    let select = |role: &str, label: &str| {
        format!(
            "<div class=\"control\"><label for=\"scatter-{0}-{role}\">{label}</label><select id=\"scatter-{0}-{role}\" \
             data-role=\"{role}\"></select><label class=\"check\"><input type=\"checkbox\" data-log=\"{role}\"/>log</label></div>",
            target.slug
        )
    };
    format!(
        "<div class=\"scatter\" data-target=\"{index}\">\
         <noscript><p>The interactive scatter needs JavaScript; the SVG file shows the same shapes.</p></noscript>\
         <div class=\"controls\" hidden=\"hidden\">{}{}{}\
         <div class=\"control\"><label for=\"scatter-{slug}-find\">Find shape</label><input id=\"scatter-{slug}-find\" type=\"search\" \
         data-role=\"find\" placeholder=\"5,7,4\" autocomplete=\"off\" spellcheck=\"false\"/></div>\
         <div class=\"control\"><label class=\"check\"><input type=\"checkbox\" data-role=\"jitter\" checked=\"checked\"/>\
         spread whole numbers</label></div>\
         <div class=\"control\"><button type=\"button\" data-role=\"reset\">Reset zoom</button></div></div>\
         <div class=\"stage\"><canvas class=\"points\"></canvas><canvas class=\"overlay\" tabindex=\"0\" role=\"application\" \
         aria-label=\"Scatter of all shapes of {name}: arrow keys step through the shapes from the best up\"></canvas>\
         <div class=\"tip\" hidden=\"hidden\"></div></div>\
         <p class=\"hint\">Hover or use the arrow keys to name a shape; drag to zoom, double-click or Escape to return. \
         <span class=\"status\" aria-live=\"polite\"></span></p></div>\n",
        select("x", "Across"),
        select("y", "Upwards"),
        select("colour", "Colour"),
        slug = target.slug,
        name = escape_text(target.name),
    )
}
