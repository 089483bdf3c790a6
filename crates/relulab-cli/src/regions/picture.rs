//! `--picture` and `--report`: the geometry drawn, as a file or a page.

mod line;
mod plane;

use super::document::{Count, Document};
use super::slice;
use crate::failure::Failure;
use clap::{Args, ValueEnum};
use relulab_net::Network;
use relulab_regions::plane::Choice;
use relulab_report::GeometryReport;
use relulab_report::figure::Figure;
use relulab_report::number::count;
use relulab_study::write_atomically;
use std::path::{Path, PathBuf};

/// Regions above which nothing is drawn: the complex would not fit into memory.
const MOST_REGIONS_DRAWN: u128 = 2_000_000;

/// What colours say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColourName {
    /// The affine map: equal maps have one colour.
    Pieces,
    /// The value of an output.
    Value,
    /// The best output.
    Class,
}

/// Which output decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChoiceName {
    /// The largest.
    Largest,
    /// The smallest.
    Smallest,
}

impl From<ChoiceName> for Choice {
    fn from(name: ChoiceName) -> Self {
        match name {
            ChoiceName::Largest => Self::Largest,
            ChoiceName::Smallest => Self::Smallest,
        }
    }
}

/// Options of pictures and decision regions.
#[derive(Args, Debug)]
pub struct PictureArguments {
    /// Draw the geometry over the box, for one or two free inputs; the name ends in .svg or .png.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Write a page with the picture, the counts and the units, which needs no other file; the name ends in .html.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// What colours say [default: class where there are several outputs, value with --level, else pieces].
    #[arg(long, value_enum, value_name = "WHAT")]
    colour: Option<ColourName>,
    /// Draw where the output has this value, as a thick line.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    level: Option<f64>,
    /// The output that --level and --colour value look at, from 1.
    #[arg(long, value_name = "K", default_value_t = 1, allow_negative_numbers = true)]
    output: usize,
    /// Measure where each output is the best: two free inputs and several outputs [default for pictures: largest].
    #[arg(long, value_enum, value_name = "WHICH")]
    decision: Option<ChoiceName>,
    /// Names of the outputs, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    names: Vec<String>,
    /// Names of the free inputs for the axes, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    axes: Vec<String>,
}

/// What is drawn: a network, or its section, over a box.
pub struct Subject<'a> {
    /// The network's file.
    pub file: &'a Path,
    /// The network, or its section.
    pub network: &'a Network,
    /// The box.
    pub sides: Option<&'a [(f64, f64)]>,
    /// Numbers of the free inputs.
    pub axes: Vec<usize>,
}

/// A finished picture in its forms.
struct Drawn {
    figure: Figure,
    /// The picture as a PNG file, made when asked for.
    png: Box<dyn FnOnce() -> Result<Vec<u8>, String>>,
    /// Layer, unit, status, smallest and largest pre-activation.
    units: Vec<[String; 5]>,
}

impl PictureArguments {
    fn draws(&self) -> bool {
        self.picture.is_some() || self.report.is_some()
    }

    /// Refuses what cannot be drawn, before anything is computed.
    pub fn check(&self, subject: &Subject<'_>) -> Result<(), Failure> {
        let Subject { network, sides, axes, .. } = subject;
        let (inputs, outputs) = (network.shape().input_dim(), network.shape().output_dim());
        let drawing = [("--picture", &self.picture), ("--report", &self.report)];
        for (name, path) in drawing.iter().filter_map(|(name, path)| Some((*name, path.as_ref()?))) {
            let endings: &[&str] = if name == "--picture" { &["svg", "png"] } else { &["html"] };
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if path.file_stem().is_none() || !endings.contains(&ending) {
                let expected = endings.join(" or .");
                return Err(Failure::at(name, format!("{}: expected a name that ends in .{expected}", path.display())));
            }
            if !folder_of(path).is_dir() {
                return Err(Failure::at(name, format!("{}: there is no such folder", folder_of(path).display())));
            }
            if inputs > 2 {
                let example: Vec<String> = axes[2..].iter().map(|input| format!("{}=0", slice::name(*input))).collect();
                let message = format!(
                    "{inputs} free inputs: a picture shows one or two; hold the others fixed, as in --slice {}",
                    example.join(",")
                );
                return Err(Failure::at(name, message));
            }
            if sides.is_none() {
                return Err(Failure::at(name, "a picture has ends: expected --box LO,HI"));
            }
        }
        let wrong = |option: &str, message: String| Err(Failure::at(option, message));
        if !self.draws() {
            for (option, given) in [
                ("--colour", self.colour.is_some()),
                ("--level", self.level.is_some()),
                ("--axes", !self.axes.is_empty()),
            ] {
                if given {
                    return wrong(option, "there is nothing to draw: expected --picture or --report too".to_owned());
                }
            }
        }
        if let Some(level) = self.level.filter(|level| !level.is_finite()) {
            return wrong("--level", format!("{level}: expected a finite number"));
        }
        if !(1..=outputs).contains(&self.output) {
            return wrong("--output", format!("{}: expected 1 to {outputs}", self.output));
        }
        if !self.names.is_empty() && self.names.len() != outputs {
            return wrong(
                "--names",
                format!("{} names for {outputs} outputs: expected one for each", self.names.len()),
            );
        }
        if !self.axes.is_empty() && self.axes.len() != inputs {
            return wrong(
                "--axes",
                format!("{} names for {inputs} free inputs: expected one for each", self.axes.len()),
            );
        }
        let decides = self.decision.is_some().then_some("--decision");
        if let Some(option) = decides.or((self.colour == Some(ColourName::Class)).then_some("--colour class")) {
            if inputs != 2 {
                return wrong(option, format!("{inputs} free inputs: expected 2, by --slice if need be"));
            }
            if outputs < 2 {
                return wrong(option, "the network has one output: expected several that compete".to_owned());
            }
            if sides.is_none() {
                return wrong(option, "areas need ends: expected --box LO,HI".to_owned());
            }
        }
        if self.level.is_some() && self.colour == Some(ColourName::Class) {
            return wrong("--level", "with --colour class the line is the decision boundary: leave one out".to_owned());
        }
        if inputs == 1 && (self.colour.is_some() || self.level.is_some()) {
            return wrong("--colour, --level", "the graph of one input has neither: leave them out".to_owned());
        }
        Ok(())
    }

