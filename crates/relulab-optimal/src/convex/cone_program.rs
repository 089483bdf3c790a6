//! The leaf that calls the cone solver. Nothing here is part of a proof.

use super::error::ConvexError;
use super::patterns::Pattern;
use super::problem::Problem;
use clarabel::algebra::CscMatrix;
use clarabel::solver::{
    DefaultSettingsBuilder, DefaultSolver, IPSolver, NonnegativeConeT, SecondOrderConeT, SolverStatus, ZeroConeT,
};

/// A block of the program: the units of one pattern with output weights of one sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Block {
    /// Place of its pattern.
    pub(super) pattern: usize,
    /// Whether output weights are negative.
    pub(super) negative: bool,
}

/// Residual and duality gap that the solver is asked for.
const SOLVER_TOLERANCE: f64 = 1e-10;

/// The v of every block that minimise ½‖Σ ±D X v − y‖² + β Σ‖v‖ over their cones, up to the solver's accuracy.
///
/// *Algorithm*: variables are z = f − y (n numbers), then v and a bound t of ‖v‖ for each block; labels are scaled to
/// length 1.
pub(super) fn solve(problem: &Problem, patterns: &[Pattern], blocks: &[Block]) -> Result<Vec<Vec<f64>>, ConvexError> {
    let (n, dim) = (problem.n_points(), problem.dim);
    let scale = problem.labels.iter().map(|y| y * y).sum::<f64>().sqrt();
    let n_variables = n + blocks.len() * (dim + 1);
    let (mut rows, mut columns, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let mut entry = |row: usize, column: usize, value: f64| {
        if value != 0.0 {
            rows.push(row);
            columns.push(column);
            values.push(value);
        }
    };
    let mut objective = vec![0.0; n_variables];
    let mut cones = vec![ZeroConeT(n), NonnegativeConeT(n * blocks.len())];
    let first_norm_row = n + n * blocks.len();
    for j in 0..n {
        entry(j, j, 1.0);
    }
    for (at, block) in blocks.iter().enumerate() {
        let v = n + at * (dim + 1);
        let sign = if block.negative { -1.0 } else { 1.0 };
        for (j, (x, on)) in problem.points().zip(&patterns[block.pattern]).enumerate() {
            for (k, x) in x.iter().enumerate() {
                // z − Σ ± D X v = −y, and (2D − I) X v ≥ 0.
                if *on {
                    entry(j, v + k, -sign * x);
                }
                entry(n + at * n + j, v + k, if *on { -x } else { *x });
            }
        }
        // (t, v) in the second-order cone; t comes last among the variables of a block.
        let row = first_norm_row + at * (dim + 1);
        entry(row, v + dim, -1.0);
        for k in 0..dim {
            entry(row + 1 + k, v + k, -1.0);
        }
        objective[v + dim] = problem.ridge / scale;
        cones.push(SecondOrderConeT(dim + 1));
    }
    let n_rows = first_norm_row + blocks.len() * (dim + 1);
    let constraints = CscMatrix::new_from_triplets(n_rows, n_variables, rows, columns, values);
    let diagonal: Vec<usize> = (0..n).collect();
    let quadratic = CscMatrix::new_from_triplets(n_variables, n_variables, diagonal.clone(), diagonal, vec![1.0; n]);
    let mut right = vec![0.0; n_rows];
    right.iter_mut().zip(&problem.labels).for_each(|(right, y)| *right = -y / scale);
    let settings = DefaultSettingsBuilder::default()
        .verbose(false)
        .tol_gap_abs(SOLVER_TOLERANCE)
        .tol_gap_rel(SOLVER_TOLERANCE)
        .tol_feas(SOLVER_TOLERANCE)
        .build()
        .map_err(|error| ConvexError::Solver(error.to_string()))?;
    let mut solver = DefaultSolver::new(&quadratic, &objective, &constraints, &right, &cones, settings)
        .map_err(|error| ConvexError::Solver(error.to_string()))?;
    solver.solve();
    match solver.solution.status {
        // What is not quite solved is still a network, and its gap is measured.
        SolverStatus::Solved
        | SolverStatus::AlmostSolved
        | SolverStatus::InsufficientProgress
        | SolverStatus::MaxIterations => {}
        status => return Err(ConvexError::Solver(format!("{status:?}"))),
    }
    let x = &solver.solution.x;
    let block = |at: usize| (0..dim).map(|k| scale * x[n + at * (dim + 1) + k]).collect();
    Ok((0..blocks.len()).map(block).collect())
}
