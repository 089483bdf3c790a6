use super::*;
use crate::line;
use proptest::prelude::*;
use relulab_net::Dataset;

fn solve(x: &[f64], dim: usize, y: &[f64], width: usize, output_bias: bool) -> (Status, Certificate) {
    solve_for(Loss::Squared, x, dim, y, width, output_bias)
}

fn solve_for(loss: Loss, x: &[f64], dim: usize, y: &[f64], width: usize, output_bias: bool) -> (Status, Certificate) {
    let data = Dataset::new(x.to_vec(), dim, y.to_vec(), 1).unwrap();
    let mut search = Search::new(Problem::new(&data, loss, width, output_bias).unwrap(), &[]);
    let status = search.run(|_| true);
    let certificate = search.certificate();
    verify(&certificate).unwrap();
    (status, certificate)
}

/// Whether two claims can both be true.
fn agree(a: (f64, f64), b: (f64, f64)) -> bool {
    a.1 <= b.0 && b.1 <= a.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn on_a_line_it_finds_what_the_line_finds(
        data in proptest::collection::vec((-6..7_i32, -4..5_i32), 4..9), width in 1..3_usize, output_bias: bool,
    ) {
        let x: Vec<f64> = data.iter().map(|one| f64::from(one.0) / 4.0).collect();
        let y: Vec<f64> = data.iter().map(|one| f64::from(one.1)).collect();
        prop_assume!(x.iter().any(|value| *value != x[0]));
        let mut on_line = line::Search::new(line::Problem::new(&x, &y, width, output_bias).unwrap(), &[]);
        on_line.run(|_| true);
        let on_line = on_line.progress();
        let (status, certificate) = solve(&x, 1, &y, width, output_bias);
        prop_assert_eq!(status, Status::Optimal);
        prop_assert!(agree((on_line.objective, on_line.lower_bound), (certificate.objective, certificate.lower_bound)));
        // The same points on a line in the plane, which is no lattice line.
        let plane: Vec<f64> = x.iter().flat_map(|x| [1.0 + 3.0 * x, 2.0 - x]).collect();
        let (_, certificate) = solve(&plane, 2, &y, width, output_bias);
        prop_assert!(agree((on_line.objective, on_line.lower_bound), (certificate.objective, certificate.lower_bound)));
    }

    #[test]
    fn no_network_beats_a_certified_bound(
        data in proptest::collection::vec((-2..3_i32, -2..3_i32, -3..4_i32), 4..8),
        numbers in proptest::collection::vec(-3.0..3.0_f64, 9),
    ) {
        let x: Vec<f64> = data.iter().flat_map(|one| [f64::from(one.0), f64::from(one.1)]).collect();
        let y: Vec<f64> = data.iter().map(|one| f64::from(one.2)).collect();
        prop_assume!(x.chunks(2).any(|point| *point != x[..2]));
        let (status, certificate) = solve(&x, 2, &y, 2, true);
        prop_assert_eq!(status, Status::Optimal);
        let network = Units {
            weights: vec![numbers[..2].to_vec(), numbers[2..4].to_vec()],
            biases: numbers[4..6].to_vec(),
            outputs: numbers[6..8].to_vec(),
            output_bias: numbers[8],
        };
        prop_assert!(mean_loss(Loss::Squared, &network, &certificate.data) >= certificate.lower_bound);
    }
}

/// The gap is closed around what brute force finds.
fn assert_agrees(loss: Loss, x: &[f64], dim: usize, y: &[f64], width: usize, output_bias: bool) {
    let (status, certificate) = solve_for(loss, x, dim, y, width, output_bias);
    let exact = oracle::smallest_loss(&certificate.data, loss, width, output_bias);
    let case = format!("{loss:?} {x:?} {y:?} {width} {output_bias}: {certificate:?}, exact {exact}");
    assert_eq!(status, Status::Optimal, "{case}");
    let rounding = 1e-9 * (1.0 + exact);
    assert!(certificate.lower_bound <= exact + rounding && certificate.objective >= exact - rounding, "{case}");
}

