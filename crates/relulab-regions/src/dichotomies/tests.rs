use super::*;
use proptest::prelude::*;
use relulab_exact::{Natural, Number, Sign};
use std::collections::BTreeSet;

/// Whether Σ aᵢ vᵢ > 0 for all rows has a solution, by Fourier and Motzkin's elimination.
fn is_feasible(mut rows: Vec<Vec<Rational>>) -> bool {
    while let Some(width) = rows.first().map(Vec::len).filter(|width| *width > 0) {
        let mut kept = Vec::new();
        let (mut above, mut below): (Vec<Vec<Rational>>, Vec<Vec<Rational>>) = (Vec::new(), Vec::new());
        for mut row in rows {
            let last = row.pop().unwrap();
            match last.exact_sign() {
                Sign::Zero => kept.push(row),
                Sign::Positive => above.push(row.into_iter().map(|value| value / &last).collect()),
                Sign::Negative => below.push(row.into_iter().map(|value| value / &-last.clone()).collect()),
            }
        }
        for one in &above {
            for other in &below {
                kept.push(one.iter().zip(other).map(|(a, b)| a.clone() + b).collect());
            }
        }
        if kept.is_empty() {
            return true;
        }
        rows = kept;
        if width == 1 {
            // Rows without variables ask for 0 > 0.
            return false;
        }
    }
    true
}

fn exact_rows(points: &PointSet) -> Vec<Vec<Rational>> {
    points.rows().map(|row| row.iter().map(|value| Rational::from_f64(*value).unwrap()).collect()).collect()
}

/// All strictly separable sets, one by one.
fn brute_force(points: &PointSet) -> BTreeSet<Vec<bool>> {
    let rows = exact_rows(points);
    let sets = (0..1_u32 << rows.len()).map(|set| (0..rows.len()).map(|i| set >> i & 1 == 1).collect::<Vec<bool>>());
    let is_separable = |set: &Vec<bool>| {
        let signed = rows.iter().zip(set).map(|(row, positive)| {
            row.iter().map(|value| if *positive { value.clone() } else { -value.clone() }).collect()
        });
        is_feasible(signed.collect())
    };
    sets.filter(is_separable).collect()
}

/// Checks every witness in rationals and returns the sets.
fn sets(points: &PointSet) -> BTreeSet<Vec<bool>> {
    let list = dichotomies(points, 2).unwrap();
    for one in &list {
        for (row, positive) in exact_rows(points).iter().zip(&one.positive) {
            let value = row.iter().zip(&one.half_space).fold(Rational::zero(), |sum, (a, b)| sum + a.clone() * b);
            let wanted = if *positive { Sign::Positive } else { Sign::Negative };
            assert!(value.exact_sign() == wanted || row.iter().all(Rational::is_zero), "{one:?}");
        }
    }
    let sets: BTreeSet<_> = list.iter().map(|one| one.positive.clone()).collect();
    assert_eq!((sets.len(), sets.len() as u128), (list.len(), count(points, 1).unwrap()));
    sets
}

/// Cover's number for n points in general position and half-spaces of so many coordinates.
fn cover(n: usize, coordinates: usize) -> Natural {
    let half: Natural = (0..coordinates).map(|k| Natural::binomial(n - 1, k)).sum();
    half * Natural::from(2_usize)
}

/// Points in general position: on the moment curve.
fn curve(n: usize, dim: usize) -> Vec<f64> {
    (0..n).flat_map(|i| (1..=dim).map(move |power| ((i as f64 - n as f64 / 2.0) / 8.0).powi(power as i32))).collect()
}

#[test]
fn points_in_general_position_obey_covers_formula() {
    for (n, dim) in [(200, 1), (50, 2), (18, 3), (9, 4), (8, 6), (9, 8)] {
        let points = PointSet::new(&curve(n, dim), dim, true).unwrap();
        assert_eq!(Natural::from(sets(&points).len()), cover(n, dim + 1), "{n} points in {dim} dimensions");
    }
    // Without an offset, directions in general position count.
    let directions: Vec<f64> = (0..12).flat_map(|i| [1.0, f64::from(i), f64::from(i * i)]).collect();
    let points = PointSet::new(&directions, 3, false).unwrap();
    assert_eq!(Natural::from(sets(&points).len()), cover(12, 3));
}

