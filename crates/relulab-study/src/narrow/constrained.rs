//! The constrained problem of Theorem 2, solved to its stationary points.
//!
//! Plain projected descent is far from stationary for small balls: output weights must grow like 1/ε while the largest
//! stable step shrinks like ε². Here u = (w − w⁰)/s and τ = sv take the place of the weights, s = min(ε, 1), in which
//! the problem looks alike for every small ε; stationary points stay what they are.

use super::hidden_layer::HiddenLayer;
use crate::cholesky::{dot, solve};
use relulab_net::{Activation, Dataset};
use relulab_train::{project_onto_ball, project_onto_ratio};

/// Largest distance between a point and the projection of a unit step of descent from it, in u and τ, at which the
/// point counts as stationary; the sum of squared labels is of the order of the number of points.
pub const STATIONARY: f64 = 1e-7;
/// Steps after which a search ends wherever it is.
const MOST_STEPS: usize = 250;
/// Damping at first.
const DAMPING: f64 = 1e-2;
/// The least damping.
const LEAST_DAMPING: f64 = 1e-10;
/// Damping with which no step has made the loss smaller: the end of what f64 can tell.
const MOST_DAMPING: f64 = 1e10;
/// Halvings of the multiplier's interval, on a logarithmic scale.
const HALVINGS: usize = 32;

/// min ½ Σ (f − y)² over ‖w − w⁰‖ ≤ ε, v ≥ ζ, vᵢ ≤ κ vⱼ, with κ 1 or infinite.
#[derive(Clone, Debug)]
pub struct Constrained<'a> {
    /// The points.
    pub data: &'a Dataset,
    /// Activation of the units.
    pub activation: Activation,
    /// w⁰, both halves.
    pub centre: Vec<f64>,
    /// ε.
    pub radius: f64,
    /// ζ.
    pub smallest: f64,
    /// Whether κ = 1: one number for all output weights.
    pub is_tied: bool,
}

/// A point.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// u, of length at most ε/s.
    pub u: Vec<f64>,
    /// τ, one for each pair.
    pub tau: Vec<f64>,
}

/// Where a search ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The point.
    pub place: Place,
    /// Mean squared error there, without ½.
    pub loss: f64,
    /// How far from stationary it is.
    pub stationarity: f64,
    /// Steps that were tried.
    pub steps: usize,
}

/// The problem, linear around a point.
struct Linear {
    /// y − f.
    rest: Vec<f64>,
    /// ∂f/∂u, one row for each point.
    by_u: Vec<Vec<f64>>,
    /// ∂f/∂τ, one row for each number that is free.
    by_tau: Vec<Vec<f64>>,
    /// by_u by_uᵀ.
    gram: Vec<Vec<f64>>,
}

