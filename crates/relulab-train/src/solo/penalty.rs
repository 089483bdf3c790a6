//! The jumpstart penalty of one layer: its value, and its derivative added to that of the loss.

use super::fold::{BLOCK, fold, sum_of_block, vectors_of_block};
use crate::jumpstart::{Aggregation, Jumpstart, Ties};
use crate::lanes::{Element, Outlined, Simd};
use crate::philox::{Key, Purpose, ROUNDS};

/// The pre-activations that one penalty is taken of: the units of a layer, or of one position of it.
#[derive(Clone, Copy)]
pub(super) struct Field<V> {
    /// Pre-activations, `stride` vectors a unit.
    pub values: *const V,
    pub n_units: usize,
    pub n_points: usize,
    pub stride: usize,
}

/// What makes the random choices among ties.
#[derive(Clone, Copy)]
pub(super) struct Draws {
    pub key: Key,
    pub step: u64,
    /// Number of the field among those of the network.
    pub field: usize,
}

/// Which extreme of a unit or point.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Max,
    Min,
}

/// Working memory of penalties, for the widest layer.
pub(super) struct Scratch<V> {
    /// Largest and smallest pre-activation of each unit: first a vector over residues of points, then folded.
    tops: Vec<V>,
    bottoms: Vec<V>,
    /// By unit, after folding: extremes, and how much of the derivative goes to them.
    unit: [Vec<V>; 4],
    /// The same by point.
    point: [Vec<V>; 4],
    /// 1 for a point, 0 for padding.
    valid: Vec<V>,
}

/// Places in [`Scratch::unit`] and [`Scratch::point`].
const TOP: usize = 0;
const BOTTOM: usize = 1;
const DOWN: usize = 2;
const UP: usize = 3;

impl<V: Simd> Scratch<V> {
    #[inline(always)]
    pub(super) fn new(max_units: usize, stride: usize) -> Self {
        let of_units = max_units.next_multiple_of(BLOCK);
        let folded = || vec![V::zero(); of_units / V::LANES];
        let points = || vec![V::zero(); stride];
        Self {
            tops: vec![V::zero(); of_units],
            bottoms: vec![V::zero(); of_units],
            unit: [folded(), folded(), folded(), folded()],
            point: [points(), points(), points(), points()],
            valid: points(),
        }
    }

    /// Says how many points there are from now on.
    pub(super) fn set_points(&mut self, n_points: usize) {
        for (place, valid) in V::elements_mut(&mut self.valid).iter_mut().enumerate() {
            *valid = V::Elem::from_f64(f64::from(u8::from(place < n_points)));
        }
    }
}

impl<V: Simd> Scratch<V> {
    /// The lanes of vector `at` that hold a point.
    #[inline(always)]
    pub(super) fn valid(&self, at: usize) -> V::Mask {
        self.valid[at].gt(V::zero())
    }
}

/// The sums of deficits that an aggregation needs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Deficits {
    /// Σ s.
    pub sum: f64,
    /// Σ s².
    pub squares: f64,
}

impl Deficits {
    /// Adds those of another field.
    pub(super) fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.squares += other.squares;
    }
}

/// The derivative of the penalty in a deficit s is `linear · s + constant`, where s > 0.
#[derive(Clone, Copy)]
pub(super) struct Slope {
    pub linear: f64,
    pub constant: f64,
}

impl Slope {
    /// The slope of an aggregation; `norm` is √Σ s² over the network and `count` the number of deficits.
    pub(super) fn new(jumpstart: &Jumpstart, norm: f64, count: usize) -> Self {
        let weight = jumpstart.weight;
        let (linear, constant) = match jumpstart.aggregation {
            Aggregation::SumOfSquares => (2.0 * weight, 0.0),
            Aggregation::OneNorm => (0.0, weight),
            Aggregation::TwoNorm if norm > 0.0 => (weight / norm, 0.0),
            Aggregation::TwoNorm => (0.0, 0.0),
            Aggregation::Mean => (0.0, weight / count as f64),
        };
        Self { linear, constant }
    }
}

