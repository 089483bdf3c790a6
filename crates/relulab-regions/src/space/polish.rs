//! A vertex computed anew from the forms that vanish there, with a verified bound.
//!
//! *Algorithm*: an approximate inverse R of the d forms, one step of refinement, then
//! ‖x* − x‖ ≤ ‖|R| |residual|‖ / (1 − ‖I − R A‖) with all roundings and the errors of the forms added.
//!
//! *Reference*: Rump, *Verification methods: rigorous results using floating-point arithmetic*, Acta Numerica 2010.

use super::frame::{Frame, HALF_ULP, LARGEST, OUTWARDS};

/// Forms collected for one vertex or ray, and the memory to solve them in.
///
/// A ray is looked for with its largest coordinate held; on a side of the box, a coordinate is held as well.
#[derive(Clone, Debug, Default)]
pub(crate) struct Polisher {
    /// Approximation: the homogenising coordinate, then the others.
    start: Vec<f64>,
    /// Rows of d coefficients.
    rows: Vec<f64>,
    /// Per row the form's value at the start, and the bound of everything unknown about it.
    residuals: Vec<(f64, f64)>,
    /// Per row the sum of the errors of its coefficients.
    row_errors: Vec<f64>,
    work: Vec<f64>,
    inverse: Vec<f64>,
    chosen: Vec<usize>,
}

impl Polisher {
    /// Begins with another approximation.
    pub fn clear(&mut self, start: &[f64]) {
        self.start.clear();
        self.start.extend_from_slice(start);
        self.rows.clear();
        self.residuals.clear();
        self.row_errors.clear();
        let is_ray = start.first() == Some(&0.0);
        if is_ray {
            let largest = (1..start.len()).max_by(|a, b| start[*a].abs().total_cmp(&start[*b].abs()));
            if let Some(largest) = largest {
                self.hold(largest, 0.0);
            }
        }
    }

    /// Demands that a coordinate is what it is now up to a known difference.
    pub fn hold(&mut self, coordinate: usize, residual: f64) {
        let dim = self.start.len() - 1;
        self.rows.extend((1..=dim).map(|place| f64::from(u8::from(place == coordinate))));
        self.residuals.push((residual, HALF_ULP * residual.abs()));
        self.row_errors.push(0.0);
    }

    /// Demands that a form vanishes.
    pub fn add_form<const W: usize>(&mut self, frame: &Frame<W>, unit: usize) {
        let mut row_error = 0.0;
        let (mut value, mut size) = (0.0, 0.0_f64);
        let mut bound = 0.0;
        for (coordinate, x) in self.start.iter().enumerate() {
            let (coefficient, error) = frame.coefficient(unit, coordinate);
            value += coefficient * x;
            size += (coefficient * x).abs();
            bound += error * x.abs();
            if coordinate > 0 {
                self.rows.push(coefficient);
                row_error += error;
            }
        }
        let rounding = 2.0 * (self.start.len() as f64 + 2.0) * HALF_ULP * size;
        self.residuals.push((value, (bound + rounding) * OUTWARDS + f64::MIN_POSITIVE));
        self.row_errors.push(row_error * OUTWARDS);
    }

