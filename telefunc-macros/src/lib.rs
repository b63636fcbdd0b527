//! The macros of `telefunc`. Use them through the `telefunc` crate, which documents them.
//!
//! This file only routes: `#[telefunction]` is in `function` (parse → check → expand), `#[data]`
//! and `#[error]` are in the files of those names.

mod data;
mod diagnostics;
mod error;
mod function;
mod names;
mod paths;

use proc_macro::TokenStream;

/// Makes a function callable from TypeScript.
///
/// # Options
///
/// | option | meaning |
/// |---|---|
/// | `name = "…"` | the TypeScript name, instead of the Rust name in camelCase |
/// | `timeout = "30s"` | how long it may work before the first byte of its answer, instead of `Config::timeout`; units `ms`, `s`, `m`, `h` |
/// | `max_body = "8MB"` | bytes of one request's body, instead of `Config::max_body`; a number of bytes, or text with `KB`, `MB`, `GB` (powers of 1,000) or `KiB`, `MiB`, `GiB` (of 1,024) |
/// | `crate = path` | where the `telefunc` crate is found, if not at `::telefunc` |
///
/// # Parameters
///
/// Each is a value of the client's, unless it is marked `#[context]`: then the server finds it with
/// `FromContext`. `#[schemars(…)]`, `#[validate(…)]` and `#[garde(…)]` on a parameter state what
/// its value must satisfy.
#[proc_macro_attribute]
pub fn telefunction(options: TokenStream, item: TokenStream) -> TokenStream {
    function::telefunction(options.into(), item.into()).into()
}

/// Makes a struct or enum a value that travels between Rust and TypeScript.
///
/// Derives serde's `Serialize` and `Deserialize`, `ts_rs::TS` and `schemars::JsonSchema`; fields and
/// variants are camelCase in TypeScript unless a serde attribute says otherwise. A trait that a
/// `#[derive]` below it derives is left to that (one above it is not seen). `crate = path` says
/// where the `telefunc` crate is found, if not at `::telefunc`.
#[proc_macro_attribute]
pub fn data(options: TokenStream, item: TokenStream) -> TokenStream {
    data::data(options.into(), item.into()).into()
}

/// Makes a struct or enum a refusal: a telefunction's `Err` that its client sees as
/// `Abort.value`, typed.
///
/// As `#[telefunc::data]`; an enum is tagged with `kind` unless a serde attribute says otherwise.
/// `#[status(404)]` on the type or on a variant sets the status of the answer, 403 otherwise. A type
/// that is a [`std::error::Error`] too gets that by a derive below it, as `thiserror::Error`.
#[proc_macro_attribute]
pub fn error(options: TokenStream, item: TokenStream) -> TokenStream {
    error::error(options.into(), item.into()).into()
}
