//! Whether all regions of a network are within reach: an estimate first, and a refusal that tells it.

use relulab_net::{Activation, Network};
use relulab_regions::bounds;
use relulab_regions::space::{self, MAX_SPACE_DIM, SpaceDomain, SpaceError};

/// Regions in up to three dimensions that are still counted without a budget, some seconds of work; half as many in
/// each dimension more, since each region takes longer.
const MOST_REGIONS: u128 = 50_000_000;
/// The same where cells are held by linear programs.
const MOST_REGIONS_BY_PROGRAMS: u128 = 2_000;
/// Random descents of an estimate.
const DESCENTS: u32 = 64;
/// The same in more than [`CHEAP_DIM`] dimensions, where a descent begins at thousands of corners.
const FEW_DESCENTS: u32 = 8;
/// Dimensions up to which descents are cheap.
const CHEAP_DIM: usize = 8;

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
    let descents = if inputs <= CHEAP_DIM { DESCENTS } else { FEW_DESCENTS };
    let estimate = match space::estimate(network, &domain, descents, seed) {
        // The plane's engine takes more units than the estimate does.
        Err(SpaceError::Units(_)) if inputs == 2 => return Ok(()),
        estimate => estimate.map_err(|error| error.to_string())?,
    };
    if estimate.mean <= most as f64 {
        return Ok(());
    }
    let hint = if inputs == 2 { "" } else { ", or --budget REGIONS for bounds" };
    Err(format!(
        "about {:.1e} activation regions (standard error {:.0e}, {} random descents; at most {:.1e}): expected at most \
         {most}{hint}",
        estimate.mean,
        estimate.standard_error,
        estimate.n_descents,
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
        let refusal = check(&network(20, &[40, 40]), Some(&cube(20)), 0);
        assert!(refusal.is_err());
        assert!(check(&network(30, &[40]), None, 0).unwrap_err().contains("rank 12"));
    }
}
