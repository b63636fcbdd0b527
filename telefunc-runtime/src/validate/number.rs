//! Numbers of JSON, compared without rounding where both are integers.

use std::cmp::Ordering;
use std::fmt;

/// A number as JSON writes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Integer(i128),
    Float(f64),
}

/// A bound, which the number may reach or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) at: Number,
    pub(super) exclusive: bool,
    /// Whether the Rust type has it, so that serde has checked it already.
    pub(super) implied: bool,
}

impl Number {
    pub(super) fn parse(text: &str) -> Option<Self> {
        // Most are short, and 128 bits are slow to read.
        if let Ok(integer) = text.parse::<i64>() {
            return Some(Self::Integer(integer.into()));
        }
        let integer = text.parse().map(Self::Integer);
        integer.or_else(|_| text.parse().map(Self::Float)).ok()
    }

    /// Whether this is whole, be it written `1.0`.
    pub(super) fn is_integer(self) -> bool {
        match self {
            Self::Integer(_) => true,
            Self::Float(float) => float.fract() == 0.0,
        }
    }

    pub(super) fn is_multiple_of(self, unit: Self) -> bool {
        if let (Self::Integer(number), Self::Integer(unit)) = (self, unit) {
            return unit != 0 && number % unit == 0;
        }
        // 0.3 is a multiple of 0.1 to a person, though not in binary.
        let quotient = self.as_f64() / unit.as_f64();
        (quotient - quotient.round()).abs() <= quotient.abs() * 1e-12
    }

    fn as_f64(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => Some(one.cmp(other)),
            _ => self.as_f64().partial_cmp(&other.as_f64()),
        }
    }
}

impl Limit {
    pub(super) fn implied(at: i128) -> Self {
        Self { at: Number::Integer(at), exclusive: false, implied: true }
    }

    /// Whether `number` lies below this lower bound.
    pub(super) fn is_above(self, number: Number) -> bool {
        if self.exclusive { number <= self.at } else { number < self.at }
    }

    /// Whether `number` lies above this upper bound.
    pub(super) fn is_below(self, number: Number) -> bool {
        if self.exclusive { number >= self.at } else { number > self.at }
    }
}

/// The largest integer up to which a JavaScript number holds every one.
pub(super) const MAX_SAFE: i128 = crate::encode::MAX_SAFE as i128;

/// The least and the greatest integer of the Rust type whose name `schemars` gives as format.
pub(super) fn of_format(format: &str) -> Option<(i128, Option<i128>)> {
    Some(match format {
        "int8" => (i8::MIN.into(), Some(i8::MAX.into())),
        "int16" => (i16::MIN.into(), Some(i16::MAX.into())),
        "int32" => (i32::MIN.into(), Some(i32::MAX.into())),
        "int64" | "int" => (i64::MIN.into(), Some(i64::MAX.into())),
        "int128" => (i128::MIN, Some(i128::MAX)),
        "uint8" => (0, Some(u8::MAX.into())),
        "uint16" => (0, Some(u16::MAX.into())),
        "uint32" => (0, Some(u32::MAX.into())),
        "uint64" | "uint" => (0, Some(u64::MAX.into())),
        "uint128" => (0, None),
        _ => return None,
    })
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(f),
            Self::Float(float) => float.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn long_integers_are_compared_exactly() {
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("18446744073709551616") > number("18446744073709551615"));
        assert!(number("1e400") > number("5"));
    }

    #[test]
    fn multiples_are_those_of_a_person() {
        for (text, unit, multiple) in [
            ("0.3", "0.1", true),
            ("0.35", "0.1", false),
            ("9007199254740993", "2", false),
            ("6", "1.5", true),
            ("0", "7", true),
            ("1", "0", false),
        ] {
            assert_eq!(number(text).is_multiple_of(number(unit)), multiple, "{text} {unit}");
        }
    }
}
