//! How polygons are coloured: one colour each, or the value of an affine function.

use crate::oklch::{Rgb, oklch};

/// What fills a polygon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paint {
    /// One colour.
    Plain(Rgb),
    /// The colour of the value a·x + b·y + c at every point.
    Value([f64; 3]),
}

/// The colours of values, light enough that dark lines read on all of them.
///
/// Lightness falls evenly from the middle to either end, so that equal differences look equal and grey copies still
/// tell sizes; blue and orange are told apart without colour vision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueScale {
    /// Smallest value in the picture.
    pub low: f64,
    /// Largest value.
    pub high: f64,
    /// The value that is white: those above are orange, those below blue.
    pub middle: f64,
}

/// Lightness of the middle, and of the farthest value.
const LIGHTNESS: [f64; 2] = [0.975, 0.64];
/// Chroma of the farthest value.
const CHROMA: f64 = 0.125;
/// Hues of values above and below the middle.
const HUES: [f64; 2] = [58.0, 248.0];

impl ValueScale {
    /// The colour of a value; values outside have the colour of the nearer end.
    pub fn colour(&self, value: f64) -> Rgb {
        let reach = (self.high - self.middle).max(self.middle - self.low);
        let share = if reach > 0.0 { ((value - self.middle) / reach).clamp(-1.0, 1.0) } else { 0.0 };
        let size = if share.is_finite() { share.abs() } else { 0.0 };
        let hue = HUES[usize::from(share < 0.0)];
        oklch(LIGHTNESS[0] + (LIGHTNESS[1] - LIGHTNESS[0]) * size, CHROMA * size, hue)
    }
}

/// Degrees between one piece's hue and the next one's: the golden angle, which never comes back to a hue.
const GOLDEN_ANGLE: f64 = 137.507_764;
/// Lightnesses that pieces take in turn, so that neighbours differ without colour vision too.
const PIECE_LIGHTNESSES: [f64; 5] = [0.90, 0.82, 0.94, 0.78, 0.86];
/// Chroma of pieces.
const PIECE_CHROMA: f64 = 0.06;

/// The colour of a piece by its number.
pub fn piece_colour(piece: usize) -> Rgb {
    let lightness = PIECE_LIGHTNESSES[piece % PIECE_LIGHTNESSES.len()];
    // Light colours of high chroma do not exist on screens.
    let chroma = PIECE_CHROMA * ((1.0 - lightness) / 0.18).min(1.2);
    oklch(lightness, chroma, 40.0 + GOLDEN_ANGLE * piece as f64)
}

/// Lightness, chroma and hue of the first classes; they differ in lightness where they share a hue.
const CLASSES: [[f64; 3]; 8] = [
    [0.95, 0.006, 100.0],
    [0.84, 0.065, 245.0],
    [0.87, 0.075, 62.0],
    [0.60, 0.120, 248.0],
    [0.68, 0.150, 52.0],
    [0.78, 0.085, 165.0],
    [0.76, 0.090, 345.0],
    [0.89, 0.110, 100.0],
];

/// The colour of an output by its number.
pub fn class_colour(class: usize) -> Rgb {
    match CLASSES.get(class) {
        Some([lightness, chroma, hue]) => oklch(*lightness, *chroma, *hue),
        None => oklch(0.72, 0.09, GOLDEN_ANGLE * class as f64),
    }
}

/// The colour of points where several outputs are equally good.
pub fn tie_colour(class: usize) -> Rgb {
    oklch(0.55 - 0.06 * (class % 4) as f64, 0.01, 100.0)
}

/// The colour and the width in pixels of the edges of a hidden layer: dark and wide for the first, then ever finer.
pub fn layer_line(layer: usize, n_layers: usize) -> (Rgb, f64) {
    let share = if n_layers > 1 { layer as f64 / (n_layers - 1) as f64 } else { 0.0 };
    (oklch(0.24 + 0.28 * share, 0.03 + 0.15 * share, 262.0 + 105.0 * share), 1.5 - 0.6 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_far_from_the_middle_are_darker() {
        let scale = ValueScale { low: -1.0, high: 2.0, middle: 0.0 };
        let light = |value: f64| scale.colour(value).0.iter().map(|part| u32::from(*part)).sum::<u32>();
        assert!(light(0.0) > light(0.5) && light(0.5) > light(1.0) && light(1.0) > light(2.0));
        assert!(light(-1.0) > light(-2.0));
        assert_eq!((scale.colour(9.0), scale.colour(f64::NAN)), (scale.colour(2.0), scale.colour(0.0)));
        let flat = ValueScale { low: 3.0, high: 3.0, middle: 3.0 };
        assert_eq!(flat.colour(3.0), scale.colour(0.0));
    }

    #[test]
    fn the_first_colours_differ() {
        let colours: std::collections::HashSet<Rgb> = (0..200).map(piece_colour).collect();
        assert!(colours.len() > 195);
        let colours: std::collections::HashSet<Rgb> = (0..20).map(class_colour).collect();
        assert_eq!(colours.len(), 20);
    }
}
