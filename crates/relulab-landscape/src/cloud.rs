//! A cloud of solutions: how many directions they fill, raw, at canonical scale or aligned.

use crate::alignment::{align, check_data, check_pair};
use crate::error::LandscapeError;
use crate::pca::{self, Gram};
use crate::{AlignmentMethod, Normalisation, activations};
use relulab_net::{Dataset, Network, Purpose, RandomStream};

/// The solution to which the others are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// The first.
    First,
    /// The [`medoid`]: the one whose function is nearest to all others.
    Medoid,
}

/// What is done to solutions before they become points of a cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preparation {
    /// Parameters as they are.
    Raw,
    /// Parameters at canonical scale.
    Normalised(Normalisation),
    /// Every solution aligned with a reference.
    Aligned {
        /// How units are paired.
        method: AlignmentMethod,
        /// Canonical scale of all solutions.
        normalisation: Normalisation,
        /// Which solution the others are aligned with.
        reference: Reference,
    },
}

impl Preparation {
    /// The parameter vectors of the prepared solutions; every function is preserved.
    ///
    /// *Shapes*: one row per network, in their order.
    ///
    /// # Errors
    /// When the networks or data do not fit together, or the method is not for such networks.
    pub fn apply(self, networks: &[Network], data: &Dataset) -> Result<Vec<Vec<f64>>, LandscapeError> {
        let Some(first) = networks.first() else { return Ok(Vec::new()) };
        networks.iter().try_for_each(|network| check_pair(first, network))?;
        let parameters = |network: &Network| network.parameters().to_vec();
        match self {
            Self::Raw => Ok(networks.iter().map(parameters).collect()),
            Self::Normalised(normalisation) => {
                networks.iter().map(|network| Ok(parameters(&normalisation.apply(network)?))).collect()
            }
            Self::Aligned { method, normalisation, reference } => {
                let place = match reference {
                    Reference::First => 0,
                    Reference::Medoid => medoid(networks, data)?,
                };
                let reference = normalisation.apply(&networks[place])?;
                let align = |network: &Network| {
                    let alignment = align(&reference, network, method, normalisation, data)?;
                    Ok(parameters(&alignment.apply(network)?))
                };
                let rows = networks.iter().enumerate();
                rows.map(|(i, network)| if i == place { Ok(parameters(&reference)) } else { align(network) }).collect()
            }
        }
    }
}

/// The network whose outputs have the least sum of root-mean-square distances to the outputs of all others.
///
/// Distances of functions are the same whatever the order and scale of units. The first of several is taken.
///
/// # Errors
/// When there is no network, or networks and data do not fit together.
pub fn medoid(networks: &[Network], data: &Dataset) -> Result<usize, LandscapeError> {
    let Some(first) = networks.first() else { return Err(LandscapeError::TooFew(0)) };
    check_data(first, data)?;
    networks.iter().try_for_each(|network| check_pair(first, network))?;
    let outputs: Vec<Vec<f64>> = networks.iter().map(|network| activations::outputs(network, data.inputs())).collect();
    let mut sums = vec![0.0; networks.len()];
    for i in 0..networks.len() {
        for j in 0..i {
            let squares = outputs[i].iter().zip(&outputs[j]).map(|(a, b)| (a - b) * (a - b));
            let distance = squares.sum::<f64>().sqrt();
            sums[i] += distance;
            sums[j] += distance;
        }
    }
    let nearest = (0..sums.len()).min_by(|a, b| sums[*a].total_cmp(&sums[*b]));
    Ok(nearest.unwrap_or(0))
}

/// Principal component analysis of points around their mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    /// Number of points, without which no count of components means anything.
    pub n: usize,
    /// Dimension of the points.
    pub dimension: usize,
    /// Variances along the principal components, largest first: min(n − 1, dimension) of them.
    pub variances: Vec<f64>,
}

