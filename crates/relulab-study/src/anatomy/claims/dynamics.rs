//! Section 4: the phase transition, the two phases, movement, stopping.

use crate::anatomy::dynamics::case_of;
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Sample, Verdict, View};

/// The paper's table: step, loss, steep, moderate, weak, zero.
const TABLE: [(u64, f64, [f64; 4]); 7] = [
    (0, 22.4, [27.0, 6.0, 8.0, 8.0]),
    (25, 2.21, [28.0, 5.0, 6.0, 10.0]),
    (50, 0.578, [23.0, 9.0, 6.0, 11.0]),
    (100, 0.250, [4.0, 27.0, 7.0, 11.0]),
    (200, 0.021, [4.0, 13.0, 23.0, 9.0]),
    (500, 0.011, [4.0, 27.0, 10.0, 8.0]),
    (3000, 5.7e-5, [4.0, 10.0, 27.0, 8.0]),
];
const TIERS: [&str; 4] = ["steep", "moderate", "weak", "zero"];
/// The last step of training.
const LAST_STEP: u64 = 3000;

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Training dynamics: the table");
    table(book, evidence);
    book.section("Training dynamics: the transition");
    transition(book, evidence);
    book.section("Training dynamics: after the transition");
    manifold(book, evidence);
    book.section("Training dynamics: the choice of optimiser");
    optimisers(book, evidence);
    book.section("Training dynamics: stopping");
    stopping(book, evidence);
}

fn linear() -> String {
    case_of("linear", "adam")
}

fn view(evidence: &Evidence, text: &str, quantity: &str) -> View {
    evidence.view(text, "dynamics", &linear(), quantity)
}

fn table(book: &mut Book, evidence: &Evidence) {
    for (step, loss, counts) in TABLE {
        let views = ["uniform4", "uniform5", "uniform3", "normal"]
            .map(|name| view(evidence, &format!("{name}, 2x+1"), &format!("{name} step={step}")));
        book.judge(
            format!("step {step}: loss"),
            loss.to_string(),
            Rule::Single(Expected::Number(loss)),
            views.to_vec(),
        );
        for (tier, count) in TIERS.iter().zip(counts) {
            let views = vec![
                view(evidence, "pattern Hessian, 2x+1", &format!("hessian {tier} step={step}")),
                view(evidence, "Gauss-Newton, 2x+1", &format!("gauss-newton {tier} step={step}")),
                evidence.view(
                    "pattern Hessian, x²",
                    "dynamics",
                    &case_of("quadratic", "adam"),
                    &format!("hessian {tier} step={step}"),
                ),
            ];
            book.judge(
                format!("step {step}: {tier} eigenvalues"),
                count.to_string(),
                Rule::Single(Expected::Number(count)),
                views,
            );
        }
    }
}

