//! Made-up readings and claims with the structure of real ones: for looking at the report of a check, and for its tests.
//!
//! Nothing here was trained or measured. Numbers come from simple formulas and a hash, so that every run makes the same.

use relulab_study::check::rule::{Expected, Rule, Statistic};
use relulab_study::check::{Book, Claim, Evidence, Readings, Verdict, View};
use std::collections::BTreeMap;

const N_SEEDS: u64 = 32;
const TIERS: [&str; 4] = ["steep", "moderate", "weak", "zero"];

/// Readings of every experiment that the anatomy report draws.
pub fn readings() -> BTreeMap<String, Readings> {
    let all = [
        ("spectra", spectra()),
        ("dynamics", dynamics()),
        ("walks", walks()),
        ("connectivity", connectivity()),
        ("cloud", cloud()),
        ("dimension", dimension()),
        ("activations", activations()),
        ("named-shapes", named_shapes()),
        ("layer-death", layer_death()),
        ("construction", construction()),
    ];
    all.map(|(name, readings)| (name.to_owned(), readings)).into()
}

/// Claims judged from [`readings`], with every verdict among them.
pub fn claims(readings: &BTreeMap<String, Readings>) -> Vec<Claim> {
    let evidence = Evidence { readings: readings.clone() };
    let mut book = Book::new("A");
    book.section("3.1 The four tiers of a trained network");
    let case = "k=16 target=linear steps=3000";
    for (tier, low, high) in [("steep", 3.0, 4.0), ("moderate", 5.0, 8.0), ("weak", 23.0, 24.0), ("zero", 13.0, 16.0)] {
        let views =
            [("paper", "cuts as stated"), ("tenth", "cuts ten times lower"), ("tenfold", "cuts ten times higher")];
        let views = views.into_iter().flat_map(|(cuts, text)| {
            ["hessian", "gauss-newton"].map(|matrix| {
                evidence.view(format!("{matrix}, {text}"), "spectra", case, &format!("{matrix} {tier} cuts={cuts}"))
            })
        });
        let text = format!("A trained 1→16→1 network has {low} to {high} {tier} eigenvalues");
        book.judge(text, format!("{low}–{high}"), Rule::Single(Expected::Between(low, high)), views.collect());
    }
    book.section("4.2 The transition");
    let dynamics = "shape=16 target=linear steps=3000 optimiser=adam";
    for (step, paper) in [(0, 27.0), (50, 23.0), (100, 4.0), (3000, 4.0)] {
        let view = evidence.view("Adam, fresh batches", "dynamics", dynamics, &format!("hessian steep step={step}"));
        let text = format!("After {step} steps, {paper} eigenvalues are steep");
        book.judge(text, paper.to_string(), Rule::Single(Expected::Number(paper)), vec![view]);
    }
    book.declare(
        "27 steep eigenvalues collapse to 4 between steps 50 and 100",
        "27 → 4",
        Verdict::SelfContradictory,
        "the paper's own table says 23 at step 50",
        None,
    );
    book.section("5 Connectivity & <clouds>");
    let path = |method: &str| format!("k=16 target=linear steps=3000 method={method}");
    for (method, paper) in [("raw", 2.12), ("greedy", 0.088)] {
        let views = ["linear", "absolute", "quadratic"].map(|target| {
            let case = path(method).replace("linear", target);
            evidence.view(format!("target {target}"), "connectivity", &case, "barrier")
        });
        let rule = Rule::Aggregate(Statistic::Median, Expected::Number(paper));
        book.judge(format!("The barrier of two networks, {method}"), paper.to_string(), rule, views.to_vec());
    }
    let parts = View::parts("both halves", &[true, false], "connectivity: all cases: barrier");
    book.judge("Alignment removes the barrier on every target", "95.8 %", Rule::Parts, vec![parts]);
    book.section("6 Depth");
    let lucky = View::new(
        "best of the depth",
        (0..16).map(|i| 0.5 + noise(i, 1)).collect::<Vec<_>>().into_sample(),
        "enumeration-1d: depth 3",
    );
    book.judge(
        "Depth 3 beats depth 1 by a factor of 2.1",
        "2.1×",
        Rule::Aggregate(Statistic::Median, Expected::AtLeast(2.1)),
        vec![lucky],
    );
    book.or_luck(true, "the best of as many seeds of depth 1 gives 2.4×");
    book.judge(
        "Depth 3 has 94 parameters",
        "94",
        Rule::Exact(94.0, 0),
        vec![View::exact("one input", 89.0, "formula"), View::exact("two inputs", 94.0, "formula")],
    );
    book.declare(
        "The chain of causes was verified",
        "(formula lost)",
        Verdict::NotTestable,
        "the numbers are lost",
        None,
    );
    book.finish()
}

