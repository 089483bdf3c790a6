//! Pictures of the plane and of the line: structure of the SVG, escaping, and the image that many cells become.

use relulab_report::oklch::oklch;
use relulab_report::picture::{Branch, GraphPicture, Mosaic, Paint, PlanePicture, ValueScale};
use roxmltree::Document;

/// A grid of `n` × `n` squares on [0, 1]², painted by column.
fn grid(n: usize, paints: Vec<Paint>) -> PlanePicture {
    let step = 1.0 / n as f64;
    let points = (0..=n).flat_map(|y| (0..=n).map(move |x| [x as f64 * step, y as f64 * step])).collect();
    let mut mosaic = Mosaic::new(points);
    let corner = |x: usize, y: usize| (y * (n + 1) + x) as u32;
    for (x, y) in (0..n).flat_map(|x| (0..n).map(move |y| (x, y))) {
        let corners = [corner(x, y), corner(x + 1, y), corner(x + 1, y + 1), corner(x, y + 1)];
        mosaic.push(&corners, (x % paints.len()) as u32);
    }
    PlanePicture {
        title: "a < b".to_owned(),
        caption: "two & three".to_owned(),
        ends: [[0.0, 1.0]; 2],
        axes: ["<x>".to_owned(), "y".to_owned()],
        mosaic,
        paints,
        scale: None,
        keys: ("Keys".to_owned(), vec![(oklch(0.9, 0.0, 0.0), "\"one\"".to_owned())]),
        layers: vec![vec![[corner(1, 0), corner(1, n)]], Vec::new()],
        quiet_edges: false,
        contour: Some(("level".to_owned(), vec![[[0.0, 0.0], [1.0, 1.0]]])),
        notes: Vec::new(),
    }
}

fn count(document: &Document<'_>, name: &str) -> usize {
    document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name))).count()
}

#[test]
fn plain_cells_of_one_paint_are_one_path() {
    let paints = [0.0, 120.0, 240.0].map(|hue| Paint::Plain(oklch(0.8, 0.1, hue))).to_vec();
    let svg = grid(6, paints.clone()).figure().unwrap().standalone();
    let document = Document::parse(&svg).unwrap();
    let fills = |paint: &Paint| {
        let Paint::Plain(colour) = paint else { unreachable!() };
        document.descendants().filter(|node| node.attribute("fill") == Some(colour.to_string().as_str())).count()
    };
    assert_eq!(paints.iter().map(fills).collect::<Vec<_>>(), [1, 1, 1]);
    let texts: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
    for expected in ["a < b", "two & three", "<x>", "\"one\"", "layer 1", "layer 2, none here", "level"] {
        assert!(texts.contains(&expected), "{expected}");
    }
}

#[test]
fn values_are_gradients_that_end_where_the_scale_does() {
    // The value is x: from 0 at the left end of the frame to 1 at its right end.
    let mut picture = grid(2, vec![Paint::Value([1.0, 0.0, 0.0]), Paint::Value([0.0, 0.0, 0.5])]);
    picture.scale = Some((ValueScale { low: 0.0, high: 1.0, middle: 0.0 }, "value".to_owned()));
    let svg = picture.figure().unwrap().standalone();
    let document = Document::parse(&svg).unwrap();
    let gradient = document.descendants().find(|node| node.attribute("id") == Some("v0")).unwrap();
    let [x1, x2] = ["x1", "x2"].map(|name| gradient.attribute(name).unwrap().parse::<f64>().unwrap());
    assert_eq!((x1, x2), (84.0, 644.0));
    // A constant is one colour; the common stops are the other gradient.
    assert_eq!(count(&document, "linearGradient"), 2);
}

#[test]
fn many_cells_become_an_image() {
    let paints: Vec<Paint> = (0..40).map(|hue| Paint::Plain(oklch(0.8, 0.1, 9.0 * f64::from(hue)))).collect();
    let svg = grid(142, paints).figure().unwrap().standalone();
    let document = Document::parse(&svg).unwrap();
    assert_eq!(count(&document, "image"), 1);
    assert!(svg.contains("href=\"data:image/png;base64,iVBORw0KGgo"));
}

#[test]
fn pictures_become_images() {
    let picture = grid(4, vec![Paint::Plain(oklch(0.8, 0.1, 0.0))]);
    let graph = GraphPicture {
        title: "|x|".to_owned(),
        caption: "one kink".to_owned(),
        axis: "x".to_owned(),
        places: vec![-1.0, 0.0, 1.0],
        maps: vec![0, 1],
        branches: vec![Branch { name: String::new(), values: vec![1.0, 0.0, 1.0], slopes: vec![-1.0, 1.0] }],
    };
    for bytes in [picture.png().unwrap(), graph.png().unwrap()] {
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() > 5_000);
    }
    let svg = graph.figure().standalone();
    assert!(Document::parse(&svg).is_ok() && svg.contains("kink at 0: value 0"));
}