impl Constrained<'_> {
    /// s.
    pub fn unit(&self) -> f64 {
        self.radius.min(1.0)
    }

    /// ε/s, the largest length of u.
    pub fn reach(&self) -> f64 {
        self.radius / self.unit()
    }

    /// The network of a point.
    pub fn layer(&self, place: &Place) -> HiddenLayer {
        let unit = self.unit();
        let inputs = self.centre.iter().zip(&place.u).map(|(c, u)| c + unit * u).collect();
        let v = || place.tau.iter().map(|tau| tau / unit);
        HiddenLayer { activation: self.activation, inputs, outputs: v().chain(v().map(|v| -v)).collect() }
    }

    fn ratio(&self) -> f64 {
        if self.is_tied { 1.0 } else { f64::INFINITY }
    }

    /// Brings a point into the sets.
    pub fn project(&self, place: &mut Place) {
        let origin = vec![0.0; place.u.len()];
        project_onto_ball(&mut place.u, &origin, self.reach());
        project_onto_ratio(&mut place.tau, self.smallest * self.unit(), self.ratio());
    }

    /// ‖θ − P(θ − ∇)‖ for θ = (u, τ) and the gradient of ½ Σ (f − y)².
    pub fn stationarity(&self, place: &Place) -> f64 {
        let gradient = self.layer(place).gradient(self.data);
        let half = place.tau.len();
        let mut moved = place.clone();
        moved.u.iter_mut().zip(&gradient.inputs).for_each(|(u, g)| *u -= self.unit() * g);
        for (j, tau) in moved.tau.iter_mut().enumerate() {
            *tau -= (gradient.outputs[j] - gradient.outputs[j + half]) / self.unit();
        }
        self.project(&mut moved);
        let square = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        (square(&moved.u, &place.u) + square(&moved.tau, &place.tau)).sqrt()
    }

    /// Goes down from a point to a stationary one.
    ///
    /// *Algorithm*: Levenberg and Marquardt's, with the ball as a second constraint of every linear problem (one more
    /// multiplier, found by halving) and output weights at their least value left there while the loss pulls them below.
    /// Only steps that make the loss smaller are taken.
    pub fn descend(&self, start: Place) -> Found {
        let mut place = start;
        self.project(&mut place);
        let mut loss = self.layer(&place).loss(self.data);
        let mut damping = DAMPING;
        let mut linear = self.linear(&place);
        let mut stationarity = self.stationarity(&place);
        let mut steps = 0;
        while steps < MOST_STEPS && stationarity > STATIONARY && damping < MOST_DAMPING {
            steps += 1;
            let Some(tried) = self.step(&place, &linear, damping) else {
                damping *= 10.0;
                continue;
            };
            let after = self.layer(&tried).loss(self.data);
            if after < loss {
                (place, loss) = (tried, after);
                linear = self.linear(&place);
                stationarity = self.stationarity(&place);
                damping = (damping / 5.0).max(LEAST_DAMPING);
            } else {
                damping *= 4.0;
            }
        }
        Found { place, loss, stationarity, steps }
    }

    fn linear(&self, place: &Place) -> Linear {
        let layer = self.layer(place);
        let rest: Vec<f64> = layer.residuals(self.data).iter().map(|r| -r).collect();
        let columns = place.u.len();
        let jacobian = layer.jacobian(self.data);
        let scaled = |row: &[f64]| row.iter().map(|entry| self.unit() * entry).collect::<Vec<f64>>();
        let by_u: Vec<Vec<f64>> = jacobian.chunks(columns).map(scaled).collect();
        let features = layer.features(self.data);
        let half = place.tau.len();
        let of_pair = |j: usize| -> Vec<f64> {
            features.chunks(2 * half).map(|row| (row[j] - row[j + half]) / self.unit()).collect()
        };
        let pairs: Vec<Vec<f64>> = (0..half).map(of_pair).collect();
        let by_tau = if self.is_tied {
            vec![(0..rest.len()).map(|i| pairs.iter().map(|pair| pair[i]).sum()).collect()]
        } else {
            pairs
        };
        let least = self.smallest * self.unit();
        let is_free = |(j, column): (usize, &Vec<f64>)| place.tau[j] > least || dot(column, &rest) > 0.0;
        let by_tau: Vec<Vec<f64>> = by_tau
            .iter()
            .enumerate()
            .map(|(j, column)| if is_free((j, column)) { column.clone() } else { vec![0.0; rest.len()] })
            .collect();
        let gram = by_u.iter().enumerate().map(|(i, row)| by_u[..=i].iter().map(|other| dot(row, other)).collect());
        let gram = gram.collect();
        Linear { rest, by_u, by_tau, gram }
    }

    /// Where the linear problem with damping has its minimum within the ball.
    fn step(&self, place: &Place, linear: &Linear, damping: f64) -> Option<Place> {
        let free = self.step_with(place, linear, damping, 0.0)?;
        let mut best = free;
        if length(&best.u) > self.reach() {
            // The length falls as the multiplier grows.
            let (mut low, mut high) = (LEAST_DAMPING.ln(), (1.0 / LEAST_DAMPING).ln());
            for _ in 0..HALVINGS {
                let middle = 0.5 * (low + high);
                let tried = self.step_with(place, linear, damping, libm::exp(middle))?;
                if length(&tried.u) > self.reach() {
                    low = middle;
                } else {
                    high = middle;
                    best = tried;
                }
            }
        }
        self.project(&mut best);
        Some(best)
    }

    /// The minimum of ½‖r − A du − B dτ‖² + ½ damping (‖du‖² + ‖dτ‖²) + ½ multiplier ‖u + du‖².
    ///
    /// *Algorithm*: with ρ = damping + multiplier and du = e − (multiplier/ρ) u, the optimum is e = Aᵀz/ρ and
    /// dτ = Bᵀz/damping, where (I + AAᵀ/ρ + BBᵀ/damping) z = r + (multiplier/ρ) A u.
    fn step_with(&self, place: &Place, linear: &Linear, damping: f64, multiplier: f64) -> Option<Place> {
        let rho = damping + multiplier;
        let share = multiplier / rho;
        let n = linear.rest.len();
        let matrix = (0..n)
            .map(|i| {
                let mut row: Vec<f64> = linear.gram[i].iter().map(|entry| entry / rho).collect();
                for column in &linear.by_tau {
                    let factor = column[i] / damping;
                    row.iter_mut().zip(column).for_each(|(entry, other)| *entry += factor * other);
                }
                row[i] += 1.0;
                row
            })
            .collect();
        let right = linear.rest.iter().zip(&linear.by_u).map(|(rest, row)| rest + share * dot(row, &place.u)).collect();
        let z = solve(matrix, right)?;
        let mut u: Vec<f64> = place.u.iter().map(|u| u - share * u).collect();
        for (row, z) in linear.by_u.iter().zip(&z) {
            u.iter_mut().zip(row).for_each(|(u, entry)| *u += z * entry / rho);
        }
        let moves: Vec<f64> = linear.by_tau.iter().map(|column| dot(column, &z) / damping).collect();
        let moved = |j: usize| moves[if self.is_tied { 0 } else { j }];
        let tau = place.tau.iter().enumerate().map(|(j, tau)| tau + moved(j)).collect();
        Some(Place { u, tau })
    }
}

