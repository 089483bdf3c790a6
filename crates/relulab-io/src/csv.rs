//! Data as CSV with a header: one column is the label, all others are inputs.

use relulab_net::{Dataset, DatasetError};
use std::collections::HashMap;

/// What a CSV file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvData {
    /// The numbers.
    pub dataset: Dataset,
    /// Names of the input columns, in order.
    pub input_names: Vec<String>,
    /// Name of the label column.
    pub label_name: String,
    /// Names of the classes, when the labels were words: label k stands for the k-th name.
    pub class_names: Option<Vec<String>>,
}

/// How labels are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Labels {
    /// Every label must be a number.
    #[default]
    Numbers,
    /// Labels that are not all numbers are names of classes, numbered in order of first appearance.
    Classes,
}

/// Why bytes are not a data file in CSV. Lines and columns count from 1; the header is on line 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CsvError {
    /// There is no header.
    #[error("the CSV file is empty: expected a header and rows of numbers")]
    Empty,
    /// There is nothing below the header.
    #[error("the CSV file has a header but no rows")]
    NoRows,
    /// The first line is data.
    #[error("line 1 holds only numbers: expected a header with the names of the columns")]
    NoHeader,
    /// There is only one column.
    #[error("the header has one column, \"{name}\": expected inputs and a label{}", if name.contains([';', '\t']) { ", separated by commas" } else { "" })]
    OneColumn {
        /// The column.
        name: String,
    },
    /// No column has the name of the label.
    #[error("there is no column \"{label}\": the header has {names}")]
    UnknownLabel {
        /// The name asked for.
        label: String,
        /// The columns.
        names: String,
    },
    /// Two columns have the name of the label.
    #[error("columns {first} and {second} are both named \"{label}\"")]
    AmbiguousLabel {
        /// The name asked for.
        label: String,
        /// The first such column.
        first: usize,
        /// The second.
        second: usize,
    },
    /// A row is shorter or longer than the header.
    #[error("line {line}: {got} column{}, but the header has {expected}", if *.got == 1 { "" } else { "s" })]
    Ragged {
        /// The line.
        line: u64,
        /// Columns in it.
        got: usize,
        /// Columns in the header.
        expected: usize,
    },
    /// A cell is not a finite number.
    #[error("line {line}, column {column} ({name}): {} a finite number", if value.is_empty() { "the cell is empty: expected".to_owned() } else { format!("\"{value}\" is not") })]
    NotNumber {
        /// The line.
        line: u64,
        /// The column.
        column: usize,
        /// Its name.
        name: String,
        /// What stands there.
        value: String,
    },
    /// A cell of the label column is empty.
    #[error("line {line}, column {column} ({name}): the class is empty")]
    EmptyClass {
        /// The line.
        line: u64,
        /// The column.
        column: usize,
        /// Its name.
        name: String,
    },
    /// The text cannot be read.
    #[error("line {line}: {reason}")]
    Text {
        /// The line.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// The numbers do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
}

/// Cells are shown in errors up to this many characters.
const SHOWN_CHARACTERS: usize = 40;

/// Reads a CSV file; the label is the column named `label`, or the last.
///
/// ```
/// let data = relulab_io::csv::read(b"a,b,kind\n1,2,cat\n3,4,dog\n", None, relulab_io::csv::Labels::Classes).unwrap();
/// assert_eq!(data.dataset.labels(), [0.0, 1.0]);
/// assert_eq!(data.class_names.unwrap(), ["cat", "dog"]);
/// ```
///
/// # Errors
/// When there is no header or no row, a row does not fit the header, or a cell is not a finite number.
pub fn read(bytes: &[u8], label: Option<&str>, labels: Labels) -> Result<CsvData, CsvError> {
    let bytes = without_mark(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|error| text_error(bytes, &error))?.clone();
    let names: Vec<String> = header.iter().map(str::to_owned).collect();
    let label_column = label_column(&names, label)?;
    let mut inputs = Vec::new();
    let mut label_cells: Vec<(usize, String)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| text_error(bytes, &error))?;
        let start = start_of(record.position());
        if record.len() != names.len() {
            let line = line_at(bytes, start);
            return Err(CsvError::Ragged { line, got: record.len(), expected: names.len() });
        }
        for (column, cell) in record.iter().enumerate() {
            if column == label_column {
                label_cells.push((start, cell.to_owned()));
            } else {
                inputs.push(number(cell).ok_or_else(|| not_number(line_at(bytes, start), column, &names, cell))?);
            }
        }
    }
    if label_cells.is_empty() {
        return Err(CsvError::NoRows);
    }
    let numbers: Option<Vec<f64>> = label_cells.iter().map(|(_, cell)| number(cell)).collect();
    let (values, class_names) = match (numbers, labels) {
        (Some(numbers), _) => (numbers, None),
        (None, Labels::Classes) => {
            let (values, class_names) = classes(&label_cells).map_err(|start| {
                let (line, name) = (line_at(bytes, start), names[label_column].clone());
                CsvError::EmptyClass { line, column: label_column + 1, name }
            })?;
            (values, Some(class_names))
        }
        (None, Labels::Numbers) => {
            let bad = label_cells.iter().find(|(_, cell)| number(cell).is_none());
            let (start, cell) = bad.map_or((0, ""), |(start, cell)| (*start, cell.as_str()));
            return Err(not_number(line_at(bytes, start), label_column, &names, cell));
        }
    };
    let dataset = Dataset::new(inputs, names.len() - 1, values, 1)?;
    let mut input_names = names;
    let label_name = input_names.remove(label_column);
    Ok(CsvData { dataset, input_names, label_name, class_names })
}

