//! Compiles JSON Schemas (draft 2020-12, as `schemars` writes them) into nodes.
//!
//! A keyword that restricts values and is not known here is refused by name: a constraint that
//! somebody wrote down is never silently ignored. What an annotation says is of no concern.

use std::collections::HashMap;
use std::fmt;

use regex::Regex;
use serde_json::{Map, Value};

use super::Integers;
use super::format::Format;
use super::number::{self, Limit, Number};
use super::schema::{
    Array, Choice, Condition, Field, Id, Kinds, Node, Nodes, Object, Range, Rest, Text, Values,
};

/// A schema that can not be enforced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Where in which parameter, and what is wrong there.
    pub reason: String,
}

/// Compiles schemas that refer to common definitions.
pub(super) struct Compiler<'s> {
    pub(super) nodes: Nodes,
    definitions: &'s Map<String, Value>,
    integers: Integers,
    compiled: HashMap<&'s str, Id>,
    trail: Vec<String>,
}

type Compiled<T> = Result<T, CompileError>;

impl<'s> Compiler<'s> {
    pub(super) fn new(definitions: &'s Map<String, Value>, integers: Integers) -> Self {
        let (nodes, compiled, trail) = (Nodes(Vec::new()), HashMap::new(), Vec::new());
        Self { nodes, definitions, integers, compiled, trail }
    }

    /// Compiles the schema of a parameter, or of whatever else `name` calls it in an error.
    pub(super) fn named(&mut self, name: &str, schema: &'s Value) -> Compiled<Id> {
        self.within(name, |this| this.schema(schema))
    }

