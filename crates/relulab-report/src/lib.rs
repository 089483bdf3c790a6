//! Records become figures and self-contained HTML: the crate that draws, and knows nothing of engines or files.
//!
//! Everything here is a pure function from a finished document to text. [`EnumerationReport`] turns the summary
//! of an enumeration into one HTML page that needs no network and into SVG figures; [`CheckReport`] does the same for the
//! claims of a paper. Who calls them writes the files.
//!
//! The layers, bottom up: [`number`] and [`escape`] make text safe and readable; [`svg`] writes elements;
//! [`scale`], [`axis`], [`panel`] and [`legend`] are a small plotting library without opinions about studies;
//! [`figure`] holds one file per figure; [`html`] writes pages and tables; [`enumeration`] assembles one report, and
//! [`check`] another for any paper, with the figures that [`anatomy`], [`theory`], [`jumpstart`] and [`narrow`] bring. [`picture`] draws
//! exact geometry, and [`png`](mod@png) makes images of figures.
//!
//! Invariants: no clock, no file, no random number; no address outside the page; every text from a user passes
//! through [`escape`].

pub mod anatomy;
pub mod axis;
pub mod check;
pub mod enumeration;
pub mod escape;
pub mod figure;
pub mod findings;
pub mod geometry;
pub mod html;
pub mod jumpstart;
pub mod legend;
pub mod loss_view;
pub mod narrow;
pub mod number;
pub mod oklch;
pub mod palette;
pub mod panel;
pub mod picture;
pub mod png;
pub mod scale;
pub mod svg;
pub mod theory;
pub mod trace;

pub use check::CheckReport;
pub use enumeration::EnumerationReport;
pub use figure::Figure;
pub use geometry::GeometryReport;
pub use loss_view::LossView;
pub use picture::{GraphPicture, PlanePicture};
pub use trace::TraceReport;
