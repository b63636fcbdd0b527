//! The user's types by Rust path, with their TypeScript read.

use std::collections::{BTreeMap, BTreeSet};

use telefunc_schema::{Declaration, Types};

use crate::ast::Alias;
use crate::error::Error;
use crate::parse;

/// All user types of a program.
pub(crate) struct Catalog(BTreeMap<String, UserType>);

pub(crate) struct UserType {
    /// Its TypeScript name.
    pub(crate) ident: String,
    pub(crate) alias: Alias,
    pub(crate) docs: Vec<String>,
    /// The Rust paths of the types that its text may name.
    pub(crate) mentions: BTreeSet<String>,
}

/// What a name in a type's text means.
pub(crate) enum Meaning<'a> {
    User(&'a str, &'a UserType),
    Json,
    Unknown,
    /// Several of the mentioned types have this name.
    Several(Vec<&'a str>),
}

impl Catalog {
    pub(crate) fn new(types: &Types) -> Result<Self, Error> {
        types.declarations().map(read).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn get(&self, path: &str) -> Option<&UserType> {
        self.0.get(path)
    }

    /// Finds the type that `name` means where the types `mentions` may be meant.
    pub(crate) fn meaning(&self, name: &str, mentions: &BTreeSet<String>) -> Meaning<'_> {
        let named = |(path, user): &(&String, &UserType)| user.ident == name && !is_json(path);
        let mut found: Vec<_> =
            mentions.iter().filter_map(|path| self.0.get_key_value(path)).filter(named).collect();
        let json = name == "JsonValue" && mentions.iter().any(|path| is_json(path));
        // A name that only a text knows: `#[ts(type = "Todo")]`.
        if found.is_empty() && !json {
            found = self.0.iter().filter(named).collect();
        }
        match found.as_slice() {
            [] if name == "JsonValue" => Meaning::Json,
            [] => Meaning::Unknown,
            [(path, user)] => Meaning::User(path, user),
            several => Meaning::Several(several.iter().map(|(path, _)| path.as_str()).collect()),
        }
    }
}

fn read(declaration: &Declaration) -> Result<(String, UserType), Error> {
    if !is_name(&declaration.ident) {
        let name = declaration.ident.clone();
        return Err(Error::InvalidName { name, rust: declaration.rust_path.clone() });
    }
    let alias = parse::alias(&declaration.text).map_err(|error| Error::Unreadable {
        rust: declaration.rust_path.clone(),
        typescript: declaration.text.clone(),
        expected: error.expected,
        rest: error.rest,
    })?;
    let docs = declaration.docs.as_deref().map(parse::doc_lines).unwrap_or_default();
    let user = UserType {
        ident: declaration.ident.clone(),
        alias,
        docs,
        mentions: declaration.mentions.clone(),
    };
    Ok((declaration.rust_path.clone(), user))
}

fn is_name(text: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.chars().all(part) && text.starts_with(|c: char| part(c) && !c.is_numeric())
}

/// `serde_json::Value` and what `ts-rs` describes it with: the runtime's `JsonValue`.
fn is_json(path: &str) -> bool {
    matches!(path, "serde_json::value::Value" | "ts_rs::serde_json::TsJsonValue")
}
