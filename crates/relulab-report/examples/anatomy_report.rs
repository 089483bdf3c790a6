//! Writes the report of a made-up check, for looking at it: `anatomy_report OUT.html [FIGURES_DIR]`.

#[expect(dead_code, reason = "the other example uses the rest")]
mod synthetic;
mod synthetic_check;

use relulab_report::CheckReport;
use relulab_report::anatomy::{self, Enumeration};
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(page) = arguments.next() else {
        eprintln!("usage: anatomy_report OUT.html [FIGURES_DIR]");
        std::process::exit(2);
    };
    let readings = synthetic_check::readings();
    let claims = synthetic_check::claims(&readings);
    let line = synthetic::summary(16, 12, 200, &["quadratic"], true);
    let plane = synthetic::summary(16, 8, 200, &["quadratic", "interaction"], false);
    let enumeration = |target, input_dim, folder, summary| Enumeration { target, input_dim, folder, summary };
    let enumerations = [
        enumeration("quadratic", 1, "enumeration-1d", &line),
        enumeration("quadratic", 2, "enumeration-2d", &plane),
        enumeration("interaction", 2, "enumeration-2d", &plane),
    ];
    let parts = anatomy::parts(&readings, &enumerations);
    let notes = ["These numbers are made up: they show the report, not a result.".to_owned()];
    let machine = [("scale".to_owned(), "made up".to_owned())];
    let report = CheckReport::new("The anatomy of small networks, checked", &claims)
        .citation(anatomy::CITATION)
        .parts(&parts)
        .notes(&notes)
        .machine(&machine);
    std::fs::write(&page, report.html())?;
    if let Some(folder) = arguments.next() {
        std::fs::create_dir_all(&folder)?;
        for (name, svg) in report.figures() {
            std::fs::write(folder.join(name).with_extension("svg"), svg)?;
        }
    }
    Ok(())
}
