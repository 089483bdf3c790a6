//! Points at which two networks differ.

use crate::canonical::exact_network::{ExactNetwork, exact};
use crate::relaxation::InputBox;
use relulab_exact::{Number, Rational};
use relulab_net::{Purpose, RandomStream};

/// Random points tried before anything is proved.
const N_TRIED: usize = 24;

/// Boxes of up to this dimension have all their corners tried.
const MOST_CORNER_DIMS: usize = 4;

/// Shares of an interval are multiples of one over this, so that points stay short numbers.
const N_STEPS: u64 = 64;

/// On the whole space, half of the points are within this of the origin in each input …
const NEAR: f64 = 4.0;

/// … and half within this.
const FAR: f64 = 1024.0;

/// A point of the domain and what the networks give there, all exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The point.
    pub x: Vec<Rational>,
    /// The first network's outputs.
    pub a: Vec<Rational>,
    /// The second network's outputs.
    pub b: Vec<Rational>,
}

impl Witness {
    /// Evaluates both networks; `None` where they agree.
    pub(super) fn at(networks: [&ExactNetwork; 2], x: Vec<Rational>) -> Option<Self> {
        let [a, b] = networks.map(|network| network.forward(&x));
        (a != b).then_some(Self { x, a, b })
    }

    /// The point in f64, where that holds it.
    pub fn point(&self) -> Option<Vec<f64>> {
        let held = |x: &Rational| Some(x.to_f64()).filter(|value| Rational::from_f64(*value).as_ref() == Some(x));
        self.x.iter().map(held).collect()
    }
}

/// The first of a fixed list of points at which the networks differ.
pub(super) fn try_points(networks: [&ExactNetwork; 2], dim: usize, domain: Option<&InputBox>) -> Option<Witness> {
    let within = |sides: &[(f64, f64)], share: &mut dyn FnMut(usize) -> f64| {
        let between = |(input, (lower, upper)): (usize, &(f64, f64))| {
            let share = share(input);
            exact((lower * (1.0 - share) + upper * share).clamp(*lower, *upper))
        };
        sides.iter().enumerate().map(between).collect::<Vec<Rational>>()
    };
    let boxes: Vec<Vec<(f64, f64)>> = match domain {
        Some(domain) => vec![domain.lower().iter().copied().zip(domain.upper().iter().copied()).collect()],
        None => vec![vec![(-NEAR, NEAR); dim], vec![(-FAR, FAR); dim]],
    };
    let mut points = vec![within(&boxes[0], &mut |_| 0.5)];
    if dim <= MOST_CORNER_DIMS {
        points.extend((0..1_usize << dim).map(|corner| within(&boxes[0], &mut |input| (corner >> input & 1) as f64)));
    }
    let mut stream = RandomStream::new(0, Purpose::Observation);
    points.extend(
        (0..N_TRIED).map(|index| {
            within(&boxes[index % boxes.len()], &mut |_| stream.below(N_STEPS + 1) as f64 / N_STEPS as f64)
        }),
    );
    points.into_iter().find_map(|point| Witness::at(networks, point))
}
