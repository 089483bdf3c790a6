//! `relulab regions` with pictures, slices and decision regions from outside: files, colours at known points, refusals.

use relulab_io::{Precision, safetensors};
use relulab_net::{Activation, Network, Shape};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn relulab(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_relulab")).current_dir(home).arg("regions").args(arguments).output().unwrap()
}

fn document(home: &Path, arguments: &[&str]) -> Value {
    let output = relulab(home, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(home: &Path, arguments: &[&str]) -> String {
    let output = relulab(home, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty() && said.lines().count() == 1, "{said}");
    said
}

fn write(home: &Path, name: &str, hidden: Vec<usize>, inputs: usize, outputs: usize, parameters: &[f64]) {
    let shape = Shape::new(inputs, hidden, outputs).unwrap();
    let network = Network::new(shape, Activation::Relu, parameters.to_vec()).unwrap();
    fs::write(home.join(name), safetensors::write(&network, &BTreeMap::new(), Precision::F64).unwrap()).unwrap();
}

/// |x1| against x2 in two outputs.
fn write_wedge(home: &Path) {
    let hidden = [1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0];
    let output = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0];
    write(home, "wedge.safetensors", vec![4], 2, 2, &[&hidden[..], &output].concat());
}

/// The pixels of a PNG file as red, green, blue.
fn pixels(path: &Path) -> (usize, Vec<[u8; 3]>) {
    let mut reader = png::Decoder::new(std::io::BufReader::new(fs::File::open(path).unwrap())).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgba);
    (info.width as usize, bytes.chunks(4).map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect())
}

#[test]
fn decision_regions_have_their_areas_and_colours() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_wedge(home);
    let arguments = ["wedge.safetensors", "--box", "-1,1", "--names", "side,up", "--picture", "wedge.png"];
    let found = document(home, &arguments);
    let classes = found["decision"]["classes"].as_array().unwrap();
    let summary = |class: &Value| (class["name"].as_str().unwrap().to_owned(), class["area"].as_f64().unwrap());
    assert_eq!(classes.iter().map(summary).collect::<Vec<_>>(), [("side".to_owned(), 3.0), ("up".to_owned(), 1.0)]);
    assert_eq!(found["written"], serde_json::json!(["wedge.png"]));
    // The frame begins 84 pixels from the left and 46 from the top, is 560 wide, and an image has twice the pixels.
    let (width, image) = pixels(&home.join("wedge.png"));
    let at = |x: f64, y: f64| {
        let [column, row] = [84.0 + 280.0 * (1.0 + x), 46.0 + 280.0 * (1.0 - y)].map(|place| (2.0 * place) as usize);
        image[row * width + column]
    };
    let (side, up) = (at(0.5, -0.5), at(0.2, 0.7));
    assert_eq!((side, at(-0.7, 0.3)), (at(-0.5, -0.5), side));
    assert_eq!(up, at(-0.3, 0.8));
    assert_ne!(side, up);
    let dark = |[red, green, blue]: [u8; 3]| u32::from(red) + u32::from(green) + u32::from(blue) < 200;
    assert!(dark(at(0.5, 0.5)) && !dark(side) && !dark(up), "the boundary is on the diagonal");

    let smallest = document(home, &["wedge.safetensors", "--box", "-1,1", "--decision", "smallest"]);
    let areas: Vec<f64> = smallest["decision"]["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| class["area"].as_f64().unwrap())
        .collect();
    assert_eq!(areas, [1.0, 3.0]);
    let text =
        String::from_utf8(relulab(home, &["wedge.safetensors", "--box", "-1,1", "--decision", "smallest"]).stdout);
    assert!(text.unwrap().contains("decision regions           where the smallest output is\n"));
}

