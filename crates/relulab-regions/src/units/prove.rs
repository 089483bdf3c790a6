//! The search for proofs and witnesses over a box, layer by layer.
//!
//! *Algorithm*: what is proved of a layer narrows the ranges from which the next is bounded. Every bound goes through
//! stages until its sign is known: intervals and linear relaxation; points, from which a local search climbs; the linear
//! program of all triangles, whose duals are multipliers and whose best point is climbed from too; and parts of the box,
//! cut where the form depends on its inputs most. Units are dealt with in groups of fixed size, so that nothing depends
//! on the number of threads.

use super::certificate::{Certificate, Lemma, LemmaProof, PartNode, Shown};
use super::lagrangian::Goal;
use super::part::{Bounded, Part, Rule};
use super::triangle::Triangle;
use super::witness::{climb, trial_points, values_at};
use super::{Effort, Ranges, Stage};
use crate::relaxation::dense::Dense;
use crate::relaxation::{InputBox, Side};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Units that share one linear program, which goes on from the last basis.
const GROUP: usize = 5;

/// Points from which the search climbs.
const N_STARTS: usize = 8;

/// Parts between two climbs from where the bound is worst.
const CLIMB_EVERY: usize = 32;

/// Weight of an input's influence without cancellation, beside that of the linear forms, when a cut is chosen.
const PLAIN_SHARE: f64 = 0.25;

/// One side of a unit: the outer bound, the value attained, and who decided.
#[derive(Clone, Debug)]
pub(super) struct SideFound {
    /// What the lemma says, on which later layers rest.
    pub proved: f64,
    /// Not beaten anywhere.
    pub outer: f64,
    /// Attained, up to the rounding that is charged.
    pub inner: f64,
    /// What made the sign known.
    pub stage: Stage,
}

/// All that was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// Layer by layer, outputs last: minimum and maximum of every unit.
    pub layers: Vec<Vec<[SideFound; 2]>>,
    pub certificate: Certificate,
    pub n_programs: usize,
    pub n_parts: usize,
    pub n_exact: usize,
}

/// Points and the pre-activations there, each between two bounds.
#[derive(Clone, Debug, Default)]
struct Points {
    at: Vec<Vec<f64>>,
    values: Vec<Ranges>,
}

impl Points {
    fn add(&mut self, network: &Dense, point: Vec<f64>) {
        self.values.push(values_at(network, &point));
        self.at.push(point);
    }

    /// The signed value that a point surely attains.
    fn attained(&self, place: usize, goal: Goal) -> f64 {
        let (lower, upper) = self.values[place][goal.layer][goal.unit];
        if goal.side == Side::Maximum { lower } else { -upper }
    }

    /// The places, best first.
    fn ranked(&self, goal: Goal) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.at.len()).collect();
        places.sort_by(|a, b| self.attained(*b, goal).total_cmp(&self.attained(*a, goal)).then(a.cmp(b)));
        places
    }
}

/// What every group of units sees.
struct Context<'a> {
    network: &'a Dense,
    domain: &'a InputBox,
    effort: Effort,
    layer: usize,
    whole: Part,
    points: Points,
}

/// What a group of units has found.
#[derive(Default)]
struct GroupFound {
    sides: Vec<[SideFound; 2]>,
    lemmas: Vec<Lemma>,
    shown: Vec<Shown>,
    points: Points,
    n_programs: usize,
    n_parts: usize,
    n_exact: usize,
}

/// Proves what it can of all units and outputs.
pub(super) fn prove(network: &Dense, domain: &InputBox, effort: Effort, n_threads: usize) -> Found {
    let mut found = Found::default();
    let mut points = Points::default();
    trial_points(domain).into_iter().for_each(|point| points.add(network, point));
    let mut known: Ranges = Vec::new();
    for (layer, this) in network.layers.iter().enumerate() {
        let whole = Part::new(domain.clone(), known.clone());
        let context = Context { network, domain, effort, layer, whole, points };
        let groups = in_parallel(this.n_out.div_ceil(GROUP), n_threads, |group| {
            context.group(group * GROUP..((group + 1) * GROUP).min(this.n_out))
        });
        points = context.points;
        let mut sides = Vec::with_capacity(this.n_out);
        for group in groups {
            sides.extend(group.sides);
            found.certificate.lemmas.extend(group.lemmas);
            found.certificate.shown.extend(group.shown);
            points.at.extend(group.points.at);
            points.values.extend(group.points.values);
            found.n_programs += group.n_programs;
            found.n_parts += group.n_parts;
            found.n_exact += group.n_exact;
        }
        known.push(sides.iter().map(|[minimum, maximum]: &[SideFound; 2]| (minimum.proved, maximum.proved)).collect());
        found.layers.push(sides);
    }
    found
}

