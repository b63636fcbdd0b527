//! Structs in every form that serde gives them.

use super::rows;
use crate::random::random;

/// Fields of two words become camelCase.
#[telefunc::data]
#[derive(Debug, Default, PartialEq)]
pub struct Plain {
    pub first_name: String,
    pub is_done: bool,
}
random! { Plain: r => Self { first_name: r.any(), is_done: r.any() } }

/// Names that are no identifiers.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub struct Renamed {
    pub two_words: u8,
    #[serde(rename = "with \"quotes\" and 'more'")]
    pub quoted: u8,
    #[serde(rename = "default")]
    pub reserved: Option<u8>,
    pub r#type: String,
}
random! { Renamed: r => Self { two_words: r.any(), quoted: r.any(), reserved: r.any(), r#type: r.any() } }

/// Another case for all.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", rename = "Shouted")]
pub struct Screaming {
    pub two_words: u8,
}
random! { Screaming: r => Self { two_words: r.any() } }

/// Fields that stay at home, or only sometimes travel.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Skipped {
    pub kept: u8,
    #[serde(skip)]
    pub hidden: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub some: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub full: Vec<u8>,
}
random! { Skipped: r => Self { kept: r.any(), hidden: 0, some: r.any(), full: r.any() } }

/// A field that may be absent.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct WithDefault {
    #[serde(default)]
    pub count: u32,
    #[serde(default = "seven")]
    pub seven: u32,
    pub plain: bool,
}
random! { WithDefault: r => Self { count: r.any(), seven: r.any(), plain: r.any() } }

fn seven() -> u32 {
    7
}

/// Every field may be absent.
#[telefunc::data]
#[derive(Debug, Default, PartialEq)]
#[serde(default)]
pub struct AllDefault {
    pub first_name: String,
    pub inner: Plain,
    pub maybe: Option<Plain>,
}
random! { AllDefault: r => Self { first_name: r.any(), inner: r.any(), maybe: r.any() } }

/// Nothing around it on the wire.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(transparent)]
pub struct Transparent {
    pub inner: Option<u32>,
}
random! { Transparent: r => Self { inner: r.any() } }

/// A struct of one.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Newtype(pub u64);
random! { Newtype: r => Self(r.any()) }

/// A struct of two.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Tuple(pub u8, pub Option<String>);
random! { Tuple: r => Self(r.any(), r.any()) }

/// Nothing.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Unit;
random! { Unit: r => Self }

/// No fields.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Empty {}
random! { Empty: r => Self {} }

/// Options of every depth; `Some(None)` is `None` on the wire, as documented.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Optional {
    pub plain: Option<u8>,
    pub twice: Option<Option<String>>,
    pub list: Option<Vec<Option<u8>>>,
    pub boxed: Option<Box<Optional>>,
    pub through: Transparent,
    pub unit: (),
    pub of_units: Vec<Unit>,
}
random! { Optional: r => Self {
    plain: r.any(),
    twice: r.any::<Option<String>>().map(Some),
    list: r.any(),
    boxed: r.any(),
    through: r.any(),
    unit: (),
    of_units: r.any(),
} }

/// A tree.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Tree {
    pub name: String,
    pub children: Vec<Tree>,
    pub twin: Option<Box<Tree>>,
}
random! { Tree: r => Self { name: r.any(), children: r.any(), twin: r.any() } }

rows! {
    give_plain, take_plain: Plain;
    give_renamed, take_renamed: Renamed;
    give_screaming, take_screaming: Screaming;
    give_skipped, take_skipped: Skipped;
    give_with_default, take_with_default: WithDefault;
    give_all_default, take_all_default: AllDefault;
    give_transparent, take_transparent: Transparent;
    give_newtype, take_newtype: Newtype;
    give_newtypes, take_newtypes: Vec<Newtype>;
    give_tuple_struct, take_tuple_struct: Tuple;
    give_unit_struct, take_unit_struct: (Unit, u8);
    give_empty, take_empty: Empty;
    give_optional, take_optional: Optional;
    give_tree, take_tree: Tree;
}
