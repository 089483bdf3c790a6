use super::*;
use crate::line::enumerate;
use crate::line::verify::{mean_squared_error, verify};
use proptest::prelude::*;
use relulab_exact::{Dyadic, Rational};

fn solve(x: &[f64], y: &[f64], width: usize, output_bias: bool) -> (Status, Certificate) {
    let mut search = Search::new(Problem::new(x, y, width, output_bias).unwrap(), &[]);
    let status = search.run(|_| true);
    let certificate = search.certificate();
    let claim = verify(&certificate).unwrap();
    assert_eq!((claim.objective, claim.lower_bound), (certificate.objective, certificate.lower_bound));
    (status, certificate)
}

fn rational(value: f64) -> Rational {
    Dyadic::from_f64(value).unwrap().to_rational()
}

/// The exact minimum of the mean squared error, by brute force in rationals: all gaps, and for each all sets of columns
/// with their unconstrained least squares, of which the best with admissible signs is the minimum.
fn brute_force(x: &[f64], y: &[f64], width: usize, output_bias: bool) -> Rational {
    let zero = Rational::zero;
    let mut places = x.to_vec();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let n = places.len();
    // A unit's possible columns: two hinges at the ends of a gap, or at infinity a constant; values on all data.
    let relu = |value: Rational| if value > zero() { value } else { zero() };
    let mut units: Vec<[Vec<Rational>; 2]> = Vec::new();
    for sign in [1, -1] {
        let signed = |value: Rational| value * &Rational::from(sign);
        let hinge = |at: usize, side: i64| -> Vec<Rational> {
            let value = |x: &f64| relu((rational(*x) - &rational(places[at])) * &Rational::from(side));
            x.iter().map(|x| signed(value(x))).collect()
        };
        let constant: Vec<Rational> = x.iter().map(|_| signed(Rational::from(1))).collect();
        for at in 0..n - 1 {
            units.push([hinge(at, 1), hinge(at + 1, 1)]);
            units.push([hinge(at, -1), hinge(at + 1, -1)]);
        }
        units.push([constant.clone(), hinge(0, 1)]);
        units.push([constant, hinge(n - 1, -1)]);
    }
    let labels: Vec<Rational> = y.iter().map(|y| rational(*y)).collect();
    let mut best: Option<Rational> = None;
    let mut choice = vec![0; width];
    loop {
        let columns: Vec<&Vec<Rational>> = choice.iter().flat_map(|&unit| &units[unit]).collect();
        for set in 0..1_u32 << columns.len() {
            let mut used: Vec<Vec<Rational>> = Vec::new();
            used.extend(columns.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, c)| (*c).clone()));
            let n_signed = used.len();
            if output_bias {
                used.push(x.iter().map(|_| Rational::from(1)).collect());
            }
            if let Some((coefficients, sum)) = least_squares(&used, &labels)
                && coefficients[..n_signed].iter().all(|value| *value >= zero())
                && best.as_ref().is_none_or(|best| sum < *best)
            {
                best = Some(sum);
            }
        }
        let Some(at) = (0..width).rev().find(|&at| choice[at] + 1 < units.len()) else { break };
        let next = choice[at] + 1;
        choice[at..].fill(next);
    }
    best.unwrap() / &Rational::from(x.len() as i64)
}

/// Least squares by Gaussian elimination on the normal equations; `None` where columns depend on each other.
fn least_squares(columns: &[Vec<Rational>], labels: &[Rational]) -> Option<(Vec<Rational>, Rational)> {
    let product =
        |a: &[Rational], b: &[Rational]| a.iter().zip(b).fold(Rational::zero(), |sum, (a, b)| sum + a.clone() * b);
    let n = columns.len();
    let mut rows: Vec<Vec<Rational>> = (0..n)
        .map(|i| columns.iter().map(|c| product(&columns[i], c)).chain([product(&columns[i], labels)]).collect())
        .collect();
    for pivot in 0..n {
        if rows[pivot][pivot].is_zero() {
            return None;
        }
        let pivot_row = rows[pivot].clone();
        for row in rows.iter_mut().enumerate().filter(|(row, _)| *row != pivot).map(|(_, row)| row) {
            let factor = row[pivot].clone() / &pivot_row[pivot];
            for (entry, above) in row.iter_mut().zip(&pivot_row) {
                *entry = entry.clone() - factor.clone() * above;
            }
        }
    }
    let coefficients: Vec<Rational> = (0..n).map(|i| rows[i][n].clone() / &rows[i][i]).collect();
    let mut residual = labels.to_vec();
    for (coefficient, column) in coefficients.iter().zip(columns) {
        for (value, entry) in residual.iter_mut().zip(column) {
            *value = value.clone() - entry.clone() * coefficient;
        }
    }
    let sum = product(&residual, &residual);
    Some((coefficients, sum))
}

