//! Collects the symbols that a file uses, gives each a local name, and prints the imports.

use std::collections::{BTreeMap, BTreeSet};

use super::{Dialect, braces, string};
use crate::doc::Doc;
use crate::model::{File, file_of, module_of};

/// The symbols of one file.
pub(super) struct Imports<'m> {
    path: &'m str,
    package: Option<&'m str>,
    /// Every name that the file has for something of its own.
    taken: BTreeSet<String>,
    /// The types that the file declares.
    own_types: BTreeSet<&'m str>,
    /// Values of the runtime, and what they are called here.
    values: BTreeMap<&'static str, String>,
    /// Types of the runtime.
    types: BTreeMap<&'static str, String>,
    /// Types of other files: by file, then by name.
    foreign: BTreeMap<String, BTreeMap<String, String>>,
    /// Types of other files that functions of this file use.
    exports: BTreeMap<String, BTreeSet<String>>,
}

impl<'m> Imports<'m> {
    pub(super) fn new(path: &'m str, file: &'m File, package: Option<&'m str>) -> Self {
        let own_types: BTreeSet<&str> = file.definitions.iter().map(|d| d.name.as_str()).collect();
        let mut taken: BTreeSet<String> = own_types.iter().map(|&name| name.to_owned()).collect();
        taken.extend(file.definitions.iter().flat_map(|d| d.parameters.iter().cloned()));
        for function in &file.functions {
            taken.insert(function.name.clone());
            taken.extend(function.parameters.iter().map(|parameter| parameter.name.clone()));
        }
        Self {
            path,
            package,
            taken,
            own_types,
            values: BTreeMap::new(),
            types: BTreeMap::new(),
            foreign: BTreeMap::new(),
            exports: BTreeMap::new(),
        }
    }

    /// A function or constant of the runtime.
    pub(super) fn value(&mut self, name: &'static str) -> String {
        if let Some(local) = self.values.get(name) {
            return local.clone();
        }
        let local = self.fresh(name);
        self.values.insert(name, local.clone());
        local
    }

    /// A type of the runtime.
    pub(super) fn runtime_type(&mut self, name: &'static str) -> String {
        if let Some(local) = self.types.get(name) {
            return local.clone();
        }
        let local = self.fresh(name);
        self.types.insert(name, local.clone());
        local
    }

    /// A user's type, which may be in another file.
    pub(super) fn user_type(&mut self, rust_path: &str, name: &str) -> String {
        let file = file_of(&module_of(rust_path));
        if file == self.path {
            return name.to_owned();
        }
        if let Some(local) = self.foreign.get(&file).and_then(|names| names.get(name)) {
            return local.clone();
        }
        let local = self.fresh(name);
        self.foreign.entry(file).or_default().insert(name.to_owned(), local.clone());
        local
    }

    /// Makes a type that a function of this file uses available from this file too.
    pub(super) fn re_export(&mut self, rust_path: &str, name: &str) {
        let file = file_of(&module_of(rust_path));
        let elsewhere =
            self.exports.iter().any(|(other, names)| *other != file && names.contains(name));
        if file != self.path && !self.own_types.contains(name) && !elsewhere {
            self.exports.entry(file).or_default().insert(name.to_owned());
        }
    }

    /// A type that is part of the language, unless the file has another of that name.
    pub(super) fn global(&self, name: &str) -> String {
        if self.taken.contains(name) { format!("globalThis.{name}") } else { name.to_owned() }
    }

    /// A name that nothing in the file has yet.
    pub(super) fn fresh(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        for number in 2.. {
            if self.taken.insert(name.clone()) {
                break;
            }
            name = format!("{wanted}{number}");
        }
        name
    }

    pub(super) fn print(&self, dialect: Dialect) -> String {
        let mut statements = Vec::new();
        let values = dialect != Dialect::Declaration;
        let types = dialect != Dialect::JavaScript;
        let mut names: Vec<(&str, Doc)> = Vec::new();
        if values {
            let main = self.values.iter().filter(|(name, _)| **name != LIVE);
            names.extend(main.map(|(name, local)| (*name, specifier("", name, local))));
        }
        let all_types = types && (!values || self.values.is_empty());
        if types {
            let word = if all_types { "" } else { "type " };
            names.extend(
                self.types.iter().map(|(name, local)| (*name, specifier(word, name, local))),
            );
        }
        names.sort_by_key(|(name, _)| *name);
        let names: Vec<Doc> = names.into_iter().map(|(_, doc)| doc).collect();
        if !names.is_empty() {
            let keyword = if all_types { "import type" } else { "import" };
            statements.push(statement(keyword, names, &self.runtime("index", "")));
        }
        if let Some(local) = self.values.get(LIVE).filter(|_| values) {
            let names = vec![specifier("", LIVE, local)];
            statements.push(statement("import", names, &self.runtime("live", "/live")));
        }
        if types {
            for (file, names) in &self.foreign {
                let names = names.iter().map(|(name, local)| specifier("", name, local)).collect();
                statements.push(statement("import type", names, &self.relative(file)));
            }
            for (file, names) in &self.exports {
                let names = names.iter().map(|name| Doc::text(name.clone())).collect();
                statements.push(statement("export type", names, &self.relative(file)));
            }
        }
        statements.iter().map(|statement| statement.render() + "\n").collect()
    }

    /// The module specifier of a file of the runtime, which a package exports at a path.
    fn runtime(&self, file: &str, path: &str) -> String {
        match self.package {
            Some(package) => format!("{package}{path}"),
            None => self.relative(&format!("runtime/{file}")),
        }
    }

    /// The module specifier of another file of the client.
    fn relative(&self, file: &str) -> String {
        let here: Vec<&str> = self.path.split('/').collect();
        let there: Vec<&str> = file.split('/').collect();
        let folders = here.len() - 1;
        let shared = here[..folders]
            .iter()
            .zip(&there[..there.len() - 1])
            .take_while(|(a, b)| a == b)
            .count();
        let up = folders - shared;
        let start = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
        format!("{start}{}.js", there[shared..].join("/"))
    }
}

/// The runtime's own entry for live values: a page that has none must not meet what it loads.
const LIVE: &str = "live";

fn specifier(word: &str, name: &str, local: &str) -> Doc {
    Doc::text(if name == local {
        format!("{word}{name}")
    } else {
        format!("{word}{name} as {local}")
    })
}

fn statement(keyword: &str, names: Vec<Doc>, from: &str) -> Doc {
    let start = Doc::text(format!("{keyword} "));
    let end = Doc::text(format!(" from {};", string(from)));
    let names = match <[Doc; 1]>::try_from(names) {
        // Prettier never breaks a single name.
        Ok([only]) => Doc::Concat(vec![Doc::text("{ "), only, Doc::text(" }")]),
        Err(several) => Doc::group(braces(several)),
    };
    Doc::Concat(vec![start, names, end])
}
