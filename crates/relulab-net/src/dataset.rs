//! A finite set of labelled points.

use crate::conventions::MAX_OUTPUT_DIM;
use crate::stream::{Purpose, RandomStream};

/// Labelled points: n inputs of dimension d and n labels of dimension o; never empty, always finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    inputs: Vec<f64>,
    labels: Vec<f64>,
    input_dim: usize,
    output_dim: usize,
}

/// One split of a dataset: the points to train on and the points held out, as indices in increasing order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Points to train on.
    pub train: Vec<usize>,
    /// Points held out.
    pub test: Vec<usize>,
}

/// Which half of a dataset a number is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The inputs.
    Inputs,
    /// The labels.
    Labels,
}

/// Why numbers do not make a dataset, or a dataset cannot be used so. Rows and columns count from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DatasetError {
    /// There is no point, or points without inputs or labels.
    #[error("the data are empty: {n_points} points with {input_dim} inputs and {output_dim} labels each")]
    Empty {
        /// Number of points.
        n_points: usize,
        /// Inputs per point.
        input_dim: usize,
        /// Labels per point.
        output_dim: usize,
    },
    /// The numbers do not fill whole rows.
    #[error("{part} of the data: {count} numbers do not fill rows of {columns}")]
    Ragged {
        /// Inputs or labels.
        part: Part,
        /// How many numbers came.
        count: usize,
        /// Numbers per row.
        columns: usize,
    },
    /// Different numbers of inputs and labels.
    #[error("{inputs} rows of inputs but {labels} rows of labels")]
    RowCounts {
        /// Rows of inputs.
        inputs: usize,
        /// Rows of labels.
        labels: usize,
    },
    /// A number is NaN or infinite.
    #[error("{part} of the data, row {row}, column {column}: {value} is not a finite number")]
    NotFinite {
        /// Inputs or labels.
        part: Part,
        /// Row, from 1.
        row: usize,
        /// Column within its part, from 1.
        column: usize,
        /// The value.
        value: f64,
    },
    /// An index beyond the points.
    #[error("there is no point {index}: the data have {n_points}")]
    Index {
        /// The index, from 0.
        index: usize,
        /// Number of points.
        n_points: usize,
    },
    /// A number of folds that the points do not allow.
    #[error("{folds} folds of {n_points} points: expected 2 to {n_points}")]
    Folds {
        /// Number of folds.
        folds: usize,
        /// Number of points.
        n_points: usize,
    },
    /// Classes need a single label column.
    #[error("class labels: expected one label column, found {0}")]
    ClassColumns(usize),
    /// A label is no class index.
    #[error("class labels, row {row}: {value} is not a class; expected a whole number ≥ 0 and below {limit}")]
    Class {
        /// Row, from 1.
        row: usize,
        /// The label.
        value: f64,
        /// The first number that is no class.
        limit: usize,
    },
    /// A class between 0 and the largest label has no point, or there is only one class.
    #[error("class labels: class {missing} of {n_classes} has no point; expected 0 to K−1 without gaps, K ≥ 2")]
    MissingClass {
        /// The class without points.
        missing: usize,
        /// Number of classes.
        n_classes: usize,
    },
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Inputs => "inputs",
            Self::Labels => "labels",
        })
    }
}

impl Dataset {
    /// A dataset from its inputs and labels.
    ///
    /// *Shapes*: `inputs` is n × `input_dim` and `labels` n × `output_dim`, both row-major.
    ///
    /// # Errors
    /// When there are no points, the counts do not fit, or a number is not finite.
    pub fn new(inputs: Vec<f64>, input_dim: usize, labels: Vec<f64>, output_dim: usize) -> Result<Self, DatasetError> {
        let n_inputs = count_rows(Part::Inputs, &inputs, input_dim)?;
        let n_labels = count_rows(Part::Labels, &labels, output_dim)?;
        if n_inputs != n_labels {
            return Err(DatasetError::RowCounts { inputs: n_inputs, labels: n_labels });
        }
        if n_inputs == 0 {
            return Err(DatasetError::Empty { n_points: n_inputs, input_dim, output_dim });
        }
        check_finite(Part::Inputs, &inputs, input_dim)?;
        check_finite(Part::Labels, &labels, output_dim)?;
        Ok(Self { inputs, labels, input_dim, output_dim })
    }

    /// Number of points.
    pub fn n_points(&self) -> usize {
        self.inputs.len() / self.input_dim
    }

    /// Inputs per point.
    pub fn input_dim(&self) -> usize {
        self.input_dim
    }

