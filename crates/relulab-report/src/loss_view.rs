//! The ways in which a loss is reported, as values that figures and tables are made for.

use relulab_study::summary::{Frontier, Quantiles, Summary, ThreeWays};

/// One of the losses of a summary: three for a study of formulas, two others for a study of a data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossView {
    /// Mean squared error on the uniform grid over [−5,5]^d.
    Uniform5,
    /// The same over [−3,3]^d.
    Uniform3,
    /// Expected error under N(0,1)^d.
    Normal,
    /// Mean loss over the held-out folds of a data file.
    Test,
    /// Mean loss over the training folds of a data file.
    Training,
}

impl LossView {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Uniform5, Self::Uniform3, Self::Normal, Self::Test, Self::Training];
    /// Those of a study of formulas.
    pub const FORMULA: [Self; 3] = [Self::Uniform5, Self::Uniform3, Self::Normal];
    /// Those of a study of a data file.
    pub const DATA: [Self; 2] = [Self::Test, Self::Training];

    /// The losses that a summary has any number of, in the order in which they are shown; never none.
    ///
    /// A summary without a single finite loss has those of its kind of study: the report then says that there is
    /// nothing to see, instead of showing nothing.
    pub fn present(summary: &Summary) -> Vec<Self> {
        let shapes = || summary.shapes.iter().map(|shape| &shape.losses);
        let depths = || summary.depths.iter().map(|depth| &depth.losses);
        let has_number = |view: &Self| {
            shapes().filter_map(|losses| view.of(losses)).any(Quantiles::has_number)
                || depths().filter_map(|losses| view.of(losses)).any(Frontier::has_number)
        };
        let present: Vec<Self> = Self::ALL.into_iter().filter(has_number).collect();
        if !present.is_empty() {
            return present;
        }
        let of_data = |view: &Self| {
            shapes().any(|losses| view.of(losses).is_some()) || depths().any(|losses| view.of(losses).is_some())
        };
        if Self::DATA.iter().any(of_data) { Self::DATA.to_vec() } else { Self::FORMULA.to_vec() }
    }

    /// The name in records and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Uniform5 => "uniform5",
            Self::Uniform3 => "uniform3",
            Self::Normal => "normal",
            Self::Test => "test_loss",
            Self::Training => "training_loss",
        }
    }

    /// One word for file names and narrow columns.
    pub fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Training => "training",
            Self::Uniform5 | Self::Uniform3 | Self::Normal => self.key(),
        }
    }

    /// The name for readers; it also reads well after the word "loss".
    pub fn label(self) -> &'static str {
        match self {
            Self::Uniform5 => "uniform on [−5, 5]",
            Self::Uniform3 => "uniform on [−3, 3]",
            Self::Normal => "under N(0, 1)",
            Self::Test => "on held-out folds",
            Self::Training => "on training folds",
        }
    }

    /// What the loss mostly measures.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Uniform5 => "mostly extrapolation: training draws few points beyond ±3",
            Self::Uniform3 => "the range that training covers, its rare ends included",
            Self::Normal => "the distribution that training draws from",
            Self::Test => "the test loss, on points that training did not see",
            Self::Training => "the points that training saw; compare it with the test loss",
        }
    }

    /// The loss to read beside this one: of a data file, training beside test and test beside training.
    pub fn companion(self) -> Option<Self> {
        match self {
            Self::Test => Some(Self::Training),
            Self::Training => Some(Self::Test),
            Self::Uniform5 | Self::Uniform3 | Self::Normal => None,
        }
    }

    /// This loss of a value that holds them all; `None` when the study has no such loss.
    pub fn of<T>(self, losses: &ThreeWays<T>) -> Option<&T> {
        match self {
            Self::Uniform5 => Some(&losses.uniform5),
            Self::Uniform3 => Some(&losses.uniform3),
            Self::Normal => Some(&losses.normal),
            Self::Test => losses.test_loss.as_ref(),
            Self::Training => losses.training_loss.as_ref(),
        }
    }

    /// The same as a value, with the default, which holds no number, for a loss that the study does not have.
    pub fn value_of<T: Clone + Default>(self, losses: &ThreeWays<T>) -> T {
        self.of(losses).cloned().unwrap_or_default()
    }
}

/// Whether a part of a summary holds any number.
trait HasNumber {
    fn has_number(&self) -> bool;
}

impl HasNumber for Quantiles {
    fn has_number(&self) -> bool {
        [self.median, self.q25, self.q75, self.min].iter().any(Option::is_some)
    }
}

impl HasNumber for Frontier {
    fn has_number(&self) -> bool {
        [self.best_single, self.best_median, self.median_of_medians, self.selected.value].iter().any(Option::is_some)
    }
}
