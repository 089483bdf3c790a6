//! Plans, resumable jobs, records and their statistics: the crate that owns files, clocks and job scheduling.

pub mod summary;
