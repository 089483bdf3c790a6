//! Slices: a network with some of its inputs held fixed, as a network of the others.
//!
//! What the fixed inputs add to the first layer, W c, joins its biases. The sum is computed exactly; where f64 does not
//! hold it, the nearest f64 takes its place and [`Section::rounding`] says by how much the largest such bias moved.
//! Zero means that the section is exact: all that is found on it is true of the network itself. Values with few binary
//! digits, such as −0.4375 in place of −0.44, usually make it so.
//!
//! ```
//! use relulab_net::{Activation, Network, Shape};
//! use relulab_regions::slice::Slice;
//! // relu(x1 + 2 x2 − 4 x3)
//! let network =
//!     Network::new(Shape::new(3, vec![1], 1)?, Activation::Relu, vec![1.0, 2.0, -4.0, 0.0, 1.0, 0.0])?;
//! let section = Slice::new(3, &[(1, 0.25)])?.section(&network)?;
//! // relu(x1 − 4 x3 + 0.5)
//! assert_eq!(section.network.parameters(), [1.0, -4.0, 0.5, 1.0, 0.0]);
//! assert_eq!(section.rounding, 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use relulab_exact::{Dyadic, Sign};
use relulab_net::{Network, Shape};

/// Which inputs are held fixed, and at which values; the others are free.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    values: Vec<Option<f64>>,
}

/// A network of the free inputs alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The network, its inputs in the order of the free ones.
    pub network: Network,
    /// Largest distance between a bias and the exact value that it stands for, rounded up; 0 where nothing was rounded.
    pub rounding: f64,
}

/// Why there is no slice, or no section of a network.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SliceError {
    /// There is no such input.
    #[error("x{}: the network has {input_dim} inputs: expected x1 to x{input_dim}", input + 1)]
    NoSuchInput {
        /// The input asked for, from 0.
        input: usize,
        /// Inputs of the network.
        input_dim: usize,
    },
    /// An input is given two values.
    #[error("x{} is given twice: expected one value", .0 + 1)]
    Twice(usize),
    /// A value is infinite or NaN.
    #[error("x{} = {value}: expected a finite number", input + 1)]
    NotFinite {
        /// The input, from 0.
        input: usize,
        /// Its value as given.
        value: f64,
    },
    /// Nothing is left to vary.
    #[error("all {0} inputs are fixed: expected at least one free input")]
    NothingFree(usize),
    /// The network has another number of inputs than the slice.
    #[error("a slice of {expected} inputs does not fit a network with {given}")]
    InputDim {
        /// Inputs of the slice.
        expected: usize,
        /// Inputs of the network.
        given: usize,
    },
    /// A bias of the section exceeds the range of f64.
    #[error("with these values the bias of unit {} in the first layer exceeds the range of f64", .0 + 1)]
    Range(usize),
}

impl Slice {
    /// The slice of `input_dim` inputs on which those in `fixed`, numbered from 0, have the values given.
    ///
    /// # Errors
    /// When an input does not exist or is given twice, a value is not finite, or no input stays free.
    pub fn new(input_dim: usize, fixed: &[(usize, f64)]) -> Result<Self, SliceError> {
        let mut values = vec![None; input_dim];
        for &(input, value) in fixed {
            let Some(slot) = values.get_mut(input) else { return Err(SliceError::NoSuchInput { input, input_dim }) };
            if slot.is_some() {
                return Err(SliceError::Twice(input));
            }
            if !value.is_finite() {
                return Err(SliceError::NotFinite { input, value });
            }
            *slot = Some(value);
        }
        if values.iter().all(Option::is_some) {
            return Err(SliceError::NothingFree(input_dim));
        }
        Ok(Self { values })
    }

    /// The free inputs, ascending.
    pub fn free(&self) -> Vec<usize> {
        (0..self.values.len()).filter(|input| self.values[*input].is_none()).collect()
    }

    /// The fixed inputs with their values, ascending.
    pub fn fixed(&self) -> Vec<(usize, f64)> {
        self.values.iter().enumerate().filter_map(|(input, value)| Some((input, (*value)?))).collect()
    }

    /// The point of the whole space that a point of the slice is; `None` when it has not one coordinate per free input.
    pub fn lift(&self, point: &[f64]) -> Option<Vec<f64>> {
        let mut coordinates = point.iter();
        let lifted: Option<Vec<f64>> =
            self.values.iter().map(|value| value.or_else(|| coordinates.next().copied())).collect();
        lifted.filter(|_| coordinates.next().is_none())
    }

    /// The section of a network: the same function on the slice.
    ///
    /// # Errors
    /// When the network has another number of inputs, or a bias exceeds the range of f64.
    pub fn section(&self, network: &Network) -> Result<Section, SliceError> {
        let shape = network.shape();
        let given = shape.input_dim();
        if given != self.values.len() {
            return Err(SliceError::InputDim { expected: self.values.len(), given });
        }
        let free = self.free();
        let old = network.parameters();
        // The first layer's weights, then its biases; what follows stays as it is.
        let n_units = shape.widths().nth(1).unwrap_or(0);
        let rows: Vec<&[f64]> = old[..n_units * given].chunks_exact(given).collect();
        let mut parameters: Vec<f64> = rows.iter().flat_map(|row| free.iter().map(|input| row[*input])).collect();
        let mut rounding = Dyadic::zero();
        for (unit, (row, bias)) in rows.iter().zip(&old[n_units * given..]).enumerate() {
            let exact = self.bias(row, *bias).ok_or(SliceError::Range(unit))?;
            let (rounded, error) = nearest(&exact).ok_or(SliceError::Range(unit))?;
            parameters.push(rounded);
            if error > rounding {
                rounding = error;
            }
        }
        parameters.extend_from_slice(&old[n_units * given + n_units..]);
        let shape = Shape::new(free.len(), shape.hidden().to_vec(), shape.output_dim());
        let network = shape.ok().and_then(|shape| Network::new(shape, network.activation(), parameters).ok());
        match network {
            Some(network) => {
                Ok(Section { network, rounding: if rounding.is_zero() { 0.0 } else { rounding.to_f64_above() } })
            }
            // A shape with fewer inputs is a shape, and every parameter has been found finite.
            None => Err(SliceError::InputDim { expected: self.values.len(), given }),
        }
    }