/// The bytes of a CSV file with the header `x1,…,xd,y` (`y1,…,yo` for several labels); every number reads back exactly.
pub fn write(data: &Dataset) -> Vec<u8> {
    let numbered = |letter: &str, n: usize| (1..=n).map(|i| format!("{letter}{i}")).collect::<Vec<_>>();
    let labels = if data.output_dim() == 1 { vec!["y".to_owned()] } else { numbered("y", data.output_dim()) };
    let mut lines = vec![[numbered("x", data.input_dim()), labels].concat().join(",")];
    for (input, label) in data.rows() {
        let cells: Vec<String> = input.iter().chain(label).map(|number| format!("{number:?}")).collect();
        lines.push(cells.join(","));
    }
    (lines.join("\n") + "\n").into_bytes()
}

/// The bytes after the mark that some programs put at the start of UTF-8 text.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn label_column(names: &[String], label: Option<&str>) -> Result<usize, CsvError> {
    match names {
        [] => return Err(CsvError::Empty),
        _ if names.iter().all(|name| number(name).is_some()) => return Err(CsvError::NoHeader),
        [name] if name.is_empty() => return Err(CsvError::Empty),
        [name] => return Err(CsvError::OneColumn { name: shown(name) }),
        _ => {}
    }
    let Some(label) = label else { return Ok(names.len() - 1) };
    let mut columns = names.iter().enumerate().filter(|(_, name)| *name == label).map(|(column, _)| column);
    match (columns.next(), columns.next()) {
        (Some(column), None) => Ok(column),
        (Some(first), Some(second)) => {
            Err(CsvError::AmbiguousLabel { label: label.to_owned(), first: first + 1, second: second + 1 })
        }
        (None, _) => Err(CsvError::UnknownLabel { label: label.to_owned(), names: names.join(", ") }),
    }
}

/// Class numbers and names in order of first appearance; the place of the first empty cell when there is one.
fn classes(cells: &[(usize, String)]) -> Result<(Vec<f64>, Vec<String>), usize> {
    let mut class_names: Vec<String> = Vec::new();
    let mut numbers = HashMap::new();
    let mut values = Vec::with_capacity(cells.len());
    for (start, cell) in cells {
        if cell.is_empty() {
            return Err(*start);
        }
        let class = *numbers.entry(cell.as_str()).or_insert_with(|| {
            class_names.push(cell.clone());
            class_names.len() - 1
        });
        values.push(class as f64);
    }
    Ok((values, class_names))
}

/// The byte at which a record starts, or the blank lines before it.
fn start_of(position: Option<&csv::Position>) -> usize {
    position.map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX))
}

/// The line of the first text at or after a byte, blank lines counted.
fn line_at(bytes: &[u8], start: usize) -> u64 {
    let (before, after) = bytes.split_at(start.min(bytes.len()));
    let blank = after.iter().take_while(|byte| b"\r\n".contains(byte));
    1 + before.iter().chain(blank).filter(|byte| **byte == b'\n').count() as u64
}

fn number(cell: &str) -> Option<f64> {
    cell.parse::<f64>().ok().filter(|number| number.is_finite())
}

fn not_number(line: u64, column: usize, names: &[String], value: &str) -> CsvError {
    CsvError::NotNumber { line, column: column + 1, name: names[column].clone(), value: shown(value) }
}

fn text_error(bytes: &[u8], error: &csv::Error) -> CsvError {
    let line = line_at(bytes, start_of(error.position()));
    let reason = match error.kind() {
        csv::ErrorKind::Utf8 { err, .. } => format!("column {} is not UTF-8 text", err.field() + 1),
        _ => error.to_string(),
    };
    CsvError::Text { line, reason }
}

