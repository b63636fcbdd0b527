//! Walks a TypeScript type and the JSON Schema of the same Rust type side by side, and gives what
//! both agree on.
//!
//! `ts-rs` knows names, generics and docs, `schemars` knows formats, directions and what serde
//! really does. Where they contradict each other one of them lies about the wire, so that is an
//! error. Recursive types are assumed to agree while their own agreement is being shown.

mod live;
mod names;
mod objects;
mod unions;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::ast::{Ast, Keyword};
use crate::builder::LargeInts;
use crate::catalog::{Catalog, UserType};
use crate::mismatch::Mismatch;
use crate::schema::{self, Definitions};
use crate::shape::Shape;

use objects::leftover;
use unions::{is_literal, literal};

/// Whether a client sends or receives a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    Input,
    Output,
}

/// Resolves the types of one direction.
pub(crate) struct Resolver<'a> {
    catalog: &'a Catalog,
    definitions: Definitions<'a>,
    direction: Direction,
    large_ints: LargeInts,
    instances: BTreeMap<Key, Instance>,
    /// The instances in the order they were met, to undo a try.
    order: Vec<Key>,
}

/// A user's type by Rust path, and the schema it was met with.
type Key = (String, String);

#[derive(Default)]
struct Instance {
    /// `None` while it is being resolved.
    body: Option<Shape>,
    /// What each type parameter stood for.
    parameters: Vec<Vec<Position>>,
}

/// A schema and whether `null` was already taken out of it.
#[derive(Clone, PartialEq)]
struct Position {
    schema: Value,
    nullable: bool,
}

/// The text that is being walked.
pub(crate) struct Scope<'a> {
    /// The Rust type or function, for messages.
    rust: &'a str,
    mentions: &'a BTreeSet<String>,
    parameters: &'a [String],
    met: RefCell<Vec<Vec<Position>>>,
}

impl<'a> Scope<'a> {
    /// The text of a signature.
    pub(crate) fn new(rust: &'a str, mentions: &'a BTreeSet<String>) -> Self {
        Self { rust, mentions, parameters: &[], met: RefCell::default() }
    }

    fn of(rust: &'a str, user: &'a UserType) -> Self {
        let parameters = user.alias.parameters.as_slice();
        let met = RefCell::new(vec![Vec::new(); parameters.len()]);
        Self { rust, mentions: &user.mentions, parameters, met }
    }
}

type Resolved<T = Shape> = Result<T, Mismatch>;

impl<'a> Resolver<'a> {
    pub(crate) fn new(
        catalog: &'a Catalog,
        definitions: Definitions<'a>,
        direction: Direction,
        large_ints: LargeInts,
    ) -> Self {
        let (instances, order) = (BTreeMap::new(), Vec::new());
        Self { catalog, definitions, direction, large_ints, instances, order }
    }

