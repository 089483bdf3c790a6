//! Activations and their slopes with rigorous error bounds.

use crate::elementary::{exponential, logarithm_of_one_plus, normal_density, normal_distribution, unknown};
use relulab_exact::{Bounded, Sign};
use relulab_net::Activation;

/// Value and slope of an activation at a number that is known up to its bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Enclosure {
    /// σ(z).
    pub(super) value: Bounded,
    /// σ'(z).
    pub(super) slope: Bounded,
}

/// Both at z, for every real number within its bound.
///
/// A piecewise linear activation at a z whose sign is not certain, or zero, has no slope to rely on: both are unknown.
pub(super) fn enclose(activation: Activation, z: Bounded) -> Enclosure {
    let one = Bounded::exact(1.0);
    // e^(−|z|), where |z| goes by the sign of the middle: what follows holds for every real t.
    let is_negative = z.value() < 0.0;
    let decay = || exponential(if is_negative { z } else { -z });
    match activation {
        Activation::Relu => linear(z, 0.0),
        Activation::LeakyRelu { slope } => linear(z, slope),
        Activation::Tanh => {
            let root = decay();
            let t = root * root;
            let sum = one + t;
            let value = (one - t) / sum;
            Enclosure { value: if is_negative { -value } else { value }, slope: Bounded::exact(4.0) * t / (sum * sum) }
        }
        Activation::Sigmoid => {
            let t = decay();
            let sum = one + t;
            Enclosure { value: if is_negative { t / sum } else { one / sum }, slope: t / (sum * sum) }
        }
        Activation::Softplus => {
            let t = decay();
            let rest = logarithm_of_one_plus(t);
            let slope = if is_negative { t / (one + t) } else { one / (one + t) };
            Enclosure { value: if is_negative { rest } else { z + rest }, slope }
        }
        Activation::Gelu => {
            let below = normal_distribution(z);
            Enclosure { value: z * below, slope: below + z * normal_density(z) }
        }
    }
}

fn linear(z: Bounded, leak: f64) -> Enclosure {
    match z.sign() {
        Some(Sign::Positive) => Enclosure { value: z, slope: Bounded::exact(1.0) },
        Some(Sign::Negative) => {
            let slope = Bounded::exact(leak);
            Enclosure { value: slope * z, slope }
        }
        Some(Sign::Zero) | None => Enclosure { value: unknown(), slope: unknown() },
    }
}

