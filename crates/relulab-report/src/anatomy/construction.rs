//! Construction without training: how far the coefficients are from the wished ones after every iteration.

use crate::check::curves::{self, Across, Curve, CurvePanel};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::SeedSummary;
use crate::figure::Figure;
use crate::scale::Spread;

/// Name of the exhibit.
pub const NAME: &str = "construction";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Construction by Jacobian projection: error of the coefficients";

/// One function to construct.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its name.
    pub target: String,
    /// Name of the method (targeted, naive); iteration and largest error of a coefficient.
    pub methods: Vec<(String, Vec<(f64, SeedSummary)>)>,
}

/// Several functions.
#[derive(Clone, Debug)]
pub struct Construction {
    /// One panel each.
    pub wishes: Vec<Wish>,
    /// From which networks it starts.
    pub setting: String,
}

impl Construction {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let panels: Vec<CurvePanel> = self.wishes.iter().map(panel).collect();
        let caption = format!(
            "Largest error of a coefficient of the constructed function after every iteration, from {}: medians over \
             starting networks ({}), bands between quartiles. Naive: pseudo-inverse of the whole Jacobian.",
            self.setting,
            curves::sample_sizes(&panels)
        );
        let drawing = curves::draw(&panels);
        let figure = Figure::new(NAME, TITLE.to_owned(), caption, drawing.size, drawing.svg);
        Exhibit::drawn(NAME, &["construction"], figure, curves::table(&panels).finish())
    }
}

fn panel(wish: &Wish) -> CurvePanel {
    let curves = wish.methods.iter().enumerate();
    CurvePanel {
        heading: format!("target {}", wish.target),
        x_label: "iteration".to_owned(),
        across: Across::Integers,
        y_label: "largest error of a coefficient".to_owned(),
        upwards: Spread::Logarithmic,
        curves: curves.map(|(place, (name, points))| Curve::nth(place, name, points.clone())).collect(),
        marks: Vec::new(),
        rules: Vec::new(),
    }
}
