//! The rule that turns a paper's statement and our sample into a verdict. It is mechanical, and [`TEXT`] prints it.

use super::claim::{Kind, Ours, Verdict};
use super::sample::Sample;

/// Relative distance within which an aggregate counts as reproduced even outside our interval.
const NEAR: f64 = 0.1;
/// Share of the seeds that must obey a bound or have a property.
const NEARLY_ALL: f64 = 0.95;

/// The rule in words, for reports.
pub const TEXT: &str = "A number from a single run is reproduced if it lies inside the central 95 % of our seeds; a range, if our \
median lies in it (in part, if it only meets the central 95 %); an aggregate, if it lies inside the 95 % bootstrap interval of \
ours or within 10 % of it; a bound or a property, if at least 95 % of our seeds have it (in part, if the median has it); a \
direction, by the sign of the median difference with a 95 % interval that excludes 0; an exact number, if it equals ours in all \
printed digits; a statement with several parts, if all of them hold (in part, if some do). What fails under the paper's own \
convention but holds under another plausible one is reproduced in part. It is luck when it fails over seeds or shapes, but the \
best of as many seeds of the simplest candidate reaches the claimed gain too.";

/// What a paper says of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// It is this.
    Number(f64),
    /// It lies between these, ends included.
    Between(f64, f64),
    /// It is this or smaller.
    AtMost(f64),
    /// It is this or larger.
    AtLeast(f64),
}

/// Which summary of a sample is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The median over seeds.
    Median,
    /// The arithmetic mean over seeds.
    Mean,
}

/// How a statement is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// A number that one run gave.
    Single(Expected),
    /// A number that many runs gave together.
    Aggregate(Statistic, Expected),
    /// A difference (or log ratio) that is positive.
    Positive,
    /// A difference (or log ratio) that is negative.
    Negative,
    /// A number without chance, given in print with this many decimals.
    Exact(f64, u32),
    /// A property that a run has (1) or has not (0).
    Property,
    /// Parts that hold (1) or do not (0).
    Parts,
}

/// A judgement: our number, the verdict, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Our number.
    pub ours: Ours,
    /// The verdict under this convention alone.
    pub verdict: Verdict,
    /// Why, in a few words.
    pub because: String,
}

impl Rule {
    /// Judges a sample.
    pub fn judge(self, sample: &Sample) -> Judgement {
        if sample.is_empty() {
            let because = "no reading".to_owned();
            return Judgement { ours: Ours::none(), verdict: Verdict::NotTestable, because };
        }
        match self {
            Self::Single(expected) => single(sample, expected),
            Self::Aggregate(statistic, expected) => aggregate(sample, statistic, expected),
            Self::Positive => direction(sample, 1.0),
            Self::Negative => direction(sample, -1.0),
            Self::Exact(paper, decimals) => exact(sample, paper, decimals),
            Self::Property => property(sample),
            Self::Parts => parts(sample),
        }
    }
}

/// Judges the direction of an estimate that comes with its own 95 % interval: above (or below) a neutral value.
pub fn direction_of(
    value: Option<f64>,
    ci95: Option<[f64; 2]>,
    neutral: f64,
    above: bool,
    n_seeds: usize,
) -> Judgement {
    let ours = Ours { kind: Kind::Seeds, value, q25: None, q75: None, ci95, n_seeds };
    let Some([low, high]) = ci95 else {
        return Judgement { ours, verdict: Verdict::NotTestable, because: "no interval".to_owned() };
    };
    let interval = format!("interval {} to {}", short(low), short(high));
    let (verdict, words) = match (low > neutral, high < neutral) {
        (true, _) if above => (Verdict::Reproduced, "is above"),
        (_, true) if !above => (Verdict::Reproduced, "is below"),
        (false, false) => (Verdict::NotReproduced, "includes"),
        _ => (Verdict::NotReproduced, "is on the other side of"),
    };
    Judgement { ours, verdict, because: format!("{interval} {words} {}", short(neutral)) }
}

/// Our number over seeds: the median with its quartiles and interval.
fn over_seeds(sample: &Sample) -> Ours {
    let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
    Ours {
        kind: Kind::Seeds,
        value: finite(sample.median()),
        q25: finite(sample.quantile(0.25)),
        q75: finite(sample.quantile(0.75)),
        ci95: sample.median_interval(),
        n_seeds: sample.len(),
    }
}