fn assert_agrees(x: &[f64], y: &[f64], width: usize, output_bias: bool) {
    let (status, certificate) = solve(x, y, width, output_bias);
    let exact = brute_force(x, y, width, output_bias);
    assert_eq!(status, Status::Optimal, "{x:?} {y:?} {width} {output_bias}: {}", exact.to_f64());
    let (above, below) = (certificate.objective, certificate.lower_bound);
    assert!(rational(below) <= exact, "{x:?} {y:?} {width} {output_bias}: {below} > {}", exact.to_f64());
    assert!(rational(above) >= exact, "{x:?} {y:?} {width} {output_bias}: {above} < {}", exact.to_f64());
}

#[test]
fn the_gap_closes_around_the_exact_minimum() {
    let cases: [(&[f64], &[f64]); 6] = [
        (&[0.0, 1.0, 2.5, 3.0], &[1.0, -1.0, 0.5, 2.0]),
        // A lattice with ties, and equal inputs with different labels.
        (&[0.0, 1.0, 2.0, 3.0, 4.0], &[0.0, 1.0, 0.0, 1.0, 0.0]),
        (&[0.0, 0.0, 1.0, 1.0, 2.0, 2.0], &[1.0, -1.0, 2.0, 2.0, 0.0, 1.0]),
        // Collinear labels, constant labels, two points.
        (&[-1.0, 0.0, 2.0, 5.0], &[-3.0, -1.0, 3.0, 9.0]),
        (&[-1.0, 0.0, 2.0], &[4.0, 4.0, 4.0]),
        (&[1.0, 2.0], &[1.0, -5.0]),
    ];
    for (x, y) in cases {
        for output_bias in [true, false] {
            for width in 1..=if x.len() > 4 { 1 } else { 2 } {
                assert_agrees(x, y, width, output_bias);
            }
        }
    }
    assert_agrees(&[0.0, 1.0, 2.0, 3.0, 4.0], &[0.0, 1.0, -1.0, 1.0, 0.25], 2, true);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn small_problems_agree_with_brute_force(
        data in proptest::collection::vec((-4..5_i32, -3..4_i32), 3..6), output_bias: bool,
    ) {
        let x: Vec<f64> = data.iter().map(|one| f64::from(one.0) / 2.0).collect();
        let y: Vec<f64> = data.iter().map(|one| f64::from(one.1)).collect();
        prop_assume!(x.iter().any(|value| *value != x[0]));
        assert_agrees(&x, &y, 1, output_bias);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn enumeration_finds_the_same_optimum(
        data in proptest::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 6..14), width in 1..3_usize, output_bias: bool,
    ) {
        let (x, y): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let (status, certificate) = solve(&x, &y, width, output_bias);
        prop_assert_eq!(status, Status::Optimal);
        let enumerated = enumerate(&Problem::new(&x, &y, width, output_bias).unwrap());
        let found = mean_squared_error(&enumerated.network, &x, &y);
        prop_assert!(found >= certificate.lower_bound);
        prop_assert!((found - certificate.objective).abs() <= 1e-8 * certificate.objective + 1e-13);
    }

    #[test]
    fn no_network_beats_a_certified_bound(
        data in proptest::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 3..12),
        weights in proptest::collection::vec(-3.0..3.0_f64, 7),
    ) {
        let (x, y): (Vec<f64>, Vec<f64>) = data.into_iter().unzip();
        let (_, certificate) = solve(&x, &y, 2, true);
        let units = Units {
            weights: weights[..2].to_vec(),
            biases: weights[2..4].to_vec(),
            outputs: weights[4..6].to_vec(),
            output_bias: weights[6],
        };
        prop_assert!(mean_squared_error(&units, &x, &y) >= certificate.lower_bound);
    }
}

/// Noise around a wave: hard enough for several rounds.
fn wave(n: usize) -> (Vec<f64>, Vec<f64>) {
    let noise = |i: usize, factor: f64| (i as f64 * factor).fract() - 0.5;
    let x: Vec<f64> = (0..n).map(|i| 6.0 * noise(i, 0.618_033_988_75)).collect();
    let y = x
        .iter()
        .enumerate()
        .map(|(i, x)| (x * x / 4.0 - x).abs().sqrt() + noise(i * i + 1, 0.414_213_562_37))
        .collect();
    (x, y)
}

