//! Section 4, the first experiment: MOONS.

use super::measured;
use crate::check::rule::{Expected, Rule, Statistic, short};
use crate::check::{Book, Evidence, Sample, View};
use crate::jumpstart::ARCHITECTURES;
use crate::jumpstart::cell::{BEST, LAST, census, score};
use crate::jumpstart::grid::{ALMOST_ALL, BEYOND_A_LINE, Grid, Success};
use crate::jumpstart::moons::{PUBLISHED, SINGLE_AXES, case_of};

/// The depths that the paper's text gives: width, variant and largest depth.
const LARGEST: [(usize, usize, usize); 4] = [(3, 0, 10), (3, 1, 60), (25, 0, 30), (25, 1, 100)];
/// The published code's convolution first: the paper's numbers come from it.
const IN_ORDER: [&str; 2] = [ARCHITECTURES[1], ARCHITECTURES[0]];

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("First experiment: MOONS (section 4, figure 2)");
    largest(book, evidence);
    five_fold(book, evidence);
    range(book, evidence);
    book.section("MOONS, judged otherwise (ours)");
    otherwise(book, evidence);
    census_rows(book, evidence);
    axes(book, evidence);
}

/// The conventions under which a depth may count as trained.
fn conventions() -> [Success; 6] {
    let paper = Success::PAPER;
    [
        paper,
        Success { unbroken: true, ..paper },
        Success { accuracy: BEYOND_A_LINE, ..paper },
        Success { accuracy: ALMOST_ALL, ..paper },
        Success { part: 1, ..paper },
        Success { at_best: false, ..paper },
    ]
}

fn source(grid: &Grid<'_>, of: &str) -> String {
    format!("{}: architecture={} variant={}: {of}", grid.experiment, grid.architecture, grid.variant)
}

fn largest(book: &mut Book, evidence: &Evidence) {
    for (width, variant, depth) in LARGEST {
        let grid = |architecture, variant| Grid::new(&evidence.readings, architecture, variant);
        let mut views = Vec::new();
        for success in conventions() {
            for architecture in IN_ORDER {
                let grid = grid(architecture, PUBLISHED[variant]);
                let sample = grid.trainable(width, &success);
                let of = format!("width={width}: {}", success.quantity());
                views.push(View::new(format!("{architecture}, {}", success.words()), sample, source(&grid, &of)));
            }
        }
        let words = ["the baseline trains", "jumpstart trains"][variant];
        book.judge(
            format!("width {width}: {words} up to this depth"),
            depth.to_string(),
            Rule::Single(Expected::Number(depth as f64)),
            measured(views),
        );
        let depths = grid(IN_ORDER[0], PUBLISHED[variant]).depths(width);
        let reached = grid(IN_ORDER[0], PUBLISHED[variant]).trainable(width, &Success::PAPER);
        if let Some(&end) = depths.last() {
            let at_end = reached.values().iter().filter(|&&depth| depth == end as f64).count();
            book.remark(format!("{at_end} of {} seeds reach depth {end}, the largest that was tried", reached.len()));
        }
        if variant == 1 {
            let best = |architecture| {
                let depths = grid(architecture, PUBLISHED[0]).trainable(width, &Success::PAPER);
                depths.values().last().copied().unwrap_or(0.0)
            };
            let luckiest = best(IN_ORDER[0]);
            book.or_luck(luckiest >= depth as f64, format!("the luckiest baseline reaches {}", short(luckiest)));
        }
    }
}

/// Per seed, the mean over widths of how many times deeper one variant trains than another; depths below 1 count
/// as 1.
fn ratios(ours: &Grid<'_>, theirs: &Grid<'_>, widths: Option<&[usize]>, success: &Success) -> Sample {
    let ratio = |a: usize, b: usize| a.max(1) as f64 / b.max(1) as f64;
    let mut by_seed: std::collections::BTreeMap<u64, Vec<f64>> = std::collections::BTreeMap::new();
    for (width, ratios) in ours.compared(theirs, success, ratio) {
        if widths.is_none_or(|widths| widths.contains(&width)) {
            ratios.into_iter().for_each(|(seed, ratio)| by_seed.entry(seed).or_default().push(ratio));
        }
    }
    let mean = |ratios: Vec<f64>| ratios.iter().sum::<f64>() / ratios.len() as f64;
    Sample::new(by_seed.into_values().map(mean).collect())
}

fn five_fold(book: &mut Book, evidence: &Evidence) {
    let of = |widths: Option<&[usize]>, words: &str| {
        let mut views = Vec::new();
        for success in conventions() {
            for architecture in IN_ORDER {
                let [theirs, ours] = PUBLISHED.map(|variant| Grid::new(&evidence.readings, architecture, variant));
                let sample = ratios(&ours, &theirs, widths, &success);
                let evidence = format!("with variant=baseline, {words}: {}", success.quantity());
                views.push(View::new(
                    format!("{architecture}, {words}, {}", success.words()),
                    sample,
                    source(&ours, &evidence),
                ));
            }
        }
        measured(views)
    };
    let rule = |factor| Rule::Aggregate(Statistic::Median, Expected::Number(factor));
    book.judge("width 3: jumpstart trains so many times deeper", "6", rule(6.0), of(Some(&[3]), "width 3"));
    book.judge(
        "width 25: jumpstart trains so many times deeper",
        "100/30",
        rule(100.0 / 30.0),
        of(Some(&[25]), "width 25"),
    );
    book.judge(
        "approximately 5-fold increase in trainable depth (mean of the two widths in the text)",
        "5",
        rule(5.0),
        of(Some(&[3, 25]), "widths 3 and 25"),
    );
    book.remark("the paper's own numbers make 4.7");
    book.judge(
        "approximately 5-fold increase in trainable depth (mean of all widths)",
        "5",
        rule(5.0),
        of(None, "all widths"),
    );
}

