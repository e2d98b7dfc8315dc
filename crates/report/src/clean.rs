//! Text that others wrote, made harmless for a terminal.
//!
//! An entity name, a token symbol or a note can hold terminal escapes that recolour or erase lines, newlines that
//! forge rows of a table, and direction marks that make an address read backwards. All of these print as visible
//! escapes, such as `\u{202e}`; a backslash prints as two, so that an escape cannot be forged either.

/// Longer text is cut, with a `…`: nothing that says who is who needs more, and a hostile name may be megabytes long.
const CHARS_MAX: usize = 500;

/// The text with everything that does not print as itself escaped, and cut if absurdly long.
pub fn clean(text: &str) -> String {
    escape(&clip(text, CHARS_MAX))
}

/// The same, uncut: for messages whose remedy may stand at the end.
pub fn escape(text: &str) -> String {
    // `escape_debug` knows what is printable, but it also escapes quotes, which are harmless here.
    text.split_inclusive(['"', '\'']).fold(String::new(), |mut out, piece| {
        let quote = piece.chars().next_back().filter(|&last| matches!(last, '"' | '\''));
        let plain = piece.strip_suffix(['"', '\'']).unwrap_or(piece);
        out.extend(plain.escape_debug());
        out.extend(quote);
        out
    })
}

/// The first characters of a text, with a `…` if there are more.
pub(crate) fn clip(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_could_act_on_is_escaped() {
        for (hostile, shown) in [
            ("a\u{202e}b\u{202c}", r"a\u{202e}b\u{202c}"),
            ("\u{2066}x\u{2069}\u{200f}\u{200e}\u{61c}", r"\u{2066}x\u{2069}\u{200f}\u{200e}\u{61c}"),
            ("\u{1b}[31mred\u{1b}[0m\u{9b}2J", r"\u{1b}[31mred\u{1b}[0m\u{9b}2J"),
            ("one\ntwo\r\tthree\0\u{7}\u{7f}", r"one\ntwo\r\tthree\0\u{7}\u{7f}"),
            ("zero\u{200b}width\u{feff}\u{2028}\u{a0}", r"zero\u{200b}width\u{feff}\u{2028}\u{a0}"),
            (r"forged \u{202e}", r"forged \\u{202e}"),
        ] {
            assert_eq!(clean(hostile), shown);
        }
    }

    #[test]
    fn what_prints_as_itself_stays() {
        for text in ["Bybit \"exploiter\" (it's)", "朝鮮 Ünïcode e\u{301}", "a < b & c; 50 %", ""] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn absurdly_long_text_is_cut() {
        let cut = clean(&"é".repeat(1_000_000));
        assert_eq!((cut.chars().count(), cut.ends_with("é…")), (CHARS_MAX + 1, true));
        assert_eq!(clip("abc", 3), "abc");
    }
}
