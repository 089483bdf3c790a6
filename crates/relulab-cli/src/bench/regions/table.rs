//! The benchmark as a table for the terminal.

use super::report::{PeerReport, Report, RowReport};
use super::row::thousands;
use crate::bench::table::digits;
use std::fmt::{Result, Write};

/// The report as text, ending in a newline.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, report);
    text
}

fn write(text: &mut String, report: &Report) -> Result {
    writeln!(text, "ReLU networks with PyTorch's initial weights in single precision; every sign of ours is proved")?;
    writeln!(
        text,
        "{}; {} threads, {}; FMA peak {:.1} GFLOP/s in f32; load at the start {}",
        report.machine.text(),
        report.threads,
        report.vector_unit,
        report.peak_gflops,
        report.machine.load_text()
    )?;
    for row in &report.rows {
        write_row(text, row)?;
    }
    writeln!(text, "\nEach time is the fastest of up to {} rounds, taken in turn.", report.repetitions)?;
    if let Some(versions) = &report.versions {
        let found = [
            ("numpy", &versions.numpy),
            ("torch", &versions.torch),
            ("regioncam", &versions.regioncam),
            ("relucent", &versions.relucent),
        ];
        let found: Vec<String> =
            found.into_iter().filter_map(|(name, version)| Some(format!("{name} {}", version.as_ref()?))).collect();
        writeln!(text, "Python {}: {}", versions.python, found.join(", "))?;
    }
    report.notes.iter().try_for_each(|note| writeln!(text, "{note}"))
}

fn write_row(text: &mut String, row: &RowReport) -> Result {
    writeln!(text, "\n{}", row.title)?;
    let of = |count: Option<u64>, name: &str| count.map(|count| format!("{} {name}", thousands(count)));
    let counts = |regions, vertices| {
        let both: Vec<String> = [of(regions, "regions"), of(vertices, "vertices")].into_iter().flatten().collect();
        both.join(", ")
    };
    let speed = thousands(row.regions_per_second as u64);
    line(text, "relulab, count", row.ms, &format!("{}; {speed} regions/s", counts(Some(row.regions), row.vertices)))?;
    if let Some(ms) = row.complex_ms {
        line(text, "relulab, complex kept in memory", ms, "")?;
    }
    for peer in &row.peers {
        let mut more = vec![ratio_text(peer), counts(peer.regions, peer.vertices)];
        match peer.agrees {
            Some(true) => more.push("same count".to_owned()),
            Some(false) => more.push("another count than ours".to_owned()),
            None => {}
        }
        if !peer.finished {
            more.push("stopped".to_owned());
        }
        if peer.quoted {
            more.push("quoted, not measured: another network and machine".to_owned());
        }
        line(text, &format!("{}: {}", peer.peer.name(), peer.method), peer.ms, &more.join("; "))?;
    }
    for target in &row.targets {
        let verdict = match target.reached {
            Some(true) => "reached",
            Some(false) => "not reached",
            None => "unknown without the peer",
        };
        writeln!(text, "  aim: {}: {verdict}", target.target)?;
    }
    Ok(())
}

fn line(text: &mut String, who: &str, ms: f64, more: &str) -> Result {
    writeln!(text, "{}", format!("  {who:<58}{:>9} ms   {more}", digits(ms)).trim_end())
}

/// How many times as long as ours, for the same number of regions.
fn ratio_text(peer: &PeerReport) -> String {
    match peer.complex_ratio {
        Some(complex) => format!("{}× our count, {}× our complex", digits(peer.ratio), digits(complex)),
        None => format!("{}× our count", digits(peer.ratio)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::peers::Peer;
    use super::super::peers::tests::timing;
    use super::super::report::tests::row;
    use super::*;
    use crate::machine::Machine;

    #[test]
    fn a_table_with_peers() {
        let report = Report {
            peak_gflops: 200.0,
            threads: 2,
            vector_unit: "avx512".to_owned(),
            machine: Machine { processor: "Some CPU".to_owned(), cores: 2, load_average: Some([0.5, 0.25, 0.125]) },
            repetitions: 5,
            rows: vec![row(2, vec![timing(Peer::Regioncam, 40.0, Some(999))]), row(4, Vec::new())],
            versions: None,
            notes: vec!["no relucent".to_owned()],
        };
        let text = render(&report);
        assert!(text.contains("1,000 regions, 1,200 vertices; 500,000 regions/s\n"), "{text}");
        assert!(text.contains("20.0× our count, 4.00× our complex; 999 regions; another count than ours\n"), "{text}");
        assert!(text.contains("21,315 regions; quoted, not measured"), "{text}");
        assert!(text.contains("  aim: at least 300,000 regions a second: reached\n"), "{text}");
        assert!(text.ends_with("no relucent\n"));
    }
}