#[test]
fn small_problems_agree_with_brute_force() {
    let generic = [0.0, 0.1, 1.0, 0.3, 0.2, 1.1, 0.9, 1.4, 2.0, -0.7];
    // On a lattice, with collinear points; and with a point that comes twice.
    let lattice = [0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let twice = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let y = [1.0, -0.5, 2.0, 0.25, -1.0];
    for x in [generic, lattice, twice] {
        for output_bias in [true, false] {
            assert_agrees(Loss::Squared, &x, 2, &y, 1, output_bias);
        }
        assert_agrees(Loss::Squared, &x[..8], 2, &y[..4], 2, false);
    }
}

#[test]
fn other_losses_agree_with_brute_force() {
    let (line, y) = ([0.0, 1.0, 1.5, 3.0, 3.5], [1.0, -0.5, 2.0, 0.25, -1.0]);
    let plane = [0.0, 0.1, 1.0, 0.3, 0.2, 1.1, 0.9, 1.4];
    for loss in [Loss::Huber(0.5), Loss::Huber(10.0), Loss::Absolute] {
        for output_bias in [true, false] {
            assert_agrees(loss, &line, 1, &y, 1, output_bias);
            assert_agrees(loss, &plane, 2, &y[..4], 1, output_bias);
        }
    }
}

/// Noise on the plane, the same every time.
fn cloud(n: usize) -> (Vec<f64>, Vec<f64>) {
    let noise = |i: usize, factor: f64| ((i * i + 3 * i + 1) as f64 * factor).fract() - 0.5;
    let x: Vec<f64> = (0..n).flat_map(|i| [noise(i, 0.618_033_988_75), noise(i, 0.414_213_562_37)]).collect();
    let y = x.chunks(2).enumerate().map(|(i, x)| (x[0] * 4.0).abs() - x[1] + noise(i, 0.732_050_807_57)).collect();
    (x, y)
}

#[test]
fn gaps_close_for_all_losses() {
    let x: Vec<f64> = (0..40).map(|i| 4.0 * (f64::from(i) * 0.618_033_988_75).fract() - 2.0).collect();
    let noise = |i: usize| ((i * i + 1) as f64 * 0.414_213_562_37).fract() - 0.5;
    let y: Vec<f64> = x.iter().enumerate().map(|(i, x)| (2.0 * x).sin() + noise(i)).collect();
    // Nothing but noise, the hardest for the absolute loss.
    for n in [25, 30, 35, 40] {
        let labels: Vec<f64> = (0..n).map(|i| noise(7 * i + n)).collect();
        let (status, certificate) = solve_for(Loss::Absolute, &x[..n], 1, &labels, 2, true);
        let gap = 1.0 - certificate.lower_bound / certificate.objective;
        assert_eq!(status, Status::Optimal, "{n}: gap {gap}");
    }
    for loss in [Loss::Absolute, Loss::Huber(0.1), Loss::Huber(1.0), Loss::Squared] {
        for factor in [1.0, 1e6] {
            let loss = if let Loss::Huber(threshold) = loss { Loss::Huber(threshold * factor) } else { loss };
            let y: Vec<f64> = y.iter().map(|y| y * factor).collect();
            let (status, certificate) = solve_for(loss, &x, 1, &y, 2, true);
            let gap = 1.0 - certificate.lower_bound / certificate.objective;
            assert_eq!(status, Status::Optimal, "{loss:?} {factor}: gap {gap}");
        }
    }
}

#[test]
fn interruptions_and_threads_change_nothing() {
    let (x, y) = cloud(9);
    let data = Dataset::new(x, 2, y, 1).unwrap();
    let problem = || Problem::new(&data, Loss::Squared, 2, true).unwrap();
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| {
            let mut search = Search::new(problem(), &[]);
            assert_eq!(search.run(|_| true), Status::Optimal);
            search.certificate().to_bytes()
        })
    };
    let whole = on(1);
    assert!(whole == on(3));
    let mut search = Search::new(problem(), &[]);
    loop {
        let mut n_rounds = 0;
        let status = search.run(|_| {
            n_rounds += 1;
            n_rounds <= 1
        });
        let certificate = search.certificate();
        verify(&certificate).unwrap();
        if status == Status::Optimal {
            assert!(certificate.to_bytes() == whole);
            break;
        }
        let bytes = certificate.to_bytes();
        search = Search::resume(problem(), &Certificate::from_bytes(&bytes).unwrap()).unwrap();
    }
}

#[test]
fn functions_that_are_networks_are_fitted() {
    let (x, _) = cloud(12);
    let y: Vec<f64> = x.chunks(2).map(|x| f64::max(0.0, x[0] - x[1]) - f64::max(0.0, x[0] + 0.1)).collect();
    let (status, certificate) = solve(&x, 2, &y, 2, false);
    assert_eq!(status, Status::Optimal);
    assert!(certificate.objective < 1e-14 && certificate.lower_bound <= 1e-14, "{}", certificate.objective);
}

