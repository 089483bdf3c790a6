//! The smallest one-hidden-layer ReLU network of a continuous piecewise linear function of one variable.

use crate::affine::AffineForm;
use crate::error::{ConstructError, check_finite};
use crate::exact_network::{ExactNetwork, Scaled};
use relulab_exact::{Number, Rational, Sign};
use relulab_net::Network;
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
    exact: ExactParts,
}

/// The same numbers as rationals.
#[derive(Clone, Debug, PartialEq)]
struct ExactParts {
    breakpoints: Vec<Rational>,
    slopes: Vec<Rational>,
    value: Rational,
}

/// Whether a network may add a constant to its output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutputBias {
    /// The last bias is free, as in all networks of this laboratory.
    Free,
    /// The last bias is zero, as in the definition of Arora et al.
    Zero,
}

/// Why a network of one hidden layer cannot have fewer units.
///
/// Every breakpoint needs a unit of its own. A unit faces right, v·relu(x − a), or left, v·relu(a − x), and on the
/// first piece only those that face left have a slope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitCount {
    /// A constant needs no unit: the network has no hidden layer. Without an output bias, only zero does.
    Constant,
    /// One piece with a slope needs two units, since a single one has a kink; without an output bias they meet at the
    /// zero of the line.
    Line,
    /// One unit per breakpoint: turned left at these breakpoints, their changes of slope add up to minus the first
    /// slope (and, without an output bias, the constant comes out as well).
    KinkSubset {
        /// Places of the breakpoints whose unit faces left.
        left: Vec<usize>,
    },
    /// One unit more than breakpoints: no such subset exists, so one breakpoint has a unit on either side.
    NoKinkSubset,
    /// One unit more than breakpoints, without an output bias: with a unit on either side of one breakpoint, slopes and
    /// constant come out.
    DoubledKink {
        /// Place of that breakpoint.
        doubled: usize,
        /// Places of the other breakpoints whose unit faces left.
        left: Vec<usize>,
    },
    /// One unit more than breakpoints, without an output bias: the slopes come out with one unit per breakpoint, and
    /// a unit of constant value stands for the bias.
    ConstantUnit {
        /// Places of the breakpoints whose unit faces left.
        left: Vec<usize>,
    },
    /// Two units more than breakpoints, without an output bias: neither slopes nor constant come out.
    Generic,
}

/// A network that was written down, not trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// The network; its last parameter is the output bias.
    pub network: Network,
    /// Hidden units, as few as possible for the function in exact arithmetic.
    pub n_units: usize,
    /// Why there are as many.
    pub reason: UnitCount,
    /// Whether the network is `scale` times the function exactly, decided in rationals. If not, parameters had to be
    /// rounded to f64.
    pub is_exact: bool,
    /// A positive odd integer by which values are multiplied so that f64 holds all parameters; 1 for a function given
    /// in f64.
    pub scale: Rational,
}

impl Cpwl {
    /// A function from where it bends, its slopes from left to right, and its value at the first breakpoint (at 0
    /// when there is none).
    ///
    /// # Errors
    /// When counts do not fit, a number is not finite, breakpoints do not increase, or neighbouring slopes are equal.
    pub fn new(breakpoints: Vec<f64>, slopes: Vec<f64>, value: f64) -> Result<Self, ConstructError> {
        check_finite("breakpoint", &breakpoints)?;
        check_finite("slope", &slopes)?;
        check_finite("value", &[value])?;
        let exact = |values: &[f64]| values.iter().filter_map(|value| Rational::from_f64(*value)).collect::<Vec<_>>();
        let value = exact(&[value]).into_iter().next().unwrap_or_default();
        Self::of_rationals(exact(&breakpoints), exact(&slopes), value)
    }

