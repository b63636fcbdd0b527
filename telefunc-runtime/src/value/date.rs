//! A moment that TypeScript sees as a `Date`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

use super::rfc3339::{Day, Reader};

/// A moment in milliseconds since 1970-01-01 UTC, with the range of JavaScript's `Date`: 100
/// million days to either side. TypeScript sees a `Date`.
///
/// It is written as `Date.prototype.toISOString` writes it, and read from any RFC 3339 text;
/// digits finer than a millisecond are cut off.
///
/// ```
/// use telefunc_runtime::Date;
///
/// let date: Date = "2026-03-01T13:00:00+01:00".parse()?;
/// assert_eq!(date.millis(), 1_772_366_400_000);
/// assert_eq!(date.to_string(), "2026-03-01T12:00:00.000Z");
/// # Ok::<(), telefunc_runtime::InvalidDate>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

/// The text is not RFC 3339, or the moment is out of a [`Date`]'s range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDate;

impl Date {
    /// The first moment: -271821-04-20.
    pub const MIN: Self = Self(-8_640_000_000_000_000);
    /// The last moment: 275760-09-13.
    pub const MAX: Self = Self(8_640_000_000_000_000);
    /// 1970-01-01.
    pub const UNIX_EPOCH: Self = Self(0);

    /// The moment now.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// The moment so many milliseconds after 1970-01-01 UTC; `None` when out of range.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Option<Self> {
        if Self::MIN.0 <= millis && millis <= Self::MAX.0 { Some(Self(millis)) } else { None }
    }

    /// Milliseconds since 1970-01-01 UTC: what `Date.prototype.getTime` gives.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    fn write(self, out: &mut impl fmt::Write) -> fmt::Result {
        let Day { year, month, day } = Day::from_epoch(self.0.div_euclid(MILLIS_PER_DAY));
        match year {
            0..=9999 => write!(out, "{year:04}")?,
            _ => write!(out, "{year:+07}")?,
        }
        let rest = self.0.rem_euclid(MILLIS_PER_DAY);
        let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
        let (second, millis) = (rest / 1000 % 60, rest % 1000);
        write!(out, "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let mut reader = Reader::new(text);
        let mut read = || {
            let day = reader.day()?;
            reader.separator()?;
            // JavaScript has no leap seconds.
            let time = reader.time().filter(|time| time.second < 60)?;
            let offset = reader.offset()?;
            reader.end()?;
            let minutes = i64::from(time.hour) * 60 + i64::from(time.minute) - offset;
            let millis = i64::from(time.second) * 1000 + i64::from(time.millis);
            Self::from_millis(day.since_epoch() * MILLIS_PER_DAY + minutes * 60_000 + millis)
        };
        read().ok_or(InvalidDate)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl From<SystemTime> for Date {
    /// Rounds down to a millisecond. A moment out of range becomes [`Date::MIN`] or [`Date::MAX`].
    fn from(time: SystemTime) -> Self {
        let millis = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(error) => {
                let before = error.duration().as_nanos().div_ceil(1_000_000);
                i64::try_from(before).map_or(i64::MIN, |before| -before)
            }
        };
        Self(millis.clamp(Self::MIN.0, Self::MAX.0))
    }
}

impl From<Date> for SystemTime {
    /// Exact on Unix. On Windows, whose clock has the years 1601 to 30828, a moment outside
    /// becomes the nearest one inside.
    fn from(date: Date) -> Self {
        let at = |millis: i64| {
            let distance = Duration::from_millis(millis.unsigned_abs());
            match millis {
                0.. => Self::UNIX_EPOCH.checked_add(distance),
                _ => Self::UNIX_EPOCH.checked_sub(distance),
            }
        };
        at(date.0)
            .or_else(|| at(date.0.clamp(-11_644_473_600_000, 910_692_730_085_477)))
            .unwrap_or(Self::UNIX_EPOCH)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity("+275760-09-13T00:00:00.000Z".len());
        self.write(&mut text).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = Date;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date and time")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Date, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

impl TS for Date {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "Date".to_owned()
    }

    fn inline(config: &ts_rs::Config) -> String {
        Self::name(config)
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "telefunc::Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "x-telefunc": "date" })
    }
}

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be a date and time like 2026-01-31T12:00:00Z")
    }
}

impl std::error::Error for InvalidDate {}

const MILLIS_PER_DAY: i64 = 86_400_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_and_writes_what_javascript_writes() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000, "+010000-01-01T00:00:00.000Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (-62_167_219_200_001, "-000001-12-31T23:59:59.999Z"),
            (8_640_000_000_000_000, "+275760-09-13T00:00:00.000Z"),
            (-8_640_000_000_000_000, "-271821-04-20T00:00:00.000Z"),
        ] {
            let date = Date::from_millis(millis).unwrap();
            assert_eq!(date.to_string(), text);
            assert_eq!(text.parse(), Ok(date));
        }
    }

    #[test]
    fn reads_any_offset_and_any_number_of_decimals() {
        for (text, millis) in [
            ("1970-01-01t01:30:00+01:30", 0),
            ("1970-01-01 00:00:00.1z", 100),
            ("1969-12-31T23:59:00.9999999-00:01", 999),
        ] {
            assert_eq!(text.parse::<Date>().map(Date::millis), Ok(millis), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "2026",
            "2026-01-01",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00Z ",
            "2026-01-01T00:00:00+1:00",
            "-000000-01-01T00:00:00Z",
            "+275760-09-13T00:00:00.001Z",
            "１970-01-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<Date>(), Err(InvalidDate), "{text}");
        }
    }

    #[test]
    fn a_system_time_is_rounded_down() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_nanos(1);
        assert_eq!(Date::from(before).millis(), -1);
        let after = SystemTime::UNIX_EPOCH + Duration::from_nanos(1_999_999);
        assert_eq!(Date::from(after).millis(), 1);
    }

    proptest! {
        #[test]
        fn every_date_survives_text_and_system_time(millis in Date::MIN.0..=Date::MAX.0) {
            let date = Date::from_millis(millis).unwrap();
            prop_assert_eq!(date.to_string().parse(), Ok(date));
            #[cfg(unix)]
            prop_assert_eq!(Date::from(SystemTime::from(date)), date);
            let json = serde_json::to_string(&date).unwrap();
            prop_assert_eq!(serde_json::from_str::<Date>(&json).unwrap(), date);
        }

        #[test]
        fn reading_any_text_does_not_panic(text in ".*") {
            let _ = text.parse::<Date>();
        }
    }
}
