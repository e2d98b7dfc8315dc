//! Tables for people: no frame, one rule under the header, columns as wide as they need to be.
//!
//! Addresses and amounts are copied from here, so their columns are never broken; only columns of prose are wrapped.
//! A table that still does not fit becomes a list, because a terminal that folds the lines of a table makes it
//! unreadable.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width, presets::NOTHING,
};

/// Narrower prose is a column of single words.
const PROSE_WIDTH_MIN: u16 = 24;

/// A rule under the header and nothing else: a frame of lines is noise when a note is pasted into a case file.
const STYLE: TableStyle = NOTHING.header_separator(LineStyle::none().fill('─').junction('─'));

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// Prose: wrapped where a width is given.
    Prose,
    /// Addresses and states: never broken.
    Whole,
    /// Numbers and amounts: never broken, aligned to the right.
    Number,
}

/// A table, or a list if it does not fit, without a newline at its end.
pub(super) fn table(columns: &[(String, Column)], rows: &[Vec<String>], width: Option<u16>) -> String {
    let table = grid(columns, rows, width);
    let fits = |width: u16| table.lines().all(|line| line.chars().count() <= usize::from(width));
    if width.is_none_or(fits) { table } else { list(columns, rows) }
}

/// Every row by itself: its first cell, then what its other cells are called and hold.
fn list(columns: &[(String, Column)], rows: &[Vec<String>]) -> String {
    let cell = |(column, cell): (&(String, Column), &String)| {
        format!("\n    {}: {}", column.0, cell.replace('\n', &format!("\n    {}  ", " ".repeat(column.0.len()))))
    };
    let row = |row: &Vec<String>| {
        let filled = columns.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty());
        row.first().cloned().unwrap_or_default() + &filled.map(cell).collect::<String>()
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn grid(columns: &[(String, Column)], rows: &[Vec<String>], width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_header(columns.iter().map(|(title, _)| title));
    table.add_rows(rows);
    let widths = table.column_max_content_widths();
    for ((column, (_, kind)), content_width) in table.column_iter_mut().zip(columns).zip(widths) {
        column.set_padding((0, 2));
        match kind {
            Column::Prose => {
                let lower = Width::Fixed(content_width.min(PROSE_WIDTH_MIN));
                column.set_constraint(ColumnConstraint::LowerBoundary(lower));
            }
            Column::Whole => {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            Column::Number => {
                column.set_constraint(ColumnConstraint::ContentWidth).set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2";

    fn sample(width: Option<u16>) -> String {
        let columns =
            [("who".to_owned(), Column::Whole), ("says".to_owned(), Column::Prose), ("n".to_owned(), Column::Number)];
        let prose = "a source that has very much to say about this account and its owner".to_owned();
        table(&columns, &[vec![ADDRESS.to_owned(), prose, "7".to_owned()]], width)
    }

    #[test]
    fn without_a_width_nothing_is_wrapped() {
        assert_eq!(sample(None).lines().count(), 3);
        assert!(sample(None).lines().all(|line| line == line.trim_end()));
    }

    #[test]
    fn a_width_wraps_prose_and_never_breaks_an_address() {
        let fitted = sample(Some(100));
        assert!(fitted.lines().count() > 3);
        assert!(fitted.lines().all(|line| line.chars().count() <= 100), "{fitted}");
    }

    #[test]
    fn what_does_not_fit_is_a_list() {
        for width in [1, 20, 40, 60] {
            let prose = "a source that has very much to say about this account and its owner";
            assert_eq!(sample(Some(width)), format!("{ADDRESS}\n    says: {prose}\n    n: 7"));
        }
    }
}
