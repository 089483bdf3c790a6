//! The fast path: one input, one hidden layer of ReLU or LeakyReLU units, one output, squared loss.
//!
//! On the line a unit is on to one side of its kink, so every sum over points that the Hessian needs is a difference
//! of running sums of 1, x, x², y and xy at kinks. After sorting the data once, a network costs O(k log n + k²),
//! whatever the number of points. Nothing is approximated: the sums are reordered, and the side of every point is
//! decided by the same rounded pre-activation as everywhere else. (Rounding is monotone, so is the rounded
//! pre-activation in x, so one binary search finds all points where it is positive.)
//!
//! The same assembly serves N(0,1) in place of data ([`crate::NormalObjective`]): a [`LineMeasure`] is all it sees.

use crate::hessian::Curvature;
use crate::matrix::SymmetricMatrix;

/// Sums (or expectations) of 1, x, x², y, xy and y².
pub(crate) type Moments = [f64; 6];

/// Points or a distribution on the line, with labels.
pub(crate) trait LineMeasure {
    /// The place of the kink of a unit with weight ≠ 0, in coordinates of the measure's own.
    fn cut(&self, weight: f64, bias: f64) -> f64;
    /// Moments of everything on the left of a cut.
    fn below(&self, cut: f64) -> Moments;
    /// Moments of everything.
    fn total(&self) -> Moments;
}

/// Data on the line, sorted, with running sums.
#[derive(Clone, Debug)]
pub(crate) struct SortedData {
    inputs: Vec<f64>,
    sums: Vec<Moments>,
}

impl SortedData {
    pub(crate) fn new(inputs: &[f64], labels: &[f64]) -> Self {
        let mut points: Vec<(f64, f64)> = inputs.iter().copied().zip(labels.iter().copied()).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut sums = vec![[0.0; 6]];
        let (mut sum, mut lost) = ([0.0_f64; 6], [0.0_f64; 6]);
        for &(x, y) in &points {
            let terms = [1.0, x, x * x, y, x * y, y * y];
            for ((sum, lost), term) in sum.iter_mut().zip(&mut lost).zip(terms) {
                // Neumaier's summation: what rounding loses is kept beside the sum.
                let next = *sum + term;
                *lost += if sum.abs() >= term.abs() { (*sum - next) + term } else { (term - next) + *sum };
                *sum = next;
            }
            sums.push(std::array::from_fn(|m| sum[m] + lost[m]));
        }
        Self { inputs: points.into_iter().map(|point| point.0).collect(), sums }
    }
}

impl LineMeasure for SortedData {
    fn cut(&self, weight: f64, bias: f64) -> f64 {
        let positive = weight > 0.0;
        self.inputs.partition_point(|x| (bias + weight * x > 0.0) != positive) as f64
    }

    fn below(&self, cut: f64) -> Moments {
        self.sums[cut as usize]
    }

    fn total(&self) -> Moments {
        self.sums[self.inputs.len()]
    }
}

/// Memory for one network after another.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineWorkspace {
    /// Cuts with their units, ascending.
    cuts: Vec<(f64, usize)>,
    /// Moments left of segment t.
    below: Vec<Moments>,
    /// Σ r and Σ r x left of segment t.
    residual_below: Vec<[f64; 2]>,
    /// Per unit, the segments on which it is on.
    on: Vec<(usize, usize)>,
    /// Per unit, Σ a, Σ a x, Σ a r, Σ a r x, where a = σ'.
    unit_sums: Vec<[f64; 4]>,
}

