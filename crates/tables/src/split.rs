//! CSV fields, by the letter of RFC 4180.
//!
//! The `csv` crate reads leniently: it takes text after a closing quote, and a quote that never closes, as they come.
//! In a table of movements that would swallow rows in silence: one forgotten quote makes the following rows a part of
//! a note. So the splitter is ours and refuses both. It is fed line by line and never looks at a byte twice.

/// Collects the fields of one record.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    /// The fields' text without quotes, one after the other.
    text: String,
    /// Where each field ends in it.
    ends: Vec<usize>,
    /// Whether a quoted field goes on in the next line.
    open: bool,
}

/// A quoted field is followed by something else than a comma or the end of the line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextAfterQuote;

impl Splitter {
    /// Starts a record.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.open = false;
    }

    /// Takes the next line of the record, without its end. Gives whether the record is complete.
    pub(crate) fn line(&mut self, line: &str) -> Result<bool, TextAfterQuote> {
        let mut rest = line;
        if self.open {
            self.text.push('\n');
        }
        loop {
            let starts_quoted = if self.open { Some(rest) } else { rest.strip_prefix('"') };
            let Some(inside) = starts_quoted else {
                let (field, after) = rest.split_once(',').map_or((rest, None), |(field, after)| (field, Some(after)));
                self.text.push_str(field);
                self.ends.push(self.text.len());
                match after {
                    Some(after) => rest = after,
                    None => return Ok(true),
                }
                continue;
            };
            self.open = true;
            let Some((part, after)) = inside.split_once('"') else {
                self.text.push_str(inside);
                return Ok(false);
            };
            self.text.push_str(part);
            if let Some(after) = after.strip_prefix('"') {
                self.text.push('"');
                rest = after;
                continue;
            }
            self.open = false;
            self.ends.push(self.text.len());
            match after.strip_prefix(',') {
                Some(after) => rest = after,
                None if after.is_empty() => return Ok(true),
                None => return Err(TextAfterQuote),
            }
        }
    }

    /// The number of fields so far.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The fields, in order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| self.text.get(start..end).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Feeds lines until the record is complete; gives its fields and how many lines it took.
    fn split(text: &str) -> Result<Option<Vec<String>>, TextAfterQuote> {
        let mut splitter = Splitter::default();
        for line in text.split('\n') {
            if splitter.line(line)? {
                return Ok(Some(splitter.fields().map(str::to_owned).collect()));
            }
        }
        Ok(None)
    }

    #[test]
    fn quotes_by_the_letter() {
        let fields = |text| split(text).unwrap().unwrap();
        assert_eq!(fields("a,b,"), ["a", "b", ""]);
        assert_eq!(fields(""), [""]);
        assert_eq!(fields("\"a,\"\"b\"\"\",\"\",c\"d"), ["a,\"b\"", "", "c\"d"]);
        assert_eq!(fields("\"two\nlines\",x"), ["two\nlines", "x"]);
        assert_eq!(fields("\"\n\"\"\n\",x"), ["\n\"\n", "x"]);
    }

    #[test]
    fn a_forgotten_quote_never_swallows_rows_in_silence() {
        assert_eq!(split("a,\"never closed\nb,c\nd,e"), Ok(None));
        assert_eq!(split("a,\"never closed\nb,\"quoted\""), Err(TextAfterQuote));
        assert_eq!(split("\"a\" ,b"), Err(TextAfterQuote));
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_split_into_the_same_fields(
            fields in prop::collection::vec("[a\", \n\u{e9}]{0,6}", 1..6),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&fields).unwrap();
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(split(text.strip_suffix('\n').unwrap()).unwrap(), Some(fields));
        }
    }
}
