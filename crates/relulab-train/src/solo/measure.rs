//! Deficits of the jumpstart penalty: what the extremes of units and points lack.

use super::fold::{BLOCK, fold, join, vectors_of_block};
use super::normalise::Channels;
use crate::jumpstart::Jumpstart;
use crate::lanes::{Element, Outlined, Simd};
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

/// What is known of all fields of a network, in the order in which they were measured, and working memory.
pub(super) struct Deficits<V> {
    fields: Vec<Measured>,
    /// Largest pre-activations of a field's units, one a lane, then their smallest; field after field.
    extremes: Vec<V>,
    /// Sums of deficits over a field's units, then over its points, not yet folded.
    sums: Vec<V>,
    /// The same, folded.
    totals: Vec<f64>,
    /// Extremes of the units of the field under way: a vector each, over residues of points.
    tops: Vec<V>,
    bottoms: Vec<V>,
    /// 1 for a point, 0 for padding.
    valid: Vec<V>,
}

/// What is known of a field.
#[derive(Clone, Copy)]
pub(super) struct Measured {
    /// Where its extremes begin.
    extremes: usize,
    /// Whether a unit lacks anything.
    pub units: bool,
    /// Whether one of the points of vector v does: bit v mod 64.
    pub points: u64,
}

/// Vectors that one number for each unit takes.
fn vectors_of_units<V: Simd>(n_units: usize) -> usize {
    n_units.next_multiple_of(BLOCK) / V::LANES
}

impl<V: Simd> Deficits<V> {
    #[inline(always)]
    pub(super) fn new(max_units: usize, stride: usize) -> Self {
        let of_units = || vec![V::zero(); max_units.next_multiple_of(BLOCK)];
        Self {
            fields: Vec::new(),
            extremes: Vec::new(),
            sums: Vec::new(),
            totals: Vec::new(),
            tops: of_units(),
            bottoms: of_units(),
            valid: vec![V::zero(); stride],
        }
    }

    /// Bytes of it all.
    pub(super) fn bytes(&self) -> usize {
        let lanes = [&self.extremes, &self.sums, &self.tops, &self.bottoms, &self.valid];
        let lanes: usize = lanes.map(|vectors| size_of_val(&vectors[..])).iter().sum();
        lanes + size_of_val(&self.fields[..]) + size_of_val(&self.totals[..])
    }

    /// Says how many points there are from now on.
    pub(super) fn set_points(&mut self, n_points: usize) {
        for (place, valid) in V::elements_mut(&mut self.valid).iter_mut().enumerate() {
            *valid = V::Elem::from_f64(f64::from(u8::from(place < n_points)));
        }
    }

    /// Forgets what was measured.
    pub(super) fn clear(&mut self) {
        self.fields.clear();
        self.extremes.clear();
        self.sums.clear();
    }

    /// What is known of a field.
    pub(super) fn field(&self, field: usize) -> Measured {
        self.fields[field]
    }

    /// The largest pre-activations of its units, and the smallest.
    pub(super) fn extremes(&self, field: Measured, n_units: usize) -> (&[V], &[V]) {
        let n = vectors_of_units::<V>(n_units);
        self.extremes[field.extremes..field.extremes + 2 * n].split_at(n)
    }

    /// Folds the sums, when all fields are measured.
    #[inline(always)]
    pub(super) fn finish(&mut self) {
        let n = self.sums.len();
        self.sums.resize(n.next_multiple_of(V::LANES), V::zero());
        self.totals.clear();
        for vectors in self.sums.chunks_exact(V::LANES) {
            // SAFETY: there are LANES vectors.
            let folded = unsafe { fold(vectors.as_ptr(), V::add) };
            self.totals.extend(V::elements(&[folded]).iter().map(|total| total.to_f64()));
        }
        self.totals.truncate(n);
    }

    /// The sums, in the order in which they were measured: of units, then of points, for each field.
    pub(super) fn totals(&self) -> &[f64] {
        &self.totals
    }

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

/// What the largest of some pre-activations lacks to the margin, what the smallest lacks, and the deficit.
#[derive(Clone, Copy)]
pub(super) struct Lack<V> {
    pub up: V,
    pub down: V,
    pub deficit: V,
}

impl<V: Simd> Lack<V> {
    #[inline(always)]
    pub(super) fn new(margin: V, top: V, bottom: V) -> Self {
        let half = V::constant(0.5);
        let (up, down) = (margin.sub(top), margin.add(bottom));
        let deficit = half.mul(V::zero().max(up)).add(half.mul(V::zero().max(down)));
        Self { up, down, deficit }
    }
}

/// Adds a field to what is known.
///
/// # Safety
/// The pointer is valid for the field, and padding holds copies of points.
pub(super) struct Measure<'a, V: Simd> {
    pub jumpstart: &'a Jumpstart,
    pub field: Field<V>,
    pub deficits: &'a mut Deficits<V>,
}

