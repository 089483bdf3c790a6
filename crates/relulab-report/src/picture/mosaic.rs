//! Polygons that meet face to face, and the outlines of those that are painted alike.

use std::collections::{HashMap, HashSet};

/// Polygons over common points, each with the number of its paint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mosaic {
    points: Vec<[f64; 2]>,
    starts: Vec<usize>,
    corners: Vec<u32>,
    paints: Vec<u32>,
}

impl Mosaic {
    /// No polygon yet, over these points.
    pub fn new(points: Vec<[f64; 2]>) -> Self {
        Self { points, ..Self::default() }
    }

    /// Adds a convex polygon with its corners counterclockwise; corners that are no points are left out.
    pub fn push(&mut self, corners: &[u32], paint: u32) {
        self.starts.push(self.corners.len());
        self.corners.extend(corners.iter().filter(|corner| (**corner as usize) < self.points.len()));
        self.paints.push(paint);
    }

    /// The points.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Number of polygons.
    pub fn n_faces(&self) -> usize {
        self.starts.len()
    }

    /// The paint of a polygon.
    pub fn paint(&self, face: usize) -> u32 {
        self.paints[face]
    }

    /// The corners of a polygon.
    pub fn corners(&self, face: usize) -> &[u32] {
        let end = self.starts.get(face + 1).copied().unwrap_or(self.corners.len());
        &self.corners[self.starts[face]..end]
    }

    /// For every paint in use, ascending, the closed lines around the polygons that have it.
    ///
    /// *Algorithm*: a side walked both ways by polygons of one paint lies inside; what is left forms closed walks, since
    /// as many sides enter a point as leave it. Holes run the other way round, so that the non-zero rule leaves them open.
    pub fn outlines(&self) -> Vec<(u32, Vec<Vec<u32>>)> {
        let mut sides: HashSet<[u32; 3]> = HashSet::new();
        for face in 0..self.n_faces() {
            let (corners, paint) = (self.corners(face), self.paint(face));
            for (place, corner) in corners.iter().enumerate() {
                let next = corners[(place + 1) % corners.len()];
                if !sides.remove(&[paint, next, *corner]) {
                    sides.insert([paint, *corner, next]);
                }
            }
        }
        let mut sorted: Vec<[u32; 3]> = sides.into_iter().collect();
        sorted.sort_unstable();
        // The ends of the sides that leave a point, the last one taken first.
        let mut leaving: HashMap<[u32; 2], Vec<u32>> = HashMap::new();
        for [paint, from, to] in sorted.iter().rev() {
            leaving.entry([*paint, *from]).or_default().push(*to);
        }
        let mut outlines: Vec<(u32, Vec<Vec<u32>>)> = Vec::new();
        for [paint, start, _] in sorted {
            let mut walk = Vec::new();
            let mut at = start;
            while let Some(next) = leaving.get_mut(&[paint, at]).and_then(Vec::pop) {
                walk.push(at);
                at = next;
            }
            if walk.is_empty() {
                continue;
            }
            match outlines.last_mut() {
                Some((last, walks)) if *last == paint => walks.push(walk),
                _ => outlines.push((paint, vec![walk])),
            }
        }
        outlines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A grid of unit squares with these paints, row by row.
    fn grid(columns: usize, paints: &[u32]) -> Mosaic {
        let rows = paints.len() / columns;
        let points = (0..=rows).flat_map(|y| (0..=columns).map(move |x| [x as f64, y as f64])).collect();
        let mut mosaic = Mosaic::new(points);
        for (index, paint) in paints.iter().enumerate() {
            let corner = (index / columns * (columns + 1) + index % columns) as u32;
            let above = corner + columns as u32 + 1;
            mosaic.push(&[corner, corner + 1, above + 1, above], *paint);
        }
        mosaic
    }

    fn area(mosaic: &Mosaic, walk: &[u32]) -> f64 {
        let pairs = walk.iter().zip(walk.iter().cycle().skip(1));
        let crossed = pairs.map(|(one, two)| [one, two].map(|point| mosaic.points()[*point as usize]));
        crossed.map(|[[x1, y1], [x2, y2]]| (x1 * y2 - x2 * y1) / 2.0).sum()
    }

    #[test]
    fn a_ring_has_a_hole() {
        let mosaic = grid(3, &[7, 7, 7, 7, 2, 7, 7, 7, 7]);
        let outlines = mosaic.outlines();
        assert_eq!(outlines.iter().map(|(paint, walks)| (*paint, walks.len())).collect::<Vec<_>>(), [(2, 1), (7, 2)]);
        assert_eq!(outlines[1].1.iter().map(|walk| area(&mosaic, walk)).collect::<Vec<_>>(), [9.0, -1.0]);
    }

    proptest! {
        #[test]
        fn outlines_enclose_what_is_painted(paints in prop::collection::vec(0u32..3, 30)) {
            let mosaic = grid(6, &paints);
            for (paint, walks) in mosaic.outlines() {
                let enclosed: f64 = walks.iter().map(|walk| area(&mosaic, walk)).sum();
                prop_assert_eq!(enclosed, paints.iter().filter(|other| **other == paint).count() as f64);
            }
        }
    }
}
