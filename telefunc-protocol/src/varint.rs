//! Variable-length integers as in QUIC (RFC 9000 §16): 62 bits in one, two, four or eight bytes.
//!
//! The two highest bits of the first byte give the length, so a reader knows it at once. Writers
//! use the shortest form; readers accept any, as QUIC's do.

/// The largest number that has a form.
pub const MAX: u64 = (1 << 62) - 1;

/// The most bytes a number takes.
pub const MAX_LEN: usize = 8;

/// How many bytes the shortest form of `value` takes.
#[must_use]
pub const fn len(value: u64) -> usize {
    match value {
        0..=0x3f => 1,
        0x40..=0x3fff => 2,
        0x4000..=0x3fff_ffff => 4,
        _ => 8,
    }
}

/// Appends the shortest form of `value`.
///
/// Numbers above [`MAX`] have no form. Ours are lengths, ids and counts that start at zero and rise
/// by one, so none gets there; a debug build checks it.
#[inline]
pub fn put(out: &mut Vec<u8>, value: u64) {
    debug_assert!(value <= MAX, "{value} does not fit 62 bits");
    match len(value) {
        1 => out.push(value as u8),
        2 => out.extend_from_slice(&(value as u16 | 0x4000).to_be_bytes()),
        4 => out.extend_from_slice(&(value as u32 | 0x8000_0000).to_be_bytes()),
        _ => out.extend_from_slice(&(value | 0xc000_0000_0000_0000).to_be_bytes()),
    }
}

/// Writes `value` into a field of as many bytes as [`len`] says.
pub(crate) fn write(field: &mut [u8], value: u64) {
    let len = field.len();
    let tag = u64::from(len.trailing_zeros());
    let tagged = value | tag << (8 * len - 2);
    field.copy_from_slice(&tagged.to_be_bytes()[8 - len..]);
}

/// Reads one number from the front of `input` and says how many bytes it took; `None` when `input`
/// ends too early. There is no malformed number.
#[must_use]
pub fn take(input: &[u8]) -> Option<(u64, usize)> {
    let first = *input.first()?;
    let len = 1 << (first >> 6);
    let bytes = input.get(..len)?;
    let value = bytes[1..].iter().fold(u64::from(first & 0x3f), |v, b| v << 8 | u64::from(*b));
    Some((value, len))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The sample values of RFC 9000 appendix A.1.
    #[test]
    fn the_samples_of_the_rfc_are_read() {
        let sample = |hex: &[u8], value| assert_eq!(take(hex), Some((value, hex.len())));
        sample(&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c], 151_288_809_941_952_652);
        sample(&[0x9d, 0x7f, 0x3e, 0x7d], 494_878_333);
        sample(&[0x7b, 0xbd], 15_293);
        sample(&[0x25], 37);
        sample(&[0x40, 0x25], 37);
    }

    #[test]
    fn a_cut_number_is_not_read() {
        for cut in 0..8 {
            assert_eq!(take(&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c][..cut]), None);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in 0..=MAX) {
            let mut out = Vec::new();
            put(&mut out, value);
            prop_assert_eq!(out.len(), len(value));
            prop_assert_eq!(take(&out), Some((value, out.len())));
        }
    }
}
