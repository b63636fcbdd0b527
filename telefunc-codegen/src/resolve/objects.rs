//! Objects, maps and intersections: what serde makes of structs, `flatten` and tagged variants.

use std::collections::BTreeSet;

use serde_json::Value;

use super::unions::one_of;
use super::{Direction, Resolved, Resolver, Scope};
use crate::ast::{Ast, Field, Keyword};
use crate::catalog::Meaning;
use crate::mismatch::Mismatch;
use crate::schema::{self, ObjectView};
use crate::shape::{Object, Property, Shape};

impl Resolver<'_> {
    pub(super) fn map(
        &mut self,
        ast: &Ast,
        key: &Ast,
        value: &Ast,
        partial: bool,
        schema: &Value,
        scope: &Scope<'_>,
    ) -> Resolved {
        let mismatch = || Mismatch::new(scope.rust, ast, schema);
        let view = self.definitions.object(schema).ok_or_else(mismatch)?;
        if !view.groups.is_empty() || !view.references.is_empty() || !view.required.is_empty() {
            return Err(mismatch());
        }
        let mut values: Vec<_> = view.additional.iter().chain(view.properties.values()).collect();
        values.dedup_by(|a, b| schema::canonical(a) == schema::canonical(b));
        let any = Value::Bool(true);
        if values.is_empty() && schema.get("additionalProperties").is_none() {
            values.push(&any);
        }
        let mut shape = None;
        for schema in values {
            let next = self.walk(value, schema, false, scope).map_err(|m| m.inside("[key]"))?;
            if shape.replace(next.clone()).is_some_and(|before| before != next) {
                return Err(mismatch());
            }
        }
        let value = Box::new(shape.ok_or_else(mismatch)?);
        let names: Vec<_> = view.properties.keys().cloned().collect();
        let key = Box::new(self.key(key, &names, scope)?);
        Ok(Shape::Map { key, value, partial })
    }

    /// What a map is indexed with. Keys are strings in JSON, and only small integers can be
    /// written as JavaScript numbers without loss.
    pub(super) fn key(&mut self, key: &Ast, names: &[String], scope: &Scope<'_>) -> Resolved {
        let schema = match self.key_kind(key, scope, 0) {
            Some(Keyword::Number) => serde_json::json!({ "type": "integer" }),
            Some(Keyword::BigInt) => return Ok(Shape::Plain(Keyword::String)),
            _ if names.is_empty() => serde_json::json!({ "type": "string" }),
            _ => serde_json::json!({ "type": "string", "enum": names }),
        };
        self.walk(key, &schema, false, scope).map_err(|mismatch| mismatch.inside("(key)"))
    }

    /// The plain word behind the names of a key type.
    pub(super) fn key_kind(&self, key: &Ast, scope: &Scope<'_>, depth: usize) -> Option<Keyword> {
        match key {
            Ast::Keyword(keyword) => Some(*keyword),
            Ast::Name { name, .. } if depth < 16 => {
                match self.catalog.meaning(name, scope.mentions) {
                    Meaning::User(path, user) => {
                        self.key_kind(&user.alias.body, &Scope::of(path, user), depth + 1)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The fields of an object type that a schema has properties for.
    pub(super) fn fields(
        &mut self,
        ast: &Ast,
        fields: &[Field],
        view: &ObjectView,
        scope: &Scope<'_>,
    ) -> Resolved<Object> {
        // Tags first: in a union they tell soonest that this is another variant.
        for field in fields {
            if let (Ast::Text(_), Some(schema)) = (&field.ty, view.properties.get(&field.name)) {
                let resolved = self.walk(&field.ty, schema, false, scope);
                resolved.map_err(|mismatch| mismatch.inside(&field.name).of_tag())?;
            }
        }
        let mut properties = Vec::new();
        let mut absent = Vec::new();
        for field in fields {
            let Some(schema) = view.properties.get(&field.name) else {
                absent.push(field);
                properties.extend(self.tag(field));
                continue;
            };
            let required = view.required.contains(&field.name);
            let property = self.field(field, schema, required, scope);
            properties.push(property.map_err(|mismatch| mismatch.inside(&field.name))?);
        }
        // A field may be missing in one direction (`skip_serializing`), but when the schema also
        // has one that TypeScript lacks then it rather goes by another name.
        let renamed = view.properties.keys().any(|name| fields.iter().all(|f| f.name != *name));
        if renamed && absent.iter().any(|field| self.tag(field).is_none()) {
            return Err(Mismatch::new(scope.rust, ast, &view.without(&BTreeSet::new())));
        }
        Ok(Object { properties, rest: None })
    }

    /// The tag of `#[serde(tag = "…")]` on a struct, which `schemars` leaves out. serde writes it
    /// and does not ask for it.
    pub(super) fn tag(&self, field: &Field) -> Option<Property> {
        let Ast::Text(text) = &field.ty else { return None };
        let optional = self.direction == Direction::Input;
        let absent = optional.then_some(Shape::Plain(Keyword::Undefined));
        Some(Property {
            name: field.name.clone(),
            optional,
            shape: Shape::union([Shape::Text(text.clone())].into_iter().chain(absent)),
            docs: field.docs.clone(),
        })
    }

    pub(super) fn field(
        &mut self,
        field: &Field,
        schema: &Value,
        required: bool,
        scope: &Scope<'_>,
    ) -> Resolved<Property> {
        let resolved = self.attempt(scope, |this| this.walk(&field.ty, schema, false, scope));
        let mut shape = match self.definitions.without_null(schema) {
            // `#[ts(optional)]` takes the `null` away that serde may still write.
            (rest, true) if field.optional && resolved.is_err() => {
                let shape = self.walk(&field.ty, &one_of(&rest), true, scope)?;
                Shape::union([shape, Shape::NULL])
            }
            _ => resolved?,
        };
        let optional = !required;
        if optional && self.direction == Direction::Input {
            shape = Shape::union([shape, Shape::Plain(Keyword::Undefined)]);
        }
        Ok(Property { name: field.name.clone(), optional, shape, docs: field.docs.clone() })
    }

    /// Members of an intersection describe parts of one object: own fields, flattened enums and
    /// maps, the payload of a tagged variant.
    pub(super) fn intersection(
        &mut self,
        ast: &Ast,
        members: &[Ast],
        schema: &Value,
        scope: &Scope<'_>,
    ) -> Resolved {
        let mismatch = || Mismatch::new(scope.rust, ast, schema);
        let mut view = self.definitions.object(schema).ok_or_else(mismatch)?;
        let members: Vec<Ast> =
            members.iter().filter_map(|member| self.unnamed(member, scope)).collect();
        self.inline_maps(&mut view);

        let fields: Vec<Field> = members.iter().flat_map(own_fields).cloned().collect();
        let mut object = self.own(ast, &fields, &view, scope)?;
        let mut claimed: BTreeSet<String> = fields.iter().map(|field| field.name.clone()).collect();
        let mut parts = Vec::new();
        for member in &members {
            match member {
                Ast::Object(_) => {}
                Ast::Map { value, .. } => {
                    let schema = view.additional.pop().ok_or_else(mismatch)?;
                    let value = self.walk(value, &schema, false, scope)?;
                    object.rest = Some(Box::new(value));
                }
                Ast::Union(variants) => {
                    parts.push(self.flattened(ast, variants, &mut view, scope)?);
                }
                named if !view.references.is_empty() => {
                    let reference = view.references.remove(0);
                    parts.push(self.walk(named, &reference, false, scope)?);
                }
                named => {
                    let rest = view.without(&claimed);
                    parts.push(self.walk(named, &rest, false, scope)?);
                    claimed.extend(view.properties.keys().cloned());
                    view.groups.clear();
                    view.additional.clear();
                }
            }
        }
        let open = view.properties.keys().any(|name| !claimed.contains(name));
        if open || !view.groups.is_empty() || !view.references.is_empty() {
            return Err(mismatch());
        }
        if parts.is_empty() {
            return Ok(Shape::Object(object));
        }
        if !object.properties.is_empty() || object.rest.is_some() {
            parts.insert(0, Shape::Object(object));
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Shape::Intersection(parts) })
    }

    /// Puts maps and empty structs that a view refers to into the view itself.
    pub(super) fn inline_maps(&self, view: &mut ObjectView) {
        for reference in std::mem::take(&mut view.references) {
            match self.definitions.object(&reference) {
                Some(inner)
                    if inner.properties.is_empty()
                        && inner.groups.is_empty()
                        && inner.references.is_empty() =>
                {
                    view.additional.extend(inner.additional);
                }
                _ => view.references.push(reference),
            }
        }
    }

    /// The own fields of an intersection; other properties may belong to its other members.
    pub(super) fn own(
        &mut self,
        ast: &Ast,
        fields: &[Field],
        view: &ObjectView,
        scope: &Scope<'_>,
    ) -> Resolved<Object> {
        let mut own = view.clone();
        own.properties.retain(|name, _| fields.iter().any(|field| field.name == *name));
        self.fields(ast, fields, &own, scope)
    }

    /// A flattened enum: its unit variants are `"A"` for `ts-rs`, and `{ "A": null }` on the wire.
    pub(super) fn flattened(
        &mut self,
        ast: &Ast,
        variants: &[Ast],
        view: &mut ObjectView,
        scope: &Scope<'_>,
    ) -> Resolved {
        let variants: Vec<Ast> = variants.iter().map(unit_as_object).collect();
        let variants: Vec<&Ast> = variants.iter().collect();
        let mut last = None;
        for at in 0..view.groups.len() {
            let group = view.groups[at].clone();
            match self.attempt(scope, |this| this.members(ast, &variants, &group, scope)) {
                Ok(shapes) => {
                    view.groups.remove(at);
                    return Ok(Shape::union(shapes));
                }
                Err(mismatch) => last = Some(mismatch),
            }
        }
        Err(last.unwrap_or_else(|| Mismatch::new(scope.rust, ast, &view.without(&BTreeSet::new()))))
    }

    /// A member of an intersection with the names of maps replaced by the maps, and without units:
    /// a tagged variant that holds a unit struct is only its tag.
    pub(super) fn unnamed(&self, member: &Ast, scope: &Scope<'_>) -> Option<Ast> {
        let Ast::Name { name, .. } = member else { return Some(member.clone()) };
        let Meaning::User(path, user) = self.catalog.meaning(name, scope.mentions) else {
            return Some(member.clone());
        };
        match &user.alias.body {
            Ast::Keyword(Keyword::Null) => None,
            Ast::Object(fields) if fields.is_empty() => None,
            map @ Ast::Map { .. } if user.alias.parameters.is_empty() => Some(map.clone()),
            inner @ Ast::Name { .. } if user.alias.parameters.is_empty() => {
                match self.unnamed(inner, &Scope::of(path, user)) {
                    Some(Ast::Map { key, value, partial }) => {
                        Some(Ast::Map { key, value, partial })
                    }
                    Some(_) => Some(member.clone()),
                    None => None,
                }
            }
            _ => Some(member.clone()),
        }
    }
}

pub(super) fn leftover(view: &ObjectView, fields: &[Field]) -> bool {
    view.properties.keys().any(|name| fields.iter().all(|field| field.name != *name))
}

pub(super) fn own_fields(member: &Ast) -> &[Field] {
    match member {
        Ast::Object(fields) => fields,
        _ => &[],
    }
}

pub(super) fn unit_as_object(variant: &Ast) -> Ast {
    match variant {
        Ast::Text(name) => Ast::Object(vec![Field {
            name: name.clone(),
            optional: false,
            ty: Ast::NULL,
            docs: Vec::new(),
        }]),
        other => other.clone(),
    }
}