/// The results of `n` tasks in order.
fn in_parallel<T: Send>(n: usize, n_threads: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(n)));
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= n {
                break;
            }
            let result = task(index);
            if let Ok(mut done) = done.lock() {
                done.push((index, result));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..n_threads.min(n) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = done.into_inner().unwrap_or_default();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

impl Context<'_> {
    /// All stages for some units of the layer.
    fn group(&self, units: std::ops::Range<usize>) -> GroupFound {
        let mut found = GroupFound::default();
        let mut program = None;
        for unit in units {
            let sides = [Side::Minimum, Side::Maximum]
                .map(|side| self.side(Goal { layer: self.layer, unit, side }, &mut program, &mut found));
            found.sides.push(sides);
        }
        found
    }

    /// All stages for one bound.
    fn side(&self, goal: Goal, program: &mut Option<Triangle>, found: &mut GroupFound) -> SideFound {
        let Bounded { mut bound, rule, is_exact, .. } = self.whole.bound(self.network, goal);
        found.n_exact += usize::from(is_exact);
        let mut stage = if rule == Rule::Intervals { Stage::Intervals } else { Stage::Relaxation };
        let mut proof = LemmaProof::Parts(vec![PartNode::Leaf]);
        let ranked = self.points.ranked(goal);
        let mut best = Best::default();
        if let Some(first) = ranked.first() {
            best.offer(self.points.attained(*first, goal), &self.points.at[*first]);
        }
        if bound > 0.0 && best.value <= 0.0 {
            for place in ranked.iter().take(N_STARTS) {
                self.climb(goal, &self.points.at[*place], &mut best, found);
                if best.value > 0.0 {
                    break;
                }
            }
        }
        if bound > 0.0 && self.layer > 0 && (best.value <= 0.0 || self.effort.tighten) {
            if program.is_none() {
                *program = Triangle::new(self.network, self.domain, &self.whole.ranges, self.layer);
            }
            if let Some(program) = program {
                found.n_programs += 1;
                let (multipliers, point) = program.solve(self.network, goal, self.effort.pivots);
                let (tighter, is_exact) = self.whole.decide(self.network, goal, &multipliers);
                found.n_exact += usize::from(is_exact);
                if tighter < bound {
                    (bound, stage, proof) = (tighter, Stage::LinearProgram, LemmaProof::Multipliers(multipliers));
                }
                if bound > 0.0 && best.value <= 0.0 {
                    self.climb(goal, &point, &mut best, found);
                }
            }
        }
        if bound > 0.0
            && best.value <= 0.0
            && let Some(nodes) = self.parts(goal, &mut best, found)
        {
            (bound, stage, proof) = (0.0, Stage::Parts, LemmaProof::Parts(nodes));
        }
        found.lemmas.push(self.lemma(goal, bound, proof));
        if bound > 0.0 {
            stage = if best.value > 0.0 { Stage::Point } else { Stage::Nothing };
        }
        if best.value > 0.0 {
            let Goal { layer, unit, side } = goal;
            found.shown.push(Shown { layer, unit, side, at: best.at });
        }
        // An attained value is a bound of its own if rounding has put it above.
        let [proved, outer, inner] = [bound, bound.max(best.value), best.value].map(|value| goal.sign() * value);
        SideFound { proved, outer, inner, stage }
    }

    fn lemma(&self, goal: Goal, bound: f64, proof: LemmaProof) -> Lemma {
        Lemma { layer: goal.layer, unit: goal.unit, side: goal.side, bound: goal.sign() * bound, proof }
    }

    /// Climbs from a point and takes note of where it ends.
    fn climb(&self, goal: Goal, start: &[f64], best: &mut Best, found: &mut GroupFound) {
        let top = climb(self.network, self.domain, goal, start);
        found.points.add(self.network, top);
        let last = found.points.at.len() - 1;
        best.offer(found.points.attained(last, goal), &found.points.at[last]);
    }

    /// The parts on each of which the bound is at most 0; `None` when a point shows the contrary or parts run out.
    fn parts(&self, goal: Goal, best: &mut Best, found: &mut GroupFound) -> Option<Vec<PartNode>> {
        let (mut nodes, mut open) = (Vec::new(), vec![self.whole.clone()]);
        while let Some(part) = open.pop() {
            found.n_parts += 1;
            let here = part.bound(self.network, goal);
            found.n_exact += usize::from(here.is_exact);
            if here.bound <= 0.0 {
                nodes.push(PartNode::Leaf);
                continue;
            }
            let form = self.form(&here.multipliers, goal);
            let ends = part.domain.lower().iter().zip(part.domain.upper());
            let corner: Vec<f64> = form
                .iter()
                .zip(ends)
                .map(|(slope, (lower, upper))| if *slope > 0.0 { *upper } else { *lower })
                .collect();
            let (lower, upper) = values_at(self.network, &corner)[goal.layer][goal.unit];
            best.offer(if goal.side == Side::Maximum { lower } else { -upper }, &corner);
            if found.n_parts.is_multiple_of(CLIMB_EVERY) {
                self.climb(goal, &corner, best, found);
            }
            if best.value > 0.0 || nodes.len() + open.len() >= self.effort.parts {
                return None;
            }
            let (input, at, [left, right]) = self.cut(&part, goal, &form)?;
            nodes.push(PartNode::Cut { input, at });
            open.extend([right, left]);
        }
        Some(nodes)
    }

    /// The linear form in the inputs that multipliers lead to.
    fn form(&self, multipliers: &[Vec<f64>], goal: Goal) -> Vec<f64> {
        let first = &self.network.layers[0];
        let Some(multipliers) = multipliers.first() else {
            return first.row(goal.unit).iter().map(|weight| goal.sign() * weight).collect();
        };
        let mut form = vec![0.0; first.n_in];
        for (unit, multiplier) in multipliers.iter().enumerate().filter(|(_, multiplier)| **multiplier != 0.0) {
            form.iter_mut().zip(first.row(unit)).for_each(|(slope, weight)| *slope += multiplier * weight);
        }
        form
    }

    /// A part's halves across the input that the bounds above and below depend on most.
    fn cut(&self, part: &Part, goal: Goal, above: &[f64]) -> Option<(usize, f64, [Part; 2])> {
        let opposite = if goal.side == Side::Maximum { Side::Minimum } else { Side::Maximum };
        let opposite = Goal { side: opposite, ..goal };
        let below = self.form(&part.bound(self.network, opposite).multipliers, opposite);
        let plain = self.influence(part, goal);
        let width = |input: usize| part.domain.upper()[input] - part.domain.lower()[input];
        let inputs = 0..part.domain.dim();
        let of_forms: Vec<f64> =
            inputs.clone().map(|input| (above[input].abs() + below[input].abs()) * width(input)).collect();
        let of_plain: Vec<f64> = inputs.clone().map(|input| plain[input] * width(input)).collect();
        let totals = [&of_forms, &of_plain].map(|shares| shares.iter().sum::<f64>().max(f64::MIN_POSITIVE));
        let score = |input: &usize| of_forms[*input] / totals[0] + PLAIN_SHARE * of_plain[*input] / totals[1];
        let mut order: Vec<usize> = inputs.collect();
        order.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.cmp(b)));
        order.into_iter().find_map(|input| {
            let at = part.domain.middle_of(input);
            Some((input, at, part.cut(self.network, input, at)?))
        })
    }

    /// How much each input could matter if nothing cancelled.
    fn influence(&self, part: &Part, goal: Goal) -> Vec<f64> {
        let mut sizes: Vec<f64> = self.network.layers[goal.layer].row(goal.unit).iter().map(|w| w.abs()).collect();
        for (layer, ranges) in self.network.layers[..goal.layer].iter().zip(&part.ranges).rev() {
            let mut below = vec![0.0; layer.n_in];
            for (unit, (size, (_, upper))) in sizes.iter().zip(ranges).enumerate() {
                let size = if *upper > 0.0 { *size } else { self.network.leak * size };
                if size != 0.0 {
                    below.iter_mut().zip(layer.row(unit)).for_each(|(below, weight)| *below += size * weight.abs());
                }
            }
            // Only proportions matter.
            let total = below.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            below.iter_mut().for_each(|size| *size /= total);
            sizes = below;
        }
        sizes
    }
}

/// The largest signed value surely attained, and where.
struct Best {
    value: f64,
    at: Vec<f64>,
}

impl Default for Best {
    fn default() -> Self {
        Self { value: f64::NEG_INFINITY, at: Vec::new() }
    }
}

impl Best {
    fn offer(&mut self, value: f64, at: &[f64]) {
        if value > self.value {
            (self.value, self.at) = (value, at.to_vec());
        }
    }
}