#[test]
fn changes_are_rejected() {
    let (x, y) = cloud(7);
    let (_, good) = solve(&x, 2, &y, 1, true);
    let check = |name: &str, change: &dyn Fn(&mut Certificate)| {
        let mut bad = good.clone();
        change(&mut bad);
        assert_eq!(verify(&bad), Err(Fault::Seal), "{name}");
        assert!(verify(&bad.sealed()).is_err(), "{name}");
    };
    check("kind", &|bad| bad.kind.clear());
    check("loss", &|bad| bad.loss = Loss::Absolute);
    check("width", &|bad| bad.width = 2);
    check("bias", &|bad| bad.output_bias = false);
    check("objective", &|bad| bad.objective = bad.objective.next_up());
    check("bound", &|bad| bad.lower_bound = bad.lower_bound.next_up());
    check("label", &|bad| bad.data.y[0] += 0.5);
    check("dim", &|bad| bad.data.dim = 1);
    check("weight", &|bad| bad.network.weights[0][1] += 1.0);
    check("output bias", &|bad| bad.network.output_bias += 1.0);
    check("tree", &|bad| {
        bad.proof.pop();
    });
    for tree in 0..good.proof.len() {
        for step in 0..good.proof[tree].len() {
            check("step", &|bad| {
                bad.proof[tree].remove(step);
            });
            if matches!(good.proof[tree][step], crate::branch::Step::Leaf(_)) {
                check("hint", &|bad| {
                    bad.proof[tree][step] = crate::branch::Step::Leaf(Hint { rays: vec![0, 0], ..Hint::default() })
                });
                check("inherited", &|bad| bad.proof[tree][step] = crate::branch::Step::Inherited);
            }
        }
    }
}

/// Every change of a JSON document breaks its seal; with a fresh one, whatever still verifies must be true.
#[test]
fn what_verifies_is_true() {
    let (x, y) = cloud(5);
    for loss in [Loss::Squared, Loss::Huber(0.25), Loss::Absolute, Loss::Logistic] {
        let class = |y: &f64| if loss == Loss::Logistic { f64::from(u8::from(*y > 0.5)) } else { *y };
        let y: Vec<f64> = y.iter().map(class).collect();
        let (_, good) = solve_for(loss, &x, 2, &y, 1, true);
        let value: serde_json::Value = serde_json::from_slice(&good.to_bytes()).unwrap();
        let (mut n_read, mut n_true) = (0, 0);
        for changed in crate::mutation::changes(&value) {
            let Ok(read) = Certificate::from_bytes(&serde_json::to_vec(&changed).unwrap()) else { continue };
            assert!(read == good || verify(&read) == Err(Fault::Seal), "{changed}");
            let sealed = read.sealed();
            n_read += 1;
            if verify(&sealed).is_ok() {
                n_true += 1;
                let Data { dim, x, y } = &sealed.data;
                let (_, best) = solve_for(sealed.loss, x, *dim, y, sealed.width, sealed.output_bias);
                assert!(sealed.lower_bound <= best.objective, "{changed}");
                assert_eq!(mean_loss(sealed.loss, &sealed.network, &sealed.data), sealed.objective);
            }
        }
        assert!(n_read > 100 && n_true < n_read / 2, "{n_true} of {n_read}");
    }
}

/// H(p), the smallest mean logistic loss of data with labels 1 in a share p.
fn entropy(p: f64) -> f64 {
    -p * p.ln() - (1.0 - p) * (1.0 - p).ln()
}

#[test]
fn logistic_losses_have_closed_forms_where_frequencies_can_be_met() {
    // Labels 0 and 1 in known shares at two points, which one unit and an output bias can meet exactly.
    let x = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let y = [1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0];
    let (status, certificate) = solve_for(Loss::Logistic, &x, 1, &y, 1, true);
    let exact = (4.0 * entropy(0.25) + 5.0 * entropy(0.8)) / 9.0;
    assert_eq!(status, Status::Optimal);
    assert!((certificate.objective - exact).abs() < 1e-12 && (certificate.lower_bound - exact).abs() < 1e-9);
    // Three points with shares 1/4, 3/4, 1/4: one unit meets two of them, and the third as well as it can; two units meet all.
    let x: Vec<f64> = (0..12).map(|i| f64::from(i / 4)).collect();
    let y: Vec<f64> = (0..12).map(|i| f64::from(u8::from(if i / 4 == 1 { i % 4 != 0 } else { i % 4 == 0 }))).collect();
    let (status, certificate) = solve_for(Loss::Logistic, &x, 1, &y, 2, true);
    assert_eq!(status, Status::Optimal);
    assert!((certificate.lower_bound - entropy(0.25)).abs() < 1e-9);
    // A monotone fit levels the last two: shares 1/4 and 1/2.
    let (status, certificate) = solve_for(Loss::Logistic, &x, 1, &y, 1, true);
    let monotone = (entropy(0.25) + 2.0 * entropy(0.5)) / 3.0;
    assert_eq!(status, Status::Optimal);
    assert!((certificate.objective - monotone).abs() < 1e-9, "{} {monotone}", certificate.objective);
}

