use super::*;
use crate::{DualBound, DualFault, Row, bound};
use proptest::prelude::*;
use relulab_exact::{Number, Rational};

/// Pivots that no small program needs.
const PLENTY: usize = 1000;

/// The smallest value over all vertices: intersections of as many ends of variables and rows as there are variables.
fn brute_force(program: &LinearProgram) -> Option<Rational> {
    let n = program.variables().len();
    let exact = |value: f64| Rational::from_f64(value).unwrap();
    let mut planes: Vec<(Vec<Rational>, Rational)> = Vec::new();
    let mut add = |form: Vec<Rational>, ends: [f64; 2]| {
        for end in ends.into_iter().filter(|end| end.is_finite()) {
            planes.push((form.clone(), exact(end)));
        }
    };
    let unit = |variable: usize| (0..n).map(|k| Rational::from(i64::from(k == variable))).collect::<Vec<_>>();
    for (variable, (lower, upper)) in program.variables().iter().enumerate() {
        add(unit(variable), [*lower, *upper]);
    }
    for row in program.rows() {
        let mut form = vec![Rational::zero(); n];
        row.coefficients.iter().for_each(|(variable, value)| form[*variable] = exact(*value));
        add(form, [row.lower, row.upper]);
    }
    let mut best: Option<Rational> = None;
    let mut chosen: Vec<usize> = (0..n).collect();
    loop {
        let system: Vec<_> = chosen.iter().map(|place| planes[*place].clone()).collect();
        if let Some(point) = solved(system).filter(|point| is_feasible(program, point)) {
            let value = dot(&program.objective().iter().map(|cost| exact(*cost)).collect::<Vec<_>>(), &point);
            if best.as_ref().is_none_or(|best| value < *best) {
                best = Some(value);
            }
        }
        // The next choice in lexicographic order.
        let Some(place) = (0..n).rev().find(|place| chosen[*place] < planes.len() - n + place) else { return best };
        chosen[place] += 1;
        (place + 1..n).for_each(|later| chosen[later] = chosen[later - 1] + 1);
    }
}

fn dot(a: &[Rational], b: &[Rational]) -> Rational {
    a.iter().zip(b).fold(Rational::zero(), |sum, (a, b)| sum + a.clone() * b)
}

fn is_feasible(program: &LinearProgram, point: &[Rational]) -> bool {
    let within = |value: &Rational, lower: f64, upper: f64| {
        Rational::from_f64(lower).is_none_or(|lower| lower <= *value)
            && Rational::from_f64(upper).is_none_or(|upper| *value <= upper)
    };
    let value = |row: &Row| {
        row.coefficients.iter().fold(Rational::zero(), |sum, (variable, coefficient)| {
            sum + point[*variable].clone() * &Rational::from_f64(*coefficient).unwrap()
        })
    };
    program.variables().iter().zip(point).all(|((lower, upper), value)| within(value, *lower, *upper))
        && program.rows().iter().all(|row| within(&value(row), row.lower, row.upper))
}

/// The solution of a square system by elimination; `None` when it is singular.
fn solved(mut system: Vec<(Vec<Rational>, Rational)>) -> Option<Vec<Rational>> {
    let n = system.len();
    for k in 0..n {
        let pivot = (k..n).find(|row| !system[*row].0[k].is_zero())?;
        system.swap(k, pivot);
        for row in (0..n).filter(|row| *row != k) {
            let factor = system[row].0[k].clone() / &system[k].0[k];
            let (above, right) = system[k].clone();
            for (entry, above) in system[row].0.iter_mut().zip(&above) {
                *entry = std::mem::take(entry) - factor.clone() * above;
            }
            system[row].1 = std::mem::take(&mut system[row].1) - factor * &right;
        }
    }
    Some(system.iter().enumerate().map(|(k, (form, right))| right.clone() / &form[k]).collect())
}

/// Small programs with small integers, many of them degenerate and some infeasible.
fn programs() -> impl Strategy<Value = LinearProgram> {
    (1..4_usize, 0..4_usize).prop_flat_map(|(n, m)| {
        let numbers = |len| prop::collection::vec(-3..=3_i32, len);
        (numbers(n), numbers(n), numbers(m * n), numbers(m), prop::collection::vec(0..3_u8, m), numbers(m)).prop_map(
            move |(objective, centres, entries, ends, kinds, widths)| {
                let real = |values: &[i32]| values.iter().map(|value| f64::from(*value)).collect::<Vec<_>>();
                let variables = real(&centres).iter().map(|centre| (centre - 1.0, centre + 1.0)).collect();
                let rows = (0..m).map(|row| {
                    let coefficients = real(&entries[row * n..][..n]).into_iter().enumerate().collect();
                    let end = f64::from(ends[row]);
                    let (lower, upper) = match kinds[row] {
                        0 => (f64::NEG_INFINITY, end),
                        1 => (end, f64::INFINITY),
                        _ => (end, end + f64::from(widths[row].max(0))),
                    };
                    Row::new(coefficients, lower, upper)
                });
                LinearProgram::new(real(&objective), variables, rows.collect()).unwrap()
            },
        )
    })
}