/// An upper bound of |σ''| over the whole line; 0 for piecewise linear activations, away from their kink.
pub(super) fn most_bending(activation: Activation) -> f64 {
    match activation {
        Activation::Relu | Activation::LeakyRelu { .. } => 0.0,
        // 4/(3√3), where tanh² = 1/3.
        Activation::Tanh => 0.769_9,
        // 1/(6√3).
        Activation::Sigmoid => 0.096_3,
        Activation::Softplus => 0.25,
        // |φ(z)(2 − z²)| is largest at 0.
        Activation::Gelu => 0.797_9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Activation, z, and value and slope as sums of two numbers, from 60 digits of an independent library.
    #[rustfmt::skip]
    const REFERENCES: [(&str, f64, [f64; 2], [f64; 2]); 52] = [
        ("tanh", 0.0, [0.0, 0.0], [1.0, 0.0]),
        ("tanh", 1e-09, [1e-09, -3.3333333333333338e-28], [1.0, -1e-18]),
        ("tanh", -0.1, [-0.09966799462495582, -3.542433877641546e-18], [0.9900662908474398, -2.3263156556362292e-17]),
        ("tanh", 0.7, [0.6043677771171635, -2.7916180015425346e-17], [0.6347395899824586, 1.4030029931328913e-17]),
        ("tanh", -1.3, [-0.8617231593133063, -3.4082750348316456e-17], [0.257433196703094, -3.4620722285830265e-18]),
        ("tanh", 2.5, [0.9866142981514303, -2.4529238788172874e-17], [0.02659222668316062, 1.2447883491141698e-18]),
        ("tanh", -4.0, [-0.999329299739067, -9.767046099568572e-18], [0.001340950683025897, -7.046136911390747e-20]),
        ("tanh", 6.25, [0.9999925467214317, -4.745084548953692e-17], [1.4906501585384827e-05, 7.430853442648799e-22]),
        ("tanh", -8.75, [-0.9999999497800182, 1.411767909716183e-17], [1.0043996118566606e-07, -3.42815399957923e-24]),
        ("tanh", 9.5, [0.9999999887944072, -2.5291594875064477e-17], [2.241118549901845e-08, -1.250561888934102e-24]),
        ("tanh", -20.0, [-1.0, 8.496708510583178e-18], [1.6993417021166355e-17, 3.5311072107819773e-34]),
        ("tanh", 40.0, [1.0, -3.6097027756908306e-35], [7.219405551381661e-35, -5.054641449505631e-51]),
        ("tanh", -300.0, [-1.0, 0.0], [1.0601586212017243e-260, 2.550937126996558e-277]),
        ("sigmoid", 0.0, [0.5, 0.0], [0.25, 0.0]),
        ("sigmoid", 1e-09, [0.50000000025, -2.068509273422303e-17], [0.25, -6.25e-20]),
        ("sigmoid", -0.1, [0.47502081252106, 2.5084310194303448e-17], [0.24937604019289197, -5.682536550698835e-18]),
        ("sigmoid", 0.7, [0.668187772168166, 4.6882662817831034e-17], [0.22171287329310904, 1.1922448167573174e-17]),
        ("sigmoid", -1.3, [0.2141650169574414, -9.853764789154056e-18], [0.16829836246906021, 1.1864790688011082e-17]),
        ("sigmoid", 2.5, [0.9241418199787564, 8.549720986121e-18], [0.07010371654510816, -6.483656292252133e-18]),
        ("sigmoid", -4.0, [0.01798620996209156, -7.015655820822541e-19], [0.017662706213291118, -1.224629438753879e-18]),
        ("sigmoid", 6.25, [0.9980732653366725, 1.4135057635562156e-17], [0.0019230223568646077, 1.0558944962166702e-19]),
        ("sigmoid", -8.75, [0.00015843621910252594, -8.690377153974897e-21], [0.00015841111706700243, 5.580597609115006e-21]),
        ("sigmoid", 9.5, [0.9999251537724894, 2.750984639296955e-17], [7.484062555283866e-05, -2.5574967060814678e-21]),
        ("sigmoid", -20.0, [2.0611536181902037e-09, -1.573719952885692e-25], [2.061153613941849e-09, 1.4957840318548035e-25]),
        ("sigmoid", 40.0, [1.0, -4.248354255291589e-18], [4.248354255291589e-18, 8.827768026954943e-35]),
        ("sigmoid", -300.0, [5.148200222412013e-131, 2.962376373372979e-147], [5.148200222412013e-131, 2.962376373372979e-147]),
        ("softplus", 0.0, [std::f64::consts::LN_2, 2.3190468138462996e-17], [0.5, 0.0]),
        ("softplus", 1e-09, [0.6931471810599453, -1.8054717329941393e-17], [0.50000000025, -2.068509273422303e-17]),
        ("softplus", -0.1, [0.6443966600735709, 1.0571540971906025e-17], [0.47502081252106, 2.5084310194303448e-17]),
        ("softplus", 0.7, [1.103186048885458, -4.036125128709739e-17], [0.668187772168166, 4.6882662817831034e-17]),
        ("softplus", -1.3, [0.2410084538329922, 9.152054014259538e-18], [0.2141650169574414, -9.853764789154056e-18]),
        ("softplus", 2.5, [2.5788897342925496, -1.6971384488584093e-17], [0.9241418199787564, 8.549720986121e-18]),
        ("softplus", -4.0, [0.01814992791780974, -7.741570590370482e-19], [0.01798620996209156, -7.015655820822541e-19]),
        ("softplus", 6.25, [6.2519285932042195, -7.234940446157842e-17], [0.9980732653366725, 1.4135057635562156e-17]),
        ("softplus", -8.75, [0.00015844877144613576, 1.062950773987186e-20], [0.00015843621910252594, -8.690377153974897e-21]),
        ("softplus", 9.5, [9.500074849028628, 8.462535519222936e-16], [0.9999251537724894, 2.750984639296955e-17]),
        ("softplus", -20.0, [2.061153620314381e-09, -1.0113320447997458e-25], [2.0611536181902037e-09, -1.573719952885692e-25]),
        ("softplus", 40.0, [40.0, 4.248354255291589e-18], [1.0, -4.248354255291589e-18]),
        ("softplus", -300.0, [5.148200222412013e-131, 2.962376373372979e-147], [5.148200222412013e-131, 2.962376373372979e-147]),
        ("gelu", 0.0, [0.0, 0.0], [0.5, 0.0]),
        ("gelu", 1e-09, [5.000000003989423e-10, -1.3952623884167274e-27], [0.5000000007978845, 2.458399184182293e-17]),
        ("gelu", -0.1, [-0.0460172162722971, -2.9781433033492098e-18], [0.4204769079752698, 1.73928087187187e-17]),
        ("gelu", 0.7, [0.5306254434438489, -3.0207371281958334e-17], [0.9766141011336599, -2.888993590960386e-17]),
        ("gelu", -1.3, [-0.12584062996129342, -1.2118830536693107e-17], [-0.12597868507653923, -6.942515218922044e-18]),
        ("gelu", 2.5, [2.4844758366855597, -5.106362162524265e-17], [1.037611085908145, 1.0502021462503048e-16]),
        ("gelu", -4.0, [-0.0001266849673324797, 1.2292762407406755e-20], [-0.0005036496612264215, 6.180681406642723e-21]),
        ("gelu", 6.25, [6.249999998717335, 4.0493845351846757e-19], [1.000000008007285, -3.627975817193774e-17]),
        ("gelu", -8.75, [-9.3341827035405e-18, -4.492389624221926e-34], [-8.164789522910248e-17, 4.528956407815675e-33]),
        ("gelu", 9.5, [9.5, -9.969789321594476e-21], [1.0, 9.469093473831384e-20]),
        ("gelu", -20.0, [-5.507248237212468e-88, 2.2364193890143256e-104], [-1.1014360483133464e-86, 2.4855729366219773e-103]),
        ("gelu", 40.0, [40.0, 0.0], [1.0, 0.0]),
        ("gelu", -300.0, [-0.0, -0.0], [-0.0, -0.0]),
    ];

    /// Distance of a bounded number's middle from the reference.
    fn distance(found: Bounded, [high, low]: [f64; 2]) -> f64 {
        ((found.value() - high) - low).abs()
    }

    #[test]
    fn bounds_hold_the_values_of_another_library() {
        for (name, z, value, slope) in REFERENCES {
            let found = enclose(name.parse().unwrap(), Bounded::exact(z));
            for (what, found, reference) in [("value", found.value, value), ("slope", found.slope, slope)] {
                let off = distance(found, reference);
                assert!(off <= found.error(), "{name} at {z}: {what} is off by {off:e}, bound {:e}", found.error());
                let widest = 1e-12 * reference[0].abs().max(1.0);
                assert!(found.error() < widest, "{name} at {z}: {what} is known to {:e} only", found.error());
            }
        }
    }

    proptest! {
        #[test]
        fn wide_arguments_hold_the_values_within(z in -12.0..12.0_f64, radius in 0.0..1e-3_f64, place in -1.0..1.0_f64) {
            for name in ["relu", "leaky_relu:0.1", "tanh", "sigmoid", "softplus", "gelu"] {
                let activation: Activation = name.parse().unwrap();
                let found = enclose(activation, Bounded::new(z, radius));
                let inside = z + place * radius;
                // The library's functions are good to a few roundings.
                let slack = 1e-14 * (1.0 + inside.abs());
                for (found, value) in
                    [(found.value, activation.value(inside)), (found.slope, activation.derivative(inside))]
                {
                    prop_assert!((found.value() - value).abs() <= found.error() + slack, "{name} at {inside}");
                }
                // No slope changes faster than the bound says.
                let change = (activation.derivative(inside) - activation.derivative(z)).abs();
                if !activation.is_piecewise_linear() {
                    prop_assert!(change <= most_bending(activation) * (inside - z).abs() + slack);
                    let tightest = activation == Activation::Gelu || found.value.error() < 3.0 * radius + 1e-12;
                    prop_assert!(tightest, "{name}: {radius:e} became {:e}", found.value.error());
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_known_is_not() {
        for z in [Bounded::new(0.0, 1e-9), Bounded::exact(0.0), Bounded::new(-1.0, 1.5)] {
            assert!(enclose(Activation::Relu, z).slope.error().is_infinite());
        }
        for name in ["tanh", "sigmoid", "softplus", "gelu"] {
            let found = enclose(name.parse().unwrap(), Bounded::new(0.0, f64::INFINITY));
            assert!(found.value.error().is_infinite() || found.slope.error().is_infinite(), "{name}");
        }
    }

    #[test]
    fn bending_bounds_are_close() {
        for (name, at) in [("tanh", 0.658_478_948), ("sigmoid", 1.316_957_897), ("softplus", 0.0), ("gelu", 0.0)] {
            let activation: Activation = name.parse().unwrap();
            let step = 1e-4;
            let second = (activation.derivative(at + step) - activation.derivative(at - step)) / (2.0 * step);
            let bound = most_bending(activation);
            assert!(second.abs() < bound * (1.0 + 1e-7) && second.abs() > 0.999 * bound, "{name}: {second}");
        }
    }
}
