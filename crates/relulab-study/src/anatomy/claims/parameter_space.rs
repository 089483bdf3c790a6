//! Section 3: four tiers, and the spectrum from k = 0 to 16.

use crate::anatomy::setting::{LONG, SHORT};
use crate::anatomy::spectra;
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Sample, Verdict, View};

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Parameter space: four tiers");
    tiers(book, evidence);
    book.section("Parameter space: from k = 0 to 16");
    growth(book, evidence);
}

/// One quantity of 1→16→1 on the linear target under every convention.
fn tier_views(evidence: &Evidence, tier: &str) -> Vec<View> {
    let long = spectra::case_of(16, "linear", LONG);
    let short = spectra::case_of(16, "linear", SHORT);
    let view = |text: &str, case: &str, matrix: &str, cuts: &str| {
        evidence.view(text, "spectra", case, &format!("{matrix} {tier} cuts={cuts}"))
    };
    vec![
        view("pattern Hessian, 3000 steps, cuts 0.1, 1e-3, 1e-6", &long, "hessian", "paper"),
        view("pattern Hessian, 2000 steps", &short, "hessian", "paper"),
        view("Gauss-Newton, 3000 steps", &long, "gauss-newton", "paper"),
        view("Gauss-Newton, 2000 steps", &short, "gauss-newton", "paper"),
        view("pattern Hessian, 3000 steps, cuts ten times lower", &long, "hessian", "tenth"),
        view("pattern Hessian, 3000 steps, cuts ten times higher", &long, "hessian", "tenfold"),
    ]
}

fn tiers(book: &mut Book, evidence: &Evidence) {
    let long = spectra::case_of(16, "linear", LONG);
    for (tier, low, high) in [("steep", 3.0, 4.0), ("moderate", 5.0, 8.0), ("weak", 23.0, 24.0), ("zero", 13.0, 16.0)] {
        let rule = Rule::Single(Expected::Between(low, high));
        let text = format!("{tier} eigenvalues of a trained 1→16→1 on 2x+1");
        book.judge(text, format!("{low}–{high}"), rule, tier_views(evidence, tier));
    }
    let gaps = |matrix: &str| {
        let readings = evidence.sample("spectra", &long, &format!("{matrix} empty gaps at the cuts"));
        View::new(
            format!("{matrix}: no eigenvalue within half a decade of any of the three cuts"),
            readings.map(|gaps| f64::from(u8::from(gaps >= 3.0))),
            format!("spectra: {long}: {matrix} empty gaps at the cuts"),
        )
    };
    book.judge(
        "the spectrum decomposes into exactly four tiers (gaps at the three cuts)",
        "four",
        Rule::Property,
        vec![gaps("hessian"), gaps("gauss-newton")],
    );
    let same = |matrix: &str| {
        let parts: Vec<bool> = ["steep", "moderate", "weak", "zero"]
            .iter()
            .map(|tier| {
                let sample = evidence.sample("spectra", &long, &format!("{matrix} {tier} cuts=paper"));
                sample.quantile(0.05) == sample.quantile(0.95)
            })
            .collect();
        View::parts(
            format!("{matrix}: the count is the same in the central 90 % of the seeds, per tier"),
            &parts,
            format!("spectra: {long}: {matrix} counts"),
        )
    };
    book.judge(
        "the tier counts are predictable from the architecture alone",
        "yes",
        Rule::Parts,
        vec![same("hessian"), same("gauss-newton")],
    );
    let dof = |matrix: &str, text: &str| evidence.view(text, "spectra", &long, &format!("{matrix} steep cuts=paper"));
    book.judge(
        "the steep tier recovers the target's degrees of freedom: 2 for a line",
        "2 (3–4 in its own table)",
        Rule::Single(Expected::Number(2.0)),
        vec![dof("hessian", "pattern Hessian, 3000 steps"), dof("gauss-newton", "Gauss-Newton, 3000 steps")],
    );
    let more = |target: &str| {
        let other = spectra::case_of(16, target, LONG);
        let quantity = "hessian steep cuts=paper";
        evidence.paired(
            format!("pattern Hessian, {target} minus linear, paired by seed"),
            "spectra",
            (&other, quantity),
            (&long, quantity),
            |a, b| a - b,
        )
    };
    book.judge(
        "the steep count follows the target: more for |x| and x² than for a line",
        "implied",
        Rule::Positive,
        vec![more("quadratic"), more("absolute")],
    );
    let overlap = evidence.view(
        "pattern Hessian, 3000 steps",
        "spectra",
        &long,
        "share of steep eigenvectors in slope and intercept",
    );
    book.judge(
        "the steep eigenvectors are the directions of slope and intercept (share of their squared length, 1 = all)",
        "aligned (number lost)",
        Rule::Single(Expected::AtLeast(0.9)),
        vec![overlap],
    );
    book.declare(
        "value of the largest eigenvalue and its alignment",
        "lost in the text",
        Verdict::NotTestable,
        "the number is missing from the source; ours stands beside it",
        Some(View::exact(
            "median over seeds, pattern Hessian, 3000 steps",
            evidence.sample("spectra", &long, "hessian eigenvalue 00").median().unwrap_or(f64::NAN),
            format!("spectra: {long}: hessian eigenvalue 00"),
        )),
    );
    let fraction = |text: &str, case: &str, matrix: &str| {
        evidence.view(text, "spectra", case, &format!("{matrix} functional fraction"))
    };
    book.judge(
        "functional fraction at k = 16: only 8 % of the dimensions matter",
        "0.08",
        Rule::Single(Expected::Between(0.075, 0.085)),
        vec![
            fraction("pattern Hessian, 3000 steps", &long, "hessian"),
            fraction("Gauss-Newton, 3000 steps", &long, "gauss-newton"),
            fraction("pattern Hessian, 2000 steps", &spectra::case_of(16, "linear", SHORT), "hessian"),
        ],
    );
    let explained = |convention: &str, causes: &[&str]| {
        let samples: Vec<Sample> =
            causes.iter().map(|cause| evidence.sample("spectra", &long, &format!("null share {cause}"))).collect();
        let total = samples.iter().filter_map(Sample::mean).sum::<f64>();
        View::exact(convention, total, format!("spectra: {long}: null share …"))
    };
    book.judge(
        "the rest encodes symmetries, dead units and kinks: share of the Gauss-Newton null space (|λ| ≤ 1e-6) that \
         scaling, dead, linear and duplicate units explain",
        "all",
        Rule::Aggregate(Statistic::Mean, Expected::AtLeast(0.95)),
        vec![explained("mean over seeds and directions", &["scaling", "dead", "linear", "duplicate"])],
    );
    book.judge(
        "zero eigenvalues are the parameters of dead units: their share of the null space",
        "all",
        Rule::Aggregate(Statistic::Mean, Expected::AtLeast(0.95)),
        vec![
            explained("after scaling, which takes one of the three of each dead unit", &["dead"]),
            explained("scaling and dead units together", &["scaling", "dead"]),
        ],
    );
}

