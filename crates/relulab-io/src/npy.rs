//! One NumPy array inside an npz file.

use crate::tensor::{Tensor, n_elements, shape_text};
use npyz::{NpyFile, Order, WriterBuilder};
use std::io;

/// Brackets that a plain array's header can have: one dictionary, one shape.
const MAX_HEADER_BRACKETS: usize = 4;

/// Length of the magic bytes, the version and the shortest header length.
const PREAMBLE_BYTES: usize = 10;

/// The bytes of an array in NumPy's format, C order.
pub(crate) fn write(tensor: &Tensor) -> io::Result<Vec<u8>> {
    let shape: Vec<u64> = tensor.shape.iter().map(|&length| length as u64).collect();
    let mut bytes = Vec::new();
    let mut writer = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(&mut bytes).begin_nd()?;
    writer.extend(tensor.values.iter().copied())?;
    writer.finish()?;
    Ok(bytes)
}

/// Reads an array of floats, integers or booleans, in C or Fortran order.
///
/// # Errors
/// A line that says what is wrong.
pub(crate) fn read(bytes: &[u8]) -> Result<Tensor, String> {
    check_header(bytes)?;
    let file = NpyFile::new(bytes).map_err(|error| error.to_string())?;
    let shape: Vec<usize> = file.shape().iter().map(|&length| usize::try_from(length).unwrap_or(usize::MAX)).collect();
    let n = n_elements(&shape).filter(|&n| n <= bytes.len());
    let n =
        n.ok_or_else(|| format!("its header announces the shape {}, but the data end before", shape_text(&shape)))?;
    let order = file.order();
    let dtype = file.dtype().descr();
    let values = values(file).map_err(|error| error.to_string())?;
    let values = values.ok_or_else(|| format!("its type is {dtype}; expected floats, integers or booleans"))?;
    if values.len() != n {
        return Err(format!("it holds {} numbers for the shape {}", values.len(), shape_text(&shape)));
    }
    let values = if order == Order::Fortran { from_fortran(&shape, &values) } else { values };
    Ok(Tensor { shape, values })
}

/// Keeps headers away from the parser that nest brackets so deeply that they would exhaust the call stack.
fn check_header(bytes: &[u8]) -> Result<(), String> {
    let header = bytes.get(PREAMBLE_BYTES..).ok_or("it is cut off")?;
    let end = header.iter().position(|&byte| byte == b'\n').unwrap_or(header.len());
    let brackets = header[..end].iter().filter(|byte| b"([{".contains(byte)).count();
    if brackets > MAX_HEADER_BRACKETS {
        return Err("it is not an array of numbers".to_owned());
    }
    Ok(())
}

/// The numbers in stored order; None when they are of no readable type.
fn values(file: NpyFile<&[u8]>) -> io::Result<Option<Vec<f64>>> {
    macro_rules! first_of {
        ($file:expr, $($number:ty => $convert:expr),+) => {{
            let mut file = $file;
            $(match file.try_data::<$number>() {
                Ok(numbers) => return numbers.map(|number| number.map($convert)).collect::<io::Result<_>>().map(Some),
                Err(back) => file = back,
            })+
            drop(file);
            Ok(None)
        }};
    }
    first_of!(file,
        f64 => |number| number, f32 => f64::from,
        i64 => |number| number as f64, i32 => f64::from, i16 => f64::from, i8 => f64::from,
        u64 => |number| number as f64, u32 => f64::from, u16 => f64::from, u8 => f64::from,
        bool => |flag| f64::from(u8::from(flag)))
}

/// Numbers whose first axis moves fastest, reordered so that the last does.
fn from_fortran(shape: &[usize], values: &[f64]) -> Vec<f64> {
    let mut index = vec![0; shape.len()];
    let mut strides = vec![1; shape.len()];
    for axis in 1..shape.len() {
        strides[axis] = strides[axis - 1] * shape[axis - 1];
    }
    let mut ordered = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        ordered.push(values[index.iter().zip(&strides).map(|(i, stride)| i * stride).sum::<usize>()]);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            if index[axis] < shape[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn arrays_read_back(rows in 1..5_usize, columns in 1..5_usize, seed in any::<u32>()) {
            let values = (0..rows * columns).map(|i| f64::from(seed) * 0.3 + i as f64).collect();
            let tensor = Tensor { shape: vec![rows, columns], values };
            prop_assert_eq!(read(&write(&tensor).unwrap()), Ok(tensor));
        }

        #[test]
        fn fortran_order_is_the_transpose(rows in 1..5_usize, columns in 1..5_usize) {
            let stored: Vec<f64> = (0..rows * columns).map(|i| i as f64).collect();
            let ordered = from_fortran(&[rows, columns], &stored);
            for i in 0..rows {
                for j in 0..columns {
                    prop_assert_eq!(ordered[i * columns + j], stored[j * rows + i]);
                }
            }
        }

        #[test]
        fn damage_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = write(&Tensor { shape: vec![2, 2], values: vec![1.0; 4] }).unwrap();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = read(&bytes);
        }
    }

    fn with_header(header: &str) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16 + 1).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.push(b'\n');
        bytes.extend([0; 32]);
        bytes
    }

    #[test]
    fn hostile_headers_are_refused() {
        let huge = "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }";
        assert!(read(&with_header(huge)).unwrap_err().contains("the data end before"));
        let long = "{'descr': '<f8', 'fortran_order': False, 'shape': (8,), }";
        assert!(read(&with_header(long)).is_err());
        assert!(read(&with_header(&"(".repeat(60_000))).unwrap_err().contains("not an array of numbers"));
        let text = "{'descr': '<U4', 'fortran_order': False, 'shape': (2,), }";
        assert!(read(&with_header(text)).unwrap_err().contains("<U4"));
        assert!(read(b"").is_err());
    }
}
