//! Status and ranges of units where the regions can be enumerated: both are exact then.

use super::{RangeEnd, Stage, UnitFinding};
use crate::relaxation::ProvedStatus;
use crate::space::{self, Budget, SpaceDomain, SpaceError, SpaceRanges, ValueRange};
use relulab_exact::{Number, Rational, Sign};
use relulab_net::Network;

/// Exact findings, layer by layer, outputs last; `None` when there are more than so many regions.
pub(super) fn enumerate(
    network: &Network,
    domain: &SpaceDomain,
    max_regions: u64,
    n_threads: usize,
) -> Result<Option<Vec<Vec<UnitFinding>>>, SpaceError> {
    if network.shape().depth() == 0 {
        return Ok(Some(vec![linear(network, domain)]));
    }
    if !space::count(network, domain, Budget::regions(max_regions), n_threads)?.complete {
        return Ok(None);
    }
    let SpaceRanges { units, outputs, .. } = space::ranges(network, domain, n_threads)?;
    let layers = units.into_iter().chain(std::iter::once(outputs));
    Ok(Some(layers.map(|layer| layer.into_iter().map(finding).collect()).collect()))
}

/// The outputs of a network without hidden layers: linear forms, largest and smallest at ends of the box.
fn linear(network: &Network, domain: &SpaceDomain) -> Vec<UnitFinding> {
    let exact = |value: f64| Rational::from_f64(value).unwrap_or_default();
    let outputs = network.shape().layers().flat_map(|layer| layer.biases.map(move |bias| (layer.n_in, bias)));
    let output = |(place, (n_in, bias)): (usize, (usize, usize))| {
        let weights = &network.parameters()[place * n_in..(place + 1) * n_in];
        let end = |is_maximum: bool| {
            let mut sum = exact(network.parameters()[bias]);
            for (input, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
                let (lower, upper) = *domain.sides()?.get(input)?;
                sum = sum + exact(*weight) * &exact(if (*weight > 0.0) == is_maximum { upper } else { lower });
            }
            Some(sum)
        };
        finding(ValueRange { min: end(false), max: end(true) })
    };
    outputs.enumerate().map(output).collect()
}

fn finding(ValueRange { min, max }: ValueRange) -> UnitFinding {
    let sign = |end: &Option<Rational>| end.as_ref().map(Rational::exact_sign);
    let (is_negative, is_positive) =
        (sign(&min).is_none_or(|sign| sign == Sign::Negative), sign(&max).is_none_or(|sign| sign == Sign::Positive));
    let status = match (is_negative, is_positive) {
        (false, false) => ProvedStatus::Zero,
        (true, false) => ProvedStatus::Dead,
        (false, true) => ProvedStatus::Linear,
        (true, true) => ProvedStatus::Unstable,
    };
    let end = |value: Option<Rational>| value.map_or(RangeEnd::Unbounded, RangeEnd::Exact);
    UnitFinding { status, minimum: end(min), maximum: end(max), stage: Stage::Enumeration }
}
