//! `model.safetensors`: for each token its vector.

use std::ops::Range;

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, Metadata, SafeTensorError, TensorInfo};

/// More dimensions than any model of this kind has; each costs time in each lesson.
const MOST_DIMENSIONS: usize = 1024;
/// No model has numbers that are larger; sums of them stay numbers.
const MOST: f32 = 100_000.0;
/// What an admin is told to save; more is read.
const FLOATS: &str = "float32 or float16";

/// Vectors as the file holds them: converted when they are asked for, so that they take no more memory than the file.
pub(super) struct Vectors {
    bytes: Vec<u8>,
    /// Where the vectors are, one behind the other.
    place: Range<usize>,
    number: Number,
    rows: usize,
    dimensions: usize,
    /// Which row a token has, where several share one; else each has its own.
    row_of: Option<Vec<usize>>,
    /// What each token's vector is multiplied by.
    weights: Option<Vec<f32>>,
}

impl Vectors {
    /// Reads the file; or says what is wrong with it.
    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self, String> {
        let (header, metadata) = SafeTensors::read_metadata(&bytes).map_err(|error| unread(&error))?;
        // By the second name sentence-transformers saves the same.
        let found = ["embeddings", "embedding.weight"].into_iter().find_map(|name| Some((name, metadata.info(name)?)));
        let Some((name, info)) = found else {
            return Err("holds no tensor called \"embeddings\"; take a model that was saved by model2vec".to_owned());
        };
        let [rows, dimensions] = *info.shape.as_slice() else {
            let shape = &info.shape;
            return Err(format!("\"{name}\" is of the shape {shape:?}, where tokens and dimensions are expected; save the model again"));
        };
        if rows == 0 || !(1..=MOST_DIMENSIONS).contains(&dimensions) {
            return Err(format!(
                "\"{name}\" holds {rows} vectors of {dimensions} numbers each; take a model of 1 to {MOST_DIMENSIONS} dimensions"
            ));
        }
        let number = Number::of(info.dtype).ok_or_else(|| unknown(name, info.dtype, FLOATS))?;
        let place = place(header, info);
        number.check(name, bytes.get(place.clone()).unwrap_or_default())?;
        let row_of = rows_of(&bytes, header, &metadata, rows)?;
        let weights = weights(&bytes, header, &metadata)?;
        let read = Self { bytes, place, number, rows, dimensions, row_of, weights };
        match (read.weights.as_ref().map(Vec::len), read.tokens()) {
            (Some(weights), tokens) if weights != tokens => {
                Err(format!("\"weights\" holds {weights} numbers for {tokens} tokens; save the model again"))
            }
            _ => Ok(read),
        }
    }

    /// How long the file is.
    pub(super) fn bytes(&self) -> u64 {
        u64::try_from(self.bytes.len()).unwrap_or(u64::MAX)
    }

    /// How many tokens have a vector.
    pub(super) fn tokens(&self) -> usize {
        self.row_of.as_ref().map_or(self.rows, Vec::len)
    }

    /// How many numbers a vector has.
    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Adds a token's vector to a sum; nothing where it has none.
    pub(super) fn add(&self, token: u32, sum: &mut [f32]) {
        let Some((vector, weight)) = usize::try_from(token).ok().and_then(|token| self.of(token)) else { return };
        let mut sum = sum.iter_mut();
        self.number.each(vector, |number| sum.next().into_iter().for_each(|sum| *sum += number * weight));
    }

    /// A token's vector as the file holds it, and what it is multiplied by.
    fn of(&self, token: usize) -> Option<(&[u8], f32)> {
        let row = match &self.row_of {
            Some(rows) => *rows.get(token)?,
            None => token,
        };
        let weight = match &self.weights {
            Some(weights) => *weights.get(token)?,
            None => 1.0,
        };
        let width = self.dimensions * self.number.width();
        let from = row.checked_mul(width)?;
        Some((self.bytes.get(self.place.clone())?.get(from..from.checked_add(width)?)?, weight))
    }
}

/// How a number is written, lowest byte first.
#[derive(Debug, Clone, Copy)]
enum Number {
    Double,
    Single,
    Half,
    Byte,
}

