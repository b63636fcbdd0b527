//! Random Rust types, as `schemars` would describe them.

use serde_json::{Value, json};

use crate::random::Random;

/// A type with constraints.
pub(crate) enum Shape {
    Anything,
    Null,
    Bool,
    Integer {
        format: &'static str,
        min: Option<i64>,
        max: Option<i64>,
        not_zero: bool,
    },
    Float {
        above: Option<i64>,
        multiple: bool,
    },
    Text {
        min: Option<usize>,
        max: Option<usize>,
        pattern: Option<&'static str>,
        format: Option<&'static str>,
    },
    Formatted(&'static str),
    Optional(Box<Shape>),
    List {
        items: Box<Shape>,
        min: Option<usize>,
        max: Option<usize>,
        has: bool,
    },
    Set(Box<Shape>),
    Tuple(Vec<Shape>),
    Map {
        values: Box<Shape>,
        numbers: bool,
        min: Option<usize>,
    },
    Struct {
        fields: Vec<Field>,
        sealed: bool,
    },
    Flattened {
        fields: Vec<Field>,
        variants: Vec<Variant>,
        rest: Option<Box<Shape>>,
    },
    External {
        units: Vec<&'static str>,
        variants: Vec<Variant>,
    },
    Internal(Vec<(&'static str, Vec<Field>)>),
    Adjacent(Vec<Variant>),
    Untagged(Vec<Shape>),
    Both(Box<Shape>, Box<Shape>),
    Conditional(Box<Shape>),
    Definition(usize),
}

/// A name, whether it is required, and its type.
pub(crate) type Field = (&'static str, bool, Shape);

/// A name and its content.
pub(crate) type Variant = (&'static str, Shape);

pub(crate) const NAMES: [&str; 6] = ["a", "b", "c", "kind", "long name", "ä"];

impl Shape {
    pub(crate) fn random(random: &mut Random, depth: usize) -> Self {
        let limit = |random: &mut Random| random.perhaps(|random| random.below(4));
        let inner = |random: &mut Random| Box::new(Self::random(random, depth - 1));
        match random.below(if depth == 0 { 7 } else { 22 }) {
            0 => match random.below(3) {
                0 => Self::Anything,
                1 => Self::Null,
                _ => Self::Bool,
            },
            1 | 2 => Self::Integer {
                format: random.pick(&["uint8", "int8", "int64", "uint32", ""]),
                min: random.perhaps(|random| random.below(9) as i64 - 4),
                max: random.perhaps(|random| random.below(9) as i64 - 4),
                not_zero: random.once_in(5),
            },
            3 => Self::Float {
                above: random.perhaps(|random| random.below(9) as i64 - 4),
                multiple: random.once_in(4),
            },
            4 | 5 => Self::Text {
                min: limit(random),
                max: limit(random),
                pattern: random.perhaps(|random| random.pick(&["^a", "b$", "^[a-c]*$"])),
                format: if random.once_in(4) {
                    Some(random.pick(&["email", "uri", "ipv4"]))
                } else {
                    None
                },
            },
            6 => Self::Formatted(random.pick(&["uuid", "date", "date-time"])),
            7 | 8 => Self::Optional(inner(random)),
            9 => Self::List {
                items: inner(random),
                min: limit(random),
                max: limit(random),
                has: random.once_in(6),
            },
            10 => Self::Set(inner(random)),
            11 => {
                let length = 1 + random.below(3);
                Self::Tuple((0..length).map(|_| *inner(random)).collect())
            }
            12 => {
                Self::Map { values: inner(random), numbers: random.once_in(2), min: limit(random) }
            }
            13 | 14 => Self::Struct { fields: fields(random, depth), sealed: random.once_in(3) },
            15 => Self::Flattened {
                fields: fields(random, depth),
                variants: variants(random, depth),
                rest: random.perhaps(inner),
            },
            16 => {
                let variants = variants(random, depth);
                let free =
                    NAMES.iter().filter(|name| variants.iter().all(|(other, _)| *name != other));
                Self::External { units: free.take(random.below(3)).copied().collect(), variants }
            }
            17 => Self::Internal(
                variants(random, depth)
                    .into_iter()
                    .map(|(name, _)| {
                        let mut fields = fields(random, depth);
                        fields.retain(|(name, ..)| *name != "kind");
                        (name, fields)
                    })
                    .collect(),
            ),
            18 => Self::Adjacent(variants(random, depth)),
            19 => {
                let length = 1 + random.below(3);
                Self::Untagged((0..length).map(|_| *inner(random)).collect())
            }
            20 => match random.below(3) {
                0 => Self::Both(inner(random), inner(random)),
                _ => Self::Conditional(inner(random)),
            },
            _ => Self::Definition(random.below(3)),
        }
    }

    /// A type that can be recursive: a value of it holds the inner one, and is not just the same.
    pub(crate) fn definition(random: &mut Random, depth: usize) -> Self {
        loop {
            match Self::random(random, depth) {
                Self::Optional(_)
                | Self::Untagged(_)
                | Self::Both(..)
                | Self::Conditional(_)
                | Self::Definition(_) => {}
                shape => return shape,
            }
        }
    }

    /// The schema; without constraints it says what serde would check.
    pub(crate) fn schema(&self, constrained: bool) -> Value {
        let mut schema = json!({});
        let mut say = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                schema[key] = value;
            }
        };
        let limit = |limit: &Option<usize>| limit.filter(|_| constrained).map(Value::from);
        match self {
            Self::Anything => return json!(true),
            Self::Null => say("type", Some(json!("null"))),
            Self::Bool => say("type", Some(json!("boolean"))),
            Self::Integer { format, min, max, not_zero } => {
                say("type", Some(json!("integer")));
                say("format", Some(json!(format)).filter(|_| !format.is_empty()));
                let (least, greatest) = match *format {
                    "uint8" => (Some(0), Some(255)),
                    "int8" => (Some(-128), Some(127)),
                    "uint32" => (Some(0), None),
                    _ => (None, None),
                };
                let min = min.filter(|_| constrained).max(least);
                say("minimum", min.map(Value::from));
                say("maximum", max.filter(|_| constrained).or(greatest).map(Value::from));
                say("not", (*not_zero && constrained).then(|| json!({ "const": 0 })));
            }
            Self::Float { above, multiple } => {
                say("type", Some(json!("number")));
                say("exclusiveMinimum", above.filter(|_| constrained).map(Value::from));
                say("multipleOf", (*multiple && constrained).then(|| json!(0.5)));
            }
            Self::Text { min, max, pattern, format } => {
                say("type", Some(json!("string")));
                say("minLength", limit(min));
                say("maxLength", limit(max));
                say("pattern", pattern.filter(|_| constrained).map(Value::from));
                say("format", format.filter(|_| constrained).map(Value::from));
            }
            Self::Formatted(format) => return json!({ "type": "string", "format": format }),
            Self::Optional(inner) => {
                let mut inner = inner.schema(constrained);
                if inner == json!(true) {
                    return inner;
                }
                match inner.get_mut("type") {
                    Some(kind @ Value::String(_)) if *kind != "null" => {
                        *kind = json!([kind.take(), "null"]);
                        return inner;
                    }
                    _ => return json!({ "anyOf": [inner, { "type": "null" }] }),
                }
            }
            Self::List { items, min, max, has } => {
                say("type", Some(json!("array")));
                say("items", Some(items.schema(constrained)));
                say("minItems", limit(min));
                say("maxItems", limit(max));
                say("contains", (*has && constrained).then(|| json!({ "type": "string" })));
            }
            Self::Set(items) => {
                let items = items.schema(constrained);
                return json!({ "type": "array", "items": items, "uniqueItems": true });
            }
            Self::Tuple(items) => {
                let schemas: Vec<_> = items.iter().map(|item| item.schema(constrained)).collect();
                let length = items.len();
                return json!({
                    "type": "array",
                    "prefixItems": schemas,
                    "minItems": length,
                    "maxItems": length,
                });
            }
            Self::Map { values, numbers, min } => {
                say("type", Some(json!("object")));
                let values = values.schema(constrained);
                if *numbers {
                    say("additionalProperties", Some(json!(false)));
                    say("patternProperties", Some(json!({ r"^\d+$": values })));
                } else {
                    say("additionalProperties", Some(values));
                }
                say("minProperties", limit(min));
                say("propertyNames", limit(min).map(|_| json!({ "maxLength": 4 })));
            }
            Self::Struct { fields, sealed } => {
                schema = object(fields, constrained);
                if *sealed {
                    schema["additionalProperties"] = json!(false);
                }
            }
            Self::Flattened { fields, variants, rest } => {
                schema = object(fields, constrained);
                schema["oneOf"] = cases(variants, constrained, false);
                if let Some(rest) = rest {
                    schema["unevaluatedProperties"] = rest.schema(constrained);
                }
            }
            Self::External { units, variants } => {
                let mut all = cases(variants, constrained, true);
                if !units.is_empty() {
                    let units = json!({ "type": "string", "enum": units });
                    all.as_array_mut().unwrap().insert(0, units);
                }
                return json!({ "oneOf": all });
            }
            Self::Internal(variants) => {
                let variant = |(name, fields): &(&str, Vec<_>)| {
                    let mut schema = object(fields, constrained);
                    schema["properties"]["kind"] = json!({ "type": "string", "const": name });
                    schema["required"].as_array_mut().unwrap().push("kind".into());
                    schema
                };
                return json!({ "oneOf": variants.iter().map(variant).collect::<Vec<_>>() });
            }
            Self::Adjacent(variants) => {
                let variant = |(name, content): &(&str, Shape)| {
                    json!({
                        "type": "object",
                        "properties": {
                            "t": { "type": "string", "const": name },
                            "c": content.schema(constrained),
                        },
                        "required": ["t", "c"],
                    })
                };
                return json!({ "oneOf": variants.iter().map(variant).collect::<Vec<_>>() });
            }
            Self::Untagged(variants) => {
                let variants = variants.iter().map(|variant| variant.schema(constrained));
                return json!({ "anyOf": variants.collect::<Vec<_>>() });
            }
            Self::Both(one, other) => {
                return json!({ "allOf": [one.schema(constrained), other.schema(constrained)] });
            }
            Self::Conditional(inner) => {
                let inner = inner.schema(constrained);
                if !constrained {
                    return inner;
                }
                return json!({
                    "allOf": [inner],
                    "if": { "type": "string" },
                    "then": { "minLength": 2 },
                    "else": { "not": { "enum": [1, "x", null, [], { "a": 1.0 }] } },
                });
            }
            Self::Definition(index) => return json!({ "$ref": format!("#/$defs/T{index}") }),
        }
        schema
    }
}

fn object(fields: &[Field], constrained: bool) -> Value {
    let properties: serde_json::Map<_, _> = fields
        .iter()
        .map(|(name, _, shape)| ((*name).to_owned(), shape.schema(constrained)))
        .collect();
    let required: Vec<_> =
        fields.iter().filter(|(_, required, _)| *required).map(|(name, ..)| *name).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn cases(variants: &[Variant], constrained: bool, sealed: bool) -> Value {
    let case = |(name, content): &(&str, Shape)| {
        let mut schema = json!({
            "type": "object",
            "properties": { *name: content.schema(constrained) },
            "required": [name],
        });
        if sealed {
            schema["additionalProperties"] = json!(false);
        }
        schema
    };
    variants.iter().map(case).collect::<Vec<_>>().into()
}

fn fields(random: &mut Random, depth: usize) -> Vec<Field> {
    let names = NAMES.iter().filter(|_| random.once_in(2)).copied().collect::<Vec<_>>();
    names
        .into_iter()
        .map(|name| (name, random.once_in(2), Shape::random(random, depth - 1)))
        .collect()
}

fn variants(random: &mut Random, depth: usize) -> Vec<Variant> {
    let count = 1 + random.below(3);
    NAMES.iter().take(count).map(|name| (*name, Shape::random(random, depth - 1))).collect()
}
