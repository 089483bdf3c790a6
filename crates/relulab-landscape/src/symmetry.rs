//! The symmetries of the parameters: permutations of hidden units and, for ReLU and LeakyReLU, positive scales.

use crate::LandscapeError;
use relulab_net::{Activation, Network, Shape};

/// A change of parameters that keeps the function.
///
/// Hidden unit i of layer l becomes what unit `permutation[l][i]` was, its weights and bias times `scales[l][i]` and
/// its outgoing weights divided by it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Symmetry {
    pub permutation: Vec<Vec<usize>>,
    pub scales: Vec<Vec<f64>>,
}

impl Symmetry {
    /// The symmetry that changes nothing.
    pub fn identity(shape: &Shape) -> Self {
        Self {
            permutation: shape.hidden().iter().map(|width| (0..*width).collect()).collect(),
            scales: shape.hidden().iter().map(|width| vec![1.0; *width]).collect(),
        }
    }

    /// This symmetry after `first`.
    pub fn after(&self, first: &Self) -> Self {
        let permutation = self.permutation.iter().zip(&first.permutation);
        let permutation = permutation.map(|(outer, inner)| outer.iter().map(|unit| inner[*unit]).collect()).collect();
        let scales = (0..self.scales.len())
            .map(|l| {
                let units = self.permutation[l].iter().zip(&self.scales[l]);
                units.map(|(unit, scale)| scale * first.scales[l][*unit]).collect()
            })
            .collect();
        Self { permutation, scales }
    }

    /// The transformed network.
    pub fn apply(&self, network: &Network) -> Result<Network, LandscapeError> {
        check_scalable(network.activation(), self)?;
        let shape = network.shape();
        let fits = |lengths: Vec<usize>| lengths == shape.hidden();
        if !fits(self.permutation.iter().map(Vec::len).collect()) || !fits(self.scales.iter().map(Vec::len).collect()) {
            let got = self.permutation.iter().map(Vec::len).sum();
            return Err(LandscapeError::Length { what: "the permutation", got, expected: shape.n_units() });
        }
        if let Some(layer) = self.permutation.iter().position(|units| !is_permutation(units)) {
            return Err(LandscapeError::NotAPermutation { layer });
        }
        if let Some(&scale) = self.scales.iter().flatten().find(|scale| !(**scale > 0.0 && scale.is_finite())) {
            return Err(LandscapeError::Scale(scale));
        }
        let parameters = self.apply_to_parameters(shape, network.parameters());
        Ok(Network::new(shape.clone(), network.activation(), parameters)?)
    }

    /// The transformed parameters of a network of the right shape.
    pub fn apply_to_parameters(&self, shape: &Shape, parameters: &[f64]) -> Vec<f64> {
        let depth = shape.depth();
        let mut transformed = parameters.to_vec();
        for (l, layer) in shape.layers().enumerate() {
            for row in 0..layer.n_out {
                let (source, scale) =
                    if l < depth { (self.permutation[l][row], self.scales[l][row]) } else { (row, 1.0) };
                transformed[layer.biases.start + row] = scale * parameters[layer.biases.start + source];
                for column in 0..layer.n_in {
                    let (below, divisor) = if l > 0 {
                        (self.permutation[l - 1][column], self.scales[l - 1][column])
                    } else {
                        (column, 1.0)
                    };
                    transformed[layer.weights.start + row * layer.n_in + column] =
                        scale * parameters[layer.weights.start + source * layer.n_in + below] / divisor;
                }
            }
        }
        transformed
    }
}

fn is_permutation(units: &[usize]) -> bool {
    let mut sorted = units.to_vec();
    sorted.sort_unstable();
    sorted.into_iter().eq(0..units.len())
}

/// Refuses scales for activations that are not positively homogeneous.
fn check_scalable(activation: Activation, symmetry: &Symmetry) -> Result<(), LandscapeError> {
    if activation.is_piecewise_linear() || symmetry.scales.iter().flatten().all(|scale| *scale == 1.0) {
        Ok(())
    } else {
        Err(LandscapeError::NotScalable(activation))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_net::{Purpose, RandomStream, reference};

    /// A network with normal parameters.
    pub(crate) fn random_network(shape: &Shape, activation: Activation, seed: u64) -> Network {
        let mut stream = RandomStream::new(seed, Purpose::Bootstrap);
        let parameters = (0..shape.n_params()).map(|_| stream.normal()).collect();
        Network::new(shape.clone(), activation, parameters).unwrap()
    }

    /// A random permutation with scales between 1/8 and 8.
    pub(crate) fn random_symmetry(shape: &Shape, seed: u64) -> Symmetry {
        let mut stream = RandomStream::new(seed, Purpose::Folds);
        let mut symmetry = Symmetry::identity(shape);
        for (permutation, scales) in symmetry.permutation.iter_mut().zip(&mut symmetry.scales) {
            stream.shuffle(permutation);
            scales.iter_mut().for_each(|scale| *scale = libm::exp2(6.0 * stream.uniform() - 3.0));
        }
        symmetry
    }

    proptest! {
        #[test]
        fn functions_are_preserved(
            hidden in prop::collection::vec(1..5_usize, 0..4), seed in 0..1000_u64, x in prop::array::uniform2(-3.0..3.0_f64)
        ) {
            let shape = Shape::new(2, hidden, 2).unwrap();
            let network = random_network(&shape, Activation::LeakyRelu { slope: 0.1 }, seed);
            let (first, second) = (random_symmetry(&shape, seed), random_symmetry(&shape, seed + 1));
            let both = second.after(&first).apply(&network).unwrap();
            let one_by_one = second.apply(&first.apply(&network).unwrap()).unwrap();
            let expected = reference::forward(&network, &x);
            for transformed in [&both, &one_by_one] {
                for (ours, expected) in reference::forward(transformed, &x).iter().zip(&expected) {
                    prop_assert!((ours - expected).abs() <= 1e-11 * (1.0 + expected.abs()) * 100.0);
                }
            }
        }
    }

    #[test]
    fn smooth_units_are_not_scaled() {
        let shape = Shape::new(1, vec![2], 1).unwrap();
        let network = random_network(&shape, Activation::Tanh, 1);
        assert!(matches!(random_symmetry(&shape, 1).apply(&network), Err(LandscapeError::NotScalable(_))));
        assert!(Symmetry::identity(&shape).apply(&network).is_ok());
        let mut broken = Symmetry::identity(&shape);
        broken.permutation[0] = vec![1, 1];
        assert_eq!(broken.apply(&network), Err(LandscapeError::NotAPermutation { layer: 0 }));
        broken = Symmetry::identity(&shape);
        broken.scales[0][1] = -1.0;
        let relu = random_network(&shape, Activation::Relu, 1);
        assert_eq!(broken.apply(&relu), Err(LandscapeError::Scale(-1.0)));
        let other = random_network(&Shape::new(1, vec![3], 1).unwrap(), Activation::Relu, 1);
        assert!(matches!(random_symmetry(&shape, 1).apply(&other), Err(LandscapeError::Length { .. })));
    }
}
