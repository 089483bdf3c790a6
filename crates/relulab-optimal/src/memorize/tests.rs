use super::certificate::Certificate;
use super::*;
use relulab_exact::{Number, Rational};
use relulab_net::{Activation, Dataset, Purpose, RandomStream, reference};

const ACTIVATIONS: [&str; 6] = ["tanh", "relu", "gelu", "softplus", "sigmoid", "leaky_relu:0.1"];

fn normal_data(n: usize, d: usize, seed: u64) -> Dataset {
    let mut stream = RandomStream::new(seed, Purpose::Bootstrap);
    let inputs = (0..n * d).map(|_| stream.normal()).collect();
    let labels = (0..n).map(|_| stream.normal()).collect();
    Dataset::new(inputs, d, labels, 1).unwrap()
}

fn proved(data: &Dataset, plan: &Plan) -> Memorized {
    match memorize(data, plan).unwrap() {
        Outcome::Proved(found) => *found,
        Outcome::NotProved(shortfall) => panic!("{plan:?}: {shortfall:?}"),
    }
}

fn refusal(data: &Dataset, plan: &Plan) -> String {
    memorize(data, plan).unwrap_err().to_string()
}

#[test]
fn the_sizes_of_the_specification_are_proved_with_every_activation() {
    for (n, d, neurons) in [(50, 10, 10), (100, 10, 20), (200, 20, 20), (100, 50, 4)] {
        let data = normal_data(n, d, 1);
        for name in ACTIVATIONS {
            let found = proved(&data, &Plan::new(neurons, name.parse().unwrap()));
            assert_eq!(verify(&found.certificate).failed_at, None, "{n} {d} {name}");
            // The library's own evaluator agrees with the bound of the loss.
            let worst = data.rows().map(|(x, y)| (reference::forward(&found.network, x)[0] - y[0]).abs());
            let loss = worst.map(|r| r * r).sum::<f64>() / n as f64;
            let bounds = found.certificate.bounds;
            assert!(loss <= bounds.loss && bounds.loss < 1e-15 && bounds.distance < 1e-6, "{name}: {bounds:?}");
        }
    }
}

#[test]
fn without_biases_it_is_the_network_of_the_paper() {
    let data = normal_data(60, 6, 3);
    for name in ["tanh", "gelu", "relu"] {
        let plan = Plan { biases: false, ..Plan::new(20, name.parse().unwrap()) };
        let found = proved(&data, &plan);
        assert!(found.certificate.network.hidden_biases.iter().all(|bias| *bias == 0.0));
        assert_eq!(verify(&found.certificate).failed_at, None);
    }
}