    /// b + W c for one unit.
    fn bias(&self, row: &[f64], bias: f64) -> Option<Dyadic> {
        self.fixed().into_iter().try_fold(Dyadic::from_f64(bias)?, |sum, (input, value)| {
            Some(sum + &Dyadic::from_f64(row[input])? * &Dyadic::from_f64(value)?)
        })
    }
}

/// The nearest f64 and its distance; `None` beyond the range.
fn nearest(exact: &Dyadic) -> Option<(f64, Dyadic)> {
    let rounded = exact.to_rational().to_f64();
    let error = Dyadic::from_f64(rounded)? - exact.clone();
    let error = if error.sign() == Sign::Negative { -error } else { error };
    Some((rounded, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_net::Activation;

    fn network(input_dim: usize, parameters: &[f64]) -> Network {
        let shape = Shape::new(input_dim, vec![3, 2], 2).unwrap();
        let parameters = parameters.iter().copied().cycle().take(shape.n_params()).collect();
        Network::new(shape, Activation::LeakyRelu { slope: 0.25 }, parameters).unwrap()
    }

    #[test]
    fn what_is_no_slice_is_refused() {
        assert_eq!(Slice::new(3, &[(3, 0.0)]), Err(SliceError::NoSuchInput { input: 3, input_dim: 3 }));
        assert_eq!(Slice::new(3, &[(1, 0.0), (1, 0.0)]), Err(SliceError::Twice(1)));
        assert!(matches!(Slice::new(3, &[(1, f64::NAN)]), Err(SliceError::NotFinite { input: 1, .. })));
        assert_eq!(Slice::new(2, &[(0, 1.0), (1, 0.0)]), Err(SliceError::NothingFree(2)));
        let slice = Slice::new(3, &[(1, f64::MAX)]).unwrap();
        assert_eq!(slice.section(&network(2, &[1.0])), Err(SliceError::InputDim { expected: 3, given: 2 }));
        assert_eq!(slice.section(&network(3, &[1.0, 2.0])), Err(SliceError::Range(0)));
        assert_eq!(
            SliceError::NoSuchInput { input: 3, input_dim: 3 }.to_string(),
            "x4: the network has 3 inputs: expected x1 to x3"
        );
    }

    #[test]
    fn a_rounding_is_told() {
        // 1 + 0.1 · 0.1 needs more digits than f64 has.
        let section =
            Slice::new(2, &[(1, 0.1)]).unwrap().section(&network(2, &[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1.0])).unwrap();
        assert!(section.rounding > 0.0 && section.rounding <= f64::EPSILON / 2.0, "{}", section.rounding);
        // Nothing fixed, nothing changed.
        let whole = network(2, &[0.1, 0.7, -0.3]);
        assert_eq!(Slice::new(2, &[]).unwrap().section(&whole).unwrap(), Section { network: whole, rounding: 0.0 });
    }

    #[test]
    fn points_are_lifted() {
        let slice = Slice::new(4, &[(2, 9.0), (0, 7.0)]).unwrap();
        assert_eq!((slice.free(), slice.fixed()), (vec![1, 3], vec![(0, 7.0), (2, 9.0)]));
        assert_eq!(slice.lift(&[1.0, 2.0]), Some(vec![7.0, 1.0, 9.0, 2.0]));
        assert_eq!((slice.lift(&[1.0]), slice.lift(&[1.0, 2.0, 3.0])), (None, None));
    }

    proptest! {
        /// With small integers everything is exact in f64, so the section is the network, bit for bit.
        #[test]
        fn a_section_is_the_network_on_the_slice(
            parameters in prop::collection::vec(-8i32..=8, 23),
            at in prop::collection::vec(-8i32..=8, 4),
            mask in 0usize..15,
        ) {
            let parameters: Vec<f64> = parameters.into_iter().map(f64::from).collect();
            let at: Vec<f64> = at.into_iter().map(f64::from).collect();
            let network = network(4, &parameters);
            let fixed: Vec<(usize, f64)> = (0..4).filter(|k| mask >> k & 1 == 1).map(|k| (k, at[k])).collect();
            let slice = Slice::new(4, &fixed).unwrap();
            let section = slice.section(&network).unwrap();
            prop_assert_eq!(section.rounding, 0.0);
            let point: Vec<f64> = slice.free().iter().map(|k| at[*k]).collect();
            prop_assert_eq!(slice.lift(&point), Some(at.clone()));
            let values = |network: &Network, point: &[f64]| relulab_net::reference::forward(network, point);
            prop_assert_eq!(values(&section.network, &point), values(&network, &at));
        }
    }
}
