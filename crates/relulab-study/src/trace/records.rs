//! The records of a trace: JSON lines, one for each checkpoint of each seed and one for each seed.

use crate::trace::checkpoint::CheckpointRow;
use crate::trace::seed::{SeedRow, SeedTrace};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Seeds whose records share a file.
pub(crate) const SEEDS_PER_FILE: u64 = 8;

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "lowercase")]
enum Line {
    Checkpoint(CheckpointRow),
    Seed(SeedRow),
}

/// The name of the file of these seeds.
pub(crate) fn file_name(seeds: &Range<u64>) -> String {
    format!("seeds-{:06}-{:06}.jsonl", seeds.start, seeds.end.saturating_sub(1))
}

/// The files of seeds 0 to `n` less 1.
pub(crate) fn files(n: u64) -> impl Iterator<Item = Range<u64>> {
    (0..n.div_ceil(SEEDS_PER_FILE)).map(move |k| k * SEEDS_PER_FILE..n.min((k + 1) * SEEDS_PER_FILE))
}

/// The bytes of a file: the lines of each seed's checkpoints, then its own.
pub(crate) fn encode(traces: &[SeedTrace]) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    for trace in traces {
        let rows = trace.rows.iter().cloned().map(Line::Checkpoint);
        for line in rows.chain([Line::Seed(trace.seed.clone())]) {
            serde_json::to_writer(&mut bytes, &line)?;
            bytes.push(b'\n');
        }
    }
    Ok(bytes)
}

/// Reads what [`encode`] wrote for these seeds.
///
/// # Errors
/// In words, when a line cannot be understood or the seeds are others.
pub(crate) fn decode(bytes: &[u8], seeds: &Range<u64>) -> Result<Vec<SeedTrace>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let mut traces = Vec::new();
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let parsed = serde_json::from_str(line).map_err(|error| format!("line {}: {error}", index + 1))?;
        match parsed {
            Line::Checkpoint(row) => rows.push(row),
            Line::Seed(seed) => {
                if rows.iter().any(|row: &CheckpointRow| row.seed != seed.seed) {
                    return Err(format!("line {}: checkpoints of another seed stand before it", index + 1));
                }
                traces.push(SeedTrace { rows: std::mem::take(&mut rows), seed });
            }
        }
    }
    let is_whole = rows.is_empty() && traces.iter().map(|trace| trace.seed.seed).eq(seeds.clone());
    if is_whole { Ok(traces) } else { Err(format!("expected seeds {} to {}", seeds.start, seeds.end - 1)) }
}
