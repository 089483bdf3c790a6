//! The five functions that the paper's networks learn.

use super::setting::Setting;
use crate::check::CheckError;

/// A function to learn: its name and its number of inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Task {
    /// Number of inputs.
    pub input_dim: usize,
    /// Name of the target.
    pub target: &'static str,
    /// Variance of the target under N(0,1)^d, the error of the best constant.
    pub normal_variance: f64,
}

/// All of them, in the paper's order.
///
/// The variances are 4 Var x, 1 − (E|x|)², E x⁴ − 1, twice that, and E x₁² E x₂².
pub const TASKS: [Task; 5] = [
    Task { input_dim: 1, target: "linear", normal_variance: 4.0 },
    Task { input_dim: 1, target: "absolute", normal_variance: 1.0 - std::f64::consts::FRAC_2_PI },
    Task { input_dim: 1, target: "quadratic", normal_variance: 2.0 },
    Task { input_dim: 2, target: "quadratic", normal_variance: 4.0 },
    Task { input_dim: 2, target: "interaction", normal_variance: 1.0 },
];

impl Task {
    /// Its words in a case, as in `d=1 target=linear`.
    pub fn words(self) -> String {
        format!("d={} target={}", self.input_dim, self.target)
    }

    /// The task that a job's words name.
    ///
    /// # Errors
    /// When they name none.
    pub fn of(job: &str) -> Result<Self, CheckError> {
        let named = |task: &&Self| {
            let words = task.words();
            job == words || job.contains(&format!("{words} ")) || job.ends_with(&format!(" {words}"))
        };
        let task = TASKS.iter().find(named);
        task.copied().ok_or_else(|| CheckError::because(format!("job \"{job}\" names no task")))
    }

    /// The paper's training on it.
    ///
    /// # Errors
    /// When the target does not parse, which no task's does.
    pub fn setting(self, steps: u64) -> Result<Setting, CheckError> {
        Setting::of(self.target, self.input_dim, steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::EvaluationSet;

    #[test]
    fn jobs_name_their_task() {
        for task in TASKS {
            assert_eq!(Task::of(&task.words()).unwrap(), task);
            assert_eq!(Task::of(&format!("shape=16 {} steps=3000", task.words())).unwrap(), task);
        }
        assert!(Task::of("d=1 target=quadratics").is_err());
    }

    #[test]
    fn variances_are_those_of_the_samples() {
        for task in TASKS {
            let setting = task.setting(1).unwrap();
            let set = EvaluationSet::normal_stream(100_000, task.input_dim).unwrap();
            let labels: Vec<f64> = set.rows().map(|x| setting.target.eval(x)).collect();
            let mean = labels.iter().sum::<f64>() / labels.len() as f64;
            let variance = labels.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / labels.len() as f64;
            assert!((variance / task.normal_variance - 1.0).abs() < 0.05, "{task:?} {variance}");
        }
    }
}
