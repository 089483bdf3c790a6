//! A data file on the command line: read, its labels understood, and split into points to train on and to test on.

use crate::data_table::{DataTable, Reading};
use crate::failure::Failure;
use crate::train::plan::DataFile;
use clap::Args;
use relulab_net::{Dataset, Loss, Purpose, RandomStream};
use relulab_train::Points;
use std::path::{Path, PathBuf};

/// Share of the points held out, unless another is asked for.
const DEFAULT_TEST_FRACTION: f64 = 0.2;

/// Which data file, and how to read it.
#[derive(Args, Debug)]
pub struct DataArguments {
    /// Learn a data file: CSV with a header, or npz with x and y.
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Column of the CSV file that is the label [default: the last].
    #[arg(long, value_name = "NAME")]
    pub label: Option<String>,
    /// Take the labels as classes, even if they are numbers.
    #[arg(long)]
    pub classes: bool,
    /// Share of the points that is held out and tested on, chosen by --seed [default: 0.2].
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub test_fraction: Option<f64>,
}

/// A data file, ready to train on.
#[derive(Debug)]
pub struct Data {
    /// Points to train on.
    pub train: Points,
    /// Points held out, if any.
    pub test: Option<Points>,
    /// Number of inputs.
    pub input_dim: usize,
    /// Number of outputs.
    pub output_dim: usize,
    /// What the labels call for, or what was asked for.
    pub loss: Loss,
    /// The file's part of the plan.
    pub file: DataFile,
}

impl DataArguments {
    /// The first option that was given although it only makes sense with a data file.
    pub fn stray(&self) -> Option<&'static str> {
        let given = [
            ("--label", self.label.is_some()),
            ("--classes", self.classes),
            ("--test-fraction", self.test_fraction.is_some()),
        ];
        given.into_iter().find(|option| option.1).map(|option| option.0)
    }

    /// Reads and splits the file at `path`; `loss` is the one asked for, if any, and `seed` chooses the split.
    ///
    /// # Errors
    /// When the file cannot be read or understood, or its labels do not fit the loss.
    pub fn read(&self, path: &Path, loss: Option<Loss>, seed: u64) -> Result<Data, Failure> {
        let fraction = self.test_fraction.unwrap_or(DEFAULT_TEST_FRACTION);
        if !(0.0..1.0).contains(&fraction) {
            return Err(Failure::at("--test-fraction", format!("{fraction}: expected a number from 0 to below 1")));
        }
        let wrong = |error: &dyn std::fmt::Display| Failure::at("--data", format!("{}: {error}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
        let reading = Reading { label: self.label.as_deref(), classes: self.classes, loss };
        let DataTable { dataset, loss, label_name, class_names } =
            reading.read(&bytes).map_err(|error| wrong(&error))?;
        let (train, test) = split(&dataset, fraction, seed);
        let points = |indices: &[usize]| dataset.subset(indices).map(points).ok();
        let (Some(train), test) = (points(&train), points(&test)) else {
            return Err(wrong(&"no points to train on"));
        };
        let file = DataFile {
            path: path.display().to_string(),
            sha256: relulab_study::plan::sha256(&bytes),
            label: label_name,
            classes: class_names,
            test_fraction: fraction,
            n_train: train.n_points,
            n_test: test.as_ref().map_or(0, |test| test.n_points),
        };
        Ok(Data { train, test, input_dim: dataset.input_dim(), output_dim: dataset.output_dim(), loss, file })
    }
}

/// Indices of the points to train on and of those held out, both ascending; at least one is left to train on.
fn split(data: &Dataset, test_fraction: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..data.n_points()).collect();
    RandomStream::new(seed, Purpose::Folds).shuffle(&mut order);
    let n_test = (test_fraction * data.n_points() as f64).floor() as usize;
    let mut train = order.split_off(n_test.min(data.n_points() - 1));
    order.sort_unstable();
    train.sort_unstable();
    (train, order)
}

