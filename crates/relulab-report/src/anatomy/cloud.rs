//! The cloud of solutions: principal components for 95 % of the variance, and the variance, against sample size.

use super::paper;
use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::number::percent;
use crate::scale::Spread;

/// Name of the exhibit.
pub const NAME: &str = "cloud";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Principal components of solutions against their number";

/// A preparation of the solutions, such as an alignment.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its name.
    pub name: String,
    /// Sample size and components for 95 % of the variance.
    pub components: Vec<(f64, SeedSummary)>,
    /// Sample size and total variance.
    pub variance: Vec<(f64, SeedSummary)>,
}

/// Clouds of solutions under several preparations.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// One curve each.
    pub preparations: Vec<Prepared>,
    /// What was trained and for how long.
    pub setting: String,
}

impl Cloud {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let [raw, aligned] = paper::COMPONENTS.map(|(name, components)| format!("{name}: {components}"));
        // Both numbers of the paper are neighbours: one line says both.
        let rule = (paper::COMPONENTS[0].1, format!("the paper, {raw}, {aligned}"));
        let panels = [
            self.panel(
                ["Components for 95 % of the variance", "components"],
                Spread::Linear,
                |one| &one.components,
                vec![rule],
            ),
            self.panel(
                ["Total variance", "variance (squared parameter units)"],
                Spread::Logarithmic,
                |one| &one.variance,
                Vec::new(),
            ),
        ];
        let caption = format!(
            "Clouds of {}: how many principal components hold 95 % of their variance (no more than one less than the \
             networks), and how large the variance is. Medians over disjoint groups of networks ({}), bands between \
             quartiles. The paper's sample size is lost; it says that alignment leaves {} of the variance.",
            self.setting,
            curves::sample_sizes(&panels),
            percent(paper::VARIANCE_LEFT)
        );
        let drawing = curves::draw(&panels);
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
        Exhibit::drawn(NAME, &["cloud"], figure, curves::table(&panels).finish())
    }

    fn panel(
        &self,
        [heading, y_label]: [&str; 2],
        upwards: Spread,
        get: fn(&Prepared) -> &Vec<(f64, SeedSummary)>,
        rules: Vec<(f64, String)>,
    ) -> CurvePanel {
        let curves = self.preparations.iter().enumerate();
        CurvePanel {
            heading: heading.to_owned(),
            x_label: "networks in the cloud".to_owned(),
            across: Across::Logarithmic,
            y_label: y_label.to_owned(),
            upwards,
            curves: curves.map(|(place, one)| Curve::nth(place, &one.name, get(one).clone())).collect(),
            marks: Vec::new(),
            rules,
        }
    }
}
