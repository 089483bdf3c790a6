//! Networks with one input as the search sees them: parts bounded, cut, and looked through for better networks.

use super::descent;
use super::relaxation::{Fit, Solver};
use super::sample::{Hinge, Sample};
use super::units;
use crate::branch::{Examined, Goal, Landscape};
use crate::line::certificate::{Block, Configuration, Hint, Knots, Units};
use crate::line::problem::Problem;
use crate::line::verify::{self, Bound, Points};
use rayon::prelude::*;

/// Descents from kinks spread evenly: one for every number of units of each kind, as long as these are few.
const MAX_DESCENTS: usize = 40;
/// How often a hint is offered again with the conditions that it violated as contacts.
const MAX_REPAIRS: usize = 6;

/// Networks with one input and squared loss.
#[derive(Debug)]
pub(super) struct Squares {
    pub problem: Problem,
    points: Points,
    sample: Sample,
}

impl Squares {
    pub fn new(problem: Problem) -> Self {
        let points = problem.points();
        let sample = Sample::new(&points, Knots { n_points: points.len(), output_bias: problem.output_bias() });
        Self { problem, points, sample }
    }

    /// The network that does nothing.
    pub fn nothing(&self) -> Units {
        let zeros = vec![0.0; self.problem.width()];
        Units { weights: zeros.clone(), biases: zeros.clone(), outputs: zeros, output_bias: 0.0 }
    }

    fn check(&self, configuration: &Configuration, hint: &Hint) -> Bound {
        verify::bound(&self.points, self.sample.knots, configuration, hint)
    }

    /// The bound that a fit proves; conditions that rounding leaves open become contacts.
    fn prove(&self, configuration: &Configuration, fit: &Fit) -> Option<(f64, Hint)> {
        let mut more: Vec<Hinge> = Vec::new();
        for _ in 0..MAX_REPAIRS {
            let hint = fit.hint(&self.sample, &more);
            match self.check(configuration, &hint) {
                Bound::Proven(sum) => return Some((verify::mean_below(sum, self.points.n_data), hint)),
                Bound::Violated(conditions) => {
                    more.extend(conditions.into_iter().map(|(knot, facing)| Hinge { knot, facing }));
                }
                Bound::Malformed => break,
            }
        }
        None
    }

    /// A network near a fit that seems better than the best so far.
    fn candidate(
        &self,
        solver: &mut Solver<'_>,
        configuration: &Configuration,
        fit: &Fit,
        goal: Goal,
    ) -> Option<(f64, Units)> {
        let (gaps, fit) = match units::gaps_of(configuration, fit) {
            Some(gaps) if fit.is_whole => (gaps, fit.clone()),
            _ => {
                let gaps = units::nearest_gaps(&self.sample, configuration, fit);
                let fit = descent::fit_gaps(solver, &gaps)?;
                (gaps, fit)
            }
        };
        let best = self.sample.scaled_sum(goal.objective * self.points.n_data as f64);
        (fit.sum < best).then(|| (fit.sum, units::network(&self.sample, &gaps, &fit)))
    }

    /// The best network that moving one kink at a time leads to, with its sum of squares.
    fn descend(&self, start: Vec<Block>) -> Option<(f64, Units)> {
        let (gaps, fit) = descent::descend(&mut self.solver(), &self.sample, start)?;
        Some((fit.sum, units::network(&self.sample, &gaps, &fit)))
    }
}

impl Landscape for Squares {
    type Part = Configuration;
    type Hint = Hint;
    type Network = Units;
    type Solver<'a> = Solver<'a>;

    fn roots(&self) -> Vec<Configuration> {
        Configuration::roots(self.problem.width(), self.sample.knots)
    }

    fn cut(&self, part: &Configuration, unit: usize, at: usize) -> Option<[Configuration; 2]> {
        part.cut(unit, at)
    }

    fn solver(&self) -> Solver<'_> {
        Solver::new(&self.sample)
    }

    fn examine<'a>(
        &'a self,
        solver: &mut Solver<'a>,
        part: &Configuration,
        known: &Hint,
        goal: Goal,
    ) -> Examined<Hint, Units> {
        let fit = solver.solve(part, known);
        let proven = fit.as_ref().and_then(|fit| self.prove(part, fit));
        if proven.as_ref().is_some_and(|(bound, _)| goal.is_reached(*bound)) {
            return Examined { proven, candidate: None, cut: None };
        }
        let candidate = fit.as_ref().and_then(|fit| self.candidate(solver, part, fit, goal));
        Examined { proven, candidate, cut: units::choose_cut(&self.sample, part, fit.as_ref()) }
    }

    fn bound(&self, part: &Configuration, hint: &Hint) -> f64 {
        match self.check(part, hint) {
            Bound::Proven(sum) => verify::mean_below(sum, self.points.n_data),
            Bound::Violated(_) | Bound::Malformed => 0.0,
        }
    }

    fn loss(&self, network: &Units) -> f64 {
        let is_of_form =
            network.weights.len() == self.problem.width() && (self.problem.output_bias() || network.output_bias == 0.0);
        if is_of_form { verify::mean_squared_error(network, self.problem.x(), self.problem.y()) } else { f64::INFINITY }
    }

    /// Networks through all points, from kinks spread evenly and from the networks that were given.
    fn first(&self, starts: &[Units]) -> Vec<Units> {
        let width = self.problem.width();
        let through_all = descent::interpolate(&self.points, width, self.problem.output_bias());
        let roots = self.roots();
        let step = roots.len().div_ceil(MAX_DESCENTS);
        let mut gaps: Vec<Vec<Block>> = roots.iter().step_by(step).map(descent::spread_evenly).collect();
        let given = starts.iter().filter(|network| network.weights.len() == width);
        gaps.extend(given.map(|network| descent::gaps_of_network(&self.sample, network)));
        let found: Vec<Option<(f64, Units)>> = gaps.into_par_iter().map(|gaps| self.descend(gaps)).collect();
        // The first of the best: the order is fixed.
        let best = found.into_iter().flatten().min_by(|a, b| a.0.total_cmp(&b.0));
        through_all.into_iter().chain(best.map(|best| best.1)).collect()
    }

    fn improve(&self, network: &Units) -> Option<Units> {
        Some(self.descend(descent::gaps_of_network(&self.sample, network))?.1)
    }

    fn loss_of_nothing(&self) -> f64 {
        self.problem.label_variance()
    }
}
