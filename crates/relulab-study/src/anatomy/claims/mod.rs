//! The paper's numbers and sentences, in its order, judged from readings and records.

mod architecture;
mod construction;
mod dead_units;
mod dimensions;
mod dynamics;
mod parameter_space;
mod scale;
mod solutions;
mod sweep;

use super::enumerations::Enumerated;
use crate::check::{Book, Claim, Evidence};

/// All claims.
pub fn claims(evidence: &Evidence, enumerated: &Enumerated) -> Vec<Claim> {
    let mut book = Book::new("A");
    parameter_space::enter(&mut book, evidence);
    solutions::enter(&mut book, evidence);
    dynamics::enter(&mut book, evidence);
    architecture::enter(&mut book, evidence, enumerated);
    dimensions::enter(&mut book, evidence, enumerated);
    sweep::enter(&mut book, evidence, enumerated);
    dead_units::enter(&mut book, evidence);
    construction::enter(&mut book, evidence);
    scale::enter(&mut book, evidence);
    book.finish()
}
