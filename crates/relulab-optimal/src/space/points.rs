//! The data without rounding: equal points merged, and coordinates that say nothing new left out.

use relulab_exact::{Dyadic, Rational, Sign};

/// Distinct points in lexicographic order.
#[derive(Clone, Debug)]
pub(crate) struct Points {
    /// The points in the coordinates that matter, each with a 1 at its end.
    pub rows: Vec<Vec<Dyadic>>,
    /// The inputs that matter: the others are affine functions of them on all points.
    pub coordinates: Vec<usize>,
    /// How many data there are at each point.
    pub counts: Vec<usize>,
    /// Sums of the labels at each point.
    pub labels: Vec<Dyadic>,
    /// Squared distances of all labels to the mean at their point: no function does better.
    pub within: Rational,
    /// Number of data.
    pub n_data: usize,
    /// Number of inputs.
    pub dim: usize,
}

impl Points {
    /// Merges data; `None` where the lists do not fit each other, a number is not finite, or fewer than two points are
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
        let (mut distinct, mut counts, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        let mut within = Rational::zero();
        for group in data.chunk_by(|a, b| compare(a.0, b.0).is_none()) {
            let exact: Vec<Dyadic> = group.iter().map(|datum| Dyadic::from_f64(datum.1)).collect::<Option<_>>()?;
            let sum = exact.iter().cloned().fold(Dyadic::zero(), |sum, label| sum + label);
            let squares = exact.iter().fold(Dyadic::zero(), |sum, label| sum + label * label);
            let count = Rational::from(group.len() as i64);
            within = within + squares.to_rational() - (&sum * &sum).to_rational() / &count;
            distinct.push(group[0].0);
            counts.push(group.len());
            labels.push(sum);
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
        Some(Self { rows, coordinates, counts, labels, within, n_data: y.len(), dim })
    }

    /// Number of distinct points.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The mean label at a point.
    pub fn mean(&self, index: usize) -> Rational {
        self.labels[index].to_rational() / &Rational::from(self.counts[index] as i64)
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
        assert_eq!((points.len(), points.coordinates.clone(), points.counts.clone()), (3, vec![0], vec![2, 2, 1]));
        assert_eq!(points.within, Rational::from(1) / &Rational::from(2));
        assert_eq!(points.mean(1), Rational::from(3) / &Rational::from(2));
        assert!(Points::new(&[1.0, 1.0], 1, &[0.0, 1.0]).is_none());
        assert!(Points::new(&[1.0, f64::NAN], 1, &[0.0, 1.0]).is_none());
        assert!(Points::new(&[1.0, 2.0, 3.0], 2, &[0.0, 1.0]).is_none());
    }
}
