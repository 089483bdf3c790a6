//! How certain the decisions were.

/// How the signs were decided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Certainty {
    /// The least |value| and its bound, by their quotient.
    least: (f64, f64),
    /// Decisions taken in rationals.
    pub n_exact: u64,
}

impl Default for Certainty {
    fn default() -> Self {
        Self { least: (1.0, 0.0), n_exact: 0 }
    }
}

impl Certainty {
    /// Notes a sign that is certain.
    #[inline]
    pub fn note(&mut self, size: f64, error: f64) {
        if size * self.least.1 < self.least.0 * error {
            self.least = (size, error);
        }
    }

    /// Smallest |value| / bound of the signs that were certain in f64.
    pub fn margin(&self) -> f64 {
        self.least.0 / self.least.1
    }

    /// Takes over what another walk met.
    pub fn merge(&mut self, other: &Self) {
        self.note(other.least.0, other.least.1);
        self.n_exact += other.n_exact;
    }
}
