//! Prints functions: what a page calls.

use super::codecs::Constants;
use super::comment::comment;
use super::types::{Around, angles};
use super::{Dialect, LargeInts, Printer, braces, listed, string};
use crate::codec::{Codec, FunctionCodecs};
use crate::doc::Doc;
use crate::model::{Function, Output};
use crate::resolve::Direction;
use crate::shape::Shape;

/// The parameters of a stub as they are called in it.
struct Local {
    parameters: Vec<String>,
    options: String,
}

impl Printer<'_> {
    pub(super) fn function(
        &mut self,
        function: &Function,
        codecs: &FunctionCodecs,
        constants: &Constants,
    ) -> Doc {
        let local = local_names(function);
        let mut docs = comment(&function.docs, function.deprecated.as_deref());
        let keyword =
            if self.dialect == Dialect::Declaration { "declare function" } else { "function" };
        let start = Doc::text(format!("export {keyword} {}", function.name));
        docs.push(self.stable_signature(start, function, &local));
        if self.dialect == Dialect::Declaration {
            docs.push(Doc::text(";"));
        } else {
            let call = self.call(function, &local, codecs, constants);
            docs.extend([
                Doc::text(" {"),
                Doc::indent([Doc::Hardline, Doc::text("return "), call, Doc::text(";")]),
                Doc::Hardline,
                Doc::text("}"),
            ]);
        }
        Doc::Concat(docs)
    }

    /// A signature that Prettier leaves alone. It keeps an object type on several lines if it was
    /// there before, which changes the layout around it: so if one must break then all do.
    fn stable_signature(&mut self, start: Doc, function: &Function, local: &Local) -> Doc {
        let signature = Doc::Concat(vec![start.clone(), self.signature(function, local)]);
        let followed = Doc::Concat(vec![signature.clone(), Doc::text(" {")]);
        if !followed.render().contains("{\n") {
            return signature;
        }
        self.expanded = true;
        let signature = self.signature(function, local);
        self.expanded = false;
        Doc::Concat(vec![start, signature])
    }

    fn signature(&mut self, function: &Function, local: &Local) -> Doc {
        let mut parameters = Vec::new();
        if self.dialect == Dialect::JavaScript {
            parameters.extend(local.parameters.iter().chain([&local.options]).map(Doc::text));
            return Doc::group(listed("(", parameters, ")"));
        }
        for (parameter, name) in function.parameters.iter().zip(&local.parameters) {
            let mark = if parameter.optional { "?: " } else { ": " };
            let ty = self.shape(&parameter.shape, Direction::Input, Around::Nothing);
            parameters.push(Doc::Concat(vec![Doc::text(format!("{name}{mark}")), ty]));
        }
        let options = self.imports.runtime_type("CallOptions");
        parameters.push(Doc::text(format!("{}?: {options}", local.options)));
        let alone = parameters.len() == 1;
        let returned = self.returned(function);
        let parameters = listed("(", parameters, ")");
        // Prettier lets a single parameter stay on its line when the result's type breaks.
        let parameters = if alone && returned.breaks() {
            Doc::group(parameters)
        } else {
            Doc::Concat(parameters)
        };
        Doc::group([parameters, Doc::text(": "), returned])
    }

    fn returned(&mut self, function: &Function) -> Doc {
        for (shape, direction) in function.shapes() {
            self.re_export(shape, direction);
        }
        let (name, shape) = match &function.output {
            Output::Void => ("Promise", None),
            Output::Value(shape) => ("Promise", Some(shape)),
            Output::Stream(shape) => ("AsyncGenerator", Some(shape)),
        };
        let name = self.imports.global(name);
        let returned = match shape {
            Some(shape) => self.generic(&name, &[shape], Direction::Output),
            None => Doc::text(format!("{name}<void>")),
        };
        let Some(refusal) = &function.refusal else { return returned };
        let throws = self.imports.runtime_type("Throws");
        let printed = self.shape(refusal, Direction::Output, Around::Arguments);
        let throws = Doc::Concat(vec![Doc::text(throws), angles(&[printed], &[refusal])]);
        Doc::group([returned, Doc::indent([Doc::text(" &"), Doc::Line, throws])])
    }

    fn re_export(&mut self, shape: &Shape, direction: Direction) {
        let mut paths = Vec::new();
        shape.any(&mut |inner| {
            if let Shape::Named { path, .. } = inner {
                paths.push(path.clone());
            }
            false
        });
        for path in paths {
            if let Some(body) = self.model.bodies.get(&path) {
                self.imports.re_export(&path, &body.name(direction));
            }
        }
    }

    /// `call(onNewTodo, "todos.onNewTodo", "1a2b3c4d", [text], options)`
    fn call(
        &mut self,
        function: &Function,
        local: &Local,
        codecs: &FunctionCodecs,
        constants: &Constants,
    ) -> Doc {
        let callee = self.imports.value(match function.output {
            Output::Stream(_) => "stream",
            Output::Void | Output::Value(_) => "call",
        });
        let arguments = match local.parameters.as_slice() {
            [] => Doc::text("[]"),
            names => Doc::group(listed("[", names.iter().map(Doc::text), "]")),
        };
        let heads = vec![
            Doc::text(function.name.clone()),
            Doc::text(string(&function.key)),
            Doc::text(string(&function.hash)),
            arguments,
            Doc::text(local.options.clone()),
        ];
        let Some(codecs) = self.codecs(codecs, constants) else {
            return Doc::Concat(vec![Doc::text(callee), Doc::group(listed("(", heads, ")"))]);
        };
        Doc::Concat(vec![Doc::text(callee), hugging(heads, codecs)])
    }

    /// The last argument of a call: what plain JSON can't say.
    fn codecs(&mut self, codecs: &FunctionCodecs, constants: &Constants) -> Option<Vec<Doc>> {
        let mut entries = Vec::new();
        let mut entry = |name: &str, value: Doc| {
            entries.push(match &value {
                Doc::Text(text) if text == name => value,
                _ => Doc::Concat(vec![Doc::text(format!("{name}: ")), value]),
            });
        };
        if codecs.arguments.iter().any(Option::is_some) {
            let last = codecs.arguments.iter().rposition(Option::is_some).unwrap_or_default();
            let items: Vec<Doc> = codecs.arguments[..=last]
                .iter()
                .map(|codec| self.optional(codec.as_ref(), constants))
                .collect();
            entry("args", Doc::group(listed("[", items, "]")));
        }
        let named = [("result", &codecs.result), ("refusal", &codecs.refusal)];
        for (name, codec) in named {
            if let Some(codec) = codec {
                entry(name, self.codec(codec, constants, false));
            }
        }
        if codecs.live {
            entry("frames", Doc::text(self.imports.value("live")));
        } else if codecs.frames {
            entry("frames", Doc::text(self.imports.value("frames")));
        }
        if codecs.exact {
            entry("json", Doc::text(self.imports.value("exactJson")));
            if self.settings.large_ints == LargeInts::BigInt {
                entry("exact", Doc::text("true"));
            }
        }
        (!entries.is_empty()).then_some(entries)
    }

    pub(super) fn optional(&mut self, codec: Option<&Codec>, constants: &Constants) -> Doc {
        match codec {
            Some(codec) => self.codec(codec, constants, false),
            None => Doc::text("undefined"),
        }
    }
}