/// A standard normal-looking number, roughly: the same for the same arguments.
pub fn noise(seed: u64, salt: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xd1b5_4a32_d192_ed03);
    let mut sum = 0.0;
    for _ in 0..4 {
        x = (x ^ (x >> 31)).wrapping_mul(0x7fb5_d329_728e_a185).wrapping_add(0x9e37_79b9);
        sum += (x >> 11) as f64 / (1u64 << 53) as f64 - 0.5;
    }
    sum * 1.7
}

trait IntoSample {
    fn into_sample(self) -> relulab_study::check::Sample;
}

impl IntoSample for Vec<f64> {
    fn into_sample(self) -> relulab_study::check::Sample {
        relulab_study::check::Sample::new(self)
    }
}

fn note(readings: &mut Readings, case: &str, quantity: &str, value: impl Fn(u64) -> f64) {
    for seed in 0..N_SEEDS {
        readings.push(case, seed, quantity, value(seed));
    }
}

fn spectra() -> Readings {
    let mut readings = Readings::default();
    for k in 0..=16u64 {
        let case = format!("k={k} target=linear steps=3000");
        let p = if k == 0 { 2 } else { 3 * k + 1 };
        for (shift, matrix) in ["hessian", "gauss-newton"].into_iter().enumerate() {
            for rank in 0..p {
                let exponent = match rank {
                    0 | 1 => 0.6 + 0.05 * k as f64 - 0.4 * rank as f64,
                    _ => {
                        -1.2 - 0.28 * rank as f64 * (1.0 + 0.5 * shift as f64)
                            - if rank > p * 3 / 4 { 4.0 } else { 0.0 }
                    }
                };
                note(&mut readings, &case, &format!("{matrix} eigenvalue {rank:02}"), |seed| {
                    if rank + 1 == p && k > 3 { 0.0 } else { 10f64.powf(exponent + 0.4 * noise(seed, rank + 100 * k)) }
                });
            }
            for (place, tier) in TIERS.iter().enumerate() {
                for (salt, cuts) in ["paper", "tenth", "tenfold"].iter().enumerate() {
                    let middle = [4.0, 7.0, 22.0, 16.0][place] + salt as f64;
                    note(&mut readings, &case, &format!("{matrix} {tier} cuts={cuts}"), |seed| {
                        (middle + (1 + place) as f64 * noise(seed, 7 + place as u64 + 10 * shift as u64))
                            .round()
                            .max(0.0)
                    });
                }
            }
        }
    }
    readings
}

fn dynamics() -> Readings {
    let mut readings = Readings::default();
    let case = "shape=16 target=linear steps=3000 optimiser=adam";
    for (salt, matrix) in ["hessian", "gauss-newton"].into_iter().enumerate() {
        for step in [0u64, 10, 25, 50, 75, 100, 150, 200, 500, 1000, 2000, 3000] {
            let steep = 4.0 + 22.0 / (1.0 + (step as f64 / 70.0).powi(4));
            let counts = [steep, 6.0 + 14.0 * (-(step as f64 / 100.0 - 1.0).powi(2)).exp(), 8.0, 0.0];
            let rest = 49.0 - counts.iter().sum::<f64>();
            for (place, tier) in TIERS.iter().enumerate() {
                let value = counts[place] + rest * [0.0, 0.1, 0.5, 0.4][place];
                note(&mut readings, case, &format!("{matrix} {tier} step={step}"), |seed| {
                    (value + 1.5 * noise(seed, step + 31 * place as u64 + salt as u64)).round().max(0.0)
                });
            }
        }
    }
    readings
}

fn walks() -> Readings {
    let mut readings = Readings::default();
    for steps in [2000, 3000] {
        let case = format!("k=16 target=linear steps={steps}");
        for at in [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0f64] {
            for (place, tier) in TIERS.iter().chain([&"dead-parameters"]).enumerate() {
                let scale = [3.0, 1e-2, 1e-5, 1e-8, 0.0][place];
                let power = if place < 3 { 2.0 } else { 3.0 };
                note(&mut readings, &case, &format!("loss tier={tier} at={at}"), |seed| {
                    5e-5 * 10f64.powf(0.3 * noise(seed, 3)) + scale * at.powf(power) * 10f64.powf(0.5 * noise(seed, 9))
                });
            }
        }
    }
    readings
}

fn connectivity() -> Readings {
    let mut readings = Readings::default();
    for (scale, target) in [(2.0, "linear"), (0.3, "absolute"), (1.1, "quadratic")] {
        for (factor, method) in [(1.0, "raw"), (0.6, "normalised"), (0.06, "greedy"), (0.02, "greedy+normalised")] {
            let case = format!("k=16 target={target} steps=3000 method={method}");
            for place in 0..=40 {
                let t = f64::from(place) / 40.0;
                note(&mut readings, &case, &format!("loss at={t}"), |seed| {
                    1e-4 + scale * factor * 4.0 * t * (1.0 - t) * 10f64.powf(0.4 * noise(seed, 5))
                });
            }
            note(&mut readings, &case, "barrier", |seed| scale * factor * 10f64.powf(0.4 * noise(seed, 5)));
        }
    }
    readings
}

