//! The derivative of the jumpstart penalty of one layer, added to that of the loss.

use super::measure::{Deficits, Field, Lack, Measured, counted};
use crate::jumpstart::{Aggregation, Jumpstart, Ties};
use crate::lanes::{Element, Outlined, Simd};
use crate::philox::{Key, Purpose, ROUNDS};

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

/// Bits of a word of points.
const WORD: usize = u64::BITS as usize;

/// Working memory.
pub(super) struct Scratch<V> {
    /// What the derivatives of a unit were, until it is known that its extremes have one holder each.
    held: Vec<V>,
    /// The points as bits.
    valid: Vec<u64>,
    /// Points that hold the largest and the smallest value of a unit, one bit each.
    holders: [Vec<u64>; 2],
}

impl<V: Simd> Scratch<V> {
    /// For points in so many vectors.
    #[inline(always)]
    pub(super) fn new(stride: usize) -> Self {
        let words = || vec![0; (stride * V::LANES).div_ceil(WORD)];
        Self { held: vec![V::zero(); stride], valid: words(), holders: [words(), words()] }
    }

    /// Bytes of it all.
    pub(super) fn bytes(&self) -> usize {
        let words = size_of_val(&self.valid[..]) + size_of_val(&self.held[..]);
        words + self.holders.iter().map(|words| size_of_val(&words[..])).sum::<usize>()
    }

    /// Says how many points there are from now on.
    pub(super) fn set_points(&mut self, n_points: usize) {
        for (place, word) in self.valid.iter_mut().enumerate() {
            let here = n_points.saturating_sub(WORD * place).min(WORD);
            *word = if here == WORD { u64::MAX } else { (1 << here) - 1 };
        }
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

/// Adds the derivative of the penalty of a field to its `deltas`.
///
/// # Safety
/// The pointers are valid for the field, padding holds copies of points, and the field has been measured.
pub(super) struct Penalise<'a, V: Simd> {
    pub jumpstart: &'a Jumpstart,
    pub slope: Slope,
    pub field: Field<V>,
    /// As the field's values.
    pub deltas: *mut V,
    pub measured: Measured,
    pub draws: Draws,
    pub deficits: &'a Deficits<V>,
    pub scratch: &'a mut Scratch<V>,
}

impl<V: Simd> Outlined for Penalise<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        // SAFETY: whoever fills in the pointers vouches for them.
        unsafe {
            if self.measured.units {
                self.move_units();
            }
            if self.measured.points != 0 {
                self.move_points();
            }
        }
    }
}