/// Euclidean length.
pub fn length(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::random_labels;
    use relulab_train::Mirrored;

    fn centre(pairs: usize, dim: usize) -> Vec<f64> {
        let half: Vec<f64> = (0..pairs * dim).map(|k| 0.6 * libm::sin(2.1 * (k * k) as f64)).collect();
        [half.clone(), half].concat()
    }

    #[test]
    fn in_the_unit_ball_both_measures_of_stationarity_agree() {
        let data = random_labels(12, 3, 5).unwrap();
        for is_tied in [true, false] {
            let problem = Constrained {
                data: &data,
                activation: Activation::Tanh,
                centre: centre(3, 3),
                radius: 1.0,
                smallest: 0.001,
                is_tied,
            };
            let u = (0..18).map(|k| 0.2 * libm::cos(f64::from(k))).collect();
            let place = Place { u, tau: vec![0.4; 3] };
            let ratio = if is_tied { Some(1.0) } else { None };
            let regime = Mirrored { ratio, ..Mirrored::published(1.0) };
            let other = problem.layer(&place).stationarity(&data, &problem.centre, &regime, 1.0);
            assert!((problem.stationarity(&place) - other).abs() < 1e-12);
        }
    }

    #[test]
    fn enough_pairs_fit_in_a_small_ball_and_too_few_stop_at_its_edge() {
        let data = random_labels(12, 4, 3).unwrap();
        let problem = |pairs: usize| Constrained {
            data: &data,
            activation: Activation::Tanh,
            centre: centre(pairs, 4),
            radius: 0.05,
            smallest: 0.001,
            is_tied: true,
        };
        for (pairs, fits) in [(4, true), (1, false)] {
            let problem = problem(pairs);
            let start = Place { u: vec![0.0; 8 * pairs], tau: vec![0.01; pairs] };
            let found = problem.descend(start);
            assert!(length(&found.place.u) <= problem.reach() * (1.0 + 1e-12));
            assert!(found.place.tau.iter().all(|tau| *tau >= problem.smallest * problem.unit()));
            assert_eq!(found.stationarity, problem.stationarity(&found.place));
            assert_eq!(found.loss < 1e-16, fits, "{found:?}");
            if fits {
                assert!(found.stationarity <= STATIONARY);
                assert!(problem.layer(&found.place).distance(&problem.centre) <= 0.05 * (1.0 + 1e-12));
            }
        }
    }
}
