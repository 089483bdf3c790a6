//! Networks of one shape at one moment of their training.

use relulab_net::{Activation, Shape};
use relulab_train::{Networks, PreActivationRange, Trained, VectorUnit};

/// The parameters of networks of one shape after the same number of steps.
#[derive(Clone, Debug)]
pub struct Snapshot<'a> {
    /// Their shape.
    pub shape: &'a Shape,
    /// Their activation.
    pub activation: Activation,
    /// Seeds, one per network.
    pub seeds: Vec<u64>,
    /// Parameters, one flat vector per network.
    pub parameters: Vec<&'a [f64]>,
}

impl<'a> Snapshot<'a> {
    /// Trained networks after so many steps: at the end, or at a checkpoint; those that did not get there are left out.
    pub fn after(steps: u64, shape: &'a Shape, activation: Activation, trained: &'a [Trained]) -> Self {
        let at = |one: &'a Trained| {
            let kept = one.checkpoints.iter().find(|(done, _)| *done == steps).map(|(_, parameters)| parameters);
            let parameters = if one.steps == steps { Some(&one.parameters) } else { kept };
            parameters.map(|parameters| (one.seed, parameters.as_slice()))
        };
        let (seeds, parameters) = trained.iter().filter_map(at).unzip();
        Self { shape, activation, seeds, parameters }
    }

    /// The same parameters under another activation.
    pub fn with_activation(&self, activation: Activation) -> Self {
        Self { activation, ..self.clone() }
    }

    /// The networks as the evaluation engine takes them.
    pub fn networks(&self) -> Networks<'_> {
        Networks { shape: self.shape, activation: self.activation, parameters: &self.parameters }
    }

    /// For each network and each of its hidden units in order, whether it is dead on the points.
    ///
    /// *Shapes*: `points` is n × input dimension.
    pub fn dead(&self, points: &[f64], unit: VectorUnit) -> Vec<Vec<bool>> {
        let observations = self.networks().observe(points, unit);
        observations.iter().map(|one| one.units.iter().copied().map(PreActivationRange::is_dead).collect()).collect()
    }
}

/// Sums of a per-unit flag over the hidden layers of a shape, first layer first.
pub fn count_by_layer(shape: &Shape, flags: &[bool]) -> Vec<usize> {
    let mut rest = flags;
    let layers = shape.hidden().iter().map(|&width| {
        let (layer, others) = rest.split_at(width.min(rest.len()));
        rest = others;
        layer.iter().filter(|&&flag| flag).count()
    });
    layers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::reference::pre_activations;

    #[test]
    fn dead_units_are_those_of_the_reference() {
        let shape = Shape::new(1, vec![3, 2], 1).unwrap();
        let vectors: Vec<Vec<f64>> =
            (0..40).map(|k| (0..shape.n_params()).map(|i| (1.3 * (k * 31 + i) as f64 + 0.2).sin()).collect()).collect();
        let snapshot = Snapshot {
            shape: &shape,
            activation: Activation::Relu,
            seeds: (0..40).collect(),
            parameters: vectors.iter().map(Vec::as_slice).collect(),
        };
        let points = [-2.0, -0.3, 0.1, 1.7];
        let ours = snapshot.dead(&points, VectorUnit::widest());
        let mut n_dead = 0;
        for (flags, parameters) in ours.iter().zip(&vectors) {
            let by_point: Vec<Vec<f64>> = points
                .iter()
                .map(|&x| pre_activations(&shape, Activation::Relu, parameters, &[x])[..2].concat())
                .collect();
            let expected: Vec<bool> = (0..5).map(|unit| by_point.iter().all(|z| z[unit] <= 0.0)).collect();
            assert_eq!(*flags, expected);
            n_dead += expected.iter().filter(|&&dead| dead).count();
        }
        assert!(n_dead > 10);
        assert_eq!(count_by_layer(&shape, &[true, false, true, true, false]), [2, 1]);
    }
}
