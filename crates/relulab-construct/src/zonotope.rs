//! Gauges of zonotopes, alone or under a sawtooth.

use crate::affine::AffineForm;
use crate::error::ConstructError;
use crate::exact_network::ExactNetwork;
use crate::linear_relation::relation;
use crate::sawtooth::Sawtooth;
use crate::subsets::subsets;
use relulab_exact::{Natural, Rational};
use relulab_regions::bounds;

/// Sets of generators up to which general position is decided.
const MOST_SETS: u128 = 20_000;

/// The zonotope Z = Σⱼ [−bʲ, bʲ] of some generators, and its support function γ(r) = Σⱼ |⟨bʲ, r⟩|.
///
/// *Reference*: Arora et al. 2018, section 4.
#[derive(Clone, Debug, PartialEq)]
pub struct Zonotope {
    input_dim: usize,
    generators: Vec<Vec<Rational>>,
}

impl Zonotope {
    /// A zonotope from its generators.
    ///
    /// # Errors
    /// When there is none, they differ in dimension, or one is zero.
    pub fn new(generators: Vec<Vec<Rational>>) -> Result<Self, ConstructError> {
        let input_dim = generators.first().map_or(0, Vec::len);
        if input_dim == 0 {
            return Err(ConstructError::EmptyZonotope);
        }
        for (index, generator) in generators.iter().enumerate() {
            if generator.len() != input_dim || generator.iter().all(Rational::is_zero) {
                return Err(ConstructError::Generator { index: index + 1, input_dim });
            }
        }
        Ok(Self { input_dim, generators })
    }

    /// The zonotope of `n_generators` points of the moment curve (1, t, t², …), which are in general position.
    ///
    /// # Errors
    /// When one of the numbers is 0.
    pub fn moment_curve(input_dim: usize, n_generators: usize) -> Result<Self, ConstructError> {
        let middle = n_generators as i64 / 2;
        let curve = |t: i64| {
            let t = Rational::from(t - middle);
            let powers = std::iter::successors(Some(Rational::from(1)), |power| Some(power.clone() * &t));
            powers.take(input_dim).collect::<Vec<_>>()
        };
        Self::new((0..n_generators as i64).map(curve).collect())
    }

    /// Number of inputs: n.
    pub fn input_dim(&self) -> usize {
        self.input_dim
    }

    /// Number of generators: m.
    pub fn n_generators(&self) -> usize {
        self.generators.len()
    }

    /// Whether any n generators are independent; `None` where there are too many sets of them to try.
    pub fn is_generic(&self) -> Option<bool> {
        let size = self.input_dim.min(self.generators.len());
        let n_sets = Natural::binomial(self.generators.len(), size).to_u128().unwrap_or(u128::MAX);
        (n_sets <= MOST_SETS).then(|| {
            subsets(self.generators.len(), size).all(|set| {
                let vectors: Vec<Vec<Rational>> = set.iter().map(|index| self.generators[*index].clone()).collect();
                relation(&vectors).is_none()
            })
        })
    }

    /// Linear pieces of γ, or of a sawtooth over γ, for generators in general position.
    pub fn generic_pieces(&self, sawtooth: Option<&Sawtooth>) -> Natural {
        let (n, m) = (self.input_dim, self.n_generators());
        sawtooth.map_or_else(
            || bounds::zonotope_cones(n, m),
            |sawtooth| bounds::zonotope_pieces(n, m, sawtooth.width(), sawtooth.n_folds()),
        )
    }

    /// The two counts that the paper prints for a sawtooth over γ: in the theorem on the family, (m−1)ⁿ⁻¹ wᵏ, and in
    /// its proof, Σ_{i<n} C(m−1, i) wᵏ.
    pub fn printed_pieces(&self, sawtooth: &Sawtooth) -> [Natural; 2] {
        let (n, others) = (self.input_dim, self.n_generators() - 1);
        let teeth = sawtooth.pieces_inside();
        let sum: Natural = Natural::binomials(others).take(n).sum();
        [Natural::from(others).power(n - 1) * teeth.clone(), sum * teeth]
    }

    /// γ, or the sawtooth of γ, at a point: independent of the network.
    pub fn eval(&self, sawtooth: Option<&Sawtooth>, x: &[Rational]) -> Rational {
        let product = |generator: &Vec<Rational>| AffineForm::new(generator.clone(), Rational::zero()).eval(x);
        let size = |value: Rational| value.clone().max(-value);
        let gauge = self.generators.iter().map(product).map(size).fold(Rational::zero(), |sum, size| sum + size);
        sawtooth.map_or_else(|| gauge.clone(), |sawtooth| sawtooth.eval(&gauge))
    }

