//! Whether all regions of a network are within reach: an estimate first, and a refusal that tells it.

use relulab_net::{Activation, Network};
use relulab_regions::bounds;
use relulab_regions::space::{self, MAX_SPACE_DIM, SpaceDomain, SpaceError};

/// Regions in up to three dimensions that are still counted without a budget, some seconds of work; half as many in
/// each dimension more, since each region takes longer.
const MOST_REGIONS: u128 = 50_000_000;
/// The same where cells are held by linear programs.
const MOST_REGIONS_BY_PROGRAMS: u128 = 2_000;
/// Random descents of a first estimate.
const FEW_DESCENTS: u32 = 8;
/// Random descents of an estimate that is near the limit.
const DESCENTS: u32 = 64;
/// Dimensions up to which so many are affordable: beyond, a descent begins at thousands of corners.
const CHEAP_DIM: usize = 8;
/// A first estimate that is so many times away from the limit is enough.
const FAR: f64 = 1000.0;

/// Refuses a network that is estimated to have too many regions to count.
///
/// # Errors
/// In one line with the estimate; or when the engine for its dimension does not take the network.
pub fn check(network: &Network, sides: Option<&[(f64, f64)]>, seed: u64) -> Result<(), String> {
    let shape = network.shape();
    let inputs = shape.input_dim();
    if inputs == 1 {
        return Ok(());
    }
    let most = if inputs > MAX_SPACE_DIM && sides.is_some() {
        MOST_REGIONS_BY_PROGRAMS
    } else {
        MOST_REGIONS >> inputs.clamp(3, MAX_SPACE_DIM).saturating_sub(3)
    };
    let bound = match network.activation() {
        Activation::Relu => bounds::serra_upper(inputs, shape.hidden()),
        _ => bounds::montufar_2017_upper(inputs, shape.hidden()),
    };
    if bound.to_u128().is_some_and(|bound| bound <= most) {
        return Ok(());
    }
    let domain = match sides {
        Some(sides) => SpaceDomain::cuboid(sides.to_vec()).map_err(|error| error.to_string())?,
        None => SpaceDomain::whole(),
    };
    let estimate = |descents| space::estimate(network, &domain, descents, seed);
    let mut found = match estimate(FEW_DESCENTS) {
        // The plane's engine takes more units than the estimate does.
        Err(SpaceError::Units(_)) if inputs == 2 => return Ok(()),
        found => found.map_err(|error| error.to_string())?,
    };
    let is_near = (most as f64 / FAR..most as f64 * FAR).contains(&found.mean);
    if is_near && inputs <= CHEAP_DIM {
        found = estimate(DESCENTS).map_err(|error| error.to_string())?;
    }
    if found.mean <= most as f64 {
        return Ok(());
    }
    let hint = if inputs == 2 { "" } else { ", or --budget REGIONS for bounds" };
    Err(format!(
        "about {:.1e} activation regions (standard error {:.0e}, {} random descents; at most {:.1e}): expected at most \
         {most}{hint}",
        found.mean,
        found.standard_error,
        found.n_descents,
        bound.to_f64(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::{Initialisation, Shape};
    use relulab_regions::simulation::Simulation;

    #[test]
    fn what_is_out_of_reach_is_refused_with_an_estimate() {
        let network = |inputs, hidden: &[usize]| {
            let shape = Shape::new(inputs, hidden.to_vec(), 1).unwrap();
            Simulation::new(shape, Activation::Relu, Initialisation::TorchLinear).network(1).unwrap()
        };
        let cube = |inputs| vec![(-1.0, 1.0); inputs];
        assert_eq!(check(&network(20, &[3]), Some(&cube(20)), 0), Ok(()));
        assert_eq!(check(&network(20, &[3]), None, 0), Ok(()));
        assert_eq!(check(&network(3, &[8, 8]), None, 0), Ok(()));
        let refusal = check(&network(6, &[90, 90]), None, 0).unwrap_err();
        assert!(refusal.starts_with("about ") && refusal.ends_with("or --budget REGIONS for bounds"), "{refusal}");
        let refusal = check(&network(20, &[40, 40]), Some(&cube(20)), 0).unwrap_err();
        assert!(refusal.contains("at most 12 inputs, or at most 32 units"), "{refusal}");
        assert!(check(&network(30, &[40]), None, 0).unwrap_err().contains("rank 12"));
    }
}
