//! Our regime beside descent and Adam: losses on random labels, and test errors on tables and images, against the width.

use super::ByExperiment;
use super::sources::{name_of_way, of, summary, word, words};
use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;
use relulab_study::check::Readings;

/// Losses below this are drawn there: what f32 leaves.
const LEAST_LOSS: f64 = 1e-14;

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
                heading: (*divider).to_owned(),
                x_label: "width".to_owned(),
                across: Across::Logarithmic,
                y_label: self.y_label.to_owned(),
                upwards: self.upwards,
                curves: words(self.readings, "way").iter().enumerate().map(curve).collect(),
                marks: Vec::new(),
                rules: Vec::new(),
            }
        };
        let panels = words(self.readings, self.by).iter().map(panel).collect::<Vec<_>>();
        panels.into_iter().filter(|panel| panel.curves.iter().any(|curve| !curve.points.is_empty())).collect()
    }

    /// The width of a case: a word of it, or a reading.
    fn width(&self, case: &str) -> Option<f64> {
        let written = word(case, "width").and_then(|width| width.parse().ok());
        written.or_else(|| self.readings.sample(case, "width").median())
    }

    fn summary(&self, case: &str) -> Option<SeedSummary> {
        summary(
            &self.readings.sample(case, self.quantity),
            if self.upwards == Spread::Linear { 0.0 } else { LEAST_LOSS },
        )
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
    };
    let panels = source.panels(|_| true);
    source.exhibit(NAME, TITLE, "Labels are signs, or numbers N(0, 1); pairs have κ = 1.", &panels)
}

/// Test errors on tables.
pub fn tabular(all: &ByExperiment) -> Exhibit {
    const NAME: &str = "tabular";
    const TITLE: &str = "Small real tables: the test error against the width";
    let Some(readings) = of(all, NAME) else { return Exhibit::not_measured(NAME, &[NAME], TITLE) };
    let source = Source {
        readings,
        experiment: NAME,
        by: "table",
        quantity: "test error",
        y_label: "test error",
        upwards: Spread::Linear,
    };
    let panels = source.panels(|_| true);
    let caption = "From n/4d to 2n/d units. Diabetes: mean squared error as a share of the variance; wine and breast cancer: share of \
                   wrong classes. Pairs have κ = ∞ unless it says κ = 1.";
    source.exhibit(NAME, TITLE, caption, &panels)
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
    };
    let is_free = |case: &str| word(case, "way") != Some("ours-equal");
    let mut panels = source.panels(|case| is_free(case) && word(case, "labels") == Some("given"));
    let random = Source { by: "labels", quantity: "training error", y_label: "training error", ..source };
    let mut last = random.panels(|case| word(case, "labels") == Some("random"));
    last.iter_mut().for_each(|panel| "random labels".clone_into(&mut panel.heading));
    panels.extend(last);
    let caption = "One hidden layer of n/8d to 2n/d units, ten classes, minibatches of 128. Pairs have κ = ∞: with κ = 1 all ten \
                   outputs are multiples of one function.";
    random.exhibit(NAME, TITLE, caption, &panels)
}