impl Cloud {
    /// The cloud of points.
    ///
    /// *Algorithm*: eigenvalues of the n × n or the p × p matrix, whichever is smaller. Sums of squares are divided by
    /// n − 1.
    ///
    /// # Errors
    /// When there are fewer than two points, their lengths differ, or a number is not finite.
    pub fn new(points: &[Vec<f64>]) -> Result<Self, LandscapeError> {
        check_points(points)?;
        Ok(Self { n: points.len(), dimension: points[0].len(), variances: pca::variances(points)? })
    }

    /// Sum of the variances in all directions.
    pub fn total_variance(&self) -> f64 {
        self.variances.iter().sum()
    }

    /// Smallest number of components that hold at least `share` of the total variance; 0 for points that coincide.
    pub fn components_for(&self, share: f64) -> usize {
        components_for(&self.variances, share)
    }

    /// Shares of the first `count` components in the total variance.
    pub fn top_shares(&self, count: usize) -> Vec<f64> {
        let total = self.total_variance();
        let share = |variance: &f64| if total > 0.0 { variance / total } else { 0.0 };
        self.variances.iter().take(count).map(share).collect()
    }
}

/// Components for a share of the variance over random subsamples of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GrowthPoint {
    /// Points per subsample.
    pub n: usize,
    /// Number of subsamples.
    pub draws: usize,
    /// Mean number of components.
    pub mean: f64,
    /// Smallest number of components.
    pub min: usize,
    /// Largest number of components.
    pub max: usize,
}

/// How the number of components for `share` of the variance grows with the number of points.
///
/// A count that still grows at the full size says how many points there are, not how many directions the cloud has.
///
/// *Algorithm*: `draws` random subsets without repetition per size, each around its own mean. The scalar products of
/// all points are computed once.
///
/// # Errors
/// As for [`Cloud::new`], or when a size is below 2 or above the number of points.
pub fn component_growth(
    points: &[Vec<f64>],
    share: f64,
    sizes: &[usize],
    draws: usize,
    seed: u64,
) -> Result<Vec<GrowthPoint>, LandscapeError> {
    check_points(points)?;
    let n_points = points.len();
    if let Some(&size) = sizes.iter().find(|size| !(2..=n_points).contains(*size)) {
        return Err(LandscapeError::SubsampleSize { size, n: n_points });
    }
    let gram = Gram::new(points);
    let mut stream = RandomStream::new(seed, Purpose::Bootstrap);
    let mut order: Vec<usize> = (0..n_points).collect();
    let draws = draws.max(1);
    let mut growth = Vec::new();
    for &n in sizes {
        let mut counts = Vec::with_capacity(draws);
        for _ in 0..draws {
            stream.shuffle(&mut order);
            counts.push(components_for(&gram.variances(&order[..n])?, share));
        }
        let mean = counts.iter().sum::<usize>() as f64 / draws as f64;
        let (min, max) = counts.iter().fold((usize::MAX, 0), |(min, max), count| (min.min(*count), max.max(*count)));
        growth.push(GrowthPoint { n, draws, mean, min, max });
    }
    Ok(growth)
}

fn components_for(variances: &[f64], share: f64) -> usize {
    let total: f64 = variances.iter().sum();
    let mut sum = 0.0;
    for (count, variance) in variances.iter().enumerate() {
        if sum >= share * total {
            return count;
        }
        sum += variance;
    }
    variances.len()
}

