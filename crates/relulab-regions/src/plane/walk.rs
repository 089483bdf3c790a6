//! Depth-first over the cells of a network: each layer's units split the cells of the layers below.

use super::certainty::Certainty;
use super::columns::{Columns, DOUBTFUL, NEGATIVE, POSITIVE};
use super::domain::{N_SIDES, PlaneDomain};
use super::exact::{ExactForms, Line, sign_at};
use super::form::{Form, HomogeneousPoint};
use super::ledger::{Corner, Leaf, Ledger};
use crate::layers::AffineLayers;
use relulab_exact::{Bounded, BoundedVector, Number, NumberVector, Sign};

/// A cell on its way: a convex polygon, and the units of one layer that still have to split it.
#[derive(Clone, Debug)]
pub(crate) struct Task<L: Ledger> {
    layer: usize,
    corners: Vec<Corner<L>>,
    units: Vec<u16>,
    /// Units × corners.
    signs: Vec<i8>,
    /// Units that were found not to cross this cell when it was split off, and whether they are on.
    decided: Vec<(u16, bool)>,
}

impl<L: Ledger> Default for Task<L> {
    fn default() -> Self {
        Self { layer: 0, corners: Vec::new(), units: Vec::new(), signs: Vec::new(), decided: Vec::new() }
    }
}

/// Whether bounded arithmetic may be used with these parameters and this domain.
pub(super) fn trusts_f64(layers: &AffineLayers, domain: PlaneDomain) -> bool {
    let accepted = |part: &[f64]| Bounded::accepts(part);
    let mut all = layers.all().iter();
    domain.is_accepted()
        && accepted(&[layers.leak])
        && all.all(|layer| accepted(&layer.weights_by_input) && accepted(&layer.biases))
}

/// The forms of one layer on the cell at hand.
#[derive(Clone, Debug, Default)]
struct Frame {
    pre: [BoundedVector; 3],
    post: [BoundedVector; 3],
    forms: Vec<Form>,
}

/// The walk and its memory, which grows with the depth of the subdivision and not with the number of cells.
#[derive(Clone, Debug)]
pub(crate) struct Walk<'a, L: Ledger> {
    layers: &'a AffineLayers,
    domain: PlaneDomain,
    trusts_f64: bool,
    zeros: Vec<f64>,
    frames: Vec<Frame>,
    on: Vec<Vec<bool>>,
    exact: ExactForms,
    stack: Vec<Task<L>>,
    spare: Vec<Task<L>>,
    columns: Columns,
    row: Vec<i8>,
    parts: [Vec<u32>; 2],
    /// Cells after each layer.
    pub per_layer: Vec<u64>,
    /// How the signs were decided.
    pub certainty: Certainty,
    /// The books.
    pub ledger: L,
}

impl<'a, L: Ledger> Walk<'a, L> {
    /// A walk that has not begun.
    pub fn new(layers: &'a AffineLayers, domain: PlaneDomain, ledger: L) -> Self {
        let widest = layers.all().iter().map(|layer| layer.biases.len()).max().unwrap_or(0);
        let mut exact = ExactForms::default();
        exact.prepare(layers);
        let mut walk = Self {
            layers,
            domain,
            trusts_f64: trusts_f64(layers, domain),
            zeros: vec![0.0; widest],
            frames: vec![Frame::default(); layers.all().len()],
            on: layers.hidden().iter().map(|layer| vec![false; layer.biases.len()]).collect(),
            exact,
            stack: Vec::new(),
            spare: Vec::new(),
            columns: Columns::default(),
            row: Vec::new(),
            parts: Default::default(),
            per_layer: vec![0; layers.hidden().len()],
            certainty: Certainty::default(),
            ledger,
        };
        walk.form_frame(0);
        walk
    }

    /// The whole domain as the first task.
    pub fn start(&mut self) -> Task<L> {
        let vertices: Vec<L::Vertex> = (0..N_SIDES)
            .map(|index| self.ledger.corner([Line::Side((index + N_SIDES - 1) % N_SIDES), Line::Side(index)]))
            .collect();
        let corners = (0..N_SIDES).map(|index| {
            let ends = [index, (index + 1) % N_SIDES].map(|corner| vertices[usize::from(corner)]);
            Corner {
                point: self.domain.corner(index),
                lines: [Line::Side((index + N_SIDES - 1) % N_SIDES), Line::Side(index)],
                side: Line::Side(index),
                is_inward: true,
                vertex: ends[0],
                edge: self.ledger.edge(ends, Line::Side(index)),
            }
        });
        let corners = corners.collect();
        let mut task = Task { corners, ..Task::default() };
        if !self.layers.hidden().is_empty() {
            self.enter(&mut task, 0);
        }
        task
    }

