//! The fewest units with which so many hidden layers can have so many pieces on a line, by bounds on the pieces.

/// A bound on the pieces of a network of one variable with hidden layers of w₁, …, wₖ units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceBound {
    /// 2ᵏ⁻¹ (w₁ + 1) w₂ ⋯ wₖ: the paper's.
    Paper,
    /// Π (wᵢ + 1): every unit of a layer bends each piece below at most once.
    Sharp,
}

impl PieceBound {
    /// The most pieces of `n_layers` layers with `n_units` units in all: those whose factors are as equal as can be.
    fn most_pieces(self, n_layers: usize, n_units: usize) -> u128 {
        match self {
            Self::Paper => balanced_product(n_layers, n_units + 1).saturating_mul(power_of_two(n_layers - 1)),
            Self::Sharp => balanced_product(n_layers, n_units + n_layers),
        }
    }

    /// The fewest units of `n_layers` hidden layers, one in each at least, that do not contradict so many pieces.
    pub fn least_units(self, n_layers: usize, pieces: u128) -> usize {
        let is_enough = |n_units: &usize| self.most_pieces(n_layers, *n_units) >= pieces;
        (n_layers..).find(is_enough).unwrap_or(usize::MAX)
    }
}

fn power_of_two(exponent: usize) -> u128 {
    u32::try_from(exponent).ok().and_then(|exponent| 1_u128.checked_shl(exponent)).unwrap_or(u128::MAX)
}

/// The largest product of `n` numbers with a given sum.
fn balanced_product(n: usize, sum: usize) -> u128 {
    (0..n).map(|place| (sum + place) / n).fold(1, |product: u128, factor| product.saturating_mul(factor as u128))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All ways to share units out to layers, one at least to each.
    fn shares(n_layers: usize, n_units: usize) -> Vec<Vec<u128>> {
        if n_layers == 1 {
            return vec![vec![n_units as u128]];
        }
        let rest = |first: usize| {
            shares(n_layers - 1, n_units - first).into_iter().map(move |mut widths| {
                widths.insert(0, first as u128);
                widths
            })
        };
        (1..=n_units + 1 - n_layers).flat_map(rest).collect()
    }

    #[test]
    fn no_other_widths_have_more_pieces() {
        for n_layers in 1..=4 {
            for n_units in n_layers..12 {
                let all = shares(n_layers, n_units);
                let most = |of: &dyn Fn(&[u128]) -> u128| all.iter().map(|widths| of(widths)).max().unwrap();
                let paper = |w: &[u128]| (1 << (w.len() - 1)) * (w[0] + 1) * w[1..].iter().product::<u128>();
                let sharp = |w: &[u128]| w.iter().map(|w| w + 1).product::<u128>();
                assert_eq!(PieceBound::Paper.most_pieces(n_layers, n_units), most(&paper), "{n_layers} {n_units}");
                assert_eq!(PieceBound::Sharp.most_pieces(n_layers, n_units), most(&sharp), "{n_layers} {n_units}");
            }
        }
    }

    #[test]
    fn known_pieces_take_known_units() {
        assert_eq!(PieceBound::Sharp.least_units(1, 82), 81);
        assert_eq!(PieceBound::Sharp.least_units(2, 81), 16);
        assert_eq!(PieceBound::Sharp.least_units(2, 82), 17);
        assert_eq!(PieceBound::Paper.least_units(2, 81), 12);
    }
}
