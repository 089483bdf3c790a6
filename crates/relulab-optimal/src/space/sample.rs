//! Points and rays in f64, as the solver sees them.

use super::arrangement::Arrangement;
use super::points::Points;

/// Columns and labels, each entry times the root of the number of data at its point.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub output_bias: bool,
    /// Mean labels, less `centre` and over `scale`.
    pub labels: Vec<f64>,
    pub label_norm: f64,
    /// Norms of the columns.
    pub norms: Vec<f64>,
    /// What the largest value of a ray was divided by, as a power of two.
    pub ray_scales: Vec<f64>,
    pub centre: f64,
    pub scale: f64,
    columns: Vec<f64>,
    ones: Vec<f64>,
}

impl Sample {
    pub fn new(points: &Points, arrangement: &Arrangement, output_bias: bool) -> Self {
        let means: Vec<f64> = (0..points.len()).map(|index| points.mean(index).to_f64()).collect();
        let weights: Vec<f64> = points.counts.iter().map(|count| *count as f64).collect();
        let sum: f64 = means.iter().zip(&weights).map(|(mean, weight)| mean * weight).sum();
        let centre = if output_bias { sum / points.n_data as f64 } else { 0.0 };
        let spread = means.iter().map(|mean| (mean - centre).abs()).fold(0.0, f64::max);
        let scale = if spread > 0.0 { spread } else { 1.0 };
        let roots: Vec<f64> = weights.iter().map(|weight| weight.sqrt()).collect();
        let labels: Vec<f64> = means.iter().zip(&roots).map(|(mean, root)| (mean - centre) / scale * root).collect();
        let (mut columns, mut norms, mut ray_scales) = (Vec::new(), Vec::new(), Vec::new());
        for ray in &arrangement.rays {
            let values: Vec<f64> = ray.values.iter().map(|value| value.to_rational().to_f64().max(0.0)).collect();
            let ray_scale = power_of_two(values.iter().copied().fold(0.0, f64::max));
            let start = columns.len();
            columns.extend(values.iter().zip(&roots).map(|(value, root)| value / ray_scale * root));
            norms.push(columns[start..].iter().map(|value: &f64| value * value).sum::<f64>().sqrt());
            ray_scales.push(ray_scale);
        }
        let label_norm = labels.iter().map(|value| value * value).sum::<f64>().sqrt();
        Self { output_bias, labels, label_norm, norms, ray_scales, centre, scale, columns, ones: roots }
    }

    /// Number of distinct points.
    pub fn n_points(&self) -> usize {
        self.ones.len()
    }

    /// The column of a ray, or of the constant.
    pub fn column(&self, ray: Option<usize>) -> &[f64] {
        ray.map_or(&self.ones, |ray| &self.columns[ray * self.ones.len()..][..self.ones.len()])
    }
}

/// The largest power of two that is not above a positive number.
fn power_of_two(value: f64) -> f64 {
    if value.is_normal() { f64::from_bits(value.to_bits() & 0x7ff0_0000_0000_0000) } else { 1.0 }
}
