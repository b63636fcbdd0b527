//! Collects the types of signatures: TypeScript declarations and JSON Schemas of one set of
//! Rust types.

use std::any::{TypeId, type_name};
use std::collections::{BTreeMap, BTreeSet, HashSet};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};
use ts_rs::{Config, TS, TypeVisitor};

/// The types met so far.
pub struct Types {
    config: Config,
    seen: HashSet<TypeId>,
    declarations: BTreeMap<String, Declaration>,
    input: SchemaGenerator,
    output: SchemaGenerator,
    problems: Vec<String>,
}

/// One use of a type in a signature.
#[derive(Clone, Debug)]
pub struct Type {
    /// What `ts-rs` calls it: `Page<Todo> | null`.
    pub ts: String,
    /// Its schema; `$ref`s point into [`Types::definitions`] of the same direction.
    pub schema: Schema,
    /// The Rust type, for messages.
    pub rust: &'static str,
    /// The Rust paths of the user's types that `ts` may name.
    pub mentions: BTreeSet<String>,
}

/// A user's type as `ts-rs` declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The TypeScript name, without generics.
    pub ident: String,
    /// The declaration: `type Page<T> = { items: Array<T>, };`.
    pub text: String,
    /// The doc comment as `ts-rs` prints it (`/** … */`), if there is one.
    pub docs: Option<String>,
    /// The Rust path without generic arguments: `api::todos::Page`.
    pub rust_path: String,
    /// The Rust paths of the user's types that `text` may name. Names alone would not tell
    /// `a::Item` from `b::Item`.
    pub mentions: BTreeSet<String>,
}

impl Default for Types {
    fn default() -> Self {
        Self::new()
    }
}

impl Types {
    /// An empty collection.
    #[must_use]
    pub fn new() -> Self {
        let settings =
            || SchemaSettings::draft2020_12().with(|settings| settings.meta_schema = None);
        Self {
            // Arrays are `Array<T>` whatever their length.
            config: Config::new().with_array_tuple_limit(0),
            seen: HashSet::new(),
            declarations: BTreeMap::new(),
            input: settings().for_deserialize().into_generator(),
            output: settings().for_serialize().into_generator(),
            problems: Vec::new(),
        }
    }

