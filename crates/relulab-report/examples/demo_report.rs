//! Writes the report of a made-up enumeration, for looking at it: `demo_report (formulas|data) OUT.html [FIGURES_DIR]`.

mod synthetic;

use relulab_report::EnumerationReport;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let kind = arguments.next();
    let (summary, page) = match (kind.as_ref().and_then(|kind| kind.to_str()), arguments.next()) {
        (Some("formulas"), Some(page)) => {
            (synthetic::summary(16, 16, 160, &["quadratic", "sin(3*x1) + x2^2"], true), page)
        }
        (Some("data"), Some(page)) => (synthetic::data_summary(16, 16, 160), page),
        _ => {
            eprintln!("usage: demo_report (formulas|data) OUT.html [FIGURES_DIR]");
            std::process::exit(2);
        }
    };
    let machine = [("processor", "a made-up one"), ("cores", "2"), ("vector unit", "AVX-512"), ("memory", "8 GiB")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let notes = [
        "These numbers are made up: they show the report, not a result.".to_owned(),
        "Selection-corrected: the shape is chosen by its median on half of the seeds and scored on the other half, \
         over 200 random halvings; intervals are bootstrap intervals over seeds."
            .to_owned(),
    ];
    let report = EnumerationReport::new(&summary).machine(&machine).notes(&notes);
    std::fs::write(&page, report.html())?;
    if let Some(folder) = arguments.next() {
        std::fs::create_dir_all(&folder)?;
        for (name, svg) in report.figures() {
            std::fs::write(folder.join(name).with_extension("svg"), svg)?;
        }
    }
    Ok(())
}
