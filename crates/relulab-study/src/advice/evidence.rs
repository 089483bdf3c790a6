//! The table of evidence: cells in memory, and the compact text that the binary carries.

use super::AdviceError;
use super::cell::{Cell, Measured, ShapeEvidence};
use crate::summary::Estimate;
use serde::{Deserialize, Serialize};

/// Version of the table's format.
const FORMAT: u32 = 1;
/// Losses are stored as whole steps of their log10, 250 a decade: to half a per cent.
const STEPS_PER_DECADE: f64 = 250.0;
/// The table of the binary; `relulab advise --rebuild-from DIR` prints a new one.
const SHIPPED: &str = include_str!("evidence.json");

/// Cells of evidence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// The cells.
    pub cells: Vec<Cell>,
}

/// The table as text: shapes are written once for all cells that share them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    format: u32,
    sources: Vec<Source>,
    /// Lists of shapes, each as in `5,7,4`.
    families: Vec<Vec<String>>,
    cells: Vec<Row>,
}

/// What cells of one study share.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    steps: u64,
    n_seeds: u64,
}

/// A number in steps, how far the lower end of its interval is below it and how far the upper end above; `null` where
/// not finite.
type Steps = [Option<i32>; 3];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    source: usize,
    target: String,
    d: usize,
    neurons: usize,
    tried: usize,
    family: usize,
    /// Gain of depth by either loss.
    gain: [Steps; 2],
    /// Per shape.
    normal: Vec<Steps>,
    uniform5: Vec<Steps>,
}

impl Evidence {
    /// The evidence that the binary carries.
    ///
    /// # Errors
    /// When the table of the build is damaged.
    pub fn shipped() -> Result<Self, AdviceError> {
        Self::parse(SHIPPED)
    }

    /// Reads a table.
    ///
    /// # Errors
    /// When it is not one, or of another format.
    pub fn parse(text: &str) -> Result<Self, AdviceError> {
        let wrong = |reason: &str| AdviceError::Table(reason.to_owned());
        let table: Table = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
        if table.format != FORMAT {
            return Err(wrong(&format!("format {}, expected {FORMAT}", table.format)));
        }
        let cell = |row: Row| {
            let source = table.sources.get(row.source).ok_or_else(|| wrong("a source is missing"))?;
            let family = table.families.get(row.family).ok_or_else(|| wrong("a family is missing"))?;
            if [row.normal.len(), row.uniform5.len()] != [family.len(); 2] {
                return Err(wrong("a row has another number of losses than of shapes"));
            }
            let losses = family.iter().zip(row.normal).zip(row.uniform5);
            let shapes = losses
                .map(|((shape, normal), uniform5)| {
                    let widths: Option<Vec<usize>> = shape.split(',').map(|width| width.parse().ok()).collect();
                    let shape = widths.ok_or_else(|| wrong("a shape is no list of widths"))?;
                    Ok(ShapeEvidence { shape, normal: unpack_loss(normal), uniform5: unpack_loss(uniform5) })
                })
                .collect::<Result<_, AdviceError>>()?;
            Ok(Cell {
                source: source.name.clone(),
                target: row.target,
                input_dim: row.d,
                neurons: row.neurons,
                steps: source.steps,
                n_seeds: source.n_seeds,
                n_tried: row.tried,
                gain_of_depth: row.gain.map(unpack_gain),
                shapes,
            })
        };
        Ok(Self { cells: table.cells.into_iter().map(cell).collect::<Result<_, _>>()? })
    }

    /// Writes the table, one cell a line.
    pub fn text(&self) -> String {
        let (mut sources, mut families): (Vec<Source>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
        let rows: Vec<Row> = self
            .cells
            .iter()
            .map(|cell| {
                let source = Source { name: cell.source.clone(), steps: cell.steps, n_seeds: cell.n_seeds };
                let text = |one: &ShapeEvidence| one.shape.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
                Row {
                    source: place_of(&mut sources, source),
                    target: cell.target.clone(),
                    d: cell.input_dim,
                    neurons: cell.neurons,
                    tried: cell.n_tried,
                    family: place_of(&mut families, cell.shapes.iter().map(text).collect()),
                    gain: [0, 1].map(|i| pack(cell.gain_of_depth[i].value, cell.gain_of_depth[i].ci95)),
                    normal: cell.shapes.iter().map(|one| pack(one.normal.median, one.normal.ci95)).collect(),
                    uniform5: cell.shapes.iter().map(|one| pack(one.uniform5.median, one.uniform5.ci95)).collect(),
                }
            })
            .collect();
        let rows: Vec<String> = rows.iter().map(json).collect();
        format!(
            "{{\"format\":{FORMAT},\n\"sources\":{},\n\"families\":{},\n\"cells\":[\n{}\n]}}\n",
            json(&sources),
            json(&families),
            rows.join(",\n")
        )
    }

    /// Targets with evidence, in order of first appearance.
    pub fn targets(&self) -> Vec<&str> {
        let mut targets: Vec<&str> = Vec::new();
        for cell in &self.cells {
            if !targets.contains(&cell.target.as_str()) {
                targets.push(&cell.target);
            }
        }
        targets
    }
}

/// Text of a value that cannot fail to have one.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The place of an item in a list, to which it is added when it is new.
fn place_of<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|one| *one == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

fn pack(value: Option<f64>, ci95: Option<[f64; 2]>) -> Steps {
    let step =
        |value: f64| (value > 0.0 && value.is_finite()).then(|| (value.log10() * STEPS_PER_DECADE).round() as i32);
    let Some(middle) = value.and_then(step) else { return [None; 3] };
    let [low, high] = ci95.map_or([None; 2], |ends| ends.map(step));
    [Some(middle), low.map(|low| middle - low), high.map(|high| high - middle)]
}

fn unpack([middle, below, above]: Steps) -> (Option<f64>, Option<[f64; 2]>) {
    let value = |step: i32| f64::powf(10.0, f64::from(step) / STEPS_PER_DECADE);
    let ends = middle.zip(below.zip(above));
    (middle.map(value), ends.map(|(middle, (below, above))| [value(middle - below), value(middle + above)]))
}

fn unpack_loss(steps: Steps) -> Measured {
    let (median, ci95) = unpack(steps);
    Measured { median, ci95 }
}

fn unpack_gain(steps: Steps) -> Estimate {
    let (value, ci95) = unpack(steps);
    Estimate { value, ci95 }
}
