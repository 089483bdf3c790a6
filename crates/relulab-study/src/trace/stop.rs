//! Stop rules as data: when a network has been trained enough, judged by its own looks.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Largest number of steps between two looks, and of looks in a row.
pub const MAX_STOP_COUNT: u64 = 1_000_000;

const DEFAULT_EVERY: u64 = 25;
const DEFAULT_WINDOW: u64 = 4;
const DEFAULT_THRESHOLD: f64 = 0.1;
const DEFAULT_PATIENCE: u64 = 20;
const DEFAULT_MARGIN: f64 = 0.01;

/// When a network stops before its last step.
///
/// ```
/// use relulab_study::trace::StopRule;
/// let rule: StopRule = "spectrum:window=6".parse()?;
/// assert_eq!(rule.to_string(), "spectrum:every=25,window=6,threshold=0.1");
/// // The count has been the same at six looks in a row for the first time at the seventh.
/// assert_eq!(rule.first_stop(&[9.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]), Some(6));
/// # Ok::<(), relulab_study::trace::StopError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "lowercase", deny_unknown_fields)]
pub enum StopRule {
    /// After the last step only.
    #[default]
    None,
    /// When the loss on fixed points no longer falls: at the first look at which the last `patience` looks have all
    /// failed to undercut the smallest loss before them by the share `margin`. The first look always counts as a
    /// success.
    Loss {
        /// Steps between two looks.
        every: u64,
        /// Looks in a row without success.
        patience: u64,
        /// The share of the smallest loss so far by which a success undercuts it.
        margin: f64,
    },
    /// When the number of steep eigenvalues stands still: at the first look at which the last `window` looks have all
    /// counted the same number of |λ| > `threshold`, λ the eigenvalues of the pattern Hessian on fixed points.
    Spectrum {
        /// Steps between two looks.
        every: u64,
        /// Looks in a row with the same count.
        window: u64,
        /// Where |λ| becomes steep.
        threshold: f64,
    },
}

/// Why a stop rule cannot be understood or used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StopError {
    /// A word that is no rule.
    #[error(
        "stop rule \"{0}\": expected none, loss or spectrum, the latter with settings such as spectrum:every=25,window=4"
    )]
    Unknown(String),
    /// A setting that the rule does not have.
    #[error("stop rule {rule}: it has no setting \"{setting}\"; expected {expected}")]
    Setting {
        /// The rule.
        rule: &'static str,
        /// What was given.
        setting: String,
        /// What there is.
        expected: &'static str,
    },
    /// A setting given twice.
    #[error("stop rule {rule}: {setting} is given twice")]
    Twice {
        /// The rule.
        rule: &'static str,
        /// The setting.
        setting: String,
    },
    /// A value outside its range.
    #[error("stop rule {rule}: {setting}={value}: expected {expected}")]
    Value {
        /// The rule.
        rule: &'static str,
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// Its range, in words.
        expected: String,
    },
    /// The points or the shape do not allow the looks.
    #[error("stop rule {rule}: {reason}")]
    Looks {
        /// The rule.
        rule: &'static str,
        /// What does not fit.
        reason: String,
    },
}

impl StopRule {
    /// The spectrum rule with its usual settings.
    pub const SPECTRUM: Self =
        Self::Spectrum { every: DEFAULT_EVERY, window: DEFAULT_WINDOW, threshold: DEFAULT_THRESHOLD };

    /// The loss rule with its usual settings.
    pub const LOSS: Self = Self::Loss { every: DEFAULT_EVERY, patience: DEFAULT_PATIENCE, margin: DEFAULT_MARGIN };