/// Arguments of which the last is an object that may stay beside the others when it breaks.
pub(super) fn hugging(heads: Vec<Doc>, object: Vec<Doc>) -> Doc {
    let separator = Doc::text(", ");
    let mut start = vec![Doc::text("(")];
    for head in &heads {
        start.extend([head.clone(), separator.clone()]);
    }
    let state = |object: Doc| {
        let mut docs = start.clone();
        docs.extend([object, Doc::text(")")]);
        Doc::Concat(docs)
    };
    let flat = Doc::group(braces(object.clone()));
    let broken = Doc::group([harden(Doc::Concat(braces(object)))]);
    let mut all = heads;
    all.push(flat.clone());
    let everything = harden(Doc::Concat(listed("(", all, ")")));
    Doc::Choice(vec![state(flat), state(broken), everything])
}

/// The same with the line breaks of its own level taken.
fn harden(doc: Doc) -> Doc {
    match doc {
        Doc::Line | Doc::Softline => Doc::Hardline,
        Doc::Concat(docs) => Doc::Concat(docs.into_iter().map(harden).collect()),
        Doc::Indent(doc) => Doc::Indent(Box::new(harden(*doc))),
        Doc::IfBreak(broken, _) => *broken,
        other => other,
    }
}

/// Parameters go by their own names, except where that would hide the function itself.
fn local_names(function: &Function) -> Local {
    let parameters: Vec<String> = function
        .parameters
        .iter()
        .map(|parameter| match parameter.name == function.name {
            true => format!("{}_", parameter.name),
            false => parameter.name.clone(),
        })
        .collect();
    let mut options = "options".to_owned();
    if parameters.contains(&options) {
        options = "callOptions".to_owned();
    }
    while parameters.contains(&options) || options == function.name {
        options.push('_');
    }
    Local { parameters, options }
}