/// Deficits under way.
struct Sum<V> {
    parts: [V; 4],
    /// Vectors that lack anything: bit v mod 64.
    lacking: u64,
}

impl<V: Simd> Outlined for Measure<'_, V> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let axes = self.jumpstart.axes;
        let mut points = Sum { parts: [V::zero(); 4], lacking: 0 };
        let mut at = 0;
        // SAFETY: whoever fills in the pointers vouches for them.
        unsafe {
            while size_of::<V>() == 64 && at + 6 <= self.field.stride {
                self.extremes_of::<6>(at, &mut points);
                at += 6;
            }
            while at < self.field.stride {
                self.extremes_of::<1>(at, &mut points);
                at += 1;
            }
        }
        let mut measured = Measured { extremes: self.deficits.extremes.len(), units: false, points: 0 };
        if axes.has_units() {
            let units = self.fold_units();
            measured.units = units.lacking != 0;
            self.deficits.sums.push(join(units.parts, V::add));
        }
        if axes.has_points() {
            measured.points = points.lacking;
            self.deficits.sums.push(join(points.parts, V::add));
        }
        self.deficits.fields.push(measured);
    }
}

impl<V: Simd> Measure<'_, V> {
    /// Measures some points, and the extremes of units over them.
    #[inline(always)]
    unsafe fn extremes_of<const B: usize>(&mut self, at: usize, points: &mut Sum<V>) {
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
            let (to_top, to_bottom) = (&mut self.deficits.tops[unit], &mut self.deficits.bottoms[unit]);
            *to_top = if at == 0 { top } else { to_top.max(top) };
            *to_bottom = if at == 0 { bottom } else { to_bottom.min(bottom) };
        }
        for b in 0..B {
            let valid = self.deficits.valid(at + b);
            self.add(points, at + b, valid, tops[b], bottoms[b]);
        }
    }

    /// The extremes by unit, one unit in each lane, and their deficits.
    #[inline(always)]
    fn fold_units(&mut self) -> Sum<V> {
        let mut units = Sum { parts: [V::zero(); 4], lacking: 0 };
        let n = vectors_of_units::<V>(self.field.n_units);
        let from = self.deficits.extremes.len();
        self.deficits.extremes.resize(from + 2 * n, V::zero());
        for at in 0..n {
            let Deficits { tops, bottoms, extremes, .. } = &mut *self.deficits;
            // SAFETY: there is room for whole blocks of units.
            let (top, bottom) = unsafe {
                let first = at * V::LANES;
                (fold(tops.as_ptr().add(first), V::max), fold(bottoms.as_ptr().add(first), V::min))
            };
            (extremes[from + at], extremes[from + n + at]) = (top, bottom);
            let counted = counted::<V>(self.field.n_units, at).gt(V::zero());
            self.add(&mut units, at, counted, top, bottom);
        }
        units
    }

    /// Adds the deficits of a vector of units or points.
    #[inline(always)]
    fn add(&self, sum: &mut Sum<V>, at: usize, counted: V::Mask, top: V, bottom: V) {
        let lack = Lack::new(V::constant(self.jumpstart.margin), top, bottom);
        let deficit = lack.deficit.keep(counted);
        let part = &mut sum.parts[at % vectors_of_block::<V>()];
        *part =
            if self.jumpstart.aggregation.is_linear() { part.add(deficit) } else { deficit.mul_add(deficit, *part) };
        let lacking = V::mask_bits(lack.up.max(lack.down).keep(counted).gt(V::zero()));
        sum.lacking |= u64::from(lacking != 0) << (at % 64);
    }
}

/// 1 in the lanes of vector `at` that hold one of the first `n` numbers, else 0.
#[inline(always)]
pub(super) fn counted<V: Simd>(n: usize, at: usize) -> V {
    let mut ones = V::zero();
    let here = n.saturating_sub(at * V::LANES).min(V::LANES);
    if here == V::LANES {
        return V::constant(1.0);
    }
    (0..here).for_each(|lane| ones.set_lane(lane, V::Elem::from_f64(1.0)));
    ones
}
