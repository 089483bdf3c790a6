//! Section 3, continued: walks along eigenvectors, the cloud of solutions, mode connectivity, scaling.

use crate::anatomy::setting::{LONG, SHORT};
use crate::anatomy::{cloud, connectivity, spectra, walks};
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Readings, View};

/// Sample size of the cloud that is put beside the paper's, which states none.
const CLOUD_SIZE: usize = 200;
/// Largest norm that is still rounding, for products of matrices with entries of order 1.
const ROUNDING: f64 = 1e-9;
/// Loss below which the paper calls zero directions flat.
const FLAT_ZERO: f64 = 1e-5;

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Parameter space: walks along eigenvectors");
    distances(book, evidence);
    book.section("Parameter space: the cloud of solutions");
    solutions(book, evidence);
    book.section("Parameter space: mode connectivity");
    paths(book, evidence);
    book.section("Parameter space: scaling symmetry");
    scaling(book, evidence);
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
