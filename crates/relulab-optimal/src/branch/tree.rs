//! The tree of cuts as it grows, and its way into and out of a certificate.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A node of a tree of cuts, in a certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step<H> {
    /// A block and where it is cut: the first part and all below it follow, then the second part.
    Cut(usize, usize),
    /// The same, with a bound of the whole part for those below it that have none of their own.
    BoundedCut(usize, usize, H),
    /// A part that is bounded as it is.
    Leaf(H),
    /// A part for which the last bounded cut above it speaks.
    Inherited,
}

/// A bound of the mean loss, what proves it, and the node for which it does.
#[derive(Clone, Debug)]
pub(crate) struct Proven<H> {
    /// No network of the node has a smaller loss.
    pub bound: f64,
    /// What the checker needs to see that.
    pub hint: Arc<H>,
    /// The node: a leaf before it has been examined has the bound of the node that it was cut from.
    pub node: usize,
}

/// A node of the tree.
struct Node<H> {
    proven: Proven<H>,
    cut: Option<Cut>,
}

#[derive(Clone, Copy)]
struct Cut {
    unit: usize,
    at: usize,
    parts: [usize; 2],
}

/// A tree of cuts for every root.
pub(crate) struct Tree<P, H> {
    nodes: Vec<Node<H>>,
    n_roots: usize,
    of: std::marker::PhantomData<P>,
}

/// A node that is not cut.
#[derive(Clone, Debug)]
pub(crate) struct Leaf<P, H> {
    /// Its place in the tree.
    pub node: usize,
    /// The networks in it.
    pub part: P,
    /// The root and the turns that lead to it; leaves are ordered by these as in the certificate.
    pub path: Vec<u8>,
    /// What is known about it.
    pub proven: Proven<H>,
}

impl<P, H: Clone + Default> Tree<P, H> {
    /// Uncut roots with nothing known about them.
    pub fn new(roots: Vec<P>) -> (Self, Vec<Leaf<P, H>>) {
        let mut tree = Self { nodes: Vec::new(), n_roots: roots.len(), of: std::marker::PhantomData };
        let leaf = |(root, part)| {
            let path = u32::try_from(root).unwrap_or(u32::MAX).to_be_bytes().to_vec();
            tree.leaf(part, path, Proven { bound: 0.0, hint: Arc::default(), node: root })
        };
        let leaves = roots.into_iter().enumerate().map(leaf).collect();
        (tree, leaves)
    }

    fn leaf(&mut self, part: P, path: Vec<u8>, proven: Proven<H>) -> Leaf<P, H> {
        self.nodes.push(Node { proven: proven.clone(), cut: None });
        Leaf { node: self.nodes.len() - 1, part, path, proven }
    }

    /// Notes what is known about a leaf.
    pub fn improve(&mut self, leaf: &Leaf<P, H>) {
        self.nodes[leaf.node].proven = leaf.proven.clone();
    }

    /// Cuts a leaf; what is known about it is known about both parts.
    pub fn cut(&mut self, leaf: &Leaf<P, H>, unit: usize, at: usize, parts: [P; 2]) -> [Leaf<P, H>; 2] {
        let mut turn = 0;
        let parts = parts.map(|part| {
            let path = [leaf.path.as_slice(), &[turn]].concat();
            turn += 1;
            self.leaf(part, path, leaf.proven.clone())
        });
        self.nodes[leaf.node].cut = Some(Cut { unit, at, parts: [parts[0].node, parts[1].node] });
        parts
    }

    fn leaves(&self) -> impl Iterator<Item = (usize, &Proven<H>)> {
        let leaves = self.nodes.iter().enumerate().filter(|(_, node)| node.cut.is_none());
        leaves.map(|(index, node)| (index, &node.proven))
    }

    /// The smallest bound of all leaves, at most `most`.
    pub fn lower_bound(&self, most: f64) -> f64 {
        self.leaves().map(|(_, proven)| proven.bound).fold(most, f64::min)
    }

    /// Number of leaves.
    pub fn n_leaves(&self) -> usize {
        // Every cut turns one leaf into two nodes more.
        (self.nodes.len() + self.n_roots) / 2
    }

    /// The tree of every root as a certificate has it.
    pub fn steps(&self) -> Vec<Vec<Step<H>>> {
        let mut speaks_for_others = vec![false; self.nodes.len()];
        for (leaf, proven) in self.leaves() {
            speaks_for_others[proven.node] |= proven.node != leaf;
        }
        let step = |index: usize| {
            let Node { proven, cut } = &self.nodes[index];
            let hint = || H::clone(&proven.hint);
            match cut {
                Some(cut) if speaks_for_others[index] => Step::BoundedCut(cut.unit, cut.at, hint()),
                Some(cut) => Step::Cut(cut.unit, cut.at),
                None if proven.node == index => Step::Leaf(hint()),
                None => Step::Inherited,
            }
        };
        let steps = |root| {
            let mut steps = Vec::new();
            let mut open = vec![root];
            while let Some(index) = open.pop() {
                steps.push(step(index));
                open.extend(self.nodes[index].cut.iter().flat_map(|cut| cut.parts.into_iter().rev()));
            }
            steps
        };
        (0..self.n_roots).map(steps).collect()
    }

    /// The tree of a certificate and its leaves, each part cut by `cut` and each hint bounded by `bound`; `None` where
    /// the proof does not fit the roots.
    pub fn grown(
        roots: Vec<P>,
        proof: &[Vec<Step<H>>],
        cut: impl Fn(&P, usize, usize) -> Option<[P; 2]>,
        bound: impl Fn(&P, &H) -> f64,
    ) -> Option<(Self, Vec<Leaf<P, H>>)> {
        let (mut tree, roots) = Self::new(roots);
        if roots.len() != proof.len() {
            return None;
        }
        let mut leaves = Vec::new();
        for (root, steps) in roots.into_iter().zip(proof) {
            let mut open = vec![root];
            for step in steps {
                let mut leaf = open.pop()?;
                if let Step::BoundedCut(_, _, hint) | Step::Leaf(hint) = step {
                    let bound = bound(&leaf.part, hint);
                    leaf.proven = Proven { bound, hint: Arc::new(hint.clone()), node: leaf.node };
                    tree.improve(&leaf);
                }
                match step {
                    Step::Cut(unit, at) | Step::BoundedCut(unit, at, _) => {
                        let [first, second] = tree.cut(&leaf, *unit, *at, cut(&leaf.part, *unit, *at)?);
                        open.extend([second, first]);
                    }
                    Step::Leaf(_) | Step::Inherited => leaves.push(leaf),
                }
            }
            if !open.is_empty() {
                return None;
            }
        }
        Some((tree, leaves))
    }
}
