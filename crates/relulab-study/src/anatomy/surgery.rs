//! One hidden unit's parameters: where they lie, drawn anew, and without the optimiser's memory.

use super::death_theory::uniform;
use crate::statistics::CounterRng;
use relulab_net::{Distribution, Initialisation, Layer, Shape};
use relulab_train::OptimiserState;
use std::ops::Range;

/// Names the random stream of redrawn units.
const REDRAW_STREAM: u64 = 0x0072_6576_6976_616c;

/// A hidden unit and where its parameters lie in the flat vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenUnit {
    /// Its place among all hidden units, first layer first.
    pub place: usize,
    /// Incoming weights.
    pub incoming: Range<usize>,
    /// Bias.
    pub bias: usize,
    /// Outgoing weights.
    pub outgoing: Vec<usize>,
    /// Units that feed the next layer, this one among them.
    width: usize,
}

/// What a revived unit sends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// Weights as at initialisation.
    Drawn,
    /// Nothing, so that the function is unchanged.
    Zero,
}

impl HiddenUnit {
    /// All its parameters: incoming weights, bias, outgoing weights.
    pub fn parameters(&self) -> impl Iterator<Item = usize> + '_ {
        self.incoming.clone().chain([self.bias]).chain(self.outgoing.iter().copied())
    }
}

/// The hidden units of a shape, first layer first.
pub fn hidden_units(shape: &Shape) -> impl Iterator<Item = HiddenUnit> {
    let layers: Vec<Layer> = shape.layers().collect();
    let pairs: Vec<(Layer, Layer)> = layers.iter().cloned().zip(layers.iter().skip(1).cloned()).collect();
    let units = pairs.into_iter().flat_map(|(layer, next)| {
        (0..layer.n_out).map(move |unit| {
            let first = layer.weights.start + unit * layer.n_in;
            HiddenUnit {
                place: 0,
                incoming: first..first + layer.n_in,
                bias: layer.biases.start + unit,
                outgoing: (0..next.n_out).map(|output| next.weights.start + output * next.n_in + unit).collect(),
                width: layer.n_out,
            }
        })
    });
    units.enumerate().map(|(place, unit)| HiddenUnit { place, ..unit })
}

/// Draws a unit's parameters as PyTorch does at initialisation; the key and the unit name the stream, and the incoming
/// weights are the same whatever it sends on.
pub fn redraw(parameters: &mut [f64], unit: &HiddenUnit, outgoing: Outgoing, key: [u64; 2]) {
    let mut rng = CounterRng::new(&[REDRAW_STREAM, key[0], key[1], unit.place as u64]);
    let initialisation = Initialisation::TorchLinear;
    let mut draw = |distribution: Distribution| match distribution {
        Distribution::Uniform { limit } => limit * (2.0 * uniform(&mut rng) - 1.0),
        // PyTorch's default has no other distribution.
        Distribution::Zero | Distribution::Normal { .. } => 0.0,
    };
    let fan_in = unit.incoming.len();
    for place in unit.incoming.clone() {
        parameters[place] = draw(initialisation.weights(fan_in, unit.width));
    }
    parameters[unit.bias] = draw(initialisation.biases(fan_in));
    for &place in &unit.outgoing {
        parameters[place] = match outgoing {
            Outgoing::Drawn => draw(initialisation.weights(unit.width, unit.outgoing.len())),
            Outgoing::Zero => 0.0,
        };
    }
}

/// Sets the optimiser's moments of a unit's parameters to 0.
pub fn reset_state(state: &mut OptimiserState, unit: &HiddenUnit) {
    for place in unit.parameters() {
        for moments in [&mut state.first, &mut state.second] {
            if let Some(moment) = moments.get_mut(place) {
                *moment = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::Activation;
    use relulab_net::reference::pre_activations;

    #[test]
    fn places_are_those_that_the_forward_pass_reads() {
        let shape = Shape::new(2, vec![3, 4], 2).unwrap();
        let parameters: Vec<f64> = (0..shape.n_params()).map(|i| 1.0 + 0.01 * i as f64).collect();
        let z = |parameters: &[f64]| pre_activations(&shape, Activation::Relu, parameters, &[1.0, 0.5]);
        let base = z(&parameters);
        let units: Vec<HiddenUnit> = hidden_units(&shape).collect();
        assert_eq!(units.len(), 7);
        for unit in &units {
            let (layer, row) = if unit.place < 3 { (0, unit.place) } else { (1, unit.place - 3) };
            // Incoming parameters move this unit and no other of its layer.
            for place in unit.incoming.clone().chain([unit.bias]) {
                let mut moved = parameters.clone();
                moved[place] += 0.1;
                let moved = z(&moved);
                let differs: Vec<usize> =
                    (0..base[layer].len()).filter(|&other| moved[layer][other] != base[layer][other]).collect();
                assert_eq!(differs, [row]);
            }
            // Without its outgoing weights the next layer does not feel the unit.
            let mut mute = parameters.clone();
            unit.outgoing.iter().for_each(|&place| mute[place] = 0.0);
            let before = z(&mute)[layer + 1].clone();
            mute[unit.bias] += 1.0;
            assert_eq!(z(&mute)[layer + 1], before);
            assert_eq!(unit.outgoing.len(), base[layer + 1].len());
        }
    }

    #[test]
    fn drawn_parameters_stay_within_their_limits_and_others_are_untouched() {
        let shape = Shape::new(1, vec![4, 9], 1).unwrap();
        let unit = hidden_units(&shape).nth(2).unwrap();
        let old = vec![7.0; shape.n_params()];
        let (mut drawn, mut silent) = (old.clone(), old.clone());
        redraw(&mut drawn, &unit, Outgoing::Drawn, [1, 2]);
        redraw(&mut silent, &unit, Outgoing::Zero, [1, 2]);
        let places: Vec<usize> = unit.parameters().collect();
        assert_eq!(places.len(), 1 + 1 + 9);
        assert!(drawn.iter().enumerate().all(|(place, value)| places.contains(&place) == (*value != 7.0)));
        assert_eq!(drawn[unit.bias], silent[unit.bias]);
        assert!(drawn[unit.incoming.start].abs() <= 1.0);
        assert!(unit.outgoing.iter().all(|&place| drawn[place].abs() <= 0.5 && silent[place] == 0.0));
        let mut state = OptimiserState { steps: 5, first: old.clone(), second: old.clone() };
        reset_state(&mut state, &unit);
        assert!((0..old.len()).all(|place| (state.second[place] == 0.0) == places.contains(&place)));
    }
}
