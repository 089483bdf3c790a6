//! Globally optimal training of networks with one hidden layer, with certificates that anyone can check.

mod certificate;
pub mod line;
mod problem;
mod verify;

pub use certificate::{
    Block, Certificate, CertificateError, Configuration, Data, FORMAT, Facing, Hint, Kind, Knots, SQUARED, Step, Units,
};
pub use problem::{MAX_WIDTH, Problem, ProblemError};
pub use verify::{Claim, Fault, LARGEST_NUMBER, mean_squared_error, verify};
