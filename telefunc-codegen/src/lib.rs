//! Generates the TypeScript client of a program's telefunctions.
//!
//! Types go through these stations: the registry of `telefunc-schema` describes every Rust type
//! twice; `parse` reads what `ts-rs` says, `resolve` compares it with the JSON Schema that
//! `schemars` says and keeps what both agree on; `model` decides files and names; `codec` finds
//! the places that plain JSON can't express; `print` writes TypeScript as Prettier would; `write`
//! brings the folder up to date.
//!
//! # In a build script
//!
//! ```ignore
//! // `api` holds the telefunctions and is also a build-dependency. A crate that is linked but
//! // never named contributes nothing, hence the `use`.
//! use api as _;
//!
//! fn main() {
//!     telefunc_codegen::Builder::new("web/src/telefunc").generate().unwrap();
//! }
//! ```

mod ast;
mod builder;
mod catalog;
mod codec;
mod doc;
mod error;
mod mismatch;
mod model;
mod parse;
mod print;
#[cfg(test)]
mod refusals;
mod report;
mod resolve;
mod runtime;
mod schema;
mod shape;
mod write;

pub use builder::{Builder, Emit, LargeInts, Runtime};
pub use error::{Disagreement, Error};
pub use report::Report;