    /// A better point and the bound of its error; `None` where the forms do not determine one well enough.
    pub fn solve(&mut self) -> Option<(&[f64], f64)> {
        let dim = self.start.len() - 1;
        self.choose(dim)?;
        self.invert(dim)?;
        let Self { start, rows, residuals, row_errors, inverse, chosen, .. } = self;
        let norm_start = start.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
        let (mut step_bound, mut defect) = (0.0_f64, 0.0_f64);
        let mut largest_step = 0.0_f64;
        // Maxima pass over NaN, sums do not.
        let mut all = 0.0;
        for coordinate in 0..dim {
            let row = &inverse[coordinate * dim..][..dim];
            let (mut step, mut sizes, mut unknown, mut spread) = (0.0, 0.0, 0.0, 0.0);
            for (factor, place) in row.iter().zip(chosen.iter()) {
                let (value, bound) = residuals[*place];
                step += factor * value;
                sizes += (factor * value).abs();
                unknown += factor.abs() * bound;
                spread += factor.abs() * row_errors[*place];
            }
            // One row of I − R A, and of |R||A| for its rounding.
            let mut row_defect = spread;
            for other in 0..dim {
                let (mut entry, mut size) = (if coordinate == other { -1.0 } else { 0.0 }, 1.0);
                for (factor, place) in row.iter().zip(chosen.iter()) {
                    let term = factor * rows[place * dim + other];
                    entry += term;
                    size += term.abs();
                }
                row_defect += entry.abs() + 2.0 * (dim as f64 + 3.0) * HALF_ULP * size;
            }
            all += row_defect + unknown + sizes;
            defect = defect.max(row_defect * OUTWARDS);
            step_bound = step_bound.max(unknown + 2.0 * (dim as f64 + 3.0) * HALF_ULP * sizes);
            largest_step = largest_step.max(step.abs());
            start[coordinate + 1] -= step;
        }
        // With residual r = A x + b known up to `unknown`: x* − (x − R r) = (I − R A)(x* − x) + R (r − r*), and
        // ‖x* − x‖ ≤ ‖R r*‖ / (1 − defect).
        let slack = 1.0 - defect;
        if !all.is_finite() || slack <= 0.5 {
            return None;
        }
        let whole_step = (largest_step + step_bound) / slack;
        let norm = norm_start.max(start.iter().fold(0.0_f64, |size, x| size.max(x.abs())));
        let error = (defect * whole_step + step_bound + 2.0 * HALF_ULP * (norm + largest_step)) * OUTWARDS;
        (error <= LARGEST && norm <= LARGEST).then_some((&self.start[..], error + f64::MIN_POSITIVE))
    }

    /// Chooses `dim` independent rows by elimination with the largest pivots.
    fn choose(&mut self, dim: usize) -> Option<()> {
        let Self { rows, chosen, work, residuals, .. } = self;
        let n = residuals.len();
        chosen.clear();
        if n < dim {
            return None;
        }
        if n == dim {
            chosen.extend(0..dim);
            return Some(());
        }
        work.clear();
        work.extend_from_slice(rows);
        for column in 0..dim {
            let size = |row: &usize| {
                let row_size = rows[row * dim..][..dim].iter().fold(0.0_f64, |size, entry| size.max(entry.abs()));
                if row_size > 0.0 { work[row * dim + column].abs() / row_size } else { 0.0 }
            };
            let pivot = (0..n).filter(|row| !chosen.contains(row)).max_by(|a, b| size(a).total_cmp(&size(b)))?;
            chosen.push(pivot);
            let pivot_row = work[pivot * dim..][..dim].to_vec();
            if pivot_row[column] == 0.0 {
                return None;
            }
            for row in (0..n).filter(|row| !chosen.contains(row)) {
                let factor = work[row * dim + column] / pivot_row[column];
                for (entry, pivot) in work[row * dim..][..dim].iter_mut().zip(&pivot_row) {
                    *entry -= factor * pivot;
                }
            }
        }
        Some(())
    }

    /// An approximate inverse of the chosen rows by Gauss-Jordan elimination with row exchanges.
    fn invert(&mut self, dim: usize) -> Option<()> {
        let Self { rows, chosen, work, inverse, .. } = self;
        work.clear();
        for place in chosen.iter() {
            work.extend_from_slice(&rows[place * dim..][..dim]);
        }
        inverse.clear();
        inverse.resize(dim * dim, 0.0);
        for place in 0..dim {
            inverse[place * dim + place] = 1.0;
        }
        for column in 0..dim {
            let pivot =
                (column..dim).max_by(|a, b| work[a * dim + column].abs().total_cmp(&work[b * dim + column].abs()))?;
            let value = work[pivot * dim + column];
            if value == 0.0 || !value.is_finite() {
                return None;
            }
            for part in [&mut *work, &mut *inverse] {
                for place in 0..dim {
                    part.swap(pivot * dim + place, column * dim + place);
                    part[column * dim + place] /= value;
                }
            }
            for row in (0..dim).filter(|row| *row != column) {
                let factor = work[row * dim + column];
                for part in [&mut *work, &mut *inverse] {
                    for place in 0..dim {
                        part[row * dim + place] -= factor * part[column * dim + place];
                    }
                }
            }
        }
        Some(())
    }
}
