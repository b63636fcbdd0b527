//! Reads JSON Schemas as `schemars` writes them: what kinds of value one allows, and where.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// The definitions that `$ref`s of one direction point into.
#[derive(Clone, Copy)]
pub(crate) struct Definitions<'a>(pub(crate) &'a Map<String, Value>);

/// An object schema with `allOf` merged in and wrappers of one alternative taken off.
#[derive(Clone, Debug, Default)]
pub(crate) struct ObjectView {
    pub(crate) properties: BTreeMap<String, Value>,
    pub(crate) required: BTreeSet<String>,
    /// What properties beside the named ones hold, where there may be some.
    pub(crate) additional: Vec<Value>,
    /// Alternatives of which one holds as well: flattened enums.
    pub(crate) groups: Vec<Vec<Value>>,
    /// Other definitions that hold as well.
    pub(crate) references: Vec<Value>,
}

impl<'a> Definitions<'a> {
    /// Follows `$ref`s that stand alone.
    pub(crate) fn follow<'s>(self, schema: &'s Value) -> Cow<'s, Value>
    where
        'a: 's,
    {
        let mut schema = schema;
        // A definition that is only a reference to itself can't be written in Rust.
        for _ in 0..=self.0.len() {
            let structural = ["properties", "oneOf", "anyOf", "allOf", "items"];
            if structural.iter().any(|keyword| schema.get(keyword).is_some()) {
                break;
            }
            let Some(target) = self.target(schema) else { break };
            schema = target;
        }
        Cow::Borrowed(schema)
    }

    fn target(self, schema: &Value) -> Option<&'a Value> {
        let name = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        self.0.get(&decode_reference(name))
    }

    /// The kinds of value that a schema lists: members of `oneOf` and `anyOf`, several `type`s.
    pub(crate) fn alternatives(self, schema: &Value) -> Vec<Value> {
        let schema = self.follow(schema);
        if schema.get("properties").is_none() {
            for keyword in ["oneOf", "anyOf"] {
                if let Some(members) = schema.get(keyword).and_then(Value::as_array) {
                    return members
                        .iter()
                        .flat_map(|member| self.inner_alternatives(member))
                        .collect();
                }
            }
        }
        let Some(types) = schema.get("type").and_then(Value::as_array) else {
            return vec![schema.into_owned()];
        };
        types.iter().map(|kind| narrowed(&schema, kind)).collect()
    }

    /// Alternatives of an alternative, unless it is a type of its own.
    fn inner_alternatives(self, schema: &Value) -> Vec<Value> {
        if schema.get("$ref").is_some() { vec![schema.clone()] } else { self.alternatives(schema) }
    }

    /// Takes `null` out of a schema: what is left, and whether it was there.
    pub(crate) fn without_null(self, schema: &Value) -> (Vec<Value>, bool) {
        let (null, rest): (Vec<_>, Vec<_>) =
            self.alternatives(schema).into_iter().partition(is_null);
        (rest, !null.is_empty())
    }

    /// Everything that an object schema says.
    pub(crate) fn object(self, schema: &Value) -> Option<ObjectView> {
        let mut view = ObjectView::default();
        self.merge(schema, &mut view, 0)?;
        Some(view)
    }

    fn merge(self, schema: &Value, view: &mut ObjectView, depth: usize) -> Option<()> {
        let schema = self.follow(schema);
        let map = schema.as_object()?;
        if map.get("type").is_some_and(|kind| kind != "object") || depth > 64 {
            return None;
        }
        view.properties.extend(
            entries(map.get("properties")).map(|(name, property)| (name.clone(), property.clone())),
        );
        view.required
            .extend(list(map.get("required")).iter().filter_map(Value::as_str).map(str::to_owned));
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            view.additional.extend(map.get(keyword).filter(|rest| **rest != json!(false)).cloned());
        }
        view.additional
            .extend(entries(map.get("patternProperties")).map(|(_, value)| value.clone()));
        view.references.extend(map.get("$ref").map(|name| json!({ "$ref": name })));
        for part in list(map.get("allOf")) {
            self.merge(part, view, depth + 1)?;
        }
        for keyword in ["oneOf", "anyOf"] {
            match list(map.get(keyword)) {
                [] => {}
                [only] => self.merge(only, view, depth + 1)?,
                several => view.groups.push(several.to_vec()),
            }
        }
        Some(())
    }

    /// Whether a value that is not plain JSON may stand anywhere in a schema.
    pub(crate) fn special(self, schema: &Value) -> bool {
        let mut met = BTreeSet::new();
        let mut open = vec![schema];
        while let Some(value) = open.pop() {
            if value.get("x-telefunc").is_some() || is_huge(value) {
                return true;
            }
            if let Some(target) = self.target(value)
                && met.insert(std::ptr::from_ref(target))
            {
                open.push(target);
            }
            match value {
                Value::Object(map) => open.extend(map.values()),
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        false
    }
}

impl ObjectView {
    /// The view as a schema again, without the properties that were dealt with.
    pub(crate) fn without(&self, claimed: &BTreeSet<String>) -> Value {
        let open = |name: &&String| !claimed.contains(*name);
        let properties: Map<String, Value> = self
            .properties
            .iter()
            .filter(|(name, _)| open(name))
            .map(|(name, property)| (name.clone(), property.clone()))
            .collect();
        let required: Vec<_> = self.required.iter().filter(open).collect();
        let mut schema = json!({ "type": "object" });
        if !properties.is_empty() {
            schema["properties"] = properties.into();
            schema["required"] = json!(required);
        }
        if let Some(additional) = self.additional.first() {
            schema["additionalProperties"] = additional.clone();
        }
        match self.groups.as_slice() {
            [] => {}
            [group] => schema["oneOf"] = json!(group),
            groups => {
                schema["allOf"] = groups.iter().map(|group| json!({ "oneOf": group })).collect();
            }
        }
        schema
    }
}

/// The text that is equal for schemas of equal TypeScript: without notes and constraints.
pub(crate) fn canonical(schema: &Value) -> String {
    fn strip(value: &Value) -> Value {
        const SHAPING: [&str; 22] = [
            "$ref",
            "type",
            "format",
            "properties",
            "required",
            "items",
            "prefixItems",
            "oneOf",
            "anyOf",
            "allOf",
            "enum",
            "const",
            "additionalProperties",
            "patternProperties",
            "x-telefunc",
            "x-parameters",
            "x-names",
            "x-result",
            "x-in",
            "x-out",
            "x-in-reply",
            "x-out-reply",
        ];
        match value {
            Value::Object(map) => map
                .iter()
                .filter(|(keyword, _)| SHAPING.contains(&keyword.as_str()))
                .map(|(keyword, value)| {
                    let value = match (keyword.as_str(), value) {
                        ("properties" | "patternProperties", Value::Object(named)) => named
                            .iter()
                            .map(|(name, property)| (name.clone(), strip(property)))
                            .collect(),
                        ("required" | "enum" | "const" | "x-names", value) => value.clone(),
                        (_, value) => strip(value),
                    };
                    (keyword.clone(), value)
                })
                .collect(),
            Value::Array(items) => items.iter().map(strip).collect(),
            leaf => leaf.clone(),
        }
    }
    strip(schema).to_string()
}

/// Whether a schema allows any value: `true` or `{}`, notes aside.
pub(crate) fn is_any(schema: &Value) -> bool {
    *schema == json!(true) || (schema.is_object() && canonical(schema) == "{}")
}

/// Whether a schema allows `null` and nothing else.
pub(crate) fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
        || schema.get("const").is_some_and(Value::is_null)
}

