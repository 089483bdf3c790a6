//! Datasets that are drawn: circles, spirals, and labels that mean nothing.

use crate::dataset::{Dataset, DatasetError};
use crate::stream::{Purpose, RandomStream};
use std::f64::consts::TAU;

/// Radius of the inner circle; the outer one has 1.
const INNER_RADIUS: f64 = 0.5;
/// Turns of each spiral.
const TURNS: f64 = 1.5;

/// Two circles around the origin, of radius 1 (class 0) and ½ (class 1), n/2 points each at even angles, with normal
/// noise of a standard deviation added to each coordinate. Of an odd n, class 0 has the point more.
///
/// *Shapes*: n × 2 inputs, n × 1 labels.
///
/// # Errors
/// When `n_points` is 0 or the noise is not finite.
pub fn circles(n_points: usize, noise: f64, seed: u64) -> Result<Dataset, DatasetError> {
    let radius = |class: usize| if class == 0 { 1.0 } else { INNER_RADIUS };
    planar(n_points, noise, seed, |class, share| (radius(class), TAU * share))
}

/// Two interleaved spirals from the origin to radius 1, one and a half turns each, n/2 points each, with normal noise of
/// a standard deviation added to each coordinate. Of an odd n, class 0 has the point more.
///
/// *Shapes*: n × 2 inputs, n × 1 labels.
///
/// # Errors
/// When `n_points` is 0 or the noise is not finite.
pub fn spirals(n_points: usize, noise: f64, seed: u64) -> Result<Dataset, DatasetError> {
    // Radii grow like √t, which spaces points evenly along the way; the first of both classes are not at the origin.
    planar(n_points, noise, seed, |class, share| {
        let way = (share + (1.0 - share) / n_points as f64).sqrt();
        (way, TAU * (TURNS * way + 0.5 * class as f64))
    })
}

/// Labels that mean nothing: x ~ N(0, 1)^d and y ~ N(0, 1), all independent.
///
/// *Shapes*: n × d inputs, n × 1 labels.
///
/// *Reference*: the synthetic data on which memorisation by narrow networks is tried, Zhang et al. (NeurIPS 2021).
///
/// # Errors
/// When `n_points` or `dim` is 0.
pub fn random_labels(n_points: usize, dim: usize, seed: u64) -> Result<Dataset, DatasetError> {
    let mut stream = RandomStream::new(seed, Purpose::Data);
    let inputs = (0..n_points * dim).map(|_| stream.normal()).collect();
    let labels = (0..n_points).map(|_| stream.normal()).collect();
    if dim == 0 {
        return Err(DatasetError::Empty { n_points, input_dim: dim, output_dim: 1 });
    }
    Dataset::new(inputs, dim, labels, 1)
}

/// Points of two classes, given by radius and angle at a share of the way in [0, 1).
fn planar(
    n_points: usize,
    noise: f64,
    seed: u64,
    place: impl Fn(usize, f64) -> (f64, f64),
) -> Result<Dataset, DatasetError> {
    let mut stream = RandomStream::new(seed, Purpose::Data);
    let (mut inputs, mut labels) = (Vec::with_capacity(2 * n_points), Vec::with_capacity(n_points));
    for (class, n) in [n_points.div_ceil(2), n_points / 2].into_iter().enumerate() {
        for index in 0..n {
            let (radius, angle) = place(class, index as f64 / n as f64);
            let (sine, cosine) = libm::sincos(angle);
            inputs.extend([cosine, sine].map(|x| radius * x + noise * stream.normal()));
            labels.push(class as f64);
        }
    }
    Dataset::new(inputs, 2, labels, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn radius(point: &[f64]) -> f64 {
        point[0].hypot(point[1])
    }

    #[test]
    fn points_lie_on_their_curves() {
        let data = circles(101, 0.0, 1).unwrap();
        assert_eq!((data.n_points(), data.labels().iter().sum::<f64>()), (101, 50.0));
        assert!(data.rows().all(|(x, y)| (radius(x) - if y[0] == 0.0 { 1.0 } else { 0.5 }).abs() < 1e-15));
        let data = spirals(200, 0.0, 1).unwrap();
        // The second spiral is the first, turned by half a turn.
        let (one, two) = data.inputs().split_at(200);
        assert!(one.iter().zip(two).all(|(a, b)| (a + b).abs() < 1e-15));
        assert!(data.rows().all(|(x, _)| radius(x) > 0.0 && radius(x) < 1.0));
    }

    #[test]
    fn noise_has_its_size_and_seeds_differ() {
        let [still, moved] = [0.0, 0.1].map(|noise| circles(2000, noise, 3).unwrap());
        let squares = still.inputs().iter().zip(moved.inputs()).map(|(a, b)| (a - b) * (a - b));
        assert!((squares.sum::<f64>() / 4000.0 - 0.01).abs() < 0.001);
        assert_eq!(circles(20, 0.1, 3), circles(20, 0.1, 3));
        assert_ne!(circles(20, 0.1, 3), circles(20, 0.1, 4));
        let data = random_labels(2000, 3, 1).unwrap();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let square = |values: &[f64]| values.iter().map(|x| x * x).sum::<f64>() / values.len() as f64;
        for values in [data.inputs(), data.labels()] {
            assert!(mean(values).abs() < 0.1 && (square(values) - 1.0).abs() < 0.1);
        }
    }

    #[test]
    fn nothing_is_refused() {
        assert!(circles(0, 0.0, 1).is_err() && spirals(0, 0.0, 1).is_err());
        assert!(random_labels(0, 3, 1).is_err() && random_labels(3, 0, 1).is_err());
        assert!(circles(4, f64::NAN, 1).is_err());
    }
}
