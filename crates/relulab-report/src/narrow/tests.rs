//! The figures from readings that every experiment could have left.

use super::*;
use crate::check::exhibit::Content;
use relulab_study::check::Scale;
use relulab_study::narrow::{self, vision};
use roxmltree::Document;

/// Six seeds for every quantity that a figure draws; one of them has failed.
fn readings() -> ByExperiment {
    let mut all = ByExperiment::new();
    let experiments = narrow::experiments(&narrow::Data::default());
    let jobs = experiments.iter().map(|one| (one.name(), one.jobs(Scale::Full)));
    for (experiment, jobs) in jobs.chain([("vision", vision::jobs_of(&["mnist", "fashion-mnist"], Scale::Full))]) {
        let readings = all.entry(experiment.to_owned()).or_default();
        for (place, job) in jobs.iter().enumerate() {
            for seed in 0..6 {
                let value = if seed == 5 { f64::NAN } else { 0.01 * (place + 1) as f64 + 0.001 * seed as f64 };
                for quantity in
                    ["loss", "test error", "training error", "lambda_min", "sigma_min at 0", "sigma_min at 80"]
                {
                    readings.push(job, seed, quantity, value);
                }
                readings.push(job, seed, "is stationary", f64::from(u8::from(seed % 2 == 0)));
            }
            if job.contains("share=") {
                readings.push(job, 0, "width", 10.0 + place as f64);
            }
        }
    }
    all
}

#[test]
fn every_figure_is_drawn_and_well_formed() {
    let parts = parts(&readings());
    let exhibits: Vec<&Exhibit> = parts.iter().flat_map(|part| &part.exhibits).collect();
    assert_eq!(exhibits.len(), 8);
    for exhibit in exhibits {
        let Content::Drawn(figure, table) = &exhibit.content else { panic!("{} is not drawn", exhibit.name) };
        let svg = figure.standalone();
        let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{}: {error}", exhibit.name));
        for node in document.descendants() {
            for attribute in node.attributes() {
                let value = attribute.value();
                assert!(!value.contains("NaN") && !value.contains("inf"), "{}: {value}", exhibit.name);
            }
        }
        assert!(table.matches("<tr>").count() > 4, "{}: {table}", exhibit.name);
    }
}

#[test]
fn the_four_panels_have_a_cell_for_every_width_and_radius() {
    let exhibit = panels::exhibit(&readings());
    let Content::Drawn(figure, table) = &exhibit.content else { panic!("not drawn") };
    let svg = figure.standalone();
    let document = Document::parse(&svg).unwrap();
    let cells = document.descendants().filter(|node| node.has_tag_name("rect") && node.attribute("fill").is_some());
    assert_eq!(cells.count(), 4 * 5 * 6);
    assert_eq!(table.matches("<tr>").count(), 1 + 2 * 5 * 6);
    for letter in ["(a)", "(b)", "(c)", "(d)"] {
        assert!(svg.contains(letter));
    }
}

#[test]
fn what_is_absent_is_named() {
    for part in parts(&ByExperiment::new()) {
        for exhibit in part.exhibits {
            assert!(matches!(exhibit.content, Content::NotMeasured(_)), "{}", exhibit.name);
        }
    }
}
