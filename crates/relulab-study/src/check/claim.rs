//! A claim of a paper beside our numbers, with its verdict.

use serde::{Deserialize, Serialize};

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds under the paper's conventions, as read here.
    Reproduced,
    /// Some of its parts hold, or it holds under another plausible convention.
    InPart,
    /// The best of several seeds of the simplest candidate gives the claimed gain too.
    Luck,
    /// It does not hold.
    NotReproduced,
    /// It disagrees with another statement of the same paper, or with arithmetic.
    SelfContradictory,
    /// What is said, or what would be needed, is missing.
    NotTestable,
}

impl Verdict {
    /// All verdicts, best first.
    pub const ALL: [Self; 6] =
        [Self::Reproduced, Self::InPart, Self::Luck, Self::NotReproduced, Self::SelfContradictory, Self::NotTestable];

    /// The words on screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::Reproduced => "reproduced",
            Self::InPart => "in part",
            Self::Luck => "selection or seed luck",
            Self::NotReproduced => "not reproduced",
            Self::SelfContradictory => "self-contradictory",
            Self::NotTestable => "not testable",
        }
    }
}

/// What kind of number ours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A distribution over seeds.
    Seeds,
    /// A number without chance.
    Exact,
    /// A count.
    Count,
    /// Whether something holds, 1 or 0, or the share of cases in which it does.
    Boolean,
}

/// Our number; a value that is not finite is `None`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ours {
    /// What kind of number it is.
    pub kind: Kind,
    /// The number: a median over seeds unless the convention says otherwise.
    pub value: Option<f64>,
    /// Lower quartile over seeds.
    pub q25: Option<f64>,
    /// Upper quartile over seeds.
    pub q75: Option<f64>,
    /// 95 % interval of the number.
    pub ci95: Option<[f64; 2]>,
    /// Seeds, or repetitions, behind it.
    pub n_seeds: usize,
}

impl Ours {
    /// No number at all.
    pub fn none() -> Self {
        Self { kind: Kind::Exact, value: None, q25: None, q75: None, ci95: None, n_seeds: 0 }
    }

    /// A number without chance.
    pub fn exact(value: f64) -> Self {
        Self { value: value.is_finite().then_some(value), ..Self::none() }
    }

    /// A yes or no.
    pub fn boolean(value: bool) -> Self {
        Self { kind: Kind::Boolean, ..Self::exact(f64::from(u8::from(value))) }
    }

    /// A count.
    pub fn count(value: u64) -> Self {
        Self { kind: Kind::Count, ..Self::exact(value as f64) }
    }
}

/// The claim under one plausible convention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Universe {
    /// The convention: evaluation range, steps, statistic, matrix.
    pub convention: String,
    /// Our number under it.
    pub ours: Ours,
    /// The verdict under it alone.
    pub verdict: Verdict,
}

/// One number or sentence of a paper beside ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Stable identifier, numbered in the order of the paper.
    pub id: String,
    /// Section of the paper, in its words.
    pub section: String,
    /// What is claimed, in our words.
    pub text: String,
    /// The paper's number or statement.
    pub paper: String,
    /// Our number under the convention below.
    pub ours: Ours,
    /// The convention that the paper states or that fits it best.
    pub convention: String,
    /// The verdict by the rule.
    pub verdict: Verdict,
    /// Which part of the rule decided, and on which numbers.
    pub because: String,
    /// The claim under every convention that was tried, the one above first.
    pub multiverse: Vec<Universe>,
    /// The readings behind it: experiment, case, quantity.
    pub evidence: Vec<String>,
}
