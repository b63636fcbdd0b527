//! Value types whose TypeScript is more than JSON: `Date`, `bigint` and `Uint8Array`.
//!
//! On the wire each is plain JSON at a place that both sides know from the function's types: a
//! string, a number of any length, and the index of a raw part.

mod bigint;
mod bytes;
mod date;
#[cfg(any(feature = "rust_decimal", feature = "time"))]
mod foreign;
pub(crate) mod rfc3339;

pub use bigint::{BigInt, Integer};
pub use bytes::{Bytes, parts};
pub use date::{Date, InvalidDate};
#[cfg(feature = "rust_decimal")]
pub use foreign::Decimal;
#[cfg(feature = "time")]
pub use foreign::OffsetDateTime;
