//! A shard: consecutive jobs' records as one Parquet file that carries its own identity and seal.
//!
//! The bytes are a function of the records and the [`ShardIdentity`] alone.

mod columns;
pub(crate) mod seal;

pub(crate) use columns::shape_text;

use crate::record::Record;
use columns::{COLUMNS, Cells, Column, schema};
use parquet::basic::Compression;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};

/// Footer keys.
const PLAN_KEY: &str = "relulab.plan";
const SHARD_KEY: &str = "relulab.shard";
const SEAL_KEY: &str = "relulab.seal";

/// Who wrote the file, in its footer. No library version, so that the bytes depend on ours alone.
const CREATED_BY: &str = concat!("relulab ", env!("CARGO_PKG_VERSION"));

/// Which part of which plan a shard holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardIdentity {
    /// [`crate::EnumeratePlan::plan_hash`] of the plan.
    pub plan_hash: String,
    /// Index of the shard in the plan.
    pub index: usize,
    /// Number of records.
    pub n_rows: usize,
}

/// Why a shard could not be encoded or decoded.
#[derive(Debug, thiserror::Error)]
pub enum ShardError {
    /// The bytes are not the ones that were written.
    #[error("its checksum does not match (cut short or overwritten)")]
    Seal,
    /// A sound shard, but not the one that belongs here.
    #[error("it holds {n_rows} records of shard {index} of plan {plan}", plan = short(.0.plan_hash.as_str()), index = .0.index, n_rows = .0.n_rows)]
    Foreign(ShardIdentity),
    /// Its columns are not those of this version.
    #[error("its column \"{0}\" does not hold what this version writes")]
    Column(&'static str),
    /// The Parquet library refused.
    #[error("{0}")]
    Parquet(#[from] ParquetError),
}

/// The first digits of a hash, for messages.
pub(crate) fn short(hash: &str) -> &str {
    const N_SHOWN: usize = 12;
    hash.get(..N_SHOWN).unwrap_or(hash)
}

/// The name of a shard's file.
pub fn file_name(index: usize) -> String {
    format!("shard-{index:06}.parquet")
}

/// The index in the name of a shard's file; `None` for any other name.
pub fn index_in_name(name: &str) -> Option<usize> {
    let index = name.strip_prefix("shard-")?.strip_suffix(".parquet")?.parse().ok()?;
    (file_name(index) == name).then_some(index)
}

/// Encodes records as a sealed Parquet file.
///
/// # Errors
/// When the Parquet library refuses, which no record should cause.
pub fn encode(identity: &ShardIdentity, records: &[Record]) -> Result<Vec<u8>, ShardError> {
    let metadata = [
        (PLAN_KEY, identity.plan_hash.clone()),
        (SHARD_KEY, identity.index.to_string()),
        (SEAL_KEY, seal::placeholder()),
    ];
    let properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value)).to_vec()))
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema()?, properties.into())?;
    let mut group = writer.next_row_group()?;
    for column in COLUMNS {
        write_column(column, records, &mut group)?;
    }
    group.close()?;
    let mut bytes = writer.into_inner()?;
    if seal::seal(&mut bytes) { Ok(bytes) } else { Err(ShardError::Seal) }
}

/// Checks seal and identity without decoding the records.
///
/// # Errors
/// When the seal is broken or the shard is another one.
pub fn check(expected: &ShardIdentity, bytes: Vec<u8>) -> Result<(), ShardError> {
    open(expected, bytes).map(drop)
}

/// Decodes a file written by [`encode`].
///
/// # Errors
/// When the seal is broken, the shard is another one, or a column is not as this version writes it.
pub fn decode(expected: &ShardIdentity, bytes: Vec<u8>) -> Result<Vec<Record>, ShardError> {
    let reader = open(expected, bytes)?;
    let mut records = vec![Record::new("", &[], 0); expected.n_rows];
    let mut start = 0;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let n_rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let end = (start + n_rows).min(records.len());
        for (index, column) in COLUMNS.iter().enumerate() {
            read_column(column, &*group, index, &mut records[start..end])?;
        }
        start = end;
    }
    Ok(records)
}