fn check(program: &LinearProgram, simplex: &mut Simplex) -> Result<(), TestCaseError> {
    let status = simplex.solve(PLENTY);
    match brute_force(program) {
        Some(best) => {
            prop_assert_eq!(status, Status::Optimal);
            prop_assert!((simplex.value() - best.to_f64()).abs() < 1e-9);
            let proved = bound(program, &simplex.multipliers()).unwrap();
            prop_assert!(proved <= best && best.to_f64() - proved.to_f64() < 1e-9, "{proved} for {best}");
        }
        None => {
            prop_assert_eq!(status, Status::Infeasible);
            let nothing = program.clone().with_objective(vec![0.0; program.variables().len()]).unwrap();
            let proved = bound(&nothing, &simplex.contradiction().unwrap()).unwrap();
            prop_assert!(proved > Rational::zero(), "{proved}");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn values_are_those_of_the_best_vertex(program in programs()) {
        check(&program, &mut Simplex::new(&program))?;
    }

    #[test]
    fn a_kept_basis_finds_the_same(program in programs(), seeds in prop::collection::vec(-3..=3_i32, 12)) {
        let mut simplex = Simplex::new(&program);
        let n = program.variables().len();
        for costs in seeds.chunks_exact(n) {
            let costs: Vec<f64> = costs.iter().map(|cost| f64::from(*cost)).collect();
            simplex.set_objective(&costs);
            check(&program.clone().with_objective(costs).unwrap(), &mut simplex)?;
        }
        // The same with the first variable's interval halved.
        let (lower, upper) = program.variables()[0];
        let mut variables = program.variables().to_vec();
        variables[0] = (lower, 0.5 * (lower + upper));
        let costs = vec![1.0; n];
        simplex.set_variable(0, lower, 0.5 * (lower + upper));
        simplex.set_objective(&costs);
        check(&LinearProgram::new(costs, variables, program.rows().to_vec()).unwrap(), &mut simplex)?;
    }

    /// Weak duality: no multipliers prove more than a feasible point allows.
    #[test]
    fn no_multipliers_prove_too_much(
        program in programs(),
        multipliers in prop::collection::vec(-4.0..4.0_f64, 3),
        shares in prop::collection::vec(0..=8_i32, 3),
    ) {
        let ends = program.variables().iter().zip(&shares);
        let point: Vec<f64> = ends.map(|((lower, upper), share)| lower + f64::from(*share) / 8.0 * (upper - lower)).collect();
        let exact: Vec<Rational> = point.iter().map(|x| Rational::from_f64(*x).unwrap()).collect();
        let multipliers = &multipliers[..program.rows().len()];
        if let (true, Some(proved)) = (is_feasible(&program, &exact), bound(&program, multipliers)) {
            let value = program.objective().iter().zip(&exact)
                .fold(Rational::zero(), |sum, (cost, x)| sum + x.clone() * &Rational::from_f64(*cost).unwrap());
            prop_assert!(proved <= value);
            let claim = DualBound { multipliers: multipliers.to_vec(), bound: value.to_f64() + 1.0 };
            let is_weaker = matches!(claim.verify(&program), Err(DualFault::Weaker { .. }));
            prop_assert!(is_weaker);
        }
    }
}

/// Klee and Minty's cube in three dimensions, on which the simplex method can be led through all vertices.
#[test]
fn a_twisted_cube_is_solved() {
    let rows = vec![
        Row::new(vec![(0, 1.0)], f64::NEG_INFINITY, 5.0),
        Row::new(vec![(0, 4.0), (1, 1.0)], f64::NEG_INFINITY, 25.0),
        Row::new(vec![(0, 8.0), (1, 4.0), (2, 1.0)], f64::NEG_INFINITY, 125.0),
    ];
    let program = LinearProgram::new(vec![-4.0, -2.0, -1.0], vec![(0.0, 200.0); 3], rows).unwrap();
    let mut simplex = Simplex::new(&program);
    assert_eq!(simplex.solve(PLENTY), Status::Optimal);
    assert_eq!(simplex.point(), [0.0, 0.0, 125.0]);
    let claim = DualBound { multipliers: simplex.multipliers(), bound: -125.0 };
    assert_eq!(claim.verify(&program), Ok(()));
    let forged = DualBound { bound: -124.0, ..claim };
    assert!(matches!(forged.verify(&program), Err(DualFault::Weaker { .. })));
    let vacuous = DualBound { multipliers: vec![1.0; 3], bound: -1e9 };
    assert_eq!(vacuous.verify(&program), Err(DualFault::Vacuous));
}

#[test]
fn pivots_run_out_with_a_bound_that_holds() {
    let row = |sign: f64| Row::new(vec![(0, 1.0), (1, sign)], 0.5, 1.0);
    let program = LinearProgram::new(vec![1.0, 2.0], vec![(0.0, 1.0); 2], vec![row(1.0), row(-1.0)]).unwrap();
    let mut simplex = Simplex::new(&program);
    assert_eq!(simplex.solve(0), Status::OutOfPivots);
    assert_eq!(bound(&program, &simplex.multipliers()), Some(Rational::zero()));
    assert_eq!(simplex.solve(PLENTY), Status::Optimal);
    assert_eq!(simplex.value(), 0.5);
}
