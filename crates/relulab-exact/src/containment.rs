//! Property tests: whatever is computed in bounded f64, its interval contains the result in rationals.

use crate::{Bounded, BoundedVector, Number, NumberVector, Rational, Sign};
use proptest::prelude::*;

/// Whether the bound of `bounded` really reaches to `exact`.
fn contains(bounded: Bounded, exact: &Rational) -> bool {
    if bounded.error().is_infinite() {
        return true;
    }
    let [value, error] = [bounded.value(), bounded.error()].map(|part| Rational::from_f64(part).unwrap());
    let distance = value - exact;
    let distance = if distance.exact_sign() == Sign::Negative { -distance } else { distance };
    distance <= error
}

/// f64 of every kind that hurts: integers, zeros, nearly equal numbers, all magnitudes, subnormals.
fn awkward() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-9..=9_i32).prop_map(f64::from),
        Just(0.0),
        -1.0..1.0_f64,
        (-4..=4_i32).prop_map(|steps| 1.0 + f64::from(steps) * f64::EPSILON),
        any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |value| value.is_finite()),
        (0..1_000_u64).prop_map(f64::from_bits),
    ]
}

/// Zero, or of a magnitude that the vector kernels accept.
fn accepted() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (-9..=9_i32).prop_map(f64::from), -1.0..1.0_f64, -1e80..1e80_f64, -1e-90..1e-90_f64]
        .prop_filter("accepted", |value| Bounded::accepts(&[*value]))
}

/// Runs a small stack program: each step combines the newest number with an older one.
fn run<N: Number>(inputs: &[f64], steps: &[(usize, u8)]) -> Vec<N> {
    let mut numbers: Vec<N> = inputs.iter().map(|value| N::from_f64(*value).unwrap()).collect();
    for (index, operation) in steps {
        let left = numbers[numbers.len() - 1].clone();
        let right = &numbers[index % numbers.len()];
        let result = match operation {
            0 => left + right,
            1 => left - right,
            2 => left * right,
            3 => -left,
            // A quotient by something that may be zero has no meaning in either kind: keep the numerator.
            _ if right.sign().is_none_or(|sign| sign == Sign::Zero) => left,
            _ => left / right,
        };
        numbers.push(result);
    }
    numbers
}

proptest! {
    #[test]
    fn scalar_programs_stay_within_their_bounds(
        inputs in prop::collection::vec(awkward(), 2..6),
        steps in prop::collection::vec((any::<usize>(), 0..5_u8), 1..7),
    ) {
        let bounded: Vec<Bounded> = run(&inputs, &steps);
        // Where the bounded run could not divide, the exact one must not divide either: replay only certain steps.
        let certain = steps.iter().enumerate().all(|(k, (index, operation))| {
            *operation < 4 || bounded[index % (inputs.len() + k)].sign().is_some()
        });
        prop_assume!(certain);
        let exact: Vec<Rational> = run(&inputs, &steps);
        for (bounded, exact) in bounded.iter().zip(&exact) {
            prop_assert!(contains(*bounded, exact), "{bounded:?} misses {exact}");
            if let Some(sign) = bounded.sign() {
                prop_assert_eq!(sign, exact.exact_sign());
            }
        }
    }

    #[test]
    fn two_layers_stay_within_their_bounds(
        width in 1..20_usize,
        parameters in prop::collection::vec(accepted(), 20 * 20 + 60),
        at in accepted(),
        divisor in accepted(),
    ) {
        let bounded = layers::<Bounded>(width, &parameters, at, divisor);
        let exact = layers::<Rational>(width, &parameters, at, divisor);
        for (bounded, exact) in bounded.iter().zip(&exact) {
            prop_assert!(contains(*bounded, exact), "{bounded:?} misses {exact}");
            if let Some(sign) = bounded.sign() {
                prop_assert_eq!(sign, exact.exact_sign());
            }
        }
    }
}

/// Two affine layers, then an evaluation at a quotient.
fn layers<N: Number>(width: usize, parameters: &[f64], at: f64, divisor: f64) -> Vec<N> {
    let (first, rest) = parameters.split_at(20);
    let (second, weights) = rest.split_at(20);
    let one: N::Vector = {
        let mut one = N::Vector::default();
        one.reset(1);
        one.set(0, N::from_f64(1.0).unwrap());
        one
    };
    let [mut slopes, mut intercepts, mut deep, mut values] = [(); 4].map(|()| N::Vector::default());
    slopes.affine(&first[..width], &vec![0.0; width], &one);
    intercepts.affine(&weights[..width], &second[..width], &one);
    deep.affine(&weights[..width * width], &second[..width], &slopes);
    let divisor = if divisor == 0.0 { 3.0 } else { divisor };
    let at = N::from_f64(at).unwrap() / N::from_f64(divisor).unwrap();
    values.evaluate(&deep, &intercepts, &at);
    [deep, values].iter().flat_map(|vector| (0..width).map(|index| vector.get(index))).collect()
}

#[test]
fn what_needs_no_rounding_is_exact() {
    let [two, three] = [2.0, 3.0].map(Bounded::exact);
    assert_eq!((two + three - Bounded::exact(5.0)).sign(), Some(Sign::Zero));
    assert_eq!(((two * three) * Bounded::ZERO).sign(), Some(Sign::Zero));
    assert_eq!((Bounded::ZERO / three).sign(), Some(Sign::Zero));
    let mut layer = BoundedVector::default();
    let mut nothing = BoundedVector::default();
    nothing.reset(2);
    layer.affine(&[0.1, 0.2, 0.3, 0.4], &[0.0, 0.7], &nothing);
    assert_eq!([layer.get(0), layer.get(1)], [Bounded::ZERO, Bounded::exact(0.7)]);
}

#[test]
fn what_is_not_finite_is_never_certain() {
    let huge = Bounded::exact(f64::MAX);
    for lost in [huge + huge, huge * huge, huge / Bounded::exact(f64::MIN_POSITIVE), huge / Bounded::ZERO] {
        assert_eq!(lost.sign(), None);
        assert_eq!((lost - lost).sign(), None);
        assert_eq!((Bounded::exact(1.0) / lost).sign(), None);
    }
    assert_eq!(Bounded::exact(f64::NAN).sign(), None);
    assert!(!Bounded::accepts(&[1.0, f64::NAN]) && !Rational::accepts(&[f64::INFINITY]));
    assert!(Bounded::accepts(&[0.0, -1e100]) && !Bounded::accepts(&[1e-300]));
}

#[test]
fn all_vector_units_give_the_same_bits() {
    // The kernels hold no fused multiply-add, so the scalar definitions below must give the same values.
    let parameters: Vec<f64> = (0..33).map(|i| f64::from((i * 7919 % 101) as f32) / 37.0 - 1.3).collect();
    let mut factors = BoundedVector::default();
    factors.reset(1);
    factors.set(0, Bounded::exact(0.1));
    let mut layer = BoundedVector::default();
    layer.affine(&parameters[..16], &parameters[16..32], &factors);
    for i in 0..16 {
        assert_eq!(layer.get(i).value(), parameters[16 + i] + parameters[i] * 0.1);
    }
}
