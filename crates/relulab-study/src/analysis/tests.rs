//! Tests of the analysis: brute force, planted effects, determinism, and refusals.

use super::*;
use crate::jobs::JobList;
use crate::plan::{DataFile, Depths};
use crate::record::Outcome;
use crate::statistics::CounterRng;
use crate::summary::{CorrelationRow, Frontier};

fn plan(neurons: usize, seeds: u32) -> EnumeratePlan {
    EnumeratePlan { seeds, ..EnumeratePlan::new(neurons, vec!["quadratic".into()]) }
}

/// Records of a plan whose three losses come from a formula of shape and three uniform numbers per run.
fn records(plan: &EnumeratePlan, loss: impl Fn(&[usize], [f64; 3]) -> f64) -> Vec<Record> {
    let jobs = JobList::of(plan);
    let mut all = Vec::new();
    for job in (0..jobs.len()).filter_map(|index| jobs.get(index)) {
        for seed in job.seeds {
            let mut key: Vec<u64> = job.shape.iter().map(|&width| width as u64).collect();
            key.extend([u64::from(seed), job.target.len() as u64]);
            let mut stream = CounterRng::new(&key);
            let uniform = [(); 3].map(|()| stream.next_u64() as f64 / u64::MAX as f64);
            let value = loss(&job.shape, uniform);
            let shape = relulab_net::Shape::new(1, job.shape.clone(), 1).unwrap();
            all.push(Record {
                params: shape.n_params() as u32,
                uniform5: Some(value).filter(|value| value.is_finite()),
                uniform3: Some(2.0 * value).filter(|value| value.is_finite()),
                normal: Some(1.0),
                pieces: Some(job.shape.len() as u32 + seed % 3),
                collapsed: uniform[0] < 0.25,
                outcome: if value.is_finite() { Outcome::Finished } else { Outcome::Diverged },
                ..Record::new(&job.target, &job.shape, seed)
            });
        }
    }
    all
}

fn noisy(_: &[usize], [u, v, _]: [f64; 3]) -> f64 {
    if v < 0.1 { f64::INFINITY } else { 10f64.powf(-3.0 * u) }
}

fn frontier(summary: &Summary, depth: usize) -> &Frontier {
    &summary.depths.iter().find(|one| one.depth == depth).unwrap().losses.uniform5
}

fn row<'a>(summary: &'a Summary, feature: &str) -> &'a CorrelationRow {
    summary.correlations["quadratic"]["uniform5"].iter().find(|row| row.feature == feature).unwrap()
}

fn naive_median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    if low == high { low } else { (low + high) / 2.0 }
}

#[test]
fn equal_for_every_number_of_threads_and_order_of_records() {
    let mut plan = plan(6, 5);
    plan.targets.push("sine".into());
    let mut records = records(&plan, noisy);
    let summaries = [1, 2, 5].map(|threads| {
        CounterRng::new(&[threads]).shuffle(&mut records);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build().unwrap();
        serde_json::to_string(&pool.install(|| analyse(&plan, &records)).unwrap()).unwrap()
    });
    assert!(summaries.iter().all(|summary| *summary == summaries[0]));
}

