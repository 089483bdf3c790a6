//! Sawtooth compositions: functions of one variable whose pieces grow as a power of depth.

use crate::affine::AffineForm;
use crate::error::ConstructError;
use crate::exact_network::ExactNetwork;
use relulab_exact::{Natural, Rational, Sign};

/// The composition H = h_{aᵏ} ∘ … ∘ h_{a¹} of k folds with w slopes each.
///
/// A fold h_a has its breakpoints at 0 < a₁ < … < a_{w−1} < M. It is 0 up to 0, then goes up to the height M, down to
/// 0, up again and so on, the last time towards its end at M; beyond M it goes on as it was. So it covers [0, M] w
/// times, and k folds cover it wᵏ times.
///
/// *Reference*: Arora, Basu, Mianjy and Mukherjee 2018, *Understanding deep neural networks with rectified linear
/// units*, section 3.
#[derive(Clone, Debug, PartialEq)]
pub struct Sawtooth {
    height: Rational,
    folds: Vec<Vec<Rational>>,
}

/// What a fold adds up from: Σ change · relu(x − at).
struct Kink {
    at: Rational,
    change: Rational,
}

impl Sawtooth {
    /// A composition from its height M and the inner breakpoints of each fold, the first fold first.
    ///
    /// # Errors
    /// When there is no fold, the height is not positive, breakpoints do not ascend between 0 and the height, or folds
    /// differ in their number.
    pub fn new(height: Rational, folds: Vec<Vec<Rational>>) -> Result<Self, ConstructError> {
        if height.exact_sign() != Sign::Positive {
            return Err(ConstructError::Height(height.to_string()));
        }
        let Some(first) = folds.first() else { return Err(ConstructError::EmptySawtooth) };
        for (fold, inner) in folds.iter().enumerate() {
            if inner.len() != first.len() {
                return Err(ConstructError::FoldWidths {
                    fold: fold + 1,
                    width: inner.len() + 1,
                    first: first.len() + 1,
                });
            }
            let mut before = Rational::zero();
            for at in inner {
                if *at <= before || *at >= height {
                    return Err(ConstructError::FoldBreakpoint { fold: fold + 1, at: at.to_string() });
                }
                before = at.clone();
            }
        }
        Ok(Self { height, folds })
    }

    /// The composition of `n_folds` folds with `width` slopes of equal length on [0, 1].
    ///
    /// ```
    /// use relulab_construct::Sawtooth;
    /// let sawtooth = Sawtooth::equispaced(3, 4)?;
    /// assert_eq!(sawtooth.pieces().to_string(), "82");
    /// assert_eq!(sawtooth.network().hidden(), [3, 3, 3, 3]);
    /// # Ok::<(), relulab_construct::ConstructError>(())
    /// ```
    ///
    /// # Errors
    /// When one of them is 0.
    pub fn equispaced(width: usize, n_folds: usize) -> Result<Self, ConstructError> {
        let slopes = i64::try_from(width).ok().filter(|width| *width > 0).ok_or(ConstructError::EmptySawtooth)?;
        let inner: Vec<Rational> = (1..slopes).map(|j| Rational::from(j) / Rational::from(slopes)).collect();
        Self::new(Rational::from(1), vec![inner; n_folds])
    }

    /// Slopes per fold: w, the width of every hidden layer.
    pub fn width(&self) -> usize {
        self.folds[0].len() + 1
    }

    /// Number of folds: k, the number of hidden layers.
    pub fn n_folds(&self) -> usize {
        self.folds.len()
    }

    /// The height M.
    pub fn height(&self) -> &Rational {
        &self.height
    }

    /// Linear pieces on the whole line: wᵏ on [0, M], the ray to the left, and, for even w and k ≥ 2, the ray to the
    /// right: there the first fold falls below zero, where the next one is flat.
    pub fn pieces(&self) -> Natural {
        let flat_right = self.width().is_multiple_of(2) && self.n_folds() >= 2;
        self.pieces_inside() + Natural::from(1 + usize::from(flat_right))
    }

    /// Linear pieces on [0, M]: wᵏ.
    pub fn pieces_inside(&self) -> Natural {
        Natural::from(self.width()).power(self.n_folds())
    }

    /// The value at x, by interpolation in each fold: independent of the network.
    pub fn eval(&self, x: &Rational) -> Rational {
        self.folds.iter().fold(x.clone(), |x, inner| self.fold(inner, &x))
    }

    /// The network of k hidden layers with w units each.
    pub fn network(&self) -> ExactNetwork {
        let mut layers = Vec::new();
        let output = self.stack(AffineForm::variable(1, 0), &mut layers);
        layers.push(vec![output]);
        ExactNetwork::new(1, layers)
    }

    /// Puts the folds on top of layers whose last one, or the inputs, `form` reads; returns the form of the output.
    pub(crate) fn stack(&self, mut form: AffineForm, layers: &mut Vec<Vec<AffineForm>>) -> AffineForm {
        for inner in &self.folds {
            let kinks = self.kinks(inner);
            layers.push(kinks.iter().map(|kink| form.lowered(&kink.at)).collect());
            form = AffineForm::new(kinks.into_iter().map(|kink| kink.change).collect(), Rational::zero());
        }
        form
    }

    /// Where the slopes of a fold begin and end: 0, its inner breakpoints, M.
    fn ends(&self, inner: &[Rational]) -> Vec<Rational> {
        let inner = inner.iter().cloned();
        [Rational::zero()].into_iter().chain(inner).chain([self.height.clone()]).collect()
    }

