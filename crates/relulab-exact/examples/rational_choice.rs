//! Which rational library suits sign tests on ReLU networks? Run with
//! `cargo run --release -p relulab-exact --features comparison --example rational_choice`.
//!
//! The work is that of the exact fallback: parameters are f32 values widened to f64, so dyadic; a deep affine map is
//! formed by repeated dot products, a kink is the quotient −intercept/slope, and the sign of another form at that
//! kink is asked for. The libraries alternate, the minimum of five rounds counts.

use dashu_ratio::RBig;
use malachite_base::num::basic::traits::Zero;
use malachite_q::Rational;
use num_rational::BigRational;
use num_traits::Signed;
use std::hint::black_box;
use std::ops::{Add, Div, Mul, Neg};
use std::time::Instant;

/// Number of units per layer.
const WIDTH: usize = 8;

/// What the three libraries are asked to do.
trait Exact: Clone + Add<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self> {
    fn from_f64(value: f64) -> Self;
    fn sign(&self) -> i32;
}

impl Exact for RBig {
    fn from_f64(value: f64) -> Self {
        RBig::try_from(value).unwrap_or(RBig::ZERO)
    }
    fn sign(&self) -> i32 {
        if self.is_zero() { 0 } else { i32::from(self.sign() == dashu_base::Sign::Positive) * 2 - 1 }
    }
}

impl Exact for BigRational {
    fn from_f64(value: f64) -> Self {
        BigRational::from_float(value).unwrap_or_else(|| BigRational::from_integer(0.into()))
    }
    fn sign(&self) -> i32 {
        i32::from(self.is_positive()) - i32::from(self.is_negative())
    }
}

impl Exact for Rational {
    fn from_f64(value: f64) -> Self {
        Rational::try_from(value).unwrap_or(Rational::ZERO)
    }
    fn sign(&self) -> i32 {
        use malachite_base::num::arithmetic::traits::Sign;
        Sign::sign(self) as i32
    }
}

/// A fixed stream of f32 numbers in (−1, 1), widened.
fn parameter(index: usize) -> f64 {
    let mixed = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    f64::from((mixed >> 40) as f32 / 8_388_608.0 - 1.0)
}

/// Propagates an affine form through `depth` layers; returns slopes and intercepts.
fn forms<N: Exact>(depth: usize) -> Vec<(N, N)> {
    let mut index = 0;
    let mut next = || {
        index += 1;
        N::from_f64(parameter(index))
    };
    let mut layer: Vec<(N, N)> = (0..WIDTH).map(|_| (next(), next())).collect();
    for _ in 1..depth {
        layer = (0..WIDTH)
            .map(|_| {
                let mut slope = N::from_f64(0.0);
                let mut intercept = next();
                for (s, c) in &layer {
                    let weight = next();
                    slope = slope + weight.clone() * s.clone();
                    intercept = intercept + weight * c.clone();
                }
                (slope, intercept)
            })
            .collect();
    }
    layer
}

/// Signs of every form at every form's root, as a checksum.
fn signs<N: Exact>(forms: &[(N, N)]) -> i32 {
    let mut sum = 0;
    for (i, (s, c)) in forms.iter().enumerate() {
        let root = -(c.clone() / s.clone());
        for (j, (s, c)) in forms.iter().enumerate() {
            sum += (i * WIDTH + j) as i32 % 7 * (s.clone() * root.clone() + c.clone()).sign();
        }
    }
    sum
}

/// Microseconds to form the maps and to take all signs, and the checksum.
fn time<N: Exact>(depth: usize) -> (f64, f64, i32) {
    let start = Instant::now();
    let forms: Vec<(N, N)> = black_box(forms(depth));
    let forming = start.elapsed();
    let start = Instant::now();
    let sum = black_box(signs(&forms));
    (forming.as_secs_f64() * 1e6, start.elapsed().as_secs_f64() * 1e6, sum)
}

fn main() {
    println!("depth   library        forms µs   signs µs   (width {WIDTH}, minimum of five rounds)");
    for depth in [1, 2, 4, 8, 16] {
        let mut best = [[f64::INFINITY; 2]; 3];
        for _ in 0..5 {
            let rounds = [time::<RBig>(depth), time::<BigRational>(depth), time::<Rational>(depth)];
            assert!(rounds.iter().all(|round| round.2 == rounds[0].2), "the libraries disagree");
            for (best, round) in best.iter_mut().zip(rounds) {
                *best = [best[0].min(round.0), best[1].min(round.1)];
            }
        }
        for (name, [forming, signs]) in ["dashu-ratio", "num-rational", "malachite-q"].iter().zip(best) {
            println!("{depth:>5}   {name:<12} {forming:>10.1} {signs:>10.1}");
        }
    }
}