#[test]
fn the_exact_zero_is_where_the_certificate_says() {
    // A ReLU network is linear in its input weights within the pattern, so rationals can follow the proof: Newton's step
    // with exact arithmetic lands on an exact zero, and no weight moves further than the certificate says.
    let data = normal_data(6, 2, 5);
    let found = proved(&data, &Plan::new(6, Activation::Relu));
    let Certificate { network, bounds, .. } = &found.certificate;
    let exact = |value: f64| Rational::from_f64(value).unwrap();
    let n_pairs = 3;
    let slope = |unit: usize, x: &[f64]| {
        let z = x
            .iter()
            .zip(&network.hidden_weights[2 * unit..])
            .fold(exact(network.hidden_biases[unit]), |z, (x, w)| z + exact(*x) * exact(*w));
        (z.clone(), if z > Rational::zero() { exact(network.output_weights[unit]) } else { Rational::zero() })
    };
    // J: the slope of each point in (weights, bias) of each pair.
    let mut rows: Vec<Vec<Rational>> = Vec::new();
    let mut residual: Vec<Rational> = Vec::new();
    for (x, y) in data.rows() {
        let mut row = Vec::new();
        let mut value = -exact(y[0]);
        for pair in 0..n_pairs {
            let ((z, one), (w, other)) = (slope(pair, x), slope(pair + n_pairs, x));
            value = value + one.clone() * z + other.clone() * w;
            row.extend([x[0], x[1], 1.0].map(|x| (one.clone() - &other) * exact(x)));
        }
        rows.push(row);
        residual.push(value);
    }
    // Solve J Jᵀ t = −r by elimination.
    let mut system: Vec<Vec<Rational>> = rows
        .iter()
        .zip(&residual)
        .map(|(a, r)| {
            let dot = |b: &Vec<Rational>| a.iter().zip(b).fold(Rational::zero(), |sum, (a, b)| sum + a.clone() * b);
            rows.iter().map(dot).chain([-r.clone()]).collect()
        })
        .collect();
    for column in 0..6 {
        let pivot = (column..6).find(|row| !system[*row][column].is_zero()).unwrap();
        system.swap(column, pivot);
        let top = system[column].clone();
        for (row, equation) in system.iter_mut().enumerate() {
            if row != column && !equation[column].is_zero() {
                let factor = equation[column].clone() / &top[column];
                equation.iter_mut().zip(&top).for_each(|(a, b)| *a = a.clone() - factor.clone() * b);
            }
        }
    }
    let t: Vec<Rational> = (0..6).map(|row| system[row][6].clone() / &system[row][row]).collect();
    let step: Vec<Rational> = (0..9)
        .map(|place| rows.iter().zip(&t).fold(Rational::zero(), |sum, (row, t)| sum + row[place].clone() * t))
        .collect();
    for (row, r) in rows.iter().zip(&residual) {
        let change = row.iter().zip(&step).fold(Rational::zero(), |sum, (a, b)| sum + a.clone() * b);
        assert!((change + r).is_zero());
    }
    assert!(step.iter().all(|change| change.to_f64().abs() <= bounds.distance), "{step:?} {bounds:?}");
}

#[test]
fn the_certificate_survives_its_document() {
    let found = proved(&normal_data(40, 4, 2), &Plan::new(20, Activation::Tanh));
    let bytes = found.certificate.to_json();
    assert_eq!(Certificate::from_json(&bytes).unwrap(), found.certificate);
    let told = |text: &[u8]| Certificate::from_json(text).unwrap_err().to_string();
    assert!(told(b"{").starts_with("not a certificate of kind \"memorize\""));
    let text = String::from_utf8(bytes).unwrap();
    assert!(told(text.replacen("memorize", "optimal", 1).as_bytes()).contains("its kind is \"optimal\""));
    assert!(told(text.replacen("\"version\":1", "\"version\":9", 1).as_bytes()).contains("its version is 9"));
    assert!(told(text.replacen("\"biases\":true,", "", 1).as_bytes()).contains("missing field `biases`"));
}