    /// The same function from rationals, which f64 need not hold.
    ///
    /// # Errors
    /// As for [`new`](Self::new); a number beyond the range of f64 counts as not finite.
    pub fn of_rationals(
        breakpoints: Vec<Rational>,
        slopes: Vec<Rational>,
        value: Rational,
    ) -> Result<Self, ConstructError> {
        if slopes.len() != breakpoints.len() + 1 {
            return Err(ConstructError::Pieces { slopes: slopes.len(), breakpoints: breakpoints.len() });
        }
        for (index, at) in breakpoints.iter().enumerate() {
            if index > 0 && breakpoints[index - 1] >= *at || slopes[index] == slopes[index + 1] {
                return Err(ConstructError::Breakpoint { index, at: at.to_f64() });
            }
        }
        let rounded = |values: &[Rational]| values.iter().map(Rational::to_f64).collect::<Vec<f64>>();
        let function = Self {
            breakpoints: rounded(&breakpoints),
            slopes: rounded(&slopes),
            value: value.to_f64(),
            exact: ExactParts { breakpoints, slopes, value },
        };
        check_finite("breakpoint", &function.breakpoints)?;
        check_finite("slope", &function.slopes)?;
        check_finite("value", &[function.value])?;
        Ok(function)
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

    /// The smallest ReLU network of one hidden layer that is this function.
    ///
    /// ```
    /// use relulab_construct::{Cpwl, OutputBias};
    /// // |x| = relu(x) + relu(−x): one breakpoint, but its change of slope 2 is not −(−1), so two units.
    /// let compiled = Cpwl::new(vec![0.0], vec![-1.0, 1.0], 0.0)?.compile(OutputBias::Free)?;
    /// assert_eq!((compiled.n_units, compiled.is_exact), (2, true));
    /// # Ok::<(), relulab_construct::ConstructError>(())
    /// ```
    ///
    /// *Algorithm*: with κᵢ the change of slope at breakpoint aᵢ and s the first slope, one unit per breakpoint gives
    /// the slopes if and only if κᵢ over the units that face left add up to −s. The constant is then
    /// f(a₁) − Σ κᵢ(aᵢ − a₁) over the same units, which must be 0 without an output bias. With both sides at breakpoint
    /// j, any set of left-facing units can have the right slopes, and its constant is
    /// f(a₁) + s(aⱼ − a₁) − Σ κᵢ(aᵢ − aⱼ). A unit without a kink is constant. So each case is a question about sums over
    /// subsets, answered exactly in rationals by comparing the sums of either half of the breakpoints. The finished
    /// network is traced exactly and compared with the function.
    ///
    /// *Reference*: Arora, Basu, Mianjy and Mukherjee 2018, *Understanding deep neural networks with rectified linear
    /// units*, theorem 2.2, whose bound (one unit per piece) this makes sharp.
    ///
    /// # Errors
    /// When there are more than [`MAX_BREAKPOINTS`] breakpoints, or rounded parameters leave the range of f64.
    pub fn compile(&self, output_bias: OutputBias) -> Result<Compiled, ConstructError> {
        if self.breakpoints.len() > MAX_BREAKPOINTS {
            return Err(ConstructError::TooManyBreakpoints(self.breakpoints.len()));
        }
        let reason = self.reason(output_bias);
        let exact = self.network(self.units(&reason, output_bias), output_bias);
        let (Scaled { network, scale }, is_exact) = match exact.to_network() {
            Ok(scaled) => {
                let is_exact = self.is_exactly(&scaled)?;
                (scaled, is_exact)
            }
            Err(ConstructError::NotRepresentable { .. }) => {
                (Scaled { network: exact.rounded()?, scale: Rational::from(1) }, false)
            }
            Err(other) => return Err(other),
        };
        Ok(Compiled { n_units: network.shape().n_units(), network, reason, is_exact, scale })
    }

    /// Which of the cases the function is.
    fn reason(&self, output_bias: OutputBias) -> UnitCount {
        let ExactParts { breakpoints: at, slopes, value } = &self.exact;
        let slope = &slopes[0];
        let is_biased = output_bias == OutputBias::Free;
        let Some(first) = at.first() else {
            return match (slope.is_zero(), value.is_zero() || is_biased) {
                (true, true) => UnitCount::Constant,
                (true, false) => UnitCount::ConstantUnit { left: Vec::new() },
                (false, _) => UnitCount::Line,
            };
        };
        let kinks: Vec<Rational> = slopes.windows(2).map(|pair| pair[1].clone() - &pair[0]).collect();
        let moments_about = |origin: &Rational| -> Vec<Rational> {
            kinks.iter().zip(at).map(|(kink, at)| kink.clone() * &(at.clone() - origin)).collect()
        };
        let zeros = vec![Rational::zero(); kinks.len()];
        let of_slopes = || subset_with_sums(&kinks, &zeros, &-slope.clone(), &Rational::zero());
        if is_biased {
            return of_slopes().map_or(UnitCount::NoKinkSubset, |left| UnitCount::KinkSubset { left });
        }
        if let Some(left) = subset_with_sums(&kinks, &moments_about(first), &-slope.clone(), value) {
            return UnitCount::KinkSubset { left };
        }
        if let Some(left) = of_slopes() {
            return UnitCount::ConstantUnit { left };
        }
        let doubled = at.iter().enumerate().find_map(|(doubled, place)| {
            let goal = value.clone() + &(slope.clone() * &(place.clone() - first));
            let left = subset_with_sums(&zeros, &moments_about(place), &Rational::zero(), &goal)?;
            Some(UnitCount::DoubledKink { doubled, left: left.into_iter().filter(|i| *i != doubled).collect() })
        });
        doubled.unwrap_or(UnitCount::Generic)
    }

    /// The units of a case; a doubled breakpoint has its left-facing unit first.
    fn units(&self, reason: &UnitCount, output_bias: OutputBias) -> Vec<Unit> {
        let ExactParts { breakpoints, slopes, value } = &self.exact;
        let kink = |i: usize| slopes[i + 1].clone() - &slopes[i];
        let slope = &slopes[0];
        let (left, doubled, is_constant_added): (&[usize], Option<usize>, bool) = match reason {
            UnitCount::Constant | UnitCount::Line => (&[], None, false),
            UnitCount::KinkSubset { left } => (left, None, false),
            UnitCount::NoKinkSubset => (&[], Some(0), false),
            UnitCount::DoubledKink { doubled, left } => (left, Some(*doubled), false),
            UnitCount::ConstantUnit { left } => (left, None, true),
            UnitCount::Generic => (&[], Some(0), true),
        };
        let mut units = Vec::new();
        for (i, at) in breakpoints.iter().enumerate() {
            if doubled == Some(i) {
                let others = left.iter().fold(Rational::zero(), |sum, i| sum + kink(*i));
                let of_left = -slope.clone() - &others;
                units.push(Unit::kinked(at, false, of_left.clone()));
                units.push(Unit::kinked(at, true, kink(i) - &of_left));
            } else {
                units.push(Unit::kinked(at, !left.contains(&i), kink(i)));
            }
        }
        if breakpoints.is_empty() && !slope.is_zero() {
            // Without an output bias the two meet where the line is zero.
            let zero = -value.clone() / slope;
            let at = if output_bias == OutputBias::Free { Rational::zero() } else { zero };
            units.push(Unit::kinked(&at, false, -slope.clone()));
            units.push(Unit::kinked(&at, true, slope.clone()));
        }
        if is_constant_added {
            // Its factor is what is missing at the first breakpoint.
            let one = AffineForm::constant(1, Rational::from(1));
            let factor = self.missing(&units);
            units.push(Unit { form: one, factor });
        }
        units
    }

    /// What units lack at the first breakpoint, or at 0.
    fn missing(&self, units: &[Unit]) -> Rational {
        let first = [self.exact.breakpoints.first().cloned().unwrap_or_default()];
        units.iter().fold(self.exact.value.clone(), |missing, unit| {
            let before = unit.form.eval(&first);
            if before.exact_sign() == Sign::Positive { missing - &(before * &unit.factor) } else { missing }
        })
    }

    /// The network with these units, and the constant that gives the right value at the first breakpoint.
    fn network(&self, units: Vec<Unit>, output_bias: OutputBias) -> ExactNetwork {
        let bias = if output_bias == OutputBias::Free { self.missing(&units) } else { Rational::zero() };
        if units.is_empty() {
            return ExactNetwork::new(1, vec![vec![AffineForm::constant(1, bias)]]);
        }
        let (forms, factors) = units.into_iter().map(|unit| (unit.form, unit.factor)).unzip();
        ExactNetwork::new(1, vec![forms, vec![AffineForm::new(factors, bias)]])
    }

    /// Whether a network is this function times its scale, in exact arithmetic.
    fn is_exactly(&self, scaled: &Scaled) -> Result<bool, ConstructError> {
        let ExactParts { breakpoints, slopes, value } = &self.exact;
        let traced = Workspace::new().trace_exact(&scaled.network, LineDomain::WHOLE)?;
        let first = breakpoints.first().cloned().unwrap_or_default();
        let intercept = value.clone() - &(slopes[0].clone() * &first);
        let times = |number: &Rational| number.clone() * &scaled.scale;
        Ok(traced.breakpoints() == breakpoints.as_slice()
            && traced.slopes().iter().eq(&slopes.iter().map(times).collect::<Vec<_>>())
            && traced.intercepts().first() == Some(&times(&intercept)))
    }
}

/// factor · relu(form).
#[derive(Clone, Debug)]
struct Unit {
    form: AffineForm,
    factor: Rational,
}

impl Unit {
    /// A unit that is on to the right of a place, or to its left.
    fn kinked(at: &Rational, faces_right: bool, factor: Rational) -> Self {
        let form = AffineForm::new(vec![Rational::from(1)], -at.clone());
        Self { form: if faces_right { form } else { form.negated() }, factor }
    }
}

/// A subset whose `first` numbers add up to one goal and its `second` numbers to another; the empty one counts.
///
/// *Algorithm*: the sums over subsets of the lower half are looked up among those that the upper half leaves.
fn subset_with_sums(
    first: &[Rational],
    second: &[Rational],
    first_goal: &Rational,
    second_goal: &Rational,
) -> Option<Vec<usize>> {
    let half = first.len() / 2;
    let mut of_low = BTreeMap::new();
    let low = subset_sums(&first[..half]).into_iter().zip(subset_sums(&second[..half]));
    for (subset, sums) in low.enumerate() {
        of_low.entry(sums).or_insert(subset);
    }
    let high = subset_sums(&first[half..]).into_iter().zip(subset_sums(&second[half..]));
    high.enumerate().find_map(|(subset, (a, b))| {
        let low_subset = of_low.get(&(first_goal.clone() - &a, second_goal.clone() - &b))?;
        let bits = low_subset | subset << half;
        Some((0..first.len()).filter(|i| bits >> i & 1 == 1).collect())
    })
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
mod tests;
