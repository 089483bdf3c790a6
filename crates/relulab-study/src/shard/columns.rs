//! The columns of a shard as data: name, type, and how each is read from and put into a [`Record`].

use crate::record::{NormalMethod, Outcome, Record};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::schema::types::Type;
use std::sync::Arc;

/// One column.
pub(super) struct Column {
    pub name: &'static str,
    /// Whether rows may lack a value.
    pub optional: bool,
    pub cells: Cells,
}

/// How the cells of a column are taken from a record and put back; `set` says whether the value made sense.
pub(super) enum Cells {
    Text { get: fn(&Record) -> Option<String>, set: fn(&mut Record, &str) -> bool },
    Integer { get: fn(&Record) -> Option<u32>, set: fn(&mut Record, u32) -> bool },
    Real { get: fn(&Record) -> Option<f64>, set: fn(&mut Record, f64) -> bool },
    Flag { get: fn(&Record) -> Option<bool>, set: fn(&mut Record, bool) -> bool },
}

/// A column of text whose value is always there.
const fn text(name: &'static str, get: fn(&Record) -> Option<String>, set: fn(&mut Record, &str) -> bool) -> Column {
    Column { name, optional: false, cells: Cells::Text { get, set } }
}

/// A column of integers whose value is always there.
const fn integer(name: &'static str, get: fn(&Record) -> Option<u32>, set: fn(&mut Record, u32) -> bool) -> Column {
    Column { name, optional: false, cells: Cells::Integer { get, set } }
}

/// A column of numbers that may be missing; what is not finite is missing.
const fn real(name: &'static str, get: fn(&Record) -> Option<f64>, set: fn(&mut Record, f64) -> bool) -> Column {
    Column { name, optional: true, cells: Cells::Real { get, set } }
}

/// A column of yes or no.
const fn flag(name: &'static str, get: fn(&Record) -> Option<bool>, set: fn(&mut Record, bool) -> bool) -> Column {
    Column { name, optional: false, cells: Cells::Flag { get, set } }
}

/// A column function that stores its value in a field and succeeds.
macro_rules! put {
    ($field:ident) => {
        |record, value| {
            record.$field = value;
            true
        }
    };
    (some $field:ident) => {
        |record, value| {
            record.$field = Some(value);
            true
        }
    };
}

/// Every column, in file order. `depth` is derived from `shape` and only checked on reading.
pub(super) const COLUMNS: &[Column] = &[
    text(
        "target",
        |record| Some(record.target.clone()),
        |record, value| {
            record.target = value.to_owned();
            true
        },
    ),
    text("shape", |record| Some(shape_text(&record.shape)), set_shape),
    integer("depth", |record| u32::try_from(record.depth()).ok(), |record, value| record.depth() == value as usize),
    integer("params", |record| Some(record.params), put!(params)),
    integer("seed", |record| Some(record.seed), put!(seed)),
    real("uniform5", |record| record.uniform5, put!(some uniform5)),
    real("uniform3", |record| record.uniform3, put!(some uniform3)),
    real("normal", |record| record.normal, put!(some normal)),
    Column {
        name: "normal_method",
        optional: true,
        cells: Cells::Text {
            get: |record| record.normal_method.map(|method| method.name().to_owned()),
            set: set_normal_method,
        },
    },
    real("training_loss", |record| record.training_loss, put!(some training_loss)),
    integer("dead", |record| Some(record.dead), put!(dead)),
    integer("linear", |record| Some(record.linear), put!(linear)),
    integer("dead_small", |record| Some(record.dead_small), put!(dead_small)),
    integer("linear_small", |record| Some(record.linear_small), put!(linear_small)),
    Column {
        name: "pieces",
        optional: true,
        cells: Cells::Integer { get: |record| record.pieces, set: put!(some pieces) },
    },
    flag("collapsed_at_start", |record| Some(record.collapsed_at_start), put!(collapsed_at_start)),
    flag("collapsed", |record| Some(record.collapsed), put!(collapsed)),
    text("outcome", |record| Some(record.outcome.name().to_owned()), set_outcome),
    integer("steps", |record| Some(record.steps), put!(steps)),
    real("test_loss", |record| record.test_loss, put!(some test_loss)),
    real("test_accuracy", |record| record.test_accuracy, put!(some test_accuracy)),
    real("train_accuracy", |record| record.train_accuracy, put!(some train_accuracy)),
];

/// The Parquet schema of [`COLUMNS`].
pub(super) fn schema() -> Result<Arc<Type>, ParquetError> {
    let fields = COLUMNS.iter().map(Column::field).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("record").with_fields(fields).build()?))
}

impl Column {
    fn field(&self) -> Result<Arc<Type>, ParquetError> {
        let (physical, logical) = match self.cells {
            Cells::Text { .. } => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Cells::Integer { .. } => (Physical::INT64, None),
            Cells::Real { .. } => (Physical::DOUBLE, None),
            Cells::Flag { .. } => (Physical::BOOLEAN, None),
        };
        let repetition = if self.optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        let field = Type::primitive_type_builder(self.name, physical).with_logical_type(logical);
        Ok(Arc::new(field.with_repetition(repetition).build()?))
    }
}

/// Hidden widths as in `5,7,4`; `linear` when there are none.
pub(crate) fn shape_text(shape: &[usize]) -> String {
    if shape.is_empty() {
        return "linear".to_owned();
    }
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

fn set_shape(record: &mut Record, text: &str) -> bool {
    let widths = if text == "linear" { Ok(Vec::new()) } else { text.split(',').map(str::parse).collect() };
    widths.map(|widths| record.shape = widths).is_ok()
}

fn set_normal_method(record: &mut Record, text: &str) -> bool {
    let method = [NormalMethod::Exact, NormalMethod::Stream].into_iter().find(|method| method.name() == text);
    record.normal_method = method;
    method.is_some()
}

fn set_outcome(record: &mut Record, text: &str) -> bool {
    let outcome = [Outcome::Finished, Outcome::Diverged].into_iter().find(|outcome| outcome.name() == text);
    outcome.map(|outcome| record.outcome = outcome).is_some()
}