    /// Labels per point.
    pub fn output_dim(&self) -> usize {
        self.output_dim
    }

    /// All inputs.
    ///
    /// *Shapes*: n × input dimension, row-major.
    pub fn inputs(&self) -> &[f64] {
        &self.inputs
    }

    /// All labels.
    ///
    /// *Shapes*: n × output dimension, row-major.
    pub fn labels(&self) -> &[f64] {
        &self.labels
    }

    /// The points one by one: input and label.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (&[f64], &[f64])> {
        self.inputs.chunks_exact(self.input_dim).zip(self.labels.chunks_exact(self.output_dim))
    }

    /// The points with these indices, in this order; an index may come more than once.
    ///
    /// # Errors
    /// When there is no index, or one is beyond the points.
    pub fn subset(&self, indices: &[usize]) -> Result<Self, DatasetError> {
        let n_points = self.n_points();
        if let Some(&index) = indices.iter().find(|index| **index >= n_points) {
            return Err(DatasetError::Index { index, n_points });
        }
        let pick = |numbers: &[f64], columns: usize| -> Vec<f64> {
            indices.iter().flat_map(|row| &numbers[row * columns..(row + 1) * columns]).copied().collect()
        };
        let inputs = pick(&self.inputs, self.input_dim);
        Self::new(inputs, self.input_dim, pick(&self.labels, self.output_dim), self.output_dim)
    }

    /// `k` splits in which every point is held out once; sizes of the held-out parts differ by at most 1.
    ///
    /// # Errors
    /// When `k` is outside 2 to the number of points.
    pub fn folds(&self, k: usize, seed: u64) -> Result<Vec<Fold>, DatasetError> {
        let n_points = self.n_points();
        if !(2..=n_points).contains(&k) {
            return Err(DatasetError::Folds { folds: k, n_points });
        }
        let mut order: Vec<usize> = (0..n_points).collect();
        RandomStream::new(seed, Purpose::Folds).shuffle(&mut order);
        let fold_of = |place: usize| place % k;
        let side = |fold: usize, held_out: bool| {
            let chosen = order.iter().enumerate().filter(|(place, _)| (fold_of(*place) == fold) == held_out);
            let mut indices: Vec<usize> = chosen.map(|(_, index)| *index).collect();
            indices.sort_unstable();
            indices
        };
        Ok((0..k).map(|fold| Fold { train: side(fold, false), test: side(fold, true) }).collect())
    }

    /// The same points with labels 0 to K−1 turned into one-hot rows, as softmax cross-entropy wants them.
    ///
    /// `n_classes` is K where it is known (a test set may lack a class); without it, K is the largest label plus
    /// one, and every class must have a point.
    ///
    /// # Errors
    /// When there is more than one label column, a label is not a whole number from 0 to K−1, or a class is missing.
    pub fn one_hot(&self, n_classes: Option<usize>) -> Result<Self, DatasetError> {
        if self.output_dim != 1 {
            return Err(DatasetError::ClassColumns(self.output_dim));
        }
        let limit = n_classes.unwrap_or(MAX_OUTPUT_DIM).min(MAX_OUTPUT_DIM);
        let mut classes = Vec::with_capacity(self.n_points());
        for (index, &value) in self.labels.iter().enumerate() {
            if !(0.0..limit as f64).contains(&value) || value != libm::trunc(value) {
                return Err(DatasetError::Class { row: index + 1, value, limit });
            }
            classes.push(value as usize);
        }
        let n_classes = match n_classes {
            Some(_) => limit,
            None => {
                let found = classes.iter().max().map_or(2, |top| 2.max(top + 1));
                match (0..found).find(|class| !classes.contains(class)) {
                    Some(missing) => return Err(DatasetError::MissingClass { missing, n_classes: found }),
                    None => found,
                }
            }
        };
        let mut labels = vec![0.0; classes.len() * n_classes];
        for (row, class) in classes.into_iter().enumerate() {
            labels[row * n_classes + class] = 1.0;
        }
        Self::new(self.inputs.clone(), self.input_dim, labels, n_classes)
    }
}

fn count_rows(part: Part, numbers: &[f64], columns: usize) -> Result<usize, DatasetError> {
    match columns {
        0 if numbers.is_empty() => Ok(0),
        0 => Err(DatasetError::Ragged { part, count: numbers.len(), columns }),
        _ if !numbers.len().is_multiple_of(columns) => {
            Err(DatasetError::Ragged { part, count: numbers.len(), columns })
        }
        _ => Ok(numbers.len() / columns),
    }
}

