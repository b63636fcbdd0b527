//! Types of other crates that lack a TypeScript type, as the text that stands for them.
//!
//! `chrono`, `jiff`, `uuid` and `url` need nothing of the kind: `ts-rs` and `schemars` know them.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

macro_rules! text {
    (
        $(#[$meta:meta])*
        $name:ident($inner:ty) as $format:literal,
        read: $read:expr, error: $error:ty,
        write: $write:expr $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl DerefMut for $name {
            fn deref_mut(&mut self) -> &mut $inner {
                &mut self.0
            }
        }

        impl From<$inner> for $name {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        impl From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                $read(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $write(&self.0, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl TS for $name {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn name(_: &ts_rs::Config) -> String {
                "string".to_owned()
            }

            fn inline(config: &ts_rs::Config) -> String {
                Self::name(config)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> Cow<'static, str> {
                concat!("telefunc::", stringify!($name)).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": $format })
            }
        }
    };
}

#[cfg(feature = "rust_decimal")]
text! {
    /// A `rust_decimal::Decimal` that travels as text, exact to the last digit. TypeScript sees a
    /// `string`.
    ///
    /// ```
    /// use telefunc_runtime::Decimal;
    ///
    /// let price: Decimal = "19.90".parse().unwrap();
    /// assert_eq!((price.0 * price.0).to_string(), "396.0100");
    /// ```
    Decimal(rust_decimal::Decimal) as "decimal",
    read: rust_decimal::Decimal::from_str, error: rust_decimal::Error,
    write: fmt::Display::fmt,
}

#[cfg(feature = "time")]
text! {
    /// A `time::OffsetDateTime` that travels as RFC 3339 text, to the nanosecond. TypeScript sees
    /// a `string`.
    ///
    /// ```
    /// use telefunc_runtime::OffsetDateTime;
    ///
    /// let then: OffsetDateTime = "2026-01-31T12:00:00+01:00".parse().unwrap();
    /// assert_eq!(then.to_string(), "2026-01-31T12:00:00+01:00");
    /// ```
    OffsetDateTime(time::OffsetDateTime) as "date-time",
    read: |text| time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339),
    error: time::error::Parse,
    write: |value: &time::OffsetDateTime, f: &mut fmt::Formatter<'_>| {
        let format = &time::format_description::well_known::Rfc3339;
        // RFC 3339 has four digits of year, and no seconds in an offset.
        f.write_str(&value.format(format).map_err(|_| fmt::Error)?)
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survives<T>(text: &str)
    where
        T: Serialize
            + for<'de> Deserialize<'de>
            + PartialEq
            + fmt::Debug
            + FromStr<Err: fmt::Debug>,
    {
        let value: T = text.parse().unwrap();
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value);
        assert!(serde_json::from_str::<T>("\"no\"").is_err());
        assert!(serde_json::from_str::<T>("1").is_err());
    }

    #[cfg(feature = "rust_decimal")]
    #[test]
    fn a_decimal_keeps_its_digits() {
        survives::<Decimal>("79228162514264337593543950335");
        survives::<Decimal>("0.10");
    }

    #[cfg(feature = "time")]
    #[test]
    fn a_time_keeps_its_offset_and_nanoseconds() {
        survives::<OffsetDateTime>("2026-01-31T12:00:00.123456789-05:30");
    }
}