#[test]
fn medians_and_bests_equal_brute_force() {
    let plan = plan(6, 5);
    let records = records(&plan, noisy);
    let summary = analyse(&plan, &records).unwrap();
    assert_eq!((summary.n_shapes, summary.shapes.len(), summary.depths.len()), (32, 32, 6));
    let losses_of = |shape: &[usize]| -> Vec<f64> {
        let runs = records.iter().filter(|record| record.shape == shape && record.seed < plan.seeds);
        runs.map(|record| record.uniform5.unwrap_or(f64::INFINITY)).collect()
    };
    for shape in &summary.shapes {
        let losses = losses_of(&shape.shape);
        let expected = naive_median(&losses);
        assert_eq!(shape.losses.uniform5.median, expected.is_finite().then_some(expected));
        let n_infinite = losses.iter().filter(|loss| loss.is_infinite()).count();
        assert_eq!(shape.diverged, n_infinite as f64 / 5.0);
    }
    for depth in &summary.depths {
        let shapes: Vec<_> = summary.shapes.iter().filter(|shape| shape.depth == depth.depth).collect();
        let medians: Vec<f64> = shapes.iter().map(|shape| naive_median(&losses_of(&shape.shape))).collect();
        let runs: Vec<f64> = shapes.iter().flat_map(|shape| losses_of(&shape.shape)).collect();
        let least = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
        let ours = &depth.losses.uniform5;
        assert_eq!(ours.best_single, Some(least(&runs)));
        assert_eq!(ours.best_median, Some(least(&medians)));
        assert_eq!(ours.median_of_medians, Some(naive_median(&medians)));
        assert_eq!(naive_median(&losses_of(&ours.best_median_shape)), least(&medians));
        assert!(losses_of(&ours.best_single_shape).contains(&least(&runs)));
        assert_eq!(ours.histogram.iter().map(|bin| bin.2).sum::<usize>() + ours.n_infinite, shapes.len());
        for &(low, high, count) in &ours.histogram {
            let inside = medians.iter().filter(|loss| (low..high).contains(&loss.log10())).count();
            assert_eq!(inside, count);
        }
        assert_eq!((depth.n_shapes, depth.n_runs), (shapes.len(), runs.len()));
        let collapsed = shapes.iter().map(|shape| shape.collapsed).sum::<f64>() / shapes.len() as f64;
        assert!((depth.collapsed - collapsed).abs() < 1e-12);
    }
    let findings = &summary.findings["quadratic"]["uniform5"];
    assert_eq!(findings.best.len(), 20.min(32 - findings.n_infinite_medians));
    assert!(findings.best.windows(2).all(|pair| pair[0].median <= pair[1].median));
    assert!(findings.worst.windows(2).all(|pair| pair[0].median >= pair[1].median));
    assert_eq!(findings.best[0].median, findings.range_median.map_or(0.0, |range| findings.worst[0].median / range));
}

#[test]
fn selection_equals_choosing_and_scoring_on_explicit_lists() {
    let plan = plan(6, 7);
    let records = records(&plan, noisy);
    let table = Table::of(&plan, &records).unwrap();
    let losses = Losses::of(&table, &table.targets[0], LossName::Uniform5);
    let halvings = selection::halvings(&plan);
    assert_eq!(halvings.len(), 2 * selection::N_HALVINGS);
    for (depth, range) in &table.depths {
        let mut naive: Vec<f64> =
            halvings.iter().map(|halving| selection::naive_score(&losses, range, halving)).collect();
        let replicates = naive.split_off(selection::N_HALVINGS);
        let expected = naive_median(&naive);
        let ours = selection::scores(&losses, range, &halvings).estimate();
        assert_eq!(ours.value, expected.is_finite().then_some(expected), "depth {depth}");
        assert_eq!(ours.ci95, crate::statistics::percentile_interval(replicates));
    }
}

#[test]
fn selection_removes_the_luck_of_many_candidates() {
    // Every run of every shape has the same distribution, 10^U(−3, 0) with median 10^−1.5: no depth is better.
    let plan = plan(11, 16);
    let summary = analyse(&plan, &records(&plan, |_, [u, ..]| 10f64.powf(-3.0 * u))).unwrap();
    let deep = frontier(&summary, 6);
    let truth = 10f64.powf(-1.5);
    assert!(deep.best_median.unwrap() < 0.4 * truth, "the best median of 252 shapes flatters");
    let selected = deep.selected.value.unwrap();
    assert!((0.6..1.7).contains(&(selected / truth)), "{selected}");
    let [low, high] = deep.selected.ci95.unwrap();
    assert!(low < truth && truth < high);
    let [low, high] = deep.ratio_to_depth1.selected.ci95.unwrap();
    assert!(low < 1.0 && 1.0 < high);
    // The same for matched tries, while the best single run flatters the depth with 252 times the runs.
    let tries: Vec<usize> = deep.ratio_to_depth1.matched.iter().map(|matched| matched.tries).collect();
    assert_eq!(tries, [16, 64, 256, 1024]);
    for matched in &deep.ratio_to_depth1.matched[..3] {
        assert!((0.8..1.25).contains(&matched.value.unwrap()), "{matched:?}");
        let [low, high] = matched.ci95.unwrap();
        assert!(low < matched.value.unwrap() && matched.value.unwrap() < high);
    }
    let itself = &frontier(&summary, 1).ratio_to_depth1;
    assert_eq!(itself.selected.ci95, Some([1.0, 1.0]));
    assert!(itself.matched.iter().all(|matched| matched.value == Some(1.0) && matched.ci95 == Some([1.0, 1.0])));
}