/// Measures the deficits of a field, and, where `deltas` is not null, adds the derivative of the penalty to them.
///
/// # Safety
/// The pointers are valid for the field, and padding holds copies of points.
pub(super) struct Penalise<'a, V: Simd> {
    pub jumpstart: &'a Jumpstart,
    pub slope: Slope,
    pub field: Field<V>,
    /// As the field's values.
    pub deltas: *mut V,
    pub draws: Draws,
    pub scratch: &'a mut Scratch<V>,
}

impl<V: Simd> Outlined for Penalise<'_, V> {
    type Output = Deficits;

    #[inline(always)]
    fn run(mut self) -> Deficits {
        let (on_units, on_points) = (self.jumpstart.axes.has_units(), self.jumpstart.axes.has_points());
        let mut deficits = Deficits::default();
        // SAFETY: whoever fills in the pointers vouches for them.
        unsafe {
            self.find_extremes();
            if on_units {
                self.fold_units();
                let n = self.field.n_units;
                let active = self.weigh(n, true, &mut deficits);
                if active && !self.deltas.is_null() {
                    self.move_units();
                }
            }
            if on_points {
                let active = self.weigh(self.field.n_points, false, &mut deficits);
                if active && !self.deltas.is_null() {
                    self.move_points();
                }
            }
        }
        deficits
    }
}

