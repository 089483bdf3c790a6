//! The leaf that calls the cone solver. Nothing here is part of a proof.

use super::bound::Terms;
use super::problem::Ground;
use crate::convex::patterns::Pattern;
use crate::space::Loss;
use clarabel::algebra::CscMatrix;
use clarabel::solver::{
    DefaultSettingsBuilder, DefaultSolver, ExponentialConeT, IPSolver, NonnegativeConeT, SecondOrderConeT,
    SolverStatus, SupportedConeT, ZeroConeT,
};

/// Residual and duality gap that the solver is asked for.
const SOLVER_TOLERANCE: f64 = 1e-10;

/// Units of one pattern with output weights of one sign.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub pattern: Pattern,
    pub negative: bool,
}

/// The best fit by some columns.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// For every column its v; the output weight's sign is that of the column.
    pub vectors: Vec<Vec<f64>>,
    pub bias: f64,
    /// −ℓ′ at the fit, as the solver's dual variables have it.
    pub multipliers: Vec<f64>,
}

/// Rows of constraints A x + s = b, cone by cone.
#[derive(Default)]
struct Rows {
    places: (Vec<usize>, Vec<usize>),
    values: Vec<f64>,
    right: Vec<f64>,
    cones: Vec<SupportedConeT<f64>>,
}

impl Rows {
    /// A row Σ a x + s = b of the cone that comes next.
    fn push(&mut self, entries: impl IntoIterator<Item = (usize, f64)>, right: f64) {
        for (column, value) in entries.into_iter().filter(|(_, value)| *value != 0.0) {
            self.places.0.push(self.right.len());
            self.places.1.push(column);
            self.values.push(value);
        }
        self.right.push(right);
    }
}

/// Minimises Σ ℓ + nβ Σ ‖v‖ over the cones of some columns; `None` where the solver gives up.
///
/// *Algorithm*: variables are the outputs less a centre, the output bias, v and a bound of ‖v‖ for each column, and what the loss
/// needs; labels are scaled to order one where the loss is one of residuals. Softplus is two exponential cones.
pub(super) fn solve(terms: &Terms, ground: &Ground, columns: &[Column]) -> Option<Fit> {
    let rows = &ground.rows;
    let (n, dim) = (rows.n_points(), rows.dim);
    let (centre, scale) = units(terms, &rows.labels);
    let labels: Vec<f64> = rows.labels.iter().map(|label| (label - centre) / scale).collect();
    let price = rows.labels.len() as f64 * terms.decay / if is_squared(terms.loss) { scale } else { 1.0 };
    let (bias, first) = (n, n + usize::from(terms.output_bias));
    let v = |at: usize| first + at * (dim + 1);
    let of_loss = v(columns.len());
    let n_variables = of_loss + loss_variables(terms.loss) * n;
    let mut objective = vec![0.0; n_variables];
    let mut diagonal = vec![0.0; n_variables];
    let mut constraints = Rows::default();
    // z − Σ ± D X v − c = 0.
    for (j, x) in rows.points().enumerate() {
        let on = columns.iter().enumerate().filter(|(_, column)| column.pattern[j]);
        let units = on.flat_map(|(at, column)| {
            let sign = if column.negative { 1.0 } else { -1.0 };
            x.iter().enumerate().map(move |(k, x)| (v(at) + k, sign * x))
        });
        let constant = terms.output_bias.then_some((bias, -1.0));
        constraints.push(units.chain(constant).chain([(j, 1.0)]), 0.0);
    }
    constraints.cones.push(ZeroConeT(n));
    // (2D − I) X v ≥ 0.
    for (at, column) in columns.iter().enumerate() {
        for (x, on) in rows.points().zip(&column.pattern) {
            let sign = if *on { -1.0 } else { 1.0 };
            constraints.push(x.iter().enumerate().map(|(k, x)| (v(at) + k, sign * x)), 0.0);
        }
    }
    constraints.cones.push(NonnegativeConeT(n * columns.len()));
    for at in 0..columns.len() {
        constraints.push([(v(at) + dim, -1.0)], 0.0);
        (0..dim).for_each(|k| constraints.push([(v(at) + k, -1.0)], 0.0));
        constraints.cones.push(SecondOrderConeT(dim + 1));
        objective[v(at) + dim] = price;
    }
    for (j, y) in labels.iter().enumerate() {
        let at = of_loss + loss_variables(terms.loss) * j;
        match terms.loss {
            Loss::Squared => {
                diagonal[j] = 2.0;
                objective[j] = -2.0 * y;
            }
            Loss::Absolute | Loss::Huber(_) => {
                // |z − y − a| ≤ e, and a is what is squared.
                let (e, a) = (at, matches!(terms.loss, Loss::Huber(_)).then_some(at + 1));
                for sign in [1.0, -1.0] {
                    let rest = a.map(|a| (a, -sign));
                    constraints.push([(j, sign), (e, -1.0)].into_iter().chain(rest), sign * y);
                }
                constraints.cones.push(NonnegativeConeT(2));
                objective[e] = 1.0;
                if let (Some(a), Loss::Huber(threshold)) = (a, terms.loss) {
                    objective[e] = threshold / scale;
                    diagonal[a] = 1.0;
                }
            }
            Loss::Logistic => {
                // e^(m − t) + e^(−t) ≤ 1 for m = −z at the label 1, and z at 0.
                let (t, first, second) = (at, at + 1, at + 2);
                let m = if *y == 1.0 { -1.0 } else { 1.0 };
                constraints.push([(first, 1.0), (second, 1.0)], 1.0);
                constraints.cones.push(NonnegativeConeT(1));
                for (bound, exponent) in [(first, Some((j, -m))), (second, None)] {
                    constraints.push(exponent.into_iter().chain([(t, 1.0)]), 0.0);
                    constraints.push([], 1.0);
                    constraints.push([(bound, -1.0)], 0.0);
                    constraints.cones.push(ExponentialConeT());
                }
                objective[t] = 1.0;
            }
        }
    }
    let solution = run(&objective, &diagonal, constraints)?;
    let (x, z) = solution;
    let dual_scale = if is_squared(terms.loss) { scale } else { 1.0 };
    Some(Fit {
        vectors: (0..columns.len()).map(|at| (0..dim).map(|k| scale * x[v(at) + k]).collect()).collect(),
        bias: if terms.output_bias { centre + scale * x[bias] } else { 0.0 },
        multipliers: z[..n].iter().map(|p| dual_scale * p).collect(),
    })
}

