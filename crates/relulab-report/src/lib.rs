//! Placeholder charter, replaced by the crate's first commit.
