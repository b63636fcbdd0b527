use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use proptest::prelude::{prop_assert, proptest};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::*;

/// A function of one parameter `it` of type `T`.
fn checker<T: JsonSchema>() -> ArgumentChecker {
    let mut generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let schema = generator.subschema_for::<T>().to_value();
    let definitions = generator.definitions().clone();
    ArgumentChecker::compile(
        [Parameter { name: "it", schema: &schema, optional: false }],
        &definitions,
        Integers::Exact,
    )
    .unwrap()
}

/// `path code message` of each issue that a call with `value` gets, sorted: they come in the order of
/// the body, which a feature of serde_json decides here.
fn issues<T: JsonSchema + DeserializeOwned>(value: Value) -> Vec<String> {
    let (checker, body) = (checker::<T>(), json!([value]).to_string());
    let issues = match serde_json::from_str::<(T,)>(&body) {
        Ok(_) => checker.check(body.as_bytes()),
        Err(error) => checker.explain(body.as_bytes(), &error),
    };
    let mut lines: Vec<_> = issues.iter().map(line).collect();
    lines.sort();
    lines
}

fn line(issue: &Issue) -> String {
    let path = issue.path.iter().map(|segment| match segment {
        PathSegment::Key(key) => key.clone(),
        PathSegment::Index(index) => index.to_string(),
    });
    format!("{} {} {}", path.collect::<Vec<_>>().join("."), issue.code, issue.message)
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only read")]
struct Plain {
    flag: bool,
    small: u8,
    big: Option<i64>,
    float: f32,
    text: String,
    list: Vec<(u8, String)>,
    set: HashSet<u16>,
    map: BTreeMap<u32, Unit>,
    value: Value,
    date: crate::value::Date,
    bytes: crate::value::Bytes,
    unit: Unit,
    tree: Option<Box<Plain>>,
}

#[derive(Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    First,
    Second,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only read")]
enum External {
    Unit,
    Newtype(#[schemars(range(max = 9))] u8),
    Struct {
        #[schemars(length(min = 1))]
        text: String,
    },
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[allow(dead_code, reason = "only read")]
enum Internal {
    Circle { radius: f64 },
    Label(Label),
    Nothing,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only read")]
struct Label {
    #[schemars(length(min = 1, max = 3))]
    text: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "t", content = "c")]
#[allow(dead_code, reason = "only read")]
enum Adjacent {
    Number(#[schemars(range(min = 5))] i32),
    Nothing,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only read")]
enum Untagged {
    Labelled(Label),
    Sized { size: u8 },
    Text(#[schemars(email)] String),
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only read")]
struct Rich {
    #[schemars(length(min = 1, max = 5), regex(pattern = r"^\p{Lu}"))]
    name: String,
    #[schemars(email)]
    email: Option<String>,
    #[schemars(url)]
    url: Option<String>,
    #[schemars(range(min = 1, max = 10))]
    count: Option<u8>,
    #[schemars(length(max = 2), inner(length(min = 2)))]
    #[serde(default)]
    tags: Vec<String>,
    children: Option<Vec<Rich>>,
    #[serde(flatten)]
    rest: BTreeMap<String, Label>,
}

#[test]
fn types_alone_leave_nothing_to_check() {
    assert!(checker::<Plain>().is_free());
    assert!(checker::<(Unit, Option<Vec<Plain>>)>().is_free());
    assert!(!checker::<Rich>().is_free());
    assert!(!checker::<Option<Vec<BTreeMap<String, Internal>>>>().is_free());
}

#[test]
fn every_constraint_is_reported_with_its_path() {
    let rich = json!({
        "name": "toolong", "email": "me", "url": "x", "count": 11,
        "tags": ["a", "bb", ""],
        "children": [{ "name": "Ä🦀é" }, { "name": "" }],
        "other": { "text": "four" },
    });
    assert_eq!(
        issues::<Rich>(rich),
        [
            r"it.children.1.name pattern must match the pattern ^\p{Lu}",
            "it.children.1.name too_short must be at least 1 character long",
            "it.count too_big must be at most 10",
            "it.email format must be an email address",
            r"it.name pattern must match the pattern ^\p{Lu}",
            "it.name too_long must be at most 5 characters long",
            "it.other.text too_long must be at most 3 characters long",
            "it.tags too_long must have at most 2 items",
            "it.tags.0 too_short must be at least 2 characters long",
            "it.tags.2 too_short must be at least 2 characters long",
            "it.url format must be a URL",
        ]
    );
    assert_eq!(issues::<Rich>(json!({ "name": "Ok", "email": null, "count": 10 })), [""; 0]);
}

#[test]
fn variants_are_checked_each_by_its_own() {
    for value in [json!("Unit"), json!({ "Newtype": 9 }), json!({ "Struct": { "text": "x" } })] {
        assert_eq!(issues::<External>(value), [""; 0]);
    }
    let too_big = "it.Newtype too_big must be at most 9";
    assert_eq!(issues::<External>(json!({ "Newtype": 10 })), [too_big]);
    let empty = "it.Struct.text too_short must be at least 1 character long";
    assert_eq!(issues::<External>(json!({ "Struct": { "text": "" } })), [empty]);

    assert_eq!(issues::<Internal>(json!({ "kind": "circle", "radius": 1 })), [""; 0]);
    let long = "it.text too_long must be at most 3 characters long";
    assert_eq!(issues::<Internal>(json!({ "kind": "label", "text": "four" })), [long]);

    assert_eq!(issues::<Adjacent>(json!({ "t": "Nothing" })), [""; 0]);
    let small = "it.c too_small must be at least 5";
    assert_eq!(issues::<Adjacent>(json!({ "t": "Number", "c": 4 })), [small]);

    assert_eq!(issues::<Untagged>(json!({ "size": 4 })), [""; 0]);
    assert_eq!(issues::<Untagged>(json!({ "text": "four" })), [long]);
    assert_eq!(issues::<Untagged>(json!("me")), ["it format must be an email address"]);
}

#[test]
fn all_mistakes_in_types_are_reported_not_only_the_first() {
    let plain = json!({
        "flag": 1, "small": 256, "big": 1.5, "float": "x", "list": [[1, "x", 2], [1]],
        "set": [-1], "map": { "x": "First", "1": "Third" }, "date": "today", "bytes": 0,
        "unit": "first", "tree": { "flag": true }, "value": null,
    });
    let mut found = issues::<Plain>(plain);
    found.retain(|line| !line.starts_with("it.tree"));
    assert_eq!(
        found,
        [
            "it.big type must be a whole number or null",
            "it.date format must be a date and time like 2026-01-31T12:00:00Z",
            "it.flag type must be true or false",
            "it.float type must be a number",
            "it.list.0 too_long must have exactly 2 items",
            "it.list.1 too_short must have exactly 2 items",
            "it.map.1 unknown_variant must be one of \"First\", \"Second\"",
            "it.map.x unknown_field is not a known field",
            "it.set.0 too_small must be at least 0",
            "it.small too_big must be at most 255",
            "it.text missing is missing",
            "it.unit unknown_variant must be one of \"First\", \"Second\"",
        ]
    );
}

#[test]
fn the_variant_that_was_meant_is_explained() {
    let radius = "it.radius type must be a number";
    assert_eq!(issues::<Internal>(json!({ "kind": "circle", "radius": "1" })), [radius]);
    assert_eq!(issues::<Internal>(json!({ "kind": "label" })), ["it.text missing is missing"]);
    let kinds = "it.kind unknown_variant must be one of \"circle\", \"label\", \"nothing\"";
    assert_eq!(issues::<Internal>(json!({ "kind": "square" })), [kinds]);
    assert_eq!(issues::<Internal>(json!({})), ["it.kind missing is missing"]);
    assert_eq!(issues::<External>(json!(1)), ["it type must be a string or an object"]);
    let cases = "it.Other unknown_variant must be one of \"Newtype\", \"Struct\"";
    assert_eq!(issues::<External>(json!({ "Other": 1 })), [cases]);
    let size = "it.size type must be a whole number";
    assert_eq!(issues::<Untagged>(json!({ "size": "1" })), [size]);
    assert_eq!(issues::<Untagged>(json!(1)), ["it type must be a string or an object"]);
}

#[test]
fn a_struct_sent_as_an_array_does_not_get_past_its_constraints() {
    assert_eq!(issues::<Label>(json!(["four"])), ["it type must be an object"]);
    assert_eq!(issues::<Internal>(json!(["label", "four"])), ["it type must be an object"]);
}

#[test]
fn what_only_the_type_refuses_is_explained_by_serde_at_its_place() {
    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code, reason = "only read")]
    struct Holder {
        #[schemars(with = "String")]
        address: std::net::SocketAddr,
    }
    let found = issues::<Vec<Holder>>(json!([{ "address": "nowhere" }]));
    assert_eq!(found, ["it.0.address invalid invalid socket address syntax"]);
}

#[test]
fn arguments_come_as_a_list_or_by_name() {
    let schema = json!({ "type": "string", "minLength": 2 });
    let optional = json!({ "type": ["integer", "null"], "maximum": 5 });
    let parameters = [
        Parameter { name: "text", schema: &schema, optional: false },
        Parameter { name: "max", schema: &optional, optional: true },
    ];
    let checker = ArgumentChecker::compile(parameters, &Map::new(), Integers::Exact).unwrap();
    let lines = |issues: Vec<Issue>| issues.iter().map(line).collect::<Vec<_>>();
    let short = "text too_short must be at least 2 characters long";
    let big = "max too_big must be at most 5";
    assert_eq!(lines(checker.check(br#"["a", 6]"#)), [short, big]);
    assert_eq!(lines(checker.check(br#"{"max": 6, "text": "a"}"#)), [big, short]);
    assert_eq!(lines(checker.check(br#"["aa"]"#)), [""; 0]);

    let error = serde_json::from_str::<()>("1").unwrap_err();
    let explained = |body: &str| lines(checker.explain(body.as_bytes(), &error));
    assert_eq!(explained(""), ["text missing is missing"]);
    assert_eq!(explained("[]"), ["text missing is missing"]);
    let many = " too_many_arguments must not be more than 2 arguments";
    assert_eq!(explained(r#"["aa", null, 1, 2]"#), [many]);
    let unknown = "b unknown_field is not a known parameter";
    assert_eq!(explained(r#"{"b": 1}"#), [unknown, "text missing is missing"]);
    assert_eq!(explained("1"), [" type must be a list of the arguments"]);

    // A body of which serde has not read the end may be no JSON at all.
    let body = r#"["a", 6"#;
    let error = serde_json::from_str::<(u8,)>(body).unwrap_err();
    let found = lines(checker.explain(body.as_bytes(), &error));
    assert_eq!(found, ["text invalid invalid type: string \"a\", expected u8"]);
}

#[test]
fn what_can_not_be_enforced_is_refused_by_name() {
    for (schema, reason) in [
        (json!({ "dependentRequired": {} }), "the JSON Schema keyword `dependentRequired`"),
        (json!({ "minlength": 1 }), "the JSON Schema keyword `minlength`"),
        (json!({ "pattern": "(" }), "the pattern `(` is not valid"),
        (json!({ "type": "int" }), "there is no JSON type \"int\""),
        (json!({ "minLength": -1 }), "`minLength` must be a whole number"),
        (json!({ "$ref": "#/$defs/Gone" }), "there is no definition `#/$defs/Gone`"),
    ] {
        let schema = json!({ "properties": { "field": schema }, "x-remark": 1, "title": "T" });
        let parameter = Parameter { name: "it", schema: &schema, optional: false };
        let error = ArgumentChecker::compile([parameter], &Map::new(), Integers::Exact)
            .unwrap_err()
            .to_string();
        assert!(error.contains(reason) && error.contains("`it.field`"), "{error}");
    }
}

#[test]
fn definitions_are_found_by_their_encoded_names() {
    let schema = json!({ "$ref": "#/$defs/Stra%C3%9Fe%20~1~0" });
    let definitions = Map::from_iter([("Straße /~".to_owned(), json!({ "minLength": 1 }))]);
    let parameter = Parameter { name: "it", schema: &schema, optional: false };
    let checker = ArgumentChecker::compile([parameter], &definitions, Integers::Exact).unwrap();
    assert_eq!(checker.check(br#"[""]"#).len(), 1);
}

#[test]
fn issues_and_effort_are_bounded() {
    let body = json!([vec![json!({ "text": "four" }); 1000]]).to_string();
    assert_eq!(checker::<Vec<Label>>().check(body.as_bytes()).len(), 256);

    // Each level tries two branches, so 60 levels would take 2^60 steps.
    let schema = json!({ "$ref": "#/$defs/T" });
    let branch = |max| json!({ "type": "array", "maxItems": max, "items": schema });
    let definition =
        json!({ "anyOf": [branch(5), branch(6), { "type": "integer", "maximum": 0 }] });
    let definitions = Map::from_iter([("T".to_owned(), definition)]);
    let parameter = Parameter { name: "it", schema: &schema, optional: false };
    let checker = ArgumentChecker::compile([parameter], &definitions, Integers::Exact).unwrap();
    let body = format!("{}1{}", "[".repeat(60), "]".repeat(60));
    assert_eq!(checker.check(body.as_bytes()).len(), 1);
    assert_eq!(checker.check(b"[\"\xff\"]")[0].code, "type");
    assert_eq!(RICH.check(b"[{\"name\": \"\xff\"}]")[0].code, "too_complex");
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!checker.check(deep.as_bytes()).is_empty());
}

static RICH: LazyLock<ArgumentChecker> = LazyLock::new(checker::<Rich>);

proptest! {
    #[test]
    fn hostile_text_makes_nothing_panic(text in "[\\[\\]{}\",:\\\\a1.e \\-]{0,60}") {
        let body = format!(r#"[{{"name":"A","rest":{text}"#);
        let error = serde_json::from_str::<(Rich,)>(&body).err();
        let _ = RICH.check(body.as_bytes());
        if let Some(error) = error {
            prop_assert!(!RICH.explain(body.as_bytes(), &error).is_empty());
        }
    }
}