fn cloud() -> Readings {
    let mut readings = Readings::default();
    let preparations = [
        (30.0, "raw"),
        (27.0, "normalised"),
        (28.0, "greedy"),
        (22.0, "greedy+normalised"),
        (20.0, "weights+normalised"),
    ];
    for (place, (most, preparation)) in preparations.into_iter().enumerate() {
        for n in [25u64, 50, 100, 200, 400] {
            let case = format!("k=16 target=linear steps=3000 preparation={preparation} n={n}");
            for group in 0..8 {
                let components = most * (1.0 - (-(n as f64) / 40.0).exp()) + noise(group, n);
                readings.push(&case, group, "components95", components.round());
                let variance = [12.0, 7.0, 5.6, 3.0, 2.5][place] * (1.0 + 0.1 * noise(group, n));
                readings.push(&case, group, "total variance", variance);
            }
        }
    }
    readings
}

fn dimension() -> Readings {
    let mut readings = Readings::default();
    for target in ["quadratic", "interaction"] {
        for d in 1..=8usize {
            for (neurons, shapes) in
                [(8, ["8", "4,4", "3,2,3"]), (16, ["16", "8,8", "5,6,5"]), (32, ["32", "16,16", "11,10,11"])]
            {
                for (place, shape) in shapes.into_iter().enumerate() {
                    let case = format!("d={d} target={target} shape={shape} steps=3000");
                    let help = (neurons as f64 / 12.0).ln() - 0.35 * d as f64 + 0.6;
                    for loss in ["uniform5", "normal"] {
                        note(&mut readings, &case, loss, |seed| {
                            (-help * place as f64 * 0.5 + 0.4 * noise(seed, place as u64 + 10 * d as u64)).exp()
                        });
                    }
                }
            }
        }
    }
    readings
}

fn activations() -> Readings {
    let mut readings = Readings::default();
    for (d, target) in [(1, "linear"), (1, "absolute"), (1, "quadratic"), (2, "quadratic"), (2, "interaction")] {
        for (gain, activation) in [(1.0, "relu"), (1.4, "leaky_relu:0.01"), (2.4, "gelu"), (3.1, "tanh")] {
            let case = format!("shape=16 d={d} target={target} activation={activation} steps=3000");
            for (salt, loss) in ["uniform5", "normal"].into_iter().enumerate() {
                note(&mut readings, &case, loss, |seed| {
                    (0.7 * noise(seed, 3) + 0.4 * noise(seed, gain as u64 + salt as u64)).exp() / gain
                });
            }
        }
    }
    readings
}

fn named_shapes() -> Readings {
    let mut readings = Readings::default();
    for (d, target, scale) in [(1, "quadratic", 1.0), (2, "interaction", 1.6)] {
        for (mean, shape) in [(1.5, "16"), (3.2, "5,7,4"), (4.4, "4,4,4,4"), (5.0, "5,1,4,6")] {
            let case = format!("shape={shape} target={target} d={d} steps=3000");
            note(&mut readings, &case, "dead", |seed| (scale * mean + 1.5 * noise(seed, 2)).round().max(0.0));
        }
    }
    readings
}

fn layer_death() -> Readings {
    let mut readings = Readings::default();
    for (d, target) in [(1, "quadratic"), (2, "interaction")] {
        let case = format!("shape=8,8 d={d} target={target} activation=relu steps=3000");
        for (layer, mean) in [(1, 0.4), (2, 1.9)] {
            let quantity = format!("dead 1000 layer={layer}");
            note(&mut readings, &case, &quantity, |seed| (mean + noise(seed, layer)).round().max(0.0));
        }
    }
    readings
}

fn construction() -> Readings {
    let mut readings = Readings::default();
    for (start, aim) in [(0.1, "paper"), (6.0, "-2*x-1"), (4.0, "2*x-1"), (5.0, "x^2")] {
        for damping in ["none", "halving"] {
            let case = format!("start=16 steps=3000 points=samples aim={aim} damping={damping}");
            for seed in 0..N_SEEDS {
                let mut error: f64 = start;
                let last = 4 + seed % 5;
                for step in 0..=last {
                    readings.push(&case, seed, &format!("coefficient error after {step}"), error);
                    error = (0.3 * error * (0.4 * noise(seed, step)).exp()).min(error * error + 1e-12);
                }
            }
        }
        if aim == "paper" {
            for (error, precision) in [(0.8, "f32"), (0.05, "f64")] {
                let case = format!("start=16 steps=3000 points=samples aim={aim} naive={precision} cut=tiny");
                note(&mut readings, &case, "coefficient error", |seed| error * noise(seed, 4).exp());
            }
        }
    }
    readings
}
