//! The paper's statements, in its order, and ours beside them, judged from readings.

mod beyond;
mod death;
mod images;
mod moons;

use crate::check::{Book, Claim, Evidence, View};

/// All claims.
pub fn claims(evidence: &Evidence) -> Vec<Claim> {
    let mut book = Book::new("J");
    death::enter(&mut book, evidence);
    moons::enter(&mut book, evidence);
    images::enter(&mut book, evidence);
    beyond::enter(&mut book, evidence);
    book.finish()
}

/// Views that have numbers; a claim with none of them says so.
fn measured(views: Vec<View>) -> Vec<View> {
    let some: Vec<View> = views.iter().filter(|view| !view.sample.is_empty()).cloned().collect();
    if some.is_empty() { views } else { some }
}
