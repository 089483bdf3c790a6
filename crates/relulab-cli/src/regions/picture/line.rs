//! The graph of a network with one input.

use super::{Drawn, PictureArguments, Subject, caption};
use crate::regions::document::Document;
use relulab_regions::line::{LineDomain, LineFunction, Workspace};
use relulab_report::picture::{Branch, GraphPicture};
use std::collections::HashMap;

/// Pieces up to which equal maps are recognised, in rationals.
const MOST_COMPARED: usize = 2_000;
/// Outputs drawn.
const MOST_OUTPUTS: usize = 6;

/// Draws the graph over an interval.
pub fn draw(
    arguments: &PictureArguments,
    subject: &Subject<'_>,
    (low, high): (f64, f64),
    found: &Document,
) -> Result<Drawn, String> {
    let domain = LineDomain::interval(low, high).map_err(|error| error.to_string())?;
    let mut function = LineFunction::default();
    let mut workspace = Workspace::new();
    workspace.trace(subject.network, domain, &mut function).map_err(|error| error.to_string())?;
    let n_outputs = function.output_dim();
    let maps = if function.n_pieces() <= MOST_COMPARED {
        let exact = workspace.trace_exact(subject.network, domain).map_err(|error| error.to_string())?;
        let mut known = HashMap::new();
        let maps =
            exact.slopes().chunks(n_outputs).zip(exact.intercepts().chunks(n_outputs)).map(|(slopes, intercepts)| {
                let next = known.len();
                *known.entry((slopes.to_vec(), intercepts.to_vec())).or_insert(next)
            });
        maps.collect()
    } else {
        (0..function.n_pieces()).collect()
    };
    let mut places = vec![low];
    places.extend_from_slice(function.breakpoints());
    places.push(high);
    let branch = |output: usize| Branch {
        name: if n_outputs > 1 { arguments.output_name(output) } else { String::new() },
        values: places.iter().map(|x| function.value(*x, output).unwrap_or(f64::NAN)).collect(),
        slopes: function.slopes().iter().skip(output).step_by(n_outputs).copied().collect(),
    };
    let mut caption = caption(found);
    caption.push_str(" Bands of one colour have one affine map; dots are kinks.");
    if n_outputs > MOST_OUTPUTS {
        caption.push_str(&format!(" The first {MOST_OUTPUTS} of {n_outputs} outputs."));
    }
    let picture = GraphPicture {
        title: subject.title(),
        caption,
        axis: arguments.axis(subject, 0),
        maps,
        branches: (0..n_outputs.min(MOST_OUTPUTS)).map(branch).collect(),
        places,
    };
    let figure = picture.figure();
    let png = Box::new(move || picture.png().map_err(|error| error.to_string()));
    Ok(Drawn { figure, png, units: Vec::new() })
}
