//! Branch and bound over halves of the box, one bound at a time.

use super::dense::Dense;
use super::pass::{Form, Pass};
use super::verify::{BoundProof, ExactPass, ProofNode};
use super::{Choice, Extremum, InputBox, NetworkBounds, Side, UnitBounds, UnitBudget};
use relulab_net::{Purpose, RandomStream};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Relative distance between bound and attained value below which an extremum counts as found.
const CLOSED_GAP: f64 = 1e-9;

/// Points tried in the box before anything is proved.
const N_TRIED: usize = 64;

/// Boxes of up to this dimension have all their corners tried.
const MOST_CORNER_DIMS: usize = 6;

/// Bounds of all layers.
pub(super) fn bound_all(network: &Dense, domain: &InputBox, budget: UnitBudget) -> NetworkBounds {
    let points = trial_points(domain);
    let values: Vec<Vec<Vec<(f64, f64)>>> = points.iter().map(|point| values_at(network, point)).collect();
    let root = Pass::over(network, domain, network.layers.len() - 1);
    let mut found = NetworkBounds { layers: Vec::new(), boxes: 1, exact_fallbacks: 0 };
    for (layer, this) in network.layers.iter().enumerate() {
        let mut bounds = Vec::with_capacity(this.n_out);
        for unit in 0..this.n_out {
            let mut extremum = |side| {
                let mut search =
                    Search { network, layer, unit, side, best: f64::NEG_INFINITY, at: Vec::new(), fallbacks: 0 };
                for (point, values) in points.iter().zip(&values) {
                    search.offer(values[layer][unit], point);
                }
                let (extremum, boxes) = search.run(domain, &root, budget);
                found.boxes += boxes;
                found.exact_fallbacks += search.fallbacks;
                extremum
            };
            let (minimum, maximum) = (extremum(Side::Minimum), extremum(Side::Maximum));
            bounds.push(UnitBounds { minimum, maximum });
        }
        found.layers.push(bounds);
    }
    found
}

/// The middle, the corners where they are few, and random points.
fn trial_points(domain: &InputBox) -> Vec<Vec<f64>> {
    let mut points = vec![domain.middle()];
    if domain.dim() <= MOST_CORNER_DIMS {
        let end = |corner: usize, axis: usize| {
            if corner >> axis & 1 == 1 { domain.upper()[axis] } else { domain.lower()[axis] }
        };
        points.extend((0..1 << domain.dim()).map(|corner| (0..domain.dim()).map(|axis| end(corner, axis)).collect()));
    }
    let mut stream = RandomStream::new(0, Purpose::Observation);
    points.extend((0..N_TRIED).map(|_| {
        let between = |(lower, upper): (&f64, &f64)| {
            let share = stream.uniform();
            (lower * (1.0 - share) + upper * share).clamp(*lower, *upper)
        };
        domain.lower().iter().zip(domain.upper()).map(between).collect()
    }));
    points
}

/// All pre-activations at a point, each between two bounds.
fn values_at(network: &Dense, point: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let Ok(place) = InputBox::new(point.to_vec(), point.to_vec()) else { return Vec::new() };
    Pass::intervals(network, &place, network.layers.len())
}

/// A part of the box.
struct Part {
    domain: InputBox,
    /// An upper bound of the signed pre-activation here.
    bound: f64,
    choices: Vec<Choice>,
    /// Where it is cut, and the index of the left child; the right one follows.
    cut: Option<(usize, f64, usize)>,
    /// Across which input to cut it.
    axis: Option<usize>,
}

/// An entry of the queue: the worst bound first, the older part first among equals.
#[derive(PartialEq)]
struct Entry(f64, usize);

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(other.1.cmp(&self.1))
    }
}

/// The search for the maximum of a signed pre-activation.
struct Search<'a> {
    network: &'a Dense,
    layer: usize,
    unit: usize,
    side: Side,
    /// The largest value surely attained, and where.
    best: f64,
    at: Vec<f64>,
    fallbacks: usize,
}

