//! Readings as a sealed Parquet file with four columns: case, quantity, seed, value.

use super::reading::{Reading, Readings};
use crate::shard::{ShardError, seal};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::sync::Arc;

/// The footer's key of the seal.
const SEAL_KEY: &str = "relulab.seal";
/// The footer's key of the identity: check, experiment and job.
const IDENTITY_KEY: &str = "relulab.job";
/// The columns, in file order.
const COLUMNS: [(&str, Physical); 4] = [
    ("case", Physical::BYTE_ARRAY),
    ("quantity", Physical::BYTE_ARRAY),
    ("seed", Physical::INT64),
    ("value", Physical::DOUBLE),
];

/// Encodes readings; the same readings give the same bytes.
///
/// # Errors
/// When the Parquet library refuses, which no reading should cause.
pub(super) fn encode(identity: &str, readings: &Readings) -> Result<Vec<u8>, ShardError> {
    let metadata = [(IDENTITY_KEY, identity.to_owned()), (SEAL_KEY, seal::placeholder())];
    let properties = WriterProperties::builder()
        .set_created_by(concat!("relulab ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value)).to_vec()))
        .build();
    let rows: Vec<Reading> = readings.iter().collect();
    let texts = |get: fn(&Reading) -> &str| rows.iter().map(|row| ByteArray::from(get(row))).collect::<Vec<_>>();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema()?, properties.into())?;
    let mut group = writer.next_row_group()?;
    for (place, (name, _)) in COLUMNS.iter().enumerate() {
        let Some(mut column) = group.next_column()? else { return Err(ShardError::Column(name)) };
        match place {
            0 => column.typed::<ByteArrayType>().write_batch(&texts(|row| &row.case), None, None)?,
            1 => column.typed::<ByteArrayType>().write_batch(&texts(|row| &row.quantity), None, None)?,
            2 => {
                let seeds: Vec<i64> = rows.iter().map(|row| row.seed.cast_signed()).collect();
                column.typed::<Int64Type>().write_batch(&seeds, None, None)?
            }
            _ => {
                let values: Vec<f64> = rows.iter().map(|row| row.value).collect();
                column.typed::<DoubleType>().write_batch(&values, None, None)?
            }
        };
        column.close()?;
    }
    group.close()?;
    let mut bytes = writer.into_inner()?;
    if seal::seal(&mut bytes) { Ok(bytes) } else { Err(ShardError::Seal) }
}

/// Decodes what [`encode`] wrote for this identity.
///
/// # Errors
/// When the seal is broken, the file is another job's, or a column is not as this version writes it.
pub(super) fn decode(identity: &str, bytes: Vec<u8>) -> Result<Readings, ShardError> {
    if !seal::is_intact(&bytes) {
        return Err(ShardError::Seal);
    }
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes))?;
    let metadata = reader.metadata().file_metadata();
    let found = metadata.key_value_metadata().and_then(|pairs| pairs.iter().find(|pair| pair.key == IDENTITY_KEY));
    if found.and_then(|pair| pair.value.as_deref()) != Some(identity) {
        return Err(ShardError::Column(IDENTITY_KEY));
    }
    let mut readings = Readings::default();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let n = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let text = |place: usize| -> Result<Vec<String>, ShardError> {
            let mut values: Vec<ByteArray> = Vec::new();
            match group.get_column_reader(place)? {
                ColumnReader::ByteArrayColumnReader(mut column) => column.read_records(n, None, None, &mut values)?,
                _ => return Err(ShardError::Column(COLUMNS[place].0)),
            };
            let words = values.iter().map(|value| value.as_utf8().map(str::to_owned));
            words.collect::<Result<_, ParquetError>>().map_err(ShardError::Parquet)
        };
        let (cases, quantities) = (text(0)?, text(1)?);
        let (mut seeds, mut values) = (Vec::new(), Vec::new());
        match (group.get_column_reader(2)?, group.get_column_reader(3)?) {
            (ColumnReader::Int64ColumnReader(mut first), ColumnReader::DoubleColumnReader(mut second)) => {
                first.read_records(n, None, None, &mut seeds)?;
                second.read_records(n, None, None, &mut values)?;
            }
            _ => return Err(ShardError::Column(COLUMNS[2].0)),
        }
        if [cases.len(), quantities.len(), seeds.len(), values.len()] != [n; 4] {
            return Err(ShardError::Column(COLUMNS[3].0));
        }
        for (((case, quantity), seed), value) in cases.iter().zip(&quantities).zip(seeds).zip(values) {
            readings.push(case, seed.cast_unsigned(), quantity, value);
        }
    }
    Ok(readings)
}

fn schema() -> Result<Arc<Type>, ParquetError> {
    let field = |(name, physical): (&str, Physical)| {
        let logical = (physical == Physical::BYTE_ARRAY).then_some(LogicalType::String);
        let builder = Type::primitive_type_builder(name, physical).with_logical_type(logical);
        builder.with_repetition(Repetition::REQUIRED).build().map(Arc::new)
    };
    let fields = COLUMNS.into_iter().map(field).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("reading").with_fields(fields).build()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_survive_and_damage_is_told() {
        let mut readings = Readings::default();
        readings.push("shape=16", u64::MAX, "loss", f64::INFINITY);
        readings.push("shape=16", 3, "loss", 1.0 / 3.0);
        readings.push("shape=4,4 μ", 0, "steep", 4.0);
        let bytes = encode("anatomy/spectra/16", &readings).unwrap();
        assert_eq!(bytes, encode("anatomy/spectra/16", &readings).unwrap());
        assert_eq!(decode("anatomy/spectra/16", bytes.clone()).unwrap(), readings);
        assert!(matches!(decode("anatomy/spectra/17", bytes.clone()), Err(ShardError::Column(_))));
        let mut damaged = bytes;
        damaged[20] ^= 1;
        assert!(matches!(decode("anatomy/spectra/16", damaged), Err(ShardError::Seal)));
        assert_eq!(decode("x", encode("x", &Readings::default()).unwrap()).unwrap(), Readings::default());
    }
}
