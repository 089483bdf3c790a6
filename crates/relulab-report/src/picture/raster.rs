//! Mosaics as pixels: every sample belongs to exactly one polygon, so no seam shows, however many there are.

use super::mosaic::Mosaic;
use super::paint::{Paint, ValueScale};
use crate::oklch::Rgb;

/// Samples of a pixel in each direction.
const SAMPLES: usize = 3;
/// Colours of values that are computed beforehand.
const N_SHADES: usize = 1024;

/// An image without transparency, row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    /// Pixels of a row.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
    /// Red, green and blue of every pixel.
    pub pixels: Vec<[u8; 3]>,
}

/// What a raster shows: an interval in each coordinate, and how polygons there are painted.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Ends in each coordinate.
    pub ends: [[f64; 2]; 2],
    /// Paints by their numbers.
    pub paints: &'a [Paint],
    /// Colours of values.
    pub scale: ValueScale,
    /// Where there is no polygon.
    pub ground: Rgb,
}

impl Raster {
    /// Draws a mosaic with so many pixels.
    ///
    /// *Algorithm*: for each polygon and each line of samples, the interval between its crossings with the polygon's
    /// sides; both polygons of a side compute the same crossing. A pixel is the mean of its samples.
    pub fn draw(mosaic: &Mosaic, view: &View<'_>, width: usize, height: usize) -> Self {
        let shades: Vec<Rgb> = (0..N_SHADES)
            .map(|shade| view.scale.low + (view.scale.high - view.scale.low) * shade as f64 / (N_SHADES - 1) as f64)
            .map(|value| view.scale.colour(value))
            .collect();
        let mut canvas = Canvas { width, height, sums: vec![[0; 3]; width * height], counts: vec![0; width * height] };
        let [[left, right], [bottom, top]] = view.ends;
        let per_x = (width * SAMPLES) as f64 / (right - left);
        let per_y = (height * SAMPLES) as f64 / (top - bottom);
        let placed: Vec<[f64; 2]> =
            mosaic.points().iter().map(|[x, y]| [(x - left) * per_x, (top - y) * per_y]).collect();
        for face in 0..mosaic.n_faces() {
            let corners = mosaic.corners(face);
            match view.paints.get(mosaic.paint(face) as usize) {
                Some(Paint::Plain(colour)) => canvas.fill(&placed, corners, |_, _| *colour),
                Some(Paint::Value([a, b, c])) => {
                    // The map in terms of samples, as a place in the table of shades.
                    let per_value = (N_SHADES - 1) as f64 / (view.scale.high - view.scale.low);
                    let (along, down) = (a / per_x * per_value, -b / per_y * per_value);
                    let start = (a * left + b * top + c - view.scale.low) * per_value;
                    canvas.fill(&placed, corners, |x, y| {
                        let shade = start + along * x + down * y;
                        // NaN, where all values are one, becomes 0.
                        shades[shade.round().clamp(0.0, (N_SHADES - 1) as f64) as usize]
                    });
                }
                None => {}
            }
        }
        canvas.finish(view.ground)
    }
}

/// Sums of samples.
struct Canvas {
    width: usize,
    height: usize,
    sums: Vec<[u32; 3]>,
    counts: Vec<u32>,
}

impl Canvas {
    /// Paints the samples inside a convex polygon, each with the colour of its place.
    fn fill(&mut self, points: &[[f64; 2]], corners: &[u32], colour: impl Fn(f64, f64) -> Rgb) {
        let heights = corners.iter().map(|corner| points[*corner as usize][1]);
        let (low, high) = heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), y| (l.min(y), h.max(y)));
        let [first, end] = [low, high].map(|y| first_sample(y, self.height * SAMPLES));
        for row in first..end {
            let y = row as f64 + 0.5;
            let (mut left, mut right) = (f64::INFINITY, f64::NEG_INFINITY);
            for (place, corner) in corners.iter().enumerate() {
                let ends = [*corner, corners[(place + 1) % corners.len()]].map(|corner| points[corner as usize]);
                if let Some(x) = crossing(ends, y) {
                    (left, right) = (left.min(x), right.max(x));
                }
            }
            let [first, end] = [left, right].map(|x| first_sample(x, self.width * SAMPLES));
            for column in first..end {
                let pixel = row / SAMPLES * self.width + column / SAMPLES;
                let Rgb(parts) = colour(column as f64 + 0.5, y);
                for (sum, part) in self.sums[pixel].iter_mut().zip(parts) {
                    *sum += u32::from(part);
                }
                self.counts[pixel] += 1;
            }
        }
    }

    /// The means.
    fn finish(self, ground: Rgb) -> Raster {
        let full = (SAMPLES * SAMPLES) as u32;
        let mean = |(sums, count): (&[u32; 3], &u32)| {
            let missing = full.saturating_sub(*count);
            let total = full.max(*count);
            let part = |k: usize| (sums[k] + missing * u32::from(ground.0[k]) + total / 2) / total;
            [0, 1, 2].map(|k| part(k) as u8)
        };
        let pixels = self.sums.iter().zip(&self.counts).map(mean).collect();
        Raster { width: self.width, height: self.height, pixels }
    }
}

