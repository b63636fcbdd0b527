//! Tests of what is refused: by name, and with what to do about it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use telefunc_schema::{Entry, Output, Signature, Types};
use ts_rs::TS;

use crate::builder::{Builder, Runtime};
use crate::error::Error;

macro_rules! data {
    ($($item:item)*) => {
        $(
            #[derive(Serialize, Deserialize, TS, JsonSchema)]
            $item
        )*
    };
}

/// The wire's date, as the runtime describes it.
#[derive(Serialize, Deserialize)]
struct Date;

impl TS for Date {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "Date".to_owned()
    }

    fn inline(_: &ts_rs::Config) -> String {
        "Date".to_owned()
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time", "x-telefunc": "date" })
    }
}

/// A function that returns what `describe` says.
fn entry(
    module_path: &'static str,
    name: &'static str,
    describe: fn(&mut Types) -> Signature,
) -> Entry {
    let (docs, deprecated, handler) = ("", None, &());
    Entry { module_path, rust_name: name, name, docs, deprecated, describe, handler }
}

fn returns<T: TS + JsonSchema + 'static>(types: &mut Types) -> Signature {
    let output = Output::Value(types.output::<T>());
    Signature { parameters: Vec::new(), output, refusal: None }
}

/// The files of one function that returns a `T`.
fn client<T: TS + JsonSchema + 'static>() -> Result<BTreeMap<String, String>, Error> {
    client_of(&[&entry("api", "onCall", returns::<T>)])
}

fn client_of(entries: &[&Entry]) -> Result<BTreeMap<String, String>, Error> {
    Builder::new("unused").runtime(Runtime::Package("telefunc-client".into())).files(entries)
}

fn refusal<T: TS + JsonSchema + 'static>() -> String {
    client::<T>().expect_err("it should be refused").to_string()
}

#[track_caller]
fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn an_empty_registry_says_how_to_link_a_crate() {
    says(&client_of(&[]).unwrap_err().to_string(), &["use your_crate as _;"]);
}

#[test]
fn two_functions_of_one_key_are_both_named() {
    let (one, other) =
        (entry("api::a", "onCall", returns::<()>), entry("admin::a", "onCall", returns::<()>));
    let message = client_of(&[&one, &other]).unwrap_err().to_string();
    says(&message, &["api::a::onCall", "admin::a::onCall", "`a.onCall`"]);
}

data! {
    #[derive(Clone)]
    #[serde(into = "String", try_from = "String")]
    struct Converted {
        inner: u8,
    }

    struct Holder {
        list: Vec<Converted>,
    }
}

impl From<Converted> for String {
    fn from(converted: Converted) -> Self {
        converted.inner.to_string()
    }
}

impl TryFrom<String> for Converted {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self { inner: text.parse()? })
    }
}

#[test]
fn what_serde_converts_is_a_disagreement_with_both_views() {
    let message = refusal::<Holder>();
    says(
        &message,
        &["refusals::Converted`", "{ inner: number }", "\"type\":\"string\"", "#[schemars(with"],
    );
}

data! {
    struct Renamed {
        #[serde(rename(serialize = "out", deserialize = "in"))]
        field: u8,
    }

    struct WrongType {
        #[ts(type = "string")]
        count: u32,
    }

    struct Lying {
        #[ts(type = "number")]
        #[schemars(with = "i128")]
        huge: i64,
    }

    struct Phantom<T: TS> {
        id: u8,
        of: std::marker::PhantomData<T>,
    }
}

#[test]
fn other_disagreements_name_type_and_field() {
    says(&refusal::<Renamed>(), &["refusals::Renamed`", "field", "out"]);
    says(&refusal::<WrongType>(), &["refusals::WrongType` at `count`", "`string`", "uint32"]);
    says(&refusal::<Lying>(), &["refusals::Lying` at `huge`", "`number`", "int128"]);
    says(&refusal::<Phantom<Holder>>(), &["list"]);
}