#[test]
fn a_real_advantage_of_depth_survives() {
    let plan = plan(8, 16);
    let better_deep = |shape: &[usize], [u, ..]: [f64; 3]| 10f64.powf(-(shape.len() as f64) - 0.2 * u);
    let summary = analyse(&plan, &records(&plan, better_deep)).unwrap();
    let ratio = &frontier(&summary, 3).ratio_to_depth1;
    let [low, high] = ratio.selected.ci95.unwrap();
    assert!(low > 60.0 && high < 160.0 && (80.0..125.0).contains(&ratio.selected.value.unwrap()));
    let matched = &ratio.matched[0];
    assert!((80.0..125.0).contains(&matched.value.unwrap()), "{matched:?}");
    assert!((row(&summary, "depth").single.pearson.unwrap() + 1.0).abs() < 0.01);
    assert!(summary.findings["quadratic"]["uniform5"].variance_between_shapes.unwrap() > 0.99);
}

#[test]
fn planted_correlations_are_found() {
    let plan = plan(8, 4);
    let by_last = |shape: &[usize], _: [f64; 3]| 10f64.powi(-(*shape.last().unwrap() as i32));
    let summary = analyse(&plan, &records(&plan, by_last)).unwrap();
    for correlation in [&row(&summary, "last_width").single, &row(&summary, "last_width").median] {
        assert!((correlation.pearson.unwrap() + 1.0).abs() < 1e-12);
        assert!((correlation.spearman.unwrap() + 1.0).abs() < 1e-12);
    }
    let features: Vec<&str> =
        summary.correlations["quadratic"]["uniform5"].iter().map(|row| row.feature.as_str()).collect();
    assert_eq!(features, ["last_width", "first_width", "bottleneck", "depth", "params", "product", "pieces"]);
    // A constant loss correlates with nothing.
    assert!(summary.correlations["quadratic"]["normal"].iter().all(|row| row.single.pearson.is_none()));

    let pairs = &summary.findings["quadratic"]["uniform5"].mirrored_pairs;
    let n_wide_last = summary.shapes.iter().filter(|shape| shape.shape.first() < shape.shape.last()).count();
    assert_eq!(pairs.n_pairs, n_wide_last);
    assert_eq!(pairs.wide_last_wins, Some(1.0));
    assert!(pairs.median_ratio.value.unwrap() >= 10.0 - 1e-9);
}

#[test]
fn a_feature_that_acts_through_pieces_has_no_partial_correlation() {
    // The medians of pieces are depth + 1, and the loss is a function of depth plus noise that ignores everything
    // else: given the pieces, nothing is left for the parameters, and depth itself is the pieces.
    let plan = plan(10, 6);
    let through = |shape: &[usize], [u, ..]: [f64; 3]| 10f64.powf(-(shape.len() as f64) + u);
    let summary = analyse(&plan, &records(&plan, through)).unwrap();
    let params = row(&summary, "params");
    assert!(params.median.pearson.unwrap().abs() > 0.2);
    assert!(params.given_pieces.as_ref().unwrap().pearson.unwrap().abs() < 0.12);
    assert_eq!(row(&summary, "depth").given_pieces.as_ref().unwrap().pearson, None);
    assert_eq!(row(&summary, "pieces").given_pieces, None);
}

