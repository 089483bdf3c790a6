//! Alignment: the symmetry that brings one network close to another.

use crate::error::LandscapeError;
use crate::symmetry::Symmetry;
use crate::{Normalisation, pair_fit::PairFit};
use crate::{activations, assignment, normalisation, optimal_barrier, weight_matching};
use relulab_net::{Dataset, Network};
use std::fmt;

/// How hidden units of two networks are paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlignmentMethod {
    /// Every unit with the unit in its place.
    Identity,
    /// The pair with the largest correlation of activations, then the largest of what is left, and so on: the
    /// procedure of the anatomy paper.
    GreedyCorrelation,
    /// The permutation with the largest sum of correlations of activations.
    OptimalCorrelation,
    /// The permutation with the least distance of parameters: optimal for one hidden layer, a local optimum for more.
    WeightMatching,
    /// The permutation and the positive scales with the least distance of parameters of all: one hidden layer.
    OptimalWeightDistance,
    /// The permutation with the smallest barrier of all: one hidden layer, a few units, mean squared error.
    OptimalBarrier,
}

impl AlignmentMethod {
    /// All methods, in the order in which they are documented.
    pub const ALL: [Self; 6] = [
        Self::Identity,
        Self::GreedyCorrelation,
        Self::OptimalCorrelation,
        Self::WeightMatching,
        Self::OptimalWeightDistance,
        Self::OptimalBarrier,
    ];
}

impl fmt::Display for AlignmentMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity",
            Self::GreedyCorrelation => "greedy_correlation",
            Self::OptimalCorrelation => "optimal_correlation",
            Self::WeightMatching => "weight_matching",
            Self::OptimalWeightDistance => "optimal_weight_distance",
            Self::OptimalBarrier => "optimal_barrier",
        })
    }
}

/// A pairing of hidden units, with positive scales, under which one network is compared with a reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    /// How units were paired.
    pub method: AlignmentMethod,
    /// The canonical scale to which both networks were brought before they were compared.
    pub normalisation: Normalisation,
    /// For every hidden layer, the unit of the other network that takes the place of each unit of the reference.
    pub permutation: Vec<Vec<usize>>,
    /// For every hidden layer, the factor of the weights and bias of that unit; outgoing weights are divided by it.
    pub scales: Vec<Vec<f64>>,
    /// For every hidden layer, the factors that bring the reference to canonical scale; all 1 without normalisation.
    pub reference_scales: Vec<Vec<f64>>,
    /// Squared distance of the parameters of the two networks as compared.
    pub squared_distance: f64,
}

impl Alignment {
    /// The other network (or one of the same shape) with its units permuted and scaled; its function is the same.
    ///
    /// # Errors
    /// When the shape differs, or units with a smooth activation would be scaled.
    pub fn apply(&self, other: &Network) -> Result<Network, LandscapeError> {
        Symmetry { permutation: self.permutation.clone(), scales: self.scales.clone() }.apply(other)
    }

    /// The reference at the scale at which it is compared; its function is the same.
    ///
    /// # Errors
    /// As for [`apply`](Self::apply).
    pub fn apply_to_reference(&self, reference: &Network) -> Result<Network, LandscapeError> {
        let mut symmetry = Symmetry::identity(reference.shape());
        symmetry.scales = self.reference_scales.clone();
        symmetry.apply(reference)
    }
}

