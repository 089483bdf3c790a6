//! Lower bounds from dual points, with every rounding charged to the bound.

use super::patterns::Pattern;
use super::problem::Problem;
use super::projection::multipliers;
use crate::above::Above;
use rayon::prelude::*;
use relulab_exact::Bounded;

/// How much a pattern would gain: upper bounds of ‖Proj_K(±XᵀDν)‖, for output weights > 0 and < 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pull {
    /// For ν, then for −ν.
    pub(crate) both: [f64; 2],
}

/// The pulls of all patterns.
pub(crate) fn pulls(problem: &Problem, patterns: &[Pattern], nu: &[f64]) -> Vec<Pull> {
    patterns.par_iter().map(|pattern| pull(problem, pattern, nu)).collect()
}

/// The pull of one pattern.
pub(crate) fn pull(problem: &Problem, pattern: &Pattern, nu: &[f64]) -> Pull {
    let towards = |on: &bool| if *on { 1.0 } else { -1.0 };
    let normals: Vec<Vec<f64>> =
        problem.points().zip(pattern).map(|(x, on)| x.iter().map(|x| towards(on) * x).collect()).collect();
    let both = [1.0, -1.0].map(|sign| {
        // XᵀDν with its error.
        let mut g = vec![Bounded::ZERO; problem.dim];
        for ((x, on), nu) in problem.points().zip(pattern).zip(nu) {
            if *on {
                g.iter_mut().zip(x).for_each(|(g, x)| *g = *g + Bounded::exact(sign * nu) * Bounded::exact(*x));
            }
        }
        let middle: Vec<f64> = g.iter().map(|g| g.value()).collect();
        for (normal, lambda) in normals.iter().zip(multipliers(&normals, &middle)) {
            if lambda > 0.0 {
                g.iter_mut().zip(normal).for_each(|(g, c)| *g = *g + Bounded::exact(lambda) * Bounded::exact(*c));
            }
        }
        Above::norm(g.iter().map(|g| (Above::of(g.value()) + Above::of(g.error())).get())).get()
    });
    Pull { both }
}

/// A lower bound of the objective of every network, from ν and the largest pull ρ of all patterns.
///
/// *Algorithm*: cν is dual feasible for 0 ≤ c ≤ β/ρ, and its value is c νᵀy − ½c²‖ν‖²; the best c is taken.
pub(crate) fn lower_bound(problem: &Problem, nu: &[f64], largest: f64) -> f64 {
    let product = super::problem::dot(nu, &problem.labels);
    let square = super::problem::dot(nu, nu);
    let best = product.value() / square.value();
    let most = (problem.ridge / largest).next_down();
    let factor = if best < most { best } else { most };
    if !(factor.is_finite() && factor > 0.0) {
        // ν = 0 is always feasible.
        return 0.0;
    }
    let c = Bounded::exact(factor);
    let value = c * product - Bounded::exact(0.5) * c * c * square;
    (value.value() - value.error()).next_down().max(0.0)
}
