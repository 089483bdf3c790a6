//! Polyhedra in a box, held at one of their vertices in rationals: the simplex method with bounded variables.

use relulab_exact::{Number, Rational, Sign};

/// Σ wᵢ xᵢ + c of the inputs: the constant first.
pub(crate) type Form = [Rational];

/// A variable of the tableau: an input above its lower end, or the value of a form that must not be negative.
#[derive(Clone, Debug)]
struct Variable {
    /// Its largest value; `None` without end.
    upper: Option<Rational>,
    /// Whether the tableau holds its distance from the upper end instead of itself.
    is_flipped: bool,
    place: Place,
}

/// Where a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Zero at the vertex: a column.
    Column(usize),
    /// A row, whose constant is its value at the vertex.
    Row(usize),
}

/// A polyhedron { x in a box, all forms ≥ 0 } and one of its vertices.
///
/// *Algorithm*: every basic variable is an affine function of as many nonbasic ones as there are inputs, which are zero
/// at the vertex; a variable at its upper end is replaced by its distance from there. The steepest variable enters; where
/// a step does not lead away from its vertex, the first that will do enters and leaves until one does (Bland's rule), so
/// that no vertex is met twice.
///
/// *Reference*: Chvátal, *Linear Programming* (1983), chapters 3 and 8.
#[derive(Clone, Debug)]
pub(crate) struct Tableau {
    lowers: Vec<Rational>,
    variables: Vec<Variable>,
    /// The variable of each column and of each row.
    nonbasic: Vec<usize>,
    basic: Vec<usize>,
    rows: Vec<Vec<Rational>>,
}

