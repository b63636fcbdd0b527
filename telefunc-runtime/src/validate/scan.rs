//! Reads JSON text where it lies, one token at a time, and skips what nobody asks about.
//!
//! The text has been read as JSON before, so nothing is checked twice here; but no text whatever
//! makes it panic or loop. A scanner is a position: a copy of it reads the same value once more.

use std::borrow::Cow;

/// A position in JSON text.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// What a value is by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl<'b> Scanner<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes before this position.
    pub(super) fn offset(self) -> usize {
        self.at
    }

    /// Steps over white space and tells what comes.
    pub(super) fn kind(&mut self) -> Option<Kind> {
        Some(match self.peek()? {
            b'"' => Kind::String,
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'n' => Kind::Null,
            b't' | b'f' => Kind::Bool,
            b'-' | b'0'..=b'9' => Kind::Number,
            _ => return None,
        })
    }

    /// Steps over the bracket or brace that opens an array or object.
    pub(super) fn open(&mut self) {
        self.at += 1;
    }

    /// Steps to the next element or key; `false` is the end of the array or object.
    pub(super) fn more(&mut self) -> Option<bool> {
        if self.peek()? == b',' {
            self.at += 1;
        }
        let more = !matches!(self.peek()?, b']' | b'}');
        self.at += usize::from(!more);
        Some(more)
    }

    /// Reads a key and the colon behind it.
    pub(super) fn key(&mut self) -> Option<Cow<'b, str>> {
        self.peek()?;
        let key = self.string()?;
        let colon = self.peek()? == b':';
        self.at += 1;
        colon.then_some(key)
    }

    /// Reads a string, at whose quote the scanner stands.
    pub(super) fn string(&mut self) -> Option<Cow<'b, str>> {
        let start = self.at;
        let escaped = self.skip_string()?;
        let quoted = self.bytes.get(start..self.at)?;
        if escaped {
            return serde_json::from_slice(quoted).ok().map(Cow::Owned);
        }
        let text = quoted.get(1..quoted.len() - 1)?;
        std::str::from_utf8(text).ok().map(Cow::Borrowed)
    }

    /// Reads the text of a number, `true`, `false` or `null`.
    pub(super) fn scalar(&mut self) -> Option<&'b str> {
        let rest = self.bytes.get(self.at..)?;
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let length = rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
        self.at += length;
        std::str::from_utf8(&rest[..length]).ok().filter(|text| !text.is_empty())
    }

    /// Steps over a whole value.
    pub(super) fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.skip_string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                    continue;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    self.scalar()?;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// The position behind the value.
    pub(super) fn skipped(mut self) -> Option<Self> {
        self.skip()?;
        Some(self)
    }

    /// The text between this position and a later one.
    pub(super) fn until(self, end: Self) -> Option<&'b [u8]> {
        self.bytes.get(self.at..end.at)
    }

    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.at)? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return Some(*byte),
            }
        }
    }

    /// Steps over a string and tells whether it holds an escape.
    fn skip_string(&mut self) -> Option<bool> {
        let mut escaped = false;
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))? + 1;
            if self.bytes[self.at - 1] == b'"' {
                return Some(escaped);
            }
            escaped = true;
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn strings_are_borrowed_unless_escaped() {
        let read = |json: &'static str| Scanner::new(json.as_bytes()).string();
        assert!(matches!(read("\"añb\","), Some(Cow::Borrowed("añb"))));
        assert!(matches!(read(r#""a\"\u00e4\\""#), Some(Cow::Owned(text)) if text == "a\"ä\\"));
        assert!(read("\"open").is_none());
        assert!(read("\"open\\").is_none());
    }

    #[test]
    fn a_value_is_skipped_to_its_end() {
        for json in
            ["1", "-1.5e+3", "null", "\"a]\\\"\"", "[]", "{}", r#" { "a" : [1, {"b":"}"}] }"#]
        {
            let text = format!("{json},1");
            let end = Scanner::new(text.as_bytes()).skipped().unwrap();
            assert_eq!(end.offset(), json.len(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn hostile_text_neither_panics_nor_hangs(text in "[\\[\\]{}\",:\\\\a1 ]{0,40}") {
            let _ = Scanner::new(text.as_bytes()).skipped();
            let mut scanner = Scanner::new(text.as_bytes());
            let _ = (scanner.kind(), scanner.key(), scanner.more());
            let _ = (scanner.scalar(), scanner.string(), scanner.more());
        }
    }
}
