//! The drawing of a picture of the plane: polygons, edges, contour, axes, legend and caption.

use super::layout::{LINE, Layout};
use super::paint::{Paint, ValueScale, layer_line};
use super::{Cells, PlanePicture};
use crate::axis::{Axis, Frame};
use crate::oklch::Rgb;
use crate::scale::{Scale, Spread};
use crate::svg::{Anchor, Px, Svg};
use std::fmt::Write;

/// Colours between which the colours of values are interpolated.
const N_STOPS: usize = 24;
/// Mean size of a cell, in pixels, at which edges have their full width.
const ROOMY: f64 = 14.0;
/// Mean size of a cell below which edges are left out: they would hide what they bound.
const CROWDED: f64 = 4.0;
/// Smallest share of an edge's full width.
const THINNEST: f64 = 0.25;
/// Opacity of edges.
const OPACITY: f64 = 0.9;
/// Opacity of edges below a contour, which is the picture's subject.
const BELOW_CONTOUR: f64 = 0.55;
/// Opacity of edges that stand back behind the colours.
const QUIET: f64 = 0.28;
/// A gradient longer than this many pixels is one colour on any picture.
const LONGEST_GRADIENT: f64 = 1e6;
/// Width of a contour, and of the rim of paper around it.
const CONTOUR: [f64; 2] = [2.4, 4.6];
/// Width of a contour between colours that differ, which needs no rim.
const FINE_CONTOUR: f64 = 1.3;
/// Height of the bar of colours.
const BAR: f64 = 220.0;
/// Most entries of a legend.
const MOST_KEYS: usize = 16;

/// Draws everything.
pub(super) fn draw(picture: &PlanePicture, layout: &Layout, cells: &Cells<'_>) -> Svg {
    let mut svg = Svg::new();
    let place = Place::new(picture.ends, layout.frame);
    let Frame { left, top, right, bottom } = layout.frame;
    match cells {
        Cells::Paths => polygons(&mut svg, picture, &place),
        Cells::Image(address) => {
            let (width, height) = (Px(right - left), Px(bottom - top));
            svg.element(
                "image",
                &[
                    ("x", &Px(left)),
                    ("y", &Px(top)),
                    ("width", &width),
                    ("height", &height),
                    ("preserveAspectRatio", &"none"),
                    ("href", address),
                ],
            );
        }
        Cells::Below => {}
    }
    let drawn_edges = edges(&mut svg, picture, &place, layout.frame);
    if let Some((_, segments)) = &picture.contour {
        svg.open("clipPath", &[("id", &"frame")]);
        svg.rect("", (left, top), (right - left, bottom - top)).close();
        svg.open("g", &[("clip-path", &"url(#frame)")]);
        contour(&mut svg, picture.quiet_edges, segments.iter().map(|ends| ends.map(|end| place.of(end))));
        svg.close();
    }
    if !picture.notes.is_empty() && matches!(cells, Cells::Paths) {
        notes(&mut svg, picture, &place);
    }
    svg.element(
        "rect",
        &[
            ("x", &Px(left)),
            ("y", &Px(top)),
            ("width", &Px(right - left)),
            ("height", &Px(bottom - top)),
            ("fill", &"none"),
            ("stroke", &"#59616b"),
        ],
    );
    let axis = |k: usize| {
        let [low, high] = picture.ends[k];
        Axis::new(Scale::between(Spread::Linear, low, high), &picture.axes[k]).without_grid()
    };
    axis(0).draw_below(&mut svg, layout.frame);
    axis(1).draw_left(&mut svg, layout.frame);
    legend(&mut svg, picture, layout, drawn_edges);
    for (index, line) in layout.caption.iter().enumerate() {
        let y = layout.height - LINE * (layout.caption.len() - index) as f64 + 4.0;
        svg.text("tick", Anchor::Start, (16.0, y), line);
    }
    svg
}

/// From coordinates to pixels.
struct Place {
    /// Pixels of the origin.
    origin: [f64; 2],
    /// Pixels per unit; the second is negative.
    unit: [f64; 2],
}