impl Number {
    fn of(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::F64 => Some(Self::Double),
            Dtype::F32 => Some(Self::Single),
            Dtype::F16 => Some(Self::Half),
            Dtype::I8 => Some(Self::Byte),
            _ => None,
        }
    }

    fn width(self) -> usize {
        match self {
            Self::Double => 8,
            Self::Single => 4,
            Self::Half => 2,
            Self::Byte => 1,
        }
    }

    fn each(self, bytes: &[u8], mut take: impl FnMut(f32)) {
        match self {
            Self::Double => bytes.as_chunks().0.iter().for_each(|bytes| take(single(f64::from_le_bytes(*bytes)))),
            Self::Single => bytes.as_chunks().0.iter().for_each(|bytes| take(f32::from_le_bytes(*bytes))),
            Self::Half => bytes.as_chunks().0.iter().for_each(|bytes| take(half(u16::from_le_bytes(*bytes)))),
            Self::Byte => bytes.as_chunks().0.iter().for_each(|bytes| take(i8::from_le_bytes(*bytes).into())),
        }
    }

    /// Whether sums of a tensor's numbers are numbers; or what is wrong with them.
    fn check(self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let mut good = true;
        // What is no number is not below anything.
        self.each(bytes, |number| good &= number.abs() <= MOST);
        let bad = || format!("\"{name}\" holds a number that is none, or one beyond {MOST}; copy the file or save the model again");
        good.then_some(()).ok_or_else(bad)
    }
}

/// Where a tensor's numbers are in the file.
fn place(header: usize, info: &TensorInfo) -> Range<usize> {
    // Eight bytes say how long the header is, and stand before it.
    let (first, (from, to)) = (header.saturating_add(8), info.data_offsets);
    first.saturating_add(from)..first.saturating_add(to)
}

/// What each token's vector is multiplied by, where the file says so: models whose tokens share vectors do.
fn weights(bytes: &[u8], header: usize, metadata: &Metadata) -> Result<Option<Vec<f32>>, String> {
    let Some(info) = metadata.info("weights") else { return Ok(None) };
    let number = Number::of(info.dtype).ok_or_else(|| unknown("weights", info.dtype, FLOATS))?;
    let bytes = bytes.get(place(header, info)).unwrap_or_default();
    number.check("weights", bytes)?;
    let mut weights = vec![];
    number.each(bytes, |weight| weights.push(weight));
    Ok(Some(weights))
}

/// Which row each token has, where the file says so.
fn rows_of(bytes: &[u8], header: usize, metadata: &Metadata, rows: usize) -> Result<Option<Vec<usize>>, String> {
    let Some(info) = metadata.info("mapping") else { return Ok(None) };
    let bytes = bytes.get(place(header, info)).unwrap_or_default();
    let row = |row: i64| usize::try_from(row).ok().filter(|row| *row < rows);
    let all: Option<Vec<usize>> = match info.dtype {
        Dtype::I64 => bytes.as_chunks().0.iter().map(|bytes| row(i64::from_le_bytes(*bytes))).collect(),
        Dtype::I32 => bytes.as_chunks().0.iter().map(|bytes| row(i32::from_le_bytes(*bytes).into())).collect(),
        other => return Err(unknown("mapping", other, "int32 or int64")),
    };
    match all {
        Some(all) => Ok(Some(all)),
        None => Err(format!("\"mapping\" names a vector that is not among the {rows}; copy the file or save the model again")),
    }
}

fn unread(error: &SafeTensorError) -> String {
    let cut = matches!(error, SafeTensorError::HeaderTooSmall | SafeTensorError::MetadataIncompleteBuffer);
    if cut {
        "is cut off, or has more in it than its header says; copy it again".to_owned()
    } else {
        "is cut off or no safetensors file: its header cannot be read; copy it again".to_owned()
    }
}

fn unknown(name: &str, dtype: Dtype, wanted: &str) -> String {
    format!("\"{name}\" is of type {dtype}, which is not read; save the model with {wanted}")
}

/// A number of half precision: one bit for the sign, five for the exponent, ten for the rest (IEEE 754).
fn half(bits: u16) -> f32 {
    /// Two to the power of minus 24: the smallest.
    const SMALLEST: f32 = 1.0 / 16_777_216.0;
    let (sign, exponent, rest) = (u32::from(bits >> 15) << 31, u32::from(bits >> 10 & 0x1f), bits & 0x3ff);
    let size = match exponent {
        0 => f32::from(rest) * SMALLEST,
        0x1f => f32::from_bits(0x7f80_0000 | u32::from(rest) << 13),
        _ => f32::from_bits((exponent + 112) << 23 | u32::from(rest) << 13),
    };
    f32::from_bits(sign | size.to_bits())
}

/// The nearest number of single precision.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "rounds to the nearest, which is what is meant")]
fn single(number: f64) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn half_a_number_is_the_same_number() {
        let cases = [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x0400, 6.103_515_6e-5),
            (0x0000, 0.0),
            (0x8000, -0.0_f32),
        ];
        for (bits, number) in cases {
            assert_eq!(half(bits).to_bits(), number.to_bits(), "{bits:x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0xfc00) < 0.0 && half(0x7e01).is_nan());
    }
}
