//! A place where the TypeScript type and the schema of a Rust type contradict each other.

use std::fmt::Write;

use serde_json::Value;

use crate::ast::{Ast, Field, Keyword};
use crate::error::{Disagreement, Error};
use crate::resolve::Direction;
use crate::schema;

/// A contradiction, on its way up to the type that holds it.
#[derive(Clone, Debug)]
pub(crate) struct Mismatch(Box<Details>);

#[derive(Clone, Debug)]
struct Details {
    rust: String,
    /// From the outermost field inwards.
    path: Vec<String>,
    typescript: String,
    schema: String,
    fault: Fault,
    /// Whether the type `rust` was left, so that fields outside of it don't belong to `path`.
    settled: bool,
    depth: usize,
    /// Whether it only shows that this is another variant of an enum.
    other_variant: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Fault {
    Disagreement,
    /// A name that no type has.
    Unknown {
        name: String,
    },
    /// A name that several types have.
    Ambiguous {
        name: String,
        types: Vec<String>,
    },
}

impl Mismatch {
    pub(crate) fn new(rust: &str, ast: &Ast, schema: &Value) -> Self {
        Self(Box::new(Details {
            rust: rust.to_owned(),
            path: Vec::new(),
            typescript: shortened(print(ast)),
            schema: shortened(schema::canonical(schema)),
            fault: Fault::Disagreement,
            settled: false,
            depth: 0,
            other_variant: false,
        }))
    }

    pub(crate) fn because(mut self, fault: Fault) -> Self {
        self.0.fault = fault;
        self
    }

    /// How much it says about why a member of a union is not what it should be.
    pub(crate) fn relevance(&self) -> usize {
        if self.0.other_variant { 0 } else { self.0.depth + 1 }
    }

    /// The same, where a tag was compared.
    pub(crate) fn of_tag(mut self) -> Self {
        self.0.other_variant = true;
        self
    }

    /// The same, seen from the object whose field `name` it is in.
    pub(crate) fn inside(mut self, name: &str) -> Self {
        self.0.depth += 1;
        if !self.0.settled {
            self.0.path.insert(0, name.to_owned());
        }
        self
    }

    /// The same, seen from outside the user's type that it is in.
    pub(crate) fn settle(mut self) -> Self {
        self.0.settled = true;
        self
    }

    pub(crate) fn into_error(self, direction: Direction) -> Error {
        let Details { rust, path: steps, typescript, schema, fault, .. } = *self.0;
        let mut path = String::new();
        for step in &steps {
            let dot = if path.is_empty() || step.starts_with('[') { "" } else { "." };
            let _ = write!(path, "{dot}{step}");
        }
        match fault {
            Fault::Ambiguous { name, types } => {
                Error::AmbiguousName { name, place: format!("`{rust}`"), types }
            }
            Fault::Unknown { name } => Error::UnknownName { name, rust },
            Fault::Disagreement => Error::Disagreement(Box::new(Disagreement {
                rust,
                path,
                typescript,
                schema,
                sent: direction == Direction::Input,
            })),
        }
    }
}

fn shortened(text: String) -> String {
    const LIMIT: usize = 240;
    match text.char_indices().nth(LIMIT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// TypeScript on one line, for messages.
fn print(ast: &Ast) -> String {
    let all =
        |asts: &[Ast], separator: &str| asts.iter().map(print).collect::<Vec<_>>().join(separator);
    match ast {
        Ast::Keyword(keyword) => word(*keyword).to_owned(),
        Ast::Text(text) => format!("{text:?}"),
        Ast::Number(text) | Ast::Template(text) => text.clone(),
        Ast::Bool(value) => value.to_string(),
        Ast::Array(item) => format!("Array<{}>", print(item)),
        Ast::Tuple(items) => format!("[{}]", all(items, ", ")),
        Ast::Object(fields) => {
            let field = |Field { name, optional, ty, .. }: &Field| {
                format!("{name}{}: {}", if *optional { "?" } else { "" }, print(ty))
            };
            format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        Ast::Map { key, value, .. } => format!("Record<{}, {}>", print(key), print(value)),
        Ast::Union(members) => all(members, " | "),
        Ast::Intersection(members) => all(members, " & "),
        Ast::Name { name, arguments } if arguments.is_empty() => name.clone(),
        Ast::Name { name, arguments } => format!("{name}<{}>", all(arguments, ", ")),
    }
}

/// The word that TypeScript has for a plain type.
pub(crate) fn word(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::String => "string",
        Keyword::Number => "number",
        Keyword::BigInt => "bigint",
        Keyword::Boolean => "boolean",
        Keyword::Null => "null",
        Keyword::Never => "never",
        Keyword::Any => "unknown",
        Keyword::Undefined => "undefined",
    }
}
