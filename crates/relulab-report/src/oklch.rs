//! Colours by lightness, chroma and hue, such that equal steps look equal.
//!
//! *Reference*: Björn Ottosson, A perceptual color space for image processing (2020), for the two matrices.

use std::fmt;

/// A colour of the screen: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub [u8; 3]);

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// From the cube roots of cone responses to the coordinates of Oklab, inverted.
const ROOTS_FROM_LAB: [[f64; 3]; 3] = [
    [1.0, 0.396_337_777_4, 0.215_803_757_3],
    [1.0, -0.105_561_345_8, -0.063_854_172_8],
    [1.0, -0.089_484_177_5, -1.291_485_548_0],
];

/// From cone responses to linear red, green and blue.
const RGB_FROM_CONES: [[f64; 3]; 3] = [
    [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
    [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
    [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0],
];

/// The colour with a lightness (0 to 1), a chroma (0 is grey) and a hue in degrees, each channel cut to its range.
pub fn oklch(lightness: f64, chroma: f64, hue: f64) -> Rgb {
    let (sine, cosine) = hue.to_radians().sin_cos();
    let cones = times(&ROOTS_FROM_LAB, [lightness, chroma * cosine, chroma * sine]).map(|root| root * root * root);
    Rgb(times(&RGB_FROM_CONES, cones).map(|light| (255.0 * encoded(light.clamp(0.0, 1.0))).round() as u8))
}

fn times(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(entry, part)| entry * part).sum())
}

/// The transfer function of sRGB.
fn encoded(light: f64) -> f64 {
    if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_come_out() {
        assert_eq!(oklch(1.0, 0.0, 0.0).to_string(), "#ffffff");
        assert_eq!(oklch(0.0, 0.0, 0.0).to_string(), "#000000");
        // The primaries, from their published coordinates.
        assert_eq!(oklch(0.627_955, 0.257_683, 29.233_9).to_string(), "#ff0000");
        assert_eq!(oklch(0.452_014, 0.313_214, 264.052).to_string(), "#0000ff");
    }
}
