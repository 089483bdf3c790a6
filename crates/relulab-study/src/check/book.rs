//! A book of claims under construction: numbered, judged, with every convention that was tried.

use super::claim::{Claim, Ours, Universe, Verdict};
use super::reading::Readings;
use super::rule::{Judgement, Rule};
use super::sample::Sample;
use std::collections::BTreeMap;

/// A sample seen under one convention, and where it comes from.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The convention in a few words.
    pub convention: String,
    /// The numbers.
    pub sample: Sample,
    /// Experiment, cases and quantities behind them.
    pub evidence: String,
}

impl View {
    /// A view of numbers that were computed from readings.
    pub fn new(convention: impl Into<String>, sample: Sample, evidence: impl Into<String>) -> Self {
        Self { convention: convention.into(), sample, evidence: evidence.into() }
    }

    /// A view of one number without chance.
    pub fn exact(convention: impl Into<String>, value: f64, evidence: impl Into<String>) -> Self {
        Self::new(convention, Sample::new(vec![value]), evidence)
    }

    /// A view of parts that hold or do not.
    pub fn parts(convention: impl Into<String>, parts: &[bool], evidence: impl Into<String>) -> Self {
        let values = parts.iter().map(|&holds| f64::from(u8::from(holds))).collect();
        Self::new(convention, Sample::new(values), evidence)
    }
}

/// Readings by experiment, with shorthands for views.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The readings of each experiment.
    pub readings: BTreeMap<String, Readings>,
}

impl Evidence {
    /// The readings of an experiment; none for an unknown one.
    pub fn of(&self, experiment: &str) -> Readings {
        self.readings.get(experiment).cloned().unwrap_or_default()
    }

    /// One quantity of one case over its seeds.
    pub fn sample(&self, experiment: &str, case: &str, quantity: &str) -> Sample {
        self.readings.get(experiment).map(|readings| readings.sample(case, quantity)).unwrap_or_default()
    }

    /// The same as a view.
    pub fn view(&self, convention: impl Into<String>, experiment: &str, case: &str, quantity: &str) -> View {
        View::new(convention, self.sample(experiment, case, quantity), format!("{experiment}: {case}: {quantity}"))
    }

    /// A function of two quantities, paired by seed, as a view.
    pub fn paired(
        &self,
        convention: impl Into<String>,
        experiment: &str,
        a: (&str, &str),
        b: (&str, &str),
        function: impl Fn(f64, f64) -> f64,
    ) -> View {
        let readings = self.readings.get(experiment);
        let sample = readings.map(|readings| readings.paired(a, b, function)).unwrap_or_default();
        View::new(convention, sample, format!("{experiment}: {}: {} with {}: {}, by seed", a.0, a.1, b.0, b.1))
    }
}

/// Claims in the order of the paper.
#[derive(Clone, Debug)]
pub struct Book {
    prefix: &'static str,
    section: String,
    claims: Vec<Claim>,
}

impl Book {
    /// An empty book; identifiers are the prefix and a number.
    pub fn new(prefix: &'static str) -> Self {
        Self { prefix, section: String::new(), claims: Vec::new() }
    }

    /// Opens a section of the paper.
    pub fn section(&mut self, section: &str) {
        section.clone_into(&mut self.section);
    }

    /// Judges a claim under several conventions, the paper's own first.
    pub fn judge(&mut self, text: impl Into<String>, paper: impl Into<String>, rule: Rule, views: Vec<View>) {
        let judged = views.into_iter().map(|view| {
            let judgement = rule.judge(&view.sample);
            (view.convention, judgement, view.evidence)
        });
        self.enter(text, paper, judged.collect());
    }

    /// Enters a claim with its judgements: convention, judgement and evidence, the paper's own convention first.
    pub fn enter(
        &mut self,
        text: impl Into<String>,
        paper: impl Into<String>,
        judged: Vec<(String, Judgement, String)>,
    ) {
        let mut universes = Vec::new();
        let mut evidence = Vec::new();
        let mut first: Option<Judgement> = None;
        for (convention, judgement, source) in judged {
            let (ours, verdict) = (judgement.ours.clone(), judgement.verdict);
            universes.push(Universe { convention, ours, verdict });
            if !evidence.contains(&source) {
                evidence.push(source);
            }
            first.get_or_insert(judgement);
        }
        let Some(Judgement { ours, mut verdict, mut because }) = first else { return };
        let elsewhere = universes[1..].iter().find(|universe| universe.verdict == Verdict::Reproduced);
        if let (Verdict::NotReproduced, Some(elsewhere)) = (verdict, elsewhere) {
            verdict = Verdict::InPart;
            because += &format!("; reproduced under: {}", elsewhere.convention);
        }
        let convention = universes[0].convention.clone();
        self.push(text.into(), paper.into(), ours, convention, (verdict, because), universes, evidence);
    }

