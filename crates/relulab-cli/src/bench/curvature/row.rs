//! What is measured: the rows of the table.

use super::peers::Peer;
use relulab_net::{Shape, ShapeError};

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// Hessian and all its eigenvalues and vectors, one small network.
    Spectrum,
    /// The same for many small networks.
    Spectra,
    /// A Hessian product, held against a gradient.
    Product,
    /// The largest eigenpairs of a large network.
    Lanczos,
}

impl Row {
    /// In the order in which they are measured.
    pub const ALL: [Self; 4] = [Self::Spectrum, Self::Spectra, Self::Product, Self::Lanczos];

    /// Its name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spectrum => "spectrum",
            Self::Spectra => "spectra",
            Self::Product => "product",
            Self::Lanczos => "lanczos",
        }
    }

    /// What is done, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Spectrum => "Hessian and eigenpairs of 1→16→1",
            Self::Spectra => "the same, 1000 networks",
            Self::Product => "Hessian product, 1→312→312→1",
            Self::Lanczos => "its top 10 eigenpairs",
        }
    }

    /// What is aimed at, in words.
    pub fn target(self) -> &'static str {
        match self {
            Self::Spectrum => "at least 100 times faster than torch.func.hessian and eigh",
            Self::Spectra => "below 0.2 s",
            Self::Product => "at most 4 gradients",
            Self::Lanczos => "faster than curvlinops or PyHessian",
        }
    }

    /// Whether it is of the large network.
    pub fn is_large(self) -> bool {
        matches!(self, Self::Product | Self::Lanczos)
    }

    /// The shape of its networks.
    ///
    /// # Errors
    /// Never: both shapes are valid.
    pub fn shape(self) -> Result<Shape, ShapeError> {
        Shape::new(1, if self.is_large() { vec![312, 312] } else { vec![16] }, 1)
    }

    /// Number of networks.
    pub fn n_networks(self) -> usize {
        if self == Self::Spectra { 1000 } else { 1 }
    }

    /// Who else can do it.
    pub fn peers(self) -> &'static [Peer] {
        match self {
            Self::Spectrum => &[Peer::TorchSpectrum { threads: 1 }, Peer::TorchSpectrum { threads: 0 }],
            Self::Spectra => &[Peer::TorchVmap],
            Self::Product => &[Peer::TorchProduct],
            Self::Lanczos => &[Peer::TorchEigsh, Peer::Curvlinops, Peer::PyHessian],
        }
    }
}
