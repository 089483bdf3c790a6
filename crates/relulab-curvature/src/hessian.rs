//! The pattern Hessian and the Gauss-Newton matrix in closed form, for any depth, activation and loss.
//!
//! Let z_a,i be the pre-activation of unit i of affine layer a, with the inputs h of the layer and h = 1 for the bias.
//! The entry between parameter (a, i, j) and parameter (b, k, l), a ≤ b, is a sum over points of
//!
//! ```text
//! Q[(a,i),(b,k)] h_a,j h_b,l  +  δ_b,k ∂h_b,l/∂z_a,i h_a,j     (the second term for a < b, l not the bias)
//! ```
//!
//! where Q is the Hessian of the loss in shifts of pre-activations: JᵀH_out J, plus for smooth activations
//! Σ_u (∂L/∂σ(z_u)) σ''(z_u) ∇z_u ∇z_uᵀ over hidden units. Q needs one number per pair of units, so the whole matrix
//! costs about p² multiplications a point. Gauss-Newton is the part JᵀH_out J; it is zero for the absolute loss,
//! whose second derivative vanishes almost everywhere.

use crate::block::Block;
use crate::error::CurvatureError;
use crate::kernel::{VectorUnit, add_product, dot_rows};
use crate::matrix::SymmetricMatrix;
use crate::objective::Objective;
use relulab_net::Layer;
use std::fmt;

/// Most parameters for which a dense matrix is made.
pub const MAX_DENSE_PARAMS: usize = 8192;

/// The three matrices that are called a Hessian, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatrixKind {
    /// What automatic differentiation gives: exact inside the activation pattern of the data.
    PatternHessian,
    /// JᵀH_out J: positive semi-definite, without second derivatives of the network.
    GaussNewton,
    /// The Hessian of the expected loss under N(0,1), kinks included; one input, one hidden layer.
    PopulationHessian,
}

impl fmt::Display for MatrixKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PatternHessian => "pattern_hessian",
            Self::GaussNewton => "gauss_newton",
            Self::PopulationHessian => "population_hessian",
        })
    }
}

/// Loss, gradient and matrices at one parameter vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Curvature {
    /// The loss.
    pub loss: f64,
    /// Its gradient.
    pub gradient: Vec<f64>,
    /// The pattern Hessian.
    pub hessian: SymmetricMatrix,
    /// The Gauss-Newton matrix.
    pub gauss_newton: SymmetricMatrix,
}

/// Whether to add the terms that Gauss-Newton leaves out.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Terms {
    GaussNewton,
    All,
}

/// Refuses matrices that would not fit.
pub(crate) fn check_dense(dim: usize) -> Result<(), CurvatureError> {
    let limit = MAX_DENSE_PARAMS;
    if dim > limit { Err(CurvatureError::TooLarge { dim, limit }) } else { Ok(()) }
}

/// Loss, gradient and one matrix by the general method.
pub(crate) fn matrix(objective: &Objective<'_>, parameters: &[f64], terms: Terms) -> (f64, Vec<f64>, SymmetricMatrix) {
    let layers: Vec<Layer> = objective.shape().layers().collect();
    let mut block = Block::new(objective);
    let mut assembly = Assembly::new(&layers, objective.n_params(), block.stride, terms);
    let mut gradient = vec![0.0; objective.n_params()];
    let mut loss = 0.0;
    let mut start = 0;
    while start < objective.n_points() {
        loss += block.load(objective, &layers, parameters, start);
        if terms == Terms::All {
            block.spread(&layers, parameters);
        }
        add_gradient(&block, &layers, &mut gradient);
        assembly.add(&block, &layers);
        start += block.stride;
    }
    assembly.matrix.mirror();
    (loss, gradient, assembly.matrix)
}

fn add_gradient(block: &Block, layers: &[Layer], gradient: &mut [f64]) {
    let unit = VectorUnit::detect();
    let mut row = Vec::new();
    for (layer, here) in layers.iter().zip(&block.layers) {
        row.clear();
        row.resize(layer.n_out * (layer.n_in + 1), 0.0);
        dot_rows(unit, &mut row, &here.delta, &here.inputs, block.stride);
        for (k, row) in row.chunks_exact(layer.n_in + 1).enumerate() {
            for (j, value) in row.iter().enumerate() {
                gradient[place(layer, k, j)] += value;
            }
        }
    }
}

/// Where the weight from input j to unit k lies in the flat vector; j = n_in is the bias.
fn place(layer: &Layer, k: usize, j: usize) -> usize {
    if j == layer.n_in { layer.biases.start + k } else { layer.weights.start + k * layer.n_in + j }
}

/// A matrix under construction.
struct Assembly {
    unit: VectorUnit,
    matrix: SymmetricMatrix,
    terms: Terms,
    /// Q of one pair of units, over points.
    pair: Vec<f64>,
    /// Rows to be multiplied with the inputs of the first unit's layer.
    rows: Vec<f64>,
    products: Vec<f64>,
}

