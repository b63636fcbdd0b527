//! Prints types as Prettier lays them out.

use super::comment::comment;
use super::{Printer, bracketed, key, listed, string};
use crate::ast::Keyword;
use crate::doc::Doc;
use crate::mismatch::word;
use crate::model::Definition;
use crate::resolve::Direction;
use crate::shape::{Object, Shape};

/// What stands around a type, as far as it matters for its layout.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Around {
    /// A declaration, a property, a parameter.
    Nothing,
    /// Something that binds closer than `|`.
    Operator,
    /// Another member of a union.
    Union,
    /// The `<…>` of a generic type.
    Arguments,
    /// The `[…]` of a tuple, and whether it has several items.
    Tuple(bool),
}

impl Printer<'_> {
    /// `export type Todo = { … };`
    pub(super) fn definition(&mut self, definition: &Definition) -> Doc {
        let mut docs = comment(&definition.docs, None);
        let mut name = format!("export type {}", definition.name);
        if !definition.parameters.is_empty() {
            name = format!("{name}<{}>", definition.parameters.join(", "));
        }
        let body = match &definition.shape {
            Shape::Object(object) => self.object(object, definition.direction, true),
            shape => self.shape(shape, definition.direction, Around::Nothing),
        };
        let breaks_itself = matches!(
            &definition.shape,
            Shape::Union(_) | Shape::Object(_) | Shape::Intersection(_)
        );
        docs.push(Doc::text(name));
        docs.push(Doc::text(" ="));
        docs.push(if breaks_itself {
            Doc::Concat(vec![Doc::text(" "), body])
        } else {
            Doc::Concat(vec![Doc::group([Doc::indent([Doc::Line])]), body])
        });
        docs.push(Doc::text(";"));
        Doc::Concat(docs)
    }

    pub(super) fn shape(&mut self, shape: &Shape, direction: Direction, around: Around) -> Doc {
        match shape {
            Shape::Plain(keyword) => Doc::text(word(*keyword)),
            Shape::BigInt => Doc::text("bigint"),
            Shape::Date => Doc::text(self.imports.global("Date")),
            Shape::Bytes => Doc::text(self.imports.global("Uint8Array")),
            Shape::Json => Doc::text(self.imports.runtime_type("JsonValue")),
            Shape::Text(text) => Doc::text(string(text)),
            Shape::Number(text) | Shape::Template(text) | Shape::Parameter(text) => Doc::text(text),
            Shape::Bool(value) => Doc::text(value.to_string()),
            Shape::Array(item) => {
                let item = self.shape(item, direction, Around::Operator);
                Doc::Concat(vec![item, Doc::text("[]")])
            }
            Shape::Tuple(items) => self.tuple(items, direction),
            Shape::Object(object) => self.object(object, direction, false),
            Shape::Map { key, value, partial } => self.map(key, value, *partial, direction),
            Shape::Union(members) => self.union(members, direction, around),
            Shape::Intersection(members) => self.intersection(members, direction, around),
            Shape::Callback { parameters, result } => {
                self.callback(parameters, result, direction, around)
            }
            Shape::Channel(ends) => self.channel(ends, direction),
            Shape::Named { path, arguments } => {
                let name = self.type_name(path, direction);
                self.generic(&name, &arguments.iter().collect::<Vec<_>>(), direction)
            }
        }
    }

    /// `Name<A, B>`.
    pub(super) fn generic(
        &mut self,
        name: &str,
        arguments: &[&Shape],
        direction: Direction,
    ) -> Doc {
        if arguments.is_empty() {
            return Doc::text(name);
        }
        let printed: Vec<Doc> = arguments
            .iter()
            .map(|argument| self.shape(argument, direction, Around::Arguments))
            .collect();
        Doc::Concat(vec![Doc::text(name), angles(&printed, arguments)])
    }

    fn tuple(&mut self, items: &[Shape], direction: Direction) -> Doc {
        if items.is_empty() {
            return Doc::text("[]");
        }
        let around = Around::Tuple(items.len() > 1);
        let printed: Vec<Doc> =
            items.iter().map(|item| self.shape(item, direction, around)).collect();
        Doc::group(listed("[", printed, "]"))
    }

    fn map(&mut self, key: &Shape, value: &Shape, partial: bool, direction: Direction) -> Doc {
        let record = self.imports.global("Record");
        let record = self.generic(&record, &[key, value], direction);
        if !partial {
            return record;
        }
        let name = Doc::text(self.imports.global("Partial"));
        Doc::Concat(vec![name, Doc::group(bracketed("<", [record], ">"))])
    }

    /// An object type, one property a line if it is to be `expanded` or has documented ones.
    pub(super) fn object(&mut self, object: &Object, direction: Direction, expanded: bool) -> Doc {
        if object.properties.is_empty() && object.rest.is_none() {
            // Unlike `{}` it allows nothing, and unlike `Record<string, never>` it may be
            // intersected with a tag.
            return Doc::text(format!("{}<symbol, never>", self.imports.global("Record")));
        }
        let mut members = Vec::new();
        for property in &object.properties {
            let mut docs = comment(&property.docs, None);
            let optional = if property.optional { "?" } else { "" };
            docs.push(Doc::text(format!("{}{optional}: ", key(&property.name))));
            docs.push(self.shape(&property.shape, direction, Around::Nothing));
            members.push(Doc::Concat(docs));
        }
        if let Some(rest) = &object.rest {
            let all = Shape::union(
                object
                    .properties
                    .iter()
                    .flat_map(|property| {
                        let absent = Shape::Plain(Keyword::Undefined);
                        [Some(property.shape.clone()), property.optional.then_some(absent)]
                    })
                    .flatten()
                    .chain([(**rest).clone()]),
            );
            let value = self.shape(&all, direction, Around::Nothing);
            members.push(Doc::Concat(vec![Doc::text("[key: string]: "), value]));
        }
        let documented = object.properties.iter().any(|property| !property.docs.is_empty());
        let line = if expanded || documented || self.expanded { Doc::Hardline } else { Doc::Line };
        let separator = Doc::Concat(vec![Doc::text(";"), line.clone()]);
        Doc::group([
            Doc::text("{"),
            Doc::indent([line.clone(), Doc::join(members, &separator)]),
            Doc::if_broken(";"),
            line,
            Doc::text("}"),
        ])
    }

    fn union(&mut self, members: &[Shape], direction: Direction, around: Around) -> Doc {
        let hug = hugs(members);
        let printed: Vec<Doc> = members
            .iter()
            .map(|member| {
                let printed = self.shape(member, direction, Around::Union);
                if hug { printed } else { Doc::indent([printed]) }
            })
            .collect();
        if hug {
            let joined = Doc::join(printed, &Doc::text(" | "));
            return match around {
                Around::Operator => Doc::Concat(vec![Doc::text("("), joined, Doc::text(")")]),
                _ => joined,
            };
        }
        let separator = Doc::Concat(vec![Doc::Line, Doc::text("| ")]);
        let code = Doc::group([Doc::if_broken("| "), Doc::join(printed, &separator)]);
        match around {
            Around::Nothing | Around::Union => Doc::group([Doc::indent([Doc::Softline, code])]),
            Around::Operator => Doc::group([
                Doc::text("("),
                Doc::indent([Doc::Softline, code]),
                Doc::Softline,
                Doc::text(")"),
            ]),
            Around::Tuple(true) => Doc::group([
                Doc::indent([Doc::if_broken("("), Doc::Softline, code]),
                Doc::Softline,
                Doc::if_broken(")"),
            ]),
            Around::Arguments | Around::Tuple(false) => code,
        }
    }

    /// Objects stay beside `&`, other types go to lines of their own.
    fn intersection(&mut self, members: &[Shape], direction: Direction, around: Around) -> Doc {
        let mut docs = Vec::new();
        let mut before: Option<bool> = None;
        let mut indented = false;
        for (at, member) in members.iter().enumerate() {
            let printed = self.shape(member, direction, Around::Operator);
            let object = is_object(member);
            docs.push(match before {
                None => printed,
                Some(false) if !object => Doc::indent([Doc::text(" &"), Doc::Line, printed]),
                Some(true) if object => {
                    let printed = if indented { Doc::indent([printed]) } else { printed };
                    Doc::Concat(vec![Doc::text(" & "), printed])
                }
                Some(_) => {
                    indented |= at > 1;
                    let printed = if at > 1 { Doc::indent([printed]) } else { printed };
                    Doc::Concat(vec![Doc::text(" & "), printed])
                }
            });
            before = Some(object);
        }
        let group = Doc::group(docs);
        match around {
            Around::Operator | Around::Union => {
                Doc::Concat(vec![Doc::text("("), group, Doc::text(")")])
            }
            _ => group,
        }
    }
}

