//! Barriers: how far the loss rises on the straight line between two networks.

use crate::alignment::{check_data, check_pair};
use crate::error::LandscapeError;
use crate::polynomial::{derivative, value};
use crate::roots::real_roots;
use crate::{activations, path};
use relulab_net::{Dataset, Loss, Network};

/// How the largest loss on a path is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BarrierMethod {
    /// Every polynomial piece of the path is maximised: ReLU or LeakyReLU, at most three hidden layers, mean squared
    /// error.
    Exact,
    /// The largest of equally spaced losses, both ends included.
    Sampled {
        /// Number of networks on the path.
        points: usize,
    },
}

/// The loss on the line (1 − t)·first + t·second of parameters, for t from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Barrier {
    /// How it was found.
    pub method: BarrierMethod,
    /// Losses of the two ends.
    pub ends: [f64; 2],
    /// Largest excess of the loss over the straight line between the losses of the ends; never negative.
    pub height: f64,
    /// The t of that excess.
    pub height_at: f64,
    /// Largest loss.
    pub raw_maximum: f64,
    /// The t of the largest loss.
    pub raw_maximum_at: f64,
    /// Number of polynomial pieces (exact) or of networks (sampled) that were looked at.
    pub evaluated: usize,
}

impl BarrierMethod {
    /// The exact method where it applies, else `points` samples.
    pub fn exact_or_sampled(network: &Network, loss: Loss, points: usize) -> Self {
        if why_not_exact(network, loss).is_none() { Self::Exact } else { Self::Sampled { points } }
    }
}

/// Why the loss on a path from this network is not traced exactly.
pub(crate) fn why_not_exact(network: &Network, loss: Loss) -> Option<&'static str> {
    if loss != Loss::Mse {
        Some("the loss is not the mean squared error")
    } else if !network.activation().is_piecewise_linear() {
        Some("the activation is not piecewise linear")
    } else if network.shape().depth() > path::MAX_EXACT_DEPTH {
        Some("the networks have more than three hidden layers")
    } else {
        None
    }
}

/// The barrier between two networks of one shape and activation on labelled points.
///
/// *Algorithm*: exactly, each pre-activation of a one-hidden-layer network is linear in t, the outputs are piecewise
/// quadratic and the loss piecewise of degree 4, with a break wherever a unit switches on a point (degree 2(k + 1) for
/// k hidden layers). On each piece the candidates are its ends and the certified roots of the derivative; pieces
/// whose Bernstein coefficients all lie below the best value found are skipped. What remains inexact is the rounding
/// of the coefficients, about 10⁻¹⁵ of the losses.
///
/// # Errors
/// When networks and data do not fit together, the exact method does not apply, or fewer than two points are sampled.
pub fn barrier(
    first: &Network,
    second: &Network,
    data: &Dataset,
    loss: Loss,
    method: BarrierMethod,
) -> Result<Barrier, LandscapeError> {
    check_pair(first, second)?;
    check_data(first, data)?;
    let ends = [mean_loss(first, data, loss), mean_loss(second, data, loss)];
    let mut barrier = Barrier {
        method,
        ends,
        height: 0.0,
        height_at: 0.0,
        raw_maximum: ends[0].max(ends[1]),
        raw_maximum_at: if ends[1] > ends[0] { 1.0 } else { 0.0 },
        evaluated: 0,
    };
    match method {
        BarrierMethod::Sampled { points } if points < 2 => return Err(LandscapeError::SampledPoints(points)),
        BarrierMethod::Sampled { points } => {
            for step in 0..points {
                let t = step as f64 / (points - 1) as f64;
                let between = interpolate(first, second, t)?;
                barrier.take(t, mean_loss(&between, data, loss));
            }
            barrier.evaluated = points;
        }
        BarrierMethod::Exact => {
            if let Some(reason) = why_not_exact(first, loss) {
                return Err(LandscapeError::NotExact(reason));
            }
            path::trace(first, second, data, |from, to, polynomial| barrier.take_piece(from, to, polynomial));
        }
    }
    Ok(barrier)
}

