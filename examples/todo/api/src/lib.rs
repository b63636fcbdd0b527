//! The telefunctions of a to-do list. A server links this crate; its build script links it too, and
//! writes their TypeScript.

pub mod account;
mod store;
pub mod todos;

pub use store::Store;
