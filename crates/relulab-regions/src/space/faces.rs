//! Faces of a cell from incidence alone: its facets, and its triangulation by pulling.

use super::bits::Bits;

/// A facet of a face: the constraints that vanish all over it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facet<const W: usize> {
    /// The first constraint that makes it.
    pub bit: usize,
    /// All constraints that vanish on it.
    pub tight: Bits<W>,
}

/// Finds the facets of a face whose generators are listed in `face` and which lies on all constraints in `on`.
///
/// *Algorithm*: the facets are the largest of the sets of generators on which one more constraint vanishes; of
/// constraints with the same set the first counts.
pub(crate) fn facets<const W: usize>(tight: &[Bits<W>], face: &[u32], on: Bits<W>, facets: &mut Vec<Facet<W>>) {
    facets.clear();
    let mut candidates = Bits::EMPTY;
    for generator in face {
        candidates |= tight[*generator as usize];
    }
    candidates = candidates & !on;
    for bit in candidates.iter() {
        let sharing = face.iter().map(|generator| tight[*generator as usize]).filter(|tight| tight.has(bit));
        facets.push(Facet { bit, tight: sharing.fold(!Bits::EMPTY, |all, tight| all & tight) });
    }
    let all = facets.clone();
    facets.retain(|facet| {
        all.iter().filter(|other| other.bit != facet.bit && facet.tight.has(other.bit)).all(|other| {
            // The other constraint vanishes on this set: fine if it vanishes nowhere else and does not come first.
            other.tight.has(facet.bit) && facet.bit < other.bit
        })
    });
}

/// Triangulates a polytope of dimension `dim`: appends dim + 1 generators for every simplex.
///
/// *Algorithm*: pulling. The first generator of a face is joined to the simplices of its facets that do not have it.
pub(crate) fn triangulate<const W: usize>(tight: &[Bits<W>], dim: usize, simplices: &mut Vec<u32>) {
    let all: Vec<u32> = (0..tight.len() as u32).collect();
    simplices.clear();
    pull(tight, &all, Bits::EMPTY, dim, &mut Vec::new(), simplices);
}

/// Triangulates one face below the apices chosen so far.
fn pull<const W: usize>(
    tight: &[Bits<W>],
    face: &[u32],
    on: Bits<W>,
    dim: usize,
    apices: &mut Vec<u32>,
    simplices: &mut Vec<u32>,
) {
    if face.len() == dim + 1 {
        simplices.extend_from_slice(apices);
        simplices.extend_from_slice(face);
        return;
    }
    let Some(apex) = face.first().copied().filter(|_| dim > 0) else { return };
    let mut found = Vec::new();
    facets(tight, face, on, &mut found);
    apices.push(apex);
    for facet in found.iter().filter(|facet| !tight[apex as usize].has(facet.bit)) {
        let part: Vec<u32> = face.iter().copied().filter(|id| tight[*id as usize].has(facet.bit)).collect();
        pull(tight, &part, facet.tight, dim - 1, apices, simplices);
    }
    apices.pop();
}
