//! The data as the solver sees them: distinct points with sums over all that lie beyond, in a scale of order one.

use crate::line::certificate::{Facing, Knots};
use crate::line::verify::Points;

/// Distinct points and their moments; inputs and labels are shifted and scaled so that they span about one.
///
/// *Moments*: for every knot the sums of w, w(x − x_k) and w(x − x_k)² over the points to its right, and likewise to its
/// left. Each follows from that of the next knot by adding non-negative numbers only, so they are accurate however close
/// points lie, and the scalar product of any two knot functions takes a few operations.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub knots: Knots,
    /// Scaled inputs; the point of knot k is at index k − 1.
    pub x: Vec<f64>,
    /// Counts.
    pub w: Vec<f64>,
    /// Means of the labels, scaled.
    pub y: Vec<f64>,
    /// Sums of w (x − x_k)^i over the points strictly right (0) or left (1) of the knot, with distances as they are.
    beyond: [Vec<[f64; 3]>; 2],
    /// Σ w y g for the knot functions of either facing.
    products: [Vec<f64>; 2],
    /// What was subtracted from labels, and then what they were divided by.
    label_centre: f64,
    label_scale: f64,
    /// Inputs as they came, and half their range.
    inputs: Vec<f64>,
    half_range: f64,
    /// Squared distances of the labels to the mean at their point, in the scale of the labels here.
    pub within: f64,
}

/// A knot function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hinge {
    /// Where it bends; 0 and m + 1 stand for the constant 1.
    pub knot: usize,
    /// The side on which it is not zero.
    pub facing: Facing,
}

impl Sample {
    pub fn new(points: &Points, knots: Knots) -> Self {
        let total: f64 = points.counts.iter().sum();
        let mean = points.means.iter().zip(&points.counts).map(|(y, w)| y * w).sum::<f64>() / total;
        let label_centre = if knots.output_bias { mean } else { 0.0 };
        let spread = points.means.iter().map(|y| (y - label_centre).abs()).fold(0.0, f64::max);
        let label_scale = if spread > 0.0 { spread } else { 1.0 };
        let (first, last) = (points.x[0], points.x[points.len() - 1]);
        // Halves first: the distance itself may not be small.
        let (middle, half) = (first / 2.0 + last / 2.0, last / 2.0 - first / 2.0);
        let mut sample = Self {
            knots,
            x: points.x.iter().map(|x| (x - middle) / half).collect(),
            w: points.counts.clone(),
            y: points.means.iter().map(|y| (y - label_centre) / label_scale).collect(),
            beyond: [Vec::new(), Vec::new()],
            products: [Vec::new(), Vec::new()],
            label_centre,
            label_scale,
            inputs: points.x.clone(),
            half_range: half,
            within: points.within.value() / (label_scale * label_scale),
        };
        let gaps: Vec<f64> = points.gaps.iter().map(|gap| gap.value() / half).collect();
        sample.sum_up(&gaps);
        sample
    }

    fn sum_up(&mut self, gaps: &[f64]) {
        let m = self.x.len();
        for facing in [Facing::Right, Facing::Left] {
            let mut beyond = vec![[0.0; 3]; m];
            let mut products = vec![0.0; m];
            let mut labels = 0.0;
            for step in 1..m {
                // The point before this one in walking direction, and this one.
                let (before, here) = match facing {
                    Facing::Right => (m - step, m - step - 1),
                    Facing::Left => (step - 1, step),
                };
                let gap = gaps[before.min(here)];
                let [zeroth, first, second] = beyond[before];
                let zeroth = zeroth + self.w[before];
                beyond[here] = [zeroth, first + gap * zeroth, second + gap * (2.0 * first + gap * zeroth)];
                labels += self.w[before] * self.y[before];
                products[here] = products[before] + gap * labels;
            }
            self.beyond[facing as usize] = beyond;
            self.products[facing as usize] = products;
        }
    }

