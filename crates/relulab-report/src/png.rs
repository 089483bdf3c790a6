//! Figures as PNG files, with a typeface of their own, so that they look the same on every machine.

mod typeface;

use crate::figure::{Figure, TITLE_HEIGHT};
use crate::picture::Raster;
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg;

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The drawing cannot be read back.
    #[error("the drawing cannot be made into an image: {0}")]
    Drawing(String),
    /// The image has no pixels, or too many.
    #[error("an image of {width} × {height} pixels cannot be made")]
    Size {
        /// Pixels of a row.
        width: usize,
        /// Number of rows.
        height: usize,
    },
    /// The image cannot be written down.
    #[error("the image cannot be encoded: {0}")]
    Encoding(String),
}

/// An image that lies below a figure, with the place of its upper left corner in the figure.
#[derive(Clone, Copy, Debug)]
pub struct Underlay<'a> {
    /// The image, at the resolution of the result.
    pub raster: &'a Raster,
    /// Where it lies.
    pub corner: (f64, f64),
}

/// Draws a figure with so many pixels per pixel of its own, over an image if there is one.
///
/// # Errors
/// When the figure is too large, or not a drawing.
pub fn render(figure: &Figure, underlay: Option<Underlay<'_>>, resolution: usize) -> Result<Vec<u8>, PngError> {
    let drawing = |svg: &str| {
        let outlined = typeface::outlined(svg).map_err(|error| PngError::Drawing(error.to_string()))?;
        usvg::Tree::from_str(&outlined, &usvg::Options::default()).map_err(|error| PngError::Drawing(error.to_string()))
    };
    let tree = drawing(&figure.without_paper())?;
    let size = tree.size();
    let factor = resolution as f32;
    let [width, height] = [size.width() * factor, size.height() * factor].map(|length| length.round() as usize);
    let mut pixmap = pixmap(width, height)?;
    resvg::render(&drawing(&figure.paper())?, Transform::from_scale(factor, factor), &mut pixmap.as_mut());
    if let Some(Underlay { raster, corner: (left, top) }) = underlay {
        let first = |length: f64| (length * resolution as f64).round() as usize;
        lay(&mut pixmap, raster, first(left), first(top + TITLE_HEIGHT));
    }
    resvg::render(&tree, Transform::from_scale(factor, factor), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| PngError::Encoding(error.to_string()))
}

/// An image as an address that holds all of it.
///
/// # Errors
/// When the image has no pixels.
pub fn data_address(raster: &Raster) -> Result<String, PngError> {
    let mut pixmap = pixmap(raster.width, raster.height)?;
    lay(&mut pixmap, raster, 0, 0);
    let bytes = pixmap.encode_png().map_err(|error| PngError::Encoding(error.to_string()))?;
    Ok(format!("data:image/png;base64,{}", base64(&bytes)))
}

fn pixmap(width: usize, height: usize) -> Result<Pixmap, PngError> {
    let size = u32::try_from(width).ok().zip(u32::try_from(height).ok());
    size.and_then(|(width, height)| Pixmap::new(width, height)).ok_or(PngError::Size { width, height })
}

/// Copies an image into a larger one; what does not fit is left out.
fn lay(pixmap: &mut Pixmap, raster: &Raster, left: usize, top: usize) {
    let (width, height) = (pixmap.width() as usize, pixmap.height() as usize);
    for (index, [red, green, blue]) in raster.pixels.iter().enumerate() {
        let (x, y) = (left + index % raster.width, top + index / raster.width);
        let colour = PremultipliedColorU8::from_rgba(*red, *green, *blue, u8::MAX);
        if let (true, Some(colour)) = (x < width && y < height, colour) {
            pixmap.pixels_mut()[y * width + x] = colour;
        }
    }
}

/// Bytes in the 64 characters of RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const CHARACTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let part = |k: usize| u32::from(chunk.get(k).copied().unwrap_or(0));
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        for k in 0..4 {
            let character = CHARACTERS[(bits >> (18 - 6 * k) & 63) as usize];
            text.push(if k <= chunk.len() { char::from(character) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
