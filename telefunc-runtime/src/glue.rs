//! What the expansions of the macros refer to; no part of the public interface.

use http::StatusCode;
use schemars::JsonSchema;
use telefunc_schema::{Type, Types};

pub use std::boxed::Box;

pub use crate::call::{Call, Handler, Invocation, Reply, Stop};
pub use crate::decode::Argument;
pub use crate::error::{Error, Refusal, RefusalEntry};
pub use crate::shape::{Failing, Probe, Shape, claims};
pub use crate::validate::{ArgumentChecker, Parameter};
pub use telefunc_schema::{self as schema, inventory};
pub use {http, schemars, serde, ts_rs};

pub use http::StatusCode as Status;

/// Describes a parameter.
pub fn argument<T: Argument>(types: &mut Types) -> Type {
    types.input::<T>()
}

/// Describes a parameter with constraints, which are those of the field `name` of `P`.
pub fn constrained_argument<T: Argument, P: JsonSchema>(types: &mut Types, name: &str) -> Type {
    types.constrained_input::<T, P>(name)
}

/// Whether a parameter may be left out.
pub fn is_optional<T: Argument>() -> bool {
    T::IS_OPTION
}

/// The declared type of the function's refusals.
///
/// # Panics
/// When its `Result` and its stream's items refuse with two types, of which the client could not
/// tell which it has.
pub fn refusal<S, O, I>(_: S, outer: O, inner: I, types: &mut Types) -> Option<Type>
where
    S: Shape,
    O: Failing<S::Outer>,
    I: Failing<S::Inner>,
{
    match (outer.refusal(types), inner.refusal(types)) {
        (Some(outer), Some(inner)) if outer.rust != inner.rust => panic!(
            "a telefunction refuses with `{}` before its stream and with `{}` within it: use one type for both",
            outer.rust, inner.rust,
        ),
        (outer, inner) => outer.or(inner),
    }
}

/// Boxes a call.
pub fn pin<F>(call: F) -> Invocation
where
    F: Future<Output = Result<Reply, Stop>> + Send + 'static,
{
    Box::pin(call)
}

/// The status of a refusal, which the macro has checked.
pub fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::FORBIDDEN)
}
