//! A formula evaluated on blocks of vectors: the labels of fresh training inputs.

use crate::elementary::{self, TRIGONOMETRIC_LIMIT};
use crate::lanes::{Element, Simd};
use relulab_net::{Formula, Function1, Op};

/// Evaluates a formula on `n` samples: `x[i·stride + s]` in, `y[s]` out.
///
/// One operation at a time runs over all samples. `stack` has room for `formula.stack_depth() · n` vectors.
///
/// # Safety
/// `x` is valid for the formula's variables, `y` for `n` vectors.
#[inline(always)]
pub(crate) unsafe fn evaluate<V: Simd>(
    formula: &Formula,
    n: usize,
    stride: usize,
    x: *const V,
    y: *mut V,
    stack: &mut Vec<V>,
) {
    let needed = formula.stack_depth() * n;
    if stack.len() < needed {
        stack.resize(needed, V::zero());
    }
    let base = stack.as_mut_ptr();
    let mut height = 0;
    for &op in formula.ops() {
        height -= op.arity();
        // SAFETY: the stack depth is the largest height of the program, so `at + n` and, for operations on two
        // operands, `at + 2n` lie within the stack.
        unsafe {
            let at = base.add(height * n);
            match op.arity() {
                0 => push(op, n, stride, x, at),
                1 => apply1(op, n, at),
                _ => apply2(op, n, at),
            }
        }
        height += 1;
    }
    for s in 0..n {
        // SAFETY: `y` is valid for n vectors and the program leaves one value.
        unsafe { *y.add(s) = *base.add(s) };
    }
}

/// Replaces every sample `z` at `at` by an expression in it: the choice of the operation stays outside the loop.
macro_rules! each {
    ($n:expr, $at:expr, |$z:ident| $value:expr) => {
        for s in 0..$n {
            // SAFETY: as for `evaluate`.
            unsafe {
                let $z = *$at.add(s);
                *$at.add(s) = $value;
            }
        }
    };
}

/// The same for two operands, the second `n` vectors after the first.
macro_rules! each_pair {
    ($n:expr, $at:expr, |$a:ident, $b:ident| $value:expr) => {
        for s in 0..$n {
            // SAFETY: as for `evaluate`.
            unsafe {
                let ($a, $b) = (*$at.add(s), *$at.add($n + s));
                *$at.add(s) = $value;
            }
        }
    };
}

#[inline(always)]
unsafe fn push<V: Simd>(op: Op, n: usize, stride: usize, x: *const V, at: *mut V) {
    match op {
        Op::Variable(index) => {
            // SAFETY: as for `evaluate`.
            unsafe { std::ptr::copy_nonoverlapping(x.add(index * stride), at, n) };
        }
        Op::Constant(value) => each!(n, at, |_z| V::constant(value)),
        _ => each!(n, at, |_z| V::constant(f64::NAN)),
    }
}

#[inline(always)]
unsafe fn apply1<V: Simd>(op: Op, n: usize, at: *mut V) {
    match op {
        Op::Neg => each!(n, at, |z| z.neg()),
        Op::PowInteger(2) => each!(n, at, |z| z.mul(z)),
        Op::PowInteger(exponent) => each!(n, at, |z| integer_power(z, exponent)),
        Op::Call1(Function1::Abs) => each!(n, at, |z| z.abs()),
        Op::Call1(function) => each!(n, at, |z| call(function, z)),
        _ => each!(n, at, |_z| V::constant(f64::NAN)),
    }
}

#[inline(always)]
unsafe fn apply2<V: Simd>(op: Op, n: usize, at: *mut V) {
    match op {
        Op::Add => each_pair!(n, at, |a, b| a.add(b)),
        Op::Sub => each_pair!(n, at, |a, b| a.sub(b)),
        Op::Mul => each_pair!(n, at, |a, b| a.mul(b)),
        Op::Div => each_pair!(n, at, |a, b| a.div(b)),
        Op::Min => each_pair!(n, at, |a, b| a.min(b)),
        Op::Max => each_pair!(n, at, |a, b| a.max(b)),
        Op::Pow => each_pair!(n, at, |a, b| each_lane(a, |lane, a| libm::pow(a, b.lane(lane).to_f64()))),
        _ => each_pair!(n, at, |_a, _b| V::constant(f64::NAN)),
    }
}