    /// Breakpoints and changes of slope of a fold, from 0 on.
    fn kinks(&self, inner: &[Rational]) -> Vec<Kink> {
        let mut slope_before = Rational::zero();
        let kink = |(index, pair): (usize, &[Rational])| {
            let rise = if index % 2 == 0 { self.height.clone() } else { -self.height.clone() };
            let slope = rise / (pair[1].clone() - &pair[0]);
            let change = slope.clone() - &std::mem::replace(&mut slope_before, slope);
            Kink { at: pair[0].clone(), change }
        };
        self.ends(inner).windows(2).enumerate().map(kink).collect()
    }

    /// A fold's value: between two ends of slopes, from 0 to M or back.
    fn fold(&self, inner: &[Rational], x: &Rational) -> Rational {
        if x.exact_sign() != Sign::Positive {
            return Rational::zero();
        }
        let ends = self.ends(inner);
        // The last slope goes on beyond M.
        let slope = ends[1..].iter().take_while(|end| *end < x).count().min(inner.len());
        let [from, to] = [&ends[slope], &ends[slope + 1]];
        let share = (x.clone() - from) / (to.clone() - from);
        let rising = share * &self.height;
        if slope % 2 == 0 { rising } else { self.height.clone() - rising }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_net::reference;
    use relulab_regions::line::{LineDomain, Workspace};

    fn pieces(sawtooth: &Sawtooth, domain: LineDomain) -> Natural {
        let scaled = sawtooth.network().to_network().unwrap();
        Natural::from(Workspace::new().count(&scaled.network, domain).unwrap().connected_pieces)
    }

    #[test]
    fn equispaced_sawtooths_have_the_pieces_of_the_formula() {
        for width in 1..=6 {
            for n_folds in 1..=if width < 4 { 5 } else { 3 } {
                let sawtooth = Sawtooth::equispaced(width, n_folds).unwrap();
                assert_eq!(pieces(&sawtooth, LineDomain::WHOLE), sawtooth.pieces(), "{width} {n_folds}");
                let inside = LineDomain::interval(0.0, 1.0).unwrap();
                assert_eq!(pieces(&sawtooth, inside), sawtooth.pieces_inside(), "{width} {n_folds}");
                assert_eq!(sawtooth.network().to_network().unwrap().scale, Rational::from(1));
            }
        }
    }

    #[test]
    fn the_tent_map_is_known() {
        let network = Sawtooth::equispaced(2, 2).unwrap().network().to_network().unwrap().network;
        for (x, y) in [(-1.0, 0.0), (0.125, 0.5), (0.25, 1.0), (0.5, 0.0), (0.75, 1.0), (1.0, 0.0), (9.0, 0.0)] {
            assert_eq!(reference::forward(&network, &[x]), [y]);
        }
    }

    #[test]
    fn bad_parameters_are_refused() {
        let of = |height: i64, folds: &[&[i64]]| {
            let folds = folds.iter().map(|fold| fold.iter().map(|at| Rational::from(*at)).collect()).collect();
            Sawtooth::new(Rational::from(height), folds)
        };
        assert!(of(4, &[&[1, 3], &[1, 2]]).is_ok());
        assert_eq!(of(0, &[&[]]), Err(ConstructError::Height("0".to_owned())));
        assert_eq!(of(4, &[]), Err(ConstructError::EmptySawtooth));
        assert_eq!(Sawtooth::equispaced(0, 1), Err(ConstructError::EmptySawtooth));
        assert_eq!(Sawtooth::equispaced(1, 0), Err(ConstructError::EmptySawtooth));
        assert_eq!(of(4, &[&[1, 4]]), Err(ConstructError::FoldBreakpoint { fold: 1, at: "4".to_owned() }));
        assert_eq!(of(4, &[&[1], &[0]]), Err(ConstructError::FoldBreakpoint { fold: 2, at: "0".to_owned() }));
        assert_eq!(of(4, &[&[2, 2]]), Err(ConstructError::FoldBreakpoint { fold: 1, at: "2".to_owned() }));
        assert_eq!(of(4, &[&[1], &[]]), Err(ConstructError::FoldWidths { fold: 2, width: 1, first: 2 }));
    }

    proptest! {
        #[test]
        fn any_parameters_give_the_formula_and_the_function(
            width in 1..5_usize, gaps in prop::collection::vec(1..6_i64, 12), at in -3..60_i64
        ) {
            // Three folds on [0, M], gaps stretched to the same sum.
            let folds: Vec<&[i64]> = gaps.chunks(4).map(|gaps| &gaps[..width]).collect();
            let height: i64 = folds.iter().map(|gaps| gaps.iter().sum::<i64>()).product();
            let inner = |gaps: &&[i64]| {
                let unit = height / gaps.iter().sum::<i64>();
                let ends = gaps.iter().scan(0, |sum, gap| { *sum += gap * unit; Some(*sum) });
                ends.take(width - 1).map(Rational::from).collect::<Vec<_>>()
            };
            let sawtooth = Sawtooth::new(Rational::from(height), folds.iter().map(inner).collect()).unwrap();
            let network = sawtooth.network();
            let x = Rational::from(at) * Rational::from(height) / Rational::from(47);
            prop_assert_eq!(&network.eval(std::slice::from_ref(&x))[0], &sawtooth.eval(&x));
            let Ok(scaled) = network.to_network() else { return Ok(()) };
            let counted = Workspace::new().count(&scaled.network, LineDomain::WHOLE).unwrap().connected_pieces;
            prop_assert_eq!(Natural::from(counted), sawtooth.pieces());
        }
    }
}
