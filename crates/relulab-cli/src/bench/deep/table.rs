//! The benchmark as a table for the terminal.

use super::report::{CELL_RATIO, PENALTY_RATIO, Report};
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
    writeln!(
        text,
        "MOONS, 85 points in every step, Adam, {} epochs, float32; one network of width {} and depth {}, one thread",
        report.steps, report.width, report.depth
    )?;
    writeln!(
        text,
        "{}; {}; FMA peak of a thread {:.1} GFLOP/s; load at the start {}",
        report.machine.text(),
        report.vector_unit,
        report.peak_gflops,
        report.machine.load_text()
    )?;
    writeln!(
        text,
        "\n{:<26}{:>10}{:>10}{:>16}{:>16}{:>9}",
        "ms a cell", "relulab", "of peak", "torch, 1 thr", "torch, all", "ratio"
    )?;
    for row in &report.cells {
        let torch = |k: usize| row.torch.get(k).map_or("-".to_owned(), |timing| digits(timing.ms));
        let ratio = row.ratio.map_or("-".to_owned(), |ratio| format!("{}×", digits(ratio)));
        writeln!(
            text,
            "{:<26}{:>10}{:>9.0}%{:>16}{:>16}{:>9}{}",
            row.title,
            digits(row.ms),
            100.0 * row.peak_fraction,
            torch(0),
            torch(1),
            ratio,
            row.reached.map_or("", verdict)
        )?;
    }
    writeln!(text, "aim: {CELL_RATIO:.0}× against PyTorch at its best; its times are scaled from fewer steps\n")?;
    for row in &report.penalties {
        let torch = row.torch_ratio.map_or(String::new(), |ratio| format!("; PyTorch {ratio:.2}"));
        let verdict = verdict(row.reached);
        writeln!(
            text,
            "penalty, {}: {:.2} baselines{torch} (aim: {PENALTY_RATIO}){verdict}",
            row.structure, row.ratio
        )?;
    }
    for (row, cells) in report.penalties.iter().zip(report.cells.chunks_exact(2)) {
        let mib = |bytes: u64| format!("{:.2} MiB", bytes as f64 / f64::from(1 << 20));
        let torch = cells[0].torch_bytes().zip(row.torch_memory_ratio);
        let torch = torch.map_or(String::new(), |(bytes, ratio)| format!("; PyTorch {ratio:.2} of {}", mib(bytes)));
        writeln!(text, "memory, {}: {:.2} of {}{torch}", row.structure, row.memory_ratio, mib(cells[0].bytes))?;
    }
    for row in &report.studies {
        writeln!(
            text,
            "study, {}: {} minutes a seed on {} threads, baseline and jumpstart (aim: {}){}",
            row.structure,
            digits(row.minutes),
            report.threads,
            row.target,
            verdict(row.reached)
        )?;
    }
    writeln!(
        text,
        "\nEach time is the fastest of {} runs, taken in turn; the study is scaled from fewer epochs.",
        report.repetitions
    )?;
    if let Some(versions) = &report.versions {
        writeln!(text, "Python {}, torch {}", versions.python, versions.torch.as_deref().unwrap_or("missing"))?;
    }
    report.notes.iter().try_for_each(|note| writeln!(text, "{note}"))
}

fn verdict(reached: bool) -> &'static str {
    if reached { " reached" } else { " not reached" }
}

#[cfg(test)]
mod tests {
    use super::super::cell::Kind;
    use super::super::report::tests::row;
    use super::super::report::{PenaltyRow, StudyRow};
    use super::*;
    use crate::machine::Machine;
    use relulab_train::Structure;

    #[test]
    fn a_table_with_a_peer() {
        let cells = vec![row(Kind::ALL[0], &[20.0], &[4000.0, 2500.0]), row(Kind::ALL[1], &[25.0], &[])];
        let report = Report {
            peak_gflops: 100.0,
            threads: 2,
            vector_unit: "avx512".to_owned(),
            machine: Machine { processor: "Some CPU".to_owned(), cores: 2, load_average: Some([0.5, 0.25, 0.125]) },
            width: 10,
            depth: 60,
            steps: 5000,
            repetitions: 3,
            penalties: vec![PenaltyRow::new(&cells[0], &cells[1])],
            cells,
            studies: vec![StudyRow::new(Structure::Dense, 2.5, 20)],
            versions: None,
            notes: vec!["no torch".to_owned()],
        };
        let text = render(&report);
        let words = |start: &str| {
            let line = text.lines().find(|line| line.starts_with(start)).unwrap();
            line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(words("dense, baseline"), ["dense,", "baseline", "20.0", "50%", "4000", "2500", "125×", "reached"]);
        assert_eq!(words("dense, jumpstart"), ["dense,", "jumpstart", "25.0", "40%", "-", "-", "-"]);
        assert!(text.contains("penalty, dense: 1.25 baselines (aim: 1.3) reached"), "{text}");
        assert!(text.contains("memory, dense: 1.50 of 0.50 MiB\n"), "{text}");
        assert!(text.contains("study, dense: 2.50 minutes a seed on 2 threads"), "{text}");
        assert!(text.ends_with("no torch\n"));
    }
}
