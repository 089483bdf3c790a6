//! All regions of a network with their vertices, facets, volumes and maps, and the pieces that they make.

use super::SpaceCounts;
use super::bits::Bits;
use super::collect::{Collection, FaceKey};
use super::maps::{self, ExactMaps};
use super::root::Places;
use crate::layers::AffineLayers;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A facet between two regions, or between a region and the boundary of the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpaceFacet {
    /// The region found first.
    pub region: u32,
    /// The region on the other side; `None` on a side of the box.
    pub neighbour: Option<u32>,
}

/// One activation region.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceRegion {
    /// For every hidden unit in order, whether it is on.
    pub pattern: Vec<bool>,
    /// Its vertices, as places in [`SpaceComplex::vertices`].
    pub vertices: Vec<u32>,
    /// Its volume; infinite when it is unbounded, NaN when volumes were not asked for.
    pub volume: f64,
    /// Bound of the error of the volume.
    pub volume_error: f64,
    /// For every output the constant, then the slope in every direction looked at; see [`SpaceComplex::inputs`].
    pub map: Vec<f64>,
    /// Number of its affine map: equal numbers are equal maps, decided exactly.
    pub map_class: u32,
}

/// All activation regions of one network on one domain.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceComplex {
    /// The counts.
    pub counts: SpaceCounts,
    /// The inputs that the coordinates below belong to.
    ///
    /// All of them, unless the whole space is looked at and the first layer's weights have a smaller rank: then the
    /// network is constant along some directions, no region has a vertex, and this is a section through all regions.
    pub inputs: Vec<usize>,
    /// The regions in the order of the search.
    pub regions: Vec<SpaceRegion>,
    /// Vertices of the section through [`inputs`](Self::inputs), one after the other.
    pub vertices: Vec<Vec<f64>>,
    /// All facets but those at infinity.
    pub facets: Vec<SpaceFacet>,
    /// Different affine maps among the regions.
    pub distinct_affine_functions: usize,
    /// Pieces when regions with the same map are merged across common facets.
    pub open_connected_pieces: usize,
    /// Pieces when regions with the same map are merged wherever they share a point.
    pub closed_connected_pieces: usize,
    /// Number of inputs of the network.
    pub input_dim: usize,
}

impl SpaceComplex {
    /// Number of vertices of the complex.
    pub fn n_vertices(&self) -> usize {
        if self.inputs.len() == self.input_dim { self.vertices.len() } else { 0 }
    }

    /// Facets with a region on both sides.
    pub fn n_interior_facets(&self) -> usize {
        self.facets.iter().filter(|facet| facet.neighbour.is_some()).count()
    }

    /// Number of regions that are bounded.
    pub fn n_bounded(&self) -> usize {
        if self.inputs.len() < self.input_dim {
            return 0;
        }
        self.regions.iter().filter(|region| region.volume != f64::INFINITY).count()
    }

    /// The sum of the volumes and the bound of its error.
    pub fn total_volume(&self) -> (f64, f64) {
        self.regions.iter().fold((0.0, 0.0), |(volume, error), region| {
            let sum: f64 = volume + region.volume;
            (sum, error + region.volume_error + f64::EPSILON * sum)
        })
    }

    /// The volume of the smallest region.
    pub fn min_volume(&self) -> f64 {
        self.regions.iter().map(|region| region.volume).fold(f64::INFINITY, f64::min)
    }
}

