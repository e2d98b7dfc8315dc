//! Values of a Parquet column as the text that a CSV would hold.
//!
//! Bytes become 0x and hexadecimal digits, integers and decimals plain digits, times RFC 3339. A float keeps its point
//! or exponent, so that no count of base units is ever read from one; a column of whole units that holds floats is
//! refused as a whole before (see `float_money`), because 0.1 as text would pass for what somebody wrote.

use fundtrail_types::{Amount, Time};
use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical},
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::{
        BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
    },
    errors::{ParquetError, Result as ParquetResult},
    schema::types::ColumnDescriptor,
};

use crate::lines::LINE_LEN_MAX;

/// Rows that are decoded at once. Their values are still as the file has them, so a page's text is never held whole.
const BATCH_ROWS: usize = 1024;

/// The longest value that is read, in bytes; its text is twice as long.
const VALUE_LEN_MAX: usize = LINE_LEN_MAX / 2;

/// What the numbers and bytes of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Signed,
    Unsigned,
    /// So many of these make a second.
    Time(i64),
    /// A whole number of units of 10^-scale.
    Decimal(u8),
    Text,
    Bytes,
    Bool,
    Float,
}

impl Meaning {
    /// What a column holds; none if it is nothing that a table of ours could have.
    pub(crate) fn of(column: &ColumnDescriptor) -> Option<Self> {
        if column.max_rep_level() > 0 {
            return None;
        }
        let decimal = |scale: i32| u8::try_from(scale).ok().map(Self::Decimal);
        if let Some(LogicalType::Decimal(decimal_type)) = column.logical_type_ref() {
            return decimal(decimal_type.scale);
        }
        if column.converted_type() == ConvertedType::DECIMAL {
            return decimal(column.type_scale());
        }
        match column.physical_type() {
            Physical::BOOLEAN => Some(Self::Bool),
            Physical::FLOAT | Physical::DOUBLE => Some(Self::Float),
            Physical::INT32 | Physical::INT64 => Self::of_integer(column),
            Physical::INT96 => None,
            Physical::FIXED_LEN_BYTE_ARRAY => Some(Self::Bytes),
            Physical::BYTE_ARRAY => Some(match (column.logical_type_ref(), column.converted_type()) {
                (Some(LogicalType::String | LogicalType::Enum | LogicalType::Json), _)
                | (_, ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) => Self::Text,
                _ => Self::Bytes,
            }),
        }
    }

    fn of_integer(column: &ColumnDescriptor) -> Option<Self> {
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Timestamp(timestamp)), _) => Some(Self::Time(match timestamp.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            })),
            (Some(LogicalType::Integer(integer)), _) => {
                Some(if integer.is_signed { Self::Signed } else { Self::Unsigned })
            }
            (Some(_), _) => None,
            (None, ConvertedType::TIMESTAMP_MILLIS) => Some(Self::Time(1_000)),
            (None, ConvertedType::TIMESTAMP_MICROS) => Some(Self::Time(1_000_000)),
            (
                None,
                ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64,
            ) => Some(Self::Unsigned),
            (None, ConvertedType::DATE | ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => None,
            (None, _) => Some(Self::Signed),
        }
    }
}

/// A batch of one column's values, still as the file has them.
pub(crate) enum Values {
    Bool(Batch<BoolType>),
    Int32(Batch<Int32Type>),
    Int64(Batch<Int64Type>),
    Float(Batch<FloatType>),
    Double(Batch<DoubleType>),
    Bytes(Batch<ByteArrayType>),
    Fixed(Batch<FixedLenByteArrayType>),
}

/// The reader of a column, and what it gave last.
pub(crate) struct Batch<T: DataType> {
    reader: ColumnReaderImpl<T>,
    values: Vec<T::T>,
}

/// The same for every type of column.
macro_rules! each {
    ($values:expr, $batch:ident => $what:expr) => {
        match $values {
            Values::Bool($batch) => $what,
            Values::Int32($batch) => $what,
            Values::Int64($batch) => $what,
            Values::Float($batch) => $what,
            Values::Double($batch) => $what,
            Values::Bytes($batch) => $what,
            Values::Fixed($batch) => $what,
        }
    };
}

