//! Pages and tables: one self-contained file, readable without a script, without a network and on paper.

use crate::escape::escape_text;
use crate::palette;

const PAGE_CSS: &str = include_str!("../assets/report.css");

/// A page in the making.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    losses: Vec<String>,
    styles: String,
    body: String,
    scripts: String,
}

impl Page {
    /// An empty page that shows one of several losses at a time, the first at the start.
    ///
    /// Of the elements of the class `per-loss` those are visible whose `data-view` is the loss on show; `losses` are
    /// identifiers of CSS.
    pub fn new(title: &str, losses: &[&str]) -> Self {
        let losses = losses.iter().map(|loss| (*loss).to_owned()).collect();
        let (styles, body, scripts) = Default::default();
        Self { title: title.to_owned(), losses, styles, body, scripts }
    }

    /// Appends rules of this crate to the page's style sheet.
    pub fn style(&mut self, css: &str) -> &mut Self {
        self.styles.push_str(css);
        self
    }

    /// Appends markup, which must be well-formed and escaped.
    pub fn push(&mut self, markup: &str) -> &mut Self {
        self.body.push_str(markup);
        self
    }

    /// Embeds data for the script: `json` must have gone through [`crate::escape::escape_script_json`].
    pub fn data(&mut self, id: &str, json: &str) -> &mut Self {
        self.scripts.push_str(&format!("<script type=\"application/json\" id=\"{id}\">{json}</script>\n"));
        self
    }

    /// Embeds a script of this crate.
    pub fn script(&mut self, source: &str) -> &mut Self {
        self.scripts.push_str(&format!("<script>\n{source}</script>\n"));
        self
    }

    /// Rules that hide the parts of every loss but the one on show.
    fn loss_css(&self) -> String {
        let rule =
            |loss: &String| format!("html[data-loss={loss}] .per-loss:not([data-view={loss}]){{display:none}}\n");
        self.losses.iter().map(rule).collect()
    }

    /// The whole page.
    ///
    /// Its content security policy forbids every request, so that a mistake here cannot make the page call out.
    pub fn finish(&self) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\" data-loss=\"{}\">\n<head>\n<meta charset=\"utf-8\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             script-src 'unsafe-inline'; img-src data:\"/>\n\
             <title>{}</title>\n<style>\n{}{}{}{}{}</style>\n</head>\n<body>\n{}\n{}</body>\n</html>\n",
            self.losses.first().map_or("", String::as_str),
            escape_text(&self.title),
            palette::css_variables(),
            palette::figure_css(),
            PAGE_CSS,
            self.styles,
            self.loss_css(),
            self.body,
            self.scripts,
        )
    }
}

/// A table with a caption, headings and rows of ready markup.
#[derive(Clone, Debug, Default)]
pub struct Table {
    caption: String,
    class: &'static str,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with column headings; the first column heads its rows.
    pub fn new(class: &'static str, caption: &str, heads: &[&str]) -> Self {
        let heads = heads.iter().map(|head| escape_text(head)).collect();
        Self { caption: escape_text(caption), class, heads, rows: Vec::new() }
    }

    /// Appends a row of cells that are markup already.
    pub fn row(&mut self, cells: Vec<String>) -> &mut Self {
        self.rows.push(cells);
        self
    }

    /// Whether the table has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as markup, inside an element that scrolls sideways on narrow screens.
    pub fn finish(&self) -> String {
        let heads: String = self.heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
        let head = if self.heads.is_empty() { String::new() } else { format!("<thead><tr>{heads}</tr></thead>") };
        let rows: String = self
            .rows
            .iter()
            .map(|cells| {
                let cells = cells.iter().enumerate().map(|(place, cell)| match place {
                    0 => format!("<th scope=\"row\">{cell}</th>"),
                    _ if cell.starts_with("<td") => cell.clone(),
                    _ => format!("<td>{cell}</td>"),
                });
                format!("<tr>{}</tr>\n", cells.collect::<String>())
            })
            .collect();
        let caption =
            if self.caption.is_empty() { String::new() } else { format!("<caption>{}</caption>", self.caption) };
        format!(
            "<div class=\"wide\" tabindex=\"0\"><table class=\"{}\">{caption}{head}<tbody>\n{rows}</tbody></table></div>\n",
            self.class
        )
    }
}
