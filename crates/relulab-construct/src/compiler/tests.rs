//! Compiled networks are proved equal, as deep as the theorem says, and a wrong network is told.

use super::*;
use proptest::prelude::*;

fn form(slopes: &[i64], constant: i64) -> AffineForm {
    AffineForm::new(slopes.iter().map(|slope| Rational::from(*slope)).collect(), Rational::from(constant))
}

fn ceil_log2(number: usize) -> usize {
    number.next_power_of_two().trailing_zeros() as usize
}

#[test]
fn a_tournament_has_three_units_per_match() {
    let pieces: Vec<AffineForm> = (1..9).map(|i| form(&[i, i * i], -i * i * i)).collect();
    let all = Piecewise::new(pieces, Formula::Difference { plus: (0..8).collect(), minus: vec![] }).unwrap();
    let compiled = all.compile(Thrift::Units).unwrap();
    // 3 (8 − 1) in all.
    assert_eq!(compiled.network.shape().hidden(), [12, 6, 3]);
    let flat = all.compile(Thrift::Depth).unwrap();
    assert_eq!(flat.network.shape().depth(), 2);
    assert!(matches!(flat.evidence, Evidence::Proved { .. }));
}

#[test]
fn constants_and_planes_need_no_layer() {
    let plane = Piecewise::new(vec![form(&[2, 3], 1)], Formula::MaxOfMin(vec![vec![0]])).unwrap();
    for thrift in [Thrift::Depth, Thrift::Units] {
        let compiled = plane.compile(thrift).unwrap();
        assert_eq!(compiled.network.shape().depth(), 0);
        assert_eq!(compiled.evidence, Evidence::Proved { regions: 1 });
    }
    let steps = Piecewise::new(
        vec![form(&[1], 0), form(&[1], 2)],
        Formula::Difference { plus: vec![0, 1], minus: vec![1, 0, 1] },
    );
    assert_eq!(steps.unwrap().compile(Thrift::Units).unwrap().network.parameters(), [0.0, 0.0]);
}

#[test]
fn a_wrong_network_is_told() {
    let absolute = Piecewise::new(
        vec![form(&[1, 0], 0), form(&[-1, 0], 0)],
        Formula::Difference { plus: vec![0, 1], minus: vec![] },
    );
    let absolute = absolute.unwrap();
    let right = absolute.compile(Thrift::Units).unwrap();
    let mut parameters = right.network.parameters().to_vec();
    parameters[0] += 2.0_f64.powi(-40);
    let wrong = Network::new(right.network.shape().clone(), right.network.activation(), parameters).unwrap();
    assert_eq!(equality(&absolute, &wrong, &right.scale), Err(ConstructError::Differs));
}

#[test]
fn bad_functions_are_refused() {
    let refused = |pieces: Vec<AffineForm>, formula| Piecewise::new(pieces, formula).unwrap_err().to_string();
    let lattice = |sets: &[&[usize]]| Formula::MaxOfMin(sets.iter().map(|set| set.to_vec()).collect());
    assert!(refused(vec![], lattice(&[&[0]])).contains("no piece"));
    assert!(refused(vec![form(&[], 1)], lattice(&[&[0]])).contains("no piece"));
    assert!(refused(vec![form(&[1], 1), form(&[1, 2], 1)], lattice(&[&[0]])).contains("piece 1"));
    assert!(refused(vec![form(&[1], 1)], lattice(&[])).contains("no set"));
    assert!(refused(vec![form(&[1], 1)], lattice(&[&[0], &[]])).contains("is empty"));
    assert!(refused(vec![form(&[1], 1)], lattice(&[&[1]])).contains("piece 1"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn networks_are_proved_and_as_deep_as_the_theorem_says(
        n in 1..3_usize,
        numbers in prop::collection::vec((-3..4_i64, 1..4_i64), 5 * 3),
        sets in prop::collection::vec(prop::collection::vec(0..5_usize, 1..4), 1..4),
        point in prop::collection::vec(-9..9_i64, 2),
    ) {
        let of = |(a, b): (i64, i64)| Rational::from(a) / Rational::from(b);
        let piece = |row: &[(i64, i64)]| AffineForm::new(row[..n].iter().map(|pair| of(*pair)).collect(), of(row[2]));
        let pieces: Vec<AffineForm> = numbers.chunks(3).map(piece).collect();
        let largest = sets.iter().map(Vec::len).max().unwrap();
        let lattice_depth = ceil_log2(largest) + ceil_log2(sets.len());
        let difference = Formula::Difference { plus: sets[0].clone(), minus: sets[sets.len() - 1].clone() };
        for (formula, depth) in [(Formula::MaxOfMin(sets.clone()), lattice_depth), (difference, ceil_log2(largest))] {
            let function = Piecewise::new(pieces.clone(), formula).unwrap();
            let x: Vec<Rational> = point[..n].iter().map(|x| Rational::from(*x) / Rational::from(5)).collect();
            for (thrift, most) in [(Thrift::Units, depth), (Thrift::Depth, ceil_log2(n + 1))] {
                let compiled = match function.compile(thrift) {
                    Ok(compiled) => compiled,
                    Err(ConstructError::TooManyTerms) if thrift == Thrift::Depth => continue,
                    Err(error) => return Err(TestCaseError::fail(error.to_string())),
                };
                prop_assert!(compiled.network.shape().depth() <= most);
                let is_proved = matches!(compiled.evidence, Evidence::Proved { .. });
                prop_assert!(is_proved);
                let value = ExactNetwork::of(&compiled.network).unwrap().eval(&x)[0].clone();
                prop_assert_eq!(value, function.eval(&x) * &compiled.scale);
            }
        }
    }
}
