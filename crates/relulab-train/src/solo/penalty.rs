//! The jumpstart penalty of one layer: its value, and its derivative added to that of the loss.

use super::fold::{BLOCK, fold, sum_of_block, vectors_of_block};
use super::normalise::Channels;
use crate::jumpstart::{Aggregation, Jumpstart, Ties};
use crate::lanes::{Element, Outlined, Simd};
use crate::philox::{Key, Purpose, ROUNDS};
use crate::structure::Stage;

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
    Max = 0,
    Min = 1,
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
    /// The same as bits.
    valid_bits: Vec<u64>,
    /// Points that hold the largest and the smallest value of a unit, one bit each.
    holders: [Vec<u64>; 2],
}

/// Bits of a word of points.
const WORD: usize = u64::BITS as usize;

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
        let words = || vec![0; (stride * V::LANES).div_ceil(WORD)];
        Self {
            tops: vec![V::zero(); of_units],
            bottoms: vec![V::zero(); of_units],
            unit: [folded(), folded(), folded(), folded()],
            point: [points(), points(), points(), points()],
            valid: points(),
            valid_bits: words(),
            holders: [words(), words()],
        }
    }

    /// Says how many points there are from now on.
    pub(super) fn set_points(&mut self, n_points: usize) {
        for (place, valid) in V::elements_mut(&mut self.valid).iter_mut().enumerate() {
            *valid = V::Elem::from_f64(f64::from(u8::from(place < n_points)));
        }
        for (place, word) in self.valid_bits.iter_mut().enumerate() {
            let here = n_points.saturating_sub(WORD * place).min(WORD);
            *word = if here == WORD { u64::MAX } else { (1 << here) - 1 };
        }
    }
}

