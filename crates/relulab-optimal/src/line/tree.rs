//! The tree of cuts as it grows, and its way into and out of a certificate.

use crate::certificate::{Configuration, Hint, Step};
use std::sync::Arc;

/// A node of the tree.
#[derive(Clone, Debug)]
enum Node {
    /// Cut into two.
    Cut { unit: usize, at: usize, parts: [usize; 2] },
    /// Not cut, with the best bound known.
    Leaf { hint: Arc<Hint>, bound: f64 },
}

/// A tree of cuts for every root.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    n_roots: usize,
}

/// A leaf of the tree.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// Its place in the tree.
    pub node: usize,
    /// Its blocks.
    pub configuration: Configuration,
    /// The root and the turns that lead to it; leaves are ordered by these as in the certificate.
    pub path: Vec<u8>,
    /// What proves its bound.
    pub hint: Arc<Hint>,
    /// No network in it has a smaller mean squared error.
    pub bound: f64,
}

impl Tree {
    /// Uncut roots with nothing known about them.
    pub fn new(roots: Vec<Configuration>) -> (Self, Vec<Leaf>) {
        let mut tree = Self { nodes: Vec::new(), n_roots: roots.len() };
        let hint = Arc::new(Hint::default());
        let leaf = |(root, configuration)| {
            let path = u32::try_from(root).unwrap_or(u32::MAX).to_be_bytes().to_vec();
            tree.leaf(configuration, path, Arc::clone(&hint), 0.0)
        };
        let leaves = roots.into_iter().enumerate().map(leaf).collect();
        (tree, leaves)
    }

    fn leaf(&mut self, configuration: Configuration, path: Vec<u8>, hint: Arc<Hint>, bound: f64) -> Leaf {
        self.nodes.push(Node::Leaf { hint: Arc::clone(&hint), bound });
        Leaf { node: self.nodes.len() - 1, configuration, path, hint, bound }
    }

    /// Notes what is known about a leaf.
    pub fn improve(&mut self, leaf: &Leaf) {
        self.nodes[leaf.node] = Node::Leaf { hint: Arc::clone(&leaf.hint), bound: leaf.bound };
    }

    /// Cuts a leaf; both parts inherit its bound and its proof. `None` where the cut does not fit.
    pub fn cut(&mut self, leaf: &Leaf, unit: usize, at: usize) -> Option<[Leaf; 2]> {
        let [left, right] = leaf.configuration.cut(unit, at)?;
        let mut part = |configuration, turn| {
            let path = [leaf.path.as_slice(), &[turn]].concat();
            self.leaf(configuration, path, Arc::clone(&leaf.hint), leaf.bound)
        };
        let parts = [part(left, 0), part(right, 1)];
        self.nodes[leaf.node] = Node::Cut { unit, at, parts: [parts[0].node, parts[1].node] };
        Some(parts)
    }

    /// The smallest bound of all leaves, at most `most`.
    pub fn lower_bound(&self, most: f64) -> f64 {
        let bounds = self.nodes.iter().map(|node| if let Node::Leaf { bound, .. } = node { *bound } else { most });
        bounds.fold(most, f64::min)
    }

    /// Number of leaves.
    pub fn n_leaves(&self) -> usize {
        (self.nodes.len() + self.n_roots) / 2
    }

    /// The tree of every root as a certificate has it.
    pub fn steps(&self) -> Vec<Vec<Step>> {
        let steps = |root| {
            let mut steps = Vec::new();
            let mut open = vec![root];
            while let Some(node) = open.pop() {
                match &self.nodes[node] {
                    Node::Cut { unit, at, parts } => {
                        steps.push(Step::Cut(*unit, *at));
                        open.extend([parts[1], parts[0]]);
                    }
                    Node::Leaf { hint, .. } => steps.push(Step::Leaf(Hint::clone(hint))),
                }
            }
            steps
        };
        (0..self.n_roots).map(steps).collect()
    }

    /// The tree of a certificate with its leaves, bounded by `bound`; `None` where it does not fit the roots.
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
                match step {
                    Step::Cut(unit, at) => {
                        let [left, right] = tree.cut(&leaf, *unit, *at)?;
                        open.extend([right, left]);
                    }
                    Step::Leaf(hint) => {
                        leaf.bound = bound(&leaf.configuration, hint);
                        leaf.hint = Arc::new(hint.clone());
                        tree.improve(&leaf);
                        leaves.push(leaf);
                    }
                }
            }
            if !open.is_empty() {
                return None;
            }
        }
        Some((tree, leaves))
    }
}
