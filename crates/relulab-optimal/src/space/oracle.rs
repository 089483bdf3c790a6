//! The smallest loss by brute force in parameter space, for tests: without rays, cells, duality or branching.
//!
//! For every choice of active points for every unit, and every set of points that a unit's half-space touches, the best
//! network is where linear equations hold: the loss is quadratic there, once it is known how each residual counts. Every
//! solution is a network, so its true loss is an upper bound, and the best one is among them.

use super::certificate::{Data, Units};
use super::loss::Loss;

/// How a residual counts.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Quadratic,
    Linear(f64),
    /// Zero.
    Fitted,
}

/// The smallest mean loss, to rounding.
pub(super) fn smallest_loss(data: &Data, loss: Loss, width: usize, output_bias: bool) -> f64 {
    let n = data.y.len();
    // Active points and touched points of one unit, and its sign.
    let mut units = Vec::new();
    for active in 0_u32..1 << n {
        for touched in (0_u32..1 << n).filter(|set| set.count_ones() as usize <= data.dim) {
            units.extend([1.0, -1.0].map(|sign| (active, touched, sign)));
        }
    }
    let kinds: &[Kind] = match loss {
        Loss::Squared => &[Kind::Quadratic],
        Loss::Absolute => &[Kind::Linear(1.0), Kind::Linear(-1.0), Kind::Fitted],
        Loss::Huber(_) => &[Kind::Quadratic, Kind::Linear(1.0), Kind::Linear(-1.0)],
        Loss::Logistic => panic!("its stationary points solve no linear equations"),
    };
    let mut best = f64::INFINITY;
    each_choice(units.len(), width, true, &mut |choice| {
        each_choice(kinds.len(), n, false, &mut |counted| {
            let chosen: Vec<(u32, u32, f64)> = choice.iter().map(|&at| units[at]).collect();
            let counted: Vec<Kind> = counted.iter().map(|&at| kinds[at]).collect();
            if let Some(found) = solve(data, loss, &chosen, &counted, output_bias) {
                best = best.min(mean(data, loss, &found));
            }
        });
    });
    best
}

/// All lists of `length` numbers below `n`; only the ascending ones if asked for.
fn each_choice(n: usize, length: usize, ascending: bool, visit: &mut dyn FnMut(&[usize])) {
    let mut choice = vec![0; length];
    loop {
        visit(&choice);
        let Some(at) = (0..length).rev().find(|&at| choice[at] + 1 < n) else { return };
        let next = choice[at] + 1;
        choice[at] = next;
        choice[at + 1..].fill(if ascending { next } else { 0 });
    }
}

/// The stationary point of a quadratic with linear constraints, by elimination; `None` where it is not unique.
fn solve(data: &Data, loss: Loss, units: &[(u32, u32, f64)], kinds: &[Kind], output_bias: bool) -> Option<Units> {
    let size = data.dim + 1;
    let n_parameters = units.len() * size + usize::from(output_bias);
    let place = |unit: usize, point: usize| -> Vec<f64> {
        let mut row = vec![0.0; n_parameters];
        row[unit * size..][..data.dim].copy_from_slice(&data.x[point * data.dim..][..data.dim]);
        row[unit * size + data.dim] = 1.0;
        row
    };
    let mut conditions: Vec<(Vec<f64>, f64)> = Vec::new();
    let mut hessian = vec![vec![0.0; n_parameters]; n_parameters];
    let mut right = vec![0.0; n_parameters];
    for (point, kind) in kinds.iter().enumerate() {
        let mut output = vec![0.0; n_parameters];
        for (unit, &(active, touched, sign)) in units.iter().enumerate() {
            let row = place(unit, point);
            if active >> point & 1 == 1 {
                output.iter_mut().zip(&row).for_each(|(sum, entry)| *sum += sign * entry);
            }
            if touched >> point & 1 == 1 {
                conditions.push((row, 0.0));
            }
        }
        if output_bias {
            output[n_parameters - 1] = 1.0;
        }
        match kind {
            Kind::Fitted => conditions.push((output, data.y[point])),
            Kind::Linear(slope) => {
                let slope = if let Loss::Huber(threshold) = loss { slope * threshold } else { *slope };
                right.iter_mut().zip(&output).for_each(|(sum, entry)| *sum += slope * entry);
            }
            Kind::Quadratic => {
                for (row, one) in output.iter().enumerate() {
                    right[row] += one * data.y[point];
                    hessian[row].iter_mut().zip(&output).for_each(|(sum, other)| *sum += one * other);
                }
            }
        }
    }
    let n = n_parameters + conditions.len();
    let mut rows = vec![vec![0.0; n + 1]; n];
    for row in 0..n_parameters {
        rows[row][..n_parameters].copy_from_slice(&hessian[row]);
        rows[row][n] = right[row];
    }
    for (at, (row, value)) in conditions.iter().enumerate() {
        for column in 0..n_parameters {
            rows[n_parameters + at][column] = row[column];
            rows[column][n_parameters + at] = row[column];
        }
        rows[n_parameters + at][n] = *value;
    }
    let solution = eliminate(rows)?;
    let unit = |at: usize| &solution[at * size..][..size];
    Some(Units {
        weights: (0..units.len()).map(|at| unit(at)[..data.dim].to_vec()).collect(),
        biases: (0..units.len()).map(|at| unit(at)[data.dim]).collect(),
        outputs: units.iter().map(|unit| unit.2).collect(),
        output_bias: if output_bias { solution[n_parameters - 1] } else { 0.0 },
    })
}

fn eliminate(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = rows.len();
    for pivot in 0..n {
        let best = (pivot..n).max_by(|&a, &b| rows[a][pivot].abs().total_cmp(&rows[b][pivot].abs()))?;
        rows.swap(pivot, best);
        if rows[pivot][pivot].abs() < 1e-9 {
            return None;
        }
        let (head, tail) = rows.split_at_mut(pivot + 1);
        for row in tail {
            let factor = row[pivot] / head[pivot][pivot];
            for column in pivot..=n {
                row[column] -= factor * head[pivot][column];
            }
        }
    }
    let mut solution = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|at| rows[row][at] * solution[at]).sum();
        solution[row] = (rows[row][n] - known) / rows[row][row];
    }
    Some(solution)
}

fn mean(data: &Data, loss: Loss, network: &Units) -> f64 {
    let output = |x: &[f64]| {
        let units = network.weights.iter().zip(&network.biases).zip(&network.outputs);
        units.fold(network.output_bias, |sum, ((weights, bias), output)| {
            let before: f64 = weights.iter().zip(x).map(|(weight, x)| weight * x).sum::<f64>() + bias;
            sum + output * before.max(0.0)
        })
    };
    let each = data.x.chunks(data.dim).zip(&data.y).map(|(x, y)| loss.value(output(x), *y));
    each.sum::<f64>() / data.y.len() as f64
}