impl<V: Simd> Penalise<'_, V> {
    /// What goes to the extremes of those who lack so much: to the largest, downwards, and to the smallest.
    #[inline(always)]
    fn shares(&self, counted: V::Mask, top: V, bottom: V) -> [V; 2] {
        let (linear, constant) = (V::constant(0.5 * self.slope.linear), V::constant(0.5 * self.slope.constant));
        let lack = Lack::new(V::constant(self.jumpstart.margin), top, bottom);
        let share = lack.deficit.mul_add(linear, constant).keep(counted);
        // A larger maximum lessens the deficit, a smaller minimum too.
        [share.keep(lack.up.gt(V::zero())), share.keep(lack.down.gt(V::zero()))]
    }

    /// Gives each unit's derivatives to the points of its extremes.
    #[inline(always)]
    unsafe fn move_units(&mut self) {
        let n_units = self.field.n_units;
        let (tops, bottoms) = self.deficits.extremes(self.measured, n_units);
        for at in 0..tops.len() {
            let counted = counted::<V>(n_units, at).gt(V::zero());
            let shares = self.shares(counted, tops[at], bottoms[at]);
            let mut lacking = V::mask_bits(shares[0].max(shares[1]).gt(V::zero()));
            while lacking != 0 {
                let lane = lacking.trailing_zeros() as usize;
                lacking &= lacking - 1;
                let unit = at * V::LANES + lane;
                let extremes = [V::splat(tops[at].lane(lane)), V::splat(bottoms[at].lane(lane))];
                let (down, up) = (shares[0].lane(lane).to_f64(), shares[1].lane(lane).to_f64());
                // SAFETY: passed on.
                unsafe {
                    if !self.move_to_only(unit, extremes, [down, up]) {
                        self.find_holders(unit, extremes);
                        self.move_unit(unit, Side::Max, -down);
                        self.move_unit(unit, Side::Min, up);
                    }
                }
            }
        }
    }

    /// Gives a unit's derivatives to the only holders of its extremes, vector by vector: a number written alone would hold
    /// up whoever reads its vector next. Where there are several, all is left as it was and the answer is no.
    #[inline(always)]
    unsafe fn move_to_only(&mut self, unit: usize, extremes: [V; 2], [down, up]: [f64; 2]) -> bool {
        let Field { n_points, stride, .. } = self.field;
        let shares = [V::constant(-down), V::constant(up)];
        let full = n_points / V::LANES;
        let mut n = [0; 2];
        // SAFETY: passed on.
        unsafe {
            for at in 0..full {
                self.hold(unit, at, extremes, shares, u32::MAX, &mut n);
            }
            if full < stride {
                // After the points there may be copies of one.
                let valid = self.deficits.valid(full);
                let points = (1 << (n_points % V::LANES)) - 1;
                self.hold(unit, full, extremes, shares.map(|share| share.keep(valid)), points, &mut n);
            }
            let is_moved = (n[0] == 1 || down == 0.0) && (n[1] == 1 || up == 0.0);
            if !is_moved {
                // What lies beyond the points was not held: a smaller batch leaves more of it.
                let n = n_points.div_ceil(V::LANES);
                self.deltas.add(unit * stride).copy_from_nonoverlapping(self.scratch.held.as_ptr(), n);
            }
            is_moved
        }
    }

    /// Moves one vector of a unit's derivatives, holds on to what it was, and counts the points that hold the extremes.
    #[inline(always)]
    unsafe fn hold(
        &mut self,
        unit: usize,
        at: usize,
        [top, bottom]: [V; 2],
        [down, up]: [V; 2],
        points: u32,
        n: &mut [u32; 2],
    ) {
        // SAFETY: passed on.
        let (value, delta) = unsafe { self.place(unit, at) };
        let (at_top, at_bottom) = (value.ge(top), bottom.ge(value));
        n[0] += (V::mask_bits(at_top) & points).count_ones();
        n[1] += (V::mask_bits(at_bottom) & points).count_ones();
        self.scratch.held[at] = *delta;
        *delta = delta.add_where(at_top, down).add_where(at_bottom, up);
    }

    /// Finds the points that hold a unit's extremes.
    #[inline(always)]
    unsafe fn find_holders(&mut self, unit: usize, [top, bottom]: [V; 2]) {
        let Field { values, stride, .. } = self.field;
        let together = WORD / V::LANES;
        let [at_top, at_bottom] = &mut self.scratch.holders;
        for (word, &valid) in self.scratch.valid.iter().enumerate() {
            let (mut tops, mut bottoms) = (0, 0);
            let first = word * together;
            for at in first..stride.min(first + together) {
                // SAFETY: passed on.
                let value = unsafe { *values.add(unit * stride + at) };
                let shift = (at - first) * V::LANES;
                tops |= u64::from(V::mask_bits(value.ge(top))) << shift;
                bottoms |= u64::from(V::mask_bits(bottom.ge(value))) << shift;
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
        // SAFETY: passed on.
        let add = |point: usize, share: f64| unsafe {
            let delta = self.deltas.cast::<V::Elem>().add(unit * self.field.stride * V::LANES + point);
            *delta = V::Elem::from_f64((*delta).to_f64() + share);
        };
        let holders = &self.scratch.holders[side as usize];
        let n: u32 = holders.iter().map(|word| word.count_ones()).sum();
        let mut points =
            holders.iter().enumerate().flat_map(|(place, &word)| ones(word).map(move |bit| WORD * place + bit));
        match self.jumpstart.ties {
            Ties::First => points.next().into_iter().for_each(|at| add(at, share)),
            Ties::Random => points.skip(self.draw(unit, side, true, n) as usize).take(1).for_each(|at| add(at, share)),
            Ties::Average => points.for_each(|at| add(at, share / f64::from(n))),
        }
    }

    /// Gives each point's derivatives to the units of its extremes.
    #[inline(always)]
    unsafe fn move_points(&mut self) {
        let active = self.measured.points;
        for at in (0..self.field.stride).filter(|at| active >> (at % 64) & 1 == 1) {
            // SAFETY: passed on.
            unsafe {
                let mut extremes = [*self.field.values.add(at); 2];
                for unit in 1..self.field.n_units {
                    let value = *self.field.values.add(unit * self.field.stride + at);
                    extremes = [extremes[0].max(value), extremes[1].min(value)];
                }
                let [down, up] = self.shares(self.deficits.valid(at), extremes[0], extremes[1]);
                if V::mask_bits(down.add(up).gt(V::zero())) == 0 {
                    continue;
                }
                let shares = [down.neg(), up];
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