fn when(holds: bool, otherwise: Verdict) -> Verdict {
    if holds { Verdict::Reproduced } else { otherwise }
}

fn single(sample: &Sample, expected: Expected) -> Judgement {
    let ours = over_seeds(sample);
    let [low, high] = sample.central95().unwrap_or([f64::NAN; 2]);
    let median = sample.median().unwrap_or(f64::NAN);
    let central = format!("central 95 % of {} seeds: {} to {}", sample.len(), short(low), short(high));
    let (verdict, because) = match expected {
        Expected::Number(paper) => (when((low..=high).contains(&paper), Verdict::NotReproduced), central),
        Expected::Between(from, to) => {
            let part = if low <= to && from <= high { Verdict::InPart } else { Verdict::NotReproduced };
            (when((from..=to).contains(&median), part), format!("median {}; {central}", short(median)))
        }
        Expected::AtMost(most) => bound(sample, |value| value <= most),
        Expected::AtLeast(least) => bound(sample, |value| value >= least),
    };
    Judgement { ours, verdict, because }
}

fn bound(sample: &Sample, holds: impl Fn(f64) -> bool) -> (Verdict, String) {
    let share = sample.share(&holds).unwrap_or(0.0);
    let median_holds = sample.median().is_some_and(&holds);
    let part = if median_holds { Verdict::InPart } else { Verdict::NotReproduced };
    let because = format!("{:.0} % of {} seeds; the median is {}", 100.0 * share, sample.len(), short_median(sample));
    (when(share >= NEARLY_ALL, part), because)
}

fn aggregate(sample: &Sample, statistic: Statistic, expected: Expected) -> Judgement {
    let mut ours = over_seeds(sample);
    if statistic == Statistic::Mean {
        ours.value = sample.mean().filter(|mean| mean.is_finite());
        ours.ci95 = sample.mean_interval();
    }
    let value = ours.value.unwrap_or(f64::INFINITY);
    let [low, high] = ours.ci95.unwrap_or([value; 2]);
    let (from, to) = match expected {
        Expected::Number(paper) => (paper, paper),
        Expected::Between(from, to) => (from, to),
        Expected::AtMost(most) => (f64::NEG_INFINITY, most),
        Expected::AtLeast(least) => (least, f64::INFINITY),
    };
    let nearest = value.clamp(from, to);
    let inside = low <= to && from <= high;
    let near = (value - nearest).abs() <= NEAR * nearest.abs();
    let because = format!("95 % interval {} to {}", short(low), short(high));
    Judgement { ours, verdict: when(inside || near, Verdict::NotReproduced), because }
}

fn direction(sample: &Sample, sign: f64) -> Judgement {
    let ours = over_seeds(sample);
    let (verdict, because) = match ours.ci95 {
        Some([low, high]) if low * sign > 0.0 && high * sign > 0.0 => {
            (Verdict::Reproduced, format!("interval {} to {} excludes 0", short(low), short(high)))
        }
        Some([low, high]) if low * sign < 0.0 && high * sign < 0.0 => {
            (Verdict::NotReproduced, format!("interval {} to {}: the opposite", short(low), short(high)))
        }
        Some([low, high]) => (Verdict::NotReproduced, format!("interval {} to {} includes 0", short(low), short(high))),
        None => (Verdict::NotTestable, "too few seeds for an interval".to_owned()),
    };
    Judgement { ours, verdict, because }
}

fn exact(sample: &Sample, paper: f64, decimals: u32) -> Judgement {
    let value = sample.values()[0];
    let half = 0.5 * 10f64.powi(-i32::try_from(decimals).unwrap_or(i32::MAX));
    // A value exactly between two printed ones may be rounded either way.
    let equal = (value - paper).abs() <= half * (1.0 + 1e3 * f64::EPSILON);
    let because = format!("ours is {}", short(value));
    Judgement { ours: Ours::exact(value), verdict: when(equal, Verdict::NotReproduced), because }
}

