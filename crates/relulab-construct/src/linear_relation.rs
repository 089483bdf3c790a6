//! Linear relations among rational vectors.

use relulab_exact::Rational;

/// Numbers, not all zero, with which the vectors add up to zero; `None` where they are independent.
///
/// *Shapes*: one number per vector; all vectors have the same length.
///
/// *Algorithm*: vectors are reduced one after the other by those before, and the combination is carried along.
pub(crate) fn relation(vectors: &[Vec<Rational>]) -> Option<Vec<Rational>> {
    // Reduced vectors with a pivot, and the combination of the given ones that each is.
    let mut basis: Vec<(usize, Vec<Rational>, Vec<Rational>)> = Vec::new();
    for (index, vector) in vectors.iter().enumerate() {
        let mut rest = vector.clone();
        let mut combination = vec![Rational::zero(); vectors.len()];
        combination[index] = Rational::from(1);
        for (pivot, reduced, of) in &basis {
            let factor = rest[*pivot].clone() / &reduced[*pivot];
            if !factor.is_zero() {
                subtract(&mut rest, reduced, &factor);
                subtract(&mut combination, of, &factor);
            }
        }
        match rest.iter().position(|entry| !entry.is_zero()) {
            Some(pivot) => basis.push((pivot, rest, combination)),
            None => return Some(combination),
        }
    }
    None
}

fn subtract(from: &mut [Rational], what: &[Rational], factor: &Rational) {
    for (entry, other) in from.iter_mut().zip(what) {
        *entry = entry.clone() - &(other.clone() * factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn one_vector_too_many_has_a_relation(entries in prop::collection::vec(-3..3_i64, 12)) {
            let vectors: Vec<Vec<Rational>> =
                entries.chunks(3).map(|row| row.iter().map(|entry| Rational::from(*entry)).collect()).collect();
            let relation = relation(&vectors).unwrap();
            prop_assert!(relation.iter().any(|number| !number.is_zero()));
            for column in 0..3 {
                let sum = relation.iter().zip(&vectors).fold(Rational::zero(), |sum, (number, vector)| {
                    sum + &(number.clone() * &vector[column])
                });
                prop_assert!(sum.is_zero());
            }
            let axes: Vec<Vec<Rational>> =
                (0..3).map(|i| (0..3).map(|j| Rational::from(i64::from(i == j))).collect()).collect();
            prop_assert_eq!(super::relation(&axes), None);
        }
    }
}
