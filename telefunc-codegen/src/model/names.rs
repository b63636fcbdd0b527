//! Decides which file and which name every type and function gets.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::model::bodies::{Bodies, Body};
use crate::model::{Definition, File, Function, Model};
use crate::resolve::Direction;

/// Sorts functions and types into files.
pub(crate) fn files(functions: Vec<(String, Function)>, bodies: Bodies) -> Result<Model, Error> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    for (module, function) in functions {
        file(&mut files, &module)?.functions.push(function);
    }
    for (path, body) in bodies.iter() {
        let module = module_of(path);
        for definition in definitions(path, body) {
            let file = file(&mut files, &module)?;
            if let Some(other) = file.definitions.iter().find(|other| other.name == definition.name)
            {
                let types = [other.path.clone(), definition.path];
                return Err(Error::NameClash {
                    name: definition.name,
                    file: display(&module),
                    types,
                });
            }
            file.definitions.push(definition);
        }
    }
    for file in files.values_mut() {
        file.definitions.sort_by(|a, b| a.name.cmp(&b.name));
    }
    refuse_alike(&files)?;
    Ok(Model { files, bodies })
}

/// A Rust or TypeScript name as a TypeScript identifier: reserved words get a trailing `_`.
pub(crate) fn identifier(name: &str) -> String {
    if RESERVED.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

fn definitions(path: &str, body: &Body) -> Vec<Definition> {
    let directions: &[Direction] = match (&body.input, &body.output) {
        (Some(_), Some(_)) if body.differs => &[Direction::Output, Direction::Input],
        (_, Some(_)) => &[Direction::Output],
        _ => &[Direction::Input],
    };
    let definition = |direction: &Direction| {
        Some(Definition {
            path: path.to_owned(),
            direction: *direction,
            name: body.name(*direction),
            parameters: body.parameters.clone(),
            shape: body.shape(*direction)?.clone(),
            docs: body.docs.clone(),
        })
    };
    directions.iter().filter_map(definition).collect()
}

impl Body {
    /// `Todo`, or `TodoInput` where what a client sends is another type.
    pub(crate) fn name(&self, direction: Direction) -> String {
        let input = self.differs && direction == Direction::Input;
        let name = if input { format!("{}Input", self.ident) } else { self.ident.clone() };
        if TYPE_WORDS.contains(&name.as_str()) { format!("{name}_") } else { identifier(&name) }
    }
}

/// The module of a type: `api::todos::Todo` is in `todos`.
pub(crate) fn module_of(path: &str) -> String {
    let mut segments: Vec<&str> = path.split("::").skip(1).collect();
    segments.pop();
    // A type inside a closure or an anonymous constant belongs to what is around it.
    let plain = |segment: &&str| {
        *segment != "_" && segment.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    segments.into_iter().take_while(plain).collect::<Vec<_>>().join("::")
}

/// The file of a module, without extension.
pub(crate) fn file_of(module: &str) -> String {
    if module.is_empty() { "index".to_owned() } else { module.replace("r#", "").replace("::", "/") }
}

fn display(module: &str) -> String {
    format!("{}.ts", file_of(module))
}

fn file<'f>(files: &'f mut BTreeMap<String, File>, module: &str) -> Result<&'f mut File, Error> {
    let path = file_of(module);
    let file = files
        .entry(path.clone())
        .or_insert_with(|| File { module: module.to_owned(), ..File::default() });
    if file.module != module {
        let sources = [source(&file.module), source(module)];
        return Err(Error::FileClash { file: format!("{path}.ts"), sources });
    }
    Ok(file)
}

fn source(module: &str) -> String {
    if module.is_empty() { "the crate root".to_owned() } else { format!("the module `{module}`") }
}

/// Some file systems don't tell `Users.ts` from `users.ts`.
fn refuse_alike(files: &BTreeMap<String, File>) -> Result<(), Error> {
    let mut met: BTreeMap<String, &File> = BTreeMap::new();
    for (path, file) in files {
        if let Some(other) = met.insert(path.to_lowercase(), file) {
            let sources = [source(&other.module), source(&file.module)];
            return Err(Error::FileClash { file: format!("{path}.ts"), sources });
        }
    }
    Ok(())
}

/// Words that can't name a function, parameter or type in a module.
const RESERVED: [&str; 48] = [
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Words that can't name a type.
const TYPE_WORDS: [&str; 10] = [
    "any",
    "bigint",
    "boolean",
    "never",
    "number",
    "object",
    "string",
    "symbol",
    "undefined",
    "unknown",
];
