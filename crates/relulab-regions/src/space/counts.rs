//! What is counted, and how far a count may go.

/// How far a search may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// About how many regions are found before the rest is only bounded; `None` for all.
    pub max_regions: Option<u64>,
}

impl Budget {
    /// No end before all regions are found.
    pub const UNLIMITED: Self = Self { max_regions: None };

    /// About `max_regions` regions. The search is split into tasks that get equal shares, each rounded up.
    pub fn regions(max_regions: u64) -> Self {
        Self { max_regions: Some(max_regions) }
    }
}

/// A count that is known, or bounded where the search ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionCount {
    /// At least so many.
    pub lower: u128,
    /// At most so many; `u128::MAX` also stands for more.
    pub upper: u128,
}

impl RegionCount {
    /// The count, where it is known.
    pub fn exact(self) -> Option<u128> {
        (self.lower == self.upper).then_some(self.lower)
    }
}

/// What a unit does on the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitStatus {
    /// Its pre-activation is nowhere negative: the unit is linear.
    StablyActive,
    /// Its pre-activation is nowhere positive: the unit is dead.
    StablyInactive,
    /// Its pre-activation is zero everywhere.
    IdenticallyZero,
    /// Its pre-activation takes both signs.
    Unstable,
}

/// The counts of one network on one domain, and how they were decided.
#[derive(Clone, Debug, PartialEq)]
pub struct SpaceCounts {
    /// Full-dimensional sets with constant on/off pattern; a unit is on where its pre-activation is > 0.
    pub activation_regions: RegionCount,
    /// Regions of the first l hidden layers, for l = 1, 2, …; only those found where `complete` is false.
    pub per_layer: Vec<u64>,
    /// Whether all regions were found.
    pub complete: bool,
    /// Smallest |value| / error bound of the signs asked for in f64; at most 1 exactly when one was not certain.
    pub min_margin: f64,
    /// Number of signs decided in rationals.
    pub exact_fallbacks: u64,
    /// Status of every hidden unit, layer by layer; `None` where `complete` is false.
    pub units: Option<Vec<Vec<UnitStatus>>>,
}
