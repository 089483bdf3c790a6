//! Section 3: the spectrum from k = 0 to 16, walks, the cloud of solutions, connectivity, scaling.

use crate::anatomy::setting::{LONG, SHORT};
use crate::anatomy::{cloud, connectivity, spectra, walks};
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Readings, Sample, Verdict, View};

/// Sample size of the cloud that is put beside the paper's, which states none.
const CLOUD_SIZE: usize = 200;

/// Largest norm that is still rounding, for products of matrices with entries of order 1.
const ROUNDING: f64 = 1e-9;
/// Loss below which the paper calls zero directions flat.
const FLAT_ZERO: f64 = 1e-5;

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Parameter space: four tiers");
    tiers(book, evidence);
    book.section("Parameter space: from k = 0 to 16");
    growth(book, evidence);
    book.section("Parameter space: walks along eigenvectors");
    distances(book, evidence);
    book.section("Parameter space: the cloud of solutions");
    solutions(book, evidence);
    book.section("Parameter space: mode connectivity");
    paths(book, evidence);
    book.section("Parameter space: scaling symmetry");
    scaling(book, evidence);
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

fn distances(book: &mut Book, evidence: &Evidence) {
    let views = |quantity: &str| {
        [(SHORT, "2000 steps"), (LONG, "3000 steps")]
            .map(|(steps, text)| evidence.view(text, "walks", &walks::case_of("linear", steps), quantity))
            .to_vec()
    };
    let with = |quantities: [&str; 2]| {
        let mut all = views(quantities[0]);
        for (view, name) in
            views(quantities[1]).into_iter().zip(["worst direction, 2000 steps", "worst direction, 3000 steps"])
        {
            all.push(View { convention: name.to_owned(), ..view });
        }
        all
    };
    book.judge(
        "steep: loss within ±1 (median direction, larger sign)",
        "1–10",
        Rule::Single(Expected::Between(1.0, 10.0)),
        with(["loss tier=steep at=1", "worst loss tier=steep at=1"]),
    );
    book.judge(
        "moderate: loss within ±1",
        "~0.01",
        Rule::Single(Expected::Number(0.01)),
        with(["loss tier=moderate at=1", "worst loss tier=moderate at=1"]),
    );
    book.judge(
        "weak: loss stays below 1e-4 for ±3",
        "< 1e-4",
        Rule::Single(Expected::AtMost(walks::FLAT)),
        with(["loss tier=weak at=3", "worst loss tier=weak at=3"]),
    );
    let zero = |tier: &str, text: &str, distance: &str| {
        [(SHORT, "2000 steps"), (LONG, "3000 steps")].map(|(steps, words)| {
            let quantity = format!("worst loss tier={tier} at={distance}");
            evidence.view(format!("{text}, {words}"), "walks", &walks::case_of("linear", steps), &quantity)
        })
    };
    let far = zero("zero", "zero tier of the pattern Hessian, worst direction, at 1000", "1000");
    let dead = zero(walks::DEAD[0], "incoming parameters of units dead on the samples, worst, at 1000", "1000");
    let outgoing = zero(walks::DEAD[1], "outgoing weights of units dead on the samples, worst, at 1000", "1000");
    book.judge(
        "zero: loss stays below 1e-5 for arbitrary distance",
        "< 1e-5",
        Rule::Single(Expected::AtMost(FLAT_ZERO)),
        far.into_iter().chain(dead).chain(outgoing).collect(),
    );
    let flat = |quantity: &str| {
        [(SHORT, "2000 steps"), (LONG, "3000 steps")]
            .map(|(steps, text)| evidence.view(text, "walks", &walks::case_of("linear", steps), quantity))
            .to_vec()
    };
    book.judge(
        "weak flatness (loss < 1e-4) extends beyond 60 % of the weight norm (median direction)",
        "> 0.6",
        Rule::Single(Expected::AtLeast(0.6)),
        flat("flat distance over weight norm tier=weak"),
    );
    let global = |distance: &str| {
        let case = walks::case_of("linear", LONG);
        evidence.view(
            format!("median weak direction at distance {distance}, 3000 steps"),
            "walks",
            &case,
            &format!("loss tier=weak at={distance}"),
        )
    };
    book.judge(
        "the manifold is globally flat along weak directions (loss < 1e-4 far away)",
        "globally flat",
        Rule::Single(Expected::AtMost(walks::FLAT)),
        vec![global("30"), global("10"), global("100")],
    );
}

