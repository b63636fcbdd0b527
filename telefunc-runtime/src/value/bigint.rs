//! An integer that TypeScript sees as a `bigint`.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

/// A 64-bit integer that TypeScript sees as a `bigint`, exact to the last digit. (A bare `u64` is
/// a `number`, and refused beyond 2⁵³−1; `i128` and `u128` are `bigint` by themselves.)
///
/// ```
/// use telefunc_runtime::BigInt;
///
/// let id = BigInt(u64::MAX);
/// assert_eq!(*id, u64::MAX);
/// assert_eq!(id, BigInt::from(u64::MAX));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BigInt<T>(pub T);

/// The integers that [`BigInt`] holds.
pub trait Integer: sealed::Widen + Copy + Serialize + DeserializeOwned + JsonSchema {}

mod sealed {
    use serde::Serializer;

    /// Writes the integer as one of 128 bits, which the encoder always writes exactly.
    pub trait Widen {
        fn widen<S: Serializer>(self, serializer: S) -> Result<S::Ok, S::Error>;
    }
}

macro_rules! integers {
    ($($integer:ty => $method:ident),*) => { $(
        impl Integer for $integer {}

        impl sealed::Widen for $integer {
            fn widen<S: Serializer>(self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.$method(self.into())
            }
        }

        impl From<BigInt<$integer>> for $integer {
            fn from(value: BigInt<$integer>) -> Self {
                value.0
            }
        }
    )* };
}

integers! {
    i64 => serialize_i128, u64 => serialize_u128, i128 => serialize_i128, u128 => serialize_u128
}

impl<T> From<T> for BigInt<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for BigInt<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for BigInt<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: fmt::Display> fmt::Display for BigInt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Integer> Serialize for BigInt<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.widen(serializer)
    }
}

impl<'de, T: Integer> Deserialize<'de> for BigInt<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T: Integer + 'static> TS for BigInt<T> {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "bigint".to_owned()
    }

    fn inline(config: &ts_rs::Config) -> String {
        Self::name(config)
    }
}

impl<T: Integer> JsonSchema for BigInt<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("BigInt_of_{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("telefunc::BigInt<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        schema.insert("x-telefunc".to_owned(), "bigint".into());
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_digits() {
        assert_eq!(serde_json::to_string(&BigInt(i64::MIN)).unwrap(), i64::MIN.to_string());
        assert_eq!(serde_json::to_string(&BigInt(u128::MAX)).unwrap(), u128::MAX.to_string());
        let read: BigInt<u64> = serde_json::from_str(&u64::MAX.to_string()).unwrap();
        assert_eq!(read, BigInt(u64::MAX));
        assert!(serde_json::from_str::<BigInt<u64>>("-1").is_err());
    }

    #[test]
    fn a_tagged_enum_can_hold_one() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        enum Tagged {
            Id { id: BigInt<u64> },
        }
        let json = r#"{"kind":"Id","id":18446744073709551615}"#;
        let tagged = Tagged::Id { id: BigInt(u64::MAX) };
        assert_eq!(serde_json::from_str::<Tagged>(json).unwrap(), tagged);
        assert_eq!(serde_json::to_string(&tagged).unwrap(), json);
    }
}
