//! Codecs of values that may look in several ways, and the refusal of those that can't be told
//! apart.
//!
//! What a user typed must never be revived: if data could pass for a date or for bytes, then the
//! type is refused.

use std::collections::BTreeMap;

use super::{Builder, Built, Codec, is_absent};
use crate::ast::Keyword;
use crate::error::Error;
use crate::resolve::Direction;
use crate::shape::{Object, Shape};

impl Builder<'_> {
    pub(super) fn union(&mut self, members: &[Shape], direction: Direction) -> Built {
        let mut present = Vec::new();
        for member in members {
            self.flatten(member, direction, &mut present);
        }
        let nullable = present.len() > present.iter().filter(|member| !is_absent(member)).count();
        present.retain(|member| !is_absent(member));
        let kinds = if let [only] = members.iter().filter(|m| !is_absent(m)).collect::<Vec<_>>()[..]
        {
            self.codec(only, direction)?
        } else {
            self.kinds(&present, direction)?
        };
        Ok(match kinds {
            // These leave everything alone that is not theirs.
            Some(
                codec @ (Codec::Fields(_)
                | Codec::Tagged(..)
                | Codec::Kinds(_)
                | Codec::Nullable(_)),
            ) => Some(codec),
            Some(codec) if nullable => Some(Codec::Nullable(Box::new(codec))),
            other => other,
        })
    }

    /// The members of a union, with names of unions followed.
    fn flatten(&self, shape: &Shape, direction: Direction, into: &mut Vec<Shape>) {
        match shape {
            Shape::Union(members) => {
                for member in members {
                    self.flatten(member, direction, into);
                }
            }
            Shape::Named { path, arguments } => {
                match self.bodies.bound(path, arguments, direction) {
                    Some(body @ (Shape::Union(_) | Shape::Named { .. })) => {
                        self.flatten(&body, direction, into);
                    }
                    Some(leaf) if !matches!(leaf, Shape::Object(_) | Shape::Intersection(_)) => {
                        into.push(leaf);
                    }
                    _ => into.push(shape.clone()),
                }
            }
            other => into.push(other.clone()),
        }
    }

    /// Tells members apart by their kind in JSON, then objects by their fields.
    fn kinds(&mut self, members: &[Shape], direction: Direction) -> Built {
        let mut groups: BTreeMap<&'static str, Vec<Shape>> = BTreeMap::new();
        for member in members {
            let Some(kind) = kind(member) else {
                return Err(self.untellable("one of its variants may be any value"));
            };
            groups.entry(kind).or_default().push(member.clone());
        }
        let several = groups.len() > 1;
        let mut codecs = Vec::new();
        for (kind, group) in groups {
            if let Some(codec) = self.group(kind, &group, direction)? {
                codecs.push((kind, codec));
            }
        }
        Ok(match codecs.as_slice() {
            [] => None,
            [(_, codec @ (Codec::Fields(_) | Codec::Tagged(..)))] => Some(codec.clone()),
            [(_, codec)] if !several => Some(codec.clone()),
            _ => Some(Codec::Kinds(codecs)),
        })
    }

    fn group(&mut self, kind: &str, group: &[Shape], direction: Direction) -> Built {
        if let [only] = group {
            return self.codec(only, direction);
        }
        if !group.iter().any(|member| self.special(member, direction)) {
            return Ok(None);
        }
        if kind == "object" {
            let objects: Vec<_> =
                group.iter().flat_map(|member| self.objects(member, direction)).collect();
            return self.variants(&objects, direction);
        }
        let first = self.codec(&group[0], direction)?;
        for member in &group[1..] {
            if self.codec(member, direction)? != first {
                return Err(
                    self.untellable(&format!("several of its variants are a {kind} in JSON"))
                );
            }
        }
        Ok(first)
    }

    /// One codec for several objects: of their fields where those agree, else by a tag.
    pub(super) fn variants(&mut self, objects: &[Object], direction: Direction) -> Built {
        let special = objects.iter().any(|object| {
            let mut shapes = object.properties.iter().map(|property| &property.shape);
            shapes.any(|shape| self.special(shape, direction))
                || object.rest.as_ref().is_some_and(|rest| self.special(rest, direction))
        });
        if !special {
            return Ok(None);
        }
        if objects.iter().any(|object| object.rest.is_some()) {
            return Err(self.untellable("a key of an open map may have the name of such a field"));
        }
        if let Some(fields) = self.agreeing(objects, direction)? {
            return Ok((!fields.is_empty()).then_some(Codec::Fields(fields)));
        }
        let Some(tag) = tag(objects) else {
            return Err(self.untellable("its variants are objects without a tag"));
        };
        let mut groups: BTreeMap<String, Vec<Object>> = BTreeMap::new();
        for object in objects {
            if let Some(text) = text(object, &tag) {
                groups.entry(text.to_owned()).or_default().push(object.clone());
            }
        }
        let mut codecs = Vec::new();
        for (text, group) in groups {
            if let Some(codec) = self.variants(&group, direction)? {
                codecs.push((text, codec));
            }
        }
        Ok(Some(Codec::Tagged(tag, codecs)))
    }

    /// The codecs of all fields, if a field has the same one wherever it occurs.
    fn agreeing(
        &mut self,
        objects: &[Object],
        direction: Direction,
    ) -> Result<Option<Vec<(String, Codec)>>, Error> {
        let mut fields: Vec<(String, Option<Codec>)> = Vec::new();
        for property in objects.iter().flat_map(|object| &object.properties) {
            let codec = self.codec(&property.shape, direction)?;
            match fields.iter().find(|(name, _)| *name == property.name) {
                Some((_, before)) if *before != codec => return Ok(None),
                Some(_) => {}
                None => fields.push((property.name.clone(), codec)),
            }
        }
        Ok(Some(fields.into_iter().filter_map(|(name, codec)| Some((name, codec?))).collect()))
    }
}

/// A field that is another literal in each group of objects.
fn tag(objects: &[Object]) -> Option<String> {
    let [first, rest @ ..] = objects else { return None };
    let names = first.properties.iter().map(|property| &property.name);
    let mut tags = names.filter(|name| {
        text(first, name).is_some_and(|of_first| {
            rest.iter().all(|object| text(object, name).is_some())
                && rest.iter().any(|object| text(object, name) != Some(of_first))
        })
    });
    tags.next().cloned()
}

fn text<'o>(object: &'o Object, name: &str) -> Option<&'o str> {
    object.properties.iter().find(|property| property.name == name).and_then(|property| {
        match &property.shape {
            Shape::Text(text) if !property.optional => Some(text.as_str()),
            _ => None,
        }
    })
}

/// What a value is in JSON; nothing where it may be anything.
fn kind(shape: &Shape) -> Option<&'static str> {
    Some(match shape {
        Shape::Plain(Keyword::String) | Shape::Text(_) | Shape::Template(_) | Shape::Date => {
            "string"
        }
        Shape::Plain(Keyword::Number | Keyword::BigInt)
        | Shape::Number(_)
        | Shape::Bytes
        | Shape::BigInt
        | Shape::Callback { .. }
        | Shape::Channel(_) => "number",
        Shape::Plain(Keyword::Boolean) | Shape::Bool(_) => "boolean",
        Shape::Array(_) | Shape::Tuple(_) => "array",
        Shape::Object(_) | Shape::Map { .. } | Shape::Intersection(_) | Shape::Named { .. } => {
            "object"
        }
        Shape::Plain(_) | Shape::Json | Shape::Union(_) | Shape::Parameter(_) => return None,
    })
}
