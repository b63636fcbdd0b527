//! What the macros accept, and what they tell the registry of it.

mod attributes;
mod data;
mod errors;
mod names;
mod returns;

use telefunc::__private::schema::{Entry, Output, Types, entries};

/// The registered function of this key below this module.
fn entry(key: &str) -> &'static Entry {
    let key = format!("macros.{key}");
    let found = entries().into_iter().filter(|entry| entry.key() == key).collect::<Vec<_>>();
    let [entry] = found[..] else { panic!("{} functions are called `{key}`", found.len()) };
    entry
}

/// The signature of the function of this key, somewhat as TypeScript would write it.
fn signature(key: &str) -> String {
    let mut types = Types::new();
    let signature = (entry(key).describe)(&mut types);
    let parameters = signature.parameters.iter().map(|parameter| {
        let optional = if parameter.optional { "?" } else { "" };
        format!("{}{optional}: {}", parameter.name, parameter.ty.ts)
    });
    let parameters = parameters.collect::<Vec<_>>().join(", ");
    let output = match &signature.output {
        Output::Value(ty) => format!("Promise<{}>", ty.ts),
        Output::Stream(ty) => format!("AsyncGenerator<{}>", ty.ts),
    };
    let refusal = signature.refusal.map(|ty| format!(" throws {}", ty.ts)).unwrap_or_default();
    format!("({parameters}): {output}{refusal}")
}
