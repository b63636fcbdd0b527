//! `#[telefunc::data]`: on every kind of type, beside the user's own derives.

use std::collections::BTreeMap;

use telefunc::__private::{schemars, serde, ts_rs};
use telefunc::serde_json::{Value, from_value, json, to_value};
use ts_rs::TS;

/// Encodes, decodes and encodes again; gives the JSON and the TypeScript declaration.
fn round<T: serde::Serialize + serde::de::DeserializeOwned + TS + schemars::JsonSchema>(
    value: &T,
) -> (Value, String) {
    let json = to_value(value).unwrap();
    let again: T = from_value(json.clone()).unwrap();
    assert_eq!(to_value(&again).unwrap(), json);
    (json, T::decl(&ts_rs::Config::new()))
}

#[telefunc::data]
struct Todo {
    is_done: bool,
}

#[test]
fn fields_are_camel_case() {
    let (json, decl) = round(&Todo { is_done: true });
    assert_eq!(json, json!({ "isDone": true }));
    assert_eq!(decl, "type Todo = { isDone: boolean, };");
}

#[telefunc::data]
#[derive(Clone, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
struct Below {
    is_done: bool,
}

#[derive(Clone, Debug, PartialEq)]
#[telefunc::data]
#[derive(Default)]
struct Above {
    #[serde(rename = "finished")]
    is_done: bool,
    #[serde(skip)]
    secret: String,
    #[serde(flatten)]
    rest: BTreeMap<String, u32>,
}

#[test]
fn the_users_derives_and_serde_attributes_are_kept() {
    let (json, decl) = round(&Below { is_done: true }.clone());
    assert_eq!(json, json!({ "is_done": true }));
    assert_eq!(decl, "type Below = { is_done: boolean, };");
    let above = Above { is_done: true, ..Above::default() };
    assert_eq!(above.clone().secret, "");
    assert_eq!(round(&above).0, json!({ "finished": true }));
}

#[telefunc::data]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(crate = "telefunc::__private::serde")]
struct SerializedBelow {
    is_done: bool,
}

#[telefunc::data]
#[derive(serde::Serialize)]
#[serde(crate = "telefunc::__private::serde")]
struct EncodedBelow {
    is_done: bool,
}

#[telefunc::data]
#[derive(ts_rs::TS, schemars::JsonSchema)]
#[ts(crate = "telefunc::__private::ts_rs")]
#[schemars(crate = "telefunc::__private::schemars")]
struct TypedBelow {
    is_done: bool,
}

#[test]
fn a_derive_of_the_users_is_not_repeated() {
    assert_eq!(round(&SerializedBelow { is_done: true }).0, json!({ "isDone": true }));
    assert_eq!(round(&TypedBelow { is_done: true }).0, json!({ "isDone": true }));
    assert_eq!(round(&EncodedBelow { is_done: true }).0, json!({ "isDone": true }));
}

#[telefunc::data]
struct Page<T>
where
    T: Clone,
{
    all_items: Vec<T>,
    sizes: [u32; 2],
}

#[telefunc::data]
#[serde(transparent)]
struct Id(u64);

#[telefunc::data]
struct Pair(u32, String);

#[telefunc::data]
struct Unit;

#[test]
fn structs_of_every_kind_are_data() {
    let page = Page::<u32> { all_items: vec![1], sizes: [1, 2] };
    assert_eq!(round(&page).0, json!({ "allItems": [1], "sizes": [1, 2] }));
    assert_eq!(round(&Id(7)).0, json!(7));
    assert_eq!(round(&Pair(1, "a".into())).0, json!([1, "a"]));
    assert_eq!(round(&Unit).0, Value::Null);
}

#[telefunc::data]
enum External {
    NotYet,
    TookTime { in_seconds: u32 },
    Pair(u32, u32),
}

#[telefunc::data]
#[serde(tag = "type")]
enum Internal {
    NotYet,
    TookTime { in_seconds: u32 },
}

#[telefunc::data]
#[serde(tag = "t", content = "c", rename_all_fields = "kebab-case")]
enum Adjacent {
    NotYet,
    TookTime { in_seconds: u32 },
}

#[telefunc::data]
#[serde(untagged)]
enum Untagged {
    TookTime { in_seconds: u32 },
    Text(String),
}

#[test]
fn enums_of_every_tagging_are_camel_case() {
    assert_eq!(round(&External::NotYet).0, json!("notYet"));
    assert_eq!(round(&External::Pair(1, 2)).0, json!({ "pair": [1, 2] }));
    let (json, decl) = round(&External::TookTime { in_seconds: 1 });
    assert_eq!(json, json!({ "tookTime": { "inSeconds": 1 } }));
    assert_eq!(
        decl,
        "type External = \"notYet\" | { \"tookTime\": { inSeconds: number, } } | { \"pair\": [number, number] };"
    );
    assert_eq!(round(&Internal::NotYet).0, json!({ "type": "notYet" }));
    let (json, _) = round(&Internal::TookTime { in_seconds: 1 });
    assert_eq!(json, json!({ "type": "tookTime", "inSeconds": 1 }));
    assert_eq!(round(&Adjacent::NotYet).0, json!({ "t": "notYet" }));
    let (json, _) = round(&Adjacent::TookTime { in_seconds: 1 });
    assert_eq!(json, json!({ "t": "tookTime", "c": { "in-seconds": 1 } }));
    assert_eq!(round(&Untagged::TookTime { in_seconds: 1 }).0, json!({ "inSeconds": 1 }));
    assert_eq!(round(&Untagged::Text("a".into())).0, json!("a"));
}

#[telefunc::data]
struct Tree {
    sub_trees: Vec<Tree>,
    r#type: Option<Box<Tree>>,
}

#[test]
fn recursive_types_and_raw_names_are_data() {
    let tree = Tree { sub_trees: vec![], r#type: None };
    assert_eq!(round(&tree).0, json!({ "subTrees": [], "type": null }));
}
