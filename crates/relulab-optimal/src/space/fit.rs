//! The best fit by rays with given signs, in f64: the relaxation of a part. Whatever it returns is only a hint.
//!
//! *Algorithm*: Newton's, with each quadratic model solved by [`Squares`] and a step that is halved until the loss falls. For
//! squared loss the first model is the loss itself. Where a loss has no curvature it is given a little.

use super::ground::Ground;
use super::loss::Loss;
use super::nonnegative::{Model, Solution, Squares};
use super::sample::Sample;

/// Newton steps.
const MAX_STEPS: usize = 60;
/// A step is good if the loss falls by this share of what its slope promises.
const SUFFICIENT: f64 = 1e-4;
/// Steps are not halved below this.
const SHORTEST_STEP: f64 = 1e-9;
/// A step whose model promises less than this share of the loss is the last.
const NO_PROGRESS: f64 = 1e-15;

/// A best fit.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// Sum of the losses, in the scale of the sample.
    pub sum: f64,
    /// Output bias, in the same scale.
    pub bias: f64,
    /// Rays and their coefficients other than zero, with the sign of the output weight, ascending.
    pub terms: Vec<(usize, f64)>,
    /// For a loss that was rounded off: a fit by the same rays through all points that this one nearly meets.
    pub corner: Option<Box<Fit>>,
}

/// Fits, one after the other.
pub(super) struct Solver<'a> {
    sample: &'a Sample,
    squares: Squares<'a>,
}

impl<'a> Solver<'a> {
    pub fn new(ground: &'a Ground, sample: &'a Sample) -> Self {
        Self { sample, squares: Squares::new(ground, sample) }
    }

    /// The best fit with these signs allowed, beginning with the rays of an earlier one.
    pub fn fit(&mut self, signs: &[[bool; 2]], first: &[usize]) -> Fit {
        let mut at = Place { values: vec![0.0; self.sample.labels.len()], bias: 0.0, terms: Vec::new() };
        let mut rays = first.to_vec();
        let sample = self.sample;
        for &loss in &sample.stages {
            self.descend(loss, signs, &mut at, &mut rays);
        }
        let corner = self.corner(&at).map(Box::new);
        Fit { sum: sample.sum(sample.loss, &at.values), bias: at.bias, terms: at.terms, corner }
    }

    /// The fit by the same rays through all labels that are nearer than the loss was rounded off, if that is better.
    fn corner(&mut self, at: &Place) -> Option<Fit> {
        let sample = self.sample;
        let smoothing = sample.loss.smoothing();
        if smoothing == 0.0 {
            return None;
        }
        let (mut curvatures, mut right) = (Vec::new(), Vec::new());
        for (&value, labels) in at.values.iter().zip(&sample.labels) {
            let near = labels.iter().find(|label| (value - *label).abs() <= smoothing);
            let weight = if near.is_some() { 1.0 } else { smoothing * smoothing };
            curvatures.push(weight);
            right.push(weight * near.unwrap_or(&value));
        }
        let mut signs = vec![[false; 2]; sample.norms.len()];
        for &(ray, coefficient) in &at.terms {
            signs[ray] = [coefficient > 0.0, coefficient < 0.0];
        }
        let rays: Vec<usize> = at.terms.iter().map(|term| term.0).collect();
        let solution = self.squares.solve(&Model { curvatures, right, pull: smoothing }, &signs, &rays);
        let sum = sample.sum(sample.loss, &solution.values);
        let is_better = sum < sample.sum(sample.loss, &at.values);
        is_better.then_some(Fit { sum, bias: solution.bias, terms: solution.terms, corner: None })
    }

    /// Minimises one loss, from a place on.
    fn descend(&mut self, loss: Loss, signs: &[[bool; 2]], at: &mut Place, rays: &mut Vec<usize>) {
        let mut sum = self.sample.sum(loss, &at.values);
        for _ in 0..MAX_STEPS {
            let pulls = self.pulls(loss, &at.values);
            let solution = self.squares.solve(&self.model(loss, &at.values, &pulls), signs, rays);
            *rays = solution.terms.iter().map(|term| term.0).collect();
            // The pull along the step is what the loss falls by at first.
            let fall: f64 =
                solution.values.iter().zip(&at.values).zip(&pulls).map(|((to, from), p)| (to - from) * p).sum();
            let mut step = 1.0;
            let mut moved = at.moved(step, &solution);
            let mut lower = self.sample.sum(loss, &moved.values);
            while lower > sum - SUFFICIENT * step * fall && step > SHORTEST_STEP {
                step *= 0.5;
                moved = at.moved(step, &solution);
                lower = self.sample.sum(loss, &moved.values);
            }
            if lower > sum {
                return;
            }
            (*at, sum) = (moved, lower);
            if loss.is_quadratic() || fall <= NO_PROGRESS * sum {
                return;
            }
        }
    }

    /// The pulls of all data at every point.
    fn pulls(&self, loss: Loss, values: &[f64]) -> Vec<f64> {
        let of_point =
            |(value, labels): (&f64, &Vec<f64>)| -> f64 { labels.iter().map(|label| loss.pull(*value, *label)).sum() };
        values.iter().zip(&self.sample.labels).map(of_point).collect()
    }

    /// The quadratic model of a loss at a fit.
    fn model(&self, loss: Loss, values: &[f64], pulls: &[f64]) -> Model {
        let curvature = |(value, labels): (&f64, &Vec<f64>)| -> f64 {
            labels.iter().map(|label| loss.curvature(*value, *label).max(loss.least_curvature())).sum()
        };
        let curvatures: Vec<f64> = values.iter().zip(&self.sample.labels).map(curvature).collect();
        let right = (0..values.len()).map(|at| curvatures[at] * values[at] + pulls[at]).collect();
        let pull = pulls.iter().map(|pull| pull * pull).sum::<f64>().sqrt();
        Model { curvatures, right, pull }
    }
}

/// A fit on the way.
struct Place {
    values: Vec<f64>,
    bias: f64,
    /// By ray, ascending.
    terms: Vec<(usize, f64)>,
}

impl Place {
    /// The fit at a share of the way to a solution.
    fn moved(&self, share: f64, solution: &Solution) -> Self {
        let mix = |from: f64, to: f64| if share == 1.0 { to } else { from + share * (to - from) };
        let mut terms: Vec<(usize, f64)> = solution.terms.iter().map(|&(ray, to)| (ray, mix(0.0, to))).collect();
        if share < 1.0 {
            for &(ray, from) in &self.terms {
                match terms.iter_mut().find(|term| term.0 == ray) {
                    Some(term) => term.1 += (1.0 - share) * from,
                    None => terms.push((ray, (1.0 - share) * from)),
                }
            }
        }
        terms.sort_by_key(|term| term.0);
        terms.retain(|term| term.1 != 0.0);
        let values = self.values.iter().zip(&solution.values).map(|(&from, &to)| mix(from, to)).collect();
        Self { values, bias: mix(self.bias, solution.bias), terms }
    }
}
