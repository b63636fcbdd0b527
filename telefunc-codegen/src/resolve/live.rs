//! Live values: what `ts-rs` calls `Callback<[A, B], R>` and `Channel<In, Out>` and what their schemas
//! say of the values that go through them.

use serde_json::Value;

use super::{Resolved, Resolver, Scope};
use crate::ast::Ast;
use crate::mismatch::Mismatch;
use crate::schema;
use crate::shape::{Ends, Shape};

impl Resolver<'_> {
    /// Resolves a live value; nothing where the schema says that there is none.
    pub(super) fn live(
        &mut self,
        ast: &Ast,
        name: &str,
        arguments: &[Ast],
        schema: &Value,
        scope: &Scope<'_>,
    ) -> Option<Resolved> {
        let found = self.definitions.follow(schema).into_owned();
        match (name, schema::text(&found, "x-telefunc")?, arguments) {
            ("Callback", "callback", [Ast::Tuple(parameters), result]) => {
                Some(self.callback(ast, parameters, result, &found, scope))
            }
            ("Channel", "channel", [input, output, replies @ ..]) if replies.len() <= 2 => {
                Some(self.channel([input, output], replies, &found, scope))
            }
            _ => None,
        }
    }

    fn callback(
        &mut self,
        ast: &Ast,
        parameters: &[Ast],
        result: &Ast,
        schema: &Value,
        scope: &Scope<'_>,
    ) -> Resolved {
        let schemas = schema::list(schema.get("x-parameters"));
        if schemas.len() != parameters.len() {
            return Err(Mismatch::new(scope.rust, ast, schema));
        }
        let names = schema::list(schema.get("x-names"));
        let mut named = Vec::new();
        for (at, (parameter, schema)) in parameters.iter().zip(schemas).enumerate() {
            let name = names.get(at).and_then(Value::as_str).filter(|name| !name.is_empty());
            let name = name.map_or_else(|| format!("arg{at}"), str::to_owned);
            let shape = self.walk(parameter, schema, false, scope);
            named.push((name.clone(), shape.map_err(|m| m.inside(&format!("({name})")))?));
        }
        let result = self.part(result, schema, "x-result", scope)?;
        Ok(Shape::Callback { parameters: named, result: Box::new(result) })
    }

    fn channel(
        &mut self,
        [input, output]: [&Ast; 2],
        replies: &[Ast],
        schema: &Value,
        scope: &Scope<'_>,
    ) -> Resolved {
        let reply = |at: usize| replies.get(at).unwrap_or(&Ast::NULL);
        Ok(Shape::Channel(Box::new(Ends {
            input: self.part(input, schema, "x-in", scope)?,
            output: self.part(output, schema, "x-out", scope)?,
            in_reply: self.part(reply(0), schema, "x-in-reply", scope)?,
            out_reply: self.part(reply(1), schema, "x-out-reply", scope)?,
        })))
    }

    /// One of the types that a live value is made of; `null` where the schema does not speak of it.
    fn part(&mut self, ast: &Ast, schema: &Value, keyword: &str, scope: &Scope<'_>) -> Resolved {
        match schema.get(keyword) {
            Some(schema) => self.walk(ast, schema, false, scope).map_err(|m| m.inside(keyword)),
            None if *ast == Ast::NULL => Ok(Shape::NULL),
            None => Err(Mismatch::new(scope.rust, ast, schema)),
        }
    }
}