data! {
    #[serde(untagged)]
    enum DateOrText {
        Date(Date),
        Text(String),
    }

    #[serde(untagged)]
    enum DateOrAnything {
        Date(Date),
        Anything(serde_json::Value),
    }

    struct OpenBesideDate {
        at: Date,
        #[serde(flatten)]
        rest: BTreeMap<String, String>,
    }

    #[serde(tag = "kind")]
    enum OpenBesideTag {
        Dated { at: Date },
        Open(BTreeMap<String, String>),
    }

    #[serde(untagged)]
    enum Overlapping {
        One { value: Date },
        Other { value: String },
    }

    #[serde(tag = "kind")]
    enum OpenWithoutDates {
        Closed { a: u8 },
        Open(BTreeMap<String, String>),
    }
}

#[test]
fn values_in_which_a_date_could_not_be_told_from_data_are_refused_by_name() {
    says(&refusal::<DateOrText>(), &["DateOrText", "onCall", "string in JSON"]);
    says(&refusal::<DateOrAnything>(), &["DateOrAnything", "any value"]);
    says(&refusal::<OpenBesideDate>(), &["OpenBesideDate", "open map"]);
    says(&refusal::<Vec<OpenBesideTag>>(), &["OpenBesideTag", "open map"]);
    says(&refusal::<Overlapping>(), &["Overlapping", "without a tag"]);
    assert!(client::<OpenWithoutDates>().is_ok());
}

/// The wire's bytes, as the runtime describes them.
#[derive(Serialize, Deserialize)]
struct Bytes;

impl TS for Bytes {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "Uint8Array".to_owned()
    }

    fn inline(_: &ts_rs::Config) -> String {
        "Uint8Array".to_owned()
    }
}

impl JsonSchema for Bytes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Bytes".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "x-telefunc": "bytes" })
    }
}

#[test]
fn bytes_in_a_refusal_are_refused() {
    let refuses = |types: &mut Types| Signature {
        refusal: Some(types.output::<Vec<Bytes>>()),
        ..returns::<()>(types)
    };
    let message = client_of(&[&entry("api", "onCall", refuses)]).unwrap_err().to_string();
    says(&message, &["`api::onCall`", "Bytes"]);
}

mod one {
    use super::{Deserialize, JsonSchema, Serialize, TS};

    data! {
        pub struct Item {
            a: u8,
        }

        #[ts(rename = "Item")]
        pub struct Other {
            b: u8,
        }
    }

    data! {
        #[ts(rename = "NotA-Name")]
        pub struct Invalid {
            a: u8,
        }
    }
}

mod two {
    use super::{Deserialize, JsonSchema, Serialize, TS};

    data! {
        pub struct Item {
            c: u8,
        }

        pub struct Both {
            one: super::one::Item,
            two: Item,
        }
    }
}

#[test]
fn types_of_one_name_in_one_file_are_both_named() {
    let message = refusal::<(Vec<one::Item>, Boxed)>();
    says(&message, &["refusals::one::Item`", "refusals::one::Other`", "refusals/one.ts"]);
}

data! {
    struct Boxed {
        other: one::Other,
    }
}

#[test]
fn types_of_one_name_in_two_files_are_told_apart() {
    let files = client::<(Pair, Vec<two::Item>)>().unwrap();
    let index = &files["index.ts"];
    says(index, &["import type { Item } from \"./refusals/two.js\";"]);
    says(&files["refusals.ts"], &["item: Item"]);
    says(&refusal::<two::Both>(), &["refusals::two::Both`", "one::Item, ", "two::Item"]);
}

data! {
    struct Pair {
        item: one::Item,
    }
}

#[test]
fn what_is_no_typescript_name_is_refused() {
    says(&refusal::<one::Invalid>(), &["`NotA-Name`", "refusals::one::Invalid`"]);
}

#[test]
fn modules_of_one_file_are_refused() {
    let (root, index) =
        (entry("api", "onA", returns::<()>), entry("api::index", "onB", returns::<()>));
    let message = client_of(&[&root, &index]).unwrap_err().to_string();
    says(&message, &["the crate root", "the module `index`", "index.ts"]);
    let (upper, lower) =
        (entry("api::Users", "onA", returns::<()>), entry("api::users", "onB", returns::<()>));
    says(&client_of(&[&upper, &lower]).unwrap_err().to_string(), &["`Users`", "`users`"]);
}

data! {
    struct FlatOption {
        #[serde(flatten)]
        pair: Option<Pair>,
    }
}

#[test]
fn what_ts_rs_panics_over_is_an_error_that_names_the_function() {
    says(&refusal::<FlatOption>(), &["api::onCall", "cannot be flattened"]);
}