    /// Every body of every user's type that was met, by Rust path.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = (&str, &Shape)> {
        let met = self.order.iter().filter_map(|key| self.instances.get_key_value(key));
        met.filter_map(|((path, _), instance)| Some((path.as_str(), instance.body.as_ref()?)))
    }

    /// Resolves one use of a type.
    pub(crate) fn resolve(&mut self, ast: &Ast, schema: &Value, scope: &Scope<'_>) -> Resolved {
        self.walk(ast, schema, false, scope)
    }

    fn walk(&mut self, ast: &Ast, schema: &Value, nullable: bool, scope: &Scope<'_>) -> Resolved {
        match ast {
            Ast::Name { name, arguments } => {
                self.name(ast, name, arguments, schema, nullable, scope)
            }
            Ast::Union(members) => self.union(ast, members, schema, nullable, scope),
            other => {
                let followed = self.definitions.follow(schema).into_owned();
                if schema::text(&followed, "x-telefunc").is_some_and(|kind| kind != "bigint") {
                    return Err(Mismatch::new(scope.rust, ast, schema));
                }
                // One literal does not describe several values.
                if is_literal(other)
                    && schema::listed(&followed).is_some_and(|values| values.len() > 1)
                {
                    return Err(Mismatch::new(scope.rust, ast, schema));
                }
                self.structure(other, &followed, scope)
            }
        }
    }

    fn structure(&mut self, ast: &Ast, schema: &Value, scope: &Scope<'_>) -> Resolved {
        let mismatch = || Mismatch::new(scope.rust, ast, schema);
        match ast {
            Ast::Keyword(keyword) => self.either(*keyword, schema).ok_or_else(mismatch),
            Ast::Text(_) | Ast::Number(_) | Ast::Bool(_) | Ast::Template(_) => {
                literal(ast, schema).ok_or_else(mismatch)
            }
            Ast::Array(item) => {
                let items = array_items(schema).ok_or_else(mismatch)?;
                let item = self.walk(item, items, false, scope).map_err(|m| m.inside("[]"))?;
                Ok(Shape::Array(Box::new(item)))
            }
            Ast::Tuple(items) => self.tuple(ast, items, schema, scope),
            Ast::Object(fields) => {
                let view = self.definitions.object(schema).ok_or_else(mismatch)?;
                if !view.groups.is_empty() || !view.references.is_empty() {
                    return Err(mismatch());
                }
                let object = self.fields(ast, fields, &view, scope)?;
                if leftover(&view, fields)
                    || view.additional.iter().any(|rest| !schema::is_any(rest))
                {
                    return Err(mismatch());
                }
                Ok(Shape::Object(object))
            }
            Ast::Map { key, value, partial } => self.map(ast, key, value, *partial, schema, scope),
            Ast::Intersection(members) => self.intersection(ast, members, schema, scope),
            Ast::Union(_) | Ast::Name { .. } => self.walk(ast, schema, false, scope),
        }
    }

    /// A client may be told less than the server accepts: a decimal is read from a number too.
    fn either(&self, keyword: Keyword, schema: &Value) -> Option<Shape> {
        self.keyword(keyword, schema).or_else(|| match self.direction {
            Direction::Input => {
                let alternatives = self.definitions.alternatives(schema);
                alternatives.iter().find_map(|schema| self.keyword(keyword, schema))
            }
            Direction::Output => None,
        })
    }

    fn keyword(&self, keyword: Keyword, schema: &Value) -> Option<Shape> {
        let any = schema::is_any(schema);
        let is = |kind| schema::has_type(schema, kind);
        let agrees = match keyword {
            Keyword::String => is("string") || any,
            Keyword::Boolean => is("boolean") || any,
            Keyword::Null => schema::is_null(schema) || any,
            Keyword::Undefined => schema::is_null(schema),
            Keyword::Never => {
                *schema == Value::Bool(false) || schema::list(schema.get("enum")).is_empty()
            }
            Keyword::Any => !self.definitions.special(schema),
            Keyword::Number | Keyword::BigInt => return self.number(keyword, schema),
        };
        let keyword = if keyword == Keyword::Undefined { Keyword::Null } else { keyword };
        agrees.then_some(Shape::Plain(keyword))
    }

    /// `ts-rs` prints `i64` as it prints `i128`, and `isize` as it prints `i32`: the schema's
    /// format decides.
    fn number(&self, keyword: Keyword, schema: &Value) -> Option<Shape> {
        let big = keyword == Keyword::BigInt;
        if !schema::has_type(schema, "integer") {
            let number = schema::has_type(schema, "number") || schema::is_any(schema);
            return (number && !big).then_some(Shape::Plain(Keyword::Number));
        }
        if schema::text(schema, "x-telefunc") == Some("bigint") || schema::is_huge(schema) {
            return big.then_some(Shape::BigInt);
        }
        if schema::is_large(schema) {
            return Some(match self.large_ints {
                LargeInts::Number => Shape::Plain(Keyword::Number),
                LargeInts::BigInt => Shape::BigInt,
            });
        }
        (!big).then_some(Shape::Plain(Keyword::Number))
    }

    fn tuple(&mut self, ast: &Ast, items: &[Ast], schema: &Value, scope: &Scope<'_>) -> Resolved {
        let mismatch = || Mismatch::new(scope.rust, ast, schema);
        let prefix = schema::list(schema.get("prefixItems"));
        if !schema::has_type(schema, "array") {
            return Err(mismatch());
        }
        // An array that `ts-rs` was told to print item by item.
        if let (Some(inner), [first, ..]) = (schema.get("items"), items)
            && items.iter().all(|item| item == first)
        {
            let item = self.walk(first, inner, false, scope).map_err(|m| m.inside("[]"))?;
            return Ok(Shape::Array(Box::new(item)));
        }
        if prefix.len() != items.len() {
            return Err(mismatch());
        }
        let mut shapes = Vec::new();
        for (at, (item, schema)) in items.iter().zip(prefix).enumerate() {
            let shape = self.walk(item, schema, false, scope);
            shapes.push(shape.map_err(|m| m.inside(&format!("[{at}]")))?);
        }
        Ok(Shape::Tuple(shapes))
    }
}

/// The item schema of an array without fixed places.
fn array_items(schema: &Value) -> Option<&Value> {
    const NONE: &Value = &Value::Bool(false);
    if !schema::has_type(schema, "array") || schema.get("prefixItems").is_some() {
        return None;
    }
    schema.get("items").or_else(|| schema.get("maxItems").filter(|max| **max == 0).map(|_| NONE))
}
