//! One registered function: static facts from the macro, and its signature on demand.

use std::any::Any;

use serde_json::Value;

use crate::types::{Type, Types};

/// A function marked `#[telefunction]`, as the macro submits it.
pub struct Entry {
    /// `module_path!()` of the function: `api::todos`.
    pub module_path: &'static str,
    /// The Rust identifier: `on_new_todo`.
    pub rust_name: &'static str,
    /// The TypeScript name: `onNewTodo`.
    pub name: &'static str,
    /// The doc comment, without leading spaces; empty where there is none.
    pub docs: &'static str,
    /// The note of `#[deprecated]`; empty where it has none.
    pub deprecated: Option<&'static str>,
    /// Fills `types` with every type of the signature.
    pub describe: fn(&mut Types) -> Signature,
    /// The runtime's own part of the entry, which it downcasts.
    pub handler: &'static (dyn Any + Send + Sync),
}

inventory::collect!(Entry);

impl Entry {
    /// The module path below the crate root: `admin::users`, or empty at the root.
    #[must_use]
    pub fn module(&self) -> &'static str {
        self.module_path.split_once("::").map_or("", |(_, rest)| rest)
    }

    /// What stands behind the base in the URL: `admin.users.onList`, or `onList` at the root.
    #[must_use]
    pub fn key(&self) -> String {
        match self.module() {
            "" => self.name.to_owned(),
            module => format!("{}.{}", module.replace("::", "."), self.name),
        }
    }

    /// The function's [`Signature::hash`]. It is taken with [`Types`] of its own, so that server
    /// and generated client agree whatever else is linked into either.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut types = Types::new();
        let signature = (self.describe)(&mut types);
        signature.hash(&types)
    }

    /// The full Rust path, for messages: `api::todos::on_new_todo`.
    #[must_use]
    pub fn rust_path(&self) -> String {
        format!("{}::{}", self.module_path, self.rust_name)
    }
}

/// Every function linked into this program, sorted by key, then by Rust path. Two entries of one
/// key are both here: whoever builds on the list refuses them.
#[must_use]
pub fn entries() -> Vec<&'static Entry> {
    let mut entries: Vec<_> = inventory::iter::<Entry>.into_iter().collect();
    entries.sort_by_cached_key(|entry| (entry.key(), entry.rust_path()));
    entries
}

/// What a function takes and gives.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The parameters that the client passes, in order (`#[context]` ones are not among them).
    pub parameters: Vec<Parameter>,
    /// What the function gives.
    pub output: Output,
    /// The type of `Abort::value` where the function declares one: `V` of `Abort<V>`, or a
    /// `#[telefunc::error]` type.
    pub refusal: Option<Type>,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its TypeScript name.
    pub name: &'static str,
    /// Its type, with the constraints of `#[schemars(…)]` on the parameter in the schema.
    pub ty: Type,
    /// Whether a client may leave it out, as `Option<T>`.
    pub optional: bool,
}

/// What a function gives.
#[derive(Clone, Debug)]
pub enum Output {
    /// One value.
    Value(Type),
    /// A stream of such items.
    Stream(Type),
}

impl Signature {
    /// Eight hexadecimal digits that change when the signature does. The generated client sends
    /// them, so that a server can tell an old client from a wrong call.
    #[must_use]
    pub fn hash(&self, types: &Types) -> String {
        let mut hash = Fnv::new();
        for parameter in &self.parameters {
            hash.write(parameter.name);
            hash.write_type(&parameter.ty, types, true);
        }
        let (kind, output) = match &self.output {
            Output::Value(ty) => ("value", ty),
            Output::Stream(ty) => ("stream", ty),
        };
        hash.write(kind);
        hash.write_type(output, types, false);
        format!("{:08x}", hash.finish())
    }
}

/// FNV-1a, 64 bits folded to 32: stable across platforms and releases, unlike `std`'s hasher.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn write(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_type(&mut self, ty: &Type, types: &Types, input: bool) {
        self.write_schema(ty.schema.as_value());
        for (name, definition) in types.reached(&ty.schema, input) {
            self.write(&name);
            self.write_schema(definition);
        }
    }

    /// Writes a schema in one order, whatever order the features of serde_json give it, and without
    /// its prose: server and build script may be compiled with different features, and a better
    /// comment is no other signature.
    fn write_schema(&mut self, schema: &Value) {
        match schema {
            Value::Object(map) => {
                let is_prose = |key: &str, value: &Value| {
                    matches!(key, "description" | "title") && value.is_string()
                };
                let mut fields: Vec<_> =
                    map.iter().filter(|(key, value)| !is_prose(key, value)).collect();
                fields.sort_by_key(|(key, _)| *key);
                for (key, value) in fields {
                    self.write(key);
                    self.write_schema(value);
                }
                self.write("}");
            }
            Value::Array(items) => {
                items.iter().for_each(|item| self.write_schema(item));
                self.write("]");
            }
            scalar => self.write(&scalar.to_string()),
        }
    }

    fn finish(&self) -> u32 {
        ((self.0 >> 32) ^ self.0) as u32
    }
}
