//! Enums in every form that serde gives them.

use std::collections::BTreeMap;

use super::rows;
use super::structs::{Plain, Unit};
use crate::random::random;

/// Names alone.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum Names {
    FirstOne,
    #[serde(rename = "2nd")]
    Second,
    #[serde(skip)]
    #[expect(dead_code, reason = "it only shows that it is not there")]
    Never,
}
random! { Names: r => Self::FirstOne, Self::Second }

/// Told apart by its only key.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub enum External {
    UnitOne,
    NewType(Plain),
    TwoOf(u8, Option<String>),
    #[serde(rename = "renamed here")]
    Fields {
        first_name: Option<u8>,
        #[serde(rename = "2")]
        second: Names,
    },
    Boxed(Box<External>),
}
random! { External: r =>
    Self::UnitOne,
    Self::NewType(r.any()),
    Self::TwoOf(r.any(), r.any()),
    Self::Fields { first_name: r.any(), second: r.any() },
    Self::Boxed(r.any()),
}

/// Told apart by a tag inside.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(tag = "type")]
pub enum Internal {
    UnitOne,
    NewType(Plain),
    UnitInside(Unit),
    Fields {
        first_name: u8,
        maybe: Option<u8>,
    },
    #[serde(rename_all = "UPPERCASE")]
    Upper {
        first_name: u8,
    },
    Nested(Box<Adjacent>),
    #[serde(skip)]
    #[expect(dead_code, reason = "it only shows that it is not there")]
    Never,
}
random! { Internal: r =>
    Self::UnitOne,
    Self::NewType(r.any()),
    Self::UnitInside(r.any()),
    Self::Fields { first_name: r.any(), maybe: r.any() },
    Self::Upper { first_name: r.any() },
    Self::Nested(r.any()),
}

/// Told apart by a tag beside the content.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(tag = "t", content = "c", rename_all = "snake_case", rename_all_fields = "PascalCase")]
pub enum Adjacent {
    UnitOne,
    NewType(Plain),
    TwoOf(u8, u16),
    Fields { first_name: u8 },
    Many(Vec<Adjacent>),
}
random! { Adjacent: r =>
    Self::UnitOne,
    Self::NewType(r.any()),
    Self::TwoOf(r.any(), r.any()),
    Self::Fields { first_name: r.any() },
    Self::Many(r.any()),
}

/// Told apart by what fits first.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(untagged)]
pub enum Untagged {
    Nothing,
    Number(i32),
    Text(String),
    Pair(u8, bool),
    Plain(Plain),
    Other { first: Names, more: Option<u8> },
    Map(BTreeMap<String, u8>),
}
random! { Untagged: r =>
    Self::Nothing,
    Self::Number(r.any()),
    Self::Text(r.any()),
    Self::Pair(r.any(), r.any()),
    Self::Plain(r.any()),
    Self::Other { first: r.any(), more: r.any() },
    Self::Map(r.any()),
}

/// A tagged enum whose variants have renamed, absent and flattened fields.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "kebab-case")]
pub enum Rich {
    Nothing,
    SomeFields {
        first_name: String,
        #[serde(rename = "$ref")]
        reference: u8,
        #[serde(default)]
        with_default: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        maybe_absent: Option<u8>,
    },
    #[serde(rename = "flat!")]
    Flattened {
        own_field: u8,
        #[serde(flatten)]
        plain: Plain,
    },
    Deep {
        next: Box<Rich>,
    },
}
random! { Rich: r =>
    Self::Nothing,
    Self::SomeFields { first_name: r.any(), reference: r.any(), with_default: r.any(), maybe_absent: r.any() },
    Self::Flattened { own_field: r.any(), plain: r.any() },
    Self::Deep { next: r.any() },
}

rows! {
    give_names, take_names: Vec<Names>;
    give_external, take_external: Vec<External>;
    give_internal, take_internal: Vec<Internal>;
    give_adjacent, take_adjacent: Vec<Adjacent>;
    give_untagged, take_untagged: Vec<Untagged>;
    give_rich, take_rich: Vec<Rich>;
    give_result, take_result: Vec<Result<u8, String>>;
}