/// The ends of the colours of the paper's heatmap.
fn range(book: &mut Book, evidence: &Evidence) {
    let view = |architecture: &str| {
        let mut all = Vec::new();
        for variant in PUBLISHED {
            let grid = Grid::new(&evidence.readings, architecture, variant);
            for width in grid.widths() {
                for depth in grid.depths(width) {
                    all.extend(grid.sample(width, depth, &score(0, BEST)).values().to_vec());
                }
            }
        }
        let all = Sample::new(all);
        let parts: Vec<bool> = match all.values() {
            [] => Vec::new(),
            [first, .., last] => vec![(first - 0.5).abs() < 0.05, *last == 1.0],
            [_] => vec![false],
        };
        View::parts(
            format!("{architecture}, training accuracy of the best epoch, all cells and seeds"),
            &parts,
            format!("moons: architecture={architecture}: {}", score(0, BEST)),
        )
    };
    book.judge(
        "accuracies range from 0.5, which is guessing, to 1",
        "0.5 to 1",
        Rule::Parts,
        measured(IN_ORDER.map(view).to_vec()),
    );
    book.remark("the 85 points trained on are 44 and 41: guessing gives 0.518 or 0.482");
}

fn otherwise(book: &mut Book, evidence: &Evidence) {
    for architecture in ARCHITECTURES {
        for success in conventions() {
            let [theirs, ours] = PUBLISHED.map(|variant| Grid::new(&evidence.readings, architecture, variant));
            book.judge(
                format!("{architecture}: jumpstart trains deeper than the baseline, by {}", success.words()),
                "deeper",
                Rule::Positive,
                vec![gain(&ours, &theirs, &success)],
            );
        }
        let grid = Grid::new(&evidence.readings, architecture, PUBLISHED[1]);
        book.judge(
            format!("{architecture}: what jumpstart has trained is still trained at the last epoch"),
            "not said",
            Rule::Property,
            vec![still_trained(&grid, evidence)],
        );
    }
}

/// Layers gained over another variant, all widths and seeds.
pub fn gain(ours: &Grid<'_>, theirs: &Grid<'_>, success: &Success) -> View {
    let difference = |a: usize, b: usize| a as f64 - b as f64;
    let by_width = ours.compared(theirs, success, difference);
    let values = by_width.into_values().flat_map(std::collections::BTreeMap::into_values).collect();
    let of = format!("with variant={}: {}", theirs.variant, success.quantity());
    View::new("layers gained, all widths and seeds", Sample::new(values), source(ours, &of))
}

fn still_trained(grid: &Grid<'_>, evidence: &Evidence) -> View {
    let readings = evidence.of(grid.experiment);
    let (best, last) = (score(0, BEST), score(0, LAST));
    let least = Success::PAPER.accuracy;
    let mut values = Vec::new();
    for width in grid.widths() {
        for depth in grid.depths(width) {
            let case = case_of(grid.architecture, grid.variant, width, depth);
            let pairs = readings.paired((&case, &best), (&case, &last), |best, last| {
                if best >= least { f64::from(u8::from(last >= least)) } else { f64::NAN }
            });
            values.extend(pairs.values().iter().filter(|value| value.is_finite()));
        }
    }
    View::new("networks whose best epoch counts as trained", Sample::new(values), source(grid, &last))
}

/// Dead and linear units and points at the end.
fn census_rows(book: &mut Book, evidence: &Evidence) {
    for architecture in ARCHITECTURES {
        for of in ["units", "points"] {
            let quantity = census("nonlinear", of, "end");
            let readings = evidence.of("moons");
            let [theirs, ours] = PUBLISHED.map(|variant| Grid::new(&evidence.readings, architecture, variant));
            let mut values = Vec::new();
            for width in ours.widths() {
                for depth in ours.depths(width) {
                    let case = |grid: &Grid<'_>| case_of(architecture, grid.variant, width, depth);
                    let (a, b) = (case(&ours), case(&theirs));
                    values.extend(readings.paired((&a, &quantity), (&b, &quantity), |a, b| a - b).values());
                }
            }
            book.judge(
                format!(
                    "{architecture}: with jumpstart more {of} are nonlinear after training, neither dead nor linear"
                ),
                "preventing neurons from dying or becoming linear",
                Rule::Positive,
                vec![View::new("share gained, all cells and seeds", Sample::new(values), source(&ours, &quantity))],
            );
        }
    }
}

fn axes(book: &mut Book, evidence: &Evidence) {
    for architecture in ARCHITECTURES {
        let both = Grid::new(&evidence.readings, architecture, PUBLISHED[1]);
        let [units, points] = SINGLE_AXES.map(|variant| Grid::new(&evidence.readings, architecture, variant));
        for (words, ours, theirs) in [
            ("the penalty on units and points trains deeper than that on units alone", both, units),
            ("the penalty on units and points trains deeper than that on points alone", both, points),
            ("the penalty on points alone trains deeper than that on units alone", points, units),
        ] {
            book.judge(
                format!("{architecture}: {words}"),
                "not said",
                Rule::Positive,
                vec![gain(&ours, &theirs, &Success::PAPER)],
            );
        }
    }
}
