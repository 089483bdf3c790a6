//! MOONS: two interleaved half circles, a hundred points without noise, with the published split.

use crate::dataset::{Dataset, DatasetError};
use std::f64::consts::PI;

/// Points of each half circle.
const OF_CLASS: usize = 50;
/// Both coordinates are divided by this.
const SCALE: f64 = 3.0;
/// Points held out for validation.
const VALIDATION: [usize; 15] = [0, 2, 12, 19, 33, 42, 47, 48, 49, 50, 52, 59, 75, 80, 99];

/// A dataset in two parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// Points to train on.
    pub train: Dataset,
    /// Points held out.
    pub validation: Dataset,
}

/// MOONS: point i < 50 is (cos t, sin t)/3 of class 0, the others are (1 − cos t, ½ − sin t)/3 of class 1, with
/// t = π (i mod 50)/49. Labels are one column of 0 and 1; 85 points train and 15 validate.
///
/// *Reference*: Riera, Rey, Serra, Puertas and Pujol (CPAIOR 2022), with the split of the authors' code.
///
/// # Errors
/// Never: the points are finite.
pub fn moons() -> Result<Split, DatasetError> {
    let mut inputs = Vec::with_capacity(4 * OF_CLASS);
    for class in [0, 1] {
        for place in 0..OF_CLASS {
            let (sine, cosine) = libm::sincos(PI * place as f64 / (OF_CLASS - 1) as f64);
            let [x, y] = if class == 0 { [cosine, sine] } else { [1.0 - cosine, 0.5 - sine] };
            inputs.extend([x / SCALE, y / SCALE]);
        }
    }
    let labels = (0..2 * OF_CLASS).map(|i| f64::from(u8::from(i >= OF_CLASS))).collect();
    let all = Dataset::new(inputs, 2, labels, 1)?;
    let train: Vec<usize> = (0..2 * OF_CLASS).filter(|i| !VALIDATION.contains(i)).collect();
    Ok(Split { train: all.subset(&train)?, validation: all.subset(&VALIDATION)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_on_their_half_circles() {
        let Split { train, validation } = moons().unwrap();
        assert_eq!((train.n_points(), validation.n_points()), (85, 15));
        let ones = |data: &Dataset| data.labels().iter().filter(|label| **label == 1.0).count();
        assert_eq!((ones(&train), ones(&validation)), (44, 6));
        for (point, label) in train.rows().chain(validation.rows()) {
            let [x, y] = [SCALE * point[0], SCALE * point[1]];
            let (dx, dy) = if label[0] == 0.0 { (x, y) } else { (x - 1.0, y - 0.5) };
            assert!((dx.hypot(dy) - 1.0).abs() < 1e-15 && if label[0] == 0.0 { dy > -1e-15 } else { dy < 1e-15 });
        }
        // The ends of the first half circle are held out: point 0 comes first, at (1, 0)/3.
        assert_eq!(&validation.inputs()[..2], [1.0 / 3.0, 0.0]);
    }
}