    /// The rule's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Loss { .. } => "loss",
            Self::Spectrum { .. } => "spectrum",
        }
    }

    /// Whether training always runs to its end.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Steps between two looks; `None` when nobody looks.
    pub fn every(self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Loss { every, .. } | Self::Spectrum { every, .. } => Some(every),
        }
    }

    /// Why a network stopped that this rule stopped, as a clause.
    pub fn reason(self) -> String {
        match self {
            Self::None => "all steps were done".to_owned(),
            Self::Loss { every, patience, margin } => {
                format!("no loss {}% below the smallest in {patience} looks, {every} steps apart", 100.0 * margin)
            }
            Self::Spectrum { every, window, threshold } => {
                format!("the same number of eigenvalues above {threshold} at {window} looks, {every} steps apart")
            }
        }
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// The first setting outside its range.
    pub fn check(self) -> Result<(), StopError> {
        let rule = self.name();
        let count = |setting: &'static str, value: u64, least: u64| {
            if (least..=MAX_STOP_COUNT).contains(&value) {
                return Ok(());
            }
            let expected = format!("a whole number from {least} to {MAX_STOP_COUNT}");
            Err(StopError::Value { rule, setting, value: value.to_string(), expected })
        };
        match self {
            Self::None => Ok(()),
            Self::Loss { every, patience, margin } => {
                count("every", every, 1)?;
                count("patience", patience, 1)?;
                if (0.0..1.0).contains(&margin) {
                    return Ok(());
                }
                let expected = "a number from 0 to below 1".to_owned();
                Err(StopError::Value { rule, setting: "margin", value: margin.to_string(), expected })
            }
            Self::Spectrum { every, window, threshold } => {
                count("every", every, 1)?;
                count("window", window, 2)?;
                if threshold.is_finite() && threshold > 0.0 {
                    return Ok(());
                }
                let expected = "a positive number".to_owned();
                Err(StopError::Value { rule, setting: "threshold", value: threshold.to_string(), expected })
            }
        }
    }

    /// The judge of one network.
    pub fn judge(self) -> StopJudge {
        StopJudge { rule: self, looks_in_a_row: 0, mark: f64::NAN }
    }

    /// The place of the look at which the rule stops a network whose looks give these values, if it does.
    pub fn first_stop(self, values: &[f64]) -> Option<usize> {
        let mut judge = self.judge();
        values.iter().position(|&value| judge.stops(value))
    }
}

/// What a rule remembers of one network.
#[derive(Clone, Copy, Debug)]
pub struct StopJudge {
    rule: StopRule,
    looks_in_a_row: u64,
    /// The smallest loss, or the last count.
    mark: f64,
}

impl StopJudge {
    /// Takes the value of the next look, a loss or a count; true when the network stops here.
    ///
    /// A value that is not a number is neither a success nor equal to any other.
    pub fn stops(&mut self, value: f64) -> bool {
        match self.rule {
            StopRule::None => false,
            StopRule::Loss { patience, margin, .. } => {
                if self.mark.is_nan() || value < (1.0 - margin) * self.mark {
                    (self.mark, self.looks_in_a_row) = (value, 0);
                    return false;
                }
                self.looks_in_a_row += 1;
                self.looks_in_a_row >= patience
            }
            StopRule::Spectrum { window, .. } => {
                self.looks_in_a_row = if value == self.mark { self.looks_in_a_row + 1 } else { 1 };
                self.mark = value;
                !value.is_nan() && self.looks_in_a_row >= window
            }
        }
    }
}

impl fmt::Display for StopRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Loss { every, patience, margin } => {
                write!(f, "loss:every={every},patience={patience},margin={margin}")
            }
            Self::Spectrum { every, window, threshold } => {
                write!(f, "spectrum:every={every},window={window},threshold={threshold}")
            }
        }
    }
}

impl FromStr for StopRule {
    type Err = StopError;

    /// Reads `none`, `loss`, `loss:PATIENCE`, `spectrum`, or either with settings: `spectrum:every=25,window=4`.
    fn from_str(text: &str) -> Result<Self, StopError> {
        let (name, settings) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        let rule = match name {
            "none" if settings.is_empty() => Self::None,
            "loss" => {
                // A number alone is the patience.
                let only_number = settings.parse::<u64>().is_ok();
                let settings = if only_number { format!("patience={settings}") } else { settings.to_owned() };
                let mut settings = Settings::new("loss", &settings, &["every", "patience", "margin"])?;
                let every = settings.count("every", DEFAULT_EVERY)?;
                let patience = settings.count("patience", DEFAULT_PATIENCE)?;
                Self::Loss { every, patience, margin: settings.number("margin", DEFAULT_MARGIN)? }
            }
            "spectrum" => {
                let mut settings = Settings::new("spectrum", settings, &["every", "window", "threshold"])?;
                let every = settings.count("every", DEFAULT_EVERY)?;
                let window = settings.count("window", DEFAULT_WINDOW)?;
                Self::Spectrum { every, window, threshold: settings.number("threshold", DEFAULT_THRESHOLD)? }
            }
            _ => return Err(StopError::Unknown(text.to_owned())),
        };
        rule.check()?;
        Ok(rule)
    }
}

/// `key=value` pairs with commas between them.
struct Settings {
    rule: &'static str,
    pairs: Vec<(String, String)>,
}

