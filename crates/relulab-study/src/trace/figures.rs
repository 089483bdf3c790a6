//! The numbers of a checkpoint that are summarised over seeds, by name.

use crate::trace::checkpoint::CheckpointRow;

/// A number of a checkpoint and what to call it.
#[derive(Clone, Copy, Debug)]
pub struct TraceFigure {
    /// Its name in files.
    pub name: &'static str,
    /// What it is, for readers.
    pub meaning: &'static str,
    /// Whether a network without it counts as infinite: losses do.
    pub is_loss: bool,
    value: fn(&CheckpointRow) -> Option<f64>,
}

const fn loss(name: &'static str, meaning: &'static str, value: fn(&CheckpointRow) -> Option<f64>) -> TraceFigure {
    TraceFigure { name, meaning, is_loss: true, value }
}

const fn number(name: &'static str, meaning: &'static str, value: fn(&CheckpointRow) -> Option<f64>) -> TraceFigure {
    TraceFigure { name, meaning, is_loss: false, value }
}

fn share(row: &CheckpointRow, tier: usize) -> Option<f64> {
    Some(row.movement?.shares()?[tier])
}

impl TraceFigure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 24] = [
        number("steep", "pattern Hessian, steep", |row| Some(row.hessian.steep.into())),
        number("moderate", "pattern Hessian, moderate", |row| Some(row.hessian.moderate.into())),
        number("weak", "pattern Hessian, weak", |row| Some(row.hessian.weak.into())),
        number("zero", "pattern Hessian, zero", |row| Some(row.hessian.zero.into())),
        number("gn_steep", "Gauss-Newton, steep", |row| Some(row.gauss_newton.steep.into())),
        number("gn_moderate", "Gauss-Newton, moderate", |row| Some(row.gauss_newton.moderate.into())),
        number("gn_weak", "Gauss-Newton, weak", |row| Some(row.gauss_newton.weak.into())),
        number("gn_zero", "Gauss-Newton, zero", |row| Some(row.gauss_newton.zero.into())),
        loss("uniform5", "mean squared error on [−5, 5]", |row| row.uniform5),
        loss("uniform3", "mean squared error on [−3, 3]", |row| row.uniform3),
        loss("normal", "expected squared error under N(0,1)", |row| row.normal),
        loss("sample_loss", "mean squared error on the 1000 samples of the matrices", |row| row.sample_loss),
        loss("function_error", "root mean square error on [−3, 3]", |row| row.function_error),
        number("distance", "distance of the parameters from the last", |row| row.distance),
        number("relative_distance", "the same, as a share of the length of the last", |row| row.relative_distance),
        number("dead", "dead units, 1000 samples", |row| Some(row.dead.into())),
        number("dead_small", "dead units, 64 samples", |row| Some(row.dead_small.into())),
        number("gradient_norm", "length of the gradient", |row| row.gradient_norm),
        number("flip_radius", "distance to the next activation flip", |row| row.flip_radius),
        number("moved", "distance to the next checkpoint", |row| Some(row.movement?.squared_length.sqrt())),
        number("moved_steep", "share of that movement, squared, in the steep tier", |row| share(row, 0)),
        number("moved_moderate", "in the moderate tier", |row| share(row, 1)),
        number("moved_weak", "in the weak tier", |row| share(row, 2)),
        number("moved_zero", "in the zero tier", |row| share(row, 3)),
    ];

    /// The number of a row; a loss that does not exist is infinite, anything else NaN.
    pub fn value(self, row: Option<&CheckpointRow>) -> f64 {
        let missing = if self.is_loss { f64::INFINITY } else { f64::NAN };
        row.and_then(self.value).unwrap_or(missing)
    }
}
