//! A ReLU network in exact rationals, and its way to f64 without rounding.

use crate::affine::AffineForm;
use crate::error::ConstructError;
use relulab_exact::{Number, Rational, Sign};
use relulab_net::{Activation, Network, Shape};

/// A ReLU network whose parameters are exact rationals.
///
/// *Shapes*: one list of forms per layer, the last one affine; each form is in as many variables as the layer below
/// has units.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactNetwork {
    input_dim: usize,
    layers: Vec<Vec<AffineForm>>,
}

/// A network in f64 that is `scale` times an exact one, without any rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaled {
    /// The network.
    pub network: Network,
    /// A positive odd integer, as small as this way allows; 1 where f64 holds all numbers as they are.
    pub scale: Rational,
}

impl ExactNetwork {
    /// A network from its layers, of which there must be one at least.
    pub(crate) fn new(input_dim: usize, layers: Vec<Vec<AffineForm>>) -> Self {
        Self { input_dim, layers }
    }

    /// The dyadic rationals that a network's parameters are; `None` for another activation than ReLU.
    pub fn of(network: &Network) -> Option<Self> {
        if network.activation() != Activation::Relu {
            return None;
        }
        let shape = network.shape();
        let widths: Vec<usize> = shape.widths().collect();
        let mut numbers = network.parameters().iter().map(|value| Rational::from_f64(*value));
        let mut layers = Vec::new();
        for pair in widths.windows(2) {
            let weights: Vec<Rational> = numbers.by_ref().take(pair[0] * pair[1]).collect::<Option<_>>()?;
            let biases: Vec<Rational> = numbers.by_ref().take(pair[1]).collect::<Option<_>>()?;
            let rows = weights.chunks(pair[0]).map(<[_]>::to_vec);
            layers.push(rows.zip(biases).map(|(slopes, constant)| AffineForm { slopes, constant }).collect());
        }
        Some(Self { input_dim: shape.input_dim(), layers })
    }

    /// The layers, the affine last one included.
    pub fn layers(&self) -> &[Vec<AffineForm>] {
        &self.layers
    }

    /// Number of inputs.
    pub fn input_dim(&self) -> usize {
        self.input_dim
    }

    /// Widths of the hidden layers.
    pub fn hidden(&self) -> Vec<usize> {
        self.layers[..self.layers.len() - 1].iter().map(Vec::len).collect()
    }

    /// The outputs at a point.
    pub fn eval(&self, x: &[Rational]) -> Vec<Rational> {
        let mut values = x.to_vec();
        for (index, layer) in self.layers.iter().enumerate() {
            values = layer.iter().map(|form| form.eval(&values)).collect();
            if index + 1 < self.layers.len() {
                values.iter_mut().filter(|value| value.exact_sign() == Sign::Negative).for_each(|value| {
                    *value = Rational::zero();
                });
            }
        }
        values
    }

    /// The affine maps of the outputs where the hidden units, counted through all layers, are on or off as given.
    pub fn maps(&self, on: &[bool]) -> Vec<AffineForm> {
        let n = self.input_dim;
        let mut below: Vec<Option<AffineForm>> = (0..n).map(|input| Some(AffineForm::variable(n, input))).collect();
        let mut on = on.iter();
        for (index, layer) in self.layers.iter().enumerate() {
            let is_hidden = index + 1 < self.layers.len();
            let map = |form: &AffineForm| (!is_hidden || on.next() == Some(&true)).then(|| form.of_forms(n, &below));
            below = layer.iter().map(map).collect();
        }
        below.into_iter().flatten().collect()
    }

    /// The same function in f64 up to a positive factor, without rounding.
    ///
    /// *Algorithm*: a positive factor passes through relu, so each unit may be multiplied by the odd part of the common
    /// denominator of its numbers, and the layer above divided by it. What is left at the outputs is the scale.
    ///
    /// # Errors
    /// When a number needs more digits than f64 has, or leaves its range.
    pub fn to_network(&self) -> Result<Scaled, ConstructError> {
        let mut below = vec![Rational::from(1); self.input_dim];
        let mut layers = self.layers.clone();
        let last = layers.len() - 1;
        for (index, layer) in layers.iter_mut().enumerate() {
            for form in layer.iter_mut() {
                form.slopes.iter_mut().zip(&below).for_each(|(slope, scale)| *slope = slope.clone() / scale);
            }
            let mut scales: Vec<Rational> = layer.iter().map(|form| dyadic_scale([form])).collect();
            if index == last {
                let common = dyadic_scale(layer.iter());
                scales.fill(common);
            }
            for (form, scale) in layer.iter_mut().zip(&scales) {
                *form = form.scaled(scale);
            }
            below = scales;
        }
        let scale = below.into_iter().next().unwrap_or_else(|| Rational::from(1));
        let network = Self { input_dim: self.input_dim, layers }.stored(exactly)?;
        Ok(Scaled { network, scale })
    }

