//! The smallest one-hidden-layer ReLU network of a continuous piecewise linear function of one variable.

use crate::error::{ConstructError, check_finite};
use relulab_exact::{Number, Rational};
use relulab_net::{Activation, Network, Shape};
use relulab_regions::line::{LineDomain, Workspace};
use std::collections::BTreeMap;

/// Most breakpoints for which the smallest network is decided: the search takes 2^(breakpoints / 2) sums.
pub const MAX_BREAKPOINTS: usize = 24;

/// A continuous piecewise linear function of one variable; neighbouring pieces have different slopes.
#[derive(Clone, Debug, PartialEq)]
pub struct Cpwl {
    breakpoints: Vec<f64>,
    slopes: Vec<f64>,
    value: f64,
}

/// Why a network of one hidden layer, with an output bias, cannot have fewer units.
///
/// Every breakpoint needs a unit of its own. A unit faces right, v·relu(x − a), or left, v·relu(a − x), and on the
/// first piece only those that face left have a slope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitCount {
    /// A constant needs no unit: the network has no hidden layer.
    Constant,
    /// One piece with a slope needs two units, since a single one has a kink.
    Line,
    /// One unit per breakpoint: turned left at these breakpoints, their changes of slope add up to minus the first
    /// slope.
    KinkSubset {
        /// Places of the breakpoints whose unit faces left.
        left: Vec<usize>,
    },
    /// One unit more than breakpoints: no such subset exists, so one breakpoint has a unit on either side.
    NoKinkSubset,
}

/// A network that was written down, not trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// The network; its last bias is the output bias.
    pub network: Network,
    /// Hidden units, as few as possible for the function in exact arithmetic.
    pub n_units: usize,
    /// Why there are as many.
    pub reason: UnitCount,
    /// Whether the network is the function exactly, decided in rationals. If not, parameters had to be rounded to f64.
    pub is_exact: bool,
}

impl Cpwl {
    /// A function from where it bends, its slopes from left to right, and its value at the first breakpoint (at 0
    /// when there is none).
    ///
    /// # Errors
    /// When counts do not fit, a number is not finite, breakpoints do not increase, or neighbouring slopes are equal.
    pub fn new(breakpoints: Vec<f64>, slopes: Vec<f64>, value: f64) -> Result<Self, ConstructError> {
        if slopes.len() != breakpoints.len() + 1 {
            return Err(ConstructError::Pieces { slopes: slopes.len(), breakpoints: breakpoints.len() });
        }
        check_finite("breakpoint", &breakpoints)?;
        check_finite("slope", &slopes)?;
        check_finite("value", &[value])?;
        for (index, &at) in breakpoints.iter().enumerate() {
            if index > 0 && breakpoints[index - 1] >= at || slopes[index] == slopes[index + 1] {
                return Err(ConstructError::Breakpoint { index, at });
            }
        }
        Ok(Self { breakpoints, slopes, value })
    }

    /// Where the function bends, in increasing order.
    pub fn breakpoints(&self) -> &[f64] {
        &self.breakpoints
    }

    /// Slopes of the pieces, one more than breakpoints.
    pub fn slopes(&self) -> &[f64] {
        &self.slopes
    }

    /// The value at x.
    pub fn eval(&self, x: f64) -> f64 {
        let first = self.breakpoints.first().copied().unwrap_or(0.0);
        if x <= first {
            return self.value + self.slopes[0] * (x - first);
        }
        let ends = self.breakpoints.iter().skip(1).copied().chain([f64::INFINITY]);
        let starts = [first].into_iter().chain(self.breakpoints.iter().skip(1).copied());
        let pieces = starts.zip(ends).zip(self.slopes.iter().skip(usize::from(!self.breakpoints.is_empty())));
        let covered = pieces.take_while(|((start, _), _)| *start < x);
        covered.fold(self.value, |value, ((start, end), slope)| value + slope * (end.min(x) - start))
    }

