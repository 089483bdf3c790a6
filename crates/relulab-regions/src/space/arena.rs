//! Vertices and rays: points with bounds, the units and facets that vanish there, and where they came from.

use super::bits::Bits;
use super::frame::{HALF_ULP, LARGEST, OUTWARDS};
use super::kernel::BoundedPoint;
use relulab_exact::{Number, Rational};

/// Where a generator came from: the two ends of an edge and the unit that cut it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    pub first: u32,
    pub second: u32,
    pub bit: u32,
}

/// A vertex (homogenising coordinate 1) or an extreme ray (0) of a cell.
///
/// Signs of pre-activations belong to the point, not to the cell: the network is continuous, so two cells that share
/// a point agree there. A sign found from one cell is never asked for again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Generator<const W: usize> {
    /// Facets of the domain and units that vanish here, of the layers evaluated.
    pub zero: Bits<W>,
    /// Units that are positive here, of the layers evaluated.
    pub positive: Bits<W>,
    /// Bound of the error of every coordinate.
    pub error: f64,
    /// Bound of the magnitude of every coordinate, at least 1.
    pub size: f64,
    /// Number of layers whose signs are known.
    pub n_layers: u32,
    pub origin: Origin,
}

/// All generators of the cells on the current path; the youngest are given up first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena<const W: usize> {
    /// Coordinates per generator, the homogenising one included.
    width: usize,
    generators: Vec<Generator<W>>,
    coordinates: Vec<f64>,
    exact: Vec<Option<Box<[Rational]>>>,
}

/// |form| at one end of an edge and its bound.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Distance {
    pub value: f64,
    pub error: f64,
}

impl<const W: usize> Arena<W> {
    /// Forgets everything; generators will have `width` coordinates.
    pub fn clear(&mut self, width: usize) {
        self.width = width;
        self.truncate(0);
    }

    /// Number of generators.
    pub fn len(&self) -> usize {
        self.generators.len()
    }