/// Powering in the order that `relulab_net::integer_power` documents.
#[inline(always)]
fn integer_power<V: Simd>(base: V, exponent: i32) -> V {
    let mut bits = exponent.unsigned_abs();
    let one = V::constant(1.0);
    let (mut power, mut square) = (one, base);
    while bits > 0 {
        if bits & 1 == 1 {
            power = power.mul(square);
        }
        square = square.mul(square);
        bits >>= 1;
    }
    if exponent < 0 { one.div(power) } else { power }
}

#[inline(always)]
fn call<V: Simd>(function: Function1, z: V) -> V {
    let one = V::constant(1.0);
    match function {
        Function1::Abs => z.abs(),
        Function1::Sqrt => z.sqrt(),
        Function1::Floor => z.floor(),
        Function1::Tanh => elementary::tanh(z),
        Function1::Sigmoid => elementary::sigmoid(z),
        Function1::Relu => V::zero().max(z),
        Function1::Step => one.keep(z.gt(V::zero())),
        Function1::Sign => V::select(z.gt(V::zero()), one, one.neg().keep(V::zero().gt(z))),
        Function1::Exp => elementary::exp(z),
        Function1::Sin | Function1::Cos => {
            if V::mask_bits(z.abs().gt(V::constant(TRIGONOMETRIC_LIMIT))) != 0 {
                return beyond_limit(function, z);
            }
            let (sine, cosine) = elementary::sin_cos(z);
            if function == Function1::Sin { sine } else { cosine }
        }
        _ => each_lane(z, |_, z| function.value(z)),
    }
}

/// Lanes beyond the limit through `libm`, the others as usual, so that no lane depends on its neighbours.
#[inline(always)]
fn beyond_limit<V: Simd>(function: Function1, z: V) -> V {
    let far = z.abs().gt(V::constant(TRIGONOMETRIC_LIMIT));
    let (sine, cosine) = elementary::sin_cos(V::select(far, V::zero(), z));
    let near = if function == Function1::Sin { sine } else { cosine };
    V::select(far, each_lane(z, |_, z| function.value(z)), near)
}

/// A function that has no vector form, one lane at a time in f64.
#[inline(always)]
fn each_lane<V: Simd>(z: V, f: impl Fn(usize, f64) -> f64) -> V {
    let mut out = z;
    for lane in 0..V::LANES {
        out.set_lane(lane, V::Elem::from_f64(f(lane, z.lane(lane).to_f64())));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{P32, P64};

    #[test]
    fn blocks_agree_with_scalar_evaluation() {
        let texts = [
            "x1",
            "2*x1+1",
            "x1^2 + x2^3 - x1^-2",
            "sin(3*x1)*cos(x2)",
            "sin(9000*x1)",
            "abs(x1) + sqrt(abs(x2))",
            "exp(-x1^2)",
            "tanh(x1)+sigmoid(x2)",
            "step(x1)-sign(x2)",
            "min(x1,x2)*max(x1,0.5)",
            "floor(2*x1)",
            "atan(x1)+erf(x2)",
            "abs(x1)^1.5",
            "relu(x1)/(1+x2^2)",
            "ln(abs(x1)+1)",
        ];
        for text in texts {
            let formula = Formula::parse(text, 2).unwrap();
            for k in 0..200 {
                let x =
                    [f64::from(libm::sinf(k as f32 + 0.5) * 3.0), f64::from(libm::cosf(2.0 * k as f32 + 0.5) * 3.0)];
                let exact = formula.eval(&x);
                let single = one::<P32<1>>(&formula, x);
                let double = one::<P64<1>>(&formula, x);
                let scale = exact.abs().max(1.0);
                assert!((double - exact).abs() <= 4e-13 * scale, "{text} at {x:?}: {double} for {exact}");
                if !text.contains("9000") {
                    assert!((single - exact).abs() <= 2e-5 * scale, "{text} at {x:?}: {single} for {exact}");
                }
            }
        }
    }

    fn one<V: Simd>(formula: &Formula, x: [f64; 2]) -> f64 {
        let x = x.map(V::constant);
        let mut y = V::zero();
        // SAFETY: two variables at stride 1, one sample.
        unsafe { evaluate(formula, 1, 1, x.as_ptr(), &raw mut y, &mut Vec::new()) };
        y.lane(0).to_f64()
    }
}