#[test]
fn svg_files_are_well_formed_and_escaped() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_wedge(home);
    let wedge = ["wedge.safetensors", "--box", "-1,1", "--picture", "wedge.svg"];
    for (extra, expected) in [
        (&["--names", "a<b,c&d", "--axes", "<u>,v"][..], &["a&lt;b", "c&amp;d", "&lt;u&gt;", "Largest output"][..]),
        (&["--colour", "value", "--level", "0.25", "--output", "2"], &["output 2 = 0.25", "linearGradient", "url(#v"]),
        (&["--colour", "pieces"], &["Equal affine maps have one colour", "layer 1", "4 activation regions"]),
    ] {
        document(home, &[&wedge[..], extra].concat());
        let svg = fs::read_to_string(home.join("wedge.svg")).unwrap();
        for part in expected {
            assert!(svg.contains(part), "{extra:?}: {part}");
        }
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }
    // Four regions and two maps: those that differ in the sign of x2 alone have one, and are one path with one fill.
    let svg = fs::read_to_string(home.join("wedge.svg")).unwrap();
    let fills = svg.split("<path fill=\"#").skip(1).map(|rest| &rest[..6]);
    assert_eq!(fills.collect::<std::collections::HashSet<_>>().len(), 2);
    document(home, &["wedge.safetensors", "--box", "-1,1", "--report", "wedge.html", "--colour", "pieces"]);
    let page = fs::read_to_string(home.join("wedge.html")).unwrap();
    for part in ["activation regions", "nonlinear", "<title>cell 4\noutput 1: ", "Content-Security-Policy"] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_graph_of_one_input_is_drawn_and_slices_count_as_networks() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_wedge(home);
    // With x2 = 0.5 the second output is constant.
    let sliced = ["wedge.safetensors", "--slice", "x2=0.5", "--box", "-1,1"];
    let found = document(home, &[&sliced[..], &["--picture", "line.svg"]].concat());
    assert_eq!((&found["activation_regions"], &found["slice"]["rounding"]), (&2.into(), &0.0.into()));
    assert_eq!(found["slice"]["free"], serde_json::json!(["x1"]));
    let svg = fs::read_to_string(home.join("line.svg")).unwrap();
    assert!(
        svg.contains("kink at 0: value 0")
            && svg.contains("slope")
            && svg.contains("Slice x2 = 0.5; free x1; nothing rounded.")
    );
    assert!(document(home, &[&sliced[..], &["--picture", "line.png"]].concat())["complete"].as_bool().unwrap());
    assert!(pixels(&home.join("line.png")).0 > 1000);
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    write_wedge(home);
    write(home, "space.safetensors", vec![], 3, 1, &[1.0, 2.0, 3.0, 0.0]);
    let wedge = "wedge.safetensors";
    let boxed = [wedge, "--box", "-1,1"];
    for (arguments, expected) in [
        (
            &[&boxed[..], &["--picture", "a.pdf"]].concat()[..],
            "--picture: a.pdf: expected a name that ends in .svg or .png",
        ),
        (&[&boxed[..], &["--picture", ".svg"]].concat(), "--picture: .svg: expected a name"),
        (&[&boxed[..], &["--report", "a.svg"]].concat(), "--report: a.svg: expected a name that ends in .html"),
        (&[&boxed[..], &["--picture", "no/a.svg"]].concat(), "--picture: no: there is no such folder"),
        (&[wedge, "--picture", "a.svg"], "--picture: a picture has ends: expected --box LO,HI"),
        (&["space.safetensors", "--box", "0,1", "--picture", "a.svg"], "as in --slice x3=0"),
        (&[wedge, "--slice", "x3=0"], "--slice: x3: the network has 2 inputs: expected x1 to x2"),
        (&[wedge, "--slice", "x1=0,x2=0"], "--slice: all 2 inputs are fixed"),
        (&[wedge, "--slice", "x1"], "--slice: \"x1\": expected xK=VALUE"),
        (&[wedge, "--slice", "x1=nan"], "--slice: x1 = NaN: expected a finite number"),
        (&[wedge, "--decision", "largest"], "--decision: areas need ends"),
        (&["space.safetensors", "--decision", "largest"], "--decision: 3 free inputs: expected 2"),
        (&[wedge, "--box", "0,1", "--colour", "value"], "--colour: there is nothing to draw"),
        (&[&boxed[..], &["--picture", "a.svg", "--level", "nan"]].concat(), "--level: NaN: expected a finite number"),
        (&[&boxed[..], &["--picture", "a.svg", "--output", "3"]].concat(), "--output: 3: expected 1 to 2"),
        (&[&boxed[..], &["--decision", "largest", "--names", "a"]].concat(), "--names: 1 names for 2 outputs"),
        (&[&boxed[..], &["--picture", "a.svg", "--axes", "a"]].concat(), "--axes: 1 names for 2 free inputs"),
    ] {
        let said = refusal(home, arguments);
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    fs::create_dir(home.join("taken.svg")).unwrap();
    assert!(refusal(home, &[&boxed[..], &["--picture", "taken.svg"]].concat()).contains("--picture: "));
    assert_eq!(fs::read_dir(home).unwrap().count(), 3, "nothing half-written is left");
}
