//! The planar complex of a network, coloured.

use super::{ColourName, Drawn, PictureArguments, Subject, caption};
use crate::regions::decision::{DecisionDocument, name};
use crate::regions::document::Document;
use relulab_regions::plane::{Choice, DecisionRegions, PlaneComplex, PlaneDomain, UnitStatus};
use relulab_report::number::human;
use relulab_report::picture::{Mosaic, Paint, PlanePicture, ValueScale, class_colour, piece_colour, tie_colour};

/// Cells up to which every one says what it is when the pointer rests on it.
const MOST_NOTES: usize = 2_000;
/// Outputs written out in such a note.
const MOST_MAPS: usize = 6;
/// Cells up to which the ranges of all units are computed for a page.
const MOST_CELLS_WITH_UNITS: usize = 20_000;

/// Measures decision regions and draws; `None` when there is nothing to draw.
pub fn draw(
    arguments: &PictureArguments,
    subject: &Subject<'_>,
    [first, second]: [(f64, f64); 2],
    found: &mut Document,
) -> Result<Option<Drawn>, String> {
    let ends = [[first.0, first.1], [second.0, second.1]];
    let domain = PlaneDomain::rectangle(ends[0], ends[1]).map_err(|error| error.to_string())?;
    let complex = PlaneComplex::new(subject.network, domain).map_err(|error| error.to_string())?;
    let colour = arguments.colour.unwrap_or(match (arguments.level, complex.output_dim()) {
        (Some(_), _) => ColourName::Value,
        (None, 1) => ColourName::Pieces,
        (None, _) => ColourName::Class,
    });
    let choice = arguments.decision.map_or(Choice::Largest, Choice::from);
    let decides = arguments.decision.is_some() || colour == ColourName::Class;
    let regions = if decides { complex.decision_regions(choice) } else { None };
    if let Some(regions) = &regions {
        let area = (first.1 - first.0) * (second.1 - second.0);
        found.decision = Some(DecisionDocument::new(regions, choice, &arguments.names, area));
    }
    if !arguments.draws() {
        return Ok(None);
    }
    let mut picture = PlanePicture {
        title: subject.title(),
        caption: caption(found),
        ends,
        axes: [0, 1].map(|axis| arguments.axis(subject, axis)),
        mosaic: Mosaic::default(),
        paints: Vec::new(),
        scale: None,
        keys: (String::new(), Vec::new()),
        layers: vec![Vec::new(); subject.network.shape().depth()],
        quiet_edges: colour == ColourName::Class,
        contour: None,
        notes: Vec::new(),
    };
    for edge in complex.edges() {
        if let Some((layer, _)) = edge.unit {
            picture.layers[layer].push(edge.ends);
        }
    }
    match (colour, &regions) {
        (ColourName::Class, Some(regions)) => classes(&mut picture, regions, choice, arguments),
        (ColourName::Value, _) => values(&mut picture, &complex, arguments),
        _ => pieces(&mut picture, &complex),
    }
    if let Some(level) = arguments.level {
        contour(&mut picture, &complex, arguments.output - 1, level, arguments);
    }
    if arguments.report.is_some() && complex.n_cells() <= MOST_NOTES && picture.mosaic.n_faces() == complex.n_cells() {
        picture.notes = (0..complex.n_cells()).map(|cell| note(&complex, cell, arguments)).collect();
    }
    let units = if arguments.report.is_some() && complex.n_cells() <= MOST_CELLS_WITH_UNITS {
        units(&complex)
    } else {
        Vec::new()
    };
    let figure = picture.figure().map_err(|error| error.to_string())?;
    let png = Box::new(move || picture.png().map_err(|error| error.to_string()));
    Ok(Some(Drawn { figure, png, units }))
}

/// The cells as polygons, painted by number.
fn cells(complex: &PlaneComplex, paint: impl Fn(usize) -> u32) -> Mosaic {
    let mut mosaic = Mosaic::new((0..complex.n_vertices()).map(|vertex| complex.position(vertex)).collect());
    for cell in 0..complex.n_cells() {
        mosaic.push(complex.corners(cell), paint(cell));
    }
    mosaic
}

/// One colour for every affine map.
fn pieces(picture: &mut PlanePicture, complex: &PlaneComplex) {
    let maps = complex.map_classes();
    picture.mosaic = cells(complex, |cell| maps[cell]);
    let n_maps = maps.iter().max().map_or(0, |last| *last as usize + 1);
    picture.paints = (0..n_maps).map(|map| Paint::Plain(piece_colour(map))).collect();
    picture.caption.push_str(" Equal affine maps have one colour.");
}

