//! One page for the exact geometry of a network: its picture, the counts by name, and its units.

use crate::escape::escape_text;
use crate::figure::Figure;
use crate::html::{Page, Table};

/// What the page holds.
#[derive(Clone, Copy, Debug)]
pub struct GeometryReport<'a> {
    /// The picture; its title is the page's.
    pub figure: &'a Figure,
    /// Names and numbers.
    pub counts: &'a [(String, String)],
    /// Layer, unit, status, smallest and largest pre-activation; empty where they are not known.
    pub units: &'a [[String; 5]],
}

impl GeometryReport<'_> {
    /// The report as one HTML file that needs no network and no other file.
    pub fn html(&self) -> String {
        let mut page = Page::new(&format!("{} · relulab", self.figure.title), &[]);
        page.style(".figure .hover path:hover{fill:#1c2128;fill-opacity:.18}");
        page.push(&format!(
            "<header class=\"masthead\"><p class=\"kicker\">relulab · regions</p><h1>{}</h1></header>\n<main>\n\
             <section id=\"picture\"><figure><div class=\"wide\">{}</div></figure></section>\n\
             <section id=\"counts\"><h2>The counts</h2>\n{}</section>\n",
            escape_text(&self.figure.title),
            self.figure.inline(),
            self.count_table(),
        ));
        if !self.units.is_empty() {
            page.push(&format!(
                "<section id=\"units\"><h2>Units over the box</h2>\n<p class=\"hint\">Ranges are exact, and rounded for \
                 this table. A linear unit is never below zero, a dead one never above.</p>\n{}</section>\n",
                self.unit_table()
            ));
        }
        page.push("</main>\n<footer>Written by relulab. This page holds its data and makes no request.</footer>\n");
        page.finish()
    }

    fn count_table(&self) -> String {
        let mut table = Table::new("plan", "", &[]);
        for (name, value) in self.counts {
            table.row(vec![escape_text(name), escape_text(value)]);
        }
        table.finish()
    }

    fn unit_table(&self) -> String {
        let mut table = Table::new("numbers", "", &["layer", "unit", "is", "smallest pre-activation", "largest"]);
        for row in self.units {
            table.row(row.iter().map(|cell| escape_text(cell)).collect());
        }
        table.finish()
    }
}