    /// Gives up all generators from place `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.generators.truncate(len);
        self.coordinates.truncate(len * self.width);
        self.exact.truncate(len);
    }

    #[inline(always)]
    pub fn get(&self, id: u32) -> &Generator<W> {
        &self.generators[id as usize]
    }

    #[inline(always)]
    pub fn get_mut(&mut self, id: u32) -> &mut Generator<W> {
        &mut self.generators[id as usize]
    }

    /// The coordinates, the homogenising one first.
    #[inline(always)]
    pub fn coordinates(&self, id: u32) -> &[f64] {
        &self.coordinates[id as usize * self.width..][..self.width]
    }

    /// Whether this is a vertex; rays are not.
    pub fn is_finite(&self, id: u32) -> bool {
        self.coordinates[id as usize * self.width] != 0.0
    }

    /// What the kernel reads.
    #[inline(always)]
    pub fn point(&self, id: u32) -> BoundedPoint<'_> {
        let generator = self.get(id);
        BoundedPoint { coordinates: self.coordinates(id), error: generator.error, size: generator.size }
    }

    /// The rationals of a generator, where they have been found.
    pub fn exact(&self, id: u32) -> Option<&[Rational]> {
        self.exact[id as usize].as_deref()
    }

    /// Adds a generator known exactly.
    pub fn push_exact(&mut self, point: Vec<Rational>, zero: Bits<W>) -> u32 {
        let id = self.generators.len() as u32;
        self.coordinates.resize(self.coordinates.len() + self.width, 0.0);
        let generator =
            Generator { zero, positive: Bits::EMPTY, error: 0.0, size: 1.0, n_layers: 0, origin: Origin::default() };
        self.generators.push(generator);
        self.exact.push(None);
        self.set_exact(id, point);
        id
    }

    /// Replaces the coordinates of a generator by the nearest f64 of its rationals.
    pub fn set_exact(&mut self, id: u32, point: Vec<Rational>) {
        let coordinates = &mut self.coordinates[id as usize * self.width..][..self.width];
        let mut size = 1.0_f64;
        let mut is_exact = true;
        for (coordinate, exact) in coordinates.iter_mut().zip(&point) {
            *coordinate = exact.to_f64();
            size = size.max(coordinate.abs());
            is_exact &= Rational::from_f64(*coordinate).as_ref() == Some(exact);
        }
        let generator = &mut self.generators[id as usize];
        let lost = if size <= LARGEST { 0.0 } else { f64::INFINITY };
        generator.error = if is_exact { lost } else { 2.0 * HALF_ULP * size + lost };
        generator.size = size * OUTWARDS;
        self.exact[id as usize] = Some(point.into_boxed_slice());
    }

    /// Replaces the coordinates by better ones.
    pub fn set_approximation(&mut self, id: u32, point: &[f64], error: f64) {
        self.coordinates[id as usize * self.width..][..self.width].copy_from_slice(point);
        let size = point.iter().fold(1.0_f64, |size, coordinate| size.max(coordinate.abs()));
        let generator = self.get_mut(id);
        generator.error = error;
        generator.size = (size + error) * OUTWARDS;
    }

    /// Adds the point where a form vanishes on the edge between two generators of opposite sign.
    ///
    /// `first` is the distance at the first generator. The error follows from that of the ends and of the place
    /// between them; it is infinite where f64 says nothing.
    pub fn push_crossing(
        &mut self,
        origin: Origin,
        [first, second]: [Distance; 2],
        zero: Bits<W>,
        positive: Bits<W>,
        n_layers: u32,
    ) -> u32 {
        let id = self.generators.len() as u32;
        let width = self.width;
        let (mut u, mut w) = (origin.first, origin.second);
        let (mut a, mut b) = (first, second);
        if !self.is_finite(u) {
            std::mem::swap(&mut u, &mut w);
            std::mem::swap(&mut a, &mut b);
        }
        let is_mixed = self.is_finite(u) && !self.is_finite(w);
        let (error_u, error_w) = (self.get(u).error, self.get(w).error);
        let (size_u, size_w) = (self.get(u).size, self.get(w).size);
        let (start_u, start_w) = (u as usize * width, w as usize * width);
        let mut size = 0.0_f64;
        let mut error;
        if is_mixed {
            // u + (a/b) w; the error of a/b is (δa + a/b δb) / (b − δb).
            let ratio = a.value / b.value;
            let slack = b.value - b.error;
            let ratio_error = if slack > 0.0 { (a.error + ratio * b.error) / slack } else { f64::INFINITY };
            for place in 0..width {
                let value = self.coordinates[start_u + place] + ratio * self.coordinates[start_w + place];
                size = size.max(value.abs());
                self.coordinates.push(value);
            }
            let rounding = 16.0 * HALF_ULP * (size_u + ratio * size_w);
            error = error_u + ratio * error_w + ratio_error * (size_w + error_w) + rounding;
        } else {
            // u + t (w − u) with t = a / (a + b), whose error is (a δb + b δa) / ((a + b)(a + b − δa − δb)).
            let sum = a.value + b.value;
            let share = a.value / sum;
            let slack = sum - a.error - b.error;
            let share_error =
                if slack > 0.0 { (a.value * b.error + b.value * a.error) / (sum * slack) } else { f64::INFINITY };
            let mut length = 0.0_f64;
            for place in 0..width {
                let from = self.coordinates[start_u + place];
                let step = self.coordinates[start_w + place] - from;
                let value = from + share * step;
                length = length.max(step.abs());
                size = size.max(value.abs());
                self.coordinates.push(value);
            }
            let rounding = 16.0 * HALF_ULP * size_u.max(size_w);
            error = error_u.max(error_w) + share_error * (length + error_u + error_w) + rounding;
        }
        error *= OUTWARDS;
        let is_ray = !is_mixed && !self.is_finite(u);
        self.coordinates[id as usize * width] = if is_ray { 0.0 } else { 1.0 };
        if !(error <= LARGEST && size <= LARGEST) {
            error = f64::INFINITY;
        }
        if is_ray && size > 0.0 {
            // A direction has no length of its own: doubling it until it is about as long as 1 rounds nothing.
            let point = &mut self.coordinates[id as usize * width..];
            while size < 0.5 {
                size *= 2.0;
                error *= 2.0;
                point.iter_mut().for_each(|coordinate| *coordinate *= 2.0);
            }
        }
        let size = (size.max(1.0) + if error.is_finite() { error } else { 0.0 }) * OUTWARDS;
        self.generators.push(Generator { zero, positive, error, size, n_layers, origin });
        self.exact.push(None);
        id
    }
}
