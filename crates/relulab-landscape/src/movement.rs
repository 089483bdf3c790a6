//! Where a displacement of parameters goes: per given subspace, and per unit.

use crate::LandscapeError;
use crate::alignment::check_pair;
use crate::normalisation::{incoming, outgoing};
use relulab_net::Network;

/// Scalar products of different vectors may differ from 0, and lengths from 1, by this much.
const ORTHONORMALITY_TOLERANCE: f64 = 1e-8;

/// A named subspace, such as the eigenvectors of the steep eigenvalues.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// Orthonormal vectors that span it.
    pub vectors: Vec<Vec<f64>>,
}

/// The part of a displacement in one tier.
#[derive(Clone, Debug, PartialEq)]
pub struct TierMovement {
    /// Name of the tier.
    pub name: String,
    /// Dimension of the tier.
    pub dimension: usize,
    /// Squared length of the displacement's projection.
    pub squared_length: f64,
    /// Its share in the squared length of the displacement; `None` when nothing moved.
    pub share: Option<f64>,
    /// The share that a random direction has on average: dimension / number of parameters.
    pub random_share: f64,
}

/// A displacement split over tiers.
#[derive(Clone, Debug, PartialEq)]
pub struct Movement {
    /// Squared length of the displacement.
    pub squared_length: f64,
    /// The part in each tier, in their order.
    pub tiers: Vec<TierMovement>,
    /// Squared length of what lies in no tier.
    pub outside: f64,
}

/// Splits a displacement between two checkpoints over mutually orthogonal tiers.
///
/// *Shapes*: the displacement and all vectors have one entry per parameter.
///
/// # Errors
/// When lengths differ, a number is not finite, or the vectors of all tiers together are not orthonormal.
pub fn movement_budget(displacement: &[f64], tiers: &[Tier]) -> Result<Movement, LandscapeError> {
    check_finite("the displacement", displacement)?;
    let p = displacement.len();
    let all: Vec<&Vec<f64>> = tiers.iter().flat_map(|tier| &tier.vectors).collect();
    for vector in &all {
        if vector.len() != p {
            return Err(LandscapeError::Length { what: "a vector of a tier", got: vector.len(), expected: p });
        }
        check_finite("a vector of a tier", vector)?;
    }
    for (second, b) in all.iter().enumerate() {
        for (first, a) in all.iter().enumerate().take(second + 1) {
            let product = dot(a, b);
            let expected = if first == second { 1.0 } else { 0.0 };
            if (product - expected).abs() > ORTHONORMALITY_TOLERANCE {
                return Err(LandscapeError::NotOrthonormal { first, second, product });
            }
        }
    }
    let squared_length = dot(displacement, displacement);
    let tiers: Vec<TierMovement> = tiers
        .iter()
        .map(|tier| {
            let part: f64 = tier.vectors.iter().map(|vector| dot(vector, displacement).powi(2)).sum();
            TierMovement {
                name: tier.name.clone(),
                dimension: tier.vectors.len(),
                squared_length: part,
                share: (squared_length > 0.0).then(|| part / squared_length),
                random_share: tier.vectors.len() as f64 / p.max(1) as f64,
            }
        })
        .collect();
    let inside: f64 = tiers.iter().map(|tier| tier.squared_length).sum();
    Ok(Movement { squared_length, tiers, outside: (squared_length - inside).max(0.0) })
}

/// How far the parameters of one hidden unit moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitMovement {
    /// Squared displacement of its weights and bias.
    pub incoming: f64,
    /// Squared displacement of its outgoing weights.
    pub outgoing: f64,
}

/// Movement of every hidden unit between two checkpoints of one network, layer by layer.
///
/// For a unit that is dead all along, this is movement without any effect on the function.
///
/// # Errors
/// When the networks have different shapes or activations.
pub fn unit_movement(from: &Network, to: &Network) -> Result<Vec<Vec<UnitMovement>>, LandscapeError> {
    check_pair(from, to)?;
    let shape = from.shape();
    let displacement: Vec<f64> = to.parameters().iter().zip(from.parameters()).map(|(to, from)| to - from).collect();
    let square = |vector: Vec<f64>| dot(&vector, &vector);
    let unit = |layer, unit| UnitMovement {
        incoming: square(incoming(shape, &displacement, layer, unit)),
        outgoing: square(outgoing(shape, &displacement, layer, unit)),
    };
    Ok((0..shape.depth()).map(|layer| (0..shape.hidden()[layer]).map(|place| unit(layer, place)).collect()).collect())
}

fn check_finite(what: &'static str, values: &[f64]) -> Result<(), LandscapeError> {
    match values.iter().find(|value| !value.is_finite()) {
        Some(&value) => Err(LandscapeError::NotFinite { what, value }),
        None => Ok(()),
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::{Activation, Shape};

    fn tier(name: &str, vectors: &[[f64; 3]]) -> Tier {
        Tier { name: name.to_owned(), vectors: vectors.iter().map(|vector| vector.to_vec()).collect() }
    }

    #[test]
    fn parts_add_up() {
        let r = std::f64::consts::FRAC_1_SQRT_2;
        let tiers = [tier("steep", &[[r, r, 0.0]]), tier("zero", &[[0.0, 0.0, 1.0]])];
        let movement = movement_budget(&[3.0, 1.0, 2.0], &tiers).unwrap();
        assert!((movement.tiers[0].squared_length - 8.0).abs() < 1e-12);
        assert!((movement.outside - 2.0).abs() < 1e-12);
        assert_eq!((movement.tiers[1].squared_length, movement.tiers[1].dimension), (4.0, 1));
        assert_eq!(movement.squared_length, 14.0);
        let still = movement_budget(&[0.0; 3], &tiers).unwrap();
        assert_eq!((still.tiers[0].share, still.outside), (None, 0.0));
    }

    #[test]
    fn tiers_that_overlap_are_refused() {
        let tiers = [tier("a", &[[1.0, 0.0, 0.0]]), tier("b", &[[0.6, 0.8, 0.0]])];
        let error = movement_budget(&[1.0; 3], &tiers).unwrap_err();
        assert_eq!(error, LandscapeError::NotOrthonormal { first: 0, second: 1, product: 0.6 });
        assert!(movement_budget(&[1.0; 2], &tiers).is_err());
        assert!(movement_budget(&[f64::NAN; 3], &tiers).is_err());
    }

    #[test]
    fn units_own_their_parameters() {
        let shape = Shape::new(1, vec![2], 1).unwrap();
        let network =
            |parameters: [f64; 7]| Network::new(shape.clone(), Activation::Relu, parameters.to_vec()).unwrap();
        let moved = unit_movement(&network([0.0; 7]), &network([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])).unwrap();
        assert_eq!(moved[0][0], UnitMovement { incoming: 10.0, outgoing: 25.0 });
        assert_eq!(moved[0][1], UnitMovement { incoming: 20.0, outgoing: 36.0 });
    }
}