    /// The zonotope on the line through the origin in a direction d, whose gauge there is t ↦ γ(t d): its generators are
    /// the numbers ⟨bʲ, d⟩.
    ///
    /// # Errors
    /// When the direction is orthogonal to a generator.
    pub fn along(&self, direction: &[Rational]) -> Result<Self, ConstructError> {
        let product = |generator: &Vec<Rational>| AffineForm::new(generator.clone(), Rational::zero()).eval(direction);
        Self::new(self.generators.iter().map(|generator| vec![product(generator)]).collect())
    }

    /// The network of γ with 2m units in one hidden layer, and k layers of w units above it with a sawtooth.
    ///
    /// ```
    /// use relulab_construct::{Sawtooth, Zonotope};
    /// let zonotope = Zonotope::moment_curve(2, 3)?;
    /// let sawtooth = Sawtooth::equispaced(3, 2)?;
    /// assert_eq!(zonotope.network(Some(&sawtooth)).hidden(), [6, 3, 3]);
    /// assert_eq!(zonotope.generic_pieces(Some(&sawtooth)).to_string(), "54");
    /// # Ok::<(), relulab_construct::ConstructError>(())
    /// ```
    pub fn network(&self, sawtooth: Option<&Sawtooth>) -> ExactNetwork {
        let forms = self.generators.iter().map(|generator| AffineForm::new(generator.clone(), Rational::zero()));
        let units: Vec<AffineForm> = forms.flat_map(|form| [form.clone(), form.negated()]).collect();
        let gauge = AffineForm::new(vec![Rational::from(1); units.len()], Rational::zero());
        let mut layers = vec![units];
        let output = match sawtooth {
            Some(sawtooth) => sawtooth.stack(gauge, &mut layers),
            None => gauge,
        };
        layers.push(vec![output]);
        ExactNetwork::new(self.input_dim, layers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::{MAX_COUNTED_REGIONS, count_pieces};
    use proptest::prelude::*;

    fn counted(network: &ExactNetwork) -> Natural {
        let network = network.to_network().unwrap().network;
        Natural::from(count_pieces(&network, MAX_COUNTED_REGIONS).unwrap().unwrap().open_connected_pieces as usize)
    }

    #[test]
    fn generic_zonotopes_have_the_pieces_of_the_formula() {
        for (n, m) in [(1, 1), (1, 3), (2, 1), (2, 2), (2, 4), (3, 3), (3, 4), (4, 5)] {
            let zonotope = Zonotope::moment_curve(n, m).unwrap();
            assert_eq!(zonotope.is_generic(), Some(true));
            assert_eq!(counted(&zonotope.network(None)), zonotope.generic_pieces(None), "{n} {m}");
            for (width, n_folds) in [(2, 1), (2, 2), (3, 1), (3, 2)] {
                let sawtooth = Sawtooth::equispaced(width, n_folds).unwrap();
                let expected = zonotope.generic_pieces(Some(&sawtooth));
                assert_eq!(counted(&zonotope.network(Some(&sawtooth))), expected, "{n} {m} {width} {n_folds}");
            }
        }
    }

    #[test]
    fn special_position_is_told() {
        let of = |rows: &[&[i64]]| {
            Zonotope::new(rows.iter().map(|row| row.iter().map(|entry| Rational::from(*entry)).collect()).collect())
        };
        let parallel = of(&[&[1, 0], &[2, 0], &[0, 1]]).unwrap();
        assert_eq!(parallel.is_generic(), Some(false));
        assert_eq!(counted(&parallel.network(None)), Natural::from(4_usize));
        assert_eq!(of(&[]), Err(ConstructError::EmptyZonotope));
        assert_eq!(of(&[&[1, 0], &[0, 0]]), Err(ConstructError::Generator { index: 2, input_dim: 2 }));
        assert_eq!(of(&[&[1, 0], &[1]]), Err(ConstructError::Generator { index: 2, input_dim: 2 }));
    }

    proptest! {
        #[test]
        fn networks_are_the_function(entries in prop::collection::vec(1..5_i64, 6), at in prop::collection::vec(-9..9_i64, 2)) {
            let rows = entries.chunks(2).map(|row| row.iter().map(|entry| Rational::from(*entry)).collect()).collect();
            let zonotope = Zonotope::new(rows).unwrap();
            let sawtooth = Sawtooth::equispaced(3, 2).unwrap();
            let x: Vec<Rational> = at.iter().map(|at| Rational::from(*at) / Rational::from(31)).collect();
            for teeth in [None, Some(&sawtooth)] {
                prop_assert_eq!(&zonotope.network(teeth).eval(&x)[0], &zonotope.eval(teeth, &x));
                // The same point on a line through it.
                let line = zonotope.along(&[Rational::from(at[0]), Rational::from(at[1])]);
                if let Ok(line) = line {
                    let there = [Rational::from(1) / Rational::from(31)];
                    prop_assert_eq!(&line.network(teeth).eval(&there)[0], &zonotope.eval(teeth, &x));
                }
            }
        }
    }
}