fn shown(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|character| if character.is_control() && character != '\t' { ' ' } else { character })
        .collect();
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusal(text: &str) -> String {
        read(text.as_bytes(), None, Labels::Numbers).expect_err(text).to_string()
    }

    #[test]
    fn the_label_is_the_last_column_or_the_named_one() {
        let text = b"\xef\xbb\xbfa, b ,c\r\n1,2,3\r\n4,5,6\r\n";
        let last = read(text, None, Labels::Numbers).unwrap();
        assert_eq!(
            (last.label_name.as_str(), last.dataset.inputs(), last.dataset.labels()),
            ("c", [1.0, 2.0, 4.0, 5.0].as_slice(), [3.0, 6.0].as_slice())
        );
        let named = read(text, Some("b"), Labels::Numbers).unwrap();
        assert_eq!(
            (named.input_names.join(" ").as_str(), named.dataset.inputs(), named.dataset.labels()),
            ("a c", [1.0, 3.0, 4.0, 6.0].as_slice(), [2.0, 5.0].as_slice())
        );
        let error = read(text, Some("d"), Labels::Numbers).unwrap_err().to_string();
        assert_eq!(error, "there is no column \"d\": the header has a, b, c");
        let error = read(b"a,b,a\n1,2,3\n", Some("a"), Labels::Numbers).unwrap_err().to_string();
        assert_eq!(error, "columns 1 and 3 are both named \"a\"");
    }

    #[test]
    fn errors_name_line_and_column() {
        for (text, expected) in [
            ("", "the CSV file is empty: expected a header and rows of numbers"),
            ("a,b\n", "the CSV file has a header but no rows"),
            ("1,2\n3,4\n", "line 1 holds only numbers: expected a header with the names of the columns"),
            ("a;b\n1;2\n", "the header has one column, \"a;b\": expected inputs and a label, separated by commas"),
            ("a\n1\n", "the header has one column, \"a\": expected inputs and a label"),
            ("a,b\n1,2\n1,2,3\n", "line 3: 3 columns, but the header has 2"),
            ("a,b\n1,2\n\n3\n", "line 4: 1 column, but the header has 2"),
            ("a,b\r\n\r\n1,2\r\n3,z\r\n", "line 4, column 2 (b): \"z\" is not a finite number"),
            ("a,b\n1,2\nx,2\n", "line 3, column 1 (a): \"x\" is not a finite number"),
            ("a,b\n1,nan\n", "line 2, column 2 (b): \"nan\" is not a finite number"),
            ("a,b\n1,1e999\n", "line 2, column 2 (b): \"1e999\" is not a finite number"),
            ("a,b\n,1\n", "line 2, column 1 (a): the cell is empty: expected a finite number"),
            ("a,b\n\"1\n2\",1\n", "line 2, column 1 (a): \"1 2\" is not a finite number"),
        ] {
            assert_eq!(refusal(text), expected);
        }
        let error = read(b"a,b\n1,\xff\n", None, Labels::Numbers).unwrap_err().to_string();
        assert_eq!(error, "line 2: column 2 is not UTF-8 text");
    }

    #[test]
    fn words_are_classes_only_when_asked() {
        let text = "x,kind\n1,b\n2,a\n3,b\n";
        assert_eq!(refusal(text), "line 2, column 2 (kind): \"b\" is not a finite number");
        let data = read(text.as_bytes(), None, Labels::Classes).unwrap();
        assert_eq!(
            (data.dataset.labels(), data.class_names.unwrap()),
            ([0.0, 1.0, 0.0].as_slice(), vec!["b".to_owned(), "a".to_owned()])
        );
        let numeric = read(b"x,k\n1,1\n2,0\n", None, Labels::Classes).unwrap();
        assert_eq!((numeric.dataset.labels(), numeric.class_names), ([1.0, 0.0].as_slice(), None));
        let empty = read(b"x,k\n1,a\n2,\n", None, Labels::Classes).unwrap_err().to_string();
        assert_eq!(empty, "line 3, column 2 (k): the class is empty");
    }

    proptest! {
        #[test]
        fn datasets_read_back(inputs in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 6), labels in prop::collection::vec(prop::num::f64::SUBNORMAL, 3)) {
            let data = Dataset::new(inputs, 2, labels, 1).unwrap();
            let back = read(&write(&data), None, Labels::Numbers).unwrap();
            prop_assert_eq!(back.input_names, ["x1", "x2"]);
            prop_assert_eq!(back.dataset, data);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(prop_oneof![Just(b','), Just(b'\n'), Just(b'"'), Just(b'1'), any::<u8>()], 0..60)) {
            for labels in [Labels::Numbers, Labels::Classes] {
                let _ = read(&bytes, None, labels);
            }
        }
    }
}
