//! Linear pieces: adjacent regions merged where their affine maps are equal, and distinct maps counted.

use super::forms::Forms;
use super::judge::{Judge, Uncertain};
use super::walk::Region;
use crate::layers::AffineLayers;
use relulab_exact::{Number, NumberVector, Sign};

/// The connected pieces found so far, from left to right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pieces<N: Number> {
    /// Where each piece but the first begins.
    pub breakpoints: Vec<N>,
    /// Pieces × outputs.
    pub slopes: Vec<N>,
    /// Pieces × outputs.
    pub intercepts: Vec<N>,
    /// Pieces × units: which are on in the leftmost region of each piece.
    patterns: Vec<bool>,
    /// Pattern of the region visited last.
    last_pattern: Vec<bool>,
    /// Number of activation regions visited.
    pub n_regions: usize,
    /// Number of pieces.
    pub n_pieces: usize,
    /// Pieces with the slopes of their first outputs, in the order of these.
    order: Vec<(f64, u32)>,
    difference: Difference<N>,
}

impl<N: Number> Pieces<N> {
    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        self.breakpoints.clear();
        self.slopes.clear();
        self.intercepts.clear();
        self.patterns.clear();
        self.last_pattern.clear();
        self.n_regions = 0;
        self.n_pieces = 0;
    }

    /// Takes the next region to the right; it opens a new piece if its map differs from that of the last piece.
    ///
    /// The function is continuous, so at a finite breakpoint two maps are equal as soon as their slopes are.
    pub fn take(&mut self, layers: &AffineLayers, region: &Region<'_, N>, judge: &mut Judge) -> Result<(), Uncertain> {
        self.n_regions += 1;
        let outputs = region.outputs;
        let n_outputs = layers.output_dim();
        if let Some(left) = region.cell.left.filter(|_| self.n_pieces > 0) {
            let piece = &self.slopes[self.slopes.len() - n_outputs..];
            let differences = piece.iter().enumerate().map(|(k, slope)| outputs.slopes.get(k) - slope);
            let equal = match agreement(differences, judge) {
                Some(equal) => equal,
                None => self.difference.is_zero(layers, &self.last_pattern, region.pattern, judge)?,
            };
            self.last_pattern.copy_from_slice(region.pattern);
            if equal {
                return Ok(());
            }
            self.breakpoints.push(left.clone());
        } else {
            self.last_pattern.extend_from_slice(region.pattern);
        }
        self.patterns.extend_from_slice(region.pattern);
        self.slopes.extend((0..n_outputs).map(|output| outputs.slopes.get(output)));
        self.intercepts.extend((0..n_outputs).map(|output| outputs.intercepts.get(output)));
        self.n_pieces += 1;
        Ok(())
    }

    /// Number of different affine maps among the pieces.
    ///
    /// *Algorithm*: pieces are sorted by the slope of their first output; only those within each other's bounds can
    /// be equal. Such a pair is compared in all coefficients, and, where that is not certain, by its [`Difference`].
    pub fn count_distinct(&mut self, layers: &AffineLayers, judge: &mut Judge) -> Result<usize, Uncertain> {
        let n_outputs = layers.output_dim();
        let n_units = self.last_pattern.len();
        let Self { slopes, intercepts, patterns, order, difference, .. } = self;
        let reach = 2.0 * slopes.iter().map(N::uncertainty).fold(0.0, f64::max);
        order.clear();
        order.extend((0..self.n_pieces).map(|piece| (slopes[piece * n_outputs].approximate(), piece as u32)));
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut n_distinct = 0;
        for (place, &(slope, piece)) in order.iter().enumerate() {
            // Rounded outwards by comparing against the next larger reach.
            let start = slope - reach.next_up();
            let mut is_new = true;
            for &(slope, earlier) in order[..place].iter().rev() {
                if slope.next_up() < start {
                    break;
                }
                let [here, there] = [piece, earlier].map(|piece| piece as usize);
                let pairs = (0..n_outputs).map(|k| (here * n_outputs + k, there * n_outputs + k));
                let differences =
                    pairs.flat_map(|(a, b)| [slopes[a].clone() - &slopes[b], intercepts[a].clone() - &intercepts[b]]);
                let equal = match agreement(differences, judge) {
                    Some(equal) => equal,
                    None => {
                        let pattern = |piece: usize| &patterns[piece * n_units..(piece + 1) * n_units];
                        difference.is_zero(layers, pattern(there), pattern(here), judge)?
                    }
                };
                if equal {
                    is_new = false;
                    break;
                }
            }
            n_distinct += usize::from(is_new);
        }
        Ok(n_distinct)
    }
}