    /// The smallest ReLU network of one hidden layer and an output bias that is this function.
    ///
    /// ```
    /// use relulab_construct::Cpwl;
    /// // |x| = relu(x) + relu(−x): one breakpoint, but its change of slope 2 is not −(−1), so two units.
    /// let compiled = Cpwl::new(vec![0.0], vec![-1.0, 1.0], 0.0)?.compile()?;
    /// assert_eq!((compiled.n_units, compiled.is_exact), (2, true));
    /// # Ok::<(), relulab_construct::ConstructError>(())
    /// ```
    ///
    /// *Algorithm*: with κᵢ the change of slope at breakpoint i and s the first slope, as many units as breakpoints
    /// suffice if and only if some κᵢ add up to −s. The sums of either half of the breakpoints are compared exactly,
    /// in rationals. The finished network is traced exactly and compared with the function.
    ///
    /// *Reference*: Arora, Basu, Mianjy and Mukherjee 2018, *Understanding deep neural networks with rectified linear
    /// units*, theorem 2.2, whose bound (one unit per piece) this makes sharp.
    ///
    /// # Errors
    /// When there are more than [`MAX_BREAKPOINTS`] breakpoints, or rounded parameters leave the range of f64.
    pub fn compile(&self) -> Result<Compiled, ConstructError> {
        if self.breakpoints.len() > MAX_BREAKPOINTS {
            return Err(ConstructError::TooManyBreakpoints(self.breakpoints.len()));
        }
        let (units, reason) = self.units();
        let network = self.network(&units)?;
        let is_exact = self.is_exactly(&network)?;
        Ok(Compiled { network, n_units: units.len(), reason, is_exact })
    }

    /// The fewest units, and why.
    fn units(&self) -> (Vec<Unit>, UnitCount) {
        let kink = |i: usize| self.slopes[i + 1] - self.slopes[i];
        let n = self.breakpoints.len();
        let first_slope = self.slopes[0];
        let Some(&first) = self.breakpoints.first() else {
            if first_slope == 0.0 {
                return (Vec::new(), UnitCount::Constant);
            }
            let both = [(1.0, first_slope), (-1.0, -first_slope)];
            return (both.map(|(facing, factor)| Unit { at: 0.0, facing, factor }).to_vec(), UnitCount::Line);
        };
        if let Some(left) = self.left_facing() {
            let facing = |i: usize| if left.contains(&i) { -1.0 } else { 1.0 };
            let units = (0..n).map(|i| Unit { at: self.breakpoints[i], facing: facing(i), factor: kink(i) }).collect();
            return (units, UnitCount::KinkSubset { left });
        }
        // The first breakpoint bends from both sides: slope s before it, and the second slope after it.
        let mut units = vec![
            Unit { at: first, facing: -1.0, factor: -first_slope },
            Unit { at: first, facing: 1.0, factor: self.slopes[1] },
        ];
        units.extend((1..n).map(|i| Unit { at: self.breakpoints[i], facing: 1.0, factor: kink(i) }));
        (units, UnitCount::NoKinkSubset)
    }

    /// A set of breakpoints whose changes of slope add up to minus the first slope, exactly.
    fn left_facing(&self) -> Option<Vec<usize>> {
        let slopes: Vec<Rational> = self.slopes.iter().filter_map(|slope| Rational::from_f64(*slope)).collect();
        let kinks: Vec<Rational> = slopes.windows(2).map(|pair| pair[1].clone() - &pair[0]).collect();
        let (low, high) = kinks.split_at(kinks.len() / 2);
        let mut of_low = BTreeMap::new();
        for (subset, sum) in subset_sums(low).into_iter().enumerate() {
            of_low.entry(sum).or_insert(subset);
        }
        let goal = -slopes.first()?.clone();
        subset_sums(high).into_iter().enumerate().find_map(|(subset, sum)| {
            let low_subset = of_low.get(&(goal.clone() - &sum))?;
            let bits = low_subset | subset << low.len();
            Some((0..kinks.len()).filter(|i| bits >> i & 1 == 1).collect())
        })
    }

    /// The network with these units, and the output bias that gives the right value at the first breakpoint.
    fn network(&self, units: &[Unit]) -> Result<Network, ConstructError> {
        if units.is_empty() {
            return Ok(Network::new(Shape::new(1, Vec::new(), 1)?, Activation::Relu, vec![0.0, self.value])?);
        }
        let first = self.breakpoints.first().copied().unwrap_or(0.0);
        let hidden: f64 = units.iter().map(|unit| unit.factor * (unit.facing * (first - unit.at)).max(0.0)).sum();
        let mut parameters: Vec<f64> = units.iter().map(|unit| unit.facing).collect();
        parameters.extend(units.iter().map(|unit| -unit.facing * unit.at));
        parameters.extend(units.iter().map(|unit| unit.factor));
        parameters.push(self.value - hidden);
        Ok(Network::new(Shape::new(1, vec![units.len()], 1)?, Activation::Relu, parameters)?)
    }

    /// Whether a network is this function, in exact arithmetic.
    fn is_exactly(&self, network: &Network) -> Result<bool, ConstructError> {
        let traced = Workspace::new().trace_exact(network, LineDomain::WHOLE)?;
        let exact = |values: &[f64]| values.iter().filter_map(|value| Rational::from_f64(*value)).collect::<Vec<_>>();
        let first = exact(&[self.breakpoints.first().copied().unwrap_or(0.0)]);
        let slopes = exact(&self.slopes);
        let value = exact(&[self.value]);
        let intercept = value[0].clone() - &(slopes[0].clone() * &first[0]);
        Ok(traced.breakpoints() == exact(&self.breakpoints)
            && traced.slopes() == slopes
            && traced.intercepts().first() == Some(&intercept))
    }
}

