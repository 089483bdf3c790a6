//! Checking a paper: experiments that leave readings, and claims judged from the readings by a mechanical rule.
//!
//! An [`Experiment`] is a list of jobs; each job is a function of its name, the seed and the [`Scale`] alone and leaves
//! [`Reading`]s: single numbers with a case, a quantity and a seed. A [`Ledger`] keeps them in a folder, one sealed
//! Parquet file per job, so that a killed check goes on where it stopped. A [`Claim`] is a sentence or a number of a
//! paper beside ours; [`rule`] decides its verdict, and the claim names the readings from which it did.

mod book;
mod claim;
mod error;
mod experiment;
mod ledger;
mod reading;
pub mod rule;
mod sample;
mod table;

pub use book::{Book, Evidence, View};
pub use claim::{Claim, Kind, Ours, Universe, Verdict};
pub use error::CheckError;
pub use experiment::{Context, Experiment, Scale};
pub use ledger::{CheckOutcome, CheckProgress, Ledger, LedgerPlan};
pub use reading::{Reading, Readings};
pub use sample::Sample;
