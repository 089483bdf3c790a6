//! A verdict with its witness or certificate, as a document and as text.

use relulab_exact::Rational;
use relulab_net::Network;
use relulab_regions::equal::{Certificate, EqualBudget, EqualError, Method, Verdict, Witness, equal, verify};
use relulab_regions::relaxation::InputBox;
use serde::Serialize;
use std::fmt::Write;
use std::process::ExitCode;

/// Certificates of more regions are not checked here: the check needs memory for all of them.
const MOST_CHECKED_REGIONS: u64 = 5_000;

/// Lower and upper ends, one pair per input.
pub type Sides<'a> = Option<&'a [(f64, f64)]>;

/// What is known of two networks.
#[derive(Serialize)]
pub struct Answer {
    /// `equal`, `different` or `unknown`.
    pub verdict: &'static str,
    /// Intervals of the box, or the word `whole_space`.
    pub domain: serde_json::Value,
    /// By what: `forms_everywhere`, `forms_over_box`, `regions`, or `evaluation` at a point.
    pub method: Option<&'static str>,
    /// A point at which the networks differ.
    pub witness: Option<Point>,
    /// What proves equality.
    pub certificate: Option<Summary>,
    /// Why nothing is known.
    pub reason: Option<String>,
}

/// A point, and what the networks give there.
#[derive(Serialize)]
pub struct Point {
    x: Vec<f64>,
    a: Vec<f64>,
    b: Vec<f64>,
    /// a − b, subtracted before it is rounded.
    difference: Vec<f64>,
    /// The same without rounding, as fractions.
    exact: ExactPoint,
}

/// Fractions.
#[derive(Serialize)]
struct ExactPoint {
    x: Vec<String>,
    a: Vec<String>,
    b: Vec<String>,
}

/// The size of a certificate.
#[derive(Serialize)]
pub struct Summary {
    /// Kinks that the networks have between them.
    kinks: usize,
    /// Proofs that units are stable.
    proofs: usize,
    /// Regions on which the difference is 0, where the forms differ.
    regions: Option<u64>,
    /// Whether separate code has checked it.
    checked: bool,
}

impl From<Witness> for Point {
    fn from(witness: Witness) -> Self {
        let rounded = |values: &[Rational]| values.iter().map(Rational::to_f64).collect();
        let exact = |values: &[Rational]| values.iter().map(Rational::to_string).collect();
        let Witness { x, a, b } = &witness;
        let difference: Vec<Rational> = a.iter().zip(b).map(|(a, b)| a.clone() - b).collect();
        Self {
            x: rounded(x),
            a: rounded(a),
            b: rounded(b),
            difference: rounded(&difference),
            exact: ExactPoint { x: exact(x), a: exact(a), b: exact(b) },
        }
    }
}

/// Compares two networks and has the certificate checked.
///
/// # Errors
/// When they cannot be compared.
pub fn answer(
    a: &Network,
    b: &Network,
    sides: Sides<'_>,
    budget: EqualBudget,
) -> Result<(Answer, Option<Certificate>), EqualError> {
    let (domain, place) = match sides {
        Some(sides) => {
            let (lower, upper) = sides.iter().copied().unzip();
            let place: Vec<[f64; 2]> = sides.iter().map(|(low, high)| [*low, *high]).collect();
            (Some(InputBox::new(lower, upper)?), serde_json::json!(place))
        }
        None => (None, serde_json::json!("whole_space")),
    };
    let mut answer =
        Answer { verdict: "unknown", domain: place, method: None, witness: None, certificate: None, reason: None };
    match equal(a, b, domain.as_ref(), budget)? {
        Verdict::Unknown(obstacle) => answer.reason = Some(obstacle.to_string()),
        Verdict::Different(witness) => {
            answer.verdict = "different";
            answer.method = Some("evaluation");
            answer.witness = Some(Point::from(*witness));
        }
        Verdict::Equal(certificate) => {
            let is_small = certificate.regions.is_none_or(|regions| regions <= MOST_CHECKED_REGIONS);
            if let (true, Err(fault)) = (is_small, verify(a, b, domain.as_ref(), &certificate)) {
                // Then there is a mistake in this program, and nothing is known.
                answer.reason = Some(format!("the certificate found does not check: {fault}"));
                return Ok((answer, None));
            }
            answer.verdict = "equal";
            answer.method = Some(match certificate.method() {
                Method::FormsEverywhere => "forms_everywhere",
                Method::FormsOverBox => "forms_over_box",
                Method::Regions => "regions",
            });
            answer.certificate = Some(Summary {
                kinks: certificate.atoms.len(),
                proofs: certificate.proofs.iter().map(Vec::len).sum(),
                regions: certificate.regions,
                checked: is_small,
            });
            return Ok((answer, Some(*certificate)));
        }
    }
    Ok((answer, None))
}

/// The domain in words.
pub fn text_of_domain(domain: &serde_json::Value) -> String {
    match domain {
        serde_json::Value::String(_) => "on the whole space".to_owned(),
        sides => format!("over the box {sides}"),
    }
}

impl Answer {
    /// 0 for equal, 1 for different, 3 for unknown.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.verdict {
            "equal" => 0,
            "different" => 1,
            _ => 3,
        })
    }

    /// The answer for people.
    pub fn text(&self, names: [&str; 2]) -> String {
        let mut out = format!("{} {}\n", self.verdict, text_of_domain(&self.domain));
        if let Some(Point { x, a, b, difference, .. }) = &self.witness {
            let width = names[0].len().max(names[1].len()).max("A − B".chars().count());
            let mut line = |name: &str, values: &[f64]| _ = writeln!(out, "  {name:<width$}  {values:?}");
            line("x", x);
            line(names[0], a);
            line(names[1], b);
            line("A − B", difference);
        }
        if let Some(summary) = &self.certificate {
            let _ = writeln!(out, "  {}", self.how(summary));
            let checked = if summary.checked { "checked by separate code" } else { "too large to be checked here" };
            let _ = writeln!(out, "  certificate: {} kinks, {} proofs; {checked}", summary.kinks, summary.proofs);
        }
        if let Some(reason) = &self.reason {
            let _ = writeln!(out, "  {reason}");
        }
        out
    }

    fn how(&self, summary: &Summary) -> String {
        match (summary.regions, self.method) {
            (Some(regions), _) => format!("the difference of their forms is 0 on all of its {regions} regions"),
            (None, Some("forms_everywhere")) => "the same forms in common kinks, so equal everywhere".to_owned(),
            (None, _) => "the same forms in common kinks, with units proved dead or linear over the box".to_owned(),
        }
    }
}
