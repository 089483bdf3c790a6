//! The candidate shapes of a budget: a few profiles per depth, the same in every dimension.

use relulab_net::Shape;

/// Largest number of hidden layers.
pub const LARGEST_DEPTH: usize = 5;

/// How a budget is spread over layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Profile {
    /// Equal widths.
    Balanced,
    /// This many eighths in the first layer, the rest equal.
    First(usize),
    /// This many eighths in the last layer, the rest equal.
    Last(usize),
}

/// Two layers: equal, 5:3 and 3:5 (the paper's best, 6,10, at 16), 6:2 and 2:6.
const OF_TWO: [Profile; 5] =
    [Profile::Balanced, Profile::First(5), Profile::Last(5), Profile::First(6), Profile::Last(6)];
/// More layers: equal, half or three quarters in the first or in the last. The first layer of some profile has at
/// least 2d units whenever 2d is at most three quarters of the budget, if the other layers still have one each.
const OF_MORE: [Profile; 5] =
    [Profile::Balanced, Profile::First(4), Profile::Last(4), Profile::First(6), Profile::Last(6)];
/// Profiles of the deep shapes that match the parameters of depth 1.
const OF_THINNER: [Profile; 3] = [Profile::Balanced, Profile::First(4), Profile::Last(4)];

impl Profile {
    /// Widths that add up to the budget, each at least 1; `neurons` must be at least `depth`.
    fn widths(self, neurons: usize, depth: usize) -> Vec<usize> {
        let end = |eighths: usize| {
            // Halves are rounded up; every other layer keeps one unit.
            let wanted = (neurons * eighths + 4) / 8;
            wanted.clamp(1, neurons.saturating_sub(depth - 1).max(1))
        };
        match self {
            Self::Balanced => split(neurons, depth),
            Self::First(eighths) => {
                let first = end(eighths);
                std::iter::once(first).chain(split(neurons - first, depth - 1)).collect()
            }
            Self::Last(eighths) => {
                let last = end(eighths);
                split(neurons - last, depth - 1).into_iter().chain([last]).collect()
            }
        }
    }
}

/// Equal widths, earlier layers one wider where it does not come out even.
fn split(neurons: usize, layers: usize) -> Vec<usize> {
    (0..layers).map(|layer| neurons / layers + usize::from(layer < neurons % layers)).collect()
}

/// Equal widths, the earlier layers one wider where it does not come out even.
pub fn balanced(neurons: usize, depth: usize) -> Vec<usize> {
    Profile::Balanced.widths(neurons, depth)
}

/// The shapes of a depth that spend the whole budget: at most five, the balanced one first; none when the budget is
/// smaller than the depth.
pub fn fixed(neurons: usize, depth: usize) -> Vec<Vec<usize>> {
    match depth {
        0 => Vec::new(),
        1 => vec![vec![neurons]],
        _ => of_profiles(if depth == 2 { &OF_TWO } else { &OF_MORE }, neurons, depth),
    }
}

fn of_profiles(profiles: &[Profile], neurons: usize, depth: usize) -> Vec<Vec<usize>> {
    let mut shapes: Vec<Vec<usize>> = Vec::new();
    for profile in profiles.iter().filter(|_| neurons >= depth) {
        let shape = profile.widths(neurons, depth);
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    shapes
}

/// The depth-1 shape with as nearly as possible the parameters of the balanced shape of a depth.
pub fn wider(neurons: usize, depth: usize, d: usize) -> Vec<usize> {
    let parameters = n_params(d, balanced(neurons, depth));
    // A unit costs d + 2 parameters, the output's bias one.
    vec![((parameters as f64 - 1.0) / (d + 2) as f64).round().max(1.0) as usize]
}

/// The shapes of a depth with as nearly as possible the parameters of depth 1 with the whole budget: balanced, half of
/// the units first, half of them last.
pub fn thinner(neurons: usize, depth: usize, d: usize) -> Vec<Vec<usize>> {
    let parameters = n_params(d, vec![neurons]);
    let mut shapes: Vec<Vec<usize>> = Vec::new();
    for profile in OF_THINNER {
        let candidates = (depth..=neurons.max(depth)).map(|total| profile.widths(total, depth));
        let nearest = candidates.min_by_key(|shape| n_params(d, shape.clone()).abs_diff(parameters));
        shapes.extend(nearest.filter(|shape| !shapes.contains(shape)));
    }
    shapes
}

/// Parameters of a shape with one output; 0 for widths that make no shape.
pub(super) fn n_params(d: usize, hidden: Vec<usize>) -> usize {
    Shape::new(d, hidden, 1).map_or(0, |shape| shape.n_params())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_papers_budget_has_known_shapes() {
        assert_eq!(fixed(16, 1), [[16]]);
        assert_eq!(fixed(16, 2), [[8, 8], [10, 6], [6, 10], [12, 4], [4, 12]]);
        assert_eq!(fixed(16, 3), [[6, 5, 5], [8, 4, 4], [4, 4, 8], [12, 2, 2], [2, 2, 12]]);
        assert_eq!(fixed(8, 5).first().unwrap(), &[2, 2, 2, 1, 1]);
        assert!(fixed(4, 5).is_empty());
        // 1→8→8→1 has 97 parameters and 1→32→1 as many.
        assert_eq!(wider(16, 2, 1), [32]);
        // 1→16→1 has 49 parameters, 1→5→5→1 has 46, 1→6→5→1 has 53.
        assert_eq!(thinner(16, 2, 1)[0], [5, 5]);
    }

    proptest! {
        #[test]
        fn every_shape_spends_the_budget(neurons in 1usize..200, depth in 1usize..7) {
            let shapes = fixed(neurons, depth);
            prop_assert_eq!(shapes.is_empty(), neurons < depth);
            prop_assert!(shapes.len() <= 5);
            for shape in shapes {
                prop_assert_eq!((shape.len(), shape.iter().sum::<usize>()), (depth, neurons));
                prop_assert!(shape.iter().all(|width| *width > 0));
            }
        }

        #[test]
        fn matched_shapes_have_nearly_the_parameters(neurons in 8usize..80, depth in 2usize..6, d in 1usize..9) {
            let deep = n_params(d, balanced(neurons, depth));
            prop_assert!(n_params(d, wider(neurons, depth, d)).abs_diff(deep) <= (d + 2) / 2 + 1);
            for shape in thinner(neurons, depth, d) {
                prop_assert_eq!(shape.len(), depth);
                prop_assert!(shape.iter().all(|width| *width > 0));
            }
        }
    }
}
