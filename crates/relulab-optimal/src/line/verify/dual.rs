//! From a hint to a proven lower bound: the repair of a dual point, with every rounding charged to the bound.
//!
//! **Weak duality.** Let a network of the configuration have values v on the data, and let u be any numbers, one per
//! point. Since (r − u)² ≥ 0 for the residual r = y − v,
//!
//! > Σ w r² ≥ Σ w (2 u y − u²) − 2 Σ w u v.
//!
//! If Σ w u g ≤ 0 for every signed knot function g of the blocks, and Σ w u = 0 where there is an output bias, then
//! Σ w u v ≤ 0, since v is a non-negative combination of those functions. So Σ w (2 u y − u²) is a lower bound.
//!
//! **Moments.** Put q = w u. The conditions are signs of two piecewise linear functions of t,
//!
//! > D(t) = Σ q (x − t)₊ (facing right) and B(t) = Σ q (t − x)₊ = D(t) − A(t) (facing left),
//!
//! where A(t) = Σ q (x − t) is affine. D vanishes from the last point on, equals A up to the first point, and has the
//! slope −S to the right of a point if the q beyond it add up to S. At an optimum, D = 0 at kinks of units that face
//! right, and B = 0 at those that face left: its *contacts*.
//!
//! **Repair.** A hint is a polyline through some points of the data and a list of contacts. The q that its residuals
//! give satisfy nothing exactly. Between neighbouring nodes (the contacts, the first and the last point) S is therefore
//! shifted by the constant η that makes D reach exactly the prescribed values: 0 at contacts facing right, A at contacts
//! facing left, where A is chosen first. Where units of both signs are allowed, any knot is a contact. That changes q at nodes only, and η is as small as the rounding that it
//! repairs, however close points lie. The repaired q is known up to error bounds, all signs at contacts are exact, all
//! others must be certain, and the bound is evaluated with its rounding subtracted. Any hint gives a true bound or none.

use crate::line::certificate::{Configuration, Facing, Hint, Knots};
use crate::line::verify::points::Points;
use relulab_exact::{Bounded, Sign};

/// What became of a hint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bound {
    /// No network of the configuration has a smaller sum of squared errors.
    Proven(f64),
    /// These conditions, knot and facing, are violated or uncertain.
    Violated(Vec<(usize, Facing)>),
    /// The hint does not fit the data: its knots are not in order, or its values are not finite or too few.
    Malformed,
}

/// Signs that a configuration asks of the moments at each knot, facing right and facing left.
#[derive(Clone, Copy, Debug, Default)]
struct Conditions {
    at_most_zero: [bool; 2],
    at_least_zero: [bool; 2],
}

/// The conditions at knots 0 to m + 1.
fn conditions(configuration: &Configuration, n_points: usize) -> Vec<Conditions> {
    let mut all = vec![Conditions::default(); n_points + 2];
    for block in configuration.blocks() {
        let facing = block.kind.facing() as usize;
        for one in &mut all[block.low..=block.high] {
            one.at_most_zero[facing] |= block.kind.is_positive();
            one.at_least_zero[facing] |= !block.kind.is_positive();
        }
    }
    all
}

/// A(t) = Σ q (x − t) after the repair.
enum Affine {
    /// Zero everywhere.
    Zero,
    /// This at the first point, and falling by `slope`.
    FromFirst { value: f64, slope: f64 },
    /// Zero at a knot, and falling by `slope`.
    Through { knot: usize, slope: f64 },
}

impl Affine {
    fn at(&self, knot: usize, x: &[f64]) -> Bounded {
        let from = |start: usize, slope: f64| {
            if slope == 0.0 || start == knot {
                Bounded::ZERO
            } else {
                (Bounded::exact(x[knot - 1]) - Bounded::exact(x[start - 1])) * Bounded::exact(-slope)
            }
        };
        match *self {
            Self::Zero => Bounded::ZERO,
            Self::FromFirst { value, slope } => Bounded::exact(value) + from(1, slope),
            Self::Through { knot: start, slope } => from(start, slope),
        }
    }
}

