//! Parts: for every unit a sign and the rays that it may be made of.

use super::arrangement::Arrangement;
use relulab_exact::Sign;
use std::sync::Arc;

/// All units with one sign of the output weight in the cones of some rays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Whether the output weight is positive.
    pub positive: bool,
    /// The rays, ascending: those of an arrangement on the same closed sides of the points at which the block was cut.
    pub rays: Arc<[usize]>,
}

/// One block for every unit: all networks whose units lie in these blocks.
///
/// Units are listed by sign, the positive ones first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub blocks: Vec<Block>,
}

impl Part {
    /// Parts that together hold every network of `width` units: one for each number of positive units, all first.
    pub fn roots(width: usize, arrangement: &Arrangement) -> Vec<Self> {
        let rays: Arc<[usize]> = (0..arrangement.rays.len()).collect();
        let block = |positive| Block { positive, rays: Arc::clone(&rays) };
        let root = |negative| Self { blocks: (0..width).map(|unit| block(unit < width - negative)).collect() };
        (0..=width).map(root).collect()
    }

    /// The two parts in which a unit has a point on its positive and on its negative closed side; `None` when there is no
    /// such unit, or its block does not have the point on both open sides.
    ///
    /// Of several units that may be anything in the same block, it is the first that has the point on the positive side
    /// if any does. So in the second part all that come after it and are like it have it on the negative side.
    pub fn cut(&self, arrangement: &Arrangement, unit: usize, point: usize) -> Option<[Self; 2]> {
        let block = self.blocks.get(unit)?.clone();
        let sign = |ray: usize| arrangement.rays.get(ray).and_then(|ray| ray.signs.get(point)).copied();
        let has = |wanted| block.rays.iter().any(|&ray| sign(ray) == Some(wanted));
        if !has(Sign::Positive) || !has(Sign::Negative) {
            return None;
        }
        let without = |unwanted| block.rays.iter().copied().filter(|&ray| sign(ray) != Some(unwanted)).collect();
        let (above, below): (Arc<[usize]>, Arc<[usize]>) = (without(Sign::Negative), without(Sign::Positive));
        let [mut first, mut second] = [self.clone(), self.clone()];
        first.blocks[unit].rays = above;
        for like in second.blocks[unit..].iter_mut().filter(|like| **like == block) {
            like.rays = Arc::clone(&below);
        }
        Some([first, second])
    }

    /// Which signs every ray may have: positive, negative.
    pub fn signs(&self, n_rays: usize) -> Vec<[bool; 2]> {
        let mut signs = vec![[false; 2]; n_rays];
        for block in &self.blocks {
            for &ray in block.rays.iter() {
                signs[ray][usize::from(!block.positive)] = true;
            }
        }
        signs
    }
}

#[cfg(test)]
mod tests {
    use super::super::points::Points;
    use super::*;
    use std::collections::BTreeSet;

    /// The cells of an arrangement as sets of rays: cut until nothing is on both sides.
    fn cells(arrangement: &Arrangement, part: Part, n_points: usize, found: &mut Vec<Part>) {
        let cut = (0..part.blocks.len())
            .flat_map(|unit| (0..n_points).map(move |point| (unit, point)))
            .find_map(|(unit, point)| part.cut(arrangement, unit, point));
        match cut {
            Some(parts) => parts.into_iter().for_each(|part| cells(arrangement, part, n_points, found)),
            None => found.push(part),
        }
    }

    #[test]
    fn cuts_end_in_all_unordered_choices_of_cells() {
        let x = [0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 3.0];
        let arrangement = Arrangement::new(&Points::new(&x, 2, &[0.0; 5]).unwrap()).unwrap();
        let mut single = Vec::new();
        cells(&arrangement, Part::roots(1, &arrangement).remove(0), 5, &mut single);
        // Dichotomies of five points in general position but for a parallel pair, without the empty one: Cover's number.
        let n_cells = single.len();
        let mut pairs = Vec::new();
        cells(&arrangement, Part::roots(2, &arrangement).remove(0), 5, &mut pairs);
        let unordered: BTreeSet<BTreeSet<Vec<usize>>> =
            pairs.iter().map(|pair| pair.blocks.iter().map(|block| block.rays.to_vec()).collect()).collect();
        assert_eq!(unordered.len(), n_cells * (n_cells + 1) / 2);
        assert_eq!(Part::roots(3, &arrangement).len(), 4);
    }
}
