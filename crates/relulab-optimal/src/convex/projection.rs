//! Projection onto a polyhedral cone, through its multipliers.

/// A gradient below this share of the vector's length does not call for another multiplier.
const NO_GAIN: f64 = 1e-12;

/// Multipliers λ ≥ 0 for which g + Σ λⱼ cⱼ is about the projection of g onto {u : cⱼ·u ≥ 0}.
///
/// *Algorithm*: Lawson and Hanson's non-negative least squares for min ‖g + Cλ‖. A bound that is built on the result holds
/// for any λ ≥ 0, so rounding can only make it wider.
///
/// *Shapes*: every cⱼ has the length of g.
pub(super) fn multipliers(normals: &[Vec<f64>], g: &[f64]) -> Vec<f64> {
    let mut lambda = vec![0.0; normals.len()];
    let lengths: Vec<f64> = normals.iter().map(|c| dot(c, c).sqrt()).collect();
    let whole = dot(g, g).sqrt();
    let mut passive: Vec<usize> = Vec::new();
    for _ in 0..10 * (g.len() + 1) {
        let mut rest = g.to_vec();
        for &j in &passive {
            add(&mut rest, &normals[j], lambda[j]);
        }
        let gain = |j: &usize| dot(&normals[*j], &rest) / lengths[*j];
        let candidates = (0..normals.len()).filter(|j| lengths[*j] > 0.0 && !passive.contains(j));
        let Some(best) = candidates.min_by(|a, b| gain(a).total_cmp(&gain(b))) else { break };
        if gain(&best) >= -NO_GAIN * whole {
            break;
        }
        passive.push(best);
        loop {
            let Some(free) = least_squares(normals, &passive, g) else {
                // The new normal depends on the others: what there was stays.
                passive.pop();
                return lambda;
            };
            let blocked = passive.iter().zip(&free).filter(|(_, z)| **z <= 0.0);
            let step = blocked.map(|(&j, z)| lambda[j] / (lambda[j] - z)).fold(1.0, f64::min);
            for (&j, z) in passive.iter().zip(&free) {
                lambda[j] = (lambda[j] + step * (z - lambda[j])).max(0.0);
            }
            if step >= 1.0 {
                break;
            }
            passive.retain(|&j| {
                let stays = lambda[j] > f64::MIN_POSITIVE;
                if !stays {
                    lambda[j] = 0.0;
                }
                stays
            });
            if passive.is_empty() {
                break;
            }
        }
    }
    lambda
}

/// The z that minimise ‖g + Σ zⱼ cⱼ‖ over the passive normals; `None` when these are dependent.
fn least_squares(normals: &[Vec<f64>], passive: &[usize], g: &[f64]) -> Option<Vec<f64>> {
    // Gram-Schmidt twice: c = Q R, then R z = −Qᵀ g.
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut triangle: Vec<Vec<f64>> = Vec::new();
    for &j in passive {
        let mut rest = normals[j].clone();
        let mut column = vec![0.0; basis.len()];
        for _ in 0..2 {
            for (share, direction) in column.iter_mut().zip(&basis) {
                let part = dot(direction, &rest);
                *share += part;
                add(&mut rest, direction, -part);
            }
        }
        let length = dot(&rest, &rest).sqrt();
        if length <= NO_GAIN * dot(&normals[j], &normals[j]).sqrt() {
            return None;
        }
        rest.iter_mut().for_each(|value| *value /= length);
        column.push(length);
        basis.push(rest);
        triangle.push(column);
    }
    let mut z: Vec<f64> = basis.iter().map(|direction| -dot(direction, g)).collect();
    for at in (0..z.len()).rev() {
        z[at] /= triangle[at][at];
        for before in 0..at {
            z[before] -= triangle[at][before] * z[at];
        }
    }
    Some(z)
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], direction: &[f64], share: f64) {
    to.iter_mut().zip(direction).for_each(|(value, direction)| *value += share * direction);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Moreau: p = g + Cλ is the projection exactly if p is in the cone and orthogonal to the multipliers' part.
        #[test]
        fn multipliers_satisfy_moreau(
            normals in prop::collection::vec(prop::collection::vec(-1.0..1.0_f64, 3), 1..12),
            g in prop::collection::vec(-1.0..1.0_f64, 3),
        ) {
            let lambda = multipliers(&normals, &g);
            prop_assert!(lambda.iter().all(|value| *value >= 0.0));
            let mut p = g.clone();
            normals.iter().zip(&lambda).for_each(|(c, l)| add(&mut p, c, *l));
            for (c, l) in normals.iter().zip(&lambda) {
                prop_assert!(dot(c, &p) >= -1e-7 && l * dot(c, &p).abs() < 1e-7);
            }
        }
    }
}