fn transition(book: &mut Book, evidence: &Evidence) {
    book.declare(
        "27 → 4 between steps 50 and 100",
        "27 → 4",
        Verdict::SelfContradictory,
        "its table has 23 at step 50; 27 is the count at step 0",
        None,
    );
    book.declare(
        "eight checkpoints",
        "8",
        Verdict::SelfContradictory,
        "the table has seven",
        Some(View::exact("rows of the table", TABLE.len() as f64, "the paper")),
    );
    let drop = |from: u64, to: u64| {
        let case = linear();
        evidence.paired(
            format!("share of the whole drop that falls between steps {from} and {to}"),
            "dynamics",
            (&case, &format!("hessian steep step={from}")),
            (&case, &format!("hessian steep step={to}")),
            |before, after| before - after,
        )
    };
    book.judge(
        "between steps 50 and 100, 19 directions leave the steep tier",
        "19",
        Rule::Single(Expected::Number(19.0)),
        vec![drop(50, 100), drop(25, 100), drop(50, 150), drop(100, 200)],
    );
    book.judge(
        "the transition happens within 50–100 steps of the start (step at which the steep count reaches its final value)",
        "≤ 100",
        Rule::Single(Expected::AtMost(100.0)),
        vec![
            view(evidence, "first look, every 25 steps, 2x+1", "collapse step"),
            evidence.view("the same, x²", "dynamics", &case_of("quadratic", "adam"), "collapse step"),
            evidence.view("the same, |x|", "dynamics", &case_of("absolute", "adam"), "collapse step"),
        ],
    );
    book.judge(
        "the transition is sharp: about 50 steps (from 90 % to 10 % of the drop)",
        "~50",
        Rule::Single(Expected::AtMost(50.0)),
        vec![
            view(evidence, "looks every 25 steps, 2x+1", "collapse width"),
            evidence.view("the same, x²", "dynamics", &case_of("quadratic", "adam"), "collapse width"),
        ],
    );
    let settled = |from: u64, tiers: &[&str]| {
        let case = linear();
        let samples: Vec<Sample> = tiers
            .iter()
            .map(|tier| {
                let quantity = |step: u64| format!("hessian {tier} step={step}");
                let (here, last) = (quantity(from), quantity(LAST_STEP));
                let readings = evidence.of("dynamics");
                readings.paired((&case, &here), (&case, &last), |a, b| f64::from(u8::from((a - b).abs() <= 1.0)))
            })
            .collect();
        let all: Vec<f64> = samples.iter().flat_map(|sample| sample.values().to_vec()).collect();
        View::new(
            format!("{} at step {from} within one of step {LAST_STEP}", tiers.join(", ")),
            Sample::new(all),
            format!("dynamics: {case}: hessian … step={from}"),
        )
    };
    book.judge(
        "by step 200 the structure is established and does not change (each tier within one of its final count)",
        "established",
        Rule::Property,
        vec![settled(200, &TIERS), settled(200, &["steep"]), settled(500, &TIERS)],
    );
    book.remark("the paper's own table has 13, 27 and 10 moderate eigenvalues at steps 200, 500 and 3000");
    let share = |step: u64| {
        let case = linear();
        evidence.paired(
            format!("normal loss at step {step} below 1 % of the first"),
            "dynamics",
            (&case, &format!("normal step={step}")),
            (&case, "normal step=0"),
            |here, first| f64::from(u8::from(here < 0.01 * first)),
        )
    };
    book.judge(
        "the function is learned in the first 3 % of training (100 steps), the rest explores the manifold",
        "3 % / 97 %",
        Rule::Property,
        vec![share(100), share(200), share(300)],
    );
    let improves = |from: u64| {
        let case = linear();
        evidence.paired(
            format!("log10 of the normal loss at step {from} over the last"),
            "dynamics",
            (&case, &format!("normal step={from}")),
            (&case, &format!("normal step={LAST_STEP}")),
            |here, last| (here / last).log10(),
        )
    };
    book.judge(
        "97 % of training is spent exploring rather than improving the function: after step 100 the loss falls by less \
         than a factor of 10",
        "no improvement",
        Rule::Single(Expected::AtMost(1.0)),
        vec![improves(100), improves(200), improves(500)],
    );
}

fn manifold(book: &mut Book, evidence: &Evidence) {
    let ratio = |step: u64| {
        let quantity = format!("remaining distance over remaining error step={step}");
        view(
            evidence,
            &format!("at step {step}: share of the weight distance left over share of the RMSE left"),
            &quantity,
        )
    };
    book.judge(
        "function error converges 100–1000 times faster than weight distance",
        "100–1000×",
        Rule::Single(Expected::Between(100.0, 1000.0)),
        [500, 100, 200, 1000, 2000].map(ratio).to_vec(),
    );
    book.declare(
        "RMSE that the function reaches at k = 16",
        "lost in the text",
        Verdict::NotTestable,
        "the number is missing from the source; ours at step 500 stands beside it",
        Some(view(evidence, "root of uniform3, step 500", "function error step=500")),
    );
    let weak = |from: u64| {
        let case = linear();
        let flat = evidence.of("dynamics").paired(
            (&case, &format!("movement share tier=weak from={from}")),
            (&case, &format!("movement share tier=zero from={from}")),
            |weak, zero| weak + zero,
        );
        View::new(
            format!("weak and zero tier of the Hessian at step {from}, to the next checkpoint"),
            flat,
            format!("dynamics: {case}: movement share"),
        )
    };
    let only = |from: u64| {
        view(evidence, &format!("weak tier alone, from step {from}"), &format!("movement share tier=weak from={from}"))
    };
    book.judge(
        "after step 200 almost all movement is in the weak tier (share of the squared displacement at least 0.9)",
        "almost all",
        Rule::Single(Expected::AtLeast(0.9)),
        vec![only(200), only(500), only(1000), weak(200), weak(500), weak(1000)],
    );
    let random = {
        let case = linear();
        let share = evidence.sample("dynamics", &case, "dimension tier=weak from=1000").map(|n| n / 49.0);
        share.median().unwrap_or(f64::NAN)
    };
    book.remark(format!("a random displacement would have a share of {random:.2} in the weak tier at step 1000"));
    let displacement = |step: u64| {
        view(
            evidence,
            &format!("mean displacement of units dead from step 500 on, at step {step}, over the weight norm"),
            &format!("relative displacement of dead units step={step}"),
        )
    };
    let exponent = {
        let case = linear();
        let readings = evidence.of("dynamics");
        let quantity = |step: u64| format!("displacement of dead units step={step}");
        readings.paired((&case, &quantity(1500)), (&case, &quantity(3000)), |early, late| {
            // 1000 and 2500 steps after step 500.
            if early > 0.0 { (late / early).ln() / 2.5f64.ln() } else { 0.0 }
        })
    };
    book.judge(
        "the parameters of dead units follow a random walk (exponent of displacement against time 0.5; 0 if they rest)",
        "random walk",
        Rule::Single(Expected::Between(0.4, 0.6)),
        vec![View::new(
            "from step 1500 to 3000, units dead on 1000 samples since step 500",
            exponent,
            format!("dynamics: {}: displacement of dead units", linear()),
        )],
    );
    book.remark("their gradient is exactly zero on every batch that leaves them dead; Adam only spends its momentum");
    book.declare(
        "normalised displacement that dead units reach",
        "lost in the text",
        Verdict::NotTestable,
        "the number is missing from the source; ours stands beside it",
        Some(displacement(3000)),
    );
}

