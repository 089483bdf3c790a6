//! All forms of a layer, column by column, and their signs at the corners of a cell on vector units.

use super::form::{Form, HALF_ULP, HomogeneousPoint, INFLATION, UNDERFLOW};

/// The sign is certainly positive.
pub(crate) const POSITIVE: u8 = 1;

/// The sign is certainly negative.
pub(crate) const NEGATIVE: u8 = 2;

/// The bound does not tell the sign.
pub(crate) const DOUBTFUL: u8 = 4;

/// Forms handled together.
const N_LANES: usize = 8;

/// The coefficients of a layer's forms and their bounds, padded with forms of unknown sign to a
/// whole number of lanes, and signs at points.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    values: [Vec<f64>; 3],
    errors: [Vec<f64>; 3],
    /// Points × padded forms.
    signs: Vec<u8>,
    /// For every form the signs that it has at any of the points.
    pub met: Vec<u8>,
}

impl Columns {
    /// Takes over the forms of a layer.
    pub fn load(&mut self, forms: &[Form]) {
        let n_padded = forms.len().next_multiple_of(N_LANES);
        for k in 0..3 {
            let (values, errors) = (&mut self.values[k], &mut self.errors[k]);
            values.clear();
            values.extend(forms.iter().map(|form| form.value[k]));
            values.resize(n_padded, f64::NAN);
            errors.clear();
            errors.extend(forms.iter().map(|form| form.error[k]));
            errors.resize(n_padded, 0.0);
        }
    }

    /// Finds the signs of all forms at a number of points; returns the smallest margin of those that are certain.
    pub fn find_signs(&mut self, points: impl ExactSizeIterator<Item = HomogeneousPoint>) -> f64 {
        let n = self.values[0].len();
        self.met.clear();
        self.met.resize(n, 0);
        self.signs.resize(n * points.len(), 0);
        let mut least = f64::INFINITY;
        for (index, point) in points.enumerate() {
            let signs = &mut self.signs[index * n..][..n];
            least = least.min(dispatch(&self.values, &self.errors, &point, signs, &mut self.met));
        }
        least
    }

    /// The sign of a form at a point, after [`find_signs`](Self::find_signs).
    #[inline]
    pub fn sign(&self, form: usize, point: usize) -> i8 {
        let code = self.signs[point * self.met.len() + form];
        (code & POSITIVE) as i8 - (code >> 1 & 1) as i8
    }
}

/// The kernel on the best vector unit there is; all give the same bits.
fn dispatch(
    values: &[Vec<f64>; 3],
    errors: &[Vec<f64>; 3],
    point: &HomogeneousPoint,
    signs: &mut [u8],
    met: &mut [u8],
) -> f64 {
    #[cfg(target_arch = "x86_64")]
    {
        if std::arch::is_x86_feature_detected!("avx512f") {
            // SAFETY: the feature that the function needs has just been detected.
            return unsafe { on_avx512(values, errors, point, signs, met) };
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the feature that the function needs has just been detected.
            return unsafe { on_avx2(values, errors, point, signs, met) };
        }
    }
    kernel(values, errors, point, signs, met)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn on_avx512(v: &[Vec<f64>; 3], e: &[Vec<f64>; 3], point: &HomogeneousPoint, signs: &mut [u8], met: &mut [u8]) -> f64 {
    kernel(v, e, point, signs, met)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn on_avx2(v: &[Vec<f64>; 3], e: &[Vec<f64>; 3], point: &HomogeneousPoint, signs: &mut [u8], met: &mut [u8]) -> f64 {
    kernel(v, e, point, signs, met)
}

/// Writes the signs of all forms at one point and adds them to those met; see [`Form::evaluate`] for the bound.
#[inline(always)]
fn kernel(
    values: &[Vec<f64>; 3],
    errors: &[Vec<f64>; 3],
    point: &HomogeneousPoint,
    signs: &mut [u8],
    met: &mut [u8],
) -> f64 {
    let mut least = [f64::INFINITY; N_LANES];
    let reach = [0, 1, 2].map(|k| point.at[k].abs() + point.error[k]);
    for (block, (signs, met)) in signs.chunks_exact_mut(N_LANES).zip(met.chunks_exact_mut(N_LANES)).enumerate() {
        let start = block * N_LANES;
        let mut value = [0.0; N_LANES];
        let mut error = [0.0; N_LANES];
        for k in 0..3 {
            let (column, bounds) = (&values[k][start..start + N_LANES], &errors[k][start..start + N_LANES]);
            for lane in 0..N_LANES {
                let product = column[lane] * point.at[k];
                value[lane] += product;
                error[lane] += column[lane].abs() * point.error[k] + bounds[lane] * reach[k];
                error[lane] += 3.0 * HALF_ULP * product.abs();
            }
        }
        for lane in 0..N_LANES {
            let error = error[lane] * INFLATION + UNDERFLOW;
            let size = value[lane].abs();
            let margin = size / error;
            let is_certain = (size > error) & (size < f64::INFINITY);
            let code = if value[lane] > 0.0 { POSITIVE } else { NEGATIVE };
            let code = if is_certain { code } else { DOUBTFUL };
            signs[lane] = code;
            met[lane] |= code;
            least[lane] = if is_certain & (margin < least[lane]) { margin } else { least[lane] };
        }
    }
    least.into_iter().fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_say_what_single_forms_say() {
        let number = |index: usize| ((index * 7919 + 13) % 101) as f64 / 8.0 - 6.0;
        let forms: Vec<Form> = (0..21)
            .map(|unit| Form {
                value: [0, 1, 2].map(|k| number(3 * unit + k)),
                error: [1e-16; 3].map(|e| e * number(unit).abs()),
            })
            .collect();
        let points = [[1.0, 2.0, 1.0], [-0.5, 3.0, 2.0], [0.0, 0.0, 1.0]]
            .map(|at| HomogeneousPoint { at, error: [3e-16, 0.0, 1e-17] });
        let mut columns = Columns::default();
        columns.load(&forms);
        let least = columns.find_signs(points.into_iter());
        let mut expected = f64::INFINITY;
        for (unit, form) in forms.iter().enumerate() {
            for (index, point) in points.iter().enumerate() {
                let (value, error) = form.evaluate(point);
                let certain = value.abs() > error;
                let sign = if certain { value.signum() as i8 } else { 0 };
                assert_eq!(columns.sign(unit, index), sign);
                if certain {
                    expected = expected.min(value.abs() / error);
                }
            }
        }
        assert_eq!(least, expected);
    }
}