impl Values {
    pub(crate) fn new(reader: ColumnReader) -> ParquetResult<Self> {
        fn batch<T: DataType>(reader: ColumnReaderImpl<T>) -> Batch<T> {
            Batch { reader, values: Vec::new() }
        }
        Ok(match reader {
            ColumnReader::BoolColumnReader(reader) => Self::Bool(batch(reader)),
            ColumnReader::Int32ColumnReader(reader) => Self::Int32(batch(reader)),
            ColumnReader::Int64ColumnReader(reader) => Self::Int64(batch(reader)),
            ColumnReader::FloatColumnReader(reader) => Self::Float(batch(reader)),
            ColumnReader::DoubleColumnReader(reader) => Self::Double(batch(reader)),
            ColumnReader::ByteArrayColumnReader(reader) => Self::Bytes(batch(reader)),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => Self::Fixed(batch(reader)),
            ColumnReader::Int96ColumnReader(_) => {
                return Err(ParquetError::NYI("times of 96 bits".to_owned()));
            }
        })
    }

    /// Decodes the next rows. Gives their number; `levels` tells of each row whether it has a value.
    pub(crate) fn fill(&mut self, levels: &mut Vec<i16>) -> ParquetResult<usize> {
        levels.clear();
        each!(self, batch => {
            batch.values.clear();
            batch.reader.read_records(BATCH_ROWS, Some(levels), None, &mut batch.values).map(|(rows, _, _)| rows)
        })
    }

    /// Writes a value of the batch as text.
    pub(crate) fn text(&self, place: usize, meaning: Meaning, text: &mut String) -> Result<(), String> {
        let number = match self {
            Self::Bool(batch) => return push(text, batch.values.get(place).map(bool::to_string)),
            Self::Float(batch) => return push(text, batch.values.get(place).map(|value| format!("{value:?}"))),
            Self::Double(batch) => return push(text, batch.values.get(place).map(|value| format!("{value:?}"))),
            Self::Bytes(batch) => return bytes(batch.values.get(place).map(|value| value.data()), meaning, text),
            Self::Fixed(batch) => return bytes(batch.values.get(place).map(|value| value.data()), meaning, text),
            Self::Int32(batch) => batch.values.get(place).map(|value| match meaning {
                Meaning::Unsigned => i128::from(value.cast_unsigned()),
                _ => i128::from(*value),
            }),
            Self::Int64(batch) => batch.values.get(place).map(|value| match meaning {
                Meaning::Unsigned => i128::from(value.cast_unsigned()),
                _ => i128::from(*value),
            }),
        };
        match (number, meaning) {
            (Some(number), Meaning::Time(per_second)) => time(number, per_second.into(), text),
            (Some(number), Meaning::Decimal(scale)) => {
                decimal(number < 0, Amount::from(number.unsigned_abs()), scale, text);
                Ok(())
            }
            (number, _) => push(text, number.map(|number| number.to_string())),
        }
    }
}

fn push(text: &mut String, value: Option<String>) -> Result<(), String> {
    text.push_str(&value.ok_or("the row has no value where its file says that it has one")?);
    Ok(())
}

fn bytes(bytes: Option<&[u8]>, meaning: Meaning, text: &mut String) -> Result<(), String> {
    let bytes = bytes.ok_or("the row has no value where its file says that it has one")?;
    if bytes.len() > VALUE_LEN_MAX {
        return Err(format!("it has {} bytes, more than any value of a table", bytes.len()));
    }
    match meaning {
        Meaning::Text => text.push_str(std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?),
        Meaning::Decimal(scale) => {
            let (negative, amount) = two_complement(bytes).ok_or("it has more than 256 bits")?;
            decimal(negative, amount, scale, text);
        }
        _ => {
            text.push_str("0x");
            for byte in bytes {
                for digit in [byte >> 4, byte & 0x0f] {
                    text.push(char::from_digit(digit.into(), 16).unwrap_or_default());
                }
            }
        }
    }
    Ok(())
}

/// A signed big-endian number as sign and size.
fn two_complement(bytes: &[u8]) -> Option<(bool, Amount)> {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    if !negative {
        return Amount::from_be_bytes(bytes).map(|amount| (false, amount));
    }
    let inverted: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
    Some((true, Amount::from_be_bytes(&inverted)?.checked_add(Amount::from(1_u64))?))
}

fn decimal(negative: bool, amount: Amount, scale: u8, text: &mut String) {
    if negative {
        text.push('-');
    }
    text.push_str(&amount.to_decimal(scale));
}

fn time(number: i128, per_second: i128, text: &mut String) -> Result<(), String> {
    if number.rem_euclid(per_second) != 0 {
        return Err("it is a time with a fraction of a second, and chains count whole seconds".to_owned());
    }
    let seconds = i64::try_from(number / per_second).ok().and_then(Time::from_unix);
    text.push_str(&seconds.ok_or("it is a time that no calendar has")?.to_string());
    Ok(())
}
