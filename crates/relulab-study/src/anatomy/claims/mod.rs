//! The paper's numbers and sentences, in its order, judged from readings and records.

mod architecture;
mod construction;
mod dimensions;
mod parameter_space;
mod sweep;

use super::enumerations::Enumerated;
use crate::check::{Book, Claim, Evidence};

/// All claims.
pub fn claims(evidence: &Evidence, enumerated: &Enumerated) -> Vec<Claim> {
    let mut book = Book::new("A");
    parameter_space::enter(&mut book, evidence);
    architecture::enter(&mut book, evidence, enumerated);
    dimensions::enter(&mut book, evidence, enumerated);
    sweep::enter(&mut book, evidence, enumerated);
    construction::enter(&mut book, evidence);
    book.finish()
}
