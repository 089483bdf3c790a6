//! The data without rounding: equal points taken together, and coordinates that say nothing new left out.

use relulab_exact::{Dyadic, Rational, Sign};

/// Distinct points in lexicographic order.
#[derive(Clone, Debug)]
pub(crate) struct Points {
    /// The points in the coordinates that matter, each with a 1 at its end.
    pub rows: Vec<Vec<Dyadic>>,
    /// The inputs that matter: the others are affine functions of them on all points.
    pub coordinates: Vec<usize>,
    /// The labels at each point, ascending.
    pub labels: Vec<Vec<f64>>,
    /// Number of data.
    pub n_data: usize,
    /// Number of inputs.
    pub dim: usize,
}

impl Points {
    /// Takes equal points together; `None` where the lists do not fit each other, a number is not finite, or fewer than two points are
    /// distinct.
    ///
    /// *Shapes*: `x` is n × `dim`, row-major, and `y` has n labels.
    pub fn new(x: &[f64], dim: usize, y: &[f64]) -> Option<Self> {
        if dim == 0 || x.len() != y.len() * dim || !x.iter().chain(y).all(|value| value.is_finite()) {
            return None;
        }
        let mut data: Vec<(&[f64], f64)> = x.chunks_exact(dim).zip(y.iter().copied()).collect();
        // Zero of either sign is one number.
        let compare = |a: &[f64], b: &[f64]| {
            a.iter().zip(b).map(|(a, b)| (a + 0.0).total_cmp(&(b + 0.0))).find(|order| order.is_ne())
        };
        data.sort_by(|a, b| compare(a.0, b.0).unwrap_or(a.1.total_cmp(&b.1)));
        let (mut distinct, mut labels) = (Vec::new(), Vec::new());
        for group in data.chunk_by(|a, b| compare(a.0, b.0).is_none()) {
            distinct.push(group[0].0);
            labels.push(group.iter().map(|datum| datum.1).collect());
        }
        if distinct.len() < 2 {
            return None;
        }
        let coordinates = independent(&distinct, dim)?;
        let row = |point: &&[f64]| {
            let chosen = coordinates.iter().map(|&coordinate| point[coordinate]).chain([1.0]);
            chosen.map(Dyadic::from_f64).collect::<Option<Vec<_>>>()
        };
        let rows = distinct.iter().map(row).collect::<Option<_>>()?;
        Some(Self { rows, coordinates, labels, n_data: y.len(), dim })
    }

    /// Number of distinct points.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

/// Coordinates that, with the constant 1, span all coordinates on the points.
fn independent(points: &[&[f64]], dim: usize) -> Option<Vec<usize>> {
    let column = |of: &dyn Fn(&[f64]) -> f64| -> Option<Vec<Rational>> {
        points.iter().map(|point| Some(Dyadic::from_f64(of(point))?.to_rational())).collect()
    };
    // Columns reduced against each other, each with the place of an entry that is not zero in it and zero in later ones.
    let mut reduced: Vec<(usize, Vec<Rational>)> = Vec::new();
    let mut chosen = Vec::new();
    for candidate in std::iter::once(None).chain((0..dim).map(Some)) {
        let mut rest = match candidate {
            None => column(&|_| 1.0)?,
            Some(coordinate) => column(&|point| point[coordinate])?,
        };
        for (place, known) in &reduced {
            let factor = rest[*place].clone() / &known[*place];
            for (value, other) in rest.iter_mut().zip(known) {
                *value = std::mem::take(value) - factor.clone() * other;
            }
        }
        if let Some(place) = rest.iter().position(|value| value.exact_sign() != Sign::Zero) {
            reduced.push((place, rest));
            chosen.extend(candidate);
        }
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_points_and_needless_coordinates_go() {
        // The second coordinate is twice the first less one, the third is constant.
        let x = [1.0, 1.0, 5.0, 0.0, -1.0, 5.0, 1.0, 1.0, 5.0, -0.0, -1.0, 5.0, 3.0, 5.0, 5.0];
        let points = Points::new(&x, 3, &[1.0, 4.0, 2.0, 4.0, 0.0]).unwrap();
        assert_eq!((points.len(), points.coordinates), (3, vec![0]));
        assert_eq!(points.labels, [vec![4.0, 4.0], vec![1.0, 2.0], vec![0.0]]);
        assert!(Points::new(&[1.0, 1.0], 1, &[0.0, 1.0]).is_none());
        assert!(Points::new(&[1.0, f64::NAN], 1, &[0.0, 1.0]).is_none());
        assert!(Points::new(&[1.0, 2.0, 3.0], 2, &[0.0, 1.0]).is_none());
    }
}