/// Whether all differences are certainly zero (`Some(true)`), one is certainly not (`Some(false)`), or neither.
fn agreement<N: Number>(differences: impl Iterator<Item = N>, judge: &mut Judge) -> Option<bool> {
    let mut all_zero = true;
    for difference in differences {
        match difference.sign() {
            Some(Sign::Zero) => {}
            Some(_) => {
                judge.margin = judge.margin.min(difference.margin());
                return Some(false);
            }
            None => all_zero = false,
        }
    }
    all_zero.then_some(true)
}

/// The difference of the affine maps of two patterns, propagated as such.
///
/// Where units are off in both patterns the difference dies exactly, whatever the rounding of the two maps: so a
/// kink that no active path carries to the outputs, and two plateaus behind a dead layer, are recognised in f64.
#[derive(Clone, Debug, Default)]
struct Difference<N: Number> {
    zeros: Vec<f64>,
    one: Both<N>,
    two: Both<N>,
    delta: Both<N>,
}

/// Forms before and after an activation.
#[derive(Clone, Debug, Default)]
struct Both<N: Number> {
    pre: Forms<N>,
    post: Forms<N>,
}

impl<N: Number> Difference<N> {
    /// Whether the maps of the two patterns are equal.
    fn is_zero(
        &mut self,
        layers: &AffineLayers,
        pattern_one: &[bool],
        pattern_two: &[bool],
        judge: &mut Judge,
    ) -> Result<bool, Uncertain> {
        let Self { zeros, one, two, delta } = self;
        let widest = layers.all().iter().map(|layer| layer.biases.len()).max().unwrap_or(0);
        zeros.resize(widest.max(zeros.len()), 0.0);
        let leak = N::from_f64(layers.leak).unwrap_or_else(N::zero);
        one.post.set_identity();
        two.post.set_identity();
        delta.post.reset(1);
        let mut first_unit = 0;
        for layer in layers.hidden() {
            let n_units = layer.biases.len();
            for both in [&mut *one, &mut *two] {
                both.pre.apply(layer, &both.post);
                both.post.reset(n_units);
            }
            delta.pre.apply_linear(layer, &delta.post, zeros);
            delta.post.reset(n_units);
            for unit in 0..n_units {
                let [on_one, on_two] = [pattern_one, pattern_two].map(|pattern| pattern[first_unit + unit]);
                one.post.activate(unit, &one.pre, on_one, &leak);
                two.post.activate(unit, &two.pre, on_two, &leak);
                if on_one == on_two {
                    delta.post.activate(unit, &delta.pre, on_one, &leak);
                } else {
                    let [a, b] = [&two.post, &one.post];
                    delta.post.slopes.set(unit, a.slopes.get(unit) - b.slopes.get(unit));
                    delta.post.intercepts.set(unit, a.intercepts.get(unit) - b.intercepts.get(unit));
                }
            }
            first_unit += n_units;
        }
        let Some(layer) = layers.all().last() else { return Ok(true) };
        delta.pre.apply_linear(layer, &delta.post, zeros);
        let slopes = (0..layer.biases.len()).map(|output| delta.pre.slopes.get(output));
        let intercepts = (0..layer.biases.len()).map(|output| delta.pre.intercepts.get(output));
        let answer = agreement(slopes.chain(intercepts), judge);
        if answer.is_none() {
            judge.margin = judge.margin.min(UNDECIDED_MARGIN);
        }
        answer.ok_or(Uncertain)
    }
}

/// The margin recorded when a comparison of maps could not be decided.
const UNDECIDED_MARGIN: f64 = 0.0;
