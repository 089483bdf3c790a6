//! From a relaxation to networks: which unit each knot belongs to, where to cut when they are too many, and parameters.

use super::relaxation::{Fit, Term};
use super::sample::Sample;
use crate::line::certificate::{Block, Configuration, Facing, Kind, Units};

/// The kind of unit that a term belongs to.
fn kind(term: &Term) -> Kind {
    match (term.hinge.facing, term.coefficient > 0.0) {
        (Facing::Right, true) => Kind::RightPlus,
        (Facing::Right, false) => Kind::RightMinus,
        (Facing::Left, true) => Kind::LeftPlus,
        (Facing::Left, false) => Kind::LeftMinus,
    }
}

/// The gap of a block that begins at a knot, or ends there where the block does.
fn gap_at(block: Block, knot: usize) -> Block {
    let low = knot.clamp(block.low, block.high.saturating_sub(1).max(block.low));
    Block { low, high: (low + 1).min(block.high), ..block }
}

/// Gaps, one for every unit, in which the fit is a network; `None` where it has too many knots for that.
pub(super) fn gaps_of(configuration: &Configuration, fit: &Fit) -> Option<Vec<Block>> {
    let mut gaps: Vec<Block> = configuration.blocks().iter().map(|&block| gap_at(block, block.low)).collect();
    for kind_here in Kind::ALL {
        let mut knots: Vec<usize> =
            fit.terms.iter().filter(|term| kind(term) == kind_here).map(|term| term.hinge.knot).collect();
        knots.sort_unstable();
        let mut knots = knots.into_iter().peekable();
        let mut units = configuration.blocks().iter().enumerate().filter(|(_, block)| block.kind == kind_here);
        while let Some(knot) = knots.next() {
            let (unit, &block) = units.find(|(_, block)| knot <= block.high)?;
            if knot < block.low {
                return None;
            }
            gaps[unit] = gap_at(block, knot);
            if knots.peek() == Some(&(knot + 1)) && knot < block.high {
                knots.next();
            }
        }
    }
    Some(gaps)
}

/// What a fit says about one unit: how far its knots are spread, and where their middle is.
#[derive(Clone, Copy, Debug)]
struct Spread {
    /// Σ |coefficient| · distance to the middle.
    size: f64,
    /// The knot nearest to the middle.
    middle: usize,
}

/// The spread of every unit's knots; a knot in several blocks of a kind belongs to the one whose centre is nearest.
fn spreads(sample: &Sample, configuration: &Configuration, fit: &Fit) -> Vec<Spread> {
    let blocks = configuration.blocks();
    let mut owned: Vec<Vec<Term>> = vec![Vec::new(); blocks.len()];
    for term in &fit.terms {
        let knot = term.hinge.knot;
        let owner = (0..blocks.len())
            .filter(|&unit| blocks[unit].kind == kind(term) && (blocks[unit].low..=blocks[unit].high).contains(&knot))
            .min_by_key(|&unit| (blocks[unit].low + blocks[unit].high).abs_diff(2 * knot));
        if let Some(owner) = owner {
            owned[owner].push(*term);
        }
    }
    let place = |knot: usize| sample.x[knot.clamp(1, sample.len()) - 1];
    let spread = |(block, terms): (&Block, Vec<Term>)| {
        let weight: f64 = terms.iter().map(|term| term.coefficient.abs()).sum();
        if weight == 0.0 {
            return Spread { size: 0.0, middle: (block.low + block.high) / 2 };
        }
        let mean = |of: &dyn Fn(&Term) -> f64| {
            terms.iter().map(|term| term.coefficient.abs() * of(term)).sum::<f64>() / weight
        };
        let centre = mean(&|term| place(term.hinge.knot));
        let size = weight * mean(&|term| (place(term.hinge.knot) - centre).abs());
        Spread { size, middle: mean(&|term| term.hinge.knot as f64).round() as usize }
    };
    blocks.iter().zip(owned).map(spread).collect()
}

/// A network near the fit: the gap in the middle of every unit's knots.
pub(super) fn nearest_gaps(sample: &Sample, configuration: &Configuration, fit: &Fit) -> Vec<Block> {
    let spreads = spreads(sample, configuration, fit);
    configuration.blocks().iter().zip(spreads).map(|(&block, spread)| gap_at(block, spread.middle)).collect()
}

/// Which unit to cut at which knot: the one whose knots are spread most, in their middle; without a fit of all points, or
/// without spread, the widest block. `None` where every block is a gap.
pub(super) fn choose_cut(sample: &Sample, configuration: &Configuration, fit: Option<&Fit>) -> Option<(usize, usize)> {
    let blocks = configuration.blocks();
    let open = || (0..blocks.len()).filter(|&unit| !blocks[unit].is_exact());
    let inside = |unit: usize, knot: usize| (unit, knot.clamp(blocks[unit].low + 1, blocks[unit].high - 1));
    if let Some(fit) = fit.filter(|fit| fit.is_whole) {
        let spreads = spreads(sample, configuration, fit);
        let unit = open().max_by(|&a, &b| spreads[a].size.total_cmp(&spreads[b].size).then(b.cmp(&a)))?;
        if spreads[unit].size > 0.0 {
            return Some(inside(unit, spreads[unit].middle));
        }
    }
    let unit = open().max_by_key(|&unit| (blocks[unit].high - blocks[unit].low, usize::MAX - unit))?;
    Some(inside(unit, (blocks[unit].low + blocks[unit].high) / 2))
}

/// The network of a fit whose knots lie in `gaps`, one gap for every unit.
///
/// *Algorithm*: p (x − s)₊ + q (x − t)₊ on data outside of (s, t) is (p + q) x − (p s + q t) where that is positive. The
/// output weight is the sign.
pub(super) fn network(sample: &Sample, gaps: &[Block], fit: &Fit) -> Units {
    let mut left_over = fit.terms.clone();
    let mut units = Units { weights: vec![], biases: vec![], outputs: vec![], output_bias: 0.0 };
    for gap in gaps {
        let is_here = |term: &Term| kind(term) == gap.kind && (gap.low..=gap.high).contains(&term.hinge.knot);
        let (mut weight, mut bias) = (0.0, 0.0);
        for term in left_over.extract_if(.., |term| is_here(term)) {
            let (slope, offset) = sample.line(term.hinge, term.coefficient.abs());
            weight += slope;
            bias += offset;
        }
        let is_used = weight != 0.0 || bias != 0.0;
        units.weights.push(weight);
        units.biases.push(bias);
        units.outputs.push(if !is_used {
            0.0
        } else if gap.kind.is_positive() {
            1.0
        } else {
            -1.0
        });
    }
    if sample.knots.output_bias {
        units.output_bias = sample.label(fit.bias);
    }
    units
}
