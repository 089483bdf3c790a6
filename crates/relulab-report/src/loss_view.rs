//! The three ways in which every loss is reported, as a value that figures and tables are made for.

use relulab_study::summary::ThreeWays;

/// One of the three evaluation losses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossView {
    /// Mean squared error on the uniform grid over [−5,5]^d.
    Uniform5,
    /// The same over [−3,3]^d.
    Uniform3,
    /// Expected error under N(0,1)^d.
    Normal,
}

impl LossView {
    /// All three, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Uniform5, Self::Uniform3, Self::Normal];

    /// The name in records and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Uniform5 => "uniform5",
            Self::Uniform3 => "uniform3",
            Self::Normal => "normal",
        }
    }

    /// The name for readers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Uniform5 => "uniform on [−5, 5]",
            Self::Uniform3 => "uniform on [−3, 3]",
            Self::Normal => "under N(0, 1)",
        }
    }

    /// What the loss mostly measures.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Uniform5 => "mostly extrapolation: training draws few points beyond ±3",
            Self::Uniform3 => "the range that training covers, its rare ends included",
            Self::Normal => "the distribution that training draws from",
        }
    }

    /// This loss of a value that holds all three.
    pub fn of<T>(self, losses: &ThreeWays<T>) -> &T {
        match self {
            Self::Uniform5 => &losses.uniform5,
            Self::Uniform3 => &losses.uniform3,
            Self::Normal => &losses.normal,
        }
    }
}
