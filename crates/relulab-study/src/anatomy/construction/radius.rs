//! How large a change of slope or intercept one single step makes within a few per cent.

use relulab_construct::{Basis, ConstructError, Damping, Settings, construct};
use relulab_net::{Network, reference};

/// Directions in which the radius is measured: of slope, of intercept.
pub const RADIUS_DIRECTIONS: [(&str, [f64; 2]); 4] =
    [("slope+", [1.0, 0.0]), ("slope-", [-1.0, 0.0]), ("intercept+", [0.0, 1.0]), ("intercept-", [0.0, -1.0])];
/// Relative errors of the change that are allowed.
pub const RADIUS_TOLERANCES: [(&str, f64); 3] = [("5 %", 0.05), ("10 %", 0.1), ("20 %", 0.2)];
/// Change whose linear step is scaled to all others.
const UNIT: f64 = 1.0;
/// Changes tried: 2^(k/4) for k from this …
const FIRST_POWER: i32 = -28;
/// … to this: 1/128 to 64.
const LAST_POWER: i32 = 24;

/// Notes, per direction and over all, the largest change up to which one step is within a tolerance; the smallest
/// change tried stands for anything below it, the largest for anything above.
///
/// *Algorithm*: the step is linear in the change, so one Jacobian serves all changes; the error of a change is the
/// distance of the coefficients from what was wanted, divided by the change.
pub fn measure(network: &Network, inputs: &[f64], note: &mut dyn FnMut(&str, f64)) -> Result<(), ConstructError> {
    let basis = Basis::affine(1)?;
    let start = line_through(inputs, &outputs(network, inputs));
    let settings = Settings { tolerance: 0.0, max_iterations: 1, damping: Damping::None };
    let mut least = [f64::INFINITY; RADIUS_TOLERANCES.len()];
    for (direction, unit) in RADIUS_DIRECTIONS {
        let wanted = [start[0] + UNIT * unit[0], start[1] + UNIT * unit[1]];
        let made = construct(network, &basis, inputs, &basis.combine(&wanted, inputs), &settings)?;
        let step: Vec<f64> =
            made.network.parameters().iter().zip(network.parameters()).map(|(after, before)| after - before).collect();
        let error_of = |change: f64| {
            let parameters =
                network.parameters().iter().zip(&step).map(|(value, part)| value + change * part).collect();
            let Ok(moved) = Network::new(network.shape().clone(), network.activation(), parameters) else {
                return f64::INFINITY;
            };
            let line = line_through(inputs, &outputs(&moved, inputs));
            let misses = [0, 1].map(|i| line[i] - start[i] - change * unit[i]);
            misses[0].hypot(misses[1]) / change
        };
        let errors: Vec<(f64, f64)> = (FIRST_POWER..=LAST_POWER)
            .map(|power| f64::powf(2.0, f64::from(power) / 4.0))
            .map(|change| (change, error_of(change)))
            .collect();
        for ((name, tolerance), least) in RADIUS_TOLERANCES.into_iter().zip(&mut least) {
            let good = errors.iter().take_while(|(_, error)| *error <= tolerance);
            let radius = good.last().map_or(errors[0].0, |(change, _)| *change);
            note(&format!("radius {name} {direction}"), radius);
            *least = least.min(radius);
        }
    }
    for ((name, _), least) in RADIUS_TOLERANCES.into_iter().zip(least) {
        note(&format!("radius {name}"), least);
    }
    Ok(())
}

fn outputs(network: &Network, inputs: &[f64]) -> Vec<f64> {
    inputs.iter().map(|x| reference::forward(network, std::slice::from_ref(x))[0]).collect()
}

/// Slope and intercept of the least-squares line.
pub(super) fn line_through(x: &[f64], y: &[f64]) -> [f64; 2] {
    let n = x.len() as f64;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
    let (mean_x, mean_y) = (mean(x), mean(y));
    let (xx, xy) = x.iter().zip(y).fold((0.0, 0.0), |(xx, xy), (x, y)| {
        let dx = x - mean_x;
        (xx + dx * dx, xy + dx * (y - mean_y))
    });
    [xy / xx, mean_y - xy / xx * mean_x]
}