    /// Measures decision regions, draws, and writes the files; what is found goes into the document.
    pub fn run(&self, subject: &Subject<'_>, found: &mut Document) -> Result<(), Failure> {
        if !self.draws() && self.decision.is_none() {
            return Ok(());
        }
        let Some(sides) = subject.sides else { return Ok(()) };
        if matches!(found.activation_regions, Count::Exact(regions) if regions > MOST_REGIONS_DRAWN) {
            let message = format!("more than {MOST_REGIONS_DRAWN} regions cannot be drawn: expected a smaller box");
            return Err(Failure::at("--box", message));
        }
        let place = subject.file.display().to_string();
        let drawn = match *sides {
            [side] => Some(line::draw(self, subject, side, found)),
            [first, second] => plane::draw(self, subject, [first, second], found).transpose(),
            _ => None,
        };
        let Some(drawn) = drawn else { return Ok(()) };
        let Drawn { figure, png, units } = drawn.map_err(|message| Failure::at(&place, message))?;
        if let Some(path) = &self.report {
            let report = GeometryReport { figure: &figure, counts: &rows(found), units: &units };
            write("--report", path, report.html().as_bytes())?;
            found.written.push(path.display().to_string());
        }
        if let Some(path) = &self.picture {
            let bytes = if path.extension().is_some_and(|ending| ending == "png") {
                png().map_err(|message| Failure::at("--picture", message))?
            } else {
                figure.standalone().into_bytes()
            };
            write("--picture", path, &bytes)?;
            found.written.push(path.display().to_string());
        }
        Ok(())
    }

    /// The name of an axis.
    fn axis(&self, subject: &Subject<'_>, axis: usize) -> String {
        self.axes.get(axis).cloned().unwrap_or_else(|| slice::name(subject.axes[axis]))
    }

    /// The name of an output.
    fn output_name(&self, output: usize) -> String {
        self.names.get(output).cloned().unwrap_or_else(|| format!("output {}", output + 1))
    }
}

impl Subject<'_> {
    /// The title of a picture.
    fn title(&self) -> String {
        let file = self.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        format!("{file}, {}", self.network.shape())
    }
}

/// The folder that a file lies in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn write(option: &str, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    write_atomically(folder_of(path), &name, bytes).map_err(|error| Failure::at(option, error))
}

/// The named counts, for tables.
fn rows(found: &Document) -> Vec<(String, String)> {
    let number = |value: Option<u64>| value.map(|value| count(value as usize));
    let regions = match found.activation_regions {
        Count::Exact(regions) => Some(count(regions as usize)),
        Count::Bounds { .. } => None,
    };
    let layers = found
        .per_layer
        .as_ref()
        .map(|layers| layers.iter().map(|regions| count(*regions as usize)).collect::<Vec<_>>().join(" · "));
    let named = [
        ("activation regions", regions),
        ("… after each layer", layers),
        ("open-connected pieces", number(found.open_connected_pieces)),
        ("closed-connected pieces", number(found.closed_connected_pieces)),
        ("distinct affine functions", number(found.distinct_affine_functions)),
        ("vertices", number(found.vertices)),
        ("signs decided in rationals", Some(count(found.exact_fallbacks as usize))),
        ("slice", found.slice.as_ref().map(slice::SliceDocument::text)),
    ];
    named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// The counts in a sentence, below a picture.
fn caption(found: &Document) -> String {
    let mut text = rows(found)
        .into_iter()
        .filter(|(name, _)| !name.starts_with(['…', 's', 'v']))
        .map(|(name, value)| format!("{value} {name}"))
        .collect::<Vec<_>>()
        .join(", ");
    text.push('.');
    if let Some(slice) = &found.slice {
        let line = slice.text();
        text.push_str(&format!(" S{}.", &line[1..]));
    }
    // A minus sign, where a hyphen stands before a number.
    text.replace("= -", "= −")
}
