//! The linear program of everything before a layer: each unit that switches is known to lie in a triangle.

use super::Ranges;
use super::lagrangian::{Goal, activated, chord_slope};
use crate::relaxation::InputBox;
use crate::relaxation::dense::Dense;
use relulab_convex::{LinearProgram, Row, Simplex};

/// One row of the program: about which unit it is, and its pre-activation's coefficient.
#[derive(Clone, Copy, Debug)]
struct Line {
    layer: usize,
    unit: usize,
    slope: f64,
}

/// The program, its solver, and what its rows mean.
///
/// *Shapes*: variables are the inputs, then the activations of all layers before the goal's.
///
/// *Reference*: Ehlers 2017, for the triangle.
pub(super) struct Triangle {
    simplex: Simplex,
    lines: Vec<Line>,
    n_variables: usize,
    n_inputs: usize,
    first_above: usize,
    layer: usize,
}

impl Triangle {
    /// The program of the layers before `layer`; `None` where a range is not finite.
    pub fn new(network: &Dense, domain: &InputBox, ranges: &Ranges, layer: usize) -> Option<Self> {
        let mut variables: Vec<(f64, f64)> =
            domain.lower().iter().copied().zip(domain.upper().iter().copied()).collect();
        let (mut rows, mut lines) = (Vec::new(), Vec::new());
        let (mut first_below, mut first) = (0, variables.len());
        let leak = network.leak;
        for (place, this) in network.layers[..layer].iter().enumerate() {
            for (unit, &(lower, upper)) in ranges[place].iter().enumerate() {
                variables.push((activated(lower, leak), activated(upper, leak)));
                // activation − slope · pre-activation in an interval
                let mut line = |slope: f64, least: f64, most: f64| {
                    let below = this.row(unit).iter().enumerate().filter(|(_, weight)| **weight != 0.0);
                    let mut coefficients: Vec<(usize, f64)> =
                        below.map(|(input, weight)| (first_below + input, -slope * weight)).collect();
                    coefficients.push((first + unit, 1.0));
                    let shift = slope * this.biases[unit];
                    rows.push(Row::new(coefficients, least + shift, most + shift));
                    lines.push(Line { layer: place, unit, slope });
                };
                if lower >= 0.0 {
                    line(1.0, 0.0, 0.0);
                } else if upper <= 0.0 {
                    if leak != 0.0 {
                        line(leak, 0.0, 0.0);
                    }
                } else {
                    let slope = chord_slope((lower, upper), leak);
                    line(1.0, 0.0, f64::INFINITY);
                    line(slope, f64::NEG_INFINITY, (1.0 - slope) * upper);
                    if leak != 0.0 {
                        line(leak, 0.0, f64::INFINITY);
                    }
                }
            }
            first_below = first;
            first += this.n_out;
        }
        let n_variables = variables.len();
        let program = LinearProgram::new(vec![0.0; n_variables], variables, rows).ok()?;
        let (simplex, n_inputs) = (Simplex::new(&program), domain.dim());
        Some(Self { simplex, lines, n_variables, n_inputs, first_above: first_below, layer })
    }

    /// Solves for a goal of the layer: multipliers for every unit before it, and the inputs of the best point.
    pub fn solve(&mut self, network: &Dense, goal: Goal, max_pivots: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
        let mut objective = vec![0.0; self.n_variables];
        let row = network.layers[self.layer].row(goal.unit);
        for (cost, weight) in objective[self.first_above..].iter_mut().zip(row) {
            *cost = -goal.sign() * weight;
        }
        self.simplex.set_objective(&objective);
        // Whatever the status, the multipliers prove something.
        self.simplex.solve(max_pivots);
        let mut multipliers: Vec<Vec<f64>> =
            network.layers[..self.layer].iter().map(|layer| vec![0.0; layer.n_out]).collect();
        for (line, multiplier) in self.lines.iter().zip(self.simplex.multipliers()) {
            multipliers[line.layer][line.unit] -= line.slope * multiplier;
        }
        let mut point = self.simplex.point();
        point.truncate(self.n_inputs);
        (multipliers, point)
    }
}
