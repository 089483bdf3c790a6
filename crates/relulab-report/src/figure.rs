//! Figures: finished drawings with a name, a title and a description, for a page or for a file of their own.

pub mod collapse;
pub mod correlation;
pub mod frontier;
pub mod histogram;
pub mod scatter;
pub mod variance;

use crate::escape::escape_text;
use crate::palette::standalone_css;
use crate::svg::{Anchor, Px, Svg};

/// Height of the title line that a standalone figure has above its drawing.
pub(crate) const TITLE_HEIGHT: f64 = 34.0;

/// A finished drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What the figure shows, one word: `frontier`.
    pub name: &'static str,
    /// Title for readers.
    pub title: String,
    /// What there is to see, in a sentence or two; screen readers say it and pages print it below.
    pub description: String,
    width: f64,
    height: f64,
    body: String,
}

impl Figure {
    /// A figure of `width` × `height` pixels.
    pub fn new(name: &'static str, title: String, description: String, (width, height): (f64, f64), svg: Svg) -> Self {
        Self { name, title, description, width, height, body: svg.finish() }
    }

    /// The figure as an element of a page that has the figures' style sheet and colour variables.
    pub fn inline(&self) -> String {
        format!(
            "<svg class=\"figure\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {} {}\">{}</svg>",
            escape_text(&format!("{}. {}", self.title, self.description)),
            Px(self.width),
            Px(self.height),
            self.body
        )
    }

    /// The figure as an SVG file that needs nothing else: light colours on paper, title on top.
    pub fn standalone(&self) -> String {
        self.file(&[Part::Paper, Part::Drawing])
    }

    /// The same file without the paper, to be laid over something.
    pub(crate) fn without_paper(&self) -> String {
        self.file(&[Part::Drawing])
    }

    /// The paper alone.
    pub(crate) fn paper(&self) -> String {
        self.file(&[Part::Paper])
    }

    fn file(&self, parts: &[Part]) -> String {
        let (width, height) = (self.width, self.height + TITLE_HEIGHT);
        let mut body = String::new();
        for part in parts {
            let mut svg = Svg::new();
            match part {
                Part::Paper => svg.rect("paper", (0.0, 0.0), (width, height)),
                Part::Drawing => svg.text("title", Anchor::Start, (16.0, 24.0), &self.title),
            };
            body.push_str(&svg.finish());
            if *part == Part::Drawing {
                body.push_str(&format!("<g transform=\"translate(0 {})\">{}</g>", Px(TITLE_HEIGHT), self.body));
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" role=\"img\" width=\"{w}\" height=\"{h}\" \
             viewBox=\"0 0 {w} {h}\"><title>{}</title><desc>{}</desc><style>{}</style>{body}</svg>\n",
            escape_text(&self.title),
            escape_text(&self.description),
            standalone_css(),
            w = Px(width),
            h = Px(height),
        )
    }
}

/// A part of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The ground.
    Paper,
    /// Title and drawing.
    Drawing,
}