/// Where D and B are to be zero: the contacts of a hint, and all knots where the conditions allow no other sign.
struct Contacts {
    /// By knot from 0 to m + 1: whether D is to be zero (facing right), or B (facing left).
    zero: [Vec<bool>; 2],
    /// Knots 1 and m and all finite contacts, ascending.
    nodes: Vec<usize>,
    n_points: usize,
}

impl Contacts {
    fn new(hint: &Hint, conditions: &[Conditions]) -> Self {
        let n_points = conditions.len() - 2;
        let forced = |facing: usize| {
            conditions.iter().map(move |wanted| wanted.at_most_zero[facing] && wanted.at_least_zero[facing]).collect()
        };
        let mut zero: [Vec<bool>; 2] = [forced(0), forced(1)];
        for (zero, list) in zero.iter_mut().zip([&hint.right, &hint.left]) {
            for &knot in list {
                zero[knot] = true;
            }
        }
        let is_node = |knot: &usize| *knot == 1 || *knot == n_points || zero[0][*knot] || zero[1][*knot];
        let nodes = (1..=n_points).filter(is_node).collect();
        Self { zero, nodes, n_points }
    }

    /// Whether D is to be zero at a knot: beyond the last point it always is.
    fn is_zero(&self, knot: usize) -> bool {
        knot == self.n_points || self.zero[0][knot]
    }

    /// Whether D is to be A at a knot: before the first point it always is.
    fn is_affine(&self, knot: usize) -> bool {
        knot == 1 || self.zero[1][knot]
    }

    /// Whether Σ q is to be zero although the network has no output bias.
    fn is_balanced(&self) -> bool {
        self.zero[0][0] || self.zero[1][self.n_points + 1]
    }
}

/// The knots of a hint's polyline, ascending; `None` where the lists do not fit the data.
fn polyline(hint: &Hint, knots: Knots) -> Option<Vec<usize>> {
    let fits = |list: &[usize], facing| {
        let (low, high) = knots.ends(facing);
        list.is_sorted_by(|a, b| a < b) && list.iter().all(|knot| (low..=high).contains(knot))
    };
    if !fits(&hint.right, Facing::Right) || !fits(&hint.left, Facing::Left) {
        return None;
    }
    let mut line: Vec<usize> = hint.right.iter().chain(&hint.left).copied().collect();
    line.retain(|knot| (1..=knots.n_points).contains(knot));
    line.extend([1, knots.n_points]);
    line.sort_unstable();
    line.dedup();
    (hint.values.len() == line.len() && hint.values.iter().all(|value| value.is_finite())).then_some(line)
}

/// q = w (ȳ − v) of a polyline, rounded: from here on these are the numbers.
fn charges(points: &Points, line: &[usize], values: &[f64]) -> Vec<f64> {
    let mut charges = vec![0.0; points.len()];
    for (ends, values) in line.windows(2).zip(values.windows(2)) {
        let (from, to) = (ends[0] - 1, ends[1] - 1);
        let slope = (values[1] - values[0]) / (points.x[to] - points.x[from]);
        for (index, charge) in (from..=to).zip(&mut charges[from..=to]) {
            let value = if index == to { values[1] } else { values[0] + slope * (points.x[index] - points.x[from]) };
            *charge = points.counts[index] * (points.means[index] - value);
        }
    }
    charges
}

