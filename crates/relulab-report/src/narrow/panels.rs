//! The four panels: loss and smallest singular value over width and radius, in both regimes.

use super::ByExperiment;
use super::sources::{numbers, of};
use crate::check::exhibit::Exhibit;
use crate::escape::escape_text;
use crate::figure::Figure;
use crate::html::Table;
use crate::number::{ABSENT, tidy};
use crate::palette::sequential;
use crate::svg::{Anchor, Px, Svg};
use relulab_study::check::Readings;
use relulab_study::narrow::panels::{REGIMES, case_of};

const NAME: &str = "panels";
const TITLE: &str = "Width and radius: loss, and the smallest singular value of the Jacobian";
const WIDTH: f64 = 1040.0;
/// Room around the cells of a panel.
const BEFORE: f64 = 66.0;
const AFTER: f64 = 24.0;
const ABOVE: f64 = 30.0;
const BELOW: f64 = 48.0;
/// Height of a cell.
const CELL: f64 = 30.0;
/// The quantities, their headings, and what the darkest and the brightest cell hold.
const QUANTITIES: [(&str, &str, [f64; 2]); 2] =
    [("loss", "mean squared error", [1e-12, 1.0]), ("lambda_min", "λ_min(J)", [1e-2, 10.0])];

/// The figure with its numbers.
pub fn exhibit(all: &ByExperiment) -> Exhibit {
    let Some(readings) = of(all, "panels") else { return Exhibit::not_measured(NAME, &["panels"], TITLE) };
    let (widths, radii) = (numbers(readings, "width"), numbers(readings, "radius"));
    let mut svg = Svg::new();
    let mut table = Table::new("numbers exhibit", "", &["regime", "width", "ε", "loss", "λ_min", "stationarity"]);
    let height = ABOVE + CELL * widths.len() as f64 + BELOW;
    for (line, (quantity, words, ends)) in QUANTITIES.into_iter().enumerate() {
        for (place, regime) in REGIMES.into_iter().enumerate() {
            let letter = ["a", "b", "c", "d"][2 * line + place];
            let corner = (WIDTH / 2.0 * place as f64, height * line as f64);
            let panel = Grid { readings, widths: &widths, radii: &radii, regime, quantity, ends };
            panel.draw(&mut svg, corner, &format!("({letter}) {words}, {regime}"));
        }
    }
    for regime in REGIMES {
        for width in &widths {
            for radius in &radii {
                let case = case_of(*width as usize, *radius, regime);
                let of = |quantity: &str| readings.sample(&case, quantity).median().map_or(ABSENT.to_owned(), tidy);
                let numbers = ["loss", "lambda_min", "stationarity"].map(of);
                let places = [escape_text(regime), width.to_string(), radius.to_string()];
                table.row(places.into_iter().chain(numbers).collect());
            }
        }
    }
    let caption = "Medians over seeds, each with its own data; bright is large, on logarithmic scales. Where there are fewer \
                   weights than points λ_min is 0. Both regimes begin each at its own start and stay in a ball around it."
        .to_owned();
    let figure = Figure::new(NAME, TITLE.to_owned(), caption, (WIDTH, 2.0 * height), svg);
    Exhibit::drawn(NAME, &["panels"], figure, table.finish())
}

/// One panel.
struct Grid<'a> {
    readings: &'a Readings,
    widths: &'a [f64],
    radii: &'a [f64],
    regime: &'a str,
    quantity: &'a str,
    ends: [f64; 2],
}

impl Grid<'_> {
    fn draw(&self, svg: &mut Svg, (left, top): (f64, f64), heading: &str) {
        let (left, top) = (left + BEFORE, top + ABOVE);
        let cell = (WIDTH / 2.0 - BEFORE - AFTER) / self.radii.len().max(1) as f64;
        svg.text("subtitle", Anchor::Start, (left, top - 9.0), heading);
        for (row, width) in self.widths.iter().enumerate() {
            let y = top + CELL * row as f64;
            svg.text("tick", Anchor::End, (left - 6.0, y + 0.65 * CELL), &width.to_string());
            for (column, radius) in self.radii.iter().enumerate() {
                let case = case_of(*width as usize, *radius, self.regime);
                let Some(value) = self.readings.sample(&case, self.quantity).median() else { continue };
                let x = left + cell * column as f64;
                let note = format!("width {width}, ε = {radius}: {}", tidy(value));
                let (w, h) = (Px(cell - 1.0), Px(CELL - 1.0));
                let fill = self.colour(value);
                svg.open("rect", &[("fill", &fill), ("x", &Px(x)), ("y", &Px(y)), ("width", &w), ("height", &h)]);
                svg.text_element("title", &note).close();
                svg.text("tick over", Anchor::Middle, (x + cell / 2.0, y + 0.65 * CELL), &brief(value));
            }
        }
        let bottom = top + CELL * self.widths.len() as f64;
        for (column, radius) in self.radii.iter().enumerate() {
            svg.text("tick", Anchor::Middle, (left + cell * (column as f64 + 0.5), bottom + 15.0), &radius.to_string());
        }
        let middle = left + 0.5 * cell * self.radii.len() as f64;
        svg.text("label", Anchor::Middle, (middle, bottom + 33.0), "radius ε");
        svg.text_upwards("label", (left - 44.0, f64::midpoint(top, bottom)), "width");
    }

    /// The colour of a value, on a logarithmic scale; 0 and below are darkest.
    fn colour(&self, value: f64) -> String {
        let [low, high] = self.ends.map(f64::ln);
        sequential(if value > 0.0 { ((value.ln() - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 })
    }
}

/// A number in few characters.
fn brief(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        tidy(value)
    } else if (0.01..100.0).contains(&value.abs()) {
        format!("{value:.2}")
    } else {
        format!("{value:.0e}")
    }
}