/// The first sample whose centre is not below a coordinate, of so many.
fn first_sample(coordinate: f64, n_samples: usize) -> usize {
    // What is not finite becomes 0 or the end.
    ((coordinate - 0.5).ceil().max(0.0) as usize).min(n_samples)
}

/// Where a side crosses a height, if it does: its lower end belongs to it and its upper end does not.
fn crossing(ends: [[f64; 2]; 2], y: f64) -> Option<f64> {
    let [[x1, y1], [x2, y2]] = if ends[0][1] <= ends[1][1] { ends } else { [ends[1], ends[0]] };
    (y1 <= y && y < y2).then(|| x1 + (y - y1) / (y2 - y1) * (x2 - x1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgb = Rgb([200, 0, 0]);
    const BLUE: Rgb = Rgb([0, 0, 200]);
    const SCALE: ValueScale = ValueScale { low: 0.0, high: 4.0, middle: 0.0 };

    /// A square of side 4 in two triangles.
    fn triangles() -> Mosaic {
        let mut mosaic = Mosaic::new(vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]);
        mosaic.push(&[0, 1, 2], 0);
        mosaic.push(&[0, 2, 3], 1);
        mosaic
    }

    #[test]
    fn triangles_fill_their_halves() {
        let paints = [Paint::Plain(RED), Paint::Plain(BLUE)];
        let view = View { ends: [[0.0, 4.0]; 2], paints: &paints, scale: SCALE, ground: Rgb([255; 3]) };
        let raster = Raster::draw(&triangles(), &view, 4, 4);
        assert_eq!((raster.pixels[0], raster.pixels[15 - 1]), (BLUE.0, RED.0));
        // On the diagonal both have a share, and the ground has none.
        let [red, green, blue] = raster.pixels[3];
        assert!(red > 0 && blue > 0 && green == 0 && (199..=201).contains(&(u32::from(red) + u32::from(blue))));
    }

    #[test]
    fn values_shade_and_what_is_outside_is_ground() {
        let paints = [Paint::Value([1.0, 0.0, 0.0]), Paint::Value([1.0, 0.0, 0.0])];
        let view = View { ends: [[0.0, 8.0], [0.0, 4.0]], paints: &paints, scale: SCALE, ground: Rgb([9; 3]) };
        let raster = Raster::draw(&triangles(), &view, 80, 40);
        assert_eq!(raster.pixels[79], [9; 3]);
        for column in [0, 13, 39] {
            let expected = SCALE.colour((column as f64 + 0.5) / 10.0).0;
            let found = raster.pixels[80 * 20 + column];
            assert!(found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 2), "{found:?} {expected:?}");
        }
    }

    #[test]
    fn slivers_and_points_at_the_rim_do_no_harm() {
        let mut mosaic = Mosaic::new(vec![[0.0, 0.0], [4.0, 1e-12], [4.0, 0.0], [f64::NAN, 9.0], [1e300, -1e300]]);
        mosaic.push(&[0, 2, 1], 0);
        mosaic.push(&[0, 3, 4], 0);
        mosaic.push(&[], 0);
        let view = View { ends: [[0.0, 4.0]; 2], paints: &[Paint::Plain(RED)], scale: SCALE, ground: BLUE };
        assert_eq!(Raster::draw(&mosaic, &view, 3, 3).pixels.len(), 9);
    }
}