    fn within<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Self) -> Compiled<T>,
    ) -> Compiled<T> {
        self.trail.push(name.to_owned());
        let done = work(self)?;
        self.trail.pop();
        Ok(done)
    }

    fn refuse<T>(&self, reason: impl fmt::Display) -> Compiled<T> {
        Err(CompileError { reason: format!("`{}`: {reason}", self.trail.join(".")) })
    }

    fn schema(&mut self, schema: &'s Value) -> Compiled<Id> {
        let Value::Object(map) = schema else {
            let kinds = if schema == &Value::Bool(false) { Kinds::NONE } else { Kinds::ALL };
            return Ok(self.nodes.add(Node::of(kinds)));
        };
        if let Some(Value::String(target)) = map.get("$ref")
            && map.keys().all(|key| key == "$ref" || is_annotation(key))
        {
            return self.reference(target);
        }
        let node = self.node(map)?;
        Ok(self.nodes.add(node))
    }

    fn reference(&mut self, target: &'s str) -> Compiled<Id> {
        if let Some(id) = self.compiled.get(target) {
            return Ok(*id);
        }
        let name = definition(target);
        let known = name.and_then(|name| self.definitions.get_key_value(&name));
        let Some((name, schema)) = known else {
            return self.refuse(format!("there is no definition `{target}`"));
        };
        let id = self.nodes.add(Node::of(Kinds::ALL));
        self.compiled.insert(target, id);
        let node = self.within(name, |this| match schema {
            Value::Object(map) => this.node(map),
            schema => Ok(Node { all: vec![this.schema(schema)?], ..Node::of(Kinds::ALL) }),
        })?;
        self.nodes[id] = node;
        Ok(id)
    }

    fn node(&mut self, map: &'s Map<String, Value>) -> Compiled<Node> {
        let mut node = Node::of(Kinds::ALL);
        let (mut text, mut range) = (Text::default(), Range::default());
        let (mut array, mut object) = (Array::default(), Object::default());
        let (mut texts, mut ranges, mut arrays, mut objects) = (false, false, false, false);
        for (key, value) in map {
            match key.as_str() {
                "type" => node.kinds = self.kinds(value)?,
                "const" => node.values = Some(Values::of([value])),
                "enum" => node.values = Some(Values::of(self.list(key, value)?)),
                "minLength" | "maxLength" | "pattern" => {
                    texts = true;
                    self.text(&mut text, key, value)?;
                }
                "format" => {
                    let name = self.string(key, value)?;
                    text.format = Format::named(name);
                    texts |= text.format.is_some();
                }
                "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                    ranges = true;
                    self.range(&mut range, key, value)?;
                }
                "items" | "prefixItems" | "minItems" | "maxItems" | "uniqueItems" | "contains" => {
                    arrays = true;
                    self.array(&mut array, key, value)?;
                }
                "properties"
                | "required"
                | "additionalProperties"
                | "unevaluatedProperties"
                | "patternProperties"
                | "propertyNames"
                | "minProperties"
                | "maxProperties" => {
                    objects = true;
                    self.object(&mut object, map, key, value)?;
                }
                "$ref" => {
                    let target = self.string(key, value)?;
                    node.all.push(self.reference(target)?);
                }
                "allOf" => node.all.extend(self.schemas(key, value)?),
                "anyOf" => node.choices.push(Choice::Any(self.schemas(key, value)?)),
                "oneOf" => node.choices.push(Choice::One(self.schemas(key, value)?)),
                "not" => node.not = Some(self.schema(value)?),
                "if" => node.condition = Some(self.condition(map, value)?),
                "then" | "else" => {}
                _ if is_annotation(key) => {}
                _ => {
                    return self.refuse(format!(
                        "the JSON Schema keyword `{key}` is not supported (a remark starts with `x-`)"
                    ));
                }
            }
        }
        if node.kinds.only_integers() {
            let format = map.get("format").and_then(Value::as_str);
            ranges |= range.within(format.and_then(number::of_format));
            let is_number = matches!(format, Some("int64" | "uint64" | "int" | "uint"))
                && !map.contains_key("x-telefunc");
            if is_number && self.integers == Integers::Safe {
                range.raise(Limit { implied: false, ..Limit::implied(-number::MAX_SAFE) });
                range.lower(Limit { implied: false, ..Limit::implied(number::MAX_SAFE) });
            }
        }
        node.text = texts.then_some(text);
        node.range = ranges.then_some(range);
        node.array = arrays.then_some(array);
        node.object = objects.then_some(object);
        Ok(node)
    }

    fn kinds(&self, value: &Value) -> Compiled<Kinds> {
        let names = match value {
            Value::Array(names) => names.as_slice(),
            name => std::slice::from_ref(name),
        };
        names.iter().try_fold(Kinds::NONE, |kinds, name| {
            match name.as_str().and_then(Kinds::named) {
                Some(kind) => Ok(kinds.or(kind)),
                None => self.refuse(format!("there is no JSON type {name}")),
            }
        })
    }

    fn text(&self, text: &mut Text, key: &str, value: &Value) -> Compiled<()> {
        match key {
            "minLength" => text.min = Some(self.count(key, value)?),
            "maxLength" => text.max = Some(self.count(key, value)?),
            _ => text.pattern = Some(self.pattern(self.string(key, value)?)?),
        }
        Ok(())
    }

    fn range(&self, range: &mut Range, key: &str, value: &Value) -> Compiled<()> {
        let text = value.as_number().map(ToString::to_string);
        let Some(at) = text.as_deref().and_then(Number::parse) else {
            return self.refuse(format!("`{key}` must be a number"));
        };
        let exclusive = key.starts_with("exclusive");
        let limit = Limit { at, exclusive, implied: false };
        match key {
            "multipleOf" => range.multiple = Some(at),
            "minimum" | "exclusiveMinimum" => range.raise(limit),
            _ => range.lower(limit),
        }
        Ok(())
    }

    fn array(&mut self, array: &mut Array, key: &str, value: &'s Value) -> Compiled<()> {
        match key {
            "items" => array.items = self.rest(key, value)?,
            "prefixItems" => {
                let prefix = self.schemas(key, value)?;
                array.prefix = prefix.into_iter().map(Rest::Node).collect();
            }
            "minItems" => array.min = Some(self.count(key, value)?),
            "maxItems" => array.max = Some(self.count(key, value)?),
            "uniqueItems" => array.unique = value == &Value::Bool(true),
            _ => array.contains = Some(self.within("contains", |this| this.schema(value))?),
        }
        Ok(())
    }

    fn object(
        &mut self,
        object: &mut Object,
        map: &Map<String, Value>,
        key: &str,
        value: &'s Value,
    ) -> Compiled<()> {
        match key {
            "properties" => {
                for (name, schema) in self.map(key, value)? {
                    let value = Rest::Node(self.named(name, schema)?);
                    object.field_mut(name).value = value;
                }
            }
            "required" => {
                for name in self.list(key, value)? {
                    object.field_mut(self.string(key, name)?).required = true;
                }
            }
            "additionalProperties" => {
                object.is_open = true;
                object.additional = self.rest("*", value)?;
            }
            "unevaluatedProperties" if !map.contains_key("additionalProperties") => {
                object.is_open = true;
                object.additional = match self.rest("*", value)? {
                    Rest::Any | Rest::Unevaluated(_) => Rest::Any,
                    Rest::Nothing => Rest::Unevaluated(None),
                    Rest::Node(id) => Rest::Unevaluated(Some(id)),
                };
            }
            "patternProperties" => {
                for (pattern, schema) in self.map(key, value)? {
                    let rest = self.rest(pattern, schema)?;
                    object.patterns.push((self.pattern(pattern)?, rest));
                }
            }
            "propertyNames" => object.names = Some(self.within(key, |this| this.schema(value))?),
            "minProperties" => object.min = Some(self.count(key, value)?),
            "maxProperties" => object.max = Some(self.count(key, value)?),
            _ => {}
        }
        Ok(())
    }

    fn rest(&mut self, name: &str, schema: &'s Value) -> Compiled<Rest> {
        Ok(match schema {
            Value::Bool(true) => Rest::Any,
            Value::Bool(false) => Rest::Nothing,
            schema => Rest::Node(self.named(name, schema)?),
        })
    }

    fn condition(&mut self, map: &'s Map<String, Value>, test: &'s Value) -> Compiled<Condition> {
        let branch =
            |this: &mut Self, key| map.get(key).map(|schema| this.schema(schema)).transpose();
        let (then, otherwise) = (branch(self, "then")?, branch(self, "else")?);
        Ok(Condition { test: self.schema(test)?, then, otherwise })
    }

    fn pattern(&self, pattern: &str) -> Compiled<Regex> {
        let regex = Regex::new(pattern);
        regex.or_else(|error| self.refuse(format!("the pattern `{pattern}` is not valid: {error}")))
    }

    fn schemas(&mut self, key: &str, value: &'s Value) -> Compiled<Vec<Id>> {
        let schemas = self.list(key, value)?;
        schemas.iter().map(|schema| self.schema(schema)).collect()
    }

    fn list<'v>(&self, key: &str, value: &'v Value) -> Compiled<&'v Vec<Value>> {
        value.as_array().map_or_else(|| self.refuse(format!("`{key}` must be a list")), Ok)
    }

    fn map<'v>(&self, key: &str, value: &'v Value) -> Compiled<&'v Map<String, Value>> {
        value.as_object().map_or_else(|| self.refuse(format!("`{key}` must be an object")), Ok)
    }

    fn string<'v>(&self, key: &str, value: &'v Value) -> Compiled<&'v str> {
        value.as_str().map_or_else(|| self.refuse(format!("`{key}` must be a string")), Ok)
    }

    fn count(&self, key: &str, value: &Value) -> Compiled<usize> {
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        count.map_or_else(|| self.refuse(format!("`{key}` must be a whole number")), Ok)
    }
}

impl Object {
    fn field_mut(&mut self, name: &str) -> &mut Field {
        let place = self.fields.binary_search_by(|field| field.name.as_str().cmp(name));
        let place = place.unwrap_or_else(|place| {
            let field = Field { name: name.to_owned(), value: Rest::Any, required: false };
            self.fields.insert(place, field);
            place
        });
        &mut self.fields[place]
    }
}

/// The name in a reference, which `schemars` encodes as a JSON Pointer in a URI fragment.
fn definition(target: &str) -> Option<String> {
    let mut pieces = target.strip_prefix("#/$defs/")?.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    Some(String::from_utf8(bytes).ok()?.replace("~1", "/").replace("~0", "~"))
}

/// Whether a keyword says nothing about which values are valid.
fn is_annotation(key: &str) -> bool {
    let known = [
        "title",
        "description",
        "default",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "$comment",
        "$schema",
        "$id",
        "$anchor",
        "$defs",
        "definitions",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
    ];
    known.contains(&key) || key.starts_with("x-")
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for CompileError {}