/// `<…>`, which Prettier keeps together around a single simple or object type.
pub(super) fn angles(printed: &[Doc], arguments: &[&Shape]) -> Doc {
    match (arguments, printed) {
        ([argument], [printed]) if hugs_alone(argument) => {
            Doc::Concat(vec![Doc::text("<"), printed.clone(), Doc::text(">")])
        }
        _ => Doc::group(bracketed("<", printed.to_vec(), ">")),
    }
}

fn hugs_alone(shape: &Shape) -> bool {
    match shape {
        Shape::Union(members) => hugs(members),
        Shape::Named { arguments, .. } => arguments.is_empty(),
        Shape::Plain(_) | Shape::BigInt | Shape::Date | Shape::Bytes | Shape::Json => true,
        Shape::Text(_) | Shape::Number(_) | Shape::Bool(_) => true,
        Shape::Template(_) | Shape::Parameter(_) => true,
        other => is_object(other),
    }
}

/// Whether a union is one object type or name, and otherwise only `null`.
fn hugs(members: &[Shape]) -> bool {
    let nulls = members.iter().filter(|member| **member == Shape::NULL).count();
    nulls + 1 == members.len()
        && members.iter().any(|member| is_object(member) || is_reference(member))
}

/// What Prettier takes for a name: also the types that are only printed as one.
fn is_reference(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Named { .. }
            | Shape::Map { .. }
            | Shape::Object(_)
            | Shape::Date
            | Shape::Bytes
            | Shape::Json
            | Shape::Parameter(_)
    )
}

/// What Prettier takes for an object: `{ … }`. An empty one is printed as a `Record`.
fn is_object(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(object) if !object.properties.is_empty() || object.rest.is_some())
}
