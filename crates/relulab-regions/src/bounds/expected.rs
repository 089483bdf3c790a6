//! Expected counts at random parameters, in closed form.

use std::f64::consts::FRAC_2_PI;

/// Expected number of units that switch inside [−`radius`, `radius`] in one hidden layer of `width` units over one
/// input, weights N(0, σ_w²) and biases N(0, σ_b²) independent: n · (2/π) · atan(R σ_w / σ_b).
///
/// With probability 1 the breakpoints differ when σ_b > 0, so the expected number of activation regions is one more.
/// With σ_b = 0 all units switch at the origin. `None` when an argument is negative or NaN, or both deviations are 0.
///
/// *Algorithm*: −b/w is a Cauchy variable of scale σ_b/σ_w.
///
/// *Reference*: Hanin and Rolnick 2019 for the expectation over deep networks.
pub fn expected_breakpoints_gaussian(
    width: usize,
    radius: f64,
    weight_deviation: f64,
    bias_deviation: f64,
) -> Option<f64> {
    let valid = [radius, weight_deviation, bias_deviation].iter().all(|number| *number >= 0.0);
    if !valid || (weight_deviation == 0.0 && bias_deviation == 0.0) {
        return None;
    }
    // atan2 takes a zero deviation of the biases, and an infinite radius, to a right angle.
    let angle = if weight_deviation == 0.0 { 0.0 } else { libm::atan2(radius * weight_deviation, bias_deviation) };
    Some(width as f64 * FRAC_2_PI * angle)
}
