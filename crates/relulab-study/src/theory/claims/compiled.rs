//! Theorem 2.1: every piecewise linear function is a network.

use super::{number, property, word};
use crate::check::rule::Rule;
use crate::check::{Book, Evidence};

const NAME: &str = "compiled";

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Every piecewise linear function is a network (theorem 2.1)");
    book.judge(
        "a piecewise linear function of n variables is a network with at most ⌈log₂(n + 1)⌉ hidden layers",
        "at most ⌈log₂(n + 1)⌉",
        Rule::Parts,
        vec![property(
            "random functions, compiled to save depth",
            evidence,
            NAME,
            "hidden layers saving depth",
            |case, depth| Some(depth <= (number(case, "n")? + 1.0).log2().ceil()),
        )],
    );
    let proved = |thrift: &str| {
        property(
            format!("compiled to save {thrift}"),
            evidence,
            NAME,
            &format!("proved saving {thrift}"),
            |_, proved| Some(proved > 0.5),
        )
    };
    book.judge(
        "that network is equal to the function: proved in rationals on every region of the network and the pieces' order",
        "exact",
        Rule::Parts,
        vec![proved("depth"), proved("units")],
    );
    let rounds = |case: &str, depth: f64| {
        let pieces = number(case, "pieces")?;
        let larger = (pieces / 2.0).ceil();
        let is_lattice = word(case, "formula")? == "lattice";
        Some(depth <= larger.log2().ceil() + if is_lattice { 1.0 } else { 0.0 })
    };
    book.judge(
        "as the formula stands, a maximum of K pieces takes ⌈log₂ K⌉ hidden layers, a maximum of two minima one more",
        "⌈log₂ K⌉",
        Rule::Parts,
        vec![property(
            "random functions, compiled to save units",
            evidence,
            NAME,
            "hidden layers saving units",
            rounds,
        )],
    );
}
