//! Maxima of many affine forms as sums of maxima of few.

use crate::affine::AffineForm;
use crate::error::ConstructError;
use crate::linear_relation::relation;
use relulab_exact::{Rational, Sign};
use std::collections::BTreeMap;

/// Terms of a sum of maxima above which a reduction is given up.
pub const MAX_TERMS: usize = 5_000;
/// Members that one step may leave out: it makes 2 to this many terms.
const MOST_LEFT_OUT: usize = 12;

/// Maxima over sets of forms, and how many times each counts.
pub(crate) type Maxima = BTreeMap<Vec<usize>, i64>;

/// Writes a sum of maxima of affine forms in n variables with at most n + 1 forms in each maximum.
///
/// *Algorithm*: of n + 2 members of a set there are λ ≠ 0 with Σλᵢ = 0 and Σλᵢaᵢ = 0, so that Σλᵢℓᵢ is a constant c,
/// taken to be ≥ 0. Then the least of the ℓᵢ with λᵢ < 0 never exceeds the greatest of those with λᵢ > 0, and by inclusion
/// and exclusion over N = {λᵢ < 0}, with B the other members of the set, Σ_{T⊆N} (−1)^|T| max_{B∪T} = 0. This gives
/// max_{B∪N} in smaller sets. Equal sets are merged, the largest are taken first.
///
/// *Reference*: Wang and Sun 2005, *Generalization of hinging hyperplanes*, for the existence.
///
/// # Errors
/// When more than [`MAX_TERMS`] terms come up.
pub(crate) fn reduce(forms: &[AffineForm], maxima: Maxima) -> Result<Maxima, ConstructError> {
    let most = forms.first().map_or(0, AffineForm::n_variables) + 1;
    let mut by_size: BTreeMap<(usize, Vec<usize>), i64> =
        maxima.into_iter().map(|(set, times)| ((set.len(), set), times)).collect();
    while let Some(entry) = by_size.last_entry().filter(|entry| entry.key().0 > most) {
        let ((_, set), times) = entry.remove_entry();
        if times == 0 {
            continue;
        }
        let negative = negative_side(forms, &set[..most + 1]);
        if negative.len() > MOST_LEFT_OUT {
            return Err(ConstructError::TooManyTerms);
        }
        let rest: Vec<usize> = set.iter().copied().filter(|member| !negative.contains(member)).collect();
        // All proper subsets T of N.
        for bits in 0..(1_usize << negative.len()) - 1 {
            let chosen = negative.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1);
            let mut smaller: Vec<usize> = rest.iter().copied().chain(chosen.map(|(_, member)| *member)).collect();
            smaller.sort_unstable();
            let is_even = (negative.len() - bits.count_ones() as usize + 1).is_multiple_of(2);
            let count = by_size.entry((smaller.len(), smaller)).or_insert(0);
            let change = if is_even { times } else { -times };
            *count = count.checked_add(change).ok_or(ConstructError::TooManyTerms)?;
        }
        if by_size.len() > MAX_TERMS {
            return Err(ConstructError::TooManyTerms);
        }
    }
    Ok(by_size.into_iter().filter(|(_, times)| *times != 0).map(|((_, set), times)| (set, times)).collect())
}

/// The members with λᵢ < 0, for a relation Σλᵢ = 0, Σλᵢaᵢ = 0 with Σλᵢbᵢ ≥ 0; the smaller side where that sum is 0.
fn negative_side(forms: &[AffineForm], members: &[usize]) -> Vec<usize> {
    let extended = |member: &usize| {
        let one = [Rational::from(1)].into_iter();
        one.chain(forms[*member].slopes.iter().cloned()).collect::<Vec<_>>()
    };
    // One vector more than coordinates: there always is a relation.
    let lambda = relation(&members.iter().map(extended).collect::<Vec<_>>()).unwrap_or_default();
    let constant = lambda
        .iter()
        .zip(members)
        .fold(Rational::zero(), |sum, (factor, member)| sum + &(factor.clone() * &forms[*member].constant));
    let with = |sign: Sign| -> Vec<usize> {
        let signs = lambda.iter().zip(members).filter(|(factor, _)| factor.exact_sign() == sign);
        signs.map(|(_, member)| *member).collect()
    };
    let (negative, positive) = (with(Sign::Negative), with(Sign::Positive));
    match constant.exact_sign() {
        Sign::Positive => negative,
        Sign::Negative => positive,
        Sign::Zero if negative.len() <= positive.len() => negative,
        Sign::Zero => positive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(forms: &[AffineForm], maxima: &Maxima, x: &[Rational]) -> Rational {
        maxima.iter().fold(Rational::zero(), |sum, (set, times)| {
            let greatest = set.iter().map(|member| forms[*member].eval(x)).max().unwrap_or_default();
            sum + greatest * Rational::from(*times)
        })
    }

    proptest! {
        #[test]
        fn sums_of_small_maxima_are_the_maximum(
            n in 1..4_usize, numbers in prop::collection::vec(-3..4_i64, 7 * 4), points in prop::collection::vec(-9..9_i64, 30)
        ) {
            let form = |row: &[i64]| {
                AffineForm::new(row[..n].iter().map(|a| Rational::from(*a)).collect(), Rational::from(row[3]))
            };
            let forms: Vec<AffineForm> = numbers.chunks(4).map(form).collect();
            let whole = Maxima::from([((0..forms.len()).collect(), 1)]);
            let reduced = reduce(&forms, whole.clone()).unwrap();
            prop_assert!(reduced.keys().all(|set| set.len() <= n + 1));
            for x in points.chunks_exact(n) {
                let x: Vec<Rational> = x.iter().map(|x| Rational::from(*x) / Rational::from(4)).collect();
                prop_assert_eq!(value(&forms, &reduced, &x), value(&forms, &whole, &x));
            }
        }
    }
}
