//! Pictures of exact geometry: cells of the plane with their edges and level lines, and functions of one variable.
//!
//! Whoever calls this crate has computed the geometry; here it gets colours, axes and a legend. A picture is an SVG file,
//! a PNG file with its own type, or an element of a page.

mod graph;
mod layout;
mod mosaic;
mod paint;
mod raster;
mod vector;

pub use graph::{Branch, GraphPicture};
pub use mosaic::Mosaic;
pub use paint::{Paint, ValueScale, class_colour, layer_line, piece_colour, tie_colour};
pub use raster::{Raster, View};

use crate::figure::Figure;
use crate::oklch::{Rgb, oklch};
use crate::png::{self, PngError, Underlay};
use layout::Layout;

/// Polygons above which an SVG holds them as an image: browsers become slow, and files large.
pub const MOST_VECTOR_CELLS: usize = 20_000;
/// Pixels of an image per pixel of the drawing, in each direction.
pub const RESOLUTION: usize = 2;

/// Polygons of the plane, what is drawn over them, and what the reader needs to know.
#[derive(Clone, Debug)]
pub struct PlanePicture {
    /// What is shown.
    pub title: String,
    /// Sentences below the axes.
    pub caption: String,
    /// Ends of the picture in each coordinate.
    pub ends: [[f64; 2]; 2],
    /// Names of the coordinates.
    pub axes: [String; 2],
    /// The polygons, which fill the picture.
    pub mosaic: Mosaic,
    /// How they are painted.
    pub paints: Vec<Paint>,
    /// Colours of values and what the values are, where polygons show them.
    pub scale: Option<(ValueScale, String)>,
    /// Heading and entries of the legend of plain colours.
    pub keys: (String, Vec<(Rgb, String)>),
    /// Edges by hidden layer, as pairs of the mosaic's points.
    pub layers: Vec<Vec<[u32; 2]>>,
    /// Whether the edges stand back behind the colours.
    pub quiet_edges: bool,
    /// Lines drawn over everything, with the name of what they are.
    pub contour: Option<(String, Vec<[[f64; 2]; 2]>)>,
    /// For every polygon what hovering shows; empty for nothing.
    pub notes: Vec<String>,
}

/// How the polygons come into a drawing.
enum Cells<'a> {
    /// As paths.
    Paths,
    /// As an image in a data address.
    Image(&'a str),
    /// Not at all: what the drawing is laid over shows them.
    Below,
}

impl PlanePicture {
    /// The picture as a figure of a page, or of a file of its own.
    ///
    /// # Errors
    /// When the picture has so many polygons that they become an image, and that cannot be encoded.
    pub fn figure(&self) -> Result<Figure, PngError> {
        if self.mosaic.n_faces() <= MOST_VECTOR_CELLS {
            return Ok(self.draw(&Cells::Paths));
        }
        let address = png::data_address(&self.raster(&Layout::new(self)))?;
        Ok(self.draw(&Cells::Image(&address)))
    }

    /// The picture as a PNG file; polygons are sampled, everything else is drawn over them.
    ///
    /// # Errors
    /// When the image cannot be made.
    pub fn png(&self) -> Result<Vec<u8>, PngError> {
        let layout = Layout::new(self);
        let underlay = Underlay { raster: &self.raster(&layout), corner: (layout.frame.left, layout.frame.top) };
        png::render(&self.draw(&Cells::Below), Some(underlay), RESOLUTION)
    }

    fn draw(&self, cells: &Cells<'_>) -> Figure {
        let layout = Layout::new(self);
        let svg = vector::draw(self, &layout, cells);
        Figure::new("plane", self.title.clone(), self.caption.clone(), (layout.width, layout.height), svg)
    }

    fn raster(&self, layout: &Layout) -> Raster {
        let view = View { ends: self.ends, paints: &self.paints, scale: self.value_scale(), ground: ground() };
        let [width, height] = [layout.frame.right - layout.frame.left, layout.frame.bottom - layout.frame.top]
            .map(|length| length as usize * RESOLUTION);
        Raster::draw(&self.mosaic, &view, width, height)
    }

    /// The colours of values; without values they do not matter.
    fn value_scale(&self) -> ValueScale {
        self.scale.as_ref().map_or(ValueScale { low: 0.0, high: 0.0, middle: 0.0 }, |(scale, _)| *scale)
    }
}

/// What is seen where nothing is.
fn ground() -> Rgb {
    oklch(0.99, 0.0, 0.0)
}