/// What labels are less and over in the program.
fn units(terms: &Terms, labels: &[f64]) -> (f64, f64) {
    if terms.loss == Loss::Logistic {
        return (0.0, 1.0);
    }
    let centre = if terms.output_bias { labels.iter().sum::<f64>() / labels.len() as f64 } else { 0.0 };
    let scale = labels.iter().map(|label| (label - centre).abs()).fold(0.0, f64::max);
    (centre, if scale > 0.0 { scale } else { 1.0 })
}

/// Whether the loss grows with the square of a common factor.
fn is_squared(loss: Loss) -> bool {
    matches!(loss, Loss::Squared | Loss::Huber(_))
}

/// Variables that a datum's loss needs.
fn loss_variables(loss: Loss) -> usize {
    match loss {
        Loss::Squared => 0,
        Loss::Absolute => 1,
        Loss::Huber(_) => 2,
        Loss::Logistic => 3,
    }
}

/// The primal and the dual solution.
fn run(objective: &[f64], diagonal: &[f64], constraints: Rows) -> Option<(Vec<f64>, Vec<f64>)> {
    let n = objective.len();
    let Rows { places, values, right, cones } = constraints;
    let matrix = CscMatrix::new_from_triplets(right.len(), n, places.0, places.1, values);
    let used: Vec<usize> = (0..n).filter(|at| diagonal[*at] != 0.0).collect();
    let entries = used.iter().map(|at| diagonal[*at]).collect();
    let quadratic = CscMatrix::new_from_triplets(n, n, used.clone(), used, entries);
    let settings = DefaultSettingsBuilder::default()
        .verbose(false)
        .tol_gap_abs(SOLVER_TOLERANCE)
        .tol_gap_rel(SOLVER_TOLERANCE)
        .tol_feas(SOLVER_TOLERANCE)
        .build()
        .ok()?;
    let mut solver = DefaultSolver::new(&quadratic, objective, &matrix, &right, &cones, settings).ok()?;
    solver.solve();
    let is_useful = matches!(
        solver.solution.status,
        SolverStatus::Solved
            | SolverStatus::AlmostSolved
            | SolverStatus::InsufficientProgress
            | SolverStatus::MaxIterations
    );
    is_useful.then(|| (solver.solution.x.clone(), solver.solution.z.clone()))
}
