//! The tree of cuts as it grows, and its way into and out of a certificate.

use crate::line::certificate::{Configuration, Hint, Step};
use std::sync::Arc;

/// A bound of the mean squared error, what proves it, and the node for whose blocks it does.
#[derive(Clone, Debug)]
pub(super) struct Proven {
    /// No network of the node has a smaller loss.
    pub bound: f64,
    /// What the checker needs to see that.
    pub hint: Arc<Hint>,
    /// The node: a leaf before it has been examined has the bound of the node that it was cut from.
    pub node: usize,
}

/// A node of the tree.
#[derive(Clone, Debug)]
struct Node {
    proven: Proven,
    cut: Option<Cut>,
}

#[derive(Clone, Copy, Debug)]
struct Cut {
    unit: usize,
    at: usize,
    parts: [usize; 2],
}

/// A tree of cuts for every root.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    n_roots: usize,
}

/// A node that is not cut.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// Its place in the tree.
    pub node: usize,
    /// Its blocks.
    pub configuration: Configuration,
    /// The root and the turns that lead to it; leaves are ordered by these as in the certificate.
    pub path: Vec<u8>,
    /// What is known about it.
    pub proven: Proven,
}

impl Tree {
    /// Uncut roots with nothing known about them.
    pub fn new(roots: Vec<Configuration>) -> (Self, Vec<Leaf>) {
        let mut tree = Self { nodes: Vec::new(), n_roots: roots.len() };
        let leaf = |(root, configuration)| {
            let path = u32::try_from(root).unwrap_or(u32::MAX).to_be_bytes().to_vec();
            tree.leaf(configuration, path, Proven { bound: 0.0, hint: Arc::default(), node: root })
        };
        let leaves = roots.into_iter().enumerate().map(leaf).collect();
        (tree, leaves)
    }

    fn leaf(&mut self, configuration: Configuration, path: Vec<u8>, proven: Proven) -> Leaf {
        self.nodes.push(Node { proven: proven.clone(), cut: None });
        Leaf { node: self.nodes.len() - 1, configuration, path, proven }
    }

    /// Notes what is known about a leaf.
    pub fn improve(&mut self, leaf: &Leaf) {
        self.nodes[leaf.node].proven = leaf.proven.clone();
    }

    /// Cuts a leaf; what is known about it is known about both parts. `None` where the cut does not fit.
    pub fn cut(&mut self, leaf: &Leaf, unit: usize, at: usize) -> Option<[Leaf; 2]> {
        let [left, right] = leaf.configuration.cut(unit, at)?;
        let mut part = |configuration, turn| {
            let path = [leaf.path.as_slice(), &[turn]].concat();
            self.leaf(configuration, path, leaf.proven.clone())
        };
        let parts = [part(left, 0), part(right, 1)];
        self.nodes[leaf.node].cut = Some(Cut { unit, at, parts: [parts[0].node, parts[1].node] });
        Some(parts)
    }

    fn leaves(&self) -> impl Iterator<Item = (usize, &Proven)> {
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
    pub fn steps(&self) -> Vec<Vec<Step>> {
        let mut speaks_for_others = vec![false; self.nodes.len()];
        for (leaf, proven) in self.leaves() {
            speaks_for_others[proven.node] |= proven.node != leaf;
        }
        let step = |index: usize| {
            let Node { proven, cut } = &self.nodes[index];
            let hint = || Hint::clone(&proven.hint);
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

    /// The tree of a certificate and its leaves, each hint bounded by `bound`; `None` where it does not fit the roots.
    pub fn grown(
        roots: Vec<Configuration>,
        proof: &[Vec<Step>],
        bound: impl Fn(&Configuration, &Hint) -> f64,
    ) -> Option<(Self, Vec<Leaf>)> {
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
                    let bound = bound(&leaf.configuration, hint);
                    leaf.proven = Proven { bound, hint: Arc::new(hint.clone()), node: leaf.node };
                    tree.improve(&leaf);
                }
                match step {
                    Step::Cut(unit, at) | Step::BoundedCut(unit, at, _) => {
                        let [left, right] = tree.cut(&leaf, *unit, *at)?;
                        open.extend([right, left]);
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
