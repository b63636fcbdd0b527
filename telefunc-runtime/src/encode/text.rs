//! Writes JSON strings, escaped as `serde_json` does it.

use std::fmt::{self, Display, Write as _};

/// Writes `text` with its quotes.
#[inline]
pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    escaped(out, text.as_bytes());
    out.push(b'"');
}

/// Writes what `value` displays, with quotes.
pub(super) fn display(out: &mut Vec<u8>, value: &(impl Display + ?Sized)) -> fmt::Result {
    struct Escaping<'a>(&'a mut Vec<u8>);

    impl fmt::Write for Escaping<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            escaped(self.0, text.as_bytes());
            Ok(())
        }
    }

    out.push(b'"');
    write!(Escaping(out), "{value}")?;
    out.push(b'"');
    Ok(())
}

#[inline]
fn escaped(out: &mut Vec<u8>, mut rest: &[u8]) {
    while let Some(place) = special(rest) {
        let (plain, byte, tail) = (&rest[..place], rest[place], &rest[place + 1..]);
        out.extend_from_slice(plain);
        escape(out, byte);
        rest = tail;
    }
    out.extend_from_slice(rest);
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            let hex = |digit: u8| b"0123456789abcdef"[usize::from(digit & 15)];
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', hex(byte >> 4), hex(byte)]);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Where the first byte stands that must be escaped: a quote, a backslash, or below a space.
#[inline]
fn special(bytes: &[u8]) -> Option<usize> {
    let Some(last) = bytes.last_chunk() else {
        return bytes.iter().position(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\'));
    };
    let (words, _) = bytes.as_chunks();
    for (place, word) in words.iter().enumerate() {
        if let Some(within) = special_in(*word) {
            return Some(place * 8 + within);
        }
    }
    // The last word overlaps the one before it, which holds nothing special.
    special_in(*last).map(|within| bytes.len() - 8 + within)
}

#[inline]
fn special_in(word: [u8; 8]) -> Option<usize> {
    let word = u64::from_le_bytes(word);
    let marks = below_space(word) | equal(word, b'"') | equal(word, b'\\');
    (marks != 0).then(|| marks.trailing_zeros() as usize / 8)
}

/// Sets the top bit of the bytes below 0x20. A borrow may set it in a byte behind such a one as
/// well, so only the lowest set bit counts. (Sean Eron Anderson, "Bit Twiddling Hacks".)
fn below_space(word: u64) -> u64 {
    word.wrapping_sub(EACH * 0x20) & !word & (EACH * 0x80)
}

fn equal(word: u64, byte: u8) -> u64 {
    let zero = word ^ (EACH * u64::from(byte));
    zero.wrapping_sub(EACH) & !zero & (EACH * 0x80)
}

const EACH: u64 = 0x0101_0101_0101_0101;
