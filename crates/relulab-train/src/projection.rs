//! Exact projections onto the sets that the mirrored regime keeps its weights in.

/// The nearest point of the ball ‖x − centre‖ ≤ radius; an infinite radius leaves the point as it is.
pub fn project_onto_ball(point: &mut [f64], centre: &[f64], radius: f64) {
    let distance = point.iter().zip(centre).map(|(x, c)| (x - c) * (x - c)).sum::<f64>().sqrt();
    if distance > radius {
        let factor = radius / distance;
        point.iter_mut().zip(centre).for_each(|(x, c)| *x = c + (*x - c) * factor);
    }
}

/// The nearest point of {v ≥ smallest, vᵢ ≤ ratio · vⱼ}; the ratio is at least 1 and may be infinite.
///
/// *Algorithm*: the set is the union over t ≥ smallest of the boxes \[t, ratio · t\]^m. For one t the nearest point is
/// the clamp of the values, and half the derivative of its squared distance in t is
///
/// t (|L| + κ²|U|) − (Σ_L y + κ Σ_U y), with L = {y < t} and U = {y > κt}:
///
/// continuous, not decreasing, and linear between the numbers y and y/κ. Its zero is found in one sweep over them,
/// sorted: O(m log m).
pub fn project_onto_ratio(values: &mut [f64], smallest: f64, ratio: f64) {
    let t = if values.is_empty() || ratio.is_infinite() { smallest } else { smallest.max(lower_end(values, ratio)) };
    let top = ratio * t;
    values.iter_mut().for_each(|value| *value = value.max(t).min(top));
}

/// A zero of the derivative: the lower end of the best box, were there no smallest value.
fn lower_end(values: &[f64], ratio: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    // Sums of the first k values: those in L are the first, those in U the last.
    let sums: Vec<f64> = std::iter::once(0.0)
        .chain(sorted.iter().scan(0.0, |sum, value| {
            *sum += value;
            Some(*sum)
        }))
        .collect();
    let mut ends: Vec<f64> = sorted.iter().copied().chain(sorted.iter().map(|value| value / ratio)).collect();
    ends.sort_by(f64::total_cmp);
    let mut from = f64::NEG_INFINITY;
    // (values in L, values not in U) just above `from`; beyond the last end all values are in L and none in U.
    for end in ends.into_iter().chain([f64::INFINITY]) {
        let below = sorted.partition_point(|value| *value <= from);
        let inside = sorted.partition_point(|value| *value / ratio <= from);
        let (weight, sum) =
            (below as f64 + ratio * ratio * (n - inside) as f64, sums[below] + ratio * (sums[n] - sums[inside]));
        // Where nothing is outside, the whole interval is best, and its lower end is as good as any other.
        let zero = if weight > 0.0 { sum / weight } else { from };
        if zero <= end {
            return zero.max(from);
        }
        from = end;
    }
    sums[n] / n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distance(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
    }

    /// The nearest clamp over a fine grid of t, narrowed down.
    fn brute_force(values: &[f64], smallest: f64, ratio: f64) -> f64 {
        let clamped = |t: f64| values.iter().map(|v| v.max(t).min(ratio * t)).collect::<Vec<_>>();
        let cost = |t: f64| distance(values, &clamped(t));
        let (mut low, mut high) = (smallest, values.iter().copied().fold(smallest, f64::max));
        for _ in 0..200 {
            let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if cost(a) <= cost(b) { high = b } else { low = a }
        }
        cost(low)
    }

    #[test]
    fn known_projections() {
        let project = |mut values: Vec<f64>, smallest, ratio| {
            project_onto_ratio(&mut values, smallest, ratio);
            values
        };
        assert_eq!(project(vec![1.0, 3.0, -1.0], 0.1, 1.0), [1.0; 3]);
        assert_eq!(project(vec![-1.0, -3.0], 0.1, 1.0), [0.1; 2]);
        assert_eq!(project(vec![-1.0, 3.0], 0.1, f64::INFINITY), [0.1, 3.0]);
        assert_eq!(project(vec![1.0, 1.5], 0.1, 2.0), [1.0, 1.5]);
        // L = {0}, U = {4}: t = 2·4/(1 + 4) = 1.6.
        assert_eq!(project(vec![0.0, 4.0], 0.1, 2.0), [1.6, 3.2]);
        assert_eq!(project(vec![], 0.1, 2.0), [0.0; 0]);
        let mut point = vec![3.0, 4.0];
        project_onto_ball(&mut point, &[0.0, 0.0], f64::INFINITY);
        assert_eq!(point, [3.0, 4.0]);
        project_onto_ball(&mut point, &[0.0, 0.0], 1.0);
        assert!((point[0] - 0.6).abs() < 1e-15 && (point[1] - 0.8).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn the_nearest_point_of_the_set(
            values in prop::collection::vec(-3.0..3.0_f64, 1..12),
            smallest in 0.001..1.0_f64,
            ratio in prop_oneof![Just(1.0), 1.0..5.0_f64, Just(1e3)],
        ) {
            let mut projected = values.clone();
            project_onto_ratio(&mut projected, smallest, ratio);
            let low = projected.iter().copied().fold(f64::INFINITY, f64::min);
            let high = projected.iter().copied().fold(0.0, f64::max);
            prop_assert!(low >= smallest && high <= ratio * low * (1.0 + 1e-12));
            let best = brute_force(&values, smallest, ratio);
            prop_assert!(distance(&values, &projected) <= best * (1.0 + 1e-9) + 1e-12);
            let mut again = projected.clone();
            project_onto_ratio(&mut again, smallest, ratio);
            prop_assert!(distance(&again, &projected) < 1e-24);
        }

        #[test]
        fn projections_shorten_distances(
            a in prop::collection::vec(-3.0..3.0_f64, 6),
            b in prop::collection::vec(-3.0..3.0_f64, 6),
            ratio in 1.0..4.0_f64,
            radius in 0.1..2.0_f64,
        ) {
            let before = distance(&a, &b);
            for ball in [false, true] {
                let project = |point: &[f64]| {
                    let mut point = point.to_vec();
                    if ball {
                        project_onto_ball(&mut point, &[0.5; 6], radius);
                    } else {
                        project_onto_ratio(&mut point, 0.2, ratio);
                    }
                    point
                };
                prop_assert!(distance(&project(&a), &project(&b)) <= before * (1.0 + 1e-12));
            }
        }
    }
}
