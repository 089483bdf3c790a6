//! Edges of a cell by incidence: two generators are adjacent if no third lies on all facets that they share.

use super::arena::Distance;
use super::bits::Bits;

/// A generator that may be the end of an edge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends<const W: usize> {
    pub id: u32,
    /// Valid constraints that vanish here.
    pub tight: Bits<W>,
    /// How far it is from where the splitting unit vanishes; set where the generator is used.
    pub distance: Distance,
    /// Whether an edge ends here.
    pub is_used: bool,
}

impl<const W: usize> Ends<W> {
    /// A generator of which no edge is known yet.
    pub fn new(id: u32, tight: Bits<W>) -> Self {
        Self { id, tight, distance: Distance { value: 0.0, error: 0.0 }, is_used: false }
    }
}

/// Finds all edges from the first to the second side of a polytope or pointed cone of dimension `dim`.
///
/// *Algorithm*: the ends of an edge share at least dim − 1 constraints. If exactly dim vanish at one end, these are
/// independent and any dim − 1 of them make an edge; otherwise no third generator may lie on all shared ones.
///
/// *Reference*: Fukuda, Prodon, *Double description method revisited* (1996), proposition 7.
#[inline]
pub(crate) fn find<const W: usize>(
    first: &mut [Ends<W>],
    second: &mut [Ends<W>],
    between: &[Ends<W>],
    dim: u32,
    edges: &mut Vec<(u32, u32)>,
) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("popcnt") {
        // SAFETY: the feature that the function needs has just been detected.
        return unsafe { find_with_popcnt(first, second, between, dim, edges) };
    }
    find_anywhere(first, second, between, dim, edges);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn find_with_popcnt<const W: usize>(
    first: &mut [Ends<W>],
    second: &mut [Ends<W>],
    between: &[Ends<W>],
    dim: u32,
    edges: &mut Vec<(u32, u32)>,
) {
    find_anywhere(first, second, between, dim, edges);
}

#[inline(always)]
fn find_anywhere<const W: usize>(
    first: &mut [Ends<W>],
    second: &mut [Ends<W>],
    between: &[Ends<W>],
    dim: u32,
    edges: &mut Vec<(u32, u32)>,
) {
    edges.clear();
    for one in 0..first.len() {
        let tight = first[one].tight;
        let is_simple = tight.count() == dim;
        for two in 0..second.len() {
            let shared = tight & second[two].tight;
            if shared.count() + 1 < dim {
                continue;
            }
            let is_edge = is_simple || second[two].tight.count() == dim || {
                let others = first[..one].iter().chain(&first[one + 1..]);
                let others = others.chain(&second[..two]).chain(&second[two + 1..]).chain(between);
                others.into_iter().all(|other| !other.tight.contains(shared))
            };
            if is_edge {
                edges.push((one as u32, two as u32));
                first[one].is_used = true;
                second[two].is_used = true;
            }
        }
    }
}