fn open(expected: &ShardIdentity, bytes: Vec<u8>) -> Result<SerializedFileReader<bytes::Bytes>, ShardError> {
    if !seal::is_intact(&bytes) {
        return Err(ShardError::Seal);
    }
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes))?;
    let metadata = reader.metadata().file_metadata();
    let value = |key: &str| {
        let pairs = metadata.key_value_metadata()?;
        pairs.iter().find(|pair| pair.key == key)?.value.clone()
    };
    let found = ShardIdentity {
        plan_hash: value(PLAN_KEY).unwrap_or_default(),
        index: value(SHARD_KEY).and_then(|index| index.parse().ok()).unwrap_or(usize::MAX),
        n_rows: usize::try_from(metadata.num_rows()).unwrap_or(0),
    };
    if found != *expected {
        return Err(ShardError::Foreign(found));
    }
    if metadata.schema_descr().num_columns() != COLUMNS.len() {
        return Err(ShardError::Column(COLUMNS[0].name));
    }
    Ok(reader)
}

type GroupWriter<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

fn write_column(column: &Column, records: &[Record], group: &mut GroupWriter<'_>) -> Result<(), ShardError> {
    let Some(mut writer) = group.next_column()? else { return Err(ShardError::Column(column.name)) };
    match &column.cells {
        Cells::Text { get, .. } => {
            let cells = records.iter().map(|record| get(record).map(|text| ByteArray::from(text.into_bytes())));
            write_cells(column.optional, cells, writer.typed::<parquet::data_type::ByteArrayType>())?;
        }
        Cells::Integer { get, .. } => {
            let cells = records.iter().map(|record| get(record).map(i64::from));
            write_cells(column.optional, cells, writer.typed::<parquet::data_type::Int64Type>())?;
        }
        Cells::Real { get, .. } => {
            let cells = records.iter().map(|record| get(record).filter(|value| value.is_finite()));
            write_cells(column.optional, cells, writer.typed::<parquet::data_type::DoubleType>())?;
        }
        Cells::Flag { get, .. } => {
            write_cells(column.optional, records.iter().map(get), writer.typed::<parquet::data_type::BoolType>())?;
        }
    }
    Ok(writer.close()?)
}

fn write_cells<T: DataType>(
    optional: bool,
    cells: impl Iterator<Item = Option<T::T>>,
    writer: &mut ColumnWriterImpl<'_, T>,
) -> Result<(), ParquetError> {
    let mut levels = Vec::new();
    let mut values = Vec::new();
    for cell in cells {
        levels.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    writer.write_batch(&values, optional.then_some(&levels), None)?;
    Ok(())
}

fn read_column(
    column: &Column,
    group: &dyn RowGroupReader,
    index: usize,
    records: &mut [Record],
) -> Result<(), ShardError> {
    let name_in_file = group.metadata().column(index).column_path().string();
    let reader = group.get_column_reader(index)?;
    let understood = name_in_file == column.name
        && match (&column.cells, reader) {
            (Cells::Text { set, .. }, ColumnReader::ByteArrayColumnReader(reader)) => {
                read_cells(column.optional, reader, records, |record, value: ByteArray| {
                    value.as_utf8().is_ok_and(|text| set(record, text))
                })?
            }
            (Cells::Integer { set, .. }, ColumnReader::Int64ColumnReader(reader)) => {
                read_cells(column.optional, reader, records, |record, value| {
                    u32::try_from(value).is_ok_and(|value| set(record, value))
                })?
            }
            (Cells::Real { set, .. }, ColumnReader::DoubleColumnReader(reader)) => {
                read_cells(column.optional, reader, records, set)?
            }
            (Cells::Flag { set, .. }, ColumnReader::BoolColumnReader(reader)) => {
                read_cells(column.optional, reader, records, set)?
            }
            _ => false,
        };
    if understood { Ok(()) } else { Err(ShardError::Column(column.name)) }
}

/// Puts the cells of a column into records; `false` when there are too few, or one makes no sense.
fn read_cells<T: DataType>(
    optional: bool,
    mut reader: ColumnReaderImpl<T>,
    records: &mut [Record],
    set: impl Fn(&mut Record, T::T) -> bool,
) -> Result<bool, ParquetError> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (n_records, _, _) = reader.read_records(records.len(), Some(&mut levels), None, &mut values)?;
    if n_records != records.len() || (optional && levels.len() != records.len()) {
        return Ok(false);
    }
    let mut values = values.into_iter();
    for (row, record) in records.iter_mut().enumerate() {
        if !optional || levels[row] == 1 {
            let understood = values.next().is_some_and(|value| set(record, value));
            if !understood {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
