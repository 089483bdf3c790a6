//! A data file's numbers and what its labels mean.

use relulab_io::csv::{self, CsvData, Labels};
use relulab_io::npz;
use relulab_net::{Dataset, Loss};

/// What an archive, and so an npz file, begins with.
const ARCHIVE_MARK: &[u8] = b"PK";

/// How the user wants a data file to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'a> {
    /// The label column of a CSV file; the last if not named.
    pub label: Option<&'a str>,
    /// Whether labels are classes even if they are numbers.
    pub classes: bool,
    /// The loss asked for.
    pub loss: Option<Loss>,
}

/// A data file, ready to be split.
#[derive(Debug)]
pub struct DataTable {
    /// The numbers, labels as the loss wants them.
    pub dataset: Dataset,
    /// What the labels call for, or what was asked for.
    pub loss: Loss,
    /// Name of the label column of a CSV file.
    pub label_name: Option<String>,
    /// Names of the classes, where the labels were words.
    pub class_names: Option<Vec<String>>,
}

impl Reading<'_> {
    /// Reads a file's bytes.
    ///
    /// # Errors
    /// In words, when they cannot be understood or the labels do not fit the loss.
    pub fn read(&self, bytes: &[u8]) -> Result<DataTable, String> {
        let (dataset, label_name, class_names) = if bytes.starts_with(ARCHIVE_MARK) {
            (self.npz(bytes)?, None, None)
        } else {
            let table = self.csv(bytes)?;
            (table.dataset, Some(table.label_name), table.class_names)
        };
        let is_classes = self.classes || class_names.is_some() || self.loss == Some(Loss::SoftmaxCrossEntropy);
        let loss = match self.loss {
            None if is_classes => Loss::SoftmaxCrossEntropy,
            None => Loss::Mse,
            Some(loss) if is_classes && !loss.is_classification() => {
                return Err(format!("class labels need softmax_cross_entropy or binary_cross_entropy, not {loss}"));
            }
            Some(loss) => loss,
        };
        let dataset = match loss {
            Loss::SoftmaxCrossEntropy if !is_one_hot(&dataset) => {
                dataset.one_hot(None).map_err(|error| error.to_string())?
            }
            Loss::BinaryCrossEntropy => {
                refuse_wide_labels(&dataset)?;
                dataset
            }
            _ => dataset,
        };
        Ok(DataTable { dataset, loss, label_name, class_names })
    }

    fn npz(&self, bytes: &[u8]) -> Result<Dataset, String> {
        match self.label {
            Some(_) => Err("--label is for CSV files; an npz file has its labels in y".to_owned()),
            None => npz::read_dataset(bytes).map_err(|error| error.to_string()),
        }
    }

    /// Words are classes where a classification is asked for; where nothing is asked for, only if there is no number
    /// among them, which could be a column of numbers with a mistake in it.
    fn csv(&self, bytes: &[u8]) -> Result<CsvData, String> {
        let read = |labels| csv::read(bytes, self.label, labels).map_err(|error| error.to_string());
        let asked = self.classes || self.loss == Some(Loss::SoftmaxCrossEntropy);
        if asked || self.loss.is_none_or(Loss::is_classification) {
            let is_number = |name: &String| name.parse::<f64>().is_ok();
            let data = read(Labels::Classes)?;
            if asked || !data.class_names.as_ref().is_some_and(|names| names.iter().any(is_number)) {
                return Ok(data);
            }
        }
        read(Labels::Numbers)
    }
}

/// Whether every row of labels is a 1 among zeros.
fn is_one_hot(data: &Dataset) -> bool {
    let is_hot = |labels: &[f64]| labels.iter().all(|&y| y == 0.0 || y == 1.0) && labels.iter().sum::<f64>() == 1.0;
    data.output_dim() > 1 && data.rows().all(|(_, labels)| is_hot(labels))
}

/// Binary cross-entropy is defined for labels from 0 to 1.
fn refuse_wide_labels(data: &Dataset) -> Result<(), String> {
    let wide = |label: &f64| !(0.0..=1.0).contains(label);
    match data.labels().iter().position(wide) {
        None => Ok(()),
        Some(at) => Err(format!(
            "label {} of row {}: binary_cross_entropy needs labels from 0 to 1",
            data.labels()[at],
            at / data.output_dim() + 1
        )),
    }
}