#[test]
fn degenerate_points_agree_with_brute_force() {
    let lattice: Vec<f64> = (0..9).flat_map(|i| [f64::from(i % 3), f64::from(i / 3)]).collect();
    let collinear: Vec<f64> = (0..6).flat_map(|i| [f64::from(i), 2.0 * f64::from(i) - 1.0]).collect();
    let cases: [(&[f64], usize); 5] = [
        (&lattice, 2),
        (&collinear, 2),
        (&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.5, 0.0], 2),
        (&[1.0, 1.0, 1.0], 1),
        (&[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.5, 0.5, 0.5], 3),
    ];
    for (points, dim) in cases {
        let points = PointSet::new(points, dim, true).unwrap();
        assert_eq!(sets(&points), brute_force(&points), "{points:?}");
    }
    // Without an offset the origin is on every boundary, and opposite points are on opposite sides.
    let points = PointSet::new(&[0.0, 0.0, 1.0, 2.0, -1.0, -2.0, 3.0, 1.0], 2, false).unwrap();
    assert_eq!(sets(&points).len(), 4);
    assert!(sets(&points).iter().all(|set| !set[0] && set[1] != set[2]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn points_of_a_small_lattice_agree_with_brute_force(
        numbers in proptest::collection::vec(-2..3_i8, 2..15), dim in 1..4_usize, has_offset: bool,
    ) {
        let whole = numbers.len() / dim * dim;
        prop_assume!(whole > 0 && whole / dim <= 7);
        let numbers: Vec<f64> = numbers[..whole].iter().map(|value| f64::from(*value)).collect();
        let is_origin = |point: &[f64]| !has_offset && point.iter().all(|value| *value == 0.0);
        prop_assume!(!numbers.chunks(dim).any(is_origin));
        let points = PointSet::new(&numbers, dim, has_offset).unwrap();
        prop_assert_eq!(sets(&points), brute_force(&points));
    }
}

#[test]
fn bad_points_are_refused() {
    assert_eq!(PointSet::new(&[], 1, true), Err(DichotomyError::Shape { numbers: 0, dim: 1 }));
    assert_eq!(PointSet::new(&[1.0; 3], 2, true), Err(DichotomyError::Shape { numbers: 3, dim: 2 }));
    assert_eq!(PointSet::new(&[0.0, 0.0, 1.0, f64::NAN], 2, true), Err(DichotomyError::NotFinite { point: 1 }));
    assert!(matches!(PointSet::new(&[1.0; 13], 13, true), Err(DichotomyError::Size(_))));
    assert!(matches!(PointSet::new(&[1.0; 5000], 1, true), Err(DichotomyError::Points(_))));
}

#[test]
fn completeness_is_proved_and_gaps_are_noticed() {
    let lattice: Vec<f64> = (0..9).flat_map(|i| [f64::from(i % 3), f64::from(i / 3)]).collect();
    let repeated = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.5, 2.0];
    let cases: [(&[f64], usize, bool); 5] = [
        (&lattice, 2, true),
        (&repeated, 2, true),
        (&curve(9, 3), 3, true),
        (&curve(30, 1), 1, true),
        (&[0.0, 0.0, 1.0, 2.0, -1.0, -2.0, 3.0, 1.0, 2.0, 4.0], 2, false),
    ];
    for (numbers, dim, has_offset) in cases {
        let points = PointSet::new(numbers, dim, has_offset).unwrap();
        let list = dichotomies(&points, 1).unwrap();
        let proof = prove(&points, list.clone()).unwrap();
        verify(&points, &proof).unwrap();
        for missing in 0..list.len() {
            let mut list = list.clone();
            list.remove(missing);
            // Weights for a neighbour that exists cannot be found.
            assert!(list.is_empty() || prove(&points, list).is_none(), "{missing}");
        }
        let check = |change: &dyn Fn(&mut Completeness)| {
            let mut bad = proof.clone();
            change(&mut bad);
            assert!(bad == proof || verify(&points, &bad).is_err());
        };
        check(&|bad| bad.dichotomies.clear());
        check(&|bad| bad.neighbours.truncate(1));
        check(&|bad| bad.dichotomies[0].positive[1] ^= true);
        check(&|bad| bad.dichotomies[0].half_space.iter_mut().for_each(|value| *value = -value.clone()));
        for class in 0..proof.neighbours[0].len() {
            check(&|bad| bad.neighbours[0][class] = Neighbour::Listed(0));
            check(&|bad| bad.neighbours[0][class] = Neighbour::Impossible(Vec::new()));
            check(&|bad| bad.neighbours[0][class] = Neighbour::Impossible(vec![(class, Rational::from(1))]));
            check(&|bad| {
                if let Neighbour::Impossible(weights) = &mut bad.neighbours[0][class] {
                    weights[0].1 = -weights[0].1.clone() - Rational::from(1);
                }
            });
        }
    }
}