impl Place {
    fn new([[x_low, x_high], [y_low, y_high]]: [[f64; 2]; 2], frame: Frame) -> Self {
        let unit = [(frame.right - frame.left) / (x_high - x_low), (frame.top - frame.bottom) / (y_high - y_low)];
        Self { origin: [frame.left - x_low * unit[0], frame.bottom - y_low * unit[1]], unit }
    }

    fn of(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.origin[0] + x * self.unit[0], self.origin[1] + y * self.unit[1]]
    }

    /// An affine function of coordinates as one of pixels.
    fn map(&self, [a, b, c]: [f64; 3]) -> [f64; 3] {
        let [along, up] = [a / self.unit[0], b / self.unit[1]];
        [along, up, c - along * self.origin[0] - up * self.origin[1]]
    }
}

/// The closed path through points.
fn closed(data: &mut String, points: impl Iterator<Item = [f64; 2]>) {
    for (index, [x, y]) in points.enumerate() {
        let _ = write!(data, "{}{} {}", if index == 0 { 'M' } else { 'L' }, Px(x), Px(y));
    }
    data.push('Z');
}

/// All polygons: those painted alike as one path with a fine stroke of its own paint, so that no seam shows.
fn polygons(svg: &mut Svg, picture: &PlanePicture, place: &Place) {
    let scale = picture.value_scale();
    let outlines = picture.mosaic.outlines();
    let points = picture.mosaic.points();
    let position = |point: u32| place.of(points[point as usize]);
    let mut fills = Vec::with_capacity(outlines.len());
    if picture.scale.is_some() {
        svg.open("defs", &[]).open("linearGradient", &[("id", &"values")]);
        for stop in 0..=N_STOPS {
            let share = stop as f64 / N_STOPS as f64;
            let colour = scale.colour(scale.low + share * (scale.high - scale.low));
            svg.element("stop", &[("offset", &share), ("stop-color", &colour)]);
        }
        svg.close();
    }
    for (paint, walks) in &outlines {
        fills.push(match picture.paints.get(*paint as usize) {
            Some(Paint::Plain(colour)) => colour.to_string(),
            Some(Paint::Value(map)) => {
                let near = walks.first().and_then(|walk| walk.first()).map_or([0.0; 2], |point| position(*point));
                value_fill(svg, *paint, place.map(*map), near, &scale)
            }
            None => "none".to_owned(),
        });
    }
    if picture.scale.is_some() {
        svg.close();
    }
    svg.open("g", &[("stroke-width", &0.6), ("stroke-linejoin", &"round")]);
    for ((_, walks), fill) in outlines.iter().zip(&fills) {
        let mut data = String::new();
        for walk in walks {
            closed(&mut data, walk.iter().map(|point| position(*point)));
        }
        svg.element("path", &[("fill", fill), ("stroke", fill), ("d", &data)]);
    }
    svg.close();
}

/// Defines the gradient of an affine function of pixels and returns the fill; nearly constant ones are one colour.
fn value_fill(svg: &mut Svg, paint: u32, map: [f64; 3], near: [f64; 2], scale: &ValueScale) -> String {
    let [a, b, c] = map;
    let steepness = a.hypot(b);
    let value = a * near[0] + b * near[1] + c;
    let length = (scale.high - scale.low) / steepness;
    if !(length.is_finite() && length < LONGEST_GRADIENT && value.is_finite()) {
        return scale.colour(value).to_string();
    }
    // From `near` along the gradient to where the value is the lowest, and the highest, of the scale.
    let end = |wanted: f64| {
        let way = (wanted - value) / steepness / steepness;
        [near[0] + a * way, near[1] + b * way]
    };
    let ([x1, y1], [x2, y2]) = (end(scale.low), end(scale.high));
    svg.element(
        "linearGradient",
        &[
            ("id", &format_args!("v{paint}")),
            ("href", &"#values"),
            ("gradientUnits", &"userSpaceOnUse"),
            ("x1", &Px(x1)),
            ("y1", &Px(y1)),
            ("x2", &Px(x2)),
            ("y2", &Px(y2)),
        ],
    );
    format!("url(#v{paint})")
}