fn optimisers(book: &mut Book, evidence: &Evidence) {
    let difference = |optimiser: &str, quantity: &str| {
        evidence.paired(
            format!("{optimiser} minus Adam, same seeds"),
            "dynamics",
            (&case_of("linear", optimiser), quantity),
            (&linear(), quantity),
            |other, adam| other - adam,
        )
    };
    book.judge(
        "other optimisers explore the manifold differently: plain SGD moves less in the weak and zero tiers after step 1000",
        "may differ",
        Rule::Negative,
        vec![
            difference("sgd", "movement share tier=weak from=1000"),
            difference("momentum", "movement share tier=weak from=1000"),
        ],
    );
    book.judge(
        "other optimisers travel less far after step 1000 (length of the displacement to step 1500)",
        "may differ",
        Rule::Negative,
        vec![difference("sgd", "movement length from=1000"), difference("momentum", "movement length from=1000")],
    );
    book.judge(
        "other optimisers leave other numbers of dead units (fewer under SGD)",
        "may differ",
        Rule::Negative,
        vec![difference("sgd", "dead step=3000"), difference("momentum", "dead step=3000")],
    );
    let collapse = |optimiser: &str| {
        evidence.view(
            format!("{optimiser}, first look at the final steep count"),
            "dynamics",
            &case_of("linear", optimiser),
            "collapse step",
        )
    };
    book.judge(
        "the transition is not Adam's alone: under SGD, too, it is over by step 100",
        "implied",
        Rule::Single(Expected::AtMost(100.0)),
        vec![collapse("sgd"), collapse("momentum")],
    );
}

fn stopping(book: &mut Book, evidence: &Evidence) {
    let saved = |rule: &str, target: &str| {
        evidence.view(
            format!("stop={rule}, {target}"),
            "dynamics",
            &case_of(target, "adam"),
            &format!("stop={rule} share of training saved"),
        )
    };
    book.judge(
        "stopping when the steep count stands still saves nearly all of training (at least 0.9)",
        "97 %",
        Rule::Single(Expected::AtLeast(0.9)),
        vec![saved("spectrum", "linear"), saved("spectrum", "quadratic"), saved("loss", "linear")],
    );
    let lost = |rule: &str, name: &str, target: &str| {
        evidence.view(
            format!("stop={rule}, {target}, log10 of {name} at the stop over the end"),
            "dynamics",
            &case_of(target, "adam"),
            &format!("stop={rule} log10 ratio of {name}"),
        )
    };
    book.judge(
        "… and costs nothing: the loss at the stop is at most twice the final one (log10 at most 0.3)",
        "no loss of function",
        Rule::Single(Expected::AtMost(0.301)),
        vec![
            lost("spectrum", "normal", "linear"),
            lost("spectrum", "uniform5", "linear"),
            lost("spectrum", "normal", "quadratic"),
            lost("loss", "normal", "linear"),
            lost("loss", "normal", "quadratic"),
        ],
    );
    let earlier = |target: &str| {
        let case = case_of(target, "adam");
        evidence.paired(
            format!("step of the loss rule minus step of the spectrum rule, {target}"),
            "dynamics",
            (&case, "stop=loss step"),
            (&case, "stop=spectrum step"),
            |loss, spectrum| loss - spectrum,
        )
    };
    book.judge(
        "the spectrum tells that a network has learned earlier than the loss does",
        "earlier",
        Rule::Positive,
        vec![earlier("linear"), earlier("quadratic")],
    );
    let better = |target: &str| {
        let case = case_of(target, "adam");
        evidence.paired(
            format!("log10 loss ratio of the spectrum rule minus that of the loss rule, {target}"),
            "dynamics",
            (&case, "stop=spectrum log10 ratio of normal"),
            (&case, "stop=loss log10 ratio of normal"),
            |spectrum, loss| spectrum - loss,
        )
    };
    book.judge(
        "the spectrum is a better criterion than the loss plateau (it loses less)",
        "principled criterion",
        Rule::Aggregate(Statistic::Median, Expected::AtMost(0.0)),
        vec![better("linear"), better("quadratic")],
    );
}