#[test]
fn separable_labels_are_never_quite_fitted() {
    let x = [0.0, 1.0, 2.0, 3.0];
    let solved = |y: &[f64], width| {
        let data = Dataset::new(x.to_vec(), 1, y.to_vec(), 1).unwrap();
        let mut search = Search::new(Problem::new(&data, Loss::Logistic, width, true).unwrap(), &[]);
        let status = search.run(|_| true);
        verify(&search.certificate()).unwrap();
        (status, search.progress(), search.is_attained())
    };
    let (status, progress, is_attained) = solved(&[0.0, 0.0, 1.0, 1.0], 1);
    assert_eq!((status, is_attained), (Status::Optimal, false), "{progress:?}");
    assert!(progress.lower_bound < 1e-13 && progress.objective < 1e-13 && progress.objective > 0.0);
    // Up and down asks for two units.
    assert!(!solved(&[0.0, 1.0, 1.0, 0.0], 2).2);
    // One point can be fitted ever better, and the others meet their share.
    let (status, progress, is_attained) = solved(&[0.0, 1.0, 0.0, 1.0], 1);
    assert_eq!((status, is_attained), (Status::Optimal, false), "{progress:?}");
    assert!((progress.lower_bound - 0.75 * entropy(1.0 / 3.0)).abs() < 1e-9);
    // Weights stay finite where a point has both labels.
    let data = Dataset::new(vec![0.0, 0.0, 1.0, 1.0], 1, vec![0.0, 1.0, 1.0, 0.0], 1).unwrap();
    assert!(Search::new(Problem::new(&data, Loss::Logistic, 1, true).unwrap(), &[]).is_attained());
}

/// The smallest logistic loss of one unit on a line by a grid of kinks and Newton's method between them: an upper bound that comes close.
fn scanned_logistic_loss(x: &[f64], y: &[f64]) -> f64 {
    let (low, high) = (x.iter().copied().fold(f64::MAX, f64::min), x.iter().copied().fold(f64::MIN, f64::max));
    let n = 4000;
    let mut best = f64::INFINITY;
    for facing in [1.0, -1.0] {
        for step in 0..n {
            let kink = low + (high - low) * f64::from(step) / f64::from(n) - if facing > 0.0 { 1e-3 } else { -1e-3 };
            let feature: Vec<f64> = x.iter().map(|x| (facing * (x - kink)).max(0.0)).collect();
            let (mut slope, mut constant) = (0.0, 0.0);
            for _ in 0..25 {
                let (mut g, mut h) = ([0.0; 2], [1e-12, 0.0, 1e-12]);
                for (feature, y) in feature.iter().zip(y) {
                    let p = 1.0 / (1.0 + f64::exp(-(slope * feature + constant)));
                    let spread = p * (1.0 - p);
                    g = [g[0] + (p - y) * feature, g[1] + p - y];
                    h = [h[0] + spread * feature * feature, h[1] + spread * feature, h[2] + spread];
                }
                let determinant = h[0] * h[2] - h[1] * h[1];
                slope -= (h[2] * g[0] - h[1] * g[1]) / determinant;
                constant -= (h[0] * g[1] - h[1] * g[0]) / determinant;
            }
            let one = |(feature, y): (&f64, &f64)| Loss::Logistic.value(slope * feature + constant, *y);
            let mean = feature.iter().zip(y).map(one).sum::<f64>() / x.len() as f64;
            if mean < best {
                best = mean;
            }
        }
    }
    best
}

#[test]
fn one_logistic_unit_is_what_a_scan_of_kinks_finds() {
    for shift in 0..4 {
        let x: Vec<f64> = (0..16).map(|i| (f64::from(i * i + shift) * 0.618_033_988_75).fract() * 4.0).collect();
        let noise = |i: i32| (f64::from(i * i + 3 * i + shift) * 0.414_213_562_37).fract();
        let y: Vec<f64> = (0..16).map(|i| f64::from(u8::from((x[i as usize] - 2.0).abs() * 0.6 < noise(i)))).collect();
        let (status, certificate) = solve_for(Loss::Logistic, &x, 1, &y, 1, true);
        let scanned = scanned_logistic_loss(&x, &y);
        let (objective, bound) = (certificate.objective, certificate.lower_bound);
        assert_eq!(status, Status::Optimal, "{objective} {bound} {scanned}");
        assert!(certificate.lower_bound <= scanned + 1e-12, "{} {scanned}", certificate.lower_bound);
        assert!(certificate.objective >= scanned - 1e-3 && certificate.objective <= scanned + 1e-9);
    }
}