/// How far edges stand back.
fn opacity(picture: &PlanePicture) -> f64 {
    match (picture.quiet_edges, &picture.contour) {
        (true, _) => QUIET,
        (false, Some(_)) => BELOW_CONTOUR,
        (false, None) => OPACITY,
    }
}

/// The edges of all layers, the deepest first, unless cells are too small; returns whether they were drawn.
fn edges(svg: &mut Svg, picture: &PlanePicture, place: &Place, frame: Frame) -> bool {
    let area = (frame.right - frame.left) * (frame.bottom - frame.top);
    let size = (area / picture.mosaic.n_faces().max(1) as f64).sqrt();
    if size < CROWDED {
        return false;
    }
    let share = (size / ROOMY).clamp(THINNEST, 1.0);
    let opacity = opacity(picture);
    let points = picture.mosaic.points();
    svg.open("g", &[("fill", &"none"), ("stroke-linecap", &"round"), ("stroke-opacity", &opacity)]);
    for (layer, segments) in picture.layers.iter().enumerate().rev().filter(|(_, segments)| !segments.is_empty()) {
        let (colour, width) = layer_line(layer, picture.layers.len());
        let mut data = String::new();
        for ends in segments {
            let [[x1, y1], [x2, y2]] = ends.map(|end| place.of(points[end as usize]));
            let _ = write!(data, "M{} {}L{} {}", Px(x1), Px(y1), Px(x2), Px(y2));
        }
        let width = (width * share * 100.0).round() / 100.0;
        svg.element("path", &[("stroke", &colour), ("stroke-width", &width), ("d", &data)]);
    }
    svg.close();
    true
}

/// The contour: on a rim of paper, or fine where it runs between colours.
fn contour(svg: &mut Svg, is_fine: bool, segments: impl Iterator<Item = [[f64; 2]; 2]>) {
    let mut data = String::new();
    for [[x1, y1], [x2, y2]] in segments {
        let _ = write!(data, "M{} {}L{} {}", Px(x1), Px(y1), Px(x2), Px(y2));
    }
    svg.open("g", &[("fill", &"none"), ("stroke-linecap", &"round")]);
    let lines: &[(&str, f64)] =
        if is_fine { &[("#1c2128", FINE_CONTOUR)] } else { &[("#fdfdfc", CONTOUR[1]), ("#1c2128", CONTOUR[0])] };
    for (colour, width) in lines {
        svg.element("path", &[("stroke", colour), ("stroke-width", width), ("d", &data)]);
    }
    svg.close();
}

/// Polygons that cannot be seen, and say what they are when the pointer rests on them.
fn notes(svg: &mut Svg, picture: &PlanePicture, place: &Place) {
    let points = picture.mosaic.points();
    svg.open("g", &[("class", &"hover"), ("fill-opacity", &0)]);
    for (face, note) in picture.notes.iter().enumerate().take(picture.mosaic.n_faces()) {
        let mut data = String::new();
        closed(&mut data, picture.mosaic.corners(face).iter().map(|point| place.of(points[*point as usize])));
        svg.open("path", &[("d", &data)]).text_element("title", note).close();
    }
    svg.close();
}

