//! Our regime beside descent and Adam: losses on random labels, and test errors on tables and images, against the width.

use super::ByExperiment;
use super::sources::{name_of_data, name_of_way, of, summary, word, words};
use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::check::Readings;

/// Losses below this are drawn there: what f32 leaves.
const LEAST_LOSS: f64 = 1e-14;
/// Shares of wrong classes below this are drawn there, since 0 has no place on a logarithmic axis.
const LEAST_ERROR: f64 = 0.005;

/// How one figure comes from readings.
struct Source<'a> {
    readings: &'a Readings,
    experiment: &'static str,
    /// The word that divides cases into panels.
    by: &'static str,
    /// What is drawn.
    quantity: &'static str,
    y_label: &'static str,
    upwards: Spread,
    /// Smaller numbers are drawn as this.
    least: f64,
}

impl Source<'_> {
    /// One panel for each value of the dividing word, one curve for each way.
    fn panels(&self, is_shown: impl Fn(&str) -> bool) -> Vec<CurvePanel> {
        let panel = |divider: &&str| {
            let cases: Vec<&str> =
                self.readings.cases().filter(|case| word(case, self.by) == Some(divider) && is_shown(case)).collect();
            let curve = |(place, way): (usize, &&str)| {
                let of_way = cases.iter().filter(|case| word(case, "way") == Some(way));
                let mut points: Vec<(f64, SeedSummary)> =
                    of_way.filter_map(|case| Some((self.width(case)?, self.summary(case)?))).collect();
                points.sort_by(|a, b| a.0.total_cmp(&b.0));
                Curve::nth(place, name_of_way(way), points)
            };
            CurvePanel {
                heading: name_of_data(divider).to_owned(),
                x_label: "width".to_owned(),
                across: Across::Logarithmic,
                y_label: self.y_label.to_owned(),
                upwards: self.upwards,
                curves: words(self.readings, "way").iter().enumerate().map(curve).collect(),
                marks: Vec::new(),
                rules: Vec::new(),
            }
        };
        let mut panels: Vec<CurvePanel> = words(self.readings, self.by).iter().map(panel).collect();
        for panel in &mut panels {
            panel.curves.retain(|curve| !curve.points.is_empty());
        }
        panels.retain(|panel| !panel.curves.is_empty());
        panels
    }

    /// The width of a case: a word of it, or a reading.
    fn width(&self, case: &str) -> Option<f64> {
        let written = word(case, "width").and_then(|width| width.parse().ok());
        written.or_else(|| self.readings.sample(case, "width").median())
    }

    fn summary(&self, case: &str) -> Option<SeedSummary> {
        summary(&self.readings.sample(case, self.quantity), self.least)
    }

    fn exhibit(&self, name: &'static str, title: &str, caption: &str, panels: &[CurvePanel]) -> Exhibit {
        let caption =
            format!("{caption} Medians over seeds ({}), bands between quartiles.", curves::sample_sizes(panels));
        let drawing = curves::draw(panels);
        let figure = Figure::new(name, title.to_owned(), caption, drawing.size, drawing.svg);
        Exhibit::drawn(name, &[self.experiment], figure, curves::table(panels).finish())
    }
}

/// Losses on random labels.
pub fn random_labels(all: &ByExperiment) -> Exhibit {
    const NAME: &str = "random-labels";
    const TITLE: &str = "Random labels: the training loss against the width";
    let Some(readings) = of(all, NAME) else { return Exhibit::not_measured(NAME, &[NAME], TITLE) };
    let source = Source {
        readings,
        experiment: NAME,
        by: "labels",
        quantity: "loss",
        y_label: "mean squared error",
        upwards: Spread::Logarithmic,
        least: LEAST_LOSS,
    };
    let panels = source.panels(|_| true);
    source.exhibit(NAME, TITLE, "Labels are signs, or numbers N(0, 1); pairs have κ = 1.", &panels)
}

/// Test errors on tables: of numbers, and of classes.
pub fn tabular(all: &ByExperiment) -> [Exhibit; 2] {
    const NAME: &str = "tabular";
    const EXHIBITS: [(&str, &str, &str); 2] = [
        (
            "tabular-numbers",
            "A small real table of numbers: the test error against the width",
            "Mean squared error as a share of the variance, from n/4d to 2n/d units. Pairs have κ = ∞ unless it says κ = 1.",
        ),
        (
            "tabular-classes",
            "Small real tables of classes: the test error against the width",
            "Share of wrong classes, from n/4d to 2n/d units; shares below 0.5 % are drawn there. Pairs have κ = ∞ unless it \
             says κ = 1.",
        ),
    ];
    EXHIBITS.map(|(name, title, caption)| {
        let Some(readings) = of(all, NAME) else { return Exhibit::not_measured(name, &[NAME], title) };
        let is_numbers = name == EXHIBITS[0].0;
        let source = Source {
            readings,
            experiment: NAME,
            by: "table",
            quantity: "test error",
            y_label: if is_numbers { "squared error by variance" } else { "test error" },
            upwards: if is_numbers { Spread::Linear } else { Spread::Logarithmic },
            least: if is_numbers { 0.0 } else { LEAST_ERROR },
        };
        let panels = source.panels(|case| (word(case, "table") == Some("diabetes")) == is_numbers);
        source.exhibit(name, title, caption, &panels)
    })
}

/// Test errors on images, and training errors on random labels of them.
pub fn vision(all: &ByExperiment) -> Exhibit {
    const NAME: &str = "vision";
    const TITLE: &str = "Images: the test error against the width, and random labels";
    let Some(readings) = of(all, NAME) else { return Exhibit::not_measured(NAME, &[NAME], TITLE) };
    let source = Source {
        readings,
        experiment: NAME,
        by: "images",
        quantity: "test error",
        y_label: "test error",
        upwards: Spread::Logarithmic,
        least: LEAST_ERROR,
    };
    let is_free = |case: &str| word(case, "way") != Some("ours-equal");
    let mut panels = source.panels(|case| is_free(case) && word(case, "labels") == Some("given"));
    let random = Source { by: "labels", quantity: "training error", y_label: "training error", ..source };
    panels.extend(random.panels(|case| word(case, "labels") == Some("random")));
    let caption = "One hidden layer of n/8d to 2n/d units, ten classes, minibatches of 128. Pairs have κ = ∞: with κ = 1 all ten \
                   outputs are multiples of one function.";
    random.exhibit(NAME, TITLE, caption, &panels)
}
