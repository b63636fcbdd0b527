//! The JSON shapes of a failure, both ways.
//!
//! Written by hand since serde reads an internally tagged enum through a buffer in which raw JSON,
//! and with it the digits of a long integer, does not survive.

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Failure, Issue, ProtocolCode};

/// One step into a value: a field's name or an element's index.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PathSegment {
    /// The field of an object.
    Key(String),
    /// The element of an array.
    Index(u64),
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Validation { issues } => {
                map.serialize_entry("kind", "validation")?;
                map.serialize_entry("issues", issues)?;
            }
            Self::Abort { value } => {
                map.serialize_entry("kind", "abort")?;
                map.serialize_entry("value", value)?;
            }
            Self::Bug { id } => {
                map.serialize_entry("kind", "bug")?;
                map.serialize_entry("id", id)?;
            }
            Self::Protocol { code, message } => {
                map.serialize_entry("kind", "protocol")?;
                map.serialize_entry("code", code)?;
                map.serialize_entry("message", message)?;
            }
        }
        map.end()
    }
}

/// The fields of all shapes; which of them must be there depends on the kind.
#[derive(Deserialize)]
struct Fields {
    kind: Kind,
    #[serde(default)]
    issues: Option<Vec<Issue>>,
    #[serde(default, deserialize_with = "present")]
    value: Option<Box<RawValue>>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    code: Option<ProtocolCode>,
    #[serde(default)]
    message: Option<String>,
}

/// A value that is there, be it `null`: refusing with `null` is not the same as not saying a value.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Validation,
    Abort,
    Bug,
    Protocol,
}

impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn need<T, E: serde::de::Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
            field.ok_or_else(|| E::missing_field(name))
        }
        let f = Fields::deserialize(deserializer)?;
        Ok(match f.kind {
            Kind::Validation => Self::Validation { issues: need(f.issues, "issues")? },
            Kind::Abort => Self::Abort { value: need(f.value, "value")? },
            Kind::Bug => Self::Bug { id: need(f.id, "id")? },
            Kind::Protocol => {
                Self::Protocol { code: need(f.code, "code")?, message: need(f.message, "message")? }
            }
        })
    }
}

impl From<&str> for PathSegment {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

impl From<String> for PathSegment {
    fn from(key: String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for PathSegment {
    fn from(index: usize) -> Self {
        Self::Index(index as u64)
    }
}