/// Loss, gradient, pattern Hessian and Gauss-Newton matrix of c + Σ vᵢ σ(wᵢ x + bᵢ).
///
/// `negative_slope` is 0 for ReLU; the loss is `weight` times the measure of the squared residual.
pub(crate) fn curvature<M: LineMeasure>(
    measure: &M,
    weight: f64,
    negative_slope: f64,
    parameters: &[f64],
    workspace: &mut LineWorkspace,
) -> Curvature {
    let k = (parameters.len() - 1) / 3;
    let (w, rest) = parameters.split_at(k);
    let (b, rest) = rest.split_at(k);
    let (v, c) = (&rest[..k], rest[k]);
    workspace.cut(measure, w, b);
    let scale = 2.0 * weight;
    let loss = weight * workspace.sum_residuals(negative_slope, w, b, v, c);
    workspace.sum_units(negative_slope);
    let LineWorkspace { below, on, unit_sums, residual_below, .. } = workspace;
    let all = below[k + 1];
    let residual = residual_below[k + 1];

    let p = parameters.len();
    let mut gradient = vec![0.0; p];
    let mut gauss_newton = SymmetricMatrix::zero(p);
    let values = gauss_newton.values_mut();
    let s = negative_slope;
    for i in 0..k {
        let [a0, a1, r0, r1] = unit_sums[i];
        gradient[i] = scale * v[i] * r1;
        gradient[k + i] = scale * v[i] * r0;
        gradient[2 * k + i] = scale * (w[i] * r1 + b[i] * r0);
        values[i * p + 3 * k] = scale * v[i] * a1;
        values[(k + i) * p + 3 * k] = scale * v[i] * a0;
        values[(2 * k + i) * p + 3 * k] = scale * (w[i] * a1 + b[i] * a0);
        for j in i..k {
            let first = on[i].0.max(on[j].0);
            let last = on[i].1.min(on[j].1).max(first);
            let (from, to) = (&below[first], &below[last]);
            let mut m = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
            if s != 0.0 {
                // a_i a_j = s² + s (1 − s)(1_i + 1_j) + (1 − s)² 1_i 1_j
                let side = |unit: usize, moment: usize| below[on[unit].1][moment] - below[on[unit].0][moment];
                for (moment, m) in m.iter_mut().enumerate() {
                    let sides = side(i, moment) + side(j, moment);
                    *m = s * s * all[moment] + s * (1.0 - s) * sides + (1.0 - s) * (1.0 - s) * *m;
                }
            }
            let [m0, m1, m2] = m.map(|moment| scale * moment);
            let vv = v[i] * v[j];
            values[i * p + j] = vv * m2;
            values[i * p + k + j] = vv * m1;
            values[j * p + k + i] = vv * m1;
            values[(k + i) * p + k + j] = vv * m0;
            // Columns of v_j: a_j (w_j x + b_j), against v_i a_i x and v_i a_i; and the same with i and j exchanged.
            let (j1, j0) = (w[j] * m2 + b[j] * m1, w[j] * m1 + b[j] * m0);
            let (i1, i0) = (w[i] * m2 + b[i] * m1, w[i] * m1 + b[i] * m0);
            values[i * p + 2 * k + j] = v[i] * j1;
            values[j * p + 2 * k + i] = v[j] * i1;
            values[(k + i) * p + 2 * k + j] = v[i] * j0;
            values[(k + j) * p + 2 * k + i] = v[j] * i0;
            values[(2 * k + i) * p + 2 * k + j] = w[i] * j1 + b[i] * j0;
        }
    }
    gradient[3 * k] = scale * residual[0];
    values[3 * k * p + 3 * k] = scale * all[0];
    gauss_newton.mirror();
    let mut hessian = gauss_newton.clone();
    let values = hessian.values_mut();
    for (i, &[_, _, r0, r1]) in unit_sums.iter().enumerate() {
        for (row, sum) in [(i, r1), (k + i, r0)] {
            values[row * p + 2 * k + i] += scale * sum;
            values[(2 * k + i) * p + row] += scale * sum;
        }
    }
    Curvature { loss, gradient, hessian, gauss_newton }
}

impl LineWorkspace {
    /// Sorts the kinks and finds where every unit is on.
    fn cut<M: LineMeasure>(&mut self, measure: &M, w: &[f64], b: &[f64]) {
        let k = w.len();
        self.cuts.clear();
        self.cuts.extend((0..k).map(|i| (if w[i] == 0.0 { 0.0 } else { measure.cut(w[i], b[i]) }, i)));
        self.cuts.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.below.clear();
        self.below.push([0.0; 6]);
        self.on.clear();
        self.on.resize(k, (0, 0));
        for (place, &(cut, i)) in self.cuts.iter().enumerate() {
            self.on[i] = if w[i] > 0.0 {
                (place + 1, k + 1)
            } else if w[i] < 0.0 {
                (0, place + 1)
            } else if b[i] > 0.0 {
                (0, k + 1)
            } else {
                (0, 0)
            };
            self.below.push(measure.below(cut));
        }
        self.below.push(measure.total());
    }

    /// Running sums of the residual; returns Σ r².
    fn sum_residuals(&mut self, s: f64, w: &[f64], b: &[f64], v: &[f64], c: f64) -> f64 {
        self.residual_below.clear();
        let (mut sum, mut squares) = ([0.0; 2], 0.0);
        self.residual_below.push(sum);
        for (t, ends) in self.below.windows(2).enumerate() {
            let (mut slope, mut intercept) = (0.0, c);
            for (i, on) in self.on.iter().enumerate() {
                let factor = v[i] * if on.0 <= t && t < on.1 { 1.0 } else { s };
                slope += factor * w[i];
                intercept += factor * b[i];
            }
            let m: Moments = std::array::from_fn(|moment| ends[1][moment] - ends[0][moment]);
            sum[0] += slope * m[1] + intercept * m[0] - m[3];
            sum[1] += slope * m[2] + intercept * m[1] - m[4];
            squares += slope * (slope * m[2] + 2.0 * (intercept * m[1] - m[4]))
                + intercept * (intercept * m[0] - 2.0 * m[3])
                + m[5];
            self.residual_below.push(sum);
        }
        f64::max(squares, 0.0)
    }

    fn sum_units(&mut self, s: f64) {
        let last = self.below.len() - 1;
        let (all, residual) = (self.below[last], self.residual_below[last]);
        self.unit_sums.clear();
        for &(from, to) in &self.on {
            let on = |moment: usize| self.below[to][moment] - self.below[from][moment];
            let on_residual = |moment: usize| self.residual_below[to][moment] - self.residual_below[from][moment];
            let mix = |on: f64, all: f64| s * all + (1.0 - s) * on;
            self.unit_sums.push([
                mix(on(0), all[0]),
                mix(on(1), all[1]),
                mix(on_residual(0), residual[0]),
                mix(on_residual(1), residual[1]),
            ]);
        }
    }
}
