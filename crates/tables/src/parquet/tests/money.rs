//! Money in Parquet: exact, whatever type it has, and never a float.

use std::sync::Arc;

use parquet::{
    column::writer::ColumnWriter,
    data_type::{ByteArray, FixedLenByteArray},
    file::writer::SerializedFileWriter,
    schema::parser::parse_message_type,
};

use crate::{TableFile, TokenTable, from_bytes, movements};

/// A value of a column.
enum Value {
    Text(&'static str),
    Int(i64),
    Float(f32),
    Double(f64),
    Decimal([u8; 16]),
}

/// A table of one row: each column with its type, as Parquet's own notation has it, and its value.
fn table(columns: &[(&str, &str, Value)]) -> Vec<u8> {
    let fields = columns.iter().map(|(name, kind, _)| match kind.split_once(' ') {
        Some((kind, logical)) => format!("REQUIRED {kind} {name} {logical};"),
        None => format!("REQUIRED {kind} {name};"),
    });
    let schema = parse_message_type(&format!("message rows {{ {} }}", fields.collect::<String>())).unwrap();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::default()).unwrap();
    let mut group = file.next_row_group().unwrap();
    for (_, _, value) in columns {
        let mut column = group.next_column().unwrap().unwrap();
        let rows = match (column.untyped(), value) {
            (ColumnWriter::ByteArrayColumnWriter(to), Value::Text(text)) => {
                to.write_batch(&[ByteArray::from(*text)], None, None)
            }
            (ColumnWriter::Int64ColumnWriter(to), Value::Int(number)) => to.write_batch(&[*number], None, None),
            (ColumnWriter::FloatColumnWriter(to), Value::Float(number)) => to.write_batch(&[*number], None, None),
            (ColumnWriter::DoubleColumnWriter(to), Value::Double(number)) => to.write_batch(&[*number], None, None),
            (ColumnWriter::FixedLenByteArrayColumnWriter(to), Value::Decimal(number)) => {
                to.write_batch(&[FixedLenByteArray::from(number.to_vec())], None, None)
            }
            _ => panic!("the value is not of the column's type"),
        };
        assert_eq!(rows.unwrap(), 1);
        column.close().unwrap();
    }
    group.close().unwrap();
    file.close().unwrap();
    bytes
}

const TEXT: &str = "BYTE_ARRAY (UTF8)";
const TX: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";
const A: &str = "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A table of one movement with an amount.
fn movement(column: &str, kind: &str, value: Value) -> Result<TableFile, String> {
    let bytes = table(&[
        ("chain", TEXT, Value::Text("eip155:1")),
        ("tx", TEXT, Value::Text(TX)),
        ("block", "INT64", Value::Int(7)),
        ("asset", TEXT, Value::Text("native")),
        ("to", TEXT, Value::Text(A)),
        (column, kind, value),
    ]);
    from_bytes("rows.parquet", bytes).map_err(|problem| problem.reason)
}

#[test]
fn text_whole_numbers_and_decimals_are_read_to_the_last_digit() {
    let (whole, mut coins) = ("5000000000000000000", [0; 16]);
    coins.copy_from_slice(&1_500_000_000_000_000_001_i128.to_be_bytes());
    for (column, kind, value, amount) in [
        ("amount", TEXT, Value::Text("1.500000000000000001"), "1500000000000000001"),
        ("amount", "FIXED_LEN_BYTE_ARRAY(16) (DECIMAL(38,18))", Value::Decimal(coins), "1500000000000000001"),
        ("amount", "INT64", Value::Int(5), whole),
        ("amount_raw", "INT64", Value::Int(5_000_000_000_000_000_000), whole),
        ("amount_raw", TEXT, Value::Text(whole), whole),
    ] {
        let (file, tokens) = (movement(column, kind, value).unwrap(), TokenTable::default());
        let rows: Vec<_> = movements::read(file, &tokens).collect();
        assert_eq!(rows[0].as_ref().unwrap().movement.amount.to_string(), amount, "{column} {kind}");
    }
}

#[test]
fn a_column_of_floats_is_no_money() {
    for column in ["amount", "amount_raw"] {
        for (kind, value) in [("DOUBLE", Value::Double(0.1)), ("FLOAT", Value::Float(5.0))] {
            let refused = movement(column, kind, value).unwrap_err();
            assert!(refused.starts_with(&format!("column `{column}` holds floats")), "{refused}");
            assert!(refused.contains("write it as text, as whole numbers or as decimals"), "{refused}");
        }
    }
    // Of another program's table, where amounts are in whole units.
    let names =
        ["Txhash", "Blockno", "UnixTimestamp", "From", "To", "ContractAddress", "Value_OUT", "TxnFee", "Status"];
    let texts = names.map(|name| (name, TEXT, Value::Text("0"))).into_iter();
    let all: Vec<_> = texts.chain([("Value_IN", "DOUBLE", Value::Double(0.1))]).collect();
    let refused = from_bytes("export.parquet", table(&all)).unwrap_err();
    assert!(refused.reason.starts_with("column `Value_IN` holds floats"), "{refused}");
}
