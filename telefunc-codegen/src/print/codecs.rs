//! Prints codec expressions, and the constants that hold those of named types.

use super::functions::hugging;
use super::imports::Imports;
use super::{Dialect, Printer, key, listed, string};
use crate::codec::{Builder, Codec, Part};
use crate::doc::Doc;
use crate::model::Bodies;
use crate::resolve::Direction;

/// What the constants of a file are called, by number.
pub(super) struct Constants(Vec<String>);

/// Gives every constant a name: `decodeTodo`, `encodeTodo`.
pub(super) fn name(codecs: &Builder<'_>, bodies: &Bodies, imports: &mut Imports<'_>) -> Constants {
    let name = |slot: &Option<crate::codec::Constant>| {
        let Some(constant) = slot else { return String::new() };
        let ident = bodies.get(&constant.path).map_or("", |body| body.ident.as_str());
        imports.fresh(&match constant.direction {
            Direction::Input => format!("encode{ident}"),
            Direction::Output => format!("decode{ident}"),
        })
    };
    Constants(codecs.slots.iter().map(name).collect())
}

impl Printer<'_> {
    /// `const decodeTodo: Codec = /* @__PURE__ */ fields({ at: toDate });`
    pub(super) fn constant(
        &mut self,
        codecs: &Builder<'_>,
        slot: usize,
        constants: &Constants,
    ) -> Option<Doc> {
        let constant = codecs.slots.get(slot)?.as_ref()?;
        let mut start = format!("const {}", constants.0[slot]);
        if self.dialect == Dialect::TypeScript {
            start = format!("{start}: {}", self.imports.runtime_type("Codec"));
        }
        let value = self.codec(&constant.codec, constants, true);
        let end = Doc::text(";");
        let start = Doc::text(format!("{start} ="));
        Some(if poorly_breakable(&constant.codec, constants) {
            Doc::group([start, Doc::group([Doc::indent([Doc::Line, value])]), end])
        } else {
            Doc::group([start, Doc::text(" "), value, end])
        })
    }

    /// A codec expression. Calls outside of functions are marked as pure, so that bundlers drop
    /// what no function needs.
    pub(super) fn codec(&mut self, codec: &Codec, constants: &Constants, pure: bool) -> Doc {
        let (callee, arguments) = match codec {
            Codec::Symbol(name) => return Doc::text(self.imports.value(name)),
            Codec::Constant(slot) => return Doc::text(constants.0[*slot].clone()),
            Codec::Lazy(slot) => {
                ("lazy", self.plain(Doc::text(format!("() => {}", constants.0[*slot]))))
            }
            Codec::List(item) => ("list", self.single(item, constants, pure)),
            Codec::Record(item) => ("record", self.single(item, constants, pure)),
            Codec::Nullable(item) => ("nullable", self.single(item, constants, pure)),
            Codec::Tuple(items) => ("tuple", self.items(items, constants, pure)),
            Codec::Fields(fields) => {
                let fields = self.entries(fields, constants, pure);
                ("fields", hugging(Vec::new(), fields))
            }
            Codec::Tagged(tag, codecs) => {
                let codecs = self.entries(codecs, constants, pure);
                ("tagged", hugging(vec![Doc::text(string(tag))], codecs))
            }
            Codec::Live(name, parts) if parts.is_empty() => (*name, Doc::text("()")),
            Codec::Live(name, parts) => {
                let parts = parts
                    .iter()
                    .map(|(name, part)| {
                        let value = match part {
                            Part::One(codec) => self.codec(codec, constants, pure),
                            Part::List(codecs) => self.array(codecs, constants, pure),
                        };
                        Doc::Concat(vec![Doc::text(format!("{name}: ")), value])
                    })
                    .collect();
                (*name, hugging(Vec::new(), parts))
            }
            Codec::Kinds(codecs) => {
                let codecs: Vec<_> = codecs
                    .iter()
                    .map(|(kind, codec)| ((*kind).to_owned(), codec.clone()))
                    .collect();
                let codecs = self.entries(&codecs, constants, pure);
                ("kinds", hugging(Vec::new(), codecs))
            }
        };
        let callee = self.imports.value(callee);
        let mark = if pure { "/* @__PURE__ */ " } else { "" };
        Doc::Concat(vec![Doc::text(format!("{mark}{callee}")), arguments])
    }

    fn plain(&self, argument: Doc) -> Doc {
        Doc::Concat(vec![Doc::text("("), argument, Doc::text(")")])
    }

    /// The argument list of a call with one codec.
    fn single(&mut self, codec: &Codec, constants: &Constants, pure: bool) -> Doc {
        let argument = self.codec(codec, constants, pure);
        Doc::group(listed("(", [argument], ")"))
    }

    fn items(&mut self, items: &[Option<Codec>], constants: &Constants, pure: bool) -> Doc {
        let items = self.array(items, constants, pure);
        self.plain(items)
    }

    fn array(&mut self, items: &[Option<Codec>], constants: &Constants, pure: bool) -> Doc {
        let items: Vec<Doc> = items
            .iter()
            .map(|item| match item {
                Some(codec) => self.codec(codec, constants, pure),
                None => Doc::text("undefined"),
            })
            .collect();
        Doc::group(listed("[", items, "]"))
    }

    fn entries(
        &mut self,
        entries: &[(String, Codec)],
        constants: &Constants,
        pure: bool,
    ) -> Vec<Doc> {
        entries
            .iter()
            .map(|(name, codec)| {
                let value = self.codec(codec, constants, pure);
                Doc::Concat(vec![Doc::text(format!("{}: ", key(name))), value])
            })
            .collect()
    }
}

/// Whether Prettier rather breaks after `=`: a call whose only argument is a short name.
fn poorly_breakable(codec: &Codec, constants: &Constants) -> bool {
    const SHORT: usize = 20;
    match codec {
        Codec::List(inner) | Codec::Record(inner) | Codec::Nullable(inner) => match &**inner {
            Codec::Symbol(_) => true,
            Codec::Constant(slot) => constants.0[*slot].len() <= SHORT,
            other => poorly_breakable(other, constants),
        },
        _ => false,
    }
}