fn growth(book: &mut Book, evidence: &Evidence) {
    let zero = spectra::case_of(0, "linear", LONG);
    let sample = |place: &str| evidence.sample("spectra", &zero, &format!("hessian eigenvalue {place}"));
    // The eigenvalues of k = 0 do not depend on training, only on the sample: one number each.
    for (place, paper) in [("00", 2.012), ("01", 2.0)] {
        let value = sample(place).median().unwrap_or(f64::NAN);
        let text = format!("k = 0: eigenvalue {} of the Hessian on a sample of 1000", &place[1..]);
        // Twice an eigenvalue of the moment matrix: standard error 2·√(2/1000) for the second moment.
        let error = 2.0 * (2.0f64 / 1000.0).sqrt();
        let near = (value - paper).abs() <= 2.0 * 2.0f64.sqrt() * error;
        book.judge(
            text,
            paper.to_string(),
            Rule::Parts,
            vec![View::parts(
                format!("ours is {value:.4}; equal within two standard errors of two samples ({error:.3} each)"),
                &[near],
                format!("spectra: {zero}: hessian eigenvalue {place}"),
            )],
        );
    }
    book.judge(
        "k = 0: both eigenvalues equal 2 for N(0,1), a circular landscape (in expectation)",
        "2, 2",
        Rule::Exact(2.0, 3),
        vec![View::exact("twice E[(x,1)(x,1)ᵀ] = 2 I, closed form", 2.0, "2·E[x²] = 2·1, E[x] = 0")],
    );
    let one = spectra::case_of(1, "linear", LONG);
    let counts = |matrix: &str, text: &str| {
        let readings = evidence.of("spectra");
        let count = |tier: &str| readings.values(&one, &format!("{matrix} {tier} cuts=paper")).collect::<Vec<_>>();
        let (steep, moderate, weak, null) = (count("steep"), count("moderate"), count("weak"), count("zero"));
        let holds =
            |place: usize| steep[place].1 == 2.0 && moderate[place].1 == 1.0 && weak[place].1 + null[place].1 == 1.0;
        let n = [&steep, &moderate, &weak, &null].iter().map(|list| list.len()).min().unwrap_or(0);
        let values = (0..n).map(|place| f64::from(u8::from(holds(place)))).collect();
        View::new(text, Sample::new(values), format!("spectra: {one}: {matrix} counts"))
    };
    book.judge(
        "k = 1: 2 steep, 1 moderate, 1 near zero",
        "2 + 1 + 1",
        Rule::Property,
        vec![
            counts("hessian", "pattern Hessian, 3000 steps, near zero = weak or zero"),
            counts("gauss-newton", "Gauss-Newton, 3000 steps"),
        ],
    );
    let cosine = |matrix: &str, text: &str| {
        evidence.view(text, "spectra", &one, &format!("{matrix} cosine of flattest and scaling"))
    };
    book.judge(
        "k = 1: cosine of the flattest eigenvector and the scaling direction",
        "1.0000",
        Rule::Single(Expected::AtLeast(0.99995)),
        vec![cosine("hessian", "pattern Hessian, 3000 steps"), cosine("gauss-newton", "Gauss-Newton, 3000 steps")],
    );
    let slope = |matrix: &str, tiers: &[&str]| -> f64 {
        let points: Vec<(f64, f64)> = (2..=spectra::MOST_UNITS)
            .filter_map(|units| {
                let case = spectra::case_of(units, "linear", LONG);
                let counts = tiers
                    .iter()
                    .map(|tier| evidence.sample("spectra", &case, &format!("{matrix} {tier} cuts=paper")).mean());
                Some((units as f64, counts.sum::<Option<f64>>()?))
            })
            .collect();
        least_squares_slope(&points)
    };
    let slopes = |tiers: &[&str]| {
        [("hessian", "pattern Hessian"), ("gauss-newton", "Gauss-Newton")]
            .map(|(matrix, text)| {
                View::exact(
                    format!("{text}, least-squares slope of the mean count over k = 2 to 16"),
                    slope(matrix, tiers),
                    format!("spectra: k=2…16: {matrix} {}", tiers.join("+")),
                )
            })
            .to_vec()
    };
    book.judge("steep directions added per unit, k = 2 to 16", "0", Rule::Exact(0.0, 0), slopes(&["steep"]));
    book.judge("kink-position (moderate) directions added per unit", "~1", Rule::Exact(1.0, 0), slopes(&["moderate"]));
    book.judge(
        "scaling and kink-redistribution (weak) directions added per unit",
        "~2",
        Rule::Exact(2.0, 0),
        slopes(&["weak"]),
    );
    book.remark("with the zero tier, which the paper's list leaves out, all slopes sum to 3");
    let independent = |matrix: &str, text: &str| {
        let count = |units: usize| {
            let case = spectra::case_of(units, "linear", LONG);
            evidence.sample("spectra", &case, &format!("{matrix} steep cuts=paper")).median()
        };
        let first = count(2);
        let parts: Vec<bool> = (3..=spectra::MOST_UNITS).map(|units| count(units) == first).collect();
        View::parts(text, &parts, format!("spectra: k=2…16: {matrix} steep"))
    };
    book.judge(
        "the number of steep directions does not depend on the size of the network (median, k = 3 to 16 as at k = 2)",
        "constant",
        Rule::Parts,
        vec![independent("hessian", "pattern Hessian"), independent("gauss-newton", "Gauss-Newton")],
    );
    let scaled = spectra::MOST_UNITS;
    let case = spectra::case_of(scaled, "linear", LONG);
    book.declare(
        "law by which the functional fraction falls with k",
        "formula lost",
        Verdict::NotTestable,
        "the formula is missing from the source; ours at k = 16 stands beside it",
        Some(View::exact(
            "median, pattern Hessian, 3000 steps, k = 16",
            evidence.sample("spectra", &case, "hessian functional fraction").median().unwrap_or(f64::NAN),
            format!("spectra: {case}: hessian functional fraction"),
        )),
    );
}

/// Slope of the least-squares line.
fn least_squares_slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (mean_x, mean_y) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let (xy, xx) = points
        .iter()
        .fold((0.0, 0.0), |(xy, xx), (x, y)| (xy + (x - mean_x) * (y - mean_y), xx + (x - mean_x) * (x - mean_x)));
    xy / xx
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_slope() {
        assert_eq!(least_squares_slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]), 2.0);
    }
}