impl<V: Simd> Scratch<V> {
    /// The channels of a layer.
    #[inline(always)]
    pub(super) fn channels(&self, stage: &Stage, n_points: usize) -> Channels<'_, V> {
        let valid = &self.valid;
        Channels { channels: stage.n_out, positions: stage.positions, n_points, stride: valid.len(), valid }
    }

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
            let (down, up) = (of(DOWN).to_f64(), of(UP).to_f64());
            if down > 0.0 || up > 0.0 {
                // SAFETY: passed on.
                unsafe {
                    self.find_holders(unit, V::splat(of(TOP)), V::splat(of(BOTTOM)));
                    self.move_unit(unit, Side::Max, -down);
                    self.move_unit(unit, Side::Min, up);
                }
            }
        }
    }

    /// Finds the points that hold a unit's extremes.
    #[inline(always)]
    unsafe fn find_holders(&mut self, unit: usize, top: V, bottom: V) {
        let Field { values, stride, .. } = self.field;
        let together = WORD / V::LANES;
        let [at_top, at_bottom] = &mut self.scratch.holders;
        for (word, &valid) in self.scratch.valid_bits.iter().enumerate() {
            let (mut tops, mut bottoms) = (0, 0);
            for place in 0..together {
                let at = word * together + place;
                if at < stride {
                    // SAFETY: passed on.
                    let value = unsafe { *values.add(unit * stride + at) };
                    tops |= u64::from(V::mask_bits(value.ge(top))) << (place * V::LANES);
                    bottoms |= u64::from(V::mask_bits(bottom.ge(value))) << (place * V::LANES);
                }
            }
            at_top[word] = tops & valid;
            at_bottom[word] = bottoms & valid;
        }
    }

    /// Gives a unit's derivative to the holders of one extreme.
    #[inline(always)]
    unsafe fn move_unit(&mut self, unit: usize, side: Side, share: f64) {
        if share == 0.0 {
            return;
        }
        let holders = &self.scratch.holders[side as usize];
        // SAFETY: passed on.
        let add = |point: usize, share: f64| unsafe {
            let delta = self.deltas.cast::<V::Elem>().add(unit * self.field.stride * V::LANES + point);
            *delta = V::Elem::from_f64((*delta).to_f64() + share);
        };
        let n: u32 = holders.iter().map(|word| word.count_ones()).sum();
        if n == 1 || self.jumpstart.ties == Ties::First {
            // From the last word to the first, so that no branch depends on where the holder is.
            let words = holders.iter().enumerate().rev().filter(|(_, word)| **word != 0);
            let first = words.fold(0, |_, (place, word)| WORD * place + word.trailing_zeros() as usize);
            return add(first, share);
        }
        let points =
            holders.iter().enumerate().flat_map(|(place, &word)| ones(word).map(move |bit| WORD * place + bit));
        match self.jumpstart.ties {
            Ties::Random => points.skip(self.draw(unit, side, true, n) as usize).take(1).for_each(|at| add(at, share)),
            _ => points.for_each(|at| add(at, share / f64::from(n))),
        }
    }

    /// Gives each point's derivatives to the units of its extremes.
    #[inline(always)]
    unsafe fn move_points(&mut self) {
        for at in 0..self.field.n_points.div_ceil(V::LANES) {
            let of = |place: usize| self.scratch.point[place][at];
            let (down, up) = (of(DOWN), of(UP));
            if V::mask_bits(down.add(up).gt(V::zero())) == 0 {
                continue;
            }
            let (extremes, shares) = ([of(TOP), of(BOTTOM)], [down.neg(), up]);
            // SAFETY: passed on.
            unsafe {
                match self.jumpstart.ties {
                    Ties::First => self.move_to_first(at, extremes, shares),
                    Ties::Average => self.move_to_all(at, extremes, shares),
                    Ties::Random => self.move_to_any(at, extremes, shares),
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn move_to_first(&mut self, at: usize, [top, bottom]: [V; 2], [mut down, mut up]: [V; 2]) {
        for unit in 0..self.field.n_units {
            // SAFETY: passed on.
            let (value, delta) = unsafe { self.place(unit, at) };
            let (at_top, at_bottom) = (value.ge(top), bottom.ge(value));
            *delta = delta.add_where(at_top, down).add_where(at_bottom, up);
            down = V::select(at_top, V::zero(), down);
            up = V::select(at_bottom, V::zero(), up);
        }
    }

    /// Every holder gets the whole at first; where there are several, all give back what is too much.
    #[inline(always)]
    unsafe fn move_to_all(&mut self, at: usize, [top, bottom]: [V; 2], [down, up]: [V; 2]) {
        let one = V::constant(1.0);
        let (mut tops, mut bottoms) = (V::zero(), V::zero());
        for unit in 0..self.field.n_units {
            // SAFETY: passed on.
            let (value, delta) = unsafe { self.place(unit, at) };
            let (at_top, at_bottom) = (value.ge(top), bottom.ge(value));
            *delta = delta.add_where(at_top, down).add_where(at_bottom, up);
            tops = tops.add_where(at_top, one);
            bottoms = bottoms.add_where(at_bottom, one);
        }
        if V::mask_bits(tops.max(bottoms).gt(one)) == 0 {
            return;
        }
        let (down, up) = (down.div(tops).sub(down), up.div(bottoms).sub(up));
        for unit in 0..self.field.n_units {
            // SAFETY: passed on.
            let (value, delta) = unsafe { self.place(unit, at) };
            *delta = delta.add_where(value.ge(top), down).add_where(bottom.ge(value), up);
        }
    }

    #[inline(always)]
    unsafe fn move_to_any(&mut self, at: usize, [top, bottom]: [V; 2], shares: [V; 2]) {
        for (side, share) in [Side::Max, Side::Min].into_iter().zip(shares) {
            for lane in (0..V::LANES).filter(|&lane| share.lane(lane).to_f64() != 0.0) {
                // SAFETY: passed on.
                let holders = (0..self.field.n_units).filter(|&unit| unsafe {
                    let value = self.place(unit, at).0;
                    let holds = if side == Side::Max { value.ge(top) } else { bottom.ge(value) };
                    V::mask_bits(holds) >> lane & 1 == 1
                });
                let holders: Vec<usize> = holders.collect();
                let drawn = self.draw(at * V::LANES + lane, side, false, holders.len() as u32);
                if let Some(&unit) = holders.get(drawn as usize) {
                    // SAFETY: passed on.
                    let delta = unsafe { self.place(unit, at).1 };
                    let sum = delta.lane(lane).to_f64() + share.lane(lane).to_f64();
                    delta.set_lane(lane, V::Elem::from_f64(sum));
                }
            }
        }
    }

    /// A vector of pre-activations, and of derivatives.
    #[inline(always)]
    unsafe fn place<'b>(&self, unit: usize, at: usize) -> (V, &'b mut V) {
        let place = unit * self.field.stride + at;
        // SAFETY: passed on.
        unsafe { (*self.field.values.add(place), &mut *self.deltas.add(place)) }
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

/// Places of the bits that are set, ascending.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (word != 0).then(|| word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        place
    })
}

/// 1 in the lanes of vector `at` that hold one of the first `n` numbers, else 0.
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
