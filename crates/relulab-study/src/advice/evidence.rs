//! The table of evidence: cells in memory, and the compact text that the binary carries.

use super::AdviceError;
use super::cell::{Cell, Measured, ShapeEvidence};
use serde::{Deserialize, Serialize};

/// Version of the table's format.
const FORMAT: u32 = 1;
/// Losses are stored as whole thousandths of their log10: to 0.1 %.
const STEPS_PER_DECADE: f64 = 1000.0;
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

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    source: usize,
    target: String,
    d: usize,
    neurons: usize,
    tried: usize,
    family: usize,
    /// Per shape: median, lower and upper end; `null` where not finite.
    normal: Vec<[Option<i32>; 3]>,
    uniform5: Vec<[Option<i32>; 3]>,
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
                    Ok(ShapeEvidence { shape, normal: unpack(normal), uniform5: unpack(uniform5) })
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
                    normal: cell.shapes.iter().map(|one| pack(one.normal)).collect(),
                    uniform5: cell.shapes.iter().map(|one| pack(one.uniform5)).collect(),
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

fn pack(measured: Measured) -> [Option<i32>; 3] {
    let step =
        |value: f64| (value > 0.0 && value.is_finite()).then(|| (value.log10() * STEPS_PER_DECADE).round() as i32);
    let [low, high] = measured.ci95.map_or([None; 2], |ends| ends.map(step));
    [measured.median.and_then(step), low, high]
}

fn unpack([median, low, high]: [Option<i32>; 3]) -> Measured {
    let value = |step: i32| f64::powf(10.0, f64::from(step) / STEPS_PER_DECADE);
    Measured { median: median.map(value), ci95: low.zip(high).map(|(low, high)| [value(low), value(high)]) }
}