    /// Visits all cells of a task.
    pub fn run(&mut self, task: Task<L>) {
        let bottom = self.stack.len();
        self.stack.push(task);
        while self.stack.len() > bottom {
            let Some(task) = self.stack.pop() else { return };
            self.step(task);
        }
    }

    /// Visits cells breadth first, in the first layer only, until there are `n_tasks` tasks to be shared out.
    ///
    /// Every task that is returned holds what was decided on its way, so that any walk can go on with it.
    pub fn share_out(&mut self, mut task: Task<L>, n_tasks: usize) -> Vec<Task<L>> {
        if let Some(on) = self.on.first() {
            let settled = (0..on.len()).filter(|unit| !task.units.contains(&(*unit as u16)));
            task.decided.extend(settled.map(|unit| (unit as u16, on[unit])));
        }
        let mut waiting = std::collections::VecDeque::from([task]);
        let mut finished = Vec::new();
        while waiting.len() + finished.len() < n_tasks {
            let Some(task) = waiting.pop_front() else { break };
            if task.units.is_empty() {
                finished.push(task);
                continue;
            }
            let before = task.decided.clone();
            let [mut one, mut two] = self.split(task);
            for part in [&mut one, &mut two] {
                part.decided.extend_from_slice(&before);
            }
            waiting.extend([one, two]);
        }
        finished.extend(waiting);
        finished
    }

    /// Splits the cell of a task, or goes to the next layer when no unit is left that crosses it.
    fn step(&mut self, mut task: Task<L>) {
        for (unit, on) in task.decided.drain(..) {
            self.on[task.layer][usize::from(unit)] = on;
        }
        let depth = self.layers.hidden().len();
        if L::ONLY_COUNTS && task.units.len() == 1 && task.layer + 1 == depth {
            self.tally_split(&task);
            self.spare.push(task);
        } else if !task.units.is_empty() {
            let [one, two] = self.split(task);
            self.stack.push(two);
            self.stack.push(one);
        } else {
            if depth > 0 {
                self.per_layer[task.layer] += 1;
            }
            if task.layer + 1 < depth {
                let layer = task.layer + 1;
                self.form_frame(layer);
                self.enter(&mut task, layer);
                self.stack.push(task);
            } else {
                self.leave(&task);
                self.spare.push(task);
            }
        }
    }

    /// Computes the forms of a layer from the pattern of the one below.
    fn form_frame(&mut self, layer: usize) {
        self.exact.forget_from(layer);
        let affine = &self.layers.all()[layer];
        let n_out = affine.biases.len();
        let zeros = &self.zeros[..n_out];
        let (below, rest) = self.frames.split_at_mut(layer);
        let frame = &mut rest[0];
        frame.forms.clear();
        if layer == 0 {
            let [first, second] = [0, 1].map(|input| &affine.weights_by_input[input * n_out..][..n_out]);
            let rows = first.iter().zip(second).zip(&affine.biases);
            frame.forms.extend(rows.map(|((a, b), c)| Form::exact([*a, *b, *c])));
            for (k, column) in [first, second, &affine.biases[..]].into_iter().enumerate() {
                frame.pre[k].reset(n_out);
                for (unit, value) in column.iter().enumerate() {
                    frame.pre[k].set(unit, Bounded::exact(*value));
                }
            }
            self.columns.load(&frame.forms);
            return;
        }
        let leak = Bounded::exact(self.layers.leak);
        let Frame { pre, post, .. } = &mut below[layer - 1];
        for k in 0..3 {
            post[k].activate(&pre[k], &self.on[layer - 1], &leak);
            let constants = if k == 2 { &affine.biases[..] } else { zeros };
            frame.pre[k].affine(&affine.weights_by_input, constants, &post[k]);
        }
        let [a, b, c] = &frame.pre;
        frame.forms.extend((0..n_out).map(|unit| Form::new([a.get(unit), b.get(unit), c.get(unit)])));
        self.columns.load(&frame.forms);
    }

