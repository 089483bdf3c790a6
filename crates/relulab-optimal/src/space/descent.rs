//! Good networks to begin with: a point of a unit changes its side while that helps.

use super::certificate::Units;
use super::fit::{Fit, Solver};
use super::ground::Ground;
use super::landscape::Squares;
use super::mask::Mask;
use super::part::{Block, Part};
use super::vertex::vertex;
use crate::branch::Landscape;
use rayon::prelude::*;
use relulab_exact::Dyadic;
use relulab_net::{Purpose, RandomStream};
use std::sync::Arc;

/// Random half-spaces per unit that a search begins from, for every number of positive units.
const N_STARTS: usize = 12;
/// The stream that they come from.
const START_SEED: u64 = 5;
/// Fits that one descent may take.
const MAX_FITS: usize = 600;

/// For every unit a sign and the points where it is active; positive units first.
#[derive(Clone)]
pub(super) struct Cells(Vec<(bool, Mask)>);

impl Cells {
    fn new(mut units: Vec<(bool, Mask)>) -> Self {
        units.sort_by_key(|unit| !unit.0);
        Self(units)
    }

    /// The cells of a network's units.
    pub fn of_network(ground: &Ground, network: &Units) -> Self {
        let points = &ground.points;
        let each = network.weights.iter().zip(&network.biases).zip(&network.outputs);
        let unit = |((weights, bias), output): ((&Vec<f64>, &f64), &f64)| {
            let is_active = |at: usize| {
                let chosen = points.coordinates.iter().zip(&points.rows[at]);
                chosen.fold(*bias, |sum, (&coordinate, x)| sum + weights[coordinate] * number(x)) > 0.0
            };
            (*output > 0.0, Mask::of(points.len(), is_active))
        };
        Self::new(each.map(unit).collect())
    }

    /// The rays of the cells, as a part.
    pub fn part(&self, ground: &Ground) -> Part {
        let block = |(positive, active): &(bool, Mask)| {
            let fits = |ray: &usize| {
                let ray = &ground.rays[*ray];
                ray.positive.is_within(active) && !ray.negative.meets(active)
            };
            Block { positive: *positive, rays: (0..ground.rays.len()).filter(fits).collect::<Arc<[usize]>>() }
        };
        Part { blocks: self.0.iter().map(block).collect() }
    }

    /// The best network in these cells.
    pub fn fit(&self, ground: &Ground, solver: &mut Solver<'_>) -> (Part, Fit) {
        let part = self.part(ground);
        let fit = solver.fit(&part.signs(ground.rays.len()), &[]);
        (part, fit)
    }
}

/// Moves one point of one unit to the other side as long as that lowers the loss.
pub(super) fn descend(squares: &Squares, solver: &mut Solver<'_>, start: Cells) -> Units {
    let ground = &squares.problem.ground;
    let mut cells = start;
    let (mut part, mut fit) = cells.fit(ground, solver);
    let (mut n_fits, mut has_moved) = (0, true);
    while has_moved && n_fits < MAX_FITS {
        has_moved = false;
        for place in 0..cells.0.len() * ground.n_points() {
            let (unit, point) = (place / ground.n_points(), place % ground.n_points());
            // Beyond a facet there is a neighbour; elsewhere hardly a ray fits.
            if !part.blocks[unit].rays.iter().any(|&ray| ground.rays[ray].is_on(point)) {
                continue;
            }
            let mut moved = cells.clone();
            moved.0[unit].1.flip(point);
            n_fits += 1;
            let (other, better) = moved.fit(ground, solver);
            if better.sum < fit.sum {
                (cells, part, fit, has_moved) = (moved, other, better, true);
            }
        }
    }
    let fit = squares.risen(&part, fit);
    let exact = vertex(ground, &squares.sample, &part).filter(|vertex| vertex.sum < fit.sum);
    let fit = exact.as_ref().or(fit.corner.as_deref()).unwrap_or(&fit);
    squares.network(&part, fit)
}

/// What descents lead to, from given networks and from random half-spaces.
pub(super) fn first(squares: &Squares, starts: &[Units]) -> Vec<Units> {
    let ground = &squares.problem.ground;
    let width = squares.problem.width();
    let given = starts.iter().filter(|network| network.weights.len() == width);
    let mut all: Vec<Cells> = given.map(|network| Cells::of_network(ground, network)).collect();
    let mut stream = RandomStream::new(START_SEED, Purpose::Folds);
    all.extend((0..N_STARTS * (width + 1)).map(|start| {
        let n_positive = start % (width + 1);
        Cells::new((0..width).map(|unit| (unit < n_positive, half_space(ground, &mut stream))).collect())
    }));
    all.into_par_iter().map_init(|| squares.solver(), |solver, cells| descend(squares, solver, cells)).collect()
}

/// The points on one side of a random hyperplane through a point.
fn half_space(ground: &Ground, stream: &mut RandomStream) -> Mask {
    let points = &ground.points;
    let direction: Vec<f64> = points.coordinates.iter().map(|_| stream.normal()).collect();
    let height = |at: usize| -> f64 { direction.iter().zip(&points.rows[at]).map(|(w, x)| w * number(x)).sum() };
    let level = height(stream.below(points.len() as u64) as usize);
    Mask::of(points.len(), |at| height(at) > level)
}

fn number(value: &Dyadic) -> f64 {
    value.to_rational().to_f64()
}
