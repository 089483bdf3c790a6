//! Pearson's, Spearman's and partial correlations.

use super::order::average_ranks;

/// How close to 1 the squared correlation with a control may come before nothing is left to correlate.
const COLLINEAR: f64 = 1e-12;

/// Pearson's r of two lists of finite numbers; `None` below two points, or when either is constant.
pub fn pearson(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len().min(y.len());
    if n < 2 || is_constant(&x[..n]) || is_constant(&y[..n]) {
        return None;
    }
    let mean = |values: &[f64]| values[..n].iter().sum::<f64>() / n as f64;
    let (mean_x, mean_y) = (mean(x), mean(y));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        let (x, y) = (x - mean_x, y - mean_y);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    let r = xy / (xx.sqrt() * yy.sqrt());
    r.is_finite().then(|| r.clamp(-1.0, 1.0))
}

/// Spearman's rank correlation: Pearson's r of average ranks. Numbers may be infinite.
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    pearson(&average_ranks(x), &average_ranks(y))
}

/// The correlation of x and y given a control z, from their three pairwise correlations; `None` when x or y is a
/// function of z.
pub fn partial(xy: f64, xz: f64, yz: f64) -> Option<f64> {
    let (rest_x, rest_y) = (1.0 - xz * xz, 1.0 - yz * yz);
    if rest_x < COLLINEAR || rest_y < COLLINEAR {
        return None;
    }
    Some(((xy - xz * yz) / (rest_x * rest_y).sqrt()).clamp(-1.0, 1.0))
}

fn is_constant(values: &[f64]) -> bool {
    values.iter().all(|value| *value == values[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f64; 8] = [1.0, 2.0, 2.0, 3.5, 4.0, 6.0, 7.0, 9.0];
    const Y: [f64; 8] = [2.1, 1.0, 3.0, 2.5, 6.0, 5.5, 5.5, 12.0];
    const Z: [f64; 8] = [5.0, 3.0, 4.0, 1.0, 1.5, 0.5, 2.0, -3.0];
    const CLOSE: f64 = 1e-12;

    #[test]
    fn equal_scipy() {
        // scipy.stats.pearsonr(X, Y)[0], spearmanr(X, Y)[0]; partial: pearsonr of the residuals of numpy.polyfit(Z, ·, 1).
        assert!((pearson(&X, &Y).unwrap() - 0.887664137975019).abs() < CLOSE);
        assert!((spearman(&X, &Y).unwrap() - 0.843373493975904).abs() < CLOSE);
        let r = |a: &[f64], b: &[f64]| pearson(a, b).unwrap();
        assert!((partial(r(&X, &Y), r(&X, &Z), r(&Y, &Z)).unwrap() - 0.551227587686142).abs() < CLOSE);
    }

    #[test]
    fn degenerate_lists_have_no_correlation() {
        assert_eq!(pearson(&[1.0], &[2.0]), None);
        assert_eq!(pearson(&[0.1, 0.1, 0.1], &[1.0, 2.0, 3.0]), None);
        assert_eq!(partial(0.5, 1.0, 0.5), None);
        assert!((spearman(&[1.0, 2.0, f64::INFINITY], &[3.0, 2.0, 1.0]).unwrap() + 1.0).abs() < CLOSE);
    }
}