    /// Adds a type that a client sends.
    pub fn input<T: TS + JsonSchema + 'static>(&mut self) -> Type {
        let schema = self.input.subschema_for::<T>();
        self.describe::<T>(schema)
    }

    /// Adds a type that a client sends, whose schema carries the constraints of its parameter:
    /// `P` is a struct with the one field `name`.
    pub fn constrained_input<T: TS + JsonSchema + 'static, P: JsonSchema>(
        &mut self,
        name: &str,
    ) -> Type {
        let mut holder = P::json_schema(&mut self.input);
        let schema = holder
            .pointer_mut(&format!("/properties/{name}"))
            .map(Value::take)
            .and_then(|schema| Schema::try_from(schema).ok())
            .unwrap_or_default();
        if schema == self.input.subschema_for::<T>() {
            // schemars adds nothing to a reference, for instance to that of a newtype.
            let rust = type_name::<T>();
            self.problems.push(format!(
                "it has no effect on a parameter of type `{rust}`: put it on the field of that type"
            ));
        }
        self.describe::<T>(schema)
    }

    /// Adds a type that a client receives.
    pub fn output<T: TS + JsonSchema + 'static>(&mut self) -> Type {
        let schema = self.output.subschema_for::<T>();
        self.describe::<T>(schema)
    }

    /// What was met that can not be honoured, in words.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Every user's type met so far, by its Rust path.
    pub fn declarations(&self) -> impl Iterator<Item = &Declaration> {
        self.declarations.values()
    }

    /// The schemas that `#/$defs/NAME` means: of types that a client sends, or receives.
    #[must_use]
    pub fn definitions(&self, input: bool) -> &Map<String, Value> {
        if input { self.input.definitions() } else { self.output.definitions() }
    }

    /// Whether a value of this type may hold raw bytes, which travel beside the JSON.
    #[must_use]
    pub fn carries_bytes(&self, ty: &Type, input: bool) -> bool {
        names_bytes(ty.schema.as_value())
            || self.reached(&ty.schema, input).into_values().any(names_bytes)
    }

    /// The kinds of live values (`callback`, `channel`, …) that a value of this type may hold, and
    /// so needs a connection for.
    #[must_use]
    pub fn live_values(&self, ty: &Type, input: bool) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        name_live(ty.schema.as_value(), &mut found);
        for definition in self.reached(&ty.schema, input).into_values() {
            name_live(definition, &mut found);
        }
        found
    }

    /// Every definition that a schema refers to, itself or through others, by name.
    pub(crate) fn reached(&self, schema: &Schema, input: bool) -> BTreeMap<String, &Value> {
        let mut met = BTreeMap::new();
        let mut open = references(schema.as_value());
        while let Some(name) = open.pop() {
            if let Some(definition) = self.definitions(input).get(&name)
                && met.insert(name, definition).is_none()
            {
                open.extend(references(definition));
            }
        }
        met
    }

    fn describe<T: TS + 'static>(&mut self, schema: Schema) -> Type {
        self.visit::<T>();
        let mut mentions = Mentions::default();
        mentions.visit::<T>();
        T::visit_generics(&mut mentions);
        Type { ts: T::name(&self.config), schema, rust: type_name::<T>(), mentions: mentions.0 }
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let rust_path = without_generics(type_name::<T>());
            if !self.declarations.contains_key(&rust_path) {
                let mut mentions = Mentions::default();
                T::visit_dependencies(&mut mentions);
                let declaration = Declaration {
                    ident: T::ident(&self.config),
                    text: T::decl(&self.config),
                    docs: T::docs(),
                    rust_path: rust_path.clone(),
                    mentions: mentions.0,
                };
                self.declarations.insert(rust_path, declaration);
            }
        }
        T::visit_generics(self);
        T::visit_dependencies(self);
    }
}

/// Notes the types that one text names, and not what those name in turn.
#[derive(Default)]
struct Mentions(BTreeSet<String>);

impl TypeVisitor for Mentions {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_some() {
            self.0.insert(without_generics(type_name::<T>()));
        }
    }
}

/// Whether a schema says, anywhere within, that raw bytes stand there.
fn names_bytes(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => {
            map.get("x-telefunc").is_some_and(|kind| kind == "bytes")
                || map.values().any(names_bytes)
        }
        Value::Array(items) => items.iter().any(names_bytes),
        _ => false,
    }
}

/// Adds the kinds of live values that a schema says stand anywhere within.
fn name_live(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            let kind = map.get("x-telefunc").and_then(Value::as_str);
            found.extend(kind.filter(|kind| LIVE.contains(kind)).map(str::to_owned));
            map.values().for_each(|schema| name_live(schema, found));
        }
        Value::Array(items) => items.iter().for_each(|schema| name_live(schema, found)),
        _ => {}
    }
}

/// The values of `x-telefunc` that mean a live value.
const LIVE: [&str; 2] = ["callback", "channel"];

/// The names of all definitions that a schema refers to, in order.
fn references(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                let path = map.get("$ref").and_then(Value::as_str);
                found.extend(path.and_then(|path| path.strip_prefix("#/$defs/")).map(decode));
                open.extend(map.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

/// Takes the percent-encoding off a reference (RFC 3986 §2.1), which schemars puts on names that are
/// not ASCII.
fn decode(name: &str) -> String {
    let mut bytes = name.as_bytes().iter();
    let mut decoded = Vec::with_capacity(name.len());
    while let Some(byte) = bytes.next() {
        let hex = (*byte == b'%').then(|| bytes.as_slice().get(..2)).flatten();
        let code = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match code {
            Some(code) => {
                decoded.push(code);
                bytes.nth(1);
            }
            None => decoded.push(*byte),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// `api::Page<api::Todo>` becomes `api::Page`.
fn without_generics(path: &str) -> String {
    path.split('<').next().unwrap_or(path).to_owned()
}
