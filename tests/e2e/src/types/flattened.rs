//! Structs whose fields stand among those of another.

use std::collections::BTreeMap;

use super::enums::{Adjacent, External, Internal};
use super::rows;
use super::structs::Plain;
use crate::random::random;

/// A struct in a struct.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct InStruct {
    pub own_field: u8,
    #[serde(flatten)]
    pub plain: Plain,
}
random! { InStruct: r => Self { own_field: r.any(), plain: r.any() } }

/// Two levels, and two at once.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Deep {
    #[serde(flatten)]
    pub inner: InStruct,
    #[serde(flatten)]
    pub other: Other,
    pub maybe: Option<u8>,
}
random! { Deep: r => Self { inner: r.any(), other: r.any(), maybe: r.any() } }

/// Fields of its own.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Other {
    #[serde(rename = "other-field")]
    pub other_field: Option<bool>,
    #[serde(default)]
    pub defaulted: u8,
}
random! { Other: r => Self { other_field: r.any(), defaulted: r.any() } }

/// A tagged enum in a struct.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct WithInternal {
    pub id: u32,
    #[serde(flatten)]
    pub of: Internal,
}
random! { WithInternal: r => Self { id: r.any(), of: r.any() } }

/// A tagged enum with its content in a struct.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct WithAdjacent {
    pub id: u32,
    #[serde(flatten)]
    pub of: Adjacent,
}
random! { WithAdjacent: r => Self { id: r.any(), of: r.any() } }

/// An enum that is told apart by its key; serde can not flatten its unit variants.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct WithExternal {
    pub id: u32,
    #[serde(flatten)]
    pub of: External,
}
random! { WithExternal: r =>
    Self { id: r.any(), of: External::NewType(r.any()) },
    Self { id: r.any(), of: External::TwoOf(r.any(), r.any()) },
}

/// Whatever else there is.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Open {
    pub id: u32,
    #[serde(flatten)]
    pub rest: BTreeMap<String, u32>,
}
random! { Open: r => Self { id: r.any(), rest: r.any::<BTreeMap<u8, u32>>().into_iter().map(|(key, value)| (format!("x{key}"), value)).collect() } }

/// A generic that is flattened.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Tagged<T> {
    pub tag: String,
    #[serde(flatten)]
    pub inner: T,
}
random! { Tagged<Plain>: r => Self { tag: r.any(), inner: r.any() } }
random! { Tagged<Other>: r => Self { tag: r.any(), inner: r.any() } }

rows! {
    give_in_struct, take_in_struct: InStruct;
    give_deep, take_deep: Deep;
    give_with_internal, take_with_internal: WithInternal;
    give_with_adjacent, take_with_adjacent: WithAdjacent;
    give_with_external, take_with_external: WithExternal;
    give_open, take_open: Open;
    give_tagged, take_tagged: (Tagged<Plain>, Tagged<Other>);
}
