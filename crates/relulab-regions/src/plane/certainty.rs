//! How certain the decisions were.

/// How the signs were decided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Certainty {
    /// Smallest |value| / bound of the signs that were certain in f64.
    pub margin: f64,
    /// Decisions taken in rationals.
    pub n_exact: u64,
}

impl Default for Certainty {
    fn default() -> Self {
        Self { margin: f64::INFINITY, n_exact: 0 }
    }
}

impl Certainty {
    /// Notes a sign that is certain; the order of the calls does not matter.
    #[inline]
    pub fn note(&mut self, size: f64, error: f64) {
        // Most numbers are ruled out without a division.
        if size <= self.margin * (2.0 * error) {
            self.margin = self.margin.min(size / error);
        }
    }

    /// Takes over what another walk met.
    pub fn merge(&mut self, other: &Self) {
        self.margin = self.margin.min(other.margin);
        self.n_exact += other.n_exact;
    }
}
