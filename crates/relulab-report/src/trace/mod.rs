//! The report of a trace: one HTML page, and its figures as SVG files.

mod drawings;
mod steps_axis;
mod tables;

use crate::escape::escape_text;
use crate::figure::Figure;
use crate::html::{Page, Table};
use crate::number::{ABSENT, hidden_text, human, median_count};
use relulab_study::trace::{Spread, TraceSummary};
use steps_axis::StepsAxis;

/// From here on a number is no count, and written with an exponent.
const LARGEST_COUNT: f64 = 1e6;

/// All that a report of a trace is made from.
#[derive(Clone, Copy, Debug)]
pub struct TraceReport<'a> {
    summary: &'a TraceSummary,
    machine: &'a [(String, String)],
}

impl<'a> TraceReport<'a> {
    /// A report without a word on the machine.
    pub fn new(summary: &'a TraceSummary) -> Self {
        Self { summary, machine: &[] }
    }

    /// The same report with a description of the machine: names and values.
    pub fn machine(self, machine: &'a [(String, String)]) -> Self {
        Self { machine, ..self }
    }

    /// The figures as standalone SVG files: their names, without the ending, and their text.
    pub fn figures(&self) -> Vec<(String, String)> {
        self.drawings().iter().map(|figure| (figure.name.to_owned(), figure.standalone())).collect()
    }

    /// The report as one HTML file that needs no network and no other file.
    pub fn html(&self) -> String {
        let summary = self.summary;
        let plan = &summary.plan;
        let title = format!("Training of {} on {}", hidden_text(&plan.shape), plan.target);
        let mut page = Page::new(&format!("{title} · relulab"), &[]);
        page.push(&format!(
            "<header class=\"masthead\"><p class=\"kicker\">relulab · trace</p><h1>{}</h1>\
             <p class=\"lede\">{} networks of {} parameters, {} steps, looked at {} times.</p></header>\n<main>\n",
            escape_text(&title),
            plan.seeds,
            summary.params,
            plan.steps,
            plan.at.len(),
        ));
        page.push("<section id=\"findings\" class=\"findings\"><h2>Findings</h2>\n");
        for sentence in findings(summary) {
            page.push(&format!("<p class=\"abstract\">{}</p>\n", escape_text(&sentence)));
        }
        page.push("</section>\n<section id=\"figures\"><h2>Along the training</h2>\n");
        for figure in self.drawings() {
            page.push(&format!(
                "<h3>{}</h3><figure><div class=\"wide\">{}</div><figcaption>{}</figcaption></figure>\n",
                escape_text(&figure.title),
                figure.inline(),
                escape_text(&figure.description)
            ));
        }
        page.push("</section>\n<section id=\"numbers\"><h2>The numbers</h2>\n");
        page.push(&tables::checkpoints(summary));
        page.push("</section>\n<section id=\"stops\"><h2>Stop rules</h2>\n");
        page.push(&tables::stops(summary));
        page.push("</section>\n");
        page.push(&self.plan());
        page.push("</main>\n<footer>Written by relulab. This page holds its data and makes no request.</footer>\n");
        page.finish()
    }

    fn drawings(&self) -> Vec<Figure> {
        let axis = StepsAxis::new(&self.summary.plan.at);
        vec![
            drawings::collapse(self.summary),
            drawings::tiers(self.summary, &axis),
            drawings::losses(self.summary, &axis),
            drawings::distances(self.summary, &axis),
            drawings::movement(self.summary, &axis),
        ]
    }

    /// The plan and the machine.
    fn plan(&self) -> String {
        let mut table = Table::new("plan", "The plan", &[]);
        let plan = serde_json::to_value(&self.summary.plan).unwrap_or_default();
        for (name, value) in plan.as_object().into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            table.row(vec![escape_text(name), escape_text(&text)]);
        }
        table.row(vec!["hash".to_owned(), escape_text(&self.summary.plan_hash)]);
        for (name, value) in self.machine {
            table.row(vec![escape_text(name), escape_text(value)]);
        }
        format!("<section id=\"plan\"><h2>Plan</h2>\n{}</section>\n", table.finish())
    }
}

/// What was found, in sentences.
pub fn findings(summary: &TraceSummary) -> Vec<String> {
    let collapse = &summary.collapse;
    let mut sentences = Vec::new();
    if summary.finished == 0 {
        return vec!["Nothing can be said: every network diverged.".to_owned()];
    }
    sentences.push(format!(
        "The steep eigenvalues go from {} to {}; {} of {} networks end with fewer than they began with. The count first \
         reaches its final value at step {}, and falls from 90 % to 10 % of the drop within {} steps.",
        text(&collapse.from),
        text(&collapse.to),
        collapse.n_drops,
        summary.finished,
        text(&collapse.step),
        text(&collapse.width),
    ));
    for stop in &summary.stops {
        let ratio = stop.loss_ratio.get("normal").cloned().unwrap_or_default();
        sentences.push(format!(
            "The rule {} stops {} of {} networks and saves {} of the steps; the expected loss is {} times that after all \
             steps.",
            stop.rule,
            stop.stopped,
            summary.finished,
            text(&stop.saved),
            text(&ratio),
        ));
    }
    if summary.diverged > 0 {
        sentences.push(format!("{} networks diverged and are in no number but the losses.", summary.diverged));
    }
    sentences
}

/// A median with its interval: `0.02 [0.01, 0.04]`, `4 [4, 4]`.
pub fn text(spread: &Spread) -> String {
    match (spread.median, spread.ci95) {
        (Some(median), Some([low, high])) => format!("{} [{}, {}]", short(median), short(low), short(high)),
        (Some(median), None) => short(median),
        _ => ABSENT.to_owned(),
    }
}

/// A median: whole and half numbers as counts are written, others to three significant digits.
pub fn short(value: f64) -> String {
    let is_count = (0.0..LARGEST_COUNT).contains(&value) && (2.0 * value).fract() == 0.0;
    if is_count { median_count(value) } else { human(value) }
}