impl Settings {
    fn new(rule: &'static str, text: &str, known: &[&'static str; 3]) -> Result<Self, StopError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let Some((key, value)) = pair.split_once('=').filter(|(key, _)| known.contains(key)) else {
                let expected = if rule == "loss" { "every, patience, margin" } else { "every, window, threshold" };
                return Err(StopError::Setting { rule, setting: pair.to_owned(), expected });
            };
            if pairs.iter().any(|(known, _)| known == key) {
                return Err(StopError::Twice { rule, setting: key.to_owned() });
            }
            pairs.push((key.to_owned(), value.to_owned()));
        }
        Ok(Self { rule, pairs })
    }

    fn count(&mut self, setting: &'static str, default: u64) -> Result<u64, StopError> {
        self.value(setting, default, "a whole number")
    }

    fn number(&mut self, setting: &'static str, default: f64) -> Result<f64, StopError> {
        self.value(setting, default, "a number")
    }

    fn value<T: FromStr>(&mut self, setting: &'static str, default: T, expected: &str) -> Result<T, StopError> {
        let Some((_, value)) = self.pairs.iter().find(|(key, _)| key == setting) else { return Ok(default) };
        let wrong =
            |_| StopError::Value { rule: self.rule, setting, value: value.clone(), expected: expected.to_owned() };
        value.parse().map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rules_read_back_as_written() {
        for text in ["none", "loss", "loss:7", "loss:margin=0.5,every=3", "spectrum", " spectrum:threshold=1e-3 "] {
            let rule: StopRule = text.parse().unwrap();
            assert_eq!(rule.to_string().parse(), Ok(rule), "{text}");
            let json = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<StopRule>(&json).unwrap(), rule);
        }
        assert_eq!("loss:7".parse(), Ok(StopRule::Loss { every: 25, patience: 7, margin: 0.01 }));
        assert_eq!("spectrum".parse(), Ok(StopRule::SPECTRUM));
    }

    #[test]
    fn bad_rules_are_refused_with_the_place() {
        let refuse = |text: &str| text.parse::<StopRule>().unwrap_err().to_string();
        assert!(refuse("early").contains("\"early\""));
        assert!(refuse("none:1").contains("\"none:1\""));
        assert!(refuse("loss:window=3").contains("no setting \"window=3\""));
        assert!(refuse("spectrum:4").contains("no setting \"4\""));
        assert!(refuse("spectrum:window=1").contains("window=1: expected a whole number from 2"));
        assert!(refuse("spectrum:every=0").contains("every=0"));
        assert!(refuse("spectrum:every=x").contains("every=x: expected a whole number"));
        assert!(refuse("spectrum:every=1,every=2").contains("twice"));
        assert!(refuse("spectrum:threshold=nan").contains("threshold=NaN: expected a positive number"));
        assert!(refuse("loss:margin=1").contains("margin=1: expected a number from 0"));
        assert!(refuse("loss:-3").contains("\"-3\""));
    }

    #[test]
    fn the_loss_rule_waits_for_patience() {
        let rule = StopRule::Loss { every: 1, patience: 3, margin: 0.1 };
        // 0.95 undercuts 1 by too little; 0.85 is a success; then three failures.
        assert_eq!(rule.first_stop(&[1.0, 0.95, 0.95, 0.85, 0.8, 0.8, 0.9, 0.1]), Some(6));
        assert_eq!(rule.first_stop(&[1.0, 0.8, 0.6, 0.5]), None);
        assert_eq!(rule.first_stop(&[1.0, f64::NAN, f64::NAN, f64::NAN]), Some(3));
        assert_eq!(StopRule::None.first_stop(&[0.0; 9]), None);
    }

    proptest! {
        #[test]
        fn the_spectrum_rule_is_a_run_of_equal_counts(counts in prop::collection::vec(0u8..3, 0..30), window in 2u64..5) {
            let values: Vec<f64> = counts.iter().map(|&count| f64::from(count)).collect();
            let size = window as usize;
            let expected = (size..=counts.len())
                .find(|&end| counts[end - size..end].iter().all(|count| *count == counts[end - 1]))
                .map(|end| end - 1);
            let rule = StopRule::Spectrum { every: 1, window, threshold: 0.1 };
            prop_assert_eq!(rule.first_stop(&values), expected);
        }

        #[test]
        fn the_loss_rule_agrees_with_its_words(losses in prop::collection::vec(0.0..1.0_f64, 0..40), patience in 1u64..5) {
            let margin = 0.2;
            let mut expected = None;
            // A success undercuts the smallest success before it; `since` counts looks after the last one.
            let (mut smallest, mut since) = (f64::INFINITY, 0);
            for (place, &loss) in losses.iter().enumerate() {
                if loss < (1.0 - margin) * smallest { (smallest, since) = (loss, 0); } else { since += 1; }
                if since >= patience && expected.is_none() { expected = Some(place); }
            }
            let rule = StopRule::Loss { every: 1, patience, margin };
            prop_assert_eq!(rule.first_stop(&losses), expected);
        }
    }
}