fn points(data: Dataset) -> Points {
    Points { inputs: data.inputs().to_vec(), labels: data.labels().to_vec(), n_points: data.n_points() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use relulab_io::npz;

    fn read(bytes: &[u8], loss: Option<Loss>, change: impl Fn(&mut DataArguments)) -> Result<Data, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let mut arguments = DataArguments { data: None, label: None, classes: false, test_fraction: Some(0.0) };
        change(&mut arguments);
        arguments.read(file.path(), loss, 0).map_err(|failure| match failure {
            Failure::Input(message) | Failure::Rejected(message) | Failure::Interrupted(message) => message,
        })
    }

    #[test]
    fn words_are_classes_and_numbers_are_not_unless_asked() {
        let words = read(b"a,k\n1,cat\n2,dog\n3,cat\n", None, |_| ()).unwrap();
        assert_eq!((words.loss, words.output_dim), (Loss::SoftmaxCrossEntropy, 2));
        assert_eq!(words.train.labels, [1.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
        assert_eq!(words.file.classes.unwrap(), ["cat", "dog"]);
        let numbers = read(b"a,k\n1,0\n2,1\n", None, |_| ()).unwrap();
        assert_eq!((numbers.loss, numbers.output_dim), (Loss::Mse, 1));
        let asked = read(b"a,k\n1,0\n2,1\n", None, |arguments| arguments.classes = true).unwrap();
        assert_eq!((asked.loss, asked.output_dim), (Loss::SoftmaxCrossEntropy, 2));
        let binary = read(b"a,k\n1,no\n2,yes\n", Some(Loss::BinaryCrossEntropy), |a| a.classes = true).unwrap();
        assert_eq!(binary.train.labels, [0.0, 1.0]);
    }

    #[test]
    fn a_mistake_in_a_column_of_numbers_is_no_class() {
        let error = read(b"a,k\n1,0.5\n2,o.7\n", None, |_| ()).unwrap_err();
        assert!(error.contains("line 3, column 2 (k): \"o.7\" is not a finite number"), "{error}");
        let error = read(b"a,k\n1,cat\n2,dog\n", Some(Loss::Mse), |_| ()).unwrap_err();
        assert!(error.contains("\"cat\" is not a finite number"), "{error}");
    }

    #[test]
    fn one_hot_rows_of_an_npz_file_are_classes() {
        let hot = Dataset::new(vec![1.0, 2.0], 1, vec![0.0, 1.0, 1.0, 0.0], 2).unwrap();
        let bytes = npz::write_dataset(&hot).unwrap();
        assert_eq!(read(&bytes, Some(Loss::SoftmaxCrossEntropy), |_| ()).unwrap().train.labels, hot.labels());
        assert_eq!(read(&bytes, None, |_| ()).unwrap().loss, Loss::Mse);
        let error = read(&bytes, None, |arguments| arguments.label = Some("y".to_owned())).unwrap_err();
        assert!(error.contains("--label is for CSV files"), "{error}");
    }

    #[test]
    fn a_fifth_is_held_out_unless_asked_otherwise() {
        let rows: String = (0..11).map(|i| format!("{i},{i}\n")).collect();
        let bytes = format!("x,y\n{rows}");
        let data = read(bytes.as_bytes(), None, |arguments| arguments.test_fraction = None).unwrap();
        assert_eq!((data.train.n_points, data.test.unwrap().n_points, data.file.n_test), (9, 2, 2));
        assert!(read(bytes.as_bytes(), None, |_| ()).unwrap().test.is_none());
        assert!(read(bytes.as_bytes(), None, |arguments| arguments.test_fraction = Some(1.0)).is_err());
    }

    proptest! {
        #[test]
        fn a_split_keeps_every_point_once(n in 1..60_usize, fraction in 0.0..1.0_f64, seed: u64) {
            let column: Vec<f64> = (0..n).map(|i| i as f64).collect();
            let data = Dataset::new(column.clone(), 1, column, 1).unwrap();
            let (train, test) = split(&data, fraction, seed);
            prop_assert!(!train.is_empty() && test.len() < n);
            prop_assert!((test.len() as f64 - fraction * n as f64).abs() <= 1.0);
            prop_assert!(train.is_sorted() && test.is_sorted());
            let mut all = [train, test].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..n).collect::<Vec<_>>());
        }
    }
}
