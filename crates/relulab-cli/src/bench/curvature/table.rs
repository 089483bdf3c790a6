//! The benchmark as a table for the terminal.

use super::report::{Report, RowReport};
use super::sample::N_POINTS;
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
        "ReLU, mean squared error on {N_POINTS} points of N(0,1), target x^2, PyTorch's initial weights, float64"
    )?;
    writeln!(
        text,
        "{}; {} threads, {}; FMA peak {:.1} GFLOP/s in f32, half of it in f64; load at the start {}",
        report.machine.text(),
        report.threads,
        report.vector_unit,
        report.peak_gflops,
        report.machine.load_text()
    )?;
    for row in &report.rows {
        write_row(text, row)?;
    }
    writeln!(text, "\nEach time is the fastest of up to {} runs, taken in turn.", report.repetitions)?;
    if let Some(versions) = &report.versions {
        let found = [
            ("torch", &versions.torch),
            ("scipy", &versions.scipy),
            ("curvlinops", &versions.curvlinops),
            ("pyhessian", &versions.pyhessian),
        ];
        let found: Vec<String> =
            found.into_iter().filter_map(|(name, version)| Some(format!("{name} {}", version.as_ref()?))).collect();
        writeln!(text, "Python {}: {}", versions.python, found.join(", "))?;
    }
    report.notes.iter().try_for_each(|note| writeln!(text, "{note}"))
}

fn write_row(text: &mut String, row: &RowReport) -> Result {
    let verdict = match row.reached {
        Some(true) => "reached",
        Some(false) => "not reached",
        None => "unknown without peers",
    };
    writeln!(text, "\n{} (aim: {}: {verdict})", row.title, row.target)?;
    let mut ours = vec![String::new()];
    if let Some(ms) = row.hessian_ms {
        ours.push(format!("Hessian alone {} ms", digits(ms)));
    }
    if let (Some(gradients), Some(ms)) = (row.gradients, row.gradient_ms) {
        ours.push(format!("{gradients:.2} gradients of {} ms", digits(ms)));
    }
    if let Some(fraction) = row.peak_fraction {
        ours.push(format!("gradient at {:.0}% of the f64 peak", 100.0 * fraction));
    }
    ours.extend(row.products.map(|n| format!("{n} products")));
    ours.extend(row.residual.map(|residual| format!("residuals up to {residual:.1e}")));
    writeln!(text, "  {:<66}{:>10} ms{}", "relulab", digits(row.ms), ours.join("; ").replacen("; ", "   ", 1))?;
    for peer in &row.peers {
        let mut more = Vec::new();
        more.push(format!("{}×", digits(peer.ms / row.ms)));
        if !peer.finished {
            more.push("stopped before the end".to_owned());
        }
        if let Some(ms) = peer.gradient_ms {
            more.push(format!("{:.2} gradients of {} ms", peer.ms / ms, digits(ms)));
        }
        more.extend(peer.products.map(|n| format!("{n} products")));
        more.extend(peer.residual.map(|residual| format!("residuals up to {residual:.1e}")));
        let than = if peer.finished { ' ' } else { '>' };
        writeln!(text, "  {:<65}{than}{:>10} ms   {}", peer.method, digits(peer.ms), more.join("; "))?;
    }
    if let Some(share) = row.disagreement {
        writeln!(text, "  eigenvalues differ by at most {share:.0e} of the largest from the fastest peer's")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::peers::Timing;
    use super::super::report::tests::{ours, timing};
    use super::super::row::Row;
    use super::*;
    use crate::machine::Machine;

    #[test]
    fn a_table_with_peers() {
        let stopped = Timing { finished: false, ..timing(20000.0) };
        let report = Report {
            peak_gflops: 200.0,
            threads: 2,
            vector_unit: "avx512".to_owned(),
            machine: Machine { processor: "Some CPU".to_owned(), cores: 2, load_average: Some([0.5, 0.25, 0.125]) },
            repetitions: 5,
            rows: vec![
                RowReport::new(ours(Row::Product), vec![timing(1.0)], 200.0),
                RowReport::new(ours(Row::Lanczos), vec![stopped], 200.0),
            ],
            versions: None,
            notes: vec!["no scipy".to_owned()],
        };
        let text = render(&report);
        assert!(text.contains("Some CPU, 2 cores; 2 threads, avx512; FMA peak 200.0 GFLOP/s in f32"), "{text}");
        assert!(text.contains("2.00 ms   2.00 gradients of 1.00 ms; gradient at 50% of the f64 peak"), "{text}");
        assert!(text.contains(">     20000 ms   10000×; stopped before the end"), "{text}");
        assert!(text.ends_with("no scipy\n"));
    }
}
