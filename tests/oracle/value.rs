//! Random values that nearly fit a type: right in most places, just past a limit in some.

use serde_json::{Map, Value, json};

use crate::random::Random;
use crate::shape::{Field, NAMES, Shape};

/// A value for `shape`, with junk here and there.
pub(crate) fn like(
    shape: &Shape,
    definitions: &[Shape],
    random: &mut Random,
    depth: usize,
) -> Value {
    if depth == 0 || random.once_in(25) {
        return junk(random);
    }
    let mut inner =
        |shape: &Shape, random: &mut Random| like(shape, definitions, random, depth - 1);
    match shape {
        Shape::Anything => junk(random),
        Shape::Null => Value::Null,
        Shape::Bool => json!(random.once_in(2)),
        Shape::Integer { .. } => json!(random.below(12) as i64 - 5),
        Shape::Float { .. } => {
            let floats = [-4.0, -0.5, 0.0, 0.25, 1.0, 2.5, 3.0, 4.0, 0.3];
            json!(random.pick(&floats))
        }
        Shape::Text { format, .. } => json!(match format {
            Some(_) => random.pick(&["a@b.co", "https://a.b/c", "127.0.0.1", "nope", "", "ab"]),
            None =>
                random.pick(&["", "a", "ab", "abc", "ä🦀b", "🦀🦀", "b\n", "\"\\", "cab", "abcb"]),
        }),
        Shape::Formatted(_) => json!(random.pick(&[
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
            "2026-02-28",
            "2026-02-28T12:00:00.5+01:00",
            "2026-02-30",
            "today",
        ])),
        Shape::Optional(_) if random.once_in(3) => Value::Null,
        Shape::Optional(shape) => inner(shape, random),
        Shape::List { items, .. } | Shape::Set(items) => {
            let length = random.below(5);
            (0..length).map(|_| inner(items, random)).collect::<Vec<_>>().into()
        }
        Shape::Tuple(items) => {
            let mut items: Vec<_> = items.iter().map(|item| inner(item, random)).collect();
            match random.below(12) {
                0 => items.push(junk(random)),
                1 => drop(items.pop()),
                _ => {}
            }
            items.into()
        }
        Shape::Map { values, numbers, .. } => {
            let keys = if *numbers { ["0", "12", "x", "7"] } else { ["a", "", "long name", "ä"] };
            let length = random.below(4);
            let entries =
                (0..length).map(|_| (random.pick(&keys).to_owned(), inner(values, random)));
            Value::Object(entries.collect())
        }
        Shape::Struct { fields, .. } => object(fields, random, &mut inner),
        Shape::Flattened { fields, variants, rest } => {
            let mut object = object(fields, random, &mut inner);
            let (name, content) = &variants[random.below(variants.len())];
            object[*name] = inner(content, random);
            if let Some(rest) = rest
                && random.once_in(2)
            {
                object["rest"] = inner(rest, random);
            }
            object
        }
        Shape::External { units, variants } => match random.below(units.len() + variants.len()) {
            unit if unit < units.len() => json!(units[unit]),
            place => {
                let (name, content) = &variants[place - units.len()];
                let mut value = json!({ *name: inner(content, random) });
                if random.once_in(10) {
                    value[random.pick(&NAMES)] = junk(random);
                }
                value
            }
        },
        Shape::Internal(variants) => {
            let (name, fields) = &variants[random.below(variants.len())];
            let mut value = object(fields, random, &mut inner);
            tag(&mut value, "kind", name, random);
            value
        }
        Shape::Adjacent(variants) => {
            let (name, content) = &variants[random.below(variants.len())];
            let mut value = json!({ "c": inner(content, random) });
            tag(&mut value, "t", name, random);
            value
        }
        Shape::Untagged(variants) => inner(&variants[random.below(variants.len())], random),
        Shape::Both(one, other) => inner(if random.once_in(2) { one } else { other }, random),
        Shape::Conditional(shape) => inner(shape, random),
        Shape::Definition(index) => inner(&definitions[*index], random),
    }
}

fn tag(value: &mut Value, key: &str, name: &str, random: &mut Random) {
    match random.below(20) {
        0 => {}
        1 => value[key] = junk(random),
        _ => value[key] = json!(name),
    }
}

fn object(
    fields: &[Field],
    random: &mut Random,
    inner: &mut impl FnMut(&Shape, &mut Random) -> Value,
) -> Value {
    let mut object = Map::new();
    for (name, required, shape) in fields {
        if !random.once_in(if *required { 20 } else { 2 }) {
            object.insert((*name).to_owned(), inner(shape, random));
        }
    }
    if random.once_in(6) {
        object.insert(random.pick(&NAMES).to_owned(), junk(random));
    }
    object.into()
}

fn junk(random: &mut Random) -> Value {
    match random.below(10) {
        0 => json!({}),
        1 => json!([]),
        2 => json!({ "a": 1 }),
        3 => json!(["a", 1]),
        4 => json!(1.0),
        5 => json!(-3.5),
        6 => json!(300),
        7 => json!("a"),
        8 => json!(true),
        _ => Value::Null,
    }
}
