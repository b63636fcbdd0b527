//! What telefunctions look like, as plain data: the one registry that both the server's routes
//! and the generated TypeScript come from.
//!
//! `#[telefunction]` submits an [`Entry`] per function. Its [`Entry::describe`] names every Rust
//! type of the signature twice, once as TypeScript text (from `ts-rs`) and once as JSON Schema
//! (from `schemars`), and collects both in [`Types`]. Nothing here knows about HTTP.

mod entry;
mod types;

pub use entry::{Entry, Output, Parameter, Signature, entries};
pub use inventory;
pub use types::{Declaration, Type, Types};