/// Every change to a field makes the check fail: with the old seal, and, if the claim becomes wrong, with a new one.
#[test]
fn every_changed_field_is_noticed() {
    for activation in [Activation::Tanh, Activation::Relu] {
        let valid = proved(&normal_data(30, 3, 7), &Plan::new(20, activation)).certificate;
        type Change = (&'static str, fn(&mut Certificate));
        let changes: [Change; 16] = [
            ("hash", |c| c.data.sha256 = c.data.sha256.replace(['0', '1'], "2")),
            ("dimension", |c| c.data.input_dim = 1),
            ("input", |c| c.data.inputs[7] += 1e-3),
            ("label", |c| c.data.labels[29] *= 1.0 + 1e-6),
            ("activation", |c| c.network.activation = Activation::Gelu),
            ("hidden weight", |c| c.network.hidden_weights[5] += 1e-5),
            ("hidden bias", |c| c.network.hidden_biases[3] -= 1e-5),
            ("output weight", |c| c.network.output_weights[11] *= 1.0 + 1e-6),
            ("output bias", |c| c.network.output_bias = 1e-6),
            ("units", |c| c.network.output_weights.truncate(18)),
            ("step", |c| c.bounds.newton_step *= 0.25),
            ("defect", |c| c.bounds.defect *= 0.25),
            ("curvature", |c| c.bounds.curvature = c.bounds.curvature * 0.25 - 1e-300),
            ("radius", |c| c.bounds.radius *= 0.25),
            ("distance", |c| c.bounds.distance *= 0.25),
            ("loss", |c| c.bounds.loss *= 0.25),
        ];
        assert_eq!(verify(&valid).failed_at, None);
        for (name, change) in changes {
            let mut changed = valid.clone();
            change(&mut changed);
            assert_ne!(verify(&changed).failed_at, None, "{name} with the old seal");
            // Whoever knows the format can seal again.
            if name != "hash" {
                changed.data.sha256 = changed.data.hash();
            }
            changed.seal = changed.content_hash();
            assert_ne!(verify(&changed).failed_at, None, "{name} with a new seal");
        }
        let mut changed = valid.clone();
        changed.seal.clear();
        assert_eq!(verify(&changed).failed_at.unwrap(), "seal: not the content that was sealed");
        // Without biases the directions are others: the claim may still hold, but it is another one.
        let mut changed = valid.clone();
        changed.biases = false;
        assert_ne!(verify(&changed).failed_at, None);
    }
}

#[test]
fn contradictions_and_bad_plans_are_refused_in_one_line() {
    let tanh = |neurons| Plan::new(neurons, Activation::Tanh);
    let data = normal_data(10, 2, 1);
    let told = refusal(&data, &tanh(8));
    assert!(told.starts_with("8 neurons for 10 different points of dimension 2: expected at least 10"), "{told}");
    assert!(refusal(&data, &tanh(11)).contains("11 neurons: expected an even number"));
    assert!(refusal(&data, &tanh(4000)).contains("expected at most 2048"));
    assert!(refusal(&data, &Plan { epsilon: -1.0, ..tanh(10) }).contains("epsilon -1"));
    let clash = Dataset::new(vec![1.0, 2.0, 0.0, -0.0, 1.0], 1, vec![1.0, 2.0, 5.0, 5.0, 3.0], 1).unwrap();
    let told = refusal(&clash, &tanh(20));
    assert!(told.starts_with("rows 1 and 5 have equal inputs but the labels 1 and 3"), "{told}");
    let two = Dataset::new(vec![1.0; 2], 1, vec![1.0; 4], 2).unwrap();
    assert!(refusal(&two, &tanh(20)).contains("2 labels per point"));
    // Four inputs, of which three are constant.
    let flat: Vec<f64> = (0..20).flat_map(|i| [1.0, f64::from(i), 0.0, 3.0]).collect();
    let flat = Dataset::new(flat, 4, (0..20).map(f64::from).collect(), 1).unwrap();
    assert!(refusal(&flat, &tanh(10)).contains("extend in 2 directions only"), "{}", refusal(&flat, &tanh(10)));
    assert_eq!(verify(&proved(&flat, &tanh(40)).certificate).failed_at, None);
}

#[test]
fn copies_of_points_count_once_and_zeros_are_no_exception() {
    let data = Dataset::new(vec![0.0, 1.0, 0.0, -1.0, 2.0], 1, vec![4.0, 0.0, 4.0, 0.0, -7.0], 1).unwrap();
    let found = proved(&data, &Plan::new(8, Activation::Tanh));
    assert_eq!(found.n_points, 4);
    assert_eq!(verify(&found.certificate).failed_at, None);
    let zero = Dataset::new(vec![1.0, 2.0, 4.0], 1, vec![0.0; 3], 1).unwrap();
    assert_eq!(verify(&proved(&zero, &Plan::new(6, Activation::Gelu)).certificate).failed_at, None);
}

#[test]
fn what_cannot_be_fitted_is_not_proved() {
    // Without biases ReLU is homogeneous: points on a ray determine each other.
    let data = Dataset::new(vec![1.0, 2.0, 3.0], 1, vec![1.0, -1.0, 1.0], 1).unwrap();
    let plan = Plan { biases: false, ..Plan::new(8, Activation::Relu) };
    assert!(matches!(memorize(&data, &plan).unwrap(), Outcome::NotProved(Shortfall { draws: 32, regular: 0, .. })));
}

#[test]
fn the_same_seed_gives_the_same_network() {
    let data = normal_data(30, 5, 9);
    let run = |seed| proved(&data, &Plan { seed, ..Plan::new(12, Activation::Tanh) }).certificate;
    assert_eq!(run(4), run(4));
    assert_ne!(run(4).network, run(5).network);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| run(4));
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap().install(|| run(4));
    assert_eq!(one, three);
}
