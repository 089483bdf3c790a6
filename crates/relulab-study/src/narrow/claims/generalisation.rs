//! Section 5.2 and appendix H: test errors.

use super::property;
use crate::check::rule::{Expected, Rule, Statistic};
use crate::check::{Book, Evidence, Sample, Verdict, View};
use crate::narrow::{tables::TABLES, tabular, vision};

const TABULAR: &str = "tabular";
const VISION: &str = "vision";
/// Test error that may be lost and still count as competitive: half a percentage point.
const COMPETITIVE: f64 = 0.005;

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Test error (section 5.2 and appendix H)");
    for (images, words) in [("mnist", "MNIST"), ("fashion-mnist", "Fashion-MNIST")] {
        images_of(book, evidence, images, words);
    }
    equal_outputs(book, evidence);
    tables(book, evidence);
    for (what, why) in [
        (
            "CIFAR-10 and CIFAR-100: higher or competitive test accuracy",
            "the product carries no CIFAR, and the engine no such networks",
        ),
        (
            "R-ImageNet, ResNet-18: our regime outperforms regular training at 512 channels",
            "the product carries no ImageNet",
        ),
        ("R-ImageNet: with 64 channels our regime is close to 512", "the product carries no ImageNet"),
        ("R-ImageNet: SGD does not perform well when narrow", "the product carries no ImageNet"),
    ] {
        book.declare(what, "figure 5 and appendix H", Verdict::NotTestable, why, None);
    }
}

/// Test errors of a baseline less ours, seed by seed, pooled over widths.
fn gained(
    convention: String,
    evidence: &Evidence,
    experiment: &str,
    pairs: impl IntoIterator<Item = (String, String)>,
) -> View {
    let readings = evidence.of(experiment);
    let of = |(ours, other): (String, String)| {
        readings.paired((&other, "test error"), (&ours, "test error"), |other, ours| other - ours).values().to_vec()
    };
    let values = pairs.into_iter().flat_map(of).collect();
    View::new(convention, Sample::new(values), format!("{experiment}: test error, by seed"))
}

fn images_of(book: &mut Book, evidence: &Evidence, images: &str, words: &str) {
    if evidence.of(VISION).cases().all(|case| super::word(case, "images").as_deref() != Some(images)) {
        book.declare(
            format!("{words}: higher or competitive test accuracy"),
            "appendix H",
            Verdict::NotTestable,
            "no data folder given",
            None,
        );
        return;
    }
    let pairs = |shares: &[f64], ours: &str, other: &str| -> Vec<(String, String)> {
        let case = |share: f64, way: &str| vision::case_of(images, "given", share, way);
        shares.iter().map(|share| (case(*share, ours), case(*share, other))).collect()
    };
    let narrow = &vision::SHARES[1..];
    for (other, name) in [("descent", "SGD"), ("adam", "Adam")] {
        let view = |ours: &str, shares: &[f64], widths: &str| {
            let convention = format!("{name}'s test error less ours ({ours}), {widths}");
            gained(convention, evidence, VISION, pairs(shares, ours, other))
        };
        book.judge(
            format!("{words}: test accuracy higher than {name}'s or competitive, one hidden layer"),
            "higher or competitive",
            Rule::Aggregate(Statistic::Median, Expected::AtLeast(-COMPETITIVE)),
            vec![
                view("ours-1000", &vision::SHARES, "all widths"),
                view("ours-1000", narrow, "m ≤ n/d"),
                view("ours-10", &vision::SHARES, "all widths"),
            ],
        );
        book.judge(
            format!("{words}: our regime significantly outperforms {name} on narrow networks"),
            "outperforms",
            Rule::Positive,
            vec![
                view("ours-1000", narrow, "m ≤ n/d"),
                view("ours-10", narrow, "m ≤ n/d"),
                view("ours-1000", &vision::SHARES[4..], "m = n/8d"),
            ],
        );
    }
    let last = vision::SHARES.len() - 1;
    let shrunk = |way: &str| {
        let case = |place: usize| vision::case_of(images, "given", vision::SHARES[place], way);
        gained(format!("test error at n/8d less that at 2n/d, {way}"), evidence, VISION, [(case(0), case(last))])
    };
    book.judge(
        format!("{words}: our narrowest network is close to the widest, as the paper says of R-ImageNet"),
        "quite close",
        Rule::Aggregate(Statistic::Median, Expected::AtMost(COMPETITIVE)),
        vec![shrunk("ours-1000"), shrunk("ours-10")],
    );
    book.remark(format!("SGD's loss of accuracy on the way: {}", median_words(&shrunk("descent").sample)));
}

fn median_words(sample: &Sample) -> String {
    sample.median().map_or_else(|| "not measured".to_owned(), crate::check::rule::short)
}

/// κ = 1 with several outputs.
fn equal_outputs(book: &mut Book, evidence: &Evidence) {
    let of = |data: &str, experiment: &'static str, classes: fn(&str) -> Option<f64>| {
        property(
            format!("{data}, 2n/d: test error at least ¾ of 1 − 2/K, what two of K equal classes leave"),
            evidence,
            experiment,
            "test error",
            move |seed, error| {
                let is_equal = super::word(seed.case, "way")? == vision::EQUAL && seed.number("share")? == 2.0;
                let n_classes = classes(seed.case)?;
                (is_equal && n_classes > 2.0).then_some(error >= 0.75 * (1.0 - 2.0 / n_classes))
            },
        )
    };
    let images = of("images", VISION, |_| Some(10.0));
    let tables = of("tables", TABULAR, |case| {
        let name = super::word(case, "table")?;
        TABLES.iter().find(|table| table.name == name).map(|table| table.n_classes as f64)
    });
    book.judge(
        "κ = 1 with several outputs: every output is a multiple of the same function, and only two classes can be told apart",
        "not said: the paper's classifiers have 9 to 100 outputs",
        Rule::Property,
        vec![images, tables],
    );
}

fn tables(book: &mut Book, evidence: &Evidence) {
    for (other, name) in [("descent", "gradient descent"), ("adam", "Adam")] {
        let view = |ours: &str, shares: &[f64], tables: &[&str], words: &str| {
            let pairs: Vec<(String, String)> = tables
                .iter()
                .flat_map(|table| {
                    let case = move |share: f64, way: &str| tabular::case_of(table, share, way);
                    shares.iter().map(move |share| (case(*share, ours), case(*share, other)))
                })
                .collect();
            gained(format!("{name}'s test error less ours ({ours}), {words}"), evidence, TABULAR, pairs)
        };
        let all: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        let narrow = &tabular::SHARES[1..];
        book.judge(
            format!("strong generalisation: on small real tables no worse than {name}"),
            "higher or competitive",
            Rule::Aggregate(Statistic::Median, Expected::AtLeast(-COMPETITIVE)),
            vec![
                view("ours-1000", &tabular::SHARES, &all, "three tables, all widths"),
                view("ours-1", &tabular::SHARES, &all, "three tables, all widths"),
                view("ours-1000", narrow, &all, "three tables, m ≤ n/d"),
            ],
        );
        book.judge(
            format!("on narrow networks better than {name}"),
            "outperforms",
            Rule::Positive,
            vec![
                view("ours-1000", narrow, &all, "three tables, m ≤ n/d"),
                view("ours-1", narrow, &all, "three tables, m ≤ n/d"),
                view("ours-1", narrow, &["diabetes"], "diabetes, m ≤ n/d"),
            ],
        );
    }
}