fn check_finite(part: Part, numbers: &[f64], columns: usize) -> Result<(), DatasetError> {
    match numbers.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(at) => {
            Err(DatasetError::NotFinite { part, row: at / columns + 1, column: at % columns + 1, value: numbers[at] })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(n: usize) -> Dataset {
        let x: Vec<f64> = (0..2 * n).map(|i| i as f64).collect();
        Dataset::new(x, 2, (0..n).map(|i| i as f64).collect(), 1).unwrap()
    }

    fn refusal(inputs: Vec<f64>, input_dim: usize, labels: Vec<f64>, output_dim: usize) -> String {
        Dataset::new(inputs, input_dim, labels, output_dim).unwrap_err().to_string()
    }

    #[test]
    fn bad_numbers_are_refused_with_their_place() {
        assert!(refusal(vec![], 2, vec![], 1).contains("empty"));
        assert!(refusal(vec![], 0, vec![1.0], 1).contains("0 rows of inputs but 1"));
        assert!(refusal(vec![1.0], 0, vec![1.0], 1).contains("rows of 0"));
        assert!(refusal(vec![1.0; 3], 2, vec![1.0], 1).contains("3 numbers do not fill rows of 2"));
        assert!(refusal(vec![1.0; 4], 2, vec![1.0], 1).contains("2 rows of inputs but 1"));
        assert!(
            refusal(vec![0.0, 0.0, 0.0, f64::NAN], 2, vec![1.0; 2], 1).contains("inputs of the data, row 2, column 2")
        );
        assert!(refusal(vec![0.0; 2], 1, vec![1.0, f64::INFINITY], 1).contains("labels of the data, row 2, column 1"));
    }

    #[test]
    fn subsets_keep_order_and_repeats() {
        let subset = line(4).subset(&[3, 0, 3]).unwrap();
        assert_eq!(
            (subset.inputs(), subset.labels()),
            ([6.0, 7.0, 0.0, 1.0, 6.0, 7.0].as_slice(), [3.0, 0.0, 3.0].as_slice())
        );
        assert!(line(4).subset(&[4]).is_err());
        assert!(line(4).subset(&[]).is_err());
    }

    #[test]
    fn classes_become_one_hot_rows() {
        let data = Dataset::new(vec![0.0; 3], 1, vec![2.0, 0.0, 1.0], 1).unwrap();
        let hot = data.one_hot(None).unwrap();
        assert_eq!((hot.output_dim(), hot.labels()), (3, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0].as_slice()));
        assert_eq!(data.one_hot(Some(5)).unwrap().output_dim(), 5);
        assert!(data.one_hot(Some(2)).unwrap_err().to_string().contains("row 1: 2 is not a class"));
        assert!(data.one_hot(Some(0)).is_err());
        let labelled = |labels: Vec<f64>| Dataset::new(vec![0.0; labels.len()], 1, labels, 1).unwrap().one_hot(None);
        assert!(labelled(vec![1.0, 2.0]).unwrap_err().to_string().contains("class 0 of 3 has no point"));
        assert!(labelled(vec![0.0, 0.0]).unwrap_err().to_string().contains("class 1 of 2 has no point"));
        assert!(labelled(vec![0.0, 0.5]).is_err());
        assert!(labelled(vec![0.0, -1.0]).is_err());
        assert!(labelled(vec![0.0, 1e300]).is_err());
        assert_eq!(hot.one_hot(None), Err(DatasetError::ClassColumns(3)));
    }

    proptest! {
        #[test]
        fn folds_partition_the_points((n, k) in (2..60_usize).prop_flat_map(|n| (Just(n), 2..=n)), seed in any::<u64>()) {
            let folds = line(n).folds(k, seed).unwrap();
            prop_assert_eq!(&folds, &line(n).folds(k, seed).unwrap());
            let mut held_out: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
            held_out.sort_unstable();
            prop_assert!(held_out.into_iter().eq(0..n));
            for fold in &folds {
                prop_assert!(fold.test.len() == n / k || fold.test.len() == n / k + 1);
                let mut all = [fold.train.clone(), fold.test.clone()].concat();
                all.sort_unstable();
                prop_assert!(all.into_iter().eq(0..n));
            }
        }
    }

    #[test]
    fn folds_depend_on_the_seed_and_have_limits() {
        assert_ne!(line(50).folds(5, 1).unwrap(), line(50).folds(5, 2).unwrap());
        assert!(line(5).folds(1, 0).is_err());
        assert!(line(5).folds(6, 0).is_err());
    }
}
