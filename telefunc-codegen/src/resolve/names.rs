//! Names: users' types, each shown once per schema, and the type parameters of generic ones.

use serde_json::Value;

use super::{Instance, Key, Position, Resolved, Resolver, Scope};
use crate::ast::{Ast, Keyword};
use crate::catalog::{Meaning, UserType};
use crate::mismatch::{Fault, Mismatch};
use crate::schema;
use crate::shape::Shape;

impl Resolver<'_> {
    pub(super) fn name(
        &mut self,
        ast: &Ast,
        name: &str,
        arguments: &[Ast],
        schema: &Value,
        nullable: bool,
        scope: &Scope<'_>,
    ) -> Resolved {
        if let Some(at) = scope.parameters.iter().position(|parameter| parameter == name) {
            let position = Position { schema: schema.clone(), nullable };
            let met = &mut scope.met.borrow_mut()[at];
            if !met.contains(&position) {
                met.push(position);
            }
            return Ok(Shape::Parameter(name.to_owned()));
        }
        if let Some(live) = self.live(ast, name, arguments, schema, scope) {
            return live;
        }
        let mismatch = || Mismatch::new(scope.rust, ast, schema);
        match self.catalog.meaning(name, scope.mentions) {
            Meaning::User(path, user) => {
                let instance = self.instance(path, user, schema, nullable)?;
                let arguments = arguments
                    .iter()
                    .enumerate()
                    .map(|(at, argument)| self.argument(argument, at, &instance, scope))
                    .collect::<Resolved<_>>()?;
                Ok(Shape::Named { path: path.to_owned(), arguments })
            }
            Meaning::Json if self.definitions.special(schema) => Err(mismatch()),
            Meaning::Json => Ok(Shape::Json),
            Meaning::Several(types) => {
                let types = types.into_iter().map(str::to_owned).collect();
                Err(mismatch().because(Fault::Ambiguous { name: name.to_owned(), types }))
            }
            Meaning::Unknown => {
                let schema = self.definitions.follow(schema);
                match (name, schema::text(&schema, "x-telefunc")) {
                    ("Date", Some("date")) => Ok(Shape::Date),
                    ("Uint8Array", Some("bytes")) => Ok(Shape::Bytes),
                    ("Date" | "Uint8Array", _) => Err(mismatch()),
                    _ => Err(mismatch().because(Fault::Unknown { name: name.to_owned() })),
                }
            }
        }
    }

    /// Shows that a user's type agrees with a schema, once per schema.
    pub(super) fn instance(
        &mut self,
        path: &str,
        user: &UserType,
        schema: &Value,
        nullable: bool,
    ) -> Resolved<Key> {
        let key = (path.to_owned(), format!("{nullable} {}", schema::canonical(schema)));
        if self.instances.contains_key(&key) {
            return Ok(key);
        }
        self.instances.insert(key.clone(), Instance::default());
        self.order.push(key.clone());
        let scope = Scope::of(path, user);
        let body =
            self.body(&user.alias.body, schema, nullable, &scope).map_err(Mismatch::settle)?;
        let parameters = scope.met.into_inner();
        self.instances.insert(key.clone(), Instance { body: Some(body), parameters });
        Ok(key)
    }

    /// The body of a declaration. `ts-rs` does not know `#[serde(transparent)]` on a struct with a
    /// named field: where the schema is that of the field then so is the type.
    pub(super) fn body(
        &mut self,
        body: &Ast,
        schema: &Value,
        nullable: bool,
        scope: &Scope<'_>,
    ) -> Resolved {
        let resolved = self.attempt(scope, |this| this.walk(body, schema, nullable, scope));
        match (resolved, body) {
            (Err(mismatch), Ast::Object(fields)) if fields.len() == 1 => self
                .attempt(scope, |this| this.walk(&fields[0].ty, schema, nullable, scope))
                .map_err(|_| mismatch),
            (resolved, _) => resolved,
        }
    }

    /// A type argument, against every schema that its parameter was met with.
    pub(super) fn argument(
        &mut self,
        argument: &Ast,
        at: usize,
        key: &Key,
        scope: &Scope<'_>,
    ) -> Resolved {
        let positions = self.instances.get(key).and_then(|instance| instance.parameters.get(at));
        let positions = positions.cloned().unwrap_or_default();
        let mut shape: Option<Shape> = None;
        for Position { schema, nullable } in positions {
            let next = self.walk(argument, &schema, nullable, scope)?;
            if shape.replace(next.clone()).is_some_and(|before| before != next) {
                return Err(Mismatch::new(scope.rust, argument, &schema));
            }
        }
        match shape {
            Some(shape) => Ok(shape),
            None => self.unproven(argument, scope),
        }
    }

    /// An argument whose parameter was not met: it is unused, or the type is recursive and about
    /// to be met.
    pub(super) fn unproven(&mut self, argument: &Ast, scope: &Scope<'_>) -> Resolved {
        Ok(match argument {
            Ast::Keyword(keyword) => Shape::Plain(*keyword),
            Ast::Array(item) => Shape::Array(Box::new(self.unproven(item, scope)?)),
            Ast::Union(members) => {
                let members: Resolved<Vec<_>> =
                    members.iter().map(|member| self.unproven(member, scope)).collect();
                Shape::union(members?)
            }
            Ast::Name { name, arguments } => {
                if scope.parameters.contains(name) {
                    return Ok(Shape::Parameter(name.clone()));
                }
                match self.catalog.meaning(name, scope.mentions) {
                    Meaning::User(path, _) => {
                        let arguments: Resolved<Vec<_>> = arguments
                            .iter()
                            .map(|argument| self.unproven(argument, scope))
                            .collect();
                        Shape::Named { path: path.to_owned(), arguments: arguments? }
                    }
                    _ => Shape::Plain(Keyword::Any),
                }
            }
            _ => Shape::Plain(Keyword::Any),
        })
    }
}