/// factor · relu(facing · (x − at)).
#[derive(Clone, Copy, Debug)]
struct Unit {
    at: f64,
    /// 1 to the right, −1 to the left.
    facing: f64,
    factor: f64,
}

/// The sum of every subset; bit i of its place says whether number i is in it.
fn subset_sums(numbers: &[Rational]) -> Vec<Rational> {
    let mut sums = vec![Rational::zero()];
    for number in numbers {
        let with: Vec<Rational> = sums.iter().map(|sum| sum.clone() + number).collect();
        sums.extend(with);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_net::reference;

    #[test]
    fn known_functions_have_known_sizes() {
        let compile = |breakpoints: &[f64], slopes: &[f64]| {
            Cpwl::new(breakpoints.to_vec(), slopes.to_vec(), 0.5).unwrap().compile().unwrap()
        };
        assert_eq!(compile(&[], &[0.0]).n_units, 0);
        assert_eq!(compile(&[], &[3.0]).reason, UnitCount::Line);
        // An end slope of 0: one unit per breakpoint, all of them facing away from that end.
        assert_eq!(compile(&[0.0, 1.0], &[0.0, 2.0, -1.0]).reason, UnitCount::KinkSubset { left: vec![] });
        assert_eq!(compile(&[0.0, 1.0], &[1.0, 2.0, 0.0]).reason, UnitCount::KinkSubset { left: vec![0, 1] });
        // −1, 2, 1: changes 3 and −1; no subset gives 1. And −1, 0, 5: the first change alone does.
        assert_eq!(compile(&[0.0, 1.0], &[-1.0, 2.0, 1.0]).reason, UnitCount::NoKinkSubset);
        assert_eq!(compile(&[0.0, 1.0], &[-1.0, 0.0, 5.0]).reason, UnitCount::KinkSubset { left: vec![0] });
    }

    #[test]
    fn rounding_is_admitted() {
        let compiled = Cpwl::new(vec![0.1, 0.7], vec![0.3, 1e-20, 0.9], 1.0 / 3.0).unwrap().compile().unwrap();
        assert!(!compiled.is_exact);
    }

    #[test]
    fn bad_functions_are_refused() {
        assert!(Cpwl::new(vec![0.0], vec![1.0], 0.0).is_err());
        assert!(Cpwl::new(vec![0.0], vec![1.0, 1.0], 0.0).is_err());
        assert!(Cpwl::new(vec![0.0, 0.0], vec![1.0, 2.0, 3.0], 0.0).is_err());
        assert!(Cpwl::new(vec![], vec![f64::NAN], 0.0).is_err());
        let many = Cpwl::new((0..25).map(f64::from).collect(), (0..26).map(f64::from).collect(), 0.0).unwrap();
        assert_eq!(many.compile(), Err(ConstructError::TooManyBreakpoints(25)));
    }

    proptest! {
        #[test]
        fn networks_are_the_function_with_the_fewest_units(
            places in prop::collection::btree_set(-40..40_i32, 0..7), slopes in prop::collection::vec(-6..6_i32, 7)
        ) {
            let breakpoints: Vec<f64> = places.into_iter().map(|k| f64::from(k) / 8.0).collect();
            let slopes: Vec<f64> = slopes[..=breakpoints.len()].iter().map(|k| f64::from(*k)).collect();
            prop_assume!(slopes.windows(2).all(|pair| pair[0] != pair[1]));
            let function = Cpwl::new(breakpoints.clone(), slopes.clone(), 0.25).unwrap();
            let compiled = function.compile().unwrap();
            prop_assert!(compiled.is_exact);
            for k in -60..60 {
                let x = f64::from(k) / 10.0;
                let ours = reference::forward(&compiled.network, &[x])[0];
                prop_assert!((ours - function.eval(x)).abs() < 1e-10);
            }
            if !breakpoints.is_empty() {
                let subset_exists = (0..1_u32 << breakpoints.len()).any(|subset| {
                    let chosen = (0..breakpoints.len()).filter(|i| subset >> i & 1 == 1);
                    chosen.map(|i| slopes[i + 1] - slopes[i]).sum::<f64>() == -slopes[0]
                });
                prop_assert_eq!(compiled.n_units, breakpoints.len() + usize::from(!subset_exists));
            }
        }
    }
}
