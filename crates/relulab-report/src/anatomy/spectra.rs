//! Spectra of trained 1→k→1 networks: one column per number of units, one point per eigenvalue.

use super::tier::{COLOURS, CUTS, TIERS, tier_of};
use crate::axis::{Axis, Frame};
use crate::check::exhibit::Exhibit;
use crate::check::seed_summary::{SeedSummary, range, sizes};
use crate::figure::Figure;
use crate::html::Table;
use crate::number::{ABSENT, tidy};
use crate::palette::N_SERIES_COLOURS;
use crate::panel::Panel;
use crate::scale::{Scale, Spread};
use crate::svg::{Anchor, Px, Svg};

/// Name of the exhibit.
pub const NAME: &str = "spectra";
/// Title, also where nothing was measured.
pub const TITLE: &str = "Eigenvalues of the loss by number of hidden units";
const WIDTH: f64 = 1040.0;
const HEIGHT: f64 = 300.0;
const ABOVE: f64 = 36.0;
const BELOW: f64 = 50.0;
/// Share of a column's width that its points fill.
const FILLED: f64 = 0.86;
/// Smallest size that has a place of its own: smaller ones, which are rounding, lie at the bottom.
const SMALLEST: f64 = 1e-12;

/// The spectra of one matrix.
#[derive(Clone, Debug)]
pub struct MatrixSpectra {
    /// Name of the matrix.
    pub matrix: String,
    /// Number of hidden units and |λ| in falling order, each over seeds.
    pub columns: Vec<(usize, Vec<SeedSummary>)>,
}

/// Spectra of several matrices.
#[derive(Clone, Debug)]
pub struct Spectra {
    /// One panel each.
    pub matrices: Vec<MatrixSpectra>,
    /// What was trained and for how long.
    pub setting: String,
}

impl Spectra {
    /// The figure with its numbers.
    pub fn exhibit(&self) -> Exhibit {
        let mut svg = Svg::new();
        for (place, matrix) in self.matrices.iter().enumerate() {
            let top = (ABOVE + HEIGHT + BELOW) * place as f64 + ABOVE;
            self.panel(&mut svg, matrix, Frame { left: 76.0, right: WIDTH - 84.0, top, bottom: top + HEIGHT });
        }
        let n = self.matrices.iter().flat_map(|m| &m.columns).flat_map(|column| column.1.iter().map(|one| one.n));
        let caption = format!(
            "Sizes of all eigenvalues of {}, in falling order within each column: medians over seeds ({}) as points, \
             quartiles as bars behind them. Dashed: the paper's cuts between its four tiers. Sizes below 10⁻¹² are \
             rounding and lie at the bottom.",
            self.setting,
            sizes(n)
        );
        let size = (WIDTH, (ABOVE + HEIGHT + BELOW) * self.matrices.len().max(1) as f64);
        Exhibit::drawn(
            NAME,
            &["spectra"],
            Figure::new(NAME, TITLE.to_owned(), caption, size, svg),
            self.table().finish(),
        )
    }

    fn panel(&self, svg: &mut Svg, matrix: &MatrixSpectra, frame: Frame) {
        let all = self.matrices.iter().flat_map(|matrix| &matrix.columns);
        let high = matrix.columns.last().map_or(1, |column| column.0);
        let low = matrix.columns.first().map_or(0, |column| column.0);
        let values = all.flat_map(|column| column.1.iter().flat_map(SeedSummary::values));
        let values = values.map(|value| value.max(SMALLEST)).chain(CUTS);
        let panel = Panel {
            frame,
            x: Axis::integers(low, high, "hidden units k").without_grid(),
            y: Axis::new(Scale::covering(Spread::Logarithmic, values), "|λ|").without_grid(),
            title: matrix.matrix.clone(),
        };
        panel.draw(svg);
        for cut in CUTS {
            panel.horizontal_rule(svg, cut, "");
        }
        self.name_tiers(svg, &panel);
        let across = panel.x.across(frame);
        let upwards = panel.y.upwards(frame);
        let mut stems: [String; 4] = Default::default();
        let mut dots: [String; 4] = Default::default();
        for (units, sizes) in &matrix.columns {
            for (rank, one) in sizes.iter().enumerate() {
                let offset = FILLED * ((rank as f64 + 0.5) / sizes.len() as f64 - 0.5);
                let at = |value: f64| upwards.clamped(value.max(SMALLEST));
                let tier = tier_of(one.median);
                let Some(x) = across.position(*units as f64 + offset) else { continue };
                let Some(y) = at(one.median) else { continue };
                dots[tier].push_str(&format!("M{} {}h0", Px(x), Px(y)));
                if let Some([low, high]) = one.quartiles
                    && let (Some(low), Some(high)) = (at(low), at(high))
                {
                    stems[tier].push_str(&format!("M{} {}V{}", Px(x), Px(low), Px(high)));
                }
            }
        }
        for (tier, (stems, dots)) in stems.iter().zip(&dots).enumerate() {
            svg.open("g", &[("class", &format!("c{}", COLOURS[tier] % N_SERIES_COLOURS))]);
            svg.path("stem", stems).path("dots", dots).close();
        }
    }

    /// Names the tiers at the right of a panel, each in the middle of its part of the axis.
    fn name_tiers(&self, svg: &mut Svg, panel: &Panel) {
        let upwards = panel.y.upwards(panel.frame);
        let cuts = CUTS.map(|cut| upwards.clamped(cut).unwrap_or(panel.frame.top));
        let ends = [panel.frame.top, cuts[0], cuts[1], cuts[2], panel.frame.bottom];
        for (tier, name) in TIERS.iter().enumerate() {
            let y = f64::midpoint(ends[tier], ends[tier + 1]);
            svg.open("g", &[("class", &format!("c{}", COLOURS[tier]))]);
            let dot = format!("M{} {}h0", Px(panel.frame.right + 12.0), Px(y));
            svg.path("dots", &dot).text("label", Anchor::Start, (panel.frame.right + 18.0, y + 4.0), name);
            svg.close();
        }
    }

    fn table(&self) -> Table {
        let mut table = Table::new("numbers exhibit", "", &["matrix", "k", "rank", "median |λ|", "quartiles", "n"]);
        for matrix in &self.matrices {
            for (units, sizes) in &matrix.columns {
                for (rank, one) in sizes.iter().enumerate() {
                    table.row(vec![
                        crate::escape::escape_text(&matrix.matrix),
                        units.to_string(),
                        (rank + 1).to_string(),
                        tidy(one.median),
                        one.quartiles.map_or(ABSENT.to_owned(), range),
                        one.n.to_string(),
                    ]);
                }
            }
        }
        table
    }
}