/// The lower bound of the sum of squared errors that a hint proves for a configuration.
pub(crate) fn bound(points: &Points, knots: Knots, configuration: &Configuration, hint: &Hint) -> Bound {
    let Some(line) = polyline(hint, knots) else { return Bound::Malformed };
    let conditions = conditions(configuration, points.len());
    let contacts = Contacts::new(hint, &conditions);
    let nodes = &contacts.nodes;
    let charges = charges(points, &line, &hint.values);
    // beyond[j] = Σ of the charges right of point j.
    let mut beyond = vec![Bounded::ZERO; points.len()];
    for index in (1..points.len()).rev() {
        beyond[index - 1] = beyond[index] + Bounded::exact(charges[index]);
    }
    let falls: Vec<Bounded> = nodes
        .windows(2)
        .map(|ends| (ends[0] - 1..ends[1] - 1).fold(Bounded::ZERO, |sum, j| sum + beyond[j] * points.gaps[j]))
        .collect();

    let slope = if knots.output_bias || contacts.is_balanced() { 0.0 } else { beyond[0].value() + charges[0] };
    let mut zeros = nodes.iter().filter(|knot| contacts.is_zero(**knot) && contacts.is_affine(**knot));
    let affine = match (zeros.next(), zeros.next()) {
        (None, _) => Affine::FromFirst { value: falls.iter().map(|fall| fall.value()).sum(), slope },
        (Some(&knot), None) if slope != 0.0 => Affine::Through { knot, slope },
        _ => Affine::Zero,
    };
    let target = |knot: usize| if contacts.is_zero(knot) { Bounded::ZERO } else { affine.at(knot, &points.x) };

    let mut violated = Vec::new();
    let mut check = |knot: usize, facing: Facing, moment: Bounded| {
        let wanted = conditions[knot];
        let (sign, facing_index) = (moment.sign(), facing as usize);
        let is_wrong = (wanted.at_most_zero[facing_index] && !matches!(sign, Some(Sign::Negative | Sign::Zero)))
            || (wanted.at_least_zero[facing_index] && !matches!(sign, Some(Sign::Positive | Sign::Zero)));
        if is_wrong {
            violated.push((knot, facing));
        }
    };
    check(0, Facing::Right, Bounded::exact(slope));
    check(points.len() + 1, Facing::Left, Bounded::exact(slope));
    let mut check_both = |knot: usize, moment: Bounded| {
        check(knot, Facing::Right, moment);
        let is_contact = contacts.is_affine(knot);
        check(knot, Facing::Left, if is_contact { Bounded::ZERO } else { moment - affine.at(knot, &points.x) });
    };

    let mut sum = points.within;
    let mut add = |index: usize, charge: Bounded| {
        // w (2 u ȳ − u²) with u = q / w and ȳ = Y / w.
        let product = charge * (points.labels[index] + points.labels[index] - charge);
        sum = sum + quotient(product, points.counts[index]);
    };
    check_both(points.len(), Bounded::ZERO);
    // The shift of S on the segment to the right of the one at hand.
    let mut last_shift = Bounded::ZERO;
    for (ends, fall) in nodes.windows(2).zip(&falls).rev() {
        let (from, to) = (ends[0] - 1, ends[1] - 1);
        let width = Bounded::exact(points.x[to]) - Bounded::exact(points.x[from]);
        let shift = (target(ends[0]) - target(ends[1]) - fall) / width;
        add(to, Bounded::exact(charges[to]) + shift - last_shift);
        let mut moment = target(ends[1]);
        for index in (from + 1..to).rev() {
            moment = moment + (beyond[index] + shift) * points.gaps[index];
            check_both(index + 1, moment);
            add(index, Bounded::exact(charges[index]));
        }
        check_both(ends[0], target(ends[0]));
        last_shift = shift;
    }
    add(0, Bounded::exact(slope) - beyond[0] - last_shift);
    if violated.is_empty() {
        Bound::Proven(lower_end(sum).max(lower_end(points.within)))
    } else {
        Bound::Violated(violated)
    }
}

/// A number over a count, which most often is 1.
fn quotient(number: Bounded, count: f64) -> Bounded {
    if count == 1.0 { number } else { number / Bounded::exact(count) }
}

/// An f64 that is not above the number; a sum of squares is at least zero.
fn lower_end(number: Bounded) -> f64 {
    let end = (number.value() - number.error()).next_down();
    if end > 0.0 { end } else { 0.0 }
}