    /// Finds the units of a layer that cross the cell of a task.
    fn enter(&mut self, task: &mut Task<L>, layer: usize) {
        task.layer = layer;
        task.units.clear();
        task.signs.clear();
        let margin = self.columns.find_signs(task.corners.iter().map(|corner| corner.point));
        for unit in 0..self.frames[layer].forms.len() {
            let met = if self.trusts_f64 { self.columns.met[unit] } else { DOUBTFUL };
            if met & DOUBTFUL != 0 {
                self.enter_unit(task, unit);
                continue;
            }
            self.on[layer][unit] = met == POSITIVE;
            if met == POSITIVE | NEGATIVE {
                task.units.push(unit as u16);
                task.signs.extend((0..task.corners.len()).map(|corner| self.columns.sign(unit, corner)));
            }
        }
        if self.trusts_f64 {
            self.certainty.note(margin, 1.0);
        }
    }

    /// The same for one unit, some of whose signs are in doubt.
    fn enter_unit(&mut self, task: &mut Task<L>, unit: usize) {
        let start = task.signs.len();
        let (mut above, mut below) = (false, false);
        for corner in &task.corners {
            let sign = self.sign(task.layer, unit, &corner.point, corner.lines);
            above |= sign > 0;
            below |= sign < 0;
            task.signs.push(sign);
        }
        if above && below {
            task.units.push(unit as u16);
        } else {
            task.signs.truncate(start);
            self.on[task.layer][unit] = above;
        }
    }

    /// The sign of a unit's pre-activation at a point.
    #[inline]
    fn sign(&mut self, layer: usize, unit: usize, point: &HomogeneousPoint, lines: [Line; 2]) -> i8 {
        let form = &self.frames[layer].forms[unit];
        let (value, error) = form.evaluate(point);
        let size = value.abs();
        if self.trusts_f64 && size > error && size < f64::INFINITY {
            self.certainty.note(size, error);
            return if value > 0.0 { 1 } else { -1 };
        }
        self.doubtful_sign(layer, unit, point, lines)
    }

    /// The sign where the value's bound does not tell it.
    #[cold]
    fn doubtful_sign(&mut self, layer: usize, unit: usize, point: &HomogeneousPoint, lines: [Line; 2]) -> i8 {
        let form = &self.frames[layer].forms[unit];
        if self.trusts_f64 {
            if let Some(sign) = form.constant_sign() {
                return sign;
            }
            let is_finite = point.at[2] != 0.0;
            if is_finite && form.is_zero_at(point) {
                return 0;
            }
        }
        self.certainty.n_exact += 1;
        let point = self.exact.point(self.layers, &self.on, self.domain, lines);
        match sign_at(self.exact.form(self.layers, &self.on, layer, unit), &point) {
            Sign::Negative => -1,
            Sign::Zero => 0,
            Sign::Positive => 1,
        }
    }

    /// The form of a line, positive inside the cell whose side it is.
    fn inward_form(&self, corner: &Corner<L>) -> Form {
        let form = match corner.side {
            Line::Side(side) => self.domain.side(side),
            Line::Unit { layer, unit } => self.frames[usize::from(layer)].forms[usize::from(unit)],
        };
        if corner.is_inward { form } else { Form { value: form.value.map(|part| -part), error: form.error } }
    }

    /// Where a unit's line leaves (`falls`) or enters the part on which it is positive, on the side at a corner.
    fn meeting(&self, corner: &Corner<L>, layer: usize, unit: u16, falls: bool) -> HomogeneousPoint {
        let form = &self.frames[layer].forms[usize::from(unit)];
        let point = match corner.side {
            Line::Side(_) if self.domain.ends().is_none() => form.direction(),
            _ => self.inward_form(corner).cross(form),
        };
        if falls { point } else { point.reversed() }
    }