impl Assembly {
    fn new(layers: &[Layer], n_params: usize, stride: usize, terms: Terms) -> Self {
        let widest = layers.iter().map(|layer| layer.n_in + 1).max().unwrap_or(0);
        Self {
            unit: VectorUnit::detect(),
            matrix: SymmetricMatrix::zero(n_params),
            terms,
            pair: vec![0.0; stride],
            rows: vec![0.0; widest * stride],
            products: vec![0.0; widest * widest],
        }
    }

    /// Adds the points of a block to the upper triangle.
    fn add(&mut self, block: &Block, layers: &[Layer]) {
        for a in 0..layers.len() {
            for b in a..layers.len() {
                for i in 0..layers[a].n_out {
                    for k in if a == b { i } else { 0 }..layers[b].n_out {
                        self.add_units(block, layers, (a, i), (b, k));
                    }
                }
            }
        }
    }

    /// Adds all entries between the parameters of two units.
    fn add_units(&mut self, block: &Block, layers: &[Layer], (a, i): (usize, usize), (b, k): (usize, usize)) {
        let (unit, stride) = (self.unit, block.stride);
        let (m_a, m_b) = (layers[a].n_in + 1, layers[b].n_in + 1);
        self.fill_pair(block, layers, (a, i), (b, k));
        let upper = &block.layers[b];
        let rows = &mut self.rows[..m_b * stride];
        rows.fill(0.0);
        for (row, inputs) in rows.chunks_exact_mut(stride).zip(upper.inputs.chunks_exact(stride)) {
            add_product(unit, row, &self.pair, inputs);
        }
        if self.terms == Terms::All && a < b {
            let delta = &upper.delta[k * stride..(k + 1) * stride];
            if a + 1 == b {
                let slope = &block.layers[a].slope[i * stride..(i + 1) * stride];
                add_product(unit, &mut rows[i * stride..(i + 1) * stride], delta, slope);
            } else {
                let n_a = layers[a].n_out;
                let from = &block.layers[b - 1].value_from[a];
                for (l, row) in rows[..(m_b - 1) * stride].chunks_exact_mut(stride).enumerate() {
                    let at = (l * n_a + i) * stride;
                    add_product(unit, row, delta, &from[at..at + stride]);
                }
            }
        }
        let products = &mut self.products[..m_a * m_b];
        dot_rows(unit, products, &block.layers[a].inputs, rows, stride);
        let dim = self.matrix.dim();
        let values = self.matrix.values_mut();
        let same = (a, i) == (b, k);
        for j in 0..m_a {
            let first = place(&layers[a], i, j);
            for l in if same { j } else { 0 }..m_b {
                let second = place(&layers[b], k, l);
                let (row, column) = if first <= second { (first, second) } else { (second, first) };
                values[row * dim + column] += products[j * m_b + l];
            }
        }
    }

    /// The Hessian of the loss in shifts of the pre-activations of two units, for every point.
    fn fill_pair(&mut self, block: &Block, layers: &[Layer], (a, i): (usize, usize), (b, k): (usize, usize)) {
        let (unit, stride, pair) = (self.unit, block.stride, &mut self.pair);
        let row = |rows: &'_ [f64], at: usize| -> std::ops::Range<usize> {
            debug_assert!(at * stride < rows.len());
            at * stride..(at + 1) * stride
        };
        pair.fill(0.0);
        let (lower, upper) = (&block.layers[a], &block.layers[b]);
        let (n_a, n_b) = (layers[a].n_out, layers[b].n_out);
        for r in 0..upper.seeds.len() / (n_b * stride) {
            let (first, second) = (row(&lower.seeds, r * n_a + i), row(&upper.seeds, r * n_b + k));
            add_product(unit, pair, &lower.seeds[first], &upper.seeds[second]);
        }
        let top = layers.len() - 1;
        if self.terms == Terms::GaussNewton || !block.is_smooth || b == top {
            return;
        }
        // Bends of layer b itself, where ∂z_b/∂z_b is the identity …
        let bend = &upper.bend[row(&upper.bend, k)];
        if a < b {
            let from = &upper.z_from[a];
            add_product(unit, pair, bend, &from[row(from, k * n_a + i)]);
        } else if i == k {
            pair.iter_mut().zip(bend).for_each(|(pair, bend)| *pair += bend);
        }
        // … and of the hidden layers above.
        let mut weighted = vec![0.0; stride];
        for above in &block.layers[b + 1..top] {
            let (from_a, from_b) = (&above.z_from[a], &above.z_from[b]);
            for (u, bend) in above.bend.chunks_exact(stride).enumerate() {
                weighted.fill(0.0);
                add_product(unit, &mut weighted, bend, &from_a[row(from_a, u * n_a + i)]);
                add_product(unit, pair, &weighted, &from_b[row(from_b, u * n_b + k)]);
            }
        }
    }
}
