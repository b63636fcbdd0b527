//! What will be printed: files, their types and their functions, every name decided.

mod bodies;
mod names;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use telefunc_schema::{Entry, Signature, Type, Types};

use crate::builder::LargeInts;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::mismatch::Mismatch;
use crate::parse;
use crate::resolve::{Direction, Resolver, Scope};
use crate::schema::Definitions;
use crate::shape::Shape;

pub(crate) use bodies::Bodies;
pub(crate) use names::{file_of, identifier, module_of};

/// A whole client.
pub(crate) struct Model {
    /// By path without extension: `index`, `admin/users`.
    pub(crate) files: BTreeMap<String, File>,
    pub(crate) bodies: Bodies,
}

/// One file: a Rust module.
#[derive(Default)]
pub(crate) struct File {
    /// The Rust module below the crate root; empty for the root.
    pub(crate) module: String,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) functions: Vec<Function>,
}

/// One exported type.
pub(crate) struct Definition {
    pub(crate) path: String,
    pub(crate) direction: Direction,
    pub(crate) name: String,
    pub(crate) parameters: Vec<String>,
    pub(crate) shape: Shape,
    pub(crate) docs: Vec<String>,
}

/// One exported function.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) rust: String,
    pub(crate) key: String,
    pub(crate) hash: String,
    pub(crate) docs: Vec<String>,
    pub(crate) deprecated: Option<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: Output,
    pub(crate) refusal: Option<Shape>,
}

pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    /// Whether it and every later one may be left out.
    pub(crate) optional: bool,
}

pub(crate) enum Output {
    /// `()`: `null` on the wire, nothing in TypeScript.
    Void,
    Value(Shape),
    Stream(Shape),
}

impl Model {
    /// Resolves everything that `entries` need.
    pub(crate) fn new(entries: &[&Entry], large_ints: LargeInts) -> Result<Self, Error> {
        refuse_duplicates(entries)?;
        let mut types = Types::new();
        let described = entries
            .iter()
            .map(|entry| Ok((*entry, describe(entry, &mut types)?, entry.hash())))
            .collect::<Result<Vec<_>, Error>>()?;
        let catalog = Catalog::new(&types)?;
        let mut signatures = Signatures::new(&catalog, &types, large_ints);
        let mut functions = described
            .into_iter()
            .map(|(entry, signature, hash)| {
                let function = signatures.function(entry, &signature, hash)?;
                Ok((entry.module().to_owned(), function))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let bodies = Bodies::new(&catalog, &signatures.input, &signatures.output)?;
        for (_, function) in &mut functions {
            for shape in function.shapes_mut() {
                *shape = bodies.trimmed(shape);
            }
        }
        names::files(functions, bodies)
    }
}

impl Function {
    /// Every type of the signature, and whether the client sends it.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = (&Shape, Direction)> {
        let parameters = self.parameters.iter().map(|p| (&p.shape, Direction::Input));
        let output = match &self.output {
            Output::Void => None,
            Output::Value(shape) | Output::Stream(shape) => Some(shape),
        };
        let outputs = output.into_iter().chain(&self.refusal).map(|s| (s, Direction::Output));
        parameters.chain(outputs)
    }

    fn shapes_mut(&mut self) -> impl Iterator<Item = &mut Shape> {
        let output = match &mut self.output {
            Output::Void => None,
            Output::Value(shape) | Output::Stream(shape) => Some(shape),
        };
        self.parameters.iter_mut().map(|p| &mut p.shape).chain(output).chain(&mut self.refusal)
    }
}

/// Resolves signatures, and remembers the types they use.
struct Signatures<'a> {
    input: Resolver<'a>,
    output: Resolver<'a>,
}

impl<'a> Signatures<'a> {
    fn new(catalog: &'a Catalog, types: &'a Types, large_ints: LargeInts) -> Self {
        let resolver = |direction| {
            let definitions = Definitions(types.definitions(direction == Direction::Input));
            Resolver::new(catalog, definitions, direction, large_ints)
        };
        Self { input: resolver(Direction::Input), output: resolver(Direction::Output) }
    }

    fn function(
        &mut self,
        entry: &Entry,
        signature: &Signature,
        hash: String,
    ) -> Result<Function, Error> {
        let rust = entry.rust_path();
        let mut parameters = Vec::new();
        for parameter in &signature.parameters {
            let shape = self.resolve(&rust, &parameter.ty, Direction::Input)?;
            let name = identifier(parameter.name);
            parameters.push(Parameter { name, shape, optional: parameter.optional });
        }
        trailing(&mut parameters);
        let output = match &signature.output {
            telefunc_schema::Output::Value(ty) if ty.ts == "null" => Output::Void,
            telefunc_schema::Output::Value(ty) => {
                Output::Value(self.resolve(&rust, ty, Direction::Output)?)
            }
            telefunc_schema::Output::Stream(ty) => {
                Output::Stream(self.resolve(&rust, ty, Direction::Output)?)
            }
        };
        let refusal = match &signature.refusal {
            Some(ty) => Some(self.resolve(&rust, ty, Direction::Output)?),
            None => None,
        };
        Ok(Function {
            name: identifier(entry.name),
            rust,
            key: entry.key(),
            hash,
            docs: parse::doc_lines(entry.docs),
            deprecated: entry.deprecated.map(str::to_owned),
            parameters,
            output,
            refusal,
        })
    }

    fn resolve(&mut self, function: &str, ty: &Type, direction: Direction) -> Result<Shape, Error> {
        let ast = parse::expression(&ty.ts).map_err(|error| Error::Unreadable {
            rust: ty.rust.to_owned(),
            typescript: ty.ts.clone(),
            expected: error.expected,
            rest: error.rest,
        })?;
        let resolver = match direction {
            Direction::Input => &mut self.input,
            Direction::Output => &mut self.output,
        };
        resolver
            .resolve(&ast, ty.schema.as_value(), &Scope::new(function, &ty.mentions))
            .map_err(|mismatch: Mismatch| mismatch.into_error(direction))
    }
}

fn refuse_duplicates(entries: &[&Entry]) -> Result<(), Error> {
    if entries.is_empty() {
        return Err(Error::NoFunctions);
    }
    let mut keys = BTreeMap::new();
    for entry in entries {
        if let Some(first) = keys.insert(entry.key(), entry.rust_path()) {
            let functions = [first, entry.rust_path()];
            return Err(Error::DuplicateKey { key: entry.key(), functions });
        }
    }
    Ok(())
}

/// What the macro says about a function. `ts-rs` panics over types that it can't express.
fn describe(entry: &Entry, types: &mut Types) -> Result<Signature, Error> {
    catch_unwind(AssertUnwindSafe(|| (entry.describe)(types))).map_err(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default();
        Error::Indescribable { function: entry.rust_path(), message }
    })
}

/// Only the last parameters can be left out in TypeScript; another takes `undefined`.
fn trailing(parameters: &mut [Parameter]) {
    let mut last = true;
    for parameter in parameters.iter_mut().rev() {
        last &= parameter.optional;
        if parameter.optional && !last {
            let undefined = Shape::Plain(crate::ast::Keyword::Undefined);
            parameter.shape = Shape::union([parameter.shape.clone(), undefined]);
        }
        parameter.optional = last;
    }
}
