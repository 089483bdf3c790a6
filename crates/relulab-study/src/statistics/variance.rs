//! Variance components of a one-way layout.

/// The share of the variance of finite numbers that lies between groups: the intraclass correlation
/// σ²_between / (σ²_between + σ²_within). `None` when fewer than two groups have members, no group has two, or nothing
/// varies.
///
/// *Algorithm*: analysis of variance with random effects: σ²_within is the mean square within groups, and σ²_between is
/// (MS_between − MS_within) / n₀, not below 0, with n₀ = (N − Σnᵢ²/N) / (k − 1) for groups of unequal sizes.
///
/// *Reference*: Searle, Casella and McCulloch, "Variance Components", 1992, section 3.6.
pub fn share_between_groups<'a>(groups: impl Iterator<Item = &'a [f64]> + Clone) -> Option<f64> {
    let groups = groups.filter(|group| !group.is_empty());
    let n_groups = groups.clone().count() as f64;
    let n: f64 = groups.clone().map(|group| group.len() as f64).sum();
    if n_groups < 2.0 || n <= n_groups {
        return None;
    }
    let grand_mean = groups.clone().flatten().sum::<f64>() / n;
    let (mut between, mut within, mut squared_sizes) = (0.0, 0.0, 0.0);
    for group in groups {
        let size = group.len() as f64;
        let mean = group.iter().sum::<f64>() / size;
        between += size * (mean - grand_mean).powi(2);
        within += group.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        squared_sizes += size * size;
    }
    let within = within / (n - n_groups);
    let effective_size = (n - squared_sizes / n) / (n_groups - 1.0);
    let between = ((between / (n_groups - 1.0) - within) / effective_size).max(0.0);
    let share = between / (between + within);
    share.is_finite().then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(groups: &[&[f64]]) -> Option<f64> {
        share_between_groups(groups.iter().copied())
    }

    #[test]
    fn equals_a_hand_calculation() {
        // Balanced, 3 groups of 2: means 2, 5, 11; SSB = 2·(16+1+25) = 84, MSB = 42; SSW = 2+2+2 = 6, MSW = 2;
        // σ²_b = (42−2)/2 = 20, share 20/22.
        let balanced = share(&[&[1.0, 3.0], &[4.0, 6.0], &[10.0, 12.0]]).unwrap();
        assert!((balanced - 20.0 / 22.0).abs() < 1e-14);
        // Unbalanced, sizes 1 and 3: means 8, 2, grand 3.5; SSB = 20.25 + 6.75 = 27; SSW = 2, MSW = 1;
        // n₀ = 4 − 10/4 = 1.5, σ²_b = 26/1.5.
        let unbalanced = share(&[&[8.0], &[1.0, 2.0, 3.0]]).unwrap();
        let between = 26.0 / 1.5;
        assert!((unbalanced - between / (between + 1.0)).abs() < 1e-14);
    }

    #[test]
    fn limits() {
        assert_eq!(share(&[&[1.0, 1.0], &[2.0, 2.0]]), Some(1.0));
        assert_eq!(share(&[&[1.0, 2.0], &[1.0, 2.0]]), Some(0.0));
        assert_eq!(share(&[&[1.0, 1.0], &[1.0, 1.0]]), None);
        assert_eq!(share(&[&[1.0], &[2.0]]), None);
        assert_eq!(share(&[&[1.0, 2.0], &[]]), None);
    }
}
