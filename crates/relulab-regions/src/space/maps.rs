//! Which regions have the same affine map, decided exactly.

use super::bits::Bits;
use super::frame::{Frame, exact_form};
use crate::layers::AffineLayers;
use relulab_exact::Rational;
use std::collections::HashMap;

/// Exact maps of patterns, and the part of a pattern on which the map depends.
#[derive(Clone, Debug)]
pub(crate) struct ExactMaps<'a, const W: usize> {
    layers: &'a AffineLayers,
    frames: Vec<Frame<W>>,
    /// For every unit, the units of the next layer that it reaches with a weight that is not zero.
    reaches: Vec<Vec<Bits<W>>>,
}

impl<'a, const W: usize> ExactMaps<'a, W> {
    /// Maps in terms of the inputs `columns`.
    pub fn new(layers: &'a AffineLayers, columns: &[usize], first_bits: &[usize]) -> Self {
        let mut frames: Vec<Frame<W>> = first_bits.iter().map(|bit| Frame::new(*bit, true)).collect();
        frames.push(Frame::new(usize::MAX, true));
        if let Some(layer) = layers.all().first() {
            frames[0].set_first(layer, columns);
        }
        for (frame, layer) in frames.iter_mut().zip(layers.all()).skip(1) {
            frame.reset(layer.biases.len(), columns.len() + 1);
        }
        let reaches = layers
            .all()
            .iter()
            .skip(1)
            .zip(first_bits.iter().skip(1).map(Some).chain([None]))
            .map(|(layer, next_bit)| {
                let n = layer.biases.len();
                let rows = layer.weights_by_input.chunks(n.max(1));
                rows.map(|row| {
                    let reached = row.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
                    match next_bit {
                        Some(first) => reached.fold(Bits::EMPTY, |all, (unit, _)| all | Bits::single(first + unit)),
                        // All outputs count alike: the place does not matter.
                        None => reached.fold(Bits::EMPTY, |_, _| Bits::single(0)),
                    }
                })
                .collect()
            })
            .collect();
        Self { layers, frames, reaches }
    }

    /// The units that are on and whose state the outputs depend on; regions that agree in them have the same map.
    ///
    /// With a slope on the negative side every unit counts, and the pattern is returned as it is.
    pub fn essence(&self, on: Bits<W>) -> Bits<W> {
        if self.layers.leak != 0.0 {
            return on;
        }
        let mut essential = Bits::EMPTY;
        let mut alive = Bits::single(0);
        for (frame, reaches) in self.frames.iter().zip(&self.reaches).rev() {
            let mut alive_here = Bits::EMPTY;
            for (unit, reached) in reaches.iter().enumerate() {
                let bit = frame.first_bit + unit;
                if on.has(bit) && !(*reached & alive).is_empty() {
                    alive_here |= Bits::single(bit);
                }
            }
            essential |= alive_here;
            alive = alive_here;
        }
        essential
    }

    /// The coefficients of all outputs, constants first.
    pub fn map(&mut self, on: Bits<W>) -> Vec<Rational> {
        for frame in self.frames.iter_mut().skip(1) {
            frame.on = on;
            frame.forget();
        }
        let n_outputs = self.layers.output_dim();
        let Self { layers, frames, .. } = self;
        (0..n_outputs).flat_map(|output| exact_form(frames, layers.all(), layers.leak, output).to_vec()).collect()
    }
}

/// Numbers the distinct maps; returns the number of each region's map and how many there are.
///
/// *Algorithm*: maps whose bounds do not overlap in some coefficient differ; so the regions are sorted by one
/// coefficient after another and parted where there is a gap. What is then left together is decided in rationals,
/// once per set of units that matter.
///
/// *Shapes*: `maps` has `n_coefficients` pairs of value and bound per region.
pub(crate) fn classify<const W: usize>(
    exact: &mut ExactMaps<'_, W>,
    patterns: &[Bits<W>],
    maps: &[(f64, f64)],
    n_coefficients: usize,
) -> (Vec<u32>, usize) {
    let mut order: Vec<u32> = (0..patterns.len() as u32).collect();
    let mut parts: Vec<_> = std::iter::once(0..order.len()).collect();
    for coefficient in 0..n_coefficients {
        let interval = |region: &u32| {
            let (value, error) = maps[*region as usize * n_coefficients + coefficient];
            // What is not known may be anything.
            if error.is_finite() { (value - error, value + error) } else { (f64::NEG_INFINITY, f64::INFINITY) }
        };
        let mut finer = Vec::new();
        for part in parts {
            let regions = &mut order[part.clone()];
            if regions.len() > 1 {
                regions.sort_by(|a, b| interval(a).0.total_cmp(&interval(b).0).then(a.cmp(b)));
            }
            let (mut start, mut reach) = (part.start, f64::NEG_INFINITY);
            for (place, region) in regions.iter().enumerate() {
                let (lower, upper) = interval(region);
                // One step outwards for the rounding of the ends.
                if part.start + place > start && lower.next_down() > reach.next_up() {
                    finer.push(start..part.start + place);
                    start = part.start + place;
                }
                reach = reach.max(upper);
            }
            finer.push(start..part.end);
        }
        parts = finer;
    }
    let mut classes = vec![0; patterns.len()];
    let mut n_classes = 0;
    for part in parts {
        let mut by_essence: HashMap<Bits<W>, u32> = HashMap::new();
        let mut by_map: HashMap<Vec<Rational>, u32> = HashMap::new();
        let regions = &order[part];
        for region in regions {
            let essence = exact.essence(patterns[*region as usize]);
            let class = match by_essence.get(&essence) {
                Some(class) => *class,
                None if regions.len() == 1 => {
                    n_classes += 1;
                    n_classes - 1
                }
                None => {
                    let class = *by_map.entry(exact.map(patterns[*region as usize])).or_insert(n_classes);
                    n_classes += u32::from(class == n_classes);
                    by_essence.insert(essence, class);
                    class
                }
            };
            classes[*region as usize] = class;
        }
    }
    (classes, n_classes as usize)
}
