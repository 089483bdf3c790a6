//! Blocks: all units of one kind whose kink lies in a range of the data, and the functions that they can be.

use serde::{Deserialize, Serialize};

/// Which end of the line a unit is active towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facing {
    /// Active to the right of its kink.
    Right,
    /// Active to the left of its kink.
    Left,
}

/// Where a unit faces and the sign of its output weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// +relu(a(x − t)).
    #[serde(rename = "right+")]
    RightPlus,
    /// −relu(a(x − t)).
    #[serde(rename = "right-")]
    RightMinus,
    /// +relu(a(t − x)).
    #[serde(rename = "left+")]
    LeftPlus,
    /// −relu(a(t − x)).
    #[serde(rename = "left-")]
    LeftMinus,
}

impl Kind {
    /// All kinds, in the order in which the units of a configuration are listed.
    pub const ALL: [Self; 4] = [Self::RightPlus, Self::RightMinus, Self::LeftPlus, Self::LeftMinus];

    /// Where such units face.
    pub fn facing(self) -> Facing {
        match self {
            Self::RightPlus | Self::RightMinus => Facing::Right,
            Self::LeftPlus | Self::LeftMinus => Facing::Left,
        }
    }

    /// Whether the output weight is positive.
    pub fn is_positive(self) -> bool {
        matches!(self, Self::RightPlus | Self::LeftPlus)
    }
}

/// The knots of a data set: 1 to m are its distinct points from left to right, 0 is −∞ and m + 1 is +∞.
///
/// A *knot function* is a hinge with its kink at a knot: (x − x_k)₊ facing right, (x_k − x)₊ facing left, and the
/// constant 1 at an infinite knot. On the data, a unit whose kink lies between two neighbouring knots is a non-negative
/// combination of their two knot functions, and every such combination is a unit with its kink there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knots {
    /// Number of distinct points, at least 2.
    pub n_points: usize,
    /// Whether the network has an output bias, which makes the infinite knots superfluous.
    pub output_bias: bool,
}

impl Knots {
    /// The first and the last knot where units of a facing can bend.
    ///
    /// A unit that faces right with its kink beyond the last point but one is a multiple of the knot function there, or
    /// zero, on all data; so is its mirror image.
    pub fn ends(self, facing: Facing) -> (usize, usize) {
        match facing {
            Facing::Right => (usize::from(self.output_bias), self.n_points - 1),
            Facing::Left => (2, self.n_points + usize::from(!self.output_bias)),
        }
    }
}

/// All units of a kind whose kink lies between two knots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Their kind.
    pub kind: Kind,
    /// The knot on the left.
    pub low: usize,
    /// The knot on the right; equal to `low` only where a kind has a single knot.
    pub high: usize,
}

impl Block {
    /// Whether the knots are neighbours, so that any combination of their knot functions is one unit.
    pub fn is_exact(self) -> bool {
        self.high - self.low <= 1
    }
}

/// One block for every unit: all networks whose units lie in these blocks.
///
/// Units are listed by kind, and those of a kind from left to right: the order of units in a network is arbitrary. So a
/// cut of one block may also cut blocks of its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    blocks: Vec<Block>,
}

impl Configuration {
    /// Configurations that together hold every network of `width` units: one for each number of units of each kind.
    pub fn roots(width: usize, knots: Knots) -> Vec<Self> {
        let mut roots = Vec::new();
        for first in (0..=width).rev() {
            for second in (0..=width - first).rev() {
                for third in (0..=width - first - second).rev() {
                    let counts = [first, second, third, width - first - second - third];
                    let blocks = Kind::ALL.into_iter().zip(counts).flat_map(|(kind, count)| {
                        let (low, high) = knots.ends(kind.facing());
                        std::iter::repeat_n(Block { kind, low, high }, count)
                    });
                    roots.push(Self { blocks: blocks.collect() });
                }
            }
        }
        roots
    }

    /// The configuration with these blocks, which must be listed in order.
    pub(crate) fn of(blocks: Vec<Block>) -> Self {
        Self { blocks }
    }

    /// How many [`Configuration::roots`] there are: C(width + 3, 3), if that is a `usize`.
    pub fn n_roots(width: usize) -> Option<usize> {
        let two = (width.checked_add(1)?.checked_mul(width.checked_add(2)?)?) / 2;
        // One of three consecutive numbers is divisible by 3; divide that one first.
        let last = width.checked_add(3)?;
        if last.is_multiple_of(3) { two.checked_mul(last / 3) } else { (two / 3).checked_mul(last) }
    }

    /// The blocks.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The two configurations in which the kink of `unit` lies left and right of the knot `at`; `None` when there is no
    /// such unit, or the knot is not inside its block.
    ///
    /// Units of one kind are in order. So with a unit on the left of a knot are those before it, and with a unit on the
    /// right of it those after it.
    pub fn cut(&self, unit: usize, at: usize) -> Option<[Self; 2]> {
        let cut = *self.blocks.get(unit)?;
        if at <= cut.low || at >= cut.high {
            return None;
        }
        let [mut left, mut right] = [self.clone(), self.clone()];
        for block in left.blocks[..=unit].iter_mut().filter(|block| block.kind == cut.kind) {
            block.high = block.high.min(at);
        }
        for block in right.blocks[unit..].iter_mut().filter(|block| block.kind == cut.kind) {
            block.low = block.low.max(at);
        }
        Some([left, right])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// All choices of a gap for every unit, sorted within kinds: what a configuration holds.
    fn held(configuration: &Configuration) -> BTreeSet<Vec<(Kind, usize)>> {
        let mut all = vec![Vec::new()];
        for block in configuration.blocks() {
            let gaps = block.low..block.high.max(block.low + 1);
            all = all
                .iter()
                .flat_map(|head: &Vec<_>| gaps.clone().map(|g| [head.as_slice(), &[(block.kind, g)]].concat()))
                .collect();
        }
        all.into_iter().filter(|choice| choice.is_sorted()).collect()
    }

    #[test]
    fn roots_hold_every_unordered_choice() {
        for (width, n_points, output_bias) in [(1, 2, true), (2, 4, true), (2, 3, false), (3, 3, false)] {
            let knots = Knots { n_points, output_bias };
            let roots = Configuration::roots(width, knots);
            let gaps: usize = Kind::ALL
                .map(|kind| {
                    let (low, high) = knots.ends(kind.facing());
                    (high - low).max(1)
                })
                .iter()
                .sum();
            let all: BTreeSet<_> = roots.iter().flat_map(held).collect();
            // Multisets of `width` out of all gaps of all kinds.
            let multisets = (0..width).fold(1, |product, i| product * (gaps + i) / (i + 1));
            assert_eq!(all.len(), multisets);
            assert_eq!(Configuration::n_roots(width), Some(roots.len()));
        }
    }

    proptest! {
        #[test]
        fn cuts_lose_nothing(
            cuts in proptest::collection::vec((0..20_usize, 0..3_usize, 1..6_usize), 1..12), output_bias: bool,
        ) {
            let knots = Knots { n_points: 5, output_bias };
            let mut parts = Configuration::roots(3, knots);
            let all: BTreeSet<_> = parts.iter().flat_map(held).collect();
            for (part, unit, at) in cuts {
                let part = part % parts.len();
                if let Some(children) = parts[part].cut(unit, at) {
                    for child in &children {
                        prop_assert!(child.blocks().iter().all(|block| block.low < block.high));
                    }
                    parts.remove(part);
                    parts.extend(children);
                }
            }
            prop_assert_eq!(parts.iter().flat_map(held).collect::<BTreeSet<_>>(), all);
        }
    }
}