    /// Splits the cell of a task by the first of its units: the part where the unit is on, and the other.
    fn split(&mut self, task: Task<L>) -> [Task<L>; 2] {
        let Task { layer, corners, units, signs, .. } = &task;
        let (layer, n) = (*layer, corners.len());
        let unit = units[0];
        let line = Line::Unit { layer: layer as u16, unit };
        let mut children = [(); 2].map(|()| self.spare.pop().unwrap_or_default());
        for child in &mut children {
            child.layer = layer;
            child.corners.clear();
            child.units.clear();
            child.signs.clear();
            child.decided.clear();
        }
        for part in &mut self.parts {
            part.clear();
        }
        // Where the cut ends: the corner or new point at which the sign falls from + to −, and that at which it rises.
        let mut ends: [Option<L::Vertex>; 2] = [None; 2];
        // The new points: the corner before each and its lines.
        let mut n_new = 0;
        let mut new_sides = [0_usize; 2];
        let mut new_corners: [Option<(HomogeneousPoint, [Line; 2])>; 2] = [None; 2];
        // The corners at which the cut begins in each part; its edge is known only at the end.
        let mut cut_at = [usize::MAX; 2];
        for k in 0..n {
            let corner = corners[k];
            let (sign, next) = (signs[k], signs[if k + 1 == n { 0 } else { k + 1 }]);
            let on = usize::from(sign < 0);
            if sign == 0 {
                // The part that the next side belongs to keeps it; in the other part the cut begins here.
                let other = usize::from(next > 0);
                ends[other] = Some(corner.vertex);
                cut_at[other] = children[other].corners.len();
                children[0].corners.push(corner);
                children[1].corners.push(corner);
                self.parts[0].push(k as u32);
                self.parts[1].push(k as u32);
                continue;
            }
            children[on].corners.push(corner);
            self.parts[on].push(k as u32);
            if i32::from(sign) * i32::from(next) >= 0 {
                continue;
            }
            let falls = sign > 0;
            let lines = [corner.side, line];
            let (vertex, [first, second]) = self.ledger.cut(corner.edge, corner.vertex, lines);
            let point = self.meeting(&corner, layer, unit, falls);
            new_sides[n_new] = k;
            new_corners[n_new] = Some((point, lines));
            let begun = &mut children[on].corners;
            let last = begun.len() - 1;
            begun[last].edge = first;
            ends[on] = Some(vertex);
            cut_at[on] = begun.len();
            let new = Corner { point, lines, side: corner.side, is_inward: corner.is_inward, vertex, edge: second };
            begun.push(new);
            children[1 - on].corners.push(new);
            self.parts[on].push((n + n_new) as u32);
            self.parts[1 - on].push((n + n_new) as u32);
            n_new += 1;
        }
        if let [Some(fall), Some(rise)] = ends {
            let edge = self.ledger.edge([fall, rise], line);
            for (part, child) in children.iter_mut().enumerate() {
                if let Some(corner) = child.corners.get_mut(cut_at[part]) {
                    (corner.side, corner.is_inward, corner.edge) = (line, part == 0, edge);
                }
            }
        }
        children[0].decided.push((unit, true));
        children[1].decided.push((unit, false));
        for (index, &other) in units.iter().enumerate().skip(1) {
            let old = &signs[index * n..][..n];
            self.row.clear();
            self.row.extend_from_slice(old);
            for (side, new) in new_sides.iter().zip(&new_corners) {
                if let Some((point, lines)) = new {
                    let (from, to) = (old[*side], old[if side + 1 == n { 0 } else { side + 1 }]);
                    let sign = if from * to < 0 {
                        self.sign(layer, other.into(), point, *lines)
                    } else {
                        (from + to).signum()
                    };
                    self.row.push(sign);
                }
            }
            for (child, places) in children.iter_mut().zip(&self.parts) {
                let start = child.signs.len();
                let (mut above, mut below) = (false, false);
                for place in places {
                    let sign = self.row[*place as usize];
                    above |= sign > 0;
                    below |= sign < 0;
                    child.signs.push(sign);
                }
                if above && below {
                    child.units.push(other);
                } else {
                    child.signs.truncate(start);
                    child.decided.push((other, above));
                }
            }
        }
        self.spare.push(task);
        children
    }

    /// Counts the two cells into which the only unit left of the last layer splits a cell.
    fn tally_split(&mut self, task: &Task<L>) {
        let n = task.corners.len();
        let (mut inner, mut outer) = (2, 0);
        for (k, corner) in task.corners.iter().enumerate() {
            let is_cut = task.signs[k] * task.signs[if k + 1 == n { 0 } else { k + 1 }] < 0;
            let n_sides = 1 + u64::from(is_cut);
            if matches!(corner.side, Line::Side(_)) { outer += n_sides } else { inner += n_sides }
        }
        self.per_layer[task.layer] += 2;
        self.ledger.tally(2, inner, outer);
    }

    /// Hands a finished cell to the ledger.
    fn leave(&mut self, task: &Task<L>) {
        if L::ONLY_COUNTS {
            let outer = task.corners.iter().filter(|corner| matches!(corner.side, Line::Side(_))).count() as u64;
            self.ledger.tally(1, task.corners.len() as u64 - outer, outer);
            return;
        }
        let depth = self.layers.hidden().len();
        if depth > 0 {
            self.form_frame(depth);
        }
        let outputs = &self.frames[depth].forms;
        self.ledger.cell(&Leaf { corners: &task.corners, on: &self.on, outputs });
    }
}