/// Aligns `other` with `reference`: two networks of one shape and activation, of any depth.
///
/// Correlations are taken over the inputs of `data`; its labels matter to [`AlignmentMethod::OptimalBarrier`] only.
/// The scales of [`AlignmentMethod::OptimalWeightDistance`] are optimal for the reference at the scale that
/// `normalisation` gives it.
///
/// ```
/// use relulab_landscape::{AlignmentMethod, Normalisation, align};
/// use relulab_net::{Activation, Dataset, Network, Shape};
/// // 2 relu(x) − relu(3 − x), and the same function with its units exchanged and one of them rescaled.
/// let shape = Shape::new(1, vec![2], 1)?;
/// let a = Network::new(shape.clone(), Activation::Relu, vec![1.0, -1.0, 0.0, 3.0, 2.0, -1.0, 0.0])?;
/// let b = Network::new(shape, Activation::Relu, vec![-1.0, 4.0, 3.0, 0.0, -1.0, 0.5, 0.0])?;
/// let data = Dataset::new(vec![-1.0, 1.0, 5.0], 1, vec![0.0; 3], 1)?;
/// let alignment = align(&a, &b, AlignmentMethod::OptimalWeightDistance, Normalisation::None, &data)?;
/// assert_eq!(alignment.permutation, [[1, 0]]);
/// assert_eq!(alignment.apply(&b)?, a);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// *Algorithm*: greedy global maxima, or assignments of least cost in O(n³); coordinate descent over layers for the
/// weights of deep networks; for [`AlignmentMethod::OptimalWeightDistance`] the roots of a quartic per pair of units,
/// then an assignment, which is optimal since the squared distance is a sum over pairs.
///
/// # Errors
/// When the networks or data do not fit together, or the method or normalisation is not for such networks.
pub fn align(
    reference: &Network,
    other: &Network,
    method: AlignmentMethod,
    normalisation: Normalisation,
    data: &Dataset,
) -> Result<Alignment, LandscapeError> {
    check_pair(reference, other)?;
    check_data(reference, data)?;
    let shape = reference.shape();
    let reference_scaling = normalisation.symmetry(reference);
    let other_scaling = normalisation.symmetry(other);
    let a = reference_scaling.apply(reference)?;
    let b = other_scaling.apply(other)?;
    let mut symmetry = Symmetry::identity(shape);
    match method {
        AlignmentMethod::Identity => {}
        AlignmentMethod::GreedyCorrelation | AlignmentMethod::OptimalCorrelation => {
            let (ours, theirs) = (activations::forward(&a, data.inputs()), activations::forward(&b, data.inputs()));
            for (layer, width) in shape.hidden().iter().enumerate() {
                let gains = activations::correlations(&ours[layer], &theirs[layer], *width);
                symmetry.permutation[layer] = if method == AlignmentMethod::GreedyCorrelation {
                    assignment::greedy(&gains, *width)
                } else {
                    assignment::least_cost(&gains.iter().map(|gain| -gain).collect::<Vec<f64>>(), *width)
                };
            }
        }
        AlignmentMethod::WeightMatching => {
            symmetry.permutation = weight_matching::match_weights(shape, a.parameters(), b.parameters());
        }
        AlignmentMethod::OptimalWeightDistance => symmetry = optimal_weight_distance(&a, &b)?,
        AlignmentMethod::OptimalBarrier => {
            symmetry.permutation = vec![optimal_barrier::best_permutation(&a, &b, data)?];
        }
    }
    let moved = symmetry.apply(&b)?;
    let differences = a.parameters().iter().zip(moved.parameters());
    let squared_distance = differences.map(|(a, b)| (a - b) * (a - b)).sum();
    let Symmetry { permutation, scales } = symmetry.after(&other_scaling);
    let reference_scales = reference_scaling.scales;
    Ok(Alignment { method, normalisation, permutation, scales, reference_scales, squared_distance })
}

/// The permutation and scales of least distance for one hidden layer.
fn optimal_weight_distance(a: &Network, b: &Network) -> Result<Symmetry, LandscapeError> {
    let shape = a.shape();
    check_one_hidden_layer(a, AlignmentMethod::OptimalWeightDistance)?;
    if !a.activation().is_piecewise_linear() {
        return Err(LandscapeError::NotScalable(a.activation()));
    }
    let width = shape.hidden()[0];
    let units = |network: &Network| -> Vec<(Vec<f64>, Vec<f64>)> {
        let parameters = network.parameters();
        let unit = |unit| {
            (normalisation::incoming(shape, parameters, 0, unit), normalisation::outgoing(shape, parameters, 0, unit))
        };
        (0..width).map(unit).collect()
    };
    let (ours, theirs) = (units(a), units(b));
    let fits: Vec<PairFit> = ours
        .iter()
        .flat_map(|(u, v)| theirs.iter().map(move |(u_other, v_other)| PairFit::new(u, v, u_other, v_other)))
        .collect();
    let costs: Vec<f64> = fits.iter().map(|fit| fit.squared_distance).collect();
    let permutation = assignment::least_cost(&costs, width);
    let scales = permutation.iter().enumerate().map(|(i, j)| fits[i * width + j].scale).collect();
    Ok(Symmetry { permutation: vec![permutation], scales: vec![scales] })
}

/// Refuses methods for one hidden layer on networks of another depth.
pub(crate) fn check_one_hidden_layer(network: &Network, method: AlignmentMethod) -> Result<(), LandscapeError> {
    let depth = network.shape().depth();
    if depth == 1 { Ok(()) } else { Err(LandscapeError::Depth { method, depth }) }
}

/// Refuses networks of different shapes or activations.
pub(crate) fn check_pair(first: &Network, second: &Network) -> Result<(), LandscapeError> {
    if first.shape() != second.shape() {
        return Err(LandscapeError::Shapes(first.shape().clone(), second.shape().clone()));
    }
    if first.activation() != second.activation() {
        return Err(LandscapeError::Activations(first.activation(), second.activation()));
    }
    Ok(())
}

/// Refuses data of the wrong width.
pub(crate) fn check_data(network: &Network, data: &Dataset) -> Result<(), LandscapeError> {
    let shape = network.shape();
    let (inputs, labels) = (data.input_dim(), data.output_dim());
    if (inputs, labels) == (shape.input_dim(), shape.output_dim()) {
        Ok(())
    } else {
        Err(LandscapeError::Data { inputs, labels, shape: shape.clone() })
    }
}

#[cfg(test)]
mod tests;
