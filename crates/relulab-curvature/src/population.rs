//! The population Hessian: the expected squared loss under N(0,1) of a network with one hidden layer on the line.
//!
//! The expected loss is twice differentiable although the network has kinks. With x* = −b/w the kink of a unit and r
//! the residual, its Hessian is the expectation of the pattern Hessian plus, in (w, b),
//!
//! ```text
//! 2 v r(x*) φ(x*) / |w| · (x*, 1)(x*, 1)ᵀ        (times 1 − slope for LeakyReLU)
//! ```
//!
//! because σ'' is a point mass at the kink. Automatic differentiation drops this term, so the pattern Hessian of a
//! growing sample does not converge to the population Hessian.

use crate::error::CurvatureError;
use crate::line::{self, LineMeasure, LineWorkspace, Moments};
use crate::matrix::SymmetricMatrix;
use crate::second_derivative::NORMAL_MODE;
use relulab_net::{Activation, Network, PiecewisePolynomial, reference};

/// Powers of x in the moments that the assembly asks for.
const INPUT_POWERS: usize = 3;

/// The squared loss under N(0,1) for a target that is a piecewise polynomial.
#[derive(Clone, Debug)]
pub struct NormalObjective {
    target: PiecewisePolynomial,
    square: PiecewisePolynomial,
    total: Moments,
}

/// Loss, gradient and matrices in expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationCurvature {
    /// Expected loss.
    pub loss: f64,
    /// Its gradient.
    pub gradient: Vec<f64>,
    /// The Hessian of the expected loss.
    pub population_hessian: SymmetricMatrix,
    /// The expectation of the pattern Hessian: the same without the kinks.
    pub pattern_hessian: SymmetricMatrix,
    /// The expectation of the Gauss-Newton matrix.
    pub gauss_newton: SymmetricMatrix,
}

impl NormalObjective {
    /// The objective of a target.
    pub fn new(target: PiecewisePolynomial) -> Self {
        let square = target.product(&target);
        let mut objective = Self { target, square, total: [0.0; 6] };
        objective.total = objective.below(f64::INFINITY);
        objective
    }

    /// The target.
    pub fn target(&self) -> &PiecewisePolynomial {
        &self.target
    }

    /// Loss, gradient and matrices of a network 1→k→1 with ReLU or LeakyReLU, in closed form.
    ///
    /// Their errors are a few roundings of E\[(1 + x²)(1 + y²)\] times the size of the parameters involved. A unit
    /// without input weight has no kink. Where the target jumps exactly at a kink, its value from the left is taken.
    ///
    /// # Errors
    /// When the network has another shape or a smooth activation.
    pub fn curvature(&self, network: &Network) -> Result<PopulationCurvature, CurvatureError> {
        let shape = network.shape();
        let unsupported =
            CurvatureError::Unsupported { method: "the population Hessian", needs: "ReLU or LeakyReLU on 1→k→1" };
        let slope = match network.activation() {
            Activation::Relu => 0.0,
            Activation::LeakyRelu { slope } => slope,
            _ => return Err(unsupported),
        };
        if (shape.input_dim(), shape.depth(), shape.output_dim()) != (1, 1, 1) {
            return Err(unsupported);
        }
        let parameters = network.parameters();
        let curvature = line::curvature(self, 1.0, slope, parameters, &mut LineWorkspace::default());
        let mut population = curvature.hessian.clone();
        let (k, p) = (shape.n_units(), parameters.len());
        let values = population.values_mut();
        for i in 0..k {
            let (w, b, v) = (parameters[i], parameters[k + i], parameters[2 * k + i]);
            let kink = -b / w;
            let density = normal_density(kink);
            if w == 0.0 || density == 0.0 {
                continue;
            }
            let residual = reference::forward(network, &[kink])[0] - self.target.eval(kink);
            let mass = 2.0 * (1.0 - slope) * v * residual * density / w.abs();
            values[i * p + i] += mass * kink * kink;
            values[i * p + k + i] += mass * kink;
            values[(k + i) * p + i] += mass * kink;
            values[(k + i) * p + k + i] += mass;
        }
        Ok(PopulationCurvature {
            loss: curvature.loss,
            gradient: curvature.gradient,
            population_hessian: population,
            pattern_hessian: curvature.hessian,
            gauss_newton: curvature.gauss_newton,
        })
    }
}

impl LineMeasure for NormalObjective {
    fn cut(&self, weight: f64, bias: f64) -> f64 {
        -bias / weight
    }

    fn below(&self, cut: f64) -> Moments {
        let [x0, x1, x2] = expectations(&[], &[vec![1.0]], cut);
        let [y0, y1, _] = expectations(self.target.breaks(), self.target.pieces(), cut);
        let [yy, ..] = expectations(self.square.breaks(), self.square.pieces(), cut);
        [x0, x1, x2, y0, y1, yy]
    }

    fn total(&self) -> Moments {
        self.total
    }
}

/// E[xᵐ f(x); x < cut] for m = 0, 1, 2.
fn expectations(breaks: &[f64], pieces: &[Vec<f64>], cut: f64) -> [f64; INPUT_POWERS] {
    let mut sums = [0.0; INPUT_POWERS];
    let mut left = f64::NEG_INFINITY;
    for (piece, coefficients) in pieces.iter().enumerate() {
        if left >= cut {
            break;
        }
        let right = breaks.get(piece).map_or(cut, |end| end.min(cut));
        let count = coefficients.len() + INPUT_POWERS - 1;
        let (from, to) = (moments_below(left, count), moments_below(right, count));
        for (m, sum) in sums.iter_mut().enumerate() {
            *sum += coefficients.iter().zip(from[m..].iter().zip(&to[m..])).map(|(c, (a, b))| c * (b - a)).sum::<f64>();
        }
        left = right;
    }
    sums
}

/// E[xᵏ; x < t] for k below `count`, by parts: Gₖ = (k−1) Gₖ₋₂ − tᵏ⁻¹ φ(t).
fn moments_below(t: f64, count: usize) -> Vec<f64> {
    let mut moments = Vec::with_capacity(count);
    let mut power_times_density = normal_density(t);
    for k in 0..count {
        moments.push(match k {
            0 => 0.5 * libm::erfc(-t * std::f64::consts::FRAC_1_SQRT_2),
            1 => -power_times_density,
            _ => {
                // In the far tails the density is 0 and beats every power.
                power_times_density = if power_times_density == 0.0 { 0.0 } else { power_times_density * t };
                (k - 1) as f64 * moments[k - 2] - power_times_density
            }
        });
    }
    moments
}

/// φ(x).
fn normal_density(x: f64) -> f64 {
    NORMAL_MODE * libm::exp(-0.5 * x * x)
}