impl Tableau {
    /// A box, at its lower corner.
    pub fn of_box(sides: &[(f64, f64)]) -> Self {
        let exact = |value: f64| Rational::from_f64(value).unwrap_or_else(Rational::zero);
        let variable = |(column, (lower, upper)): (usize, &(f64, f64))| Variable {
            upper: Some(exact(*upper) - exact(*lower)),
            is_flipped: false,
            place: Place::Column(column),
        };
        Self {
            lowers: sides.iter().map(|(lower, _)| exact(*lower)).collect(),
            variables: sides.iter().enumerate().map(variable).collect(),
            nonbasic: (0..sides.len()).collect(),
            basic: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// A form of the inputs in terms of the columns; its constant is its value at the vertex.
    fn express(&self, form: &Form) -> Vec<Rational> {
        let mut row = vec![Rational::zero(); self.nonbasic.len() + 1];
        row[0] = form[0].clone();
        for ((weight, lower), variable) in form[1..].iter().zip(&self.lowers).zip(&self.variables) {
            if weight.is_zero() {
                continue;
            }
            row[0] = std::mem::take(&mut row[0]) + weight.clone() * lower;
            let mut factor = weight.clone();
            if let (true, Some(upper)) = (variable.is_flipped, &variable.upper) {
                row[0] = std::mem::take(&mut row[0]) + factor.clone() * upper;
                factor = -factor;
            }
            match variable.place {
                Place::Column(column) => row[column + 1] = std::mem::take(&mut row[column + 1]) + factor,
                Place::Row(place) => add_multiple(&mut row, &self.rows[place], &factor),
            }
        }
        row
    }

    /// Moves to a vertex where a form is positive; `false` if there is none, and then at one where it is largest.
    pub fn raise(&mut self, form: &Form) -> bool {
        let mut goal = self.express(form);
        let mut is_stalled = false;
        loop {
            if goal[0].exact_sign() == Sign::Positive {
                return true;
            }
            let growing = (0..self.nonbasic.len()).filter(|column| goal[column + 1].exact_sign() == Sign::Positive);
            let entering = if is_stalled {
                growing.min_by_key(|column| self.nonbasic[*column])
            } else {
                growing.max_by(|one, two| goal[one + 1].cmp(&goal[two + 1]))
            };
            let Some(column) = entering else { return false };
            let before = goal[0].clone();
            self.enter(column, &mut goal);
            is_stalled = goal[0] == before;
        }
    }

    /// Demands that a form be ≥ 0, which it is at the vertex.
    pub fn demand(&mut self, form: &Form) {
        let row = self.express(form);
        self.basic.push(self.variables.len());
        self.variables.push(Variable { upper: None, is_flipped: false, place: Place::Row(self.rows.len()) });
        self.rows.push(row);
    }

    /// Lets a nonbasic variable grow until it or a basic one is at an end.
    fn enter(&mut self, column: usize, goal: &mut [Rational]) {
        let entering = self.nonbasic[column];
        // How far, the variable that stops it, and the row of that variable with whether it is at its upper end.
        let mut best = self.variables[entering].upper.clone().map(|upper| (upper, entering, None));
        for (place, row) in self.rows.iter().enumerate() {
            let variable = self.basic[place];
            let slope = &row[column + 1];
            let (room, is_upper) = match (slope.exact_sign(), &self.variables[variable].upper) {
                (Sign::Negative, _) => (row[0].clone() / -slope.clone(), false),
                (Sign::Positive, Some(upper)) => ((upper.clone() - &row[0]) / slope, true),
                _ => continue,
            };
            if best.as_ref().is_none_or(|(least, first, _)| room < *least || room == *least && variable < *first) {
                best = Some((room, variable, Some((place, is_upper))));
            }
        }
        match best {
            // The box bounds everything, so something always stops a variable.
            None => {}
            Some((_, _, None)) => self.flip_column(column, goal),
            Some((_, _, Some((place, is_upper)))) => {
                if is_upper {
                    self.flip_row(place);
                }
                self.pivot(place, column, goal);
            }
        }
    }

    /// Replaces a nonbasic variable by its distance from the upper end, where it then is.
    fn flip_column(&mut self, column: usize, goal: &mut [Rational]) {
        let variable = &mut self.variables[self.nonbasic[column]];
        variable.is_flipped = !variable.is_flipped;
        let Some(upper) = &variable.upper else { return };
        for row in self.rows.iter_mut().map(Vec::as_mut_slice).chain([goal]) {
            let slope = std::mem::take(&mut row[column + 1]);
            if !slope.is_zero() {
                row[0] = std::mem::take(&mut row[0]) + slope.clone() * upper;
                row[column + 1] = -slope;
            }
        }
    }

    /// Replaces a basic variable by its distance from the upper end.
    fn flip_row(&mut self, place: usize) {
        let variable = &mut self.variables[self.basic[place]];
        variable.is_flipped = !variable.is_flipped;
        let row = &mut self.rows[place];
        row.iter_mut().for_each(|entry| *entry = -std::mem::take(entry));
        if let Some(upper) = &variable.upper {
            row[0] = std::mem::take(&mut row[0]) + upper;
        }
    }

    /// Exchanges a basic variable with a nonbasic one.
    fn pivot(&mut self, place: usize, column: usize, goal: &mut [Rational]) {
        let mut row = std::mem::take(&mut self.rows[place]);
        let slope = std::mem::take(&mut row[column + 1]);
        // From y = b + Σ aⱼ nⱼ + s n follows n = (y − b − Σ aⱼ nⱼ) / s.
        row.iter_mut().filter(|entry| !entry.is_zero()).for_each(|entry| *entry = -std::mem::take(entry) / &slope);
        row[column + 1] = Rational::from(1) / &slope;
        for other in self.rows.iter_mut().map(Vec::as_mut_slice).chain([goal]) {
            if let Some(factor) = other.get_mut(column + 1).map(std::mem::take).filter(|factor| !factor.is_zero()) {
                add_multiple(other, &row, &factor);
            }
        }
        self.rows[place] = row;
        let (leaving, entering) = (self.basic[place], self.nonbasic[column]);
        self.variables[leaving].place = Place::Column(column);
        self.variables[entering].place = Place::Row(place);
        (self.basic[place], self.nonbasic[column]) = (entering, leaving);
    }
}

/// Adds a multiple of a row to another.
fn add_multiple(row: &mut [Rational], other: &[Rational], factor: &Rational) {
    for (sum, entry) in row.iter_mut().zip(other).filter(|(_, entry)| !entry.is_zero()) {
        *sum = std::mem::take(sum) + factor.clone() * entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(numbers: &[i64]) -> Vec<Rational> {
        numbers.iter().map(|number| Rational::from(*number)).collect()
    }

    fn negative(form: &[Rational]) -> Vec<Rational> {
        form.iter().map(|entry| -entry.clone()).collect()
    }

    #[test]
    fn a_triangle_in_a_square() {
        // x + y ≥ 3 in [0, 2]²: x − y reaches 1 at (2, 1) and no more; x is never below 1.
        let mut tableau = Tableau::of_box(&[(0.0, 2.0); 2]);
        assert!(tableau.raise(&form(&[-3, 1, 1])));
        tableau.demand(&form(&[-3, 1, 1]));
        assert!(tableau.clone().raise(&form(&[0, 1, -1])));
        assert!(!tableau.clone().raise(&form(&[-1, 1, -1])));
        assert!(!tableau.clone().raise(&form(&[1, -1, 0])));
        assert!(tableau.clone().raise(&form(&[-1, 1, 0])));
    }

    proptest! {
        /// On integer constraints the vertices of a small grid cannot all be missed: whoever is positive at a feasible
        /// grid point must be raised above zero.
        #[test]
        fn no_feasible_point_is_overlooked(
            forms in prop::collection::vec(prop::collection::vec(-3..=3_i64, 4), 1..5),
            goal in prop::collection::vec(-3..=3_i64, 4),
        ) {
            let mut tableau = Tableau::of_box(&[(-2.0, 2.0); 3]);
            let mut kept: Vec<&Vec<i64>> = Vec::new();
            for numbers in &forms {
                if tableau.clone().raise(&form(numbers)) {
                    tableau.raise(&form(numbers));
                    tableau.demand(&form(numbers));
                    kept.push(numbers);
                }
            }
            let value = |numbers: &[i64], at: [i64; 3]| numbers[0] + (0..3).map(|k| numbers[k + 1] * at[k]).sum::<i64>();
            let (mut any_positive, mut any_negative) = (false, false);
            for x in -2..=2 {
                for y in -2..=2 {
                    for z in -2..=2 {
                        if kept.iter().all(|numbers| value(numbers, [x, y, z]) >= 0) {
                            any_positive |= value(&goal, [x, y, z]) > 0;
                            any_negative |= value(&goal, [x, y, z]) < 0;
                        }
                    }
                }
            }
            prop_assert!(!any_positive || tableau.clone().raise(&form(&goal)));
            prop_assert!(!any_negative || tableau.clone().raise(&negative(&form(&goal))));
        }
    }
}