impl<V: Simd> Penalise<'_, V> {
    /// Extremes by point, and those by unit up to the last fold.
    #[inline(always)]
    unsafe fn find_extremes(&mut self) {
        // SAFETY: passed on.
        unsafe {
            let mut at = 0;
            while size_of::<V>() == 64 && at + 6 <= self.field.stride {
                self.extremes_of::<6>(at);
                at += 6;
            }
            while at < self.field.stride {
                self.extremes_of::<1>(at);
                at += 1;
            }
        }
    }

    #[inline(always)]
    unsafe fn extremes_of<const B: usize>(&mut self, at: usize) {
        let Field { values, n_units, stride, .. } = self.field;
        let (mut tops, mut bottoms) = ([V::zero(); B], [V::zero(); B]);
        for unit in 0..n_units {
            // SAFETY: passed on.
            let values: [V; B] = std::array::from_fn(|b| unsafe { *values.add(unit * stride + at + b) });
            if unit == 0 {
                (tops, bottoms) = (values, values);
            }
            let (mut top, mut bottom) = (values[0], values[0]);
            for b in 0..B {
                tops[b] = tops[b].max(values[b]);
                bottoms[b] = bottoms[b].min(values[b]);
                top = top.max(values[b]);
                bottom = bottom.min(values[b]);
            }
            let (to_top, to_bottom) = (&mut self.scratch.tops[unit], &mut self.scratch.bottoms[unit]);
            *to_top = if at == 0 { top } else { to_top.max(top) };
            *to_bottom = if at == 0 { bottom } else { to_bottom.min(bottom) };
        }
        self.scratch.point[TOP][at..at + B].copy_from_slice(&tops);
        self.scratch.point[BOTTOM][at..at + B].copy_from_slice(&bottoms);
    }

    /// The extremes by unit, one unit in each lane.
    #[inline(always)]
    fn fold_units(&mut self) {
        let scratch = &mut *self.scratch;
        for first in (0..self.field.n_units).step_by(V::LANES) {
            let (tops, bottoms) = (scratch.tops[first..].as_ptr(), scratch.bottoms[first..].as_ptr());
            // SAFETY: there is room for whole blocks of units.
            unsafe {
                scratch.unit[TOP][first / V::LANES] = fold(tops, V::max);
                scratch.unit[BOTTOM][first / V::LANES] = fold(bottoms, V::min);
            }
        }
    }

    /// Adds the deficits of `n` units or points, and notes what goes to their extremes. Returns whether anything does.
    #[inline(always)]
    fn weigh(&mut self, n: usize, units: bool, deficits: &mut Deficits) -> bool {
        let (margin, half) = (V::constant(self.jumpstart.margin), V::constant(0.5));
        let (linear, constant) = (V::constant(0.5 * self.slope.linear), V::constant(0.5 * self.slope.constant));
        let parts = vectors_of_block::<V>();
        let (mut sums, mut squares) = ([V::zero(); 4], [V::zero(); 4]);
        let mut active = 0;
        let valid = &self.scratch.valid;
        let [tops, bottoms, downs, ups] = if units { &mut self.scratch.unit } else { &mut self.scratch.point };
        for at in 0..n.div_ceil(V::LANES) {
            let counted = if units { counted::<V>(n, at) } else { valid[at] }.gt(V::zero());
            let (lack_up, lack_down) = (margin.sub(tops[at]), margin.add(bottoms[at]));
            let s = half.mul(V::zero().max(lack_up)).add(half.mul(V::zero().max(lack_down))).keep(counted);
            sums[at % parts] = sums[at % parts].add(s);
            squares[at % parts] = s.mul_add(s, squares[at % parts]);
            let share = s.mul_add(linear, constant).keep(counted);
            // A larger maximum lessens the deficit, a smaller minimum too.
            downs[at] = share.keep(lack_up.gt(V::zero()));
            ups[at] = share.keep(lack_down.gt(V::zero()));
            active |= V::mask_bits(downs[at].gt(V::zero())) | V::mask_bits(ups[at].gt(V::zero()));
        }
        deficits.sum += sum_of_block(sums).lane(0).to_f64();
        deficits.squares += sum_of_block(squares).lane(0).to_f64();
        active != 0
    }

    /// Gives each unit's derivatives to the points of its extremes.
    #[inline(always)]
    unsafe fn move_units(&mut self) {
        for unit in 0..self.field.n_units {
            let of = |place: usize| V::elements(&self.scratch.unit[place])[unit];
            for (side, extreme, share) in [(Side::Max, of(TOP), of(DOWN)), (Side::Min, of(BOTTOM), of(UP))] {
                if share.to_f64() > 0.0 {
                    let signed = if side == Side::Max { -share.to_f64() } else { share.to_f64() };
                    // SAFETY: passed on.
                    unsafe { self.move_unit(unit, side, V::splat(extreme), signed) };
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn move_unit(&mut self, unit: usize, side: Side, extreme: V, share: f64) {
        let Field { values, stride, n_points, .. } = self.field;
        let from = unit * stride;
        // SAFETY: passed on.
        let hits = |at: usize| unsafe { hits(side, *values.add(from + at), extreme) } & lanes_before::<V>(n_points, at);
        let used = n_points.div_ceil(V::LANES);
        let count = || -> u32 { (0..used).map(|at| hits(at).count_ones()).sum() };
        let (mut skip, mut take, share) = match self.jumpstart.ties {
            Ties::First => (0, 1, share),
            Ties::Average => {
                let n = count();
                (0, n, share / f64::from(n.max(1)))
            }
            Ties::Random => (self.draw(unit, side, true, count()), 1, share),
        };
        for at in 0..used {
            let mut hits = hits(at);
            while hits != 0 && take > 0 {
                let lane = hits.trailing_zeros() as usize;
                hits &= hits - 1;
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                take -= 1;
                // SAFETY: passed on.
                unsafe {
                    let delta = self.deltas.cast::<V::Elem>().add((from + at) * V::LANES + lane);
                    *delta = V::Elem::from_f64((*delta).to_f64() + share);
                }
            }
            if take == 0 {
                return;
            }
        }
    }

    /// Gives each point's derivatives to the units of its extremes.
    #[inline(always)]
    unsafe fn move_points(&mut self) {
        for at in 0..self.field.n_points.div_ceil(V::LANES) {
            let of = |place: usize| self.scratch.point[place][at];
            let sides = [(Side::Max, of(TOP), of(DOWN).neg()), (Side::Min, of(BOTTOM), of(UP))];
            for (side, extreme, share) in sides {
                if V::mask_bits(share.abs().gt(V::zero())) != 0 {
                    // SAFETY: passed on.
                    unsafe { self.move_points_of(at, side, extreme, share) };
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn move_points_of(&mut self, at: usize, side: Side, extreme: V, share: V) {
        let Field { values, n_units, stride, .. } = self.field;
        // SAFETY: passed on.
        let value = |unit: usize| unsafe { *values.add(unit * stride + at) };
        // Lanes that are beyond the extreme: all but those that hold it.
        let beyond = |value: V| if side == Side::Max { extreme.gt(value) } else { value.gt(extreme) };
        // SAFETY: passed on.
        let add = |unit: usize, share: V| unsafe {
            let delta = self.deltas.add(unit * stride + at);
            *delta = (*delta).add(share);
        };
        match self.jumpstart.ties {
            Ties::First => {
                let mut left = share;
                for unit in 0..n_units {
                    let missed = left.keep(beyond(value(unit)));
                    add(unit, left.sub(missed));
                    left = missed;
                }
            }
            Ties::Average => {
                let one = V::constant(1.0);
                let mut count = V::zero();
                for unit in 0..n_units {
                    count = count.add(V::select(beyond(value(unit)), V::zero(), one));
                }
                let share = share.div(count);
                for unit in 0..n_units {
                    add(unit, V::select(beyond(value(unit)), V::zero(), share));
                }
            }
            Ties::Random => {
                for lane in (0..V::LANES).filter(|&lane| share.lane(lane).to_f64() != 0.0) {
                    let holds = |unit: &usize| hits(side, value(*unit), extreme) >> lane & 1 == 1;
                    let n = (0..n_units).filter(holds).count() as u32;
                    let chosen = self.draw(at * V::LANES + lane, side, false, n) as usize;
                    let unit = (0..n_units).filter(holds).nth(chosen).unwrap_or(0);
                    let mut of_lane = V::zero();
                    of_lane.set_lane(lane, share.lane(lane));
                    add(unit, of_lane);
                }
            }
        }
    }

    /// A number below `n`, for one extreme of this step.
    fn draw(&self, index: usize, side: Side, units: bool, n: u32) -> u32 {
        let Draws { key, step, field } = self.draws;
        let place = (field as u32) << 2 | u32::from(units) << 1 | u32::from(side == Side::Max);
        let purpose = Purpose::Ties as u32 | (step >> 32) as u32 & 0xFFFF_FF00;
        let words = key.block::<ROUNDS>([index as u32, step as u32, purpose, place]);
        // Lemire's multiply-shift, as where minibatches are shuffled.
        ((u64::from(words[0]) * u64::from(n)) >> 32) as u32
    }
}

/// Lanes whose value is the extreme, one bit each.
#[inline(always)]
fn hits<V: Simd>(side: Side, value: V, extreme: V) -> u32 {
    let beyond = if side == Side::Max { extreme.gt(value) } else { value.gt(extreme) };
    !V::mask_bits(beyond)
}

/// Lanes of vector `at` that hold one of the first `n` numbers, one bit each.
#[inline(always)]
fn lanes_before<V: Simd>(n: usize, at: usize) -> u32 {
    let here = n.saturating_sub(at * V::LANES).min(V::LANES);
    (1_u32 << here) - 1
}

/// 1 in those lanes, else 0.
#[inline(always)]
fn counted<V: Simd>(n: usize, at: usize) -> V {
    let mut ones = V::zero();
    let here = n.saturating_sub(at * V::LANES).min(V::LANES);
    if here == V::LANES {
        return V::constant(1.0);
    }
    (0..here).for_each(|lane| ones.set_lane(lane, V::Elem::from_f64(1.0)));
    ones
}