pub(crate) fn has_type(schema: &Value, kind: &str) -> bool {
    schema.get("type").is_some_and(|found| found == kind)
}

pub(crate) fn text<'s>(schema: &'s Value, keyword: &str) -> Option<&'s str> {
    schema.get(keyword).and_then(Value::as_str)
}

pub(crate) fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The values that a schema lists: of `enum`, or its one `const`.
pub(crate) fn listed(schema: &Value) -> Option<Vec<&Value>> {
    match (schema.get("enum").and_then(Value::as_array), schema.get("const")) {
        (Some(values), _) => Some(values.iter().collect()),
        (None, Some(value)) => Some(vec![value]),
        (None, None) => None,
    }
}

/// An integer of 128 bits.
pub(crate) fn is_huge(schema: &Value) -> bool {
    matches!(text(schema, "format"), Some("int128" | "uint128"))
}

/// An integer that a JavaScript number does not always hold.
pub(crate) fn is_large(schema: &Value) -> bool {
    matches!(text(schema, "format"), Some("int64" | "uint64" | "int" | "uint"))
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// A schema of several `type`s as the schema of one of them.
fn narrowed(schema: &Value, kind: &Value) -> Value {
    if kind == "null" {
        return json!({ "type": "null" });
    }
    let mut narrowed = schema.clone();
    narrowed["type"] = kind.clone();
    if let Some(values) = narrowed.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    narrowed
}

/// Undoes the escapes of a JSON Pointer in a URI fragment.
fn decode_reference(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).replace("~1", "/").replace("~0", "~")
}
