//! What is kept of every region: pattern, vertices, facets, volume, affine map.

use super::bits::Bits;
use super::faces::{self, Facet};
use super::frame::Frame;
use super::path::Path;
use super::volume::Volumes;
use super::walk::{Cell, Visit};

/// A face of the complex by the signs of all units inside it; equal keys are equal faces.
///
/// A face of one cell on which the same units vanish and the same are positive is the same face of every cell that
/// has it, since the network is continuous. So faces need no coordinates to be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FaceKey<const W: usize> {
    pub zero: Bits<W>,
    pub positive: Bits<W>,
}

/// Regions as one search finds them, in flat lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collection<const W: usize> {
    pub patterns: Vec<Bits<W>>,
    /// Volume and its bound; infinite for unbounded regions.
    pub volumes: Vec<(f64, f64)>,
    /// Vertices of each region, and their number.
    pub n_vertices: Vec<u32>,
    pub vertex_keys: Vec<FaceKey<W>>,
    pub points: Vec<f64>,
    /// Facets of each region, and their number.
    pub n_facets: Vec<u32>,
    pub facet_keys: Vec<FaceKey<W>>,
    /// Outputs × coordinates per region, value and bound.
    pub maps: Vec<(f64, f64)>,
}

/// Collects the regions of one search.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collector<const W: usize> {
    pub collection: Collection<W>,
    infinity: Bits<W>,
    wants_volumes: bool,
    n_outputs: usize,
    outputs: Frame<W>,
    volumes: Volumes,
    tight: Vec<Bits<W>>,
    all: Vec<u32>,
    facets: Vec<Facet<W>>,
}

impl<const W: usize> Collector<W> {
    /// A collector; `infinity` has the place of infinity on the whole space and nothing for a box.
    pub fn new(infinity: Bits<W>, n_outputs: usize, wants_volumes: bool, outputs: Frame<W>) -> Self {
        Self { infinity, wants_volumes, n_outputs, outputs, ..Self::default() }
    }
}

impl<const W: usize> Visit<W> for Collector<W> {
    const WANTS_LEAVES: bool = true;

    fn layer(&mut self, _: &mut Path<'_, W>, _: usize, _: &Cell<W>, _: &[u32]) {}

    fn leaf(&mut self, path: &mut Path<'_, W>, cell: &Cell<W>, generators: &[u32]) {
        let collection = &mut self.collection;
        collection.patterns.push(cell.on);
        self.tight.clear();
        self.tight.extend(generators.iter().map(|id| path.arena.get(*id).zero & cell.valid));
        self.all.clear();
        self.all.extend(0..generators.len() as u32);

        let mut n_vertices = 0;
        for id in generators.iter().filter(|id| path.arena.is_finite(**id)) {
            let generator = path.arena.get(*id);
            collection.vertex_keys.push(FaceKey { zero: generator.zero, positive: generator.positive });
            collection.points.extend_from_slice(&path.arena.coordinates(*id)[1..]);
            n_vertices += 1;
        }
        collection.n_vertices.push(n_vertices);

        faces::facets(&self.tight, &self.all, Bits::EMPTY, &mut self.facets);
        let mut n_facets = 0;
        for facet in self.facets.iter().filter(|facet| !self.infinity.has_any(facet.tight)) {
            let mut key = FaceKey { zero: !Bits::EMPTY, positive: Bits::EMPTY };
            for (id, tight) in generators.iter().zip(&self.tight) {
                if tight.has(facet.bit) {
                    let generator = path.arena.get(*id);
                    key.zero = key.zero & generator.zero;
                    key.positive |= generator.positive;
                }
            }
            collection.facet_keys.push(key);
            n_facets += 1;
        }
        collection.n_facets.push(n_facets);

        let is_bounded = n_vertices as usize == generators.len();
        let volume = match (self.wants_volumes, is_bounded) {
            (true, true) => {
                let volume = self.volumes.volume(path, generators, &self.tight);
                (volume.value(), volume.error())
            }
            (false, true) => (f64::NAN, f64::INFINITY),
            (_, false) => (f64::INFINITY, 0.0),
        };
        collection.volumes.push(volume);

        path.outputs(cell.on, &mut self.outputs);
        for output in 0..self.n_outputs {
            collection.maps.extend((0..=path.dim).map(|coordinate| self.outputs.coefficient(output, coordinate)));
        }
    }
}