fn solutions(book: &mut Book, evidence: &Evidence) {
    let views = |preparation: &str, quantity: &str| -> Vec<View> {
        let sizes = [CLOUD_SIZE].into_iter().chain(cloud::SIZES.into_iter().filter(|&n| n != CLOUD_SIZE));
        sizes
            .flat_map(|n| [(SHORT, n), (LONG, n)])
            .map(|(steps, n)| {
                let case = cloud::case_of("linear", steps, preparation, n);
                evidence.view(format!("{n} solutions, {steps} steps"), "cloud", &case, quantity)
            })
            .filter(|view| !view.sample.is_empty())
            .collect()
    };
    let aggregate = |paper: f64| Rule::Aggregate(Statistic::Median, Expected::Number(paper));
    book.judge("components for 95 % of the variance, raw", "28", aggregate(28.0), views("raw", "components95"));
    book.judge("share of the first component, raw", "0.075", aggregate(0.075), views("raw", "share of component 1"));
    book.judge("share of the second component, raw", "0.071", aggregate(0.071), views("raw", "share of component 2"));
    book.judge(
        "components for 95 % after greedy alignment",
        "27",
        aggregate(27.0),
        views("greedy", "components95").into_iter().chain(views("greedy-medoid", "components95")).collect(),
    );
    let drop = |preparation: &str| -> Vec<View> {
        [(SHORT, CLOUD_SIZE), (LONG, CLOUD_SIZE), (LONG, 100), (LONG, 400)]
            .into_iter()
            .map(|(steps, n)| {
                let (raw, aligned) =
                    (cloud::case_of("linear", steps, "raw", n), cloud::case_of("linear", steps, preparation, n));
                evidence.paired(
                    format!("{preparation}, {n} solutions, {steps} steps"),
                    "cloud",
                    (&raw, "total variance"),
                    (&aligned, "total variance"),
                    |raw, aligned| 1.0 - aligned / raw,
                )
            })
            .filter(|view| !view.sample.is_empty())
            .collect()
    };
    book.judge(
        "total variance removed by greedy alignment",
        "0.529",
        aggregate(0.529),
        drop("greedy").into_iter().chain(drop("greedy-medoid")).chain(drop("greedy+normalised")).collect(),
    );
    let lost = |steps: u64| {
        let case = |preparation: &str| cloud::case_of("linear", steps, preparation, CLOUD_SIZE);
        evidence.paired(
            format!("share of components lost, {CLOUD_SIZE} solutions, {steps} steps"),
            "cloud",
            (&case("raw"), "components95"),
            (&case("greedy"), "components95"),
            |raw, aligned| 1.0 - aligned / raw,
        )
    };
    book.judge(
        "alignment shrinks the volume, not the number of directions: at most a tenth of the components goes",
        "28 → 27",
        Rule::Aggregate(Statistic::Median, Expected::AtMost(0.1)),
        vec![lost(SHORT), lost(LONG)],
    );
}

