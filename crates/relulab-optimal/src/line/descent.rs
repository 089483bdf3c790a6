//! Good networks to begin with: each unit's kink moves from gap to gap while that helps.

use super::relaxation::{Fit, Solver};
use super::sample::Sample;
use crate::line::certificate::{Block, Configuration, Hint, Kind, Units};
use crate::line::verify::Points;

/// Fits that one descent may take.
const MAX_FITS: usize = 400;

/// The best network in these gaps, one for every unit.
pub(super) fn fit_gaps(solver: &mut Solver<'_>, gaps: &[Block]) -> Option<Fit> {
    solver.solve(&Configuration::of(gaps.to_vec()), &Hint::default())
}

/// Moves one kink at a time, by one gap or by powers of two, as long as that lowers the loss.
pub(super) fn descend(solver: &mut Solver<'_>, sample: &Sample, start: Vec<Block>) -> Option<(Vec<Block>, Fit)> {
    let mut gaps = start;
    let mut best = fit_gaps(solver, &gaps)?;
    let (mut unit, mut n_in_vain, mut n_fits) = (0, 0, 0);
    while n_in_vain < gaps.len() && n_fits < MAX_FITS {
        let (low, high) = sample.knots.ends(gaps[unit].kind.facing());
        let mut step = 1;
        let mut has_moved = false;
        while step < high - low {
            for is_up in [false, true] {
                let at = gaps[unit].low;
                let to = if is_up { at + step } else { at.saturating_sub(step) };
                if to < low || to >= high || (!is_up && at < step) {
                    continue;
                }
                let mut moved = gaps.clone();
                (moved[unit].low, moved[unit].high) = (to, to + 1);
                n_fits += 1;
                if let Some(fit) = fit_gaps(solver, &moved).filter(|fit| fit.sum < best.sum) {
                    (gaps, best, has_moved) = (moved, fit, true);
                }
            }
            step *= 2;
        }
        n_in_vain = if has_moved { 0 } else { n_in_vain + 1 };
        unit = (unit + 1) % gaps.len();
    }
    Some((gaps, best))
}

/// Kinks spread evenly over the chain of every kind.
pub(super) fn spread_evenly(root: &Configuration) -> Vec<Block> {
    let blocks = root.blocks();
    let place = |(unit, block): (usize, &Block)| {
        let alike = || (0..blocks.len()).filter(|&other| blocks[other].kind == block.kind);
        let (count, rank) = (alike().count(), alike().filter(|&other| other < unit).count());
        let low = block.low + (block.high - block.low) * (2 * rank + 1) / (2 * count);
        gap(*block, low)
    };
    blocks.iter().enumerate().map(place).collect()
}

/// The network through the means at all points, where there are units enough: a kink at every point but the last, and
/// a constant unit in place of the output bias.
pub(super) fn interpolate(points: &Points, width: usize, output_bias: bool) -> Option<Units> {
    let (x, y) = (&points.x, &points.means);
    let n_needed = points.len() - usize::from(output_bias);
    if width < n_needed {
        return None;
    }
    let slope = |at: usize| (y[at + 1] - y[at]) / (x[at + 1] - x[at]);
    let mut units = Units { weights: vec![], biases: vec![], outputs: vec![], output_bias: 0.0 };
    let mut add = |weight: f64, bias: f64, output: f64| {
        units.weights.push(weight);
        units.biases.push(bias);
        units.outputs.push(output);
    };
    if !output_bias {
        add(0.0, y[0].abs(), 1.0_f64.copysign(y[0]));
    }
    for at in 0..points.len() - 1 {
        let change = slope(at) - if at == 0 { 0.0 } else { slope(at - 1) };
        add(change.abs(), -change.abs() * x[at], 1.0_f64.copysign(change));
    }
    (n_needed..width).for_each(|_| add(0.0, 0.0, 0.0));
    if output_bias {
        units.output_bias = y[0];
    }
    Some(units)
}

/// The gaps of a given network's kinks.
pub(super) fn gaps_of_network(sample: &Sample, units: &Units) -> Vec<Block> {
    let each = units.weights.iter().zip(&units.biases).zip(&units.outputs);
    let mut gaps: Vec<Block> = each
        .map(|((&weight, &bias), &output)| {
            let kind = Kind::ALL[2 * usize::from(weight < 0.0) + usize::from(output < 0.0)];
            let (low, high) = sample.knots.ends(kind.facing());
            let kink = if weight == 0.0 { f64::NEG_INFINITY } else { -bias / weight };
            gap(Block { kind, low, high }, sample.knot_before(kink))
        })
        .collect();
    gaps.sort_by_key(|gap| (gap.kind, gap.low));
    gaps
}

fn gap(block: Block, low: usize) -> Block {
    let low = low.clamp(block.low, block.high.saturating_sub(1).max(block.low));
    Block { low, high: (low + 1).min(block.high), ..block }
}