impl Barrier {
    /// Takes one loss on the path into account.
    fn take(&mut self, t: f64, loss: f64) {
        let excess = loss - ((1.0 - t) * self.ends[0] + t * self.ends[1]);
        // The ends have no excess but rounding.
        if excess > self.height && t > 0.0 && t < 1.0 {
            (self.height, self.height_at) = (excess, t);
        }
        if loss > self.raw_maximum {
            (self.raw_maximum, self.raw_maximum_at) = (loss, t);
        }
    }

    /// Takes the largest loss and excess of one polynomial piece into account.
    fn take_piece(&mut self, from: f64, to: f64, polynomial: &[f64]) {
        self.evaluated += 1;
        self.take(from, value(polynomial, from));
        self.take(to, value(polynomial, to));
        let mut excess = polynomial.to_vec();
        excess[0] -= self.ends[0];
        excess[1] -= self.ends[1] - self.ends[0];
        if upper_bound(polynomial, from, to) > self.raw_maximum {
            self.take_critical(&derivative(polynomial), polynomial, from, to);
        }
        if upper_bound(&excess, from, to) > self.height {
            self.take_critical(&derivative(&excess), polynomial, from, to);
        }
    }

    fn take_critical(&mut self, slope: &[f64], polynomial: &[f64], from: f64, to: f64) {
        for root in real_roots(slope, from, to) {
            self.take(root.middle(), value(polynomial, root.middle()));
        }
    }
}

