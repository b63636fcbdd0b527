use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn written<T: Serialize + ?Sized>(value: &T) -> Result<String, String> {
    let mut out = b"before".to_vec();
    match append(&mut out, value, false) {
        Ok(()) => Ok(String::from_utf8(out.split_off(6)).unwrap()),
        Err(error) => {
            assert_eq!(out, b"before");
            Err(error.to_string())
        }
    }
}

#[derive(Serialize)]
enum Shape {
    Unit,
    Newtype(f64),
    Tuple(u8, f64),
    Struct { a: u8, b: f64 },
}

#[derive(Serialize)]
struct Everything<'a> {
    unit: (),
    unit_struct: Unit,
    newtype: Newtype,
    some: Option<i16>,
    none: Option<i16>,
    character: char,
    text: &'a str,
    tuple: (i8, f32),
    shapes: Vec<Shape>,
    empty: [u8; 0],
    none_in: BTreeMap<String, ()>,
    integers: BTreeMap<i64, u128>,
    bools: BTreeMap<bool, i128>,
    characters: BTreeMap<char, u64>,
    variants: BTreeMap<Unitary, i64>,
    displayed: std::net::Ipv6Addr,
    value: Value,
}

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Newtype(u32);

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
enum Unitary {
    First,
}

#[test]
fn writes_what_serde_json_writes() {
    let everything = Everything {
        unit: (),
        unit_struct: Unit,
        newtype: Newtype(u32::MAX),
        some: Some(i16::MIN),
        none: None,
        character: 'ß',
        text: "a \"b\" \\ \u{0}\u{1f}\u{7f}\u{8}\u{c}\n\r\t🦀",
        tuple: (-128, 0.1),
        shapes: vec![
            Shape::Unit,
            Shape::Newtype(1.0),
            Shape::Tuple(1, -0.0),
            Shape::Struct { a: 1, b: 1e300 },
        ],
        empty: [],
        none_in: BTreeMap::new(),
        integers: BTreeMap::from([(i64::MIN, u128::MAX), (0, 0)]),
        bools: BTreeMap::from([(true, i128::MIN)]),
        characters: BTreeMap::from([('"', MAX_SAFE)]),
        variants: BTreeMap::from([(Unitary::First, -(MAX_SAFE as i64))]),
        displayed: std::net::Ipv6Addr::LOCALHOST,
        value: json!({ "a": [1, 2.5, null, true, "x", {}] }),
    };
    assert_eq!(written(&everything), Ok(serde_json::to_string(&everything).unwrap()));
}

#[test]
fn a_refusal_names_the_path() {
    for (value, message) in [
        (Shape::Newtype(f64::NAN), "Newtype: NaN can not be written as JSON"),
        (Shape::Tuple(1, f64::INFINITY), "Tuple[1]: inf can not be written as JSON"),
        (Shape::Struct { a: 1, b: f64::NEG_INFINITY }, "Struct.b: -inf can not be written as JSON"),
    ] {
        assert_eq!(written(&value), Err(message.to_owned()));
    }
    let deep = json!({ "rows": [[], [{ "a \"key\"": 9_007_199_254_740_992_u64 }]] });
    let message = written(&deep).unwrap_err();
    let start = "rows[1][0].a \"key\": 9007199254740992 is beyond ±(2^53-1)";
    assert!(message.starts_with(start), "{message}");
    assert!(written(&f32::NAN).is_err());
    assert!(written(&BTreeMap::from([(vec![1], 1)])).unwrap_err().starts_with("the key of a map"));
}

#[test]
fn integers_are_refused_at_the_first_unsafe_one() {
    let (safe, first) = (MAX_SAFE as i64, MAX_SAFE as i64 + 1);
    assert!(written(&safe).is_ok() && written(&-safe).is_ok());
    assert!(written(&first).is_err() && written(&-first).is_err());
    assert!(written(&(safe as u64)).is_ok() && written(&(first as u64)).is_err());
    assert!(written(&(first as i128)).is_ok() && written(&u128::MAX).is_ok());
    assert!(written(&crate::value::BigInt(u64::MAX)).is_ok());

    let out = to_vec(&(i64::MIN, u64::MAX), true).unwrap();
    assert_eq!(out, b"[-9223372036854775808,18446744073709551615]");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth| (0..depth).fold(Value::Null, |inner, _| json!([inner]));
    assert!(written(&nested(limits::DEPTH)).is_ok());
    assert!(written(&nested(limits::DEPTH + 1)).unwrap_err().contains("nested deeper"));
    let wide: Vec<_> = (0..1000).map(|_| nested(limits::DEPTH - 1)).collect();
    assert!(written(&wide).is_ok());
}

#[test]
fn raw_json_is_written_as_it_is() {
    let raw = serde_json::value::RawValue::from_string("{\"a\": 1.50}".to_owned()).unwrap();
    assert_eq!(written(&[raw]), Ok("[{\"a\": 1.50}]".to_owned()));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(MAX_SAFE as i64)..=MAX_SAFE as i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~\\n\"\\\\]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_written_as_serde_json_writes_it(value in any_json()) {
        prop_assert_eq!(written(&value), Ok(value.to_string()));
    }
}
