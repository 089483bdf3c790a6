//! Networks are their functions exactly, with as few units as an exhaustive search allows.

use super::*;
use proptest::prelude::*;
use relulab_net::reference;

#[test]
fn known_functions_have_known_sizes() {
    let compile = |breakpoints: &[f64], slopes: &[f64]| {
        Cpwl::new(breakpoints.to_vec(), slopes.to_vec(), 0.5).unwrap().compile(OutputBias::Free).unwrap()
    };
    assert_eq!(compile(&[], &[0.0]).n_units, 0);
    assert_eq!(compile(&[], &[3.0]).reason, UnitCount::Line);
    let line = Cpwl::new(vec![], vec![2.0], 1.0).unwrap().compile(OutputBias::Zero).unwrap();
    assert_eq!((line.n_units, line.is_exact), (2, true));
    // An end slope of 0: one unit per breakpoint, all of them facing away from that end.
    assert_eq!(compile(&[0.0, 1.0], &[0.0, 2.0, -1.0]).reason, UnitCount::KinkSubset { left: vec![] });
    assert_eq!(compile(&[0.0, 1.0], &[1.0, 2.0, 0.0]).reason, UnitCount::KinkSubset { left: vec![0, 1] });
    // −1, 2, 1: changes 3 and −1; no subset gives 1. And −1, 0, 5: the first change alone does.
    assert_eq!(compile(&[0.0, 1.0], &[-1.0, 2.0, 1.0]).reason, UnitCount::NoKinkSubset);
    assert_eq!(compile(&[0.0, 1.0], &[-1.0, 0.0, 5.0]).reason, UnitCount::KinkSubset { left: vec![0] });
}

#[test]
fn rounding_is_admitted() {
    let compiled =
        Cpwl::new(vec![0.1, 0.7], vec![0.3, 1e-20, 0.9], 1.0 / 3.0).unwrap().compile(OutputBias::Free).unwrap();
    assert!(!compiled.is_exact);
}

#[test]
fn fractions_are_scaled() {
    let of = |a: i64, b: i64| Rational::from(a) / Rational::from(b);
    let function = Cpwl::of_rationals(vec![of(1, 3), of(1, 2)], vec![of(1, 5), of(2, 1), of(-1, 7)], of(1, 9)).unwrap();
    for output_bias in [OutputBias::Free, OutputBias::Zero] {
        let compiled = function.compile(output_bias).unwrap();
        assert!(compiled.is_exact && compiled.scale > Rational::from(1), "{compiled:?}");
    }
}

#[test]
fn bad_functions_are_refused() {
    assert!(Cpwl::new(vec![0.0], vec![1.0], 0.0).is_err());
    assert!(Cpwl::new(vec![0.0], vec![1.0, 1.0], 0.0).is_err());
    assert!(Cpwl::new(vec![0.0, 0.0], vec![1.0, 2.0, 3.0], 0.0).is_err());
    assert!(Cpwl::new(vec![], vec![f64::NAN], 0.0).is_err());
    let many = Cpwl::new((0..25).map(f64::from).collect(), (0..26).map(f64::from).collect(), 0.0).unwrap();
    assert_eq!(many.compile(OutputBias::Free), Err(ConstructError::TooManyBreakpoints(25)));
}

proptest! {
    #[test]
    fn networks_are_the_function_with_the_fewest_units(
        places in prop::collection::btree_set(-40..40_i32, 0..7), slopes in prop::collection::vec(-6..6_i32, 7)
    ) {
        let breakpoints: Vec<f64> = places.into_iter().map(|k| f64::from(k) / 8.0).collect();
        let slopes: Vec<f64> = slopes[..=breakpoints.len()].iter().map(|k| f64::from(*k)).collect();
        prop_assume!(slopes.windows(2).all(|pair| pair[0] != pair[1]));
        let value = f64::from(slopes[0] as i32 % 3);
        let function = Cpwl::new(breakpoints.clone(), slopes.clone(), value).unwrap();
        let n = breakpoints.len();
        let kink = |i: usize| slopes[i + 1] - slopes[i];
        let sum = |subset: u32, term: &dyn Fn(usize) -> f64| -> f64 {
            (0..n).filter(|i| subset >> i & 1 == 1).map(term).sum()
        };
        for output_bias in [OutputBias::Free, OutputBias::Zero] {
            let compiled = function.compile(output_bias).unwrap();
            prop_assert!(compiled.is_exact, "{:?}", compiled.reason);
            // Only the zero of a line can have a denominator that f64 does not hold.
            let scale = compiled.scale.to_f64();
            prop_assert!(scale == 1.0 || n == 0);
            prop_assert!(output_bias == OutputBias::Free || compiled.network.parameters().last() == Some(&0.0));
            for k in -60..60 {
                let x = f64::from(k) / 10.0;
                let ours = reference::forward(&compiled.network, &[x])[0];
                prop_assert!((ours - scale * function.eval(x)).abs() < 1e-10);
            }
            if n > 0 {
                // All choices of directions, with small numbers that f64 adds exactly.
                let has_slopes = |subset: u32| sum(subset, &kink) == -slopes[0];
                let constant = |subset: u32| value - sum(subset, &|i| kink(i) * (breakpoints[i] - breakpoints[0]));
                let mut subsets = 0..1_u32 << n;
                let expected = if output_bias == OutputBias::Free {
                    n + usize::from(!subsets.any(has_slopes))
                } else if subsets.clone().any(|subset| has_slopes(subset) && constant(subset) == 0.0) {
                    n
                } else {
                    let doubling_works = |subset: u32, j: usize| {
                        let of_left = -slopes[0] - sum(subset, &kink);
                        constant(subset) == of_left * (breakpoints[j] - breakpoints[0])
                    };
                    let is_one_enough = subsets.any(|subset| {
                        let free = (0..n).filter(|j| subset >> j & 1 == 0);
                        has_slopes(subset) || free.into_iter().any(|j| doubling_works(subset, j))
                    });
                    n + if is_one_enough { 1 } else { 2 }
                };
                prop_assert_eq!(compiled.n_units, expected);
            }
        }
    }
}