fn check_points(points: &[Vec<f64>]) -> Result<(), LandscapeError> {
    if points.len() < 2 {
        return Err(LandscapeError::TooFew(points.len()));
    }
    let expected = points[0].len();
    for point in points {
        if point.len() != expected {
            return Err(LandscapeError::Length { what: "a point of the cloud", got: point.len(), expected });
        }
        if let Some(&value) = point.iter().find(|value| !value.is_finite()) {
            return Err(LandscapeError::NotFinite { what: "a point of the cloud", value });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symmetry::tests::{random_network, random_symmetry};
    use relulab_net::{Activation, Shape};

    /// Normal points with standard deviation `deviation(k)` along coordinate k.
    fn normal_points(n: usize, p: usize, deviation: impl Fn(usize) -> f64) -> Vec<Vec<f64>> {
        let mut stream = RandomStream::new(3, Purpose::NormalEvaluation);
        (0..n).map(|_| (0..p).map(|k| deviation(k) * stream.normal()).collect()).collect()
    }

    #[test]
    fn points_in_a_plane_have_two_components() {
        let points = normal_points(40, 12, |k| if k < 2 { 1.0 } else { 0.0 });
        let cloud = Cloud::new(&points).unwrap();
        assert_eq!((cloud.n, cloud.dimension, cloud.components_for(0.95)), (40, 12, 2));
        assert!((cloud.top_shares(2).iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let growth = component_growth(&points, 0.95, &[2, 5, 40], 7, 1).unwrap();
        assert_eq!((growth[0].min, growth[0].max), (1, 1));
        assert_eq!((growth[2].min, growth[2].mean, growth[2].draws), (2, 2.0, 7));
    }

    #[test]
    fn components_of_a_round_cloud_grow_with_its_size() {
        let growth = component_growth(&normal_points(60, 200, |_| 1.0), 0.95, &[10, 30, 60], 3, 1).unwrap();
        assert!(growth[0].max < growth[1].min && growth[1].max < growth[2].min);
        // In many dimensions n points need a large share of n − 1 components.
        assert!(growth[2].mean > 40.0);
    }

    #[test]
    fn copies_of_one_solution_collapse_when_aligned() {
        let shape = Shape::new(1, vec![5], 1).unwrap();
        let network = random_network(&shape, Activation::Relu, 1);
        let copies: Vec<Network> = (0..8).map(|seed| random_symmetry(&shape, seed).apply(&network).unwrap()).collect();
        let data = Dataset::new((0..50).map(|i| f64::from(i) / 10.0 - 2.5).collect(), 1, vec![0.0; 50], 1).unwrap();
        let total = |preparation: Preparation| {
            Cloud::new(&preparation.apply(&copies, &data).unwrap()).unwrap().total_variance()
        };
        let balanced = Normalisation::Balanced;
        let aligned = |reference| {
            total(Preparation::Aligned { method: AlignmentMethod::WeightMatching, normalisation: balanced, reference })
        };
        assert!(total(Preparation::Raw) > 1.0);
        assert!(total(Preparation::Normalised(balanced)) > 0.1);
        assert!(aligned(Reference::First) < 1e-20 && aligned(Reference::Medoid) < 1e-20);
    }

    #[test]
    fn the_medoid_is_in_the_middle() {
        let shape = Shape::new(1, vec![], 1).unwrap();
        let line = |slope: f64| Network::new(shape.clone(), Activation::Relu, vec![slope, 0.0]).unwrap();
        let data = Dataset::new(vec![1.0, 2.0], 1, vec![0.0; 2], 1).unwrap();
        assert_eq!(medoid(&[line(9.0), line(1.0), line(2.0), line(-3.0)], &data).unwrap(), 1);
        assert_eq!(medoid(&[], &data), Err(LandscapeError::TooFew(0)));
    }

    #[test]
    fn bad_clouds_are_refused() {
        assert_eq!(Cloud::new(&[vec![1.0]]), Err(LandscapeError::TooFew(1)));
        assert!(matches!(Cloud::new(&[vec![1.0], vec![1.0, 2.0]]), Err(LandscapeError::Length { .. })));
        assert!(matches!(Cloud::new(&[vec![1.0], vec![f64::NAN]]), Err(LandscapeError::NotFinite { .. })));
        let points = normal_points(3, 2, |_| 1.0);
        assert!(component_growth(&points, 0.95, &[4], 1, 1).is_err());
        let same = Cloud::new(&[vec![1.0], vec![1.0]]).unwrap();
        assert_eq!((same.components_for(0.95), same.top_shares(1)), (0, vec![0.0]));
    }
}
