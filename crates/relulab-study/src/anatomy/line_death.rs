//! The exact verdict on dead units in one dimension: units that are on nowhere on a line.

use relulab_net::Network;
use relulab_regions::line::{LineDomain, Workspace};

/// For each hidden unit in order, whether its pre-activation is positive nowhere on the domain; `None` where the
/// network is no piecewise linear function of one variable.
///
/// *Algorithm*: the exact activation regions cover the domain, and inside a region every unit is on or off throughout.
pub fn dead_on_line(workspace: &mut Workspace, network: &Network, domain: LineDomain) -> Option<Vec<bool>> {
    let regions = workspace.regions_exact(network, domain).ok()?;
    let mut dead = vec![true; network.shape().n_units()];
    for region in &regions {
        dead.iter_mut().zip(&region.pattern).for_each(|(dead, on)| *dead &= !on);
    }
    Some(dead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::reference::pre_activations;
    use relulab_net::{Activation, Shape};

    #[test]
    fn first_layers_obey_the_closed_form_and_deeper_ones_a_fine_grid() {
        let mut workspace = Workspace::new();
        let shape = Shape::new(1, vec![4, 4], 1).unwrap();
        let five = LineDomain::interval(-5.0, 5.0).unwrap();
        let mut n_dead = [0; 2];
        for k in 0..60 {
            let parameters: Vec<f64> = (0..shape.n_params()).map(|i| (2.1 * (k * 53 + i) as f64 + 0.7).sin()).collect();
            let network = Network::new(shape.clone(), Activation::Relu, parameters.clone()).unwrap();
            let whole = dead_on_line(&mut workspace, &network, LineDomain::WHOLE).unwrap();
            let inside = dead_on_line(&mut workspace, &network, five).unwrap();
            for unit in 0..4 {
                let (w, b) = (parameters[unit], parameters[4 + unit]);
                assert!(!whole[unit]);
                assert_eq!(inside[unit], 5.0 * w.abs() + b <= 0.0);
            }
            let grid = |half: f64| (-2000..=2000).map(move |i| half * f64::from(i) / 2000.0);
            let on = |x: f64, unit: usize| pre_activations(&shape, Activation::Relu, &parameters, &[x])[1][unit] > 0.0;
            for unit in 0..4 {
                // The grid may miss a thin bump, so it can only prove life.
                assert!(!(inside[4 + unit] && grid(5.0).any(|x| on(x, unit))));
                assert!(!(whole[4 + unit] && grid(1e4).any(|x| on(x, unit))));
                assert_eq!(inside[4 + unit], !grid(5.0).any(|x| on(x, unit)), "network {k} unit {unit}");
                n_dead[0] += usize::from(inside[4 + unit]);
                n_dead[1] += usize::from(whole[4 + unit]);
            }
        }
        assert!(n_dead[0] > n_dead[1] && n_dead[1] > 0, "{n_dead:?}");
    }
}
