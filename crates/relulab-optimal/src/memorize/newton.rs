//! The search for the network: Gauss-Newton steps of minimum norm from mirrored pairs.

use super::certificate::Certificate;
use super::dense::{Factor, gram};
use super::error::MemorizeError;
use super::frame::Frame;
use super::pairs::{Pairs, Response};
use super::plan::Plan;
use super::points::Points;
use relulab_net::{Dataset, Network, Purpose, RandomStream};

/// Most steps from one start.
const MAX_STEPS: usize = 40;
/// Draws before the initial weights become twice as large.
const DRAWS_PER_GAIN: usize = 4;
/// Most halvings of α for one draw of the initial weights.
const MAX_HALVINGS: usize = 40;
/// A step that leaves more than this share of the residual makes no progress.
const LEAST_PROGRESS: f64 = 0.9;
/// A residual below this share of the labels that stops falling has reached rounding.
const ROUNDING_SHARE: f64 = 1e-7;

/// How the search ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// With a network and its proof.
    Proved(Box<Memorized>),
    /// Without.
    NotProved(Shortfall),
}

/// A network that fits its data exactly, up to a proved distance of its weights.
#[derive(Clone, Debug)]
pub struct Memorized {
    /// The network as printed.
    pub network: Network,
    /// The proof that an exact one is next to it.
    pub certificate: Certificate,
    /// Different points.
    pub n_points: usize,
    /// Draws of the initial weights, this one included.
    pub draws: usize,
    /// Halvings of α that this draw needed.
    pub halvings: usize,
    /// Gauss-Newton steps of the last start.
    pub steps: usize,
}

/// What was tried in vain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shortfall {
    /// Draws of the initial weights.
    pub draws: usize,
    /// How many of them had a Jacobian of full rank, up to rounding.
    pub regular: usize,
    /// How many of them ended in a network that fits up to rounding, but whose proof failed.
    pub converged: usize,
}

/// Data and geometry that all draws share.
struct Task<'a> {
    points: Points,
    frame: Frame,
    /// X̃ X̃ᵀ, n × n.
    white_gram: Vec<f64>,
    plan: &'a Plan,
}

/// Finds a network that fits these points exactly, and proves it.
///
/// *Algorithm*: see the [module's page](super). Each draw of the initial weights gets α = ε / (2‖J⁺y‖); a start that
/// diverges or leaves the ball begins again with α/2. After every four draws in vain initial weights are twice as large.
///
/// # Errors
/// When the data contradict themselves, or the neurons are too few, odd or too many.
pub fn memorize(data: &Dataset, plan: &Plan) -> Result<Outcome, MemorizeError> {
    let points = Points::of(data)?;
    plan.check(&points)?;
    let frame = Frame::of(&points, plan.biases);
    plan.check_rank(&points, frame.rank())?;
    let white_gram = gram(&frame.white, frame.rank());
    let task = Task { points, frame, white_gram, plan };
    let mut stream = RandomStream::new(plan.seed, Purpose::Memorisation);
    let mut shortfall = Shortfall { draws: 0, regular: 0, converged: 0 };
    while shortfall.draws < plan.draws {
        // In few dimensions units with small weights are too much alike: larger ones see the points apart.
        let gain = f64::powi(2.0, (shortfall.draws / DRAWS_PER_GAIN) as i32);
        shortfall.draws += 1;
        let start = Pairs::draw(plan.neurons / 2, plan.activation, &task.frame, gain, &mut stream);
        let Some(first) = task.scale(&start) else { continue };
        shortfall.regular += 1;
        for halvings in 0..MAX_HALVINGS {
            let mut pairs = start.clone();
            pairs.output_weight *= first * f64::powi(2.0, halvings as i32);
            let Some((pairs, steps)) = task.descend(pairs) else { continue };
            let proof = Certificate::prove(data, pairs.network(), plan.biases);
            if let Some((certificate, network)) = proof.and_then(|proof| proof.network.network().map(|it| (proof, it)))
            {
                let (draws, n_points) = (shortfall.draws, task.points.len());
                let found = Memorized { network, certificate, n_points, draws, halvings, steps };
                return Ok(Outcome::Proved(Box::new(found)));
            }
            // The conditions of the proof do not depend on α: another draw is needed.
            shortfall.converged += 1;
            break;
        }
    }
    Ok(Outcome::NotProved(shortfall))
}

impl Task<'_> {
    /// The Cholesky factor of J Jᵀ; `None` when it is singular, up to rounding.
    fn factor(&self, response: &Response) -> Option<Factor> {
        let mut matrix = gram(&response.slopes, self.plan.neurons / 2);
        matrix.iter_mut().zip(&self.white_gram).for_each(|(entry, white)| *entry *= white);
        Factor::of(&matrix, self.points.len())
    }

    /// 1/α for α = ε / (2‖J⁺y‖), where both halves of the pairs count in the norm.
    fn scale(&self, start: &Pairs) -> Option<f64> {
        let labels = &self.points.labels;
        let solution = self.factor(&start.response(&self.points))?.solve(labels);
        let square: f64 = labels.iter().zip(&solution).map(|(y, t)| y * t).sum();
        let scale = 2.0 * (2.0 * square).sqrt() / self.plan.epsilon;
        match scale {
            // All labels are 0.
            0.0 => Some(1.0),
            _ => scale.is_finite().then_some(scale),
        }
    }

    /// Gauss-Newton steps until the residual is rounding; `None` when they diverge or leave the ball.
    fn descend(&self, mut pairs: Pairs) -> Option<(Pairs, usize)> {
        let rank = self.frame.rank();
        let scale = length(&self.points.labels).max(f64::MIN_POSITIVE);
        let mut moved = vec![0.0; self.plan.neurons / 2 * rank];
        let mut last: Option<(f64, Pairs)> = None;
        for step in 0..MAX_STEPS {
            let response = pairs.response(&self.points);
            let residual: Vec<f64> =
                self.points.labels.iter().zip(&response.outputs).map(|(label, output)| label - output).collect();
            let size = length(&residual);
            if !size.is_finite() {
                return None;
            }
            let stalled = last.as_ref().is_some_and(|(before, _)| size > LEAST_PROGRESS * before);
            if size == 0.0 {
                return Some((pairs, step));
            }
            if stalled {
                let (before, best) = last?;
                return (before <= ROUNDING_SHARE * scale).then_some((best, step - 1));
            }
            last = Some((size, pairs.clone()));
            let weights = self.factor(&response)?.solve(&residual);
            let by = self.minimum_norm(&response.slopes, &weights);
            moved.iter_mut().zip(&by).for_each(|(sum, by)| *sum += by);
            if length(&moved) * std::f64::consts::SQRT_2 > self.plan.epsilon {
                return None;
            }
            pairs.move_apart(&self.frame, &by);
        }
        None
    }

    /// Jᵀ t in white coordinates: Σᵢ tᵢ s_ik x̃ᵢ for every pair k.
    fn minimum_norm(&self, slopes: &[f64], t: &[f64]) -> Vec<f64> {
        let (n_pairs, rank) = (self.plan.neurons / 2, self.frame.rank());
        let mut by = vec![0.0; n_pairs * rank];
        for (i, t) in t.iter().enumerate() {
            for (by, slope) in by.chunks_exact_mut(rank).zip(&slopes[i * n_pairs..]) {
                let factor = t * slope;
                by.iter_mut().zip(self.frame.row(i)).for_each(|(by, x)| *by += factor * x);
            }
        }
        by
    }
}

fn length(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}