/// The values of an output; those below the middle are blue, those above orange.
fn values(picture: &mut PlanePicture, complex: &PlaneComplex, arguments: &PictureArguments) {
    let output = arguments.output - 1;
    let maps = complex.map_classes();
    picture.mosaic = cells(complex, |cell| maps[cell]);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut paints = Vec::new();
    for (cell, map) in maps.iter().enumerate() {
        let [a, b, c] = complex.map(cell, output);
        if *map as usize >= paints.len() {
            paints.resize(*map as usize + 1, Paint::Value([a, b, c]));
        }
        for corner in complex.corners(cell) {
            let [x, y] = complex.position(*corner as usize);
            let value = a * x + b * y + c;
            (low, high) = (low.min(value), high.max(value));
        }
    }
    picture.paints = paints;
    // Around the level, or around 0 where the values lie on both its sides; else from the smallest value up.
    let centre = arguments.level.unwrap_or(0.0);
    let middle = if (low..=high).contains(&centre) { centre } else { low };
    picture.scale = Some((ValueScale { low, high, middle }, format!("Value of {}", arguments.output_name(output))));
}

/// The regions in which each output is the best.
fn classes(picture: &mut PlanePicture, regions: &DecisionRegions<'_>, choice: Choice, arguments: &PictureArguments) {
    let points: Vec<[f64; 2]> = (0..regions.n_points()).map(|point| regions.position(point)).collect();
    let boundary = regions.boundary().iter().map(|edge| edge.ends.map(|end| points[end as usize])).collect();
    picture.contour = Some(("decision boundary".to_owned(), boundary));
    picture.mosaic = Mosaic::new(points);
    for (index, part) in regions.parts().iter().enumerate() {
        picture.mosaic.push(regions.corners(index), part.class);
    }
    let colours = regions.classes().iter().enumerate().map(|(class, members)| match members[..] {
        [output] => class_colour(output as usize),
        _ => tie_colour(class),
    });
    let keys: Vec<_> =
        colours.zip(regions.classes()).map(|(colour, members)| (colour, name(members, &arguments.names))).collect();
    picture.paints = keys.iter().map(|(colour, _)| Paint::Plain(*colour)).collect();
    let heading = match choice {
        Choice::Largest => "Largest output",
        Choice::Smallest => "Smallest output",
    };
    picture.keys = (heading.to_owned(), keys);
}

/// The line on which an output has a value.
fn contour(
    picture: &mut PlanePicture,
    complex: &PlaneComplex,
    output: usize,
    level: f64,
    arguments: &PictureArguments,
) {
    let set = complex.level_set(output, level);
    let point = |end: &relulab_regions::plane::ExactPoint| [0, 1].map(|k| end.at[k].to_f64());
    let segments = set.segments.iter().map(|segment| segment.ends.each_ref().map(point)).collect();
    picture.contour = Some((format!("{} = {level}", arguments.output_name(output)), segments));
    if !set.plateaus.is_empty() {
        picture.caption.push_str(&format!(" On {} cells the output is {level} everywhere.", set.plateaus.len()));
    }
}

/// What a cell is: its number, its maps and its pattern.
fn note(complex: &PlaneComplex, cell: usize, arguments: &PictureArguments) -> String {
    let mut text = format!("cell {}\n", cell + 1);
    for output in 0..complex.output_dim().min(MOST_MAPS) {
        let [a, b, c] = complex.map(cell, output).map(human);
        text.push_str(&format!("{}: {a}·x + {b}·y + {c}\n", arguments.output_name(output)));
    }
    let mut unit = 0;
    for (layer, width) in complex.hidden().enumerate() {
        let pattern: String =
            (unit..unit + width).map(|unit| if complex.is_on(cell, unit) { '1' } else { '0' }).collect();
        text.push_str(&format!("layer {}: {pattern}\n", layer + 1));
        unit += width;
    }
    text
}

/// All units with what they do over the box.
fn units(complex: &PlaneComplex) -> Vec<[String; 5]> {
    let mut rows = Vec::new();
    for (layer, units) in complex.extents().units.iter().enumerate() {
        for (unit, extent) in units.iter().enumerate() {
            let status = match extent.status() {
                UnitStatus::Active => "linear",
                UnitStatus::Inactive => "dead",
                UnitStatus::Zero => "zero everywhere",
                UnitStatus::Unstable => "nonlinear",
            };
            let [min, max] =
                [&extent.min, &extent.max].map(|end| end.as_ref().map_or_else(String::new, |end| human(end.to_f64())));
            rows.push([(layer + 1).to_string(), (unit + 1).to_string(), status.to_owned(), min, max]);
        }
    }
    rows
}
