//! Parts: for every unit a sign and the patterns that it may have.

use crate::convex::patterns::Pattern;
use std::sync::Arc;

/// All units with one sign of the output weight and one of some patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Whether the output weight is positive.
    pub positive: bool,
    /// Places of the patterns, ascending.
    pub patterns: Arc<[usize]>,
}

/// One block for every unit; units are listed by sign, the positive ones first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub blocks: Vec<Block>,
}

impl Part {
    /// Parts that together hold every network of `width` units: one for each number of positive units, all first.
    pub fn roots(width: usize, n_patterns: usize) -> Vec<Self> {
        let patterns: Arc<[usize]> = (0..n_patterns).collect();
        let block = |positive| Block { positive, patterns: Arc::clone(&patterns) };
        let root = |negative| Self { blocks: (0..width).map(|unit| block(unit < width - negative)).collect() };
        (0..=width).map(root).collect()
    }

    /// The two parts in which a unit is on and off at a point; `None` where there is no such unit, or its patterns agree there.
    ///
    /// Of several units that may be anything in the same block, it is the first that is on if any is. So in the second part
    /// all that come after it and are like it are off too. A unit of zeros is in every block.
    pub fn cut(&self, patterns: &[Pattern], unit: usize, point: usize) -> Option<[Self; 2]> {
        let block = self.blocks.get(unit)?.clone();
        let is_on = |at: &usize| patterns[*at].get(point).copied().unwrap_or_default();
        let (on, off): (Vec<usize>, Vec<usize>) = block.patterns.iter().partition(|at| is_on(at));
        if on.is_empty() || off.is_empty() {
            return None;
        }
        let [mut first, mut second] = [self.clone(), self.clone()];
        first.blocks[unit].patterns = on.into();
        let off: Arc<[usize]> = off.into();
        for like in second.blocks[unit..].iter_mut().filter(|like| **like == block) {
            like.patterns = Arc::clone(&off);
        }
        Some([first, second])
    }

    /// For every pattern, whether a unit with a positive and with a negative output weight may have it.
    pub fn allowed(&self, n_patterns: usize) -> Vec<[bool; 2]> {
        let mut allowed = vec![[false; 2]; n_patterns];
        for block in &self.blocks {
            for &at in block.patterns.iter() {
                allowed[at][usize::from(!block.positive)] = true;
            }
        }
        allowed
    }
}