#[test]
fn runs_that_all_diverge_are_null_and_counted() {
    let plan = plan(4, 3);
    let summary = analyse(&plan, &records(&plan, |shape, _| if shape.len() > 2 { f64::NAN } else { 1.0 })).unwrap();
    let deep = frontier(&summary, 3);
    assert_eq!((deep.best_single, deep.median_of_medians, deep.selected.value, deep.n_infinite), (None, None, None, 3));
    assert!(deep.best_median_shape.is_empty() && deep.histogram.is_empty());
    let findings = &summary.findings["quadratic"]["uniform5"];
    assert_eq!((findings.n_infinite_runs, findings.n_infinite_medians, findings.range_single), (12, 4, Some(1.0)));
    let text = serde_json::to_string(&summary).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), summary);
}

#[test]
fn one_seed_has_no_selection_and_no_depth_one_no_ratio() {
    let mut plan = plan(5, 1);
    plan.depths = Depths { first: 2, last: 3 };
    let summary = analyse(&plan, &records(&plan, noisy)).unwrap();
    assert_eq!(frontier(&summary, 2).selected, Default::default());
    assert_eq!(frontier(&summary, 2).ratio_to_depth1, Default::default());
}

#[test]
fn a_data_file_is_judged_by_its_own_losses() {
    let mut plan = plan(4, 3);
    plan.data = Some(DataFile { path: "points.csv".into(), sha256: "00".into(), label: None, folds: 5 });
    let mut records = records(&plan, noisy);
    for record in &mut records {
        record.test_loss = record.uniform5.take();
        record.test_accuracy = Some(0.75);
        record.training_loss = Some(0.5);
    }
    let summary = analyse(&plan, &records).unwrap();
    assert!(summary.depths[0].losses.uniform5.best_single.is_none());
    assert!(summary.depths[0].losses.test_loss.as_ref().unwrap().best_single.is_some());
    assert_eq!(summary.shapes[0].losses.training_loss.as_ref().unwrap().median, Some(0.5));
    assert_eq!(summary.shapes[0].test_accuracy_median, Some(0.75));
    assert_eq!(summary.correlations["quadratic"].keys().collect::<Vec<_>>(), ["test_loss", "training_loss"]);
}

#[test]
fn the_stable_json_fields_are_there() {
    let plan = plan(4, 16);
    let records = records(&plan, |_, [u, ..]| 1.0 + u);
    let summary = serde_json::to_value(analyse(&plan, &records).unwrap()).unwrap();
    for pointer in [
        "/plan/neurons",
        "/n_shapes",
        "/shapes/0/pieces_median",
        "/shapes/0/dead_median",
        "/shapes/0/collapsed",
        "/depths/0/n_runs",
        "/depths/1/uniform5/best_single",
        "/depths/1/uniform3/best_median",
        "/depths/1/normal/median_of_medians",
        "/depths/1/uniform5/selected/value",
        "/depths/1/uniform5/selected/ci95/1",
        "/depths/1/uniform5/ratio_to_depth1/best_single",
        "/depths/1/uniform5/ratio_to_depth1/selected/ci95/0",
        "/depths/1/uniform5/ratio_to_depth1/matched/0/tries",
        "/depths/1/uniform5/ratio_to_depth1/matched/0/ci95/0",
        "/correlations/quadratic/uniform5/0/single/spearman",
    ] {
        assert!(summary.pointer(pointer).is_some_and(|value| !value.is_null()), "{pointer}");
    }
    assert!(summary.pointer("/shapes/0/test_loss").is_none());
}

#[test]
fn foreign_repeated_and_missing_records_are_refused() {
    let plan = plan(4, 2);
    let mut records = records(&plan, noisy);
    let last = records.pop().unwrap();
    let total = records.len() + 1;
    assert_eq!(analyse(&plan, &records).unwrap_err(), AnalysisError::Incomplete { missing: 1, total });
    let wrong = [
        Record { seed: 900, ..last.clone() },
        Record { target: "sine".into(), ..last.clone() },
        Record { shape: vec![9], ..last },
        records[0].clone(),
    ];
    for record in wrong {
        let all = [records.clone(), vec![record]].concat();
        assert!(matches!(analyse(&plan, &all), Err(AnalysisError::Unexpected { .. })));
    }
}
