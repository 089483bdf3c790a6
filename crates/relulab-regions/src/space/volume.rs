//! Volumes of bounded cells, bounded in f64 and exact where that says too little.

use super::bits::Bits;
use super::faces;
use super::path::Path;
use relulab_exact::{Bounded, Number, Rational};

/// A volume whose bound exceeds this share of it is computed in rationals.
const VOLUME_SHARE: f64 = 1e-9;

/// Computes volumes and keeps the memory for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Volumes {
    simplices: Vec<u32>,
    matrix: Vec<Bounded>,
}

impl Volumes {
    /// The volume of a bounded cell; `tight` has the valid constraints that vanish at each generator.
    pub fn volume<const W: usize>(&mut self, path: &mut Path<'_, W>, generators: &[u32], tight: &[Bits<W>]) -> Bounded {
        let dim = path.dim;
        faces::triangulate(tight, dim, &mut self.simplices);
        let mut volume = self.bounded(path, generators);
        if volume.error() > VOLUME_SHARE * volume.value() {
            generators.iter().for_each(|id| path.sharpen(*id));
            volume = self.bounded(path, generators);
        }
        if volume.error() <= VOLUME_SHARE * volume.value() {
            return volume;
        }
        let value = self.exact(path, generators).to_f64();
        Bounded::new(value, f64::EPSILON * value)
    }

    /// The volume of a bounded cell in rationals.
    pub fn exact_volume<const W: usize>(
        &mut self,
        path: &mut Path<'_, W>,
        generators: &[u32],
        tight: &[Bits<W>],
    ) -> Rational {
        faces::triangulate(tight, path.dim, &mut self.simplices);
        self.exact(path, generators)
    }

    /// The sum of the simplices in f64 with its bound.
    fn bounded<const W: usize>(&mut self, path: &Path<'_, W>, generators: &[u32]) -> Bounded {
        let dim = path.dim;
        let factorial = Bounded::exact((1..=dim).map(|factor| factor as f64).product());
        let mut sum = Bounded::ZERO;
        for simplex in self.simplices.chunks_exact(dim + 1) {
            let entry = |local: u32, coordinate: usize| {
                let id = generators[local as usize];
                Bounded::new(path.arena.coordinates(id)[coordinate], path.arena.get(id).error)
            };
            self.matrix.clear();
            for local in &simplex[1..] {
                self.matrix.extend((1..=dim).map(|place| entry(*local, place) - entry(simplex[0], place)));
            }
            let value = determinant(&mut self.matrix, dim);
            sum = sum + Bounded::new(value.value().abs(), value.error());
        }
        sum / factorial
    }

    /// The same in rationals.
    fn exact<const W: usize>(&self, path: &mut Path<'_, W>, generators: &[u32]) -> Rational {
        let dim = path.dim;
        let points: Vec<Vec<Rational>> = generators.iter().map(|id| path.exact_point(*id).to_vec()).collect();
        let mut sum = Rational::zero();
        for simplex in self.simplices.chunks_exact(dim + 1) {
            let point = |local: u32| &points[local as usize];
            let mut matrix: Vec<Rational> = Vec::with_capacity(dim * dim);
            for local in &simplex[1..] {
                matrix.extend((1..=dim).map(|place| point(*local)[place].clone() - &point(simplex[0])[place]));
            }
            let value = determinant(&mut matrix, dim);
            sum = sum + value.clone().max(-value);
        }
        let factorial = (1..=dim as i64).fold(Rational::from(1), |product, factor| product * Rational::from(factor));
        sum / factorial
    }
}

/// The determinant of a square matrix by elimination with the largest pivots.
pub(crate) fn determinant<N: Number>(matrix: &mut [N], dim: usize) -> N {
    let mut product = N::from_f64(1.0).unwrap_or_default();
    for column in 0..dim {
        let size = |row: &usize| matrix[row * dim + column].approximate().abs();
        let Some(pivot) = (column..dim).max_by(|a, b| size(a).total_cmp(&size(b))) else { return product };
        if pivot != column {
            for place in 0..dim {
                matrix.swap(pivot * dim + place, column * dim + place);
            }
            product = -product;
        }
        let value = matrix[column * dim + column].clone();
        if value.approximate() == 0.0 && value.uncertainty() == 0.0 {
            // Rationals may be nonzero and too small for f64: then another row may still serve, but none is larger.
            return if value.sign() == Some(relulab_exact::Sign::Zero) { N::zero() } else { product * value };
        }
        for row in column + 1..dim {
            let factor = matrix[row * dim + column].clone() / &value;
            for place in column..dim {
                let step = factor.clone() * &matrix[column * dim + place];
                matrix[row * dim + place] = matrix[row * dim + place].clone() - step;
            }
        }
        product = product * value;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn determinants_are_exact_in_rationals() {
        let entries = [0, 2, 1, 3, -1, 4, 5, 0, -2];
        let mut exact: Vec<Rational> = entries.map(Rational::from).to_vec();
        assert_eq!(determinant(&mut exact, 3), Rational::from(57));
        let mut bounded: Vec<Bounded> = entries.map(|entry| Bounded::exact(entry as f64)).to_vec();
        let value = determinant(&mut bounded, 3);
        assert!((value.value() - 57.0).abs() <= value.error() && value.error() < 1e-12);
    }
}
