//! The shapes of a plan, in plan order, without holding them all.

use crate::plan::EnumeratePlan;
use crate::statistics::CounterRng;
use relulab_net::{composition_at, n_compositions};
use std::collections::BTreeSet;
use std::ops::Range;

/// Names the random stream that draws a sample of shapes.
const SHAPE_SAMPLE_STREAM: u64 = 0x7368_6170_6573;

/// The shapes of a plan: depths ascending, and inside a depth lexicographic in the widths.
///
/// Shapes are computed when asked for, so that 8 million of them cost nothing until they are trained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeList {
    neurons: usize,
    blocks: Vec<DepthBlock>,
}

/// The shapes of one depth.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DepthBlock {
    depth: usize,
    range: Range<usize>,
    /// Ascending ranks of a sample; `None` when every composition is taken.
    ranks: Option<Vec<u64>>,
}

impl ShapeList {
    /// The shapes of a plan (which must have passed [`EnumeratePlan::check`]).
    pub fn of(plan: &EnumeratePlan) -> Self {
        let mut blocks = Vec::new();
        let mut start = 0;
        for depth in plan.depths.first..=plan.depths.last {
            let n_compositions = n_compositions(plan.neurons, depth);
            let sample = plan.shapes.sample_at(depth).filter(|(per_depth, _)| (*per_depth as u64) < n_compositions);
            let ranks = sample.map(|(per_depth, seed)| sample_ranks(n_compositions, per_depth as u64, seed, depth));
            let n_shapes = ranks.as_ref().map_or(n_compositions as usize, Vec::len);
            blocks.push(DepthBlock { depth, range: start..start + n_shapes, ranks });
            start += n_shapes;
        }
        Self { neurons: plan.neurons, blocks }
    }

    /// Number of shapes.
    pub fn len(&self) -> usize {
        self.blocks.last().map_or(0, |block| block.range.end)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hidden widths of the shape at a place of the list; `None` past its end.
    pub fn get(&self, index: usize) -> Option<Vec<usize>> {
        let block = &self.blocks[self.blocks.partition_point(|block| block.range.end <= index)..].first()?;
        let place = index - block.range.start;
        let rank = block.ranks.as_ref().map_or(place as u64, |ranks| ranks[place]);
        composition_at(self.neurons, block.depth, rank).ok().flatten()
    }

    /// All shapes in plan order.
    pub fn iter(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Every depth with the places of its shapes, and whether it was sampled rather than taken whole.
    pub fn depths(&self) -> impl Iterator<Item = (usize, Range<usize>, bool)> + '_ {
        self.blocks.iter().map(|block| (block.depth, block.range.clone(), block.ranks.is_some()))
    }
}

/// Draws `m` of `n` ranks without replacement.
///
/// *Algorithm*: Floyd's, one draw per element (Bentley and Floyd, "A sample of brilliance", 1987).
fn sample_ranks(n: u64, m: u64, seed: u64, depth: usize) -> Vec<u64> {
    let mut stream = CounterRng::new(&[SHAPE_SAMPLE_STREAM, seed, depth as u64]);
    let mut chosen = BTreeSet::new();
    for top in n - m..n {
        let drawn = stream.below(top + 1);
        if !chosen.insert(drawn) {
            chosen.insert(top);
        }
    }
    chosen.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Depths, ShapeChoice};

    fn plan(neurons: usize, shapes: ShapeChoice) -> EnumeratePlan {
        EnumeratePlan { shapes, ..EnumeratePlan::new(neurons, vec!["quadratic".into()]) }
    }

    #[test]
    fn all_shapes_come_by_depth_then_lexicographically() {
        let list = ShapeList::of(&plan(4, ShapeChoice::All));
        let expected: [&[usize]; 8] =
            [&[4], &[1, 3], &[2, 2], &[3, 1], &[1, 1, 2], &[1, 2, 1], &[2, 1, 1], &[1, 1, 1, 1]];
        assert_eq!(list.iter().collect::<Vec<_>>(), expected);
        assert_eq!(list.get(8), None);
        assert_eq!(ShapeList::of(&plan(16, ShapeChoice::All)).len(), 32_768);
        assert_eq!(ShapeList::of(&plan(24, ShapeChoice::All)).len(), 1 << 23);
    }

    #[test]
    fn a_range_of_depths_starts_where_it_says() {
        let mut plan = plan(16, ShapeChoice::All);
        plan.depths = Depths { first: 3, last: 5 };
        let list = ShapeList::of(&plan);
        assert_eq!(list.len(), 105 + 455 + 1365);
        assert!(list.iter().all(|shape| (3..=5).contains(&shape.len()) && shape.iter().sum::<usize>() == 16));
    }

    #[test]
    fn a_sample_is_distinct_repeatable_and_whole_where_small() {
        let choice = ShapeChoice::Sample { per_depth: 20, seed: 7 };
        let list = ShapeList::of(&plan(12, choice));
        let shapes: Vec<_> = list.iter().collect();
        assert_eq!(shapes.iter().collect::<BTreeSet<_>>().len(), shapes.len());
        let sizes: Vec<_> = list.depths().map(|(_, range, sampled)| (range.len(), sampled)).collect();
        assert_eq!(sizes[..3], [(1, false), (11, false), (20, true)]);
        assert_eq!(list, ShapeList::of(&plan(12, choice)));
        assert_ne!(list, ShapeList::of(&plan(12, ShapeChoice::Sample { per_depth: 20, seed: 8 })));
    }

    #[test]
    fn the_anatomy_paper_has_3662_shapes() {
        let list = ShapeList::of(&plan(16, ShapeChoice::SampleAbove { depth: 5, per_depth: 200, seed: 0 }));
        let whole: usize = list.depths().filter(|(depth, _, _)| *depth <= 5).map(|(_, range, _)| range.len()).sum();
        assert_eq!((whole, list.len() - whole), (1_941, 1_721));
    }

    #[test]
    fn floyd_draws_every_rank_equally_often() {
        let mut hits = [0u32; 6];
        for seed in 0..6000 {
            for rank in sample_ranks(6, 2, seed, 3) {
                hits[rank as usize] += 1;
            }
        }
        // Each rank is expected 2000 times with standard deviation 36.5; five of them is the allowance.
        assert!(hits.iter().all(|&n| n.abs_diff(2000) < 183), "{hits:?}");
    }
}