/// What colours and lines mean, beside the frame.
fn legend(svg: &mut Svg, picture: &PlanePicture, layout: &Layout, drawn_edges: bool) {
    let left = layout.legend;
    let mut y = layout.frame.top + 10.0;
    if let Some((scale, name)) = &picture.scale {
        svg.text("subtitle", Anchor::Start, (left, y), name);
        colour_bar(svg, scale, (left, y + 12.0));
        y += BAR + 46.0;
    }
    let (heading, keys) = &picture.keys;
    if !keys.is_empty() {
        svg.text("subtitle", Anchor::Start, (left, y), heading);
        for (colour, name) in keys.iter().take(MOST_KEYS) {
            y += 22.0;
            swatch(svg, *colour, (left, y - 11.0));
            svg.text("label", Anchor::Start, (left + 24.0, y), name);
        }
        if let Some(more) = keys.len().checked_sub(MOST_KEYS).filter(|more| *more > 0) {
            y += 20.0;
            svg.text("tick", Anchor::Start, (left, y), &format!("and {more} more"));
        }
        y += 34.0;
    }
    if let Some((name, _)) = &picture.contour {
        contour(svg, picture.quiet_edges, std::iter::once([[left, y - 4.0], [left + 22.0, y - 4.0]]));
        svg.text("label", Anchor::Start, (left + 30.0, y), name);
        y += 34.0;
    }
    if drawn_edges && picture.layers.iter().any(|segments| !segments.is_empty()) {
        svg.text("subtitle", Anchor::Start, (left, y), "Where units switch");
        let opacity = opacity(picture);
        for (layer, segments) in picture.layers.iter().enumerate() {
            y += 19.0;
            let (colour, width) = layer_line(layer, picture.layers.len());
            let data = format!("M{} {}h22", Px(left), Px(y - 4.0));
            svg.element(
                "path",
                &[("stroke", &colour), ("stroke-width", &width), ("stroke-opacity", &opacity), ("d", &data)],
            );
            let word = if segments.is_empty() { ", none here" } else { "" };
            svg.text("label", Anchor::Start, (left + 30.0, y), &format!("layer {}{word}", layer + 1));
        }
    }
}

fn swatch(svg: &mut Svg, colour: Rgb, (x, y): (f64, f64)) {
    let attributes: &[(&str, &dyn std::fmt::Display)] = &[
        ("x", &Px(x)),
        ("y", &Px(y)),
        ("width", &16),
        ("height", &13),
        ("rx", &2),
        ("fill", &colour),
        ("stroke", &"#a5a8a6"),
    ];
    svg.element("rect", attributes);
}

/// A bar with all colours of values, the lowest below, and an axis beside it.
fn colour_bar(svg: &mut Svg, scale: &ValueScale, (left, top): (f64, f64)) {
    const N_STRIPES: usize = 110;
    const WIDTH: f64 = 18.0;
    if scale.low >= scale.high {
        swatch(svg, scale.colour(scale.low), (left, top));
        svg.text("label", Anchor::Start, (left + 26.0, top + 11.0), &crate::number::human(scale.low));
        return;
    }
    let pixels = Scale::between(Spread::Linear, scale.low, scale.high);
    let stripe = BAR / N_STRIPES as f64;
    for index in 0..N_STRIPES {
        let share = (index as f64 + 0.5) / N_STRIPES as f64;
        let colour = scale.colour(scale.high + share * (scale.low - scale.high));
        // One stripe reaches under the next, so that no seam shows.
        let height = (BAR - index as f64 * stripe).min(2.0 * stripe);
        svg.element(
            "rect",
            &[
                ("x", &Px(left)),
                ("y", &Px(top + index as f64 * stripe)),
                ("width", &Px(WIDTH)),
                ("height", &Px(height)),
                ("fill", &colour),
            ],
        );
    }
    svg.element(
        "rect",
        &[
            ("x", &Px(left)),
            ("y", &Px(top)),
            ("width", &Px(WIDTH)),
            ("height", &Px(BAR)),
            ("fill", &"none"),
            ("stroke", &"#a5a8a6"),
        ],
    );
    let placed = pixels.clone().onto(top + BAR, top);
    for tick in pixels.ticks() {
        if let (Some(label), Some(y)) = (tick.label, placed.position(tick.value)) {
            svg.line("axis", (left + WIDTH, y), (left + WIDTH + 4.0, y));
            svg.text("tick", Anchor::Start, (left + WIDTH + 8.0, y + 4.0), &label);
        }
    }
}