/// Puts the collections of all searches together.
pub(crate) fn assemble<const W: usize>(
    counts: SpaceCounts,
    collections: Vec<Collection<W>>,
    layers: &AffineLayers,
    places: &Places,
    columns: Vec<usize>,
    input_dim: usize,
) -> SpaceComplex {
    let dim = columns.len();
    let n_coefficients = layers.output_dim() * (dim + 1);
    let mut exact = ExactMaps::new(layers, &columns, &places.first_bits);
    let mut vertex_ids: HashMap<FaceKey<W>, u32> = HashMap::new();
    let mut facet_ids: HashMap<FaceKey<W>, u32> = HashMap::new();
    let (mut regions, mut vertices, mut facets) = (Vec::new(), Vec::new(), Vec::<SpaceFacet>::new());
    let (mut patterns, mut maps) = (Vec::new(), Vec::new());
    for collection in collections {
        let (mut next_vertex, mut next_facet) = (0, 0);
        for (local, pattern) in collection.patterns.iter().enumerate() {
            let region = regions.len() as u32;
            let end = next_vertex + collection.n_vertices[local] as usize;
            let ids = (next_vertex..end).map(|place| {
                *vertex_ids.entry(collection.vertex_keys[place]).or_insert_with(|| {
                    vertices.push(collection.points[place * dim..][..dim].to_vec());
                    vertices.len() as u32 - 1
                })
            });
            let (volume, volume_error) = collection.volumes[local];
            let map = &collection.maps[local * n_coefficients..][..n_coefficients];
            regions.push(SpaceRegion {
                pattern: unpack(*pattern, layers, places),
                vertices: ids.collect(),
                volume,
                volume_error,
                map: map.iter().map(|(value, _)| *value).collect(),
                map_class: 0,
            });
            next_vertex = end;
            let end = next_facet + collection.n_facets[local] as usize;
            for key in &collection.facet_keys[next_facet..end] {
                match facet_ids.entry(*key) {
                    Entry::Occupied(entry) => facets[*entry.get() as usize].neighbour = Some(region),
                    Entry::Vacant(entry) => {
                        entry.insert(facets.len() as u32);
                        facets.push(SpaceFacet { region, neighbour: None });
                    }
                }
            }
            next_facet = end;
        }
        patterns.extend(collection.patterns);
        maps.extend(collection.maps);
    }
    let (classes, distinct_affine_functions) = maps::classify(&mut exact, &patterns, &maps, n_coefficients);
    for (region, class) in regions.iter_mut().zip(&classes) {
        region.map_class = *class;
    }

    let mut pieces = Pieces::new(regions.len());
    for facet in &facets {
        let same_map = |neighbour: &u32| classes[facet.region as usize] == classes[*neighbour as usize];
        if let Some(neighbour) = facet.neighbour.filter(same_map) {
            pieces.join(facet.region, neighbour);
        }
    }
    let open_connected_pieces = pieces.n_pieces;
    let mut first_at: HashMap<(u32, u32), u32> = HashMap::new();
    for (index, region) in regions.iter().enumerate() {
        for vertex in &region.vertices {
            let first = *first_at.entry((*vertex, region.map_class)).or_insert(index as u32);
            pieces.join(first, index as u32);
        }
    }
    SpaceComplex {
        counts,
        inputs: columns,
        regions,
        vertices,
        facets,
        distinct_affine_functions,
        open_connected_pieces,
        closed_connected_pieces: pieces.n_pieces,
        input_dim,
    }
}

/// One flag per hidden unit.
fn unpack<const W: usize>(pattern: Bits<W>, layers: &AffineLayers, places: &Places) -> Vec<bool> {
    let layers = layers.hidden().iter().zip(&places.first_bits);
    layers.flat_map(|(layer, first)| (*first..first + layer.biases.len()).map(|bit| pattern.has(bit))).collect()
}

/// Regions joined to pieces.
#[derive(Clone, Debug)]
struct Pieces {
    parents: Vec<u32>,
    n_pieces: usize,
}

impl Pieces {
    /// Every region by itself.
    fn new(n: usize) -> Self {
        Self { parents: (0..n as u32).collect(), n_pieces: n }
    }

    /// The region that stands for a piece.
    fn find(&mut self, region: u32) -> u32 {
        let mut region = region as usize;
        while self.parents[region] as usize != region {
            self.parents[region] = self.parents[self.parents[region] as usize];
            region = self.parents[region] as usize;
        }
        region as u32
    }

    /// Joins the pieces of two regions.
    fn join(&mut self, one: u32, two: u32) {
        let [one, two] = [one, two].map(|region| self.find(region));
        if one != two {
            self.parents[one.max(two) as usize] = one.min(two);
            self.n_pieces -= 1;
        }
    }
}