#[test]
fn threads_and_interruptions_change_nothing() {
    let (x, y) = wave(40);
    let problem = || Problem::new(&x, &y, 3, true).unwrap();
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| {
            let mut search = Search::new(problem(), &[]);
            assert_eq!(search.run(|_| true), Status::Optimal);
            search.certificate().to_bytes()
        })
    };
    let whole = on(1);
    assert!(whole == on(3));

    let mut search = Search::new(problem(), &[]);
    let mut n_stops = 0;
    loop {
        let mut n_rounds = 0;
        let status = search.run(|_| {
            n_rounds += 1;
            n_rounds <= 2
        });
        let certificate = search.certificate();
        let claim = verify(&certificate).unwrap();
        assert!(claim.lower_bound <= claim.objective);
        if status == Status::Optimal {
            assert!(certificate.to_bytes() == whole);
            break;
        }
        n_stops += 1;
        let bytes = certificate.to_bytes();
        search = Search::resume(&Certificate::from_bytes(&bytes).unwrap()).unwrap();
    }
    assert!(n_stops > 2, "{n_stops} stops");
}

#[test]
fn hard_numbers_are_solved_too() {
    let (x, y) = wave(30);
    let cases = [
        // Far from the origin, in tiny and huge units, with points close together, and with a far outlier.
        x.iter().map(|x| x + 1e6).collect::<Vec<_>>(),
        x.iter().map(|x| x * 1e-60).collect(),
        x.iter().map(|x| x * 1e60).collect(),
        x.iter().map(|x| if *x > 0.0 { 1.0 + x * 1e-9 } else { *x }).collect(),
        x.iter().map(|x| if *x > 2.9 { 1e8 } else { *x }).collect(),
    ];
    for x in cases {
        for output_bias in [true, false] {
            for factor in [1.0, 1e40, 1e-40] {
                let y: Vec<f64> = y.iter().map(|y| (y + 0.5) * factor).collect();
                let (status, certificate) = solve(&x, &y, 2, output_bias);
                let gap = certificate.objective - certificate.lower_bound;
                assert_eq!(
                    status,
                    Status::Optimal,
                    "{x:?} {output_bias} {factor}: gap {}",
                    gap / certificate.objective
                );
            }
        }
    }
}

#[test]
fn functions_that_are_networks_are_fitted() {
    let x: Vec<f64> = (0..60).map(|i| f64::from(i) / 7.0 - 4.0).collect();
    let y: Vec<f64> = x.iter().map(|x| 2.0 * f64::max(0.0, x - 0.3) - f64::max(0.0, -1.0 - x)).collect();
    let (status, certificate) = solve(&x, &y, 2, false);
    assert_eq!(status, Status::Optimal);
    assert!(certificate.objective < 1e-14, "{}", certificate.objective);
    // As many units as points, with labels that no smaller network fits, and more.
    let (x, y) = wave(12);
    for (width, output_bias) in [(11, true), (12, false), (14, true)] {
        let (status, certificate) = solve(&x, &y, width, output_bias);
        assert_eq!((status, certificate.lower_bound), (Status::Optimal, 0.0));
    }
    let (status, certificate) = solve(&[0.0, 1.0, 3.0], &[1.0, -1.0, 4.0], 5, true);
    assert_eq!((status, certificate.lower_bound), (Status::Optimal, 0.0));
    assert!(certificate.objective < 1e-14, "{}", certificate.objective);
}

#[test]
fn a_start_is_kept_when_nothing_is_better() {
    let (x, y) = wave(20);
    let (_, certificate) = solve(&x, &y, 2, true);
    let problem = Problem::new(&x, &y, 2, true).unwrap();
    let mut search = Search::new(problem, std::slice::from_ref(&certificate.network));
    assert_eq!(search.run(|_| true), Status::Optimal);
    assert!(search.progress().objective <= certificate.objective);
    // Networks of another form are passed over.
    let wide = Units { weights: vec![1.0; 3], biases: vec![0.0; 3], outputs: vec![1.0; 3], output_bias: 0.0 };
    let search = Search::new(Problem::new(&x, &y, 2, true).unwrap(), &[wide]);
    assert_eq!(search.network().weights.len(), 2);
}