    /// Number of distinct points.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    fn total(&self) -> f64 {
        self.beyond[0][0][0] + self.w[0]
    }

    fn is_constant(&self, hinge: Hinge) -> bool {
        hinge.knot == 0 || hinge.knot > self.len()
    }

    /// Sums over the points beyond a hinge, on the side where it is not zero.
    fn beyond(&self, hinge: Hinge) -> [f64; 3] {
        self.beyond[hinge.facing as usize][hinge.knot - 1]
    }

    /// Σ w g h of two knot functions.
    pub fn product(&self, one: Hinge, other: Hinge) -> f64 {
        match (self.is_constant(one), self.is_constant(other)) {
            (true, true) => return self.total(),
            (true, false) => return self.beyond(other)[1],
            (false, true) => return self.beyond(one)[1],
            (false, false) => {}
        }
        let distance = (self.x[one.knot - 1] - self.x[other.knot - 1]).abs();
        if one.facing == other.facing {
            let is_one_inner = (one.knot > other.knot) == (one.facing == Facing::Right);
            let [_, first, second] = self.beyond(if is_one_inner { one } else { other });
            return second + distance * first;
        }
        let (right, left) = if one.facing == Facing::Right { (one, other) } else { (other, one) };
        if right.knot >= left.knot {
            return 0.0;
        }
        // Beyond the far knot (x − a)(b − x) is negative, and what it adds up to there is taken out of the whole.
        let [_, first, second] = self.beyond(right);
        let [_, far_first, far_second] = self.beyond(Hinge { knot: left.knot, facing: Facing::Right });
        (distance * (first + far_first) - second + far_second).max(0.0)
    }

    /// Σ w y g of a knot function and the labels.
    pub fn label_product(&self, hinge: Hinge) -> f64 {
        if self.is_constant(hinge) {
            return self.w.iter().zip(&self.y).map(|(w, y)| w * y).sum();
        }
        self.products[hinge.facing as usize][hinge.knot - 1]
    }

    /// The value of a knot function at a point of the data.
    pub fn value(&self, hinge: Hinge, index: usize) -> f64 {
        if self.is_constant(hinge) {
            return 1.0;
        }
        let distance = self.x[index] - self.x[hinge.knot - 1];
        match hinge.facing {
            Facing::Right => distance.max(0.0),
            Facing::Left => (-distance).max(0.0),
        }
    }

    /// A label of this scale in that of the data.
    pub fn label(&self, y: f64) -> f64 {
        self.label_centre + self.label_scale * y
    }

    /// Slope and offset of a multiple of a knot function where it is not zero, in the scale of the data.
    pub fn line(&self, hinge: Hinge, coefficient: f64) -> (f64, f64) {
        if self.is_constant(hinge) {
            return (0.0, coefficient * self.label_scale);
        }
        let slope = match hinge.facing {
            Facing::Right => coefficient * (self.label_scale / self.half_range),
            Facing::Left => -coefficient * (self.label_scale / self.half_range),
        };
        (slope, -slope * self.inputs[hinge.knot - 1])
    }

    /// The last knot left of a place on the line.
    pub fn knot_before(&self, place: f64) -> usize {
        self.inputs.partition_point(|x| *x <= place)
    }

    /// A sum of squared errors of the data in the scale here.
    pub fn scaled_sum(&self, sum: f64) -> f64 {
        sum / (self.label_scale * self.label_scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_sums_over_points() {
        let x = [0.0, 1.0, 1.0, 1.5, 4.0, 4.25, 7.0];
        let y = [1.0, -2.0, 0.5, 3.0, 2.0, 2.5, -1.0];
        let knots = Knots { n_points: 6, output_bias: false };
        let sample = Sample::new(&Points::new(&x, &y, false).unwrap(), knots);
        let mut all = Vec::new();
        for facing in [Facing::Right, Facing::Left] {
            let (low, high) = knots.ends(facing);
            all.extend((low..=high).map(|knot| Hinge { knot, facing }));
        }
        for &one in &all {
            let sum: f64 = (0..6).map(|i| sample.w[i] * sample.y[i] * sample.value(one, i)).sum();
            assert!((sum - sample.label_product(one)).abs() < 1e-13);
            for &other in &all {
                let sum: f64 = (0..6).map(|i| sample.w[i] * sample.value(one, i) * sample.value(other, i)).sum();
                assert!((sum - sample.product(one, other)).abs() < 1e-13, "{one:?} {other:?}");
            }
        }
    }
}