    /// Enters a claim whose verdict is not a matter of numbers: contradictions and lost text.
    pub fn declare(
        &mut self,
        text: impl Into<String>,
        paper: impl Into<String>,
        verdict: Verdict,
        because: impl Into<String>,
        ours: Option<View>,
    ) {
        let view = ours.unwrap_or_default();
        let ours = match view.sample.values() {
            [] => Ours::none(),
            [one] => Ours::exact(*one),
            _ => Rule::Positive.judge(&view.sample).ours,
        };
        let evidence = if view.evidence.is_empty() { Vec::new() } else { vec![view.evidence] };
        let universe = Universe { convention: view.convention.clone(), ours: ours.clone(), verdict };
        self.push(
            text.into(),
            paper.into(),
            ours,
            view.convention,
            (verdict, because.into()),
            vec![universe],
            evidence,
        );
    }

    /// Turns the verdict of the newest claim, unless it was reproduced, into luck.
    pub fn or_luck(&mut self, is_luck: bool, because: impl Into<String>) {
        if let Some(claim) = self.claims.last_mut()
            && is_luck
            && matches!(claim.verdict, Verdict::NotReproduced | Verdict::InPart)
        {
            claim.verdict = Verdict::Luck;
            claim.because = format!("{}; {}", claim.because, because.into());
        }
    }

    /// Adds a remark to the newest claim.
    pub fn remark(&mut self, remark: impl Into<String>) {
        if let Some(claim) = self.claims.last_mut() {
            claim.because = format!("{}; {}", claim.because, remark.into());
        }
    }

    /// The claims.
    pub fn finish(self) -> Vec<Claim> {
        self.claims
    }

    #[expect(clippy::too_many_arguments, reason = "one field each, in one private place")]
    fn push(
        &mut self,
        text: String,
        paper: String,
        ours: Ours,
        convention: String,
        (verdict, because): (Verdict, String),
        multiverse: Vec<Universe>,
        evidence: Vec<String>,
    ) {
        let id = format!("{}{:03}", self.prefix, self.claims.len() + 1);
        let section = self.section.clone();
        self.claims.push(Claim { id, section, text, paper, ours, convention, verdict, because, multiverse, evidence });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rule::Expected;

    #[test]
    fn another_convention_saves_a_part_and_luck_is_told() {
        let mut book = Book::new("X");
        book.section("3");
        let view = |convention: &str, values: &[f64]| View::new(convention, Sample::new(values.to_vec()), "e: c: q");
        let rule = Rule::Single(Expected::Number(5.0));
        book.judge("a number", "5", rule, vec![view("first", &[1.0, 2.0]), view("second", &[4.0, 6.0])]);
        book.judge("another", "5", rule, vec![view("first", &[1.0, 2.0])]);
        book.or_luck(true, "the best of 3 does it");
        book.judge("a third", "5", rule, vec![view("first", &[4.0, 6.0])]);
        book.or_luck(true, "never said");
        book.declare(
            "a sum",
            "94",
            Verdict::SelfContradictory,
            "it is 89",
            Some(View::exact("count", 89.0, "formula")),
        );
        let claims = book.finish();
        let verdicts: Vec<Verdict> = claims.iter().map(|claim| claim.verdict).collect();
        assert_eq!(verdicts, [Verdict::InPart, Verdict::Luck, Verdict::Reproduced, Verdict::SelfContradictory]);
        assert_eq!(claims[0].id, "X001");
        assert!(claims[0].because.ends_with("; reproduced under: second"));
        assert_eq!(claims[0].evidence, ["e: c: q"]);
        assert_eq!(claims[3].ours.value, Some(89.0));
    }
}
