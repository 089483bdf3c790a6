//! The L1 gap, and what training finds.

use crate::check::Scale;
use crate::check::rule::{Expected, Rule, short};
use crate::check::{Book, Evidence};
use crate::theory::shallow::{LOSSES, case_of, instances, least_distance};

const NAME: &str = "shallow";

/// Enters the claims.
pub fn enter(book: &mut Book, evidence: &Evidence) {
    book.section("Hard functions: the L1 gap, and what training finds");
    let readings = evidence.of(NAME);
    for (folds, shapes) in instances(Scale::Full) {
        for shape in shapes {
            let widths: Vec<usize> = shape.split(',').filter_map(|width| width.parse().ok()).collect();
            let Some(bound) = least_distance(folds, &widths) else { continue };
            let cases = LOSSES.map(|loss| (loss, case_of(folds, shape, loss)));
            if cases.iter().all(|(_, case)| readings.sample(case, "distance").is_empty()) {
                continue;
            }
            let views = cases
                .iter()
                .map(|(loss, case)| evidence.view(format!("trained on {loss} loss"), NAME, case, "distance"));
            let layers = if widths.len() == 1 { "one hidden layer" } else { "two hidden layers" };
            book.judge(
                format!("∫|f − g| over [0, 1] for {folds} folds of the tent map and {layers} of [{shape}] units"),
                format!("> {}", short(bound)),
                Rule::Single(Expected::AtLeast(bound)),
                views.collect(),
            );
            let best = cases.iter().filter_map(|(_, case)| readings.sample(case, "distance").values().first().copied());
            let best = best.fold(f64::INFINITY, f64::min);
            book.remark(format!("the best of all is {}; the best constant is 0.25 away", short(best)));
        }
    }
}