fn paths(book: &mut Book, evidence: &Evidence) {
    let view = |steps: u64, method: &str, quantity: &str, text: &str| {
        evidence.view(text, "connectivity", &connectivity::case_of("linear", steps, method), quantity)
    };
    let barriers = |method: &str| {
        vec![
            view(SHORT, method, "barrier", "exact on 1000 samples, above the interpolated ends, 2000 steps"),
            view(LONG, method, "barrier", "the same, 3000 steps"),
            view(LONG, method, "raw maximum", "raw maximum, 3000 steps"),
            view(LONG, method, "grid barrier", "grid over [−4,4], sampled, 3000 steps"),
        ]
    };
    book.judge(
        "barrier between two solutions of 2x+1, raw",
        "2.12",
        Rule::Single(Expected::Number(2.12)),
        barriers("raw"),
    );
    let mut aligned = barriers("greedy");
    aligned.extend(
        barriers("correlation+normalised").into_iter().take(2).map(|view| View {
            convention: format!("optimal assignment, canonical scale: {}", view.convention),
            ..view
        }),
    );
    book.judge("barrier after greedy alignment", "0.088", Rule::Single(Expected::Number(0.088)), aligned);
    let reduction = |method: &str, steps: u64, text: &str| {
        evidence.paired(
            text,
            "connectivity",
            (&connectivity::case_of("linear", steps, "raw"), "barrier"),
            (&connectivity::case_of("linear", steps, method), "barrier"),
            |raw, aligned| 1.0 - aligned / raw,
        )
    };
    book.judge(
        "reduction of the barrier by alignment",
        "0.958",
        Rule::Single(Expected::Number(0.958)),
        vec![
            reduction("greedy", SHORT, "greedy, 2000 steps"),
            reduction("greedy", LONG, "greedy, 3000 steps"),
            reduction("greedy+normalised", LONG, "greedy, canonical scale, 3000 steps"),
            reduction("correlation+normalised", LONG, "optimal assignment, canonical scale, 3000 steps"),
            reduction("optimal-weights", LONG, "least weight distance of all, 3000 steps"),
        ],
    );
    book.judge(
        "95.8 % is what 2.12 and 0.088 make",
        "0.958",
        Rule::Exact(0.958, 3),
        vec![View::exact("arithmetic", 1.0 - 0.088 / 2.12, "the paper's own numbers")],
    );
    book.judge(
        "alignment lowers the barrier",
        "yes",
        Rule::Positive,
        vec![reduction("greedy", SHORT, "greedy, 2000 steps"), reduction("greedy", LONG, "greedy, 3000 steps")],
    );
    let basin = |method: &str, target: &str, text: &str| {
        let case = connectivity::case_of(target, LONG, method);
        evidence.paired(text, "connectivity", (&case, "barrier"), (&case, "largest end loss"), |barrier, end| {
            f64::from(u8::from(barrier <= end))
        })
    };
    book.judge(
        "models that seem to lie in different basins lie in one, modulo relabeling (barrier no higher than the end losses)",
        "same basin",
        Rule::Property,
        vec![
            basin("greedy", "linear", "greedy, 2x+1"),
            basin("correlation+normalised", "linear", "optimal assignment, canonical scale, 2x+1"),
            basin("optimal-weights", "linear", "least weight distance of all, 2x+1"),
            basin("greedy", "quadratic", "greedy, x²"),
        ],
    );
    let nonlinear = |target: &str| {
        evidence.paired(
            format!("{target}, greedy, 3000 steps"),
            "connectivity",
            (&connectivity::case_of(target, LONG, "raw"), "barrier"),
            (&connectivity::case_of(target, LONG, "greedy"), "barrier"),
            |raw, aligned| 1.0 - aligned / raw,
        )
    };
    book.judge(
        "alignment on nonlinear targets (numbers lost; here: it lowers the barrier)",
        "lost in the text",
        Rule::Positive,
        vec![nonlinear("quadratic"), nonlinear("absolute")],
    );
}

fn scaling(book: &mut Book, evidence: &Evidence) {
    let case = spectra::case_of(16, "linear", LONG);
    let readings: Readings = evidence.of("spectra");
    let largest = |quantity: &str| readings.sample(&case, quantity).quantile(1.0).unwrap_or(f64::NAN);
    let holds = largest("largest ‖Gt‖") < ROUNDING;
    book.judge(
        "multiplying a unit's input weights by α and dividing its output weight by it preserves the function: ‖Gt‖ = 0",
        "preserved",
        Rule::Parts,
        vec![View::parts(
            format!("largest ‖Gt‖ over all units and seeds: {:.1e}", largest("largest ‖Gt‖")),
            &[holds],
            format!("spectra: {case}: largest ‖Gt‖"),
        )],
    );
    book.remark(format!(
        "for the Hessian the tangent t is null only where the gradient is, Ht = (−∂_w L, −∂_b L, +∂_v L): largest \
         error of this identity {:.1e}, largest ‖Ht‖ {:.1e}",
        largest("largest error of the identity Ht"),
        largest("largest ‖Ht‖")
    ));
    let effect = |preparation: &str| {
        let with = cloud::case_of("linear", LONG, preparation, CLOUD_SIZE);
        let raw = cloud::case_of("linear", LONG, "raw", CLOUD_SIZE);
        evidence.paired(
            format!("variance removed by {preparation}, {CLOUD_SIZE} solutions"),
            "cloud",
            (&raw, "total variance"),
            (&with, "total variance"),
            |raw, with| 1.0 - with / raw,
        )
    };
    book.judge(
        "the scaling symmetry, too, inflates the cloud: normalising removes variance",
        "numbers lost",
        Rule::Positive,
        vec![effect("normalised"), effect("greedy+normalised")],
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
