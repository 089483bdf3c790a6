//! Hessians against `torch.func.hessian` (`scripts/torch_hessian_fixture.py`).

use relulab_curvature::{CurvatureEngine, Objective};
use relulab_net::{Activation, Loss, Shape};
use serde::Deserialize;

const N_POINTS: usize = 24;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    widths: Vec<usize>,
    activation: Activation,
    loss: Loss,
    value: f64,
    gradient: Vec<f64>,
    upper: Vec<f64>,
}

fn label(loss: Loss, index: usize, o: usize) -> f64 {
    match loss {
        Loss::Mse | Loss::Absolute => ((index * 15_485_863 + 5) % 2003) as f64 / 2003.0 * 2.0 - 1.0,
        Loss::BinaryCrossEntropy => ((index * 31) % 7) as f64 / 6.0,
        Loss::SoftmaxCrossEntropy => f64::from(u8::from(index % o == (index / o * 5) % o)),
    }
}

#[test]
fn hessians_are_those_of_pytorch() {
    let fixture: Fixture = serde_json::from_str(include_str!("fixtures/torch_hessians.json")).unwrap();
    assert_eq!(fixture.cases.len(), 8);
    for case in fixture.cases {
        let last = case.widths.len() - 1;
        let (d, o) = (case.widths[0], case.widths[last]);
        let shape = Shape::new(d, case.widths[1..last].to_vec(), o).unwrap();
        let parameters: Vec<f64> =
            (0..shape.n_params()).map(|i| ((i * 7919 + 13) % 1009) as f64 / 1009.0 * 2.0 - 1.0).collect();
        let inputs: Vec<f64> =
            (0..N_POINTS * d).map(|i| ((i * 104_729 + 71) % 4001) as f64 / 4001.0 * 4.0 - 2.0).collect();
        let labels: Vec<f64> = (0..N_POINTS * o).map(|i| label(case.loss, i, o)).collect();
        let objective = Objective::new(&shape, case.activation, case.loss, &inputs, &labels).unwrap();
        for engine in [CurvatureEngine::new(objective), CurvatureEngine::general(objective)] {
            let curvature = engine.curvature(&parameters).unwrap();
            let close = |got: f64, expected: f64| (got - expected).abs() < 1e-12 * (1.0 + expected.abs());
            assert!(close(curvature.loss, case.value), "{shape} {} {}", case.activation, case.loss);
            assert!(curvature.gradient.iter().zip(&case.gradient).all(|(a, b)| close(*a, *b)));
            let mut upper = case.upper.iter();
            for i in 0..shape.n_params() {
                for j in i..shape.n_params() {
                    let (entry, expected) = (curvature.hessian.at(i, j), *upper.next().unwrap());
                    assert!(close(entry, expected), "{shape} {} ({i},{j}): {entry} {expected}", case.activation);
                }
            }
        }
    }
}
