//! Unions: which member describes which alternative of the schema.

use serde_json::Value;

use super::{Resolved, Resolver, Scope};
use crate::ast::{Ast, Keyword};
use crate::mismatch::Mismatch;
use crate::schema;
use crate::shape::Shape;

impl Resolver<'_> {
    pub(super) fn union(
        &mut self,
        ast: &Ast,
        members: &[Ast],
        schema: &Value,
        nullable: bool,
        scope: &Scope<'_>,
    ) -> Resolved {
        let is_null =
            |member: &&Ast| matches!(member, Ast::Keyword(Keyword::Null | Keyword::Undefined));
        let (nulls, others): (Vec<_>, Vec<_>) = members.iter().partition(is_null);
        let (rest, null) = self.definitions.without_null(schema);
        let any = schema::is_any(schema);
        if !nulls.is_empty() && !null && !nullable && !any {
            return Err(Mismatch::new(scope.rust, ast, schema));
        }
        let mut shapes = match others.as_slice() {
            [] => Vec::new(),
            // What stands before `null` may itself be nullable: `Option<Option<T>>`.
            [only] => vec![self.walk(only, &one_of(&rest), null || nullable, scope)?],
            several if null && nulls.is_empty() => {
                // The `null` is behind one of the names.
                let with_null =
                    [rest.as_slice(), &[serde_json::json!({ "type": "null" })]].concat();
                self.members(ast, several, &with_null, scope)?
            }
            several => self.members(ast, several, &rest, scope)?,
        };
        if !nulls.is_empty() {
            shapes.push(Shape::NULL);
        }
        Ok(Shape::union(shapes))
    }

    /// Finds for each member of a union the alternative it describes. A member without one does
    /// not occur in this direction; an alternative without a member is a disagreement.
    pub(super) fn members(
        &mut self,
        ast: &Ast,
        members: &[&Ast],
        alternatives: &[Value],
        scope: &Scope<'_>,
    ) -> Resolved<Vec<Shape>> {
        let mut used = vec![false; alternatives.len()];
        // Whether something wider than literals describes the alternative.
        let mut covered = used.clone();
        let mut shapes = Vec::new();
        let mut deepest: Option<Mismatch> = None;
        for member in members {
            let unused_first = (0..used.len()).filter(|at| !used[*at]);
            let order: Vec<_> =
                unused_first.chain((0..used.len()).filter(|at| used[*at])).collect();
            for at in order {
                match self.member(member, &alternatives[at], scope) {
                    Ok(shape) => {
                        used[at] = true;
                        covered[at] |= !is_literal(member);
                        shapes.push(shape);
                        break;
                    }
                    Err(mismatch) => {
                        if deepest
                            .as_ref()
                            .is_none_or(|so_far| mismatch.relevance() > so_far.relevance())
                        {
                            deepest = Some(mismatch);
                        }
                    }
                }
            }
        }
        let says = |value: &Value| members.iter().any(|member| says_value(member, value));
        let complete = alternatives.iter().enumerate().all(|(at, alternative)| {
            let values = schema::listed(alternative);
            covered[at] || values.map_or(used[at], |values| values.into_iter().all(says))
        });
        if complete {
            return Ok(shapes);
        }
        let whole = one_of(alternatives);
        Err(deepest
            .filter(|mismatch| mismatch.relevance() > 1)
            .unwrap_or_else(|| Mismatch::new(scope.rust, ast, &whole)))
    }

    pub(super) fn member(&mut self, member: &Ast, schema: &Value, scope: &Scope<'_>) -> Resolved {
        if is_literal(member) {
            let schema = self.definitions.follow(schema);
            return literal(member, &schema)
                .ok_or_else(|| Mismatch::new(scope.rust, member, &schema));
        }
        self.attempt(scope, |this| this.walk(member, schema, false, scope))
    }

    /// Runs `walk`, and forgets what it found when it fails.
    pub(super) fn attempt<T>(
        &mut self,
        scope: &Scope<'_>,
        walk: impl FnOnce(&mut Self) -> Resolved<T>,
    ) -> Resolved<T> {
        let mark = self.order.len();
        let met: Vec<usize> = scope.met.borrow().iter().map(Vec::len).collect();
        let result = walk(self);
        if result.is_err() {
            for key in self.order.drain(mark..) {
                self.instances.remove(&key);
            }
            for (positions, length) in scope.met.borrow_mut().iter_mut().zip(met) {
                positions.truncate(length);
            }
        }
        result
    }
}

/// A literal type that the schema allows.
pub(super) fn literal(ast: &Ast, schema: &Value) -> Option<Shape> {
    let kind = match ast {
        Ast::Number(_) => "integer",
        Ast::Bool(_) => "boolean",
        _ => "string",
    };
    let allowed = match schema::listed(schema) {
        Some(values) => values.into_iter().any(|value| says_value(ast, value)),
        None => {
            schema::has_type(schema, kind)
                || kind == "integer" && schema::has_type(schema, "number")
        }
    };
    allowed.then(|| match ast {
        Ast::Text(text) => Shape::Text(text.clone()),
        Ast::Number(number) => Shape::Number(number.clone()),
        Ast::Bool(value) => Shape::Bool(*value),
        Ast::Template(text) => Shape::Template(text.clone()),
        _ => Shape::Plain(Keyword::String),
    })
}

pub(super) fn says_value(ast: &Ast, value: &Value) -> bool {
    match ast {
        Ast::Text(text) => value.as_str() == Some(text),
        Ast::Number(number) => number
            .parse()
            .is_ok_and(|number: serde_json::Number| Some(&number) == value.as_number()),
        Ast::Bool(flag) => value.as_bool() == Some(*flag),
        Ast::Template(_) | Ast::Keyword(Keyword::String) => value.is_string(),
        Ast::Keyword(Keyword::Number) => value.is_number(),
        _ => false,
    }
}

pub(super) fn is_literal(ast: &Ast) -> bool {
    matches!(ast, Ast::Text(_) | Ast::Number(_) | Ast::Bool(_))
}

/// Alternatives as one schema.
pub(super) fn one_of(alternatives: &[Value]) -> Value {
    match alternatives {
        [] => Value::Bool(false),
        [one] => one.clone(),
        several => serde_json::json!({ "anyOf": several }),
    }
}
