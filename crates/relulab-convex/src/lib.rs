//! Convex programs as data, a solver behind them, and bounds that can be checked without it.
//!
//! A [`LinearProgram`] is minimise $c^\top x$ over $x \in [l, u]$ with rows $a_i^\top x \in [\beta_i, \gamma_i]$. Every
//! variable lies in a finite interval. So no program is unbounded, and *any* numbers $\pi_i$, one per row, prove a lower
//! bound of its value:
//!
//! $$c^\top x \ge \sum_i \min_{r \in [\beta_i, \gamma_i]} \pi_i r + \sum_j \min_{x \in [l_j, u_j]} (c - A^\top \pi)_j\, x.$$
//!
//! That is why the solver, [`Simplex`], may work in plain f64: its multipliers need no trust, only [`bound`], which
//! evaluates the right-hand side in rationals and calls no solver.
//!
//! ```
//! use relulab_convex::{LinearProgram, Row, Simplex, Status, bound};
//! // Minimise −x − y over the unit square, x + 2y ≤ 2.
//! let row = Row::new(vec![(0, 1.0), (1, 2.0)], f64::NEG_INFINITY, 2.0);
//! let program = LinearProgram::new(vec![-1.0, -1.0], vec![(0.0, 1.0); 2], vec![row])?;
//! let mut simplex = Simplex::new(&program);
//! assert_eq!(simplex.solve(100), Status::Optimal);
//! assert_eq!(simplex.point(), [1.0, 0.5]);
//! let proved = bound(&program, &simplex.multipliers()).ok_or("no bound")?;
//! assert_eq!(proved.to_f64(), -1.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate knows nothing of networks.

mod dual_bound;
mod linear_program;
mod simplex;

pub use dual_bound::{DualBound, DualFault, bound};
pub use linear_program::{LinearProgram, LinearProgramError, Row};
pub use simplex::{Simplex, Status};
