//! The benchmark as a table for the terminal.

use super::peer::Peer;
use super::peers::PeerTiming;
use super::report::{Report, Row};
use std::fmt::Write;

/// The order of the peers' columns.
const COLUMNS: [Peer; 3] = [Peer::Jax, Peer::TorchVmap, Peer::TorchEager];

/// The report as text, ending in a newline.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, report);
    text
}

fn write(text: &mut String, report: &Report) -> std::fmt::Result {
    let work = &report.work;
    writeln!(
        text,
        "{} networks a shape, {} Adam steps each, batch {} drawn anew from N(0,1), target x^2, float32",
        work.seeds, work.steps, work.batch
    )?;
    writeln!(
        text,
        "{}, {} cores; {} threads, {}; FMA peak {:.1} GFLOP/s; load at the start {}",
        report.machine.processor,
        report.machine.cores,
        report.threads,
        report.vector_unit,
        report.peak_gflops,
        report.machine.load_text()
    )?;
    let columns: Vec<Peer> =
        COLUMNS.into_iter().filter(|&peer| report.shapes.iter().any(|row| row.peers.get(peer).is_some())).collect();
    write!(text, "\n{:<16}{:>12}{:>10}", "ms a network", "relulab", "of peak")?;
    for peer in &columns {
        write!(text, "{:>14}{:>9}", peer.title(), "ratio")?;
    }
    writeln!(text)?;
    for row in &report.shapes {
        write_row(text, row, &columns)?;
    }
    writeln!(text, "\nEach figure is the fastest of {} runs, taken in turn with the peers' runs;", report.repetitions)?;
    writeln!(text, "the peak is the fastest burst of fused multiply-adds between them.")?;
    for &peer in &columns {
        let timings: Vec<&PeerTiming> = report.shapes.iter().filter_map(|row| row.peers.get(peer)).collect();
        let version = report.versions.as_ref().and_then(|versions| versions.of(peer)).unwrap_or("?");
        writeln!(text, "{} ({version}): {}; {}", peer.title(), peer.method(), how_measured(&timings, work.steps))?;
    }
    for note in &report.notes {
        writeln!(text, "{note}")?;
    }
    Ok(())
}

fn write_row(text: &mut String, row: &Row, columns: &[Peer]) -> std::fmt::Result {
    let widths: Vec<String> = row.shape.iter().map(usize::to_string).collect();
    let shape = format!("[{}]", widths.join(","));
    write!(text, "{shape:<16}{:>12}{:>9.1}%", digits(row.ms_per_network), 100.0 * row.peak_fraction)?;
    for &peer in columns {
        match (row.peers.get(peer), row.ratio.get(peer)) {
            (Some(timing), Some(ratio)) => {
                write!(text, "{:>14}{:>8}×", digits(timing.ms_per_network), digits(*ratio))?;
            }
            _ => write!(text, "{:>14}{:>9}", "-", "-")?,
        }
    }
    writeln!(text)
}

/// What was run of a peer, and what was scaled.
fn how_measured(timings: &[&PeerTiming], steps: u64) -> String {
    let list = |values: Vec<String>| {
        if values.windows(2).all(|pair| pair[0] == pair[1]) {
            values.into_iter().next().unwrap_or_default()
        } else {
            values.join(", ")
        }
    };
    let of = |value: &dyn Fn(&PeerTiming) -> String| list(timings.iter().map(|timing| value(timing)).collect());
    let mut text = format!("networks a run: {}", of(&|timing| timing.networks.to_string()));
    if timings.iter().any(|timing| timing.steps < steps) {
        let _ = write!(text, "; steps timed and scaled to {steps}: {}", of(&|timing| timing.steps.to_string()));
    }
    let _ = write!(text, "; runs: {}", of(&|timing| timing.repetitions.to_string()));
    if timings.iter().any(|timing| timing.compile_seconds.is_some()) {
        let seconds = |timing: &PeerTiming| timing.compile_seconds.map_or("-".to_owned(), |s| format!("{s:.1}"));
        let _ = write!(text, "; compilation, not counted: {} s", of(&seconds));
    }
    text
}

/// A positive number with three significant digits, or all digits before the point.
pub fn digits(value: f64) -> String {
    let decimals = match value {
        _ if value < 1.0 => 3,
        _ if value < 10.0 => 2,
        _ if value < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::sample;
    use super::*;

    #[test]
    fn a_table_with_peers() {
        let text = render(&sample());
        let lines: Vec<&str> = text.lines().collect();
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert!(lines[1].contains("Some CPU, 2 cores; 2 threads, avx512; FMA peak 200.0 GFLOP/s"));
        assert!(lines[1].contains("load at the start 0.50 0.25 0.12"));
        assert_eq!(words(lines[4]), ["[16]", "0.500", "50.0%", "10.0", "20.0×", "2000", "4000×"]);
        assert_eq!(words(lines[5]), ["[]", "0.250", "2.0%", "-", "-", "-", "-"]);
        assert_eq!(lines[3].chars().count(), lines[4].chars().count());
        assert!(text.contains("JAX (0.10.2): jit of vmap"));
        assert!(text.contains("compilation, not counted: 2.5 s"));
        assert!(text.contains("python3 -m pip install torch"));
        assert!(!text.contains("torch vmap"), "a peer without any timing has no column");
    }

    #[test]
    fn scaled_steps_are_told() {
        let timing = |steps, repetitions| PeerTiming {
            ms_per_network: 1.0,
            repetitions,
            networks: 256,
            steps,
            compile_seconds: None,
            median_loss: None,
        };
        let (fast, slow) = (timing(200, 5), timing(200, 2));
        assert_eq!(
            how_measured(&[&fast, &slow], 3000),
            "networks a run: 256; steps timed and scaled to 3000: 200; runs: 5, 2"
        );
    }

    #[test]
    fn three_digits() {
        assert_eq!([0.1234, 1.234, 12.34, 123.4, 1234.5].map(digits), ["0.123", "1.23", "12.3", "123", "1234"]);
    }
}
