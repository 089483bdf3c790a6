//! IDX files, as MNIST and its like come: images and labels in one byte each, plain or compressed by gzip.

use flate2::read::GzDecoder;
use relulab_net::{Dataset, DatasetError};
use std::borrow::Cow;
use std::io::Read;

/// What a compressed file begins with.
const GZIP_MARK: [u8; 2] = [0x1f, 0x8b];
/// The first two bytes of every IDX file.
const ZEROS: [u8; 2] = [0, 0];
/// The third: elements are bytes.
const UNSIGNED_BYTE: u8 = 8;
/// Largest uncompressed file that is read, so that a small hostile file cannot fill the memory.
const MAX_BYTES: u64 = 1 << 31;
/// Brightness of a white pixel, which becomes 1.
const WHITE: f64 = 255.0;

/// Why bytes are not an IDX file of the kind that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdxError {
    /// The compressed bytes cannot be unpacked.
    #[error("the gzip data are damaged: {0}")]
    Gzip(String),
    /// Unpacked, the file is too large.
    #[error("unpacked, the file has more than {MAX_BYTES} bytes")]
    Size,
    /// The first four bytes are wrong.
    #[error("it begins with {found}, expected {expected}: no IDX file of {content}")]
    Magic {
        /// The bytes, in hexadecimal.
        found: String,
        /// What they should be.
        expected: String,
        /// What the file should hold.
        content: &'static str,
    },
    /// There are more or fewer bytes than the header says.
    #[error("its header promises {expected} bytes, it has {found}")]
    Length {
        /// By the header.
        expected: u64,
        /// What is there.
        found: u64,
    },
}

/// Why two files do not make a dataset.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ImagesError {
    /// The images cannot be read.
    #[error("images: {0}")]
    Images(IdxError),
    /// The labels cannot be read.
    #[error("labels: {0}")]
    Labels(IdxError),
    /// The numbers do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
}

/// Images with their labels: inputs are the pixels row by row, 0 black and 1 white; labels are class numbers.
///
/// *Shapes*: n images of r × c pixels become n × rc inputs and n × 1 labels.
///
/// *Reference*: LeCun, Cortes and Burges, *The MNIST database of handwritten digits*, section "File formats".
///
/// # Errors
/// When a file is damaged or of another kind, or there are not as many labels as images.
pub fn read_images(images: &[u8], labels: &[u8]) -> Result<Dataset, ImagesError> {
    let images = unpacked(images).map_err(ImagesError::Images)?;
    let labels = unpacked(labels).map_err(ImagesError::Labels)?;
    let (sizes, pixels) = content::<3>(&images, "images").map_err(ImagesError::Images)?;
    let (_, classes) = content::<1>(&labels, "labels").map_err(ImagesError::Labels)?;
    let [n_images, rows, columns] = sizes;
    if n_images != classes.len() {
        return Err(DatasetError::RowCounts { inputs: n_images, labels: classes.len() }.into());
    }
    let inputs = pixels.iter().map(|pixel| f64::from(*pixel) / WHITE).collect();
    let labels = classes.iter().map(|class| f64::from(*class)).collect();
    Ok(Dataset::new(inputs, rows * columns, labels, 1)?)
}

/// The bytes of a file, unpacked where they are compressed.
///
/// # Errors
/// When they cannot be unpacked.
pub fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, IdxError> {
    if !bytes.starts_with(&GZIP_MARK) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut plain = Vec::new();
    let limited = GzDecoder::new(bytes).take(MAX_BYTES + 1).read_to_end(&mut plain);
    limited.map_err(|error| IdxError::Gzip(error.to_string()))?;
    if plain.len() as u64 > MAX_BYTES { Err(IdxError::Size) } else { Ok(Cow::Owned(plain)) }
}

/// Sizes of `N` axes and the elements after them.
fn content<'a, const N: usize>(bytes: &'a [u8], of: &'static str) -> Result<([usize; N], &'a [u8]), IdxError> {
    let magic = [ZEROS[0], ZEROS[1], UNSIGNED_BYTE, N as u8];
    if !bytes.starts_with(&magic) {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
        let found = if bytes.is_empty() { "nothing".to_owned() } else { hex(&bytes[..bytes.len().min(4)]) };
        return Err(IdxError::Magic { found, expected: hex(&magic), content: of });
    }
    let header = magic.len() + 4 * N;
    let found = bytes.len() as u64;
    let short = IdxError::Length { expected: header as u64, found };
    let (words, _) = bytes.get(magic.len()..header).ok_or(short)?.as_chunks::<4>();
    let sizes: Vec<u64> = words.iter().map(|word| u64::from(u32::from_be_bytes(*word))).collect();
    let n_elements = sizes.iter().try_fold(1_u64, |product, size| product.checked_mul(*size)).unwrap_or(u64::MAX);
    let expected = n_elements.saturating_add(header as u64);
    if expected != found {
        return Err(IdxError::Length { expected, found });
    }
    Ok((std::array::from_fn(|axis| sizes[axis] as usize), &bytes[header..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    fn file(sizes: &[u32], elements: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, 8, sizes.len() as u8];
        sizes.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
        bytes.extend(elements);
        bytes
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn images_become_rows_between_0_and_1() {
        let images = file(&[2, 1, 3], &[0, 51, 255, 102, 0, 0]);
        let labels = file(&[2], &[7, 0]);
        for (images, labels) in [(images.clone(), labels.clone()), (packed(&images), packed(&labels))] {
            let data = read_images(&images, &labels).unwrap();
            assert_eq!((data.n_points(), data.input_dim(), data.output_dim()), (2, 3, 1));
            assert_eq!(data.inputs(), [0.0, 0.2, 1.0, 0.4, 0.0, 0.0]);
            assert_eq!(data.labels(), [7.0, 0.0]);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let (images, labels) = (file(&[2, 1, 1], &[1, 2]), file(&[2], &[0, 1]));
        let error = |images: &[u8], labels: &[u8]| read_images(images, labels).unwrap_err().to_string();
        assert_eq!(
            error(&labels, &labels),
            "images: it begins with 00 00 08 01, expected 00 00 08 03: no IDX file of images"
        );
        assert!(error(&images, b"").starts_with("labels: it begins with nothing"));
        assert_eq!(error(&images[..17], &labels), "images: its header promises 18 bytes, it has 17");
        assert_eq!(error(&images[..9], &labels), "images: its header promises 16 bytes, it has 9");
        assert_eq!(error(&images, &file(&[3], &[0, 1, 1])), "2 rows of inputs but 3 rows of labels");
        assert!(error(&file(&[0, 28, 28], &[]), &file(&[0], &[])).contains("the data are empty"));
        let torn = &packed(&images)[..15];
        assert!(error(torn, &labels).starts_with("images: the gzip data are damaged"));
        let endless = file(&[u32::MAX, u32::MAX, u32::MAX], &[]);
        assert!(error(&endless, &labels).starts_with("images: its header promises 18446744073709551615 bytes"));
    }

    proptest! {
        #[test]
        fn damage_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>(), end in any::<prop::sample::Index>()) {
            let plain = file(&[2, 2, 1], &[1, 2, 3, 4]);
            for mut bytes in [plain.clone(), packed(&plain)] {
                let at = at.index(bytes.len());
                bytes[at] = byte;
                let _ = read_images(&bytes[..=end.index(bytes.len())], &file(&[2], &[0, 1]));
            }
        }
    }
}