    /// The network with each parameter rounded to the nearest f64.
    ///
    /// # Errors
    /// When a parameter leaves the range of f64.
    pub fn rounded(&self) -> Result<Network, ConstructError> {
        self.stored(|number, _, _| Ok(number.to_f64()))
    }

    /// The network with each parameter as `store` gives it.
    fn stored(
        &self,
        store: impl Fn(&Rational, usize, usize) -> Result<f64, ConstructError>,
    ) -> Result<Network, ConstructError> {
        let mut parameters = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            for (unit, form) in layer.iter().enumerate() {
                for slope in &form.slopes {
                    parameters.push(store(slope, index + 1, unit)?);
                }
            }
            for (unit, form) in layer.iter().enumerate() {
                parameters.push(store(&form.constant, index + 1, unit)?);
            }
        }
        let n_outputs = self.layers.last().map_or(0, Vec::len);
        let shape = Shape::new(self.input_dim, self.hidden(), n_outputs)?;
        Ok(Network::new(shape, Activation::Relu, parameters)?)
    }
}

/// The smallest odd integer by which all numbers of some forms become dyadic.
fn dyadic_scale<'a>(forms: impl IntoIterator<Item = &'a AffineForm>) -> Rational {
    let numbers = forms.into_iter().flat_map(|form| form.slopes.iter().chain([&form.constant]));
    numbers.fold(Rational::from(1), |scale, number| {
        let rest = (number.clone() * &scale).odd_denominator();
        scale * rest
    })
}

/// A number as f64, refused where that would round it.
fn exactly(number: &Rational, layer: usize, unit: usize) -> Result<f64, ConstructError> {
    let value = number.to_f64();
    if Rational::from_f64(value).as_ref() == Some(number) {
        Ok(value)
    } else {
        Err(ConstructError::NotRepresentable { layer, unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_net::reference;

    fn fraction(numerator: i64, denominator: i64) -> Rational {
        Rational::from(numerator) / Rational::from(denominator)
    }

    /// Thirds and fifths become integers, and the scale says by how much.
    #[test]
    fn thirds_are_scaled_away() {
        let layers = vec![
            vec![AffineForm::new(vec![fraction(1, 3)], fraction(1, 5))],
            vec![AffineForm::new(vec![fraction(1, 7)], fraction(1, 2))],
        ];
        let scaled = ExactNetwork::new(1, layers).to_network().unwrap();
        assert_eq!(scaled.scale, Rational::from(105));
        assert_eq!(scaled.network.parameters(), [5.0, 3.0, 1.0, 52.5]);
        let wide = AffineForm::new(vec![fraction(1, 1)], Rational::from((1 << 60) + 1));
        let error = ExactNetwork::new(1, vec![vec![wide]]).to_network().unwrap_err();
        assert_eq!(error, ConstructError::NotRepresentable { layer: 1, unit: 0 });
    }

    proptest! {
        #[test]
        fn scaling_and_maps_agree_with_evaluation(
            numbers in prop::collection::vec((-9..9_i64, 1..8_i64), 2 * 3 + 3 + 3 * 2 + 2 + 2 + 1),
            point in prop::collection::vec((-9..9_i64, 1..4_i64), 2),
        ) {
            let mut numbers = numbers.into_iter().map(|(a, b)| fraction(a, b));
            let mut layer = |inputs: usize, units: usize| -> Vec<AffineForm> {
                let mut form = || AffineForm::new(numbers.by_ref().take(inputs).collect(), numbers.next().unwrap());
                (0..units).map(|_| form()).collect()
            };
            let network = ExactNetwork::new(2, vec![layer(2, 3), layer(3, 2), layer(2, 1)]);
            let scaled = network.to_network().unwrap();
            let x: Vec<Rational> = point.into_iter().map(|(a, b)| fraction(a, b)).collect();
            let value = network.eval(&x)[0].clone();
            let again = ExactNetwork::of(&scaled.network).unwrap();
            prop_assert_eq!(again.eval(&x)[0].clone(), value.clone() * &scaled.scale);
            let floats: Vec<f64> = x.iter().map(Rational::to_f64).collect();
            let reference = reference::forward(&scaled.network, &floats)[0];
            let expected = (value.clone() * &scaled.scale).to_f64();
            prop_assert!((reference - expected).abs() <= 1e-9 * (1.0 + expected.abs()) * scaled.scale.to_f64());
            let pre = reference::pre_activations(
                scaled.network.shape(), Activation::Relu, scaled.network.parameters(), &floats);
            let on: Vec<bool> = pre[..2].iter().flatten().map(|value| *value > 0.0).collect();
            let mapped = network.maps(&on)[0].eval(&x).to_f64();
            prop_assert!((mapped - value.to_f64()).abs() < 1e-6);
        }
    }
}
