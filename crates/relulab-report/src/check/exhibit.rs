//! Exhibits: a figure with its numbers and the experiments behind it, or the word that it was not measured.

use crate::figure::Figure;

/// A figure of a check.
#[derive(Clone, Debug)]
pub struct Exhibit {
    /// Unique in a report; names the file and the place in the page.
    pub name: String,
    /// Experiments whose readings it draws: claims that rest on the same ones are linked to it.
    pub experiments: Vec<String>,
    /// What there is to see.
    pub content: Content,
}

/// What an exhibit has to show.
#[derive(Clone, Debug)]
pub enum Content {
    /// A figure, and its numbers as markup.
    Drawn(Box<Figure>, String),
    /// Only a title: the readings for it are absent.
    NotMeasured(String),
}

/// A part of a report: exhibits that belong together.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its heading.
    pub title: String,
    /// A sentence or two on what is shown.
    pub introduction: String,
    /// Its exhibits.
    pub exhibits: Vec<Exhibit>,
}

impl Exhibit {
    /// A drawn exhibit; its table is markup, as [`crate::html::Table`] writes it.
    pub fn drawn(name: &str, experiments: &[&str], figure: Figure, table: String) -> Self {
        Self::new(name, experiments, Content::Drawn(Box::new(figure), table))
    }

    /// An exhibit whose readings are absent.
    pub fn not_measured(name: &str, experiments: &[&str], title: &str) -> Self {
        Self::new(name, experiments, Content::NotMeasured(title.to_owned()))
    }

    /// Its title.
    pub fn title(&self) -> &str {
        match &self.content {
            Content::Drawn(figure, _) => &figure.title,
            Content::NotMeasured(title) => title,
        }
    }

    fn new(name: &str, experiments: &[&str], content: Content) -> Self {
        let experiments = experiments.iter().map(|&experiment| experiment.to_owned()).collect();
        Self { name: name.to_owned(), experiments, content }
    }
}
