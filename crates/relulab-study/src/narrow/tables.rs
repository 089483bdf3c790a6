//! Small real tables that come with the program; where they are from stands beside them, in `data/README.md`.

use crate::check::CheckError;
use relulab_io::csv::{self, Labels};
use relulab_net::{Dataset, Loss};

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name in cases.
    pub name: &'static str,
    bytes: &'static [u8],
    /// Classes of its labels; 0 for numbers.
    pub n_classes: usize,
}

/// All tables.
pub const TABLES: [Table; 3] = [
    Table { name: "diabetes", bytes: include_bytes!("../../data/diabetes.csv"), n_classes: 0 },
    Table { name: "wine", bytes: include_bytes!("../../data/wine.csv"), n_classes: 3 },
    Table { name: "breast-cancer", bytes: include_bytes!("../../data/breast_cancer.csv"), n_classes: 2 },
];

impl Table {
    /// The table of a name.
    ///
    /// # Errors
    /// When there is none.
    pub fn named(name: &str) -> Result<Self, CheckError> {
        let found = TABLES.into_iter().find(|table| table.name == name);
        found.ok_or_else(|| CheckError::because(format!("no table \"{name}\"")))
    }

    /// What is minimised.
    pub fn loss(&self) -> Loss {
        if self.n_classes == 0 { Loss::Mse } else { Loss::SoftmaxCrossEntropy }
    }

    /// Its points; classes are one-hot.
    ///
    /// # Errors
    /// None for the tables that come with the program.
    pub fn read(&self) -> Result<Dataset, CheckError> {
        let labels = if self.n_classes == 0 { Labels::Numbers } else { Labels::Classes };
        let data = csv::read(self.bytes, None, labels).map_err(CheckError::because)?.dataset;
        match self.n_classes {
            0 => Ok(data),
            n_classes => data.one_hot(Some(n_classes)).map_err(CheckError::because),
        }
    }
}

/// Brings every input, and labels that are numbers, to mean 0 and variance 1 over the first of two sets, and the second by
/// the same numbers; a column without variance becomes 0.
///
/// # Errors
/// None for sets of the same columns.
pub fn standardised(train: &Dataset, test: &Dataset, with_labels: bool) -> Result<[Dataset; 2], CheckError> {
    let inputs = columns(train.inputs(), train.input_dim());
    let labels =
        if with_labels { columns(train.labels(), train.output_dim()) } else { vec![(0.0, 1.0); train.output_dim()] };
    let moved = |values: &[f64], columns: &[(f64, f64)]| -> Vec<f64> {
        values.iter().zip(columns.iter().cycle()).map(|(value, (mean, factor))| (value - mean) * factor).collect()
    };
    let of = |data: &Dataset| {
        let (x, y) = (moved(data.inputs(), &inputs), moved(data.labels(), &labels));
        Dataset::new(x, data.input_dim(), y, data.output_dim()).map_err(CheckError::because)
    };
    Ok([of(train)?, of(test)?])
}

/// Mean and inverse deviation of every column.
fn columns(values: &[f64], columns: usize) -> Vec<(f64, f64)> {
    let n = (values.len() / columns) as f64;
    let of = |column: usize| values.iter().skip(column).step_by(columns);
    let summary = |column: usize| {
        let mean = of(column).sum::<f64>() / n;
        let variance = of(column).map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
        (mean, if variance > 0.0 { 1.0 / variance.sqrt() } else { 0.0 })
    };
    (0..columns).map(summary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_what_their_page_says() {
        let sizes = TABLES.map(|table| {
            let data = table.read().unwrap();
            (data.n_points(), data.input_dim(), data.output_dim())
        });
        assert_eq!(sizes, [(442, 10, 1), (178, 13, 3), (569, 30, 2)]);
        // Class sizes as published.
        let wine = Table::named("wine").unwrap().read().unwrap();
        let count = |class: usize| wine.rows().filter(|(_, y)| y[class] == 1.0).count();
        assert_eq!([0, 1, 2].map(count), [59, 71, 48]);
        assert!(Table::named("iris").is_err());
    }

    #[test]
    fn standardised_columns_have_mean_0_and_variance_1() {
        let data = TABLES[0].read().unwrap();
        let [train, test] = standardised(&data, &data, true).unwrap();
        assert_eq!(train, test);
        for values in [train.inputs(), train.labels()] {
            let n_columns = values.len() / 442;
            for column in 0..n_columns {
                let of = || values.iter().skip(column).step_by(n_columns);
                let (mean, square) = (of().sum::<f64>() / 442.0, of().map(|x| x * x).sum::<f64>() / 442.0);
                assert!(mean.abs() < 1e-12 && (square - 1.0).abs() < 1e-12);
            }
        }
    }
}