fn property(sample: &Sample) -> Judgement {
    let share = sample.share(|value| value > 0.5).unwrap_or(0.0);
    let ours = Ours { kind: Kind::Boolean, n_seeds: sample.len(), ..Ours::exact(share) };
    let part = if share > 0.5 { Verdict::InPart } else { Verdict::NotReproduced };
    let because = format!("holds for {:.0} % of {}", 100.0 * share, sample.len());
    Judgement { ours, verdict: when(share >= NEARLY_ALL, part), because }
}

fn parts(sample: &Sample) -> Judgement {
    let share = sample.share(|value| value > 0.5).unwrap_or(0.0);
    let ours = Ours { kind: Kind::Boolean, n_seeds: sample.len(), ..Ours::exact(share) };
    let part = if share > 0.0 { Verdict::InPart } else { Verdict::NotReproduced };
    let because = format!("{:.0} of {} parts hold", share * sample.len() as f64, sample.len());
    Judgement { ours, verdict: when(share == 1.0, part), because }
}

fn short_median(sample: &Sample) -> String {
    sample.median().map_or_else(|| "missing".to_owned(), short)
}

/// A number in at most four digits.
pub fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string().replace("inf", "∞");
    }
    let magnitude = value.abs();
    if (1e-3..1e5).contains(&magnitude) {
        let decimals = (3.0 - magnitude.log10().floor()).clamp(0.0, 6.0) as usize;
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    } else {
        format!("{value:.2e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(rule: Rule, values: &[f64]) -> Verdict {
        rule.judge(&Sample::new(values.to_vec())).verdict
    }

    #[test]
    fn each_rule_accepts_and_refuses() {
        use Verdict::{InPart, NotReproduced, NotTestable, Reproduced};
        let ten: Vec<f64> = (1..=40).map(|i| f64::from(i) / 4.0).collect();
        assert_eq!(verdict(Rule::Single(Expected::Number(9.0)), &ten), Reproduced);
        assert_eq!(verdict(Rule::Single(Expected::Number(11.0)), &ten), NotReproduced);
        assert_eq!(verdict(Rule::Single(Expected::Between(5.0, 6.0)), &ten), Reproduced);
        assert_eq!(verdict(Rule::Single(Expected::Between(7.0, 8.0)), &ten), InPart);
        assert_eq!(verdict(Rule::Single(Expected::Between(20.0, 30.0)), &ten), NotReproduced);
        assert_eq!(verdict(Rule::Single(Expected::AtMost(10.0)), &ten), Reproduced);
        assert_eq!(verdict(Rule::Single(Expected::AtMost(6.0)), &ten), InPart);
        assert_eq!(verdict(Rule::Single(Expected::AtLeast(6.0)), &ten), NotReproduced);
        assert_eq!(verdict(Rule::Aggregate(Statistic::Median, Expected::Number(5.2)), &ten), Reproduced);
        assert_eq!(verdict(Rule::Aggregate(Statistic::Mean, Expected::Number(9.0)), &ten), NotReproduced);
        assert_eq!(verdict(Rule::Positive, &ten), Reproduced);
        assert_eq!(verdict(Rule::Negative, &ten), NotReproduced);
        assert_eq!(verdict(Rule::Positive, &[-1.0, 1.0, -2.0, 2.0]), NotReproduced);
        assert_eq!(verdict(Rule::Exact(0.96, 2), &[0.9585]), Reproduced);
        assert_eq!(verdict(Rule::Exact(94.0, 0), &[89.0]), NotReproduced);
        assert_eq!(verdict(Rule::Property, &[1.0, 1.0, 0.0]), InPart);
        assert_eq!(verdict(Rule::Parts, &[1.0, 1.0]), Reproduced);
        assert_eq!(verdict(Rule::Parts, &[0.0, 0.0]), NotReproduced);
        assert_eq!(verdict(Rule::Positive, &[]), NotTestable);
    }

    #[test]
    fn numbers_are_short() {
        let texts = [0.08812, 2.0, 1234.56, 0.00001234, 575_000.0, f64::INFINITY, -3.0].map(short);
        assert_eq!(texts, ["0.08812", "2", "1235", "1.23e-5", "5.75e5", "∞", "-3"]);
    }
}