impl Search<'_> {
    fn sign(&self) -> f64 {
        if self.side == Side::Maximum { 1.0 } else { -1.0 }
    }

    /// Takes note of a value between two bounds at a point.
    fn offer(&mut self, (lower, upper): (f64, f64), point: &[f64]) {
        let attained = if self.side == Side::Maximum { lower } else { -upper };
        if attained > self.best || self.at.is_empty() {
            (self.best, self.at) = (attained, point.to_vec());
        }
    }

    fn run(&mut self, domain: &InputBox, root: &Pass, budget: UnitBudget) -> (Extremum, usize) {
        let mut parts = vec![self.relax(domain.clone(), root)];
        let mut queue = BinaryHeap::from([Entry(parts[0].bound, 0)]);
        while let Some(Entry(bound, worst)) = queue.peek() {
            let (bound, worst) = (*bound, *worst);
            let is_decided = bound <= 0.0 || self.best > 0.0;
            let is_closed = bound - self.best <= CLOSED_GAP * bound.abs().max(self.best.abs());
            let allowed = if is_decided { budget.boxes_to_tighten } else { budget.boxes_to_decide };
            if (is_decided && is_closed) || parts.len() >= allowed {
                break;
            }
            let Some((axis, at, halves)) = parts[worst].halves() else { break };
            queue.pop();
            parts[worst].cut = Some((axis, at, parts.len()));
            for half in halves {
                let pass = Pass::over(self.network, &half, self.layer);
                let part = self.relax(half, &pass);
                queue.push(Entry(part.bound, parts.len()));
                parts.push(part);
            }
        }
        let bound = queue.peek().map_or(f64::INFINITY, |Entry(bound, _)| *bound);
        // An attained value is a bound of its own if rounding has put it above.
        let bound = bound.max(self.best);
        let proof = BoundProof {
            layer: self.layer,
            unit: self.unit,
            side: self.side,
            bound: self.sign() * bound,
            tree: tree(&parts),
        };
        let (lower, upper) = if self.side == Side::Maximum { (self.best, bound) } else { (-bound, -self.best) };
        (Extremum { lower, upper, at: self.at.clone(), proof }, parts.len() - 1)
    }

    /// Bounds one part, and tries the point where its linear form is largest.
    fn relax(&mut self, domain: InputBox, pass: &Pass) -> Part {
        let Form { mut bound, error, coefficients } =
            pass.upper(self.network, &domain, self.layer, self.unit, self.sign());
        let (lower, upper) = pass.interval(self.network, &domain, self.layer, self.unit);
        bound = bound.min(if self.side == Side::Maximum { upper } else { -lower });
        let n_before: usize = self.network.layers[..self.layer].iter().map(|layer| layer.n_out).sum();
        let choices = pass.choices[..n_before].to_vec();
        if bound > 0.0 && bound - error <= 0.0 {
            self.fallbacks += 1;
            let exact = ExactPass::over(self.network, &domain, self.layer, &choices);
            bound = bound.min(exact.bound(self.layer, self.unit, self.side).to_f64_above());
        }
        let ends = domain.lower().iter().zip(domain.upper());
        let corner: Vec<f64> =
            coefficients.iter().zip(ends).map(|(c, (lower, upper))| if *c > 0.0 { *upper } else { *lower }).collect();
        if let Some(value) = values_at(self.network, &corner).get(self.layer).map(|layer| layer[self.unit]) {
            self.offer(value, &corner);
        }
        let below = pass.upper(self.network, &domain, self.layer, self.unit, -self.sign()).coefficients;
        let influence = |axis: usize| {
            (coefficients[axis].abs() + below[axis].abs()) * (domain.upper()[axis] - domain.lower()[axis])
        };
        let axis = (0..domain.dim()).max_by(|a, b| influence(*a).total_cmp(&influence(*b)).then(b.cmp(a)));
        Part { domain, bound, choices, cut: None, axis }
    }
}

impl Part {
    /// Both halves across the chosen input; across the widest that can be cut, if that one is too narrow.
    fn halves(&self) -> Option<(usize, f64, [InputBox; 2])> {
        let width = |axis: &usize| self.domain.upper()[*axis] - self.domain.lower()[*axis];
        let widest = (0..self.domain.dim()).max_by(|a, b| width(a).total_cmp(&width(b)).then(b.cmp(a)));
        [self.axis, widest].into_iter().flatten().find_map(|axis| {
            let at = self.domain.middle_of(axis);
            Some((axis, at, self.domain.split(axis, at)?))
        })
    }
}

/// The cuts in depth-first order, left part first.
fn tree(parts: &[Part]) -> Vec<ProofNode> {
    let (mut nodes, mut open) = (Vec::new(), vec![0]);
    while let Some(index) = open.pop() {
        match &parts[index].cut {
            Some((input, at, left)) => {
                nodes.push(ProofNode::Cut { input: *input, at: *at });
                open.extend([left + 1, *left]);
            }
            None => nodes.push(ProofNode::Leaf { choices: parts[index].choices.clone() }),
        }
    }
    nodes
}
