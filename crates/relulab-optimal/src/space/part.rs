//! Parts: for every unit a sign and the rays that it may be made of.

use super::arrangement::Ray;
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
    pub fn roots(width: usize, n_rays: usize) -> Vec<Self> {
        let rays: Arc<[usize]> = (0..n_rays).collect();
        let block = |positive| Block { positive, rays: Arc::clone(&rays) };
        let root = |negative| Self { blocks: (0..width).map(|unit| block(unit < width - negative)).collect() };
        (0..=width).map(root).collect()
    }

    /// The two parts in which a unit has a point on its positive and on its negative closed side; `None` when there is no
    /// such unit, or its block does not have the point on both open sides.
    ///
    /// Of several units that may be anything in the same block, it is the first that has the point on the positive side
    /// if any does. So in the second part all that come after it and are like it have it on the negative side.
    pub fn cut(&self, rays: &[Ray], unit: usize, point: usize) -> Option<[Self; 2]> {
        let block = self.blocks.get(unit)?.clone();
        let is_above = |&ray: &usize| rays[ray].positive.has(point);
        let is_below = |&ray: &usize| rays[ray].negative.has(point);
        if !block.rays.iter().any(is_above) || !block.rays.iter().any(is_below) {
            return None;
        }
        let above: Arc<[usize]> = block.rays.iter().copied().filter(|ray| !is_below(ray)).collect();
        let below: Arc<[usize]> = block.rays.iter().copied().filter(|ray| !is_above(ray)).collect();
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
    use super::super::arrangement::rays;
    use super::super::points::Points;
    use super::*;
    use std::collections::BTreeSet;

    /// The cells of an arrangement as sets of rays: cut until nothing is on both sides.
    fn cells(rays: &[Ray], part: Part, n_points: usize, found: &mut Vec<Part>) {
        let cut = (0..part.blocks.len())
            .flat_map(|unit| (0..n_points).map(move |point| (unit, point)))
            .find_map(|(unit, point)| part.cut(rays, unit, point));
        match cut {
            Some(parts) => parts.into_iter().for_each(|part| cells(rays, part, n_points, found)),
            None => found.push(part),
        }
    }

    #[test]
    fn cuts_end_in_all_unordered_choices_of_cells() {
        let x = [0.0, 0.0, 1.0, 0.1, 0.0, 1.0, 1.0, 1.3, 2.0, 3.0];
        let rays = rays(&Points::new(&x, 2, &[0.0; 5]).unwrap()).unwrap();
        let mut single = Vec::new();
        cells(&rays, Part::roots(1, rays.len()).remove(0), 5, &mut single);
        // The dichotomies, from half-planes in many directions and heights.
        let mut dichotomies = BTreeSet::new();
        for (direction, height) in (0..360).flat_map(|direction| (-60..60).map(move |height| (direction, height))) {
            let (sin, cos) = f64::from(direction).to_radians().sin_cos();
            let side = |point: &[f64]| point[0] * cos + point[1] * sin > f64::from(height) / 15.0 + 0.001;
            dichotomies.insert(x.chunks(2).map(side).collect::<Vec<bool>>());
        }
        // Cover: 2 (C(4, 0) + C(4, 1) + C(4, 2)) in general position.
        assert_eq!(dichotomies.len(), 22);
        for sides in dichotomies {
            let fits = |ray: &usize| {
                (0..5).all(|at| if sides[at] { !rays[*ray].negative.has(at) } else { !rays[*ray].positive.has(at) })
            };
            let wanted: Vec<usize> = (0..rays.len()).filter(fits).collect();
            assert!(single.iter().any(|cell| wanted.iter().all(|ray| cell.blocks[0].rays.contains(ray))));
        }
        let n = single.len();
        let mut pairs = Vec::new();
        cells(&rays, Part::roots(2, rays.len()).remove(0), 5, &mut pairs);
        let unordered: BTreeSet<BTreeSet<Vec<usize>>> =
            pairs.iter().map(|pair| pair.blocks.iter().map(|block| block.rays.to_vec()).collect()).collect();
        assert_eq!(unordered.len(), n * (n + 1) / 2);
        assert_eq!(Part::roots(3, rays.len()).len(), 4);
    }
}