/// The largest Bernstein coefficient on an interval, which no value of the polynomial there exceeds.
fn upper_bound(polynomial: &[f64], from: f64, to: f64) -> f64 {
    let degree = polynomial.len() - 1;
    let mut shifted = polynomial.to_vec();
    for pass in 0..degree {
        for power in (pass..degree).rev() {
            shifted[power] += shifted[power + 1] * from;
        }
    }
    // aₖ width^k / C(d, k), then each bⱼ by Pascal's rule: j additions of neighbours.
    let mut factor = 1.0;
    for (power, coefficient) in shifted.iter_mut().enumerate() {
        *coefficient *= factor;
        factor *= (to - from) * (power + 1) as f64 / (degree - power).max(1) as f64;
    }
    for pass in 0..degree {
        for power in (pass + 1..=degree).rev() {
            shifted[power] += shifted[power - 1];
        }
    }
    shifted.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

/// Mean loss of a network on labelled points that fit it.
pub(crate) fn mean_loss(network: &Network, data: &Dataset, loss: Loss) -> f64 {
    let outputs = activations::outputs(network, data.inputs());
    let pairs = outputs.chunks_exact(data.output_dim()).zip(data.labels().chunks_exact(data.output_dim()));
    pairs.map(|(output, label)| loss.value(output, label)).sum::<f64>() / data.n_points() as f64
}

/// The network (1 − t)·first + t·second.
fn interpolate(first: &Network, second: &Network, t: f64) -> Result<Network, LandscapeError> {
    let parameters = first.parameters().iter().zip(second.parameters());
    let between = parameters.map(|(a, b)| (1.0 - t) * a + t * b).collect();
    Ok(Network::new(first.shape().clone(), first.activation(), between)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symmetry::tests::random_network;
    use proptest::prelude::*;
    use relulab_net::{Activation, Shape};

    #[test]
    fn a_unit_and_its_mirror_image_have_a_known_barrier() {
        // v relu(w x) from (w, v) = (1, 1) to (−1, −1): on x = 1 with label 1, (1 − 2t)² then 0 against 1.
        let shape = Shape::new(1, vec![1], 1).unwrap();
        let a = Network::new(shape.clone(), Activation::Relu, vec![1.0, 0.0, 1.0, 0.0]).unwrap();
        let b = Network::new(shape, Activation::Relu, vec![-1.0, 0.0, -1.0, 0.0]).unwrap();
        let data = Dataset::new(vec![1.0], 1, vec![1.0], 1).unwrap();
        let found = barrier(&a, &b, &data, Loss::Mse, BarrierMethod::Exact).unwrap();
        // On [0, ½] the loss is (1 − s²)² with s = 1 − 2t; its excess over t is largest where 8s(1 − s²) = 2 or t = ½.
        assert_eq!((found.ends, found.raw_maximum, found.evaluated), ([0.0, 1.0], 1.0, 2));
        let expected = (0..=1_000_000)
            .map(|k| {
                let t = f64::from(k) / 2_000_000.0;
                (1.0 - (1.0 - 2.0 * t).powi(2)).powi(2) - t
            })
            .fold(0.0, f64::max);
        assert!((found.height - expected).abs() < 1e-10 && found.height >= expected);
    }

    #[test]
    fn equal_networks_have_no_barrier() {
        let network = random_network(&Shape::new(1, vec![4], 1).unwrap(), Activation::Relu, 1);
        let data = Dataset::new(vec![1.0, -2.0], 1, vec![1.0, 0.0], 1).unwrap();
        let found = barrier(&network, &network, &data, Loss::Mse, BarrierMethod::Exact).unwrap();
        assert!(found.height <= 1e-14 && found.raw_maximum <= found.ends[0] * (1.0 + 1e-14));
    }

    #[test]
    fn what_is_not_polynomial_is_sampled() {
        let shape = |depth| Shape::new(1, vec![2; depth], 1).unwrap();
        let method = |activation, depth, loss| {
            BarrierMethod::exact_or_sampled(&random_network(&shape(depth), activation, 1), loss, 101)
        };
        let sampled = BarrierMethod::Sampled { points: 101 };
        assert_eq!(method(Activation::Relu, 1, Loss::Mse), BarrierMethod::Exact);
        assert_eq!(method(Activation::Tanh, 1, Loss::Mse), sampled);
        assert_eq!(method(Activation::Relu, 4, Loss::Mse), sampled);
        assert_eq!(method(Activation::Relu, 1, Loss::Absolute), sampled);
        let network = random_network(&shape(1), Activation::Tanh, 1);
        let data = Dataset::new(vec![1.0], 1, vec![1.0], 1).unwrap();
        let fail = |method| barrier(&network, &network, &data, Loss::Mse, method).unwrap_err();
        assert!(matches!(fail(BarrierMethod::Exact), LandscapeError::NotExact(_)));
        assert_eq!(fail(BarrierMethod::Sampled { points: 1 }), LandscapeError::SampledPoints(1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn dense_samples_approach_the_exact_barrier_from_below(
            hidden in prop::collection::vec(1..5_usize, 0..4), seed in 0..1000_u64
        ) {
            let shape = Shape::new(1, hidden, 1).unwrap();
            let a = random_network(&shape, Activation::Relu, seed);
            let b = random_network(&shape, Activation::Relu, seed + 1000);
            let inputs: Vec<f64> = (0..7).map(|i| 2.0 * libm::sin(f64::from(i) + seed as f64)).collect();
            let labels = inputs.iter().map(|x| x * x).collect();
            let data = Dataset::new(inputs, 1, labels, 1).unwrap();
            let exact = barrier(&a, &b, &data, Loss::Mse, BarrierMethod::Exact).unwrap();
            let sampled = barrier(&a, &b, &data, Loss::Mse, BarrierMethod::Sampled { points: 4001 }).unwrap();
            let size = exact.raw_maximum;
            prop_assert!(sampled.height <= exact.height + 1e-10 * size);
            prop_assert!(sampled.raw_maximum <= exact.raw_maximum + 1e-10 * size);
            prop_assert!(exact.height - sampled.height < 1e-2 * size);
            prop_assert!(exact.raw_maximum - sampled.raw_maximum < 1e-2 * size);
        }
    }
}
