//! What the expansions of the macros refer to; no part of the public interface.

use http::StatusCode;
use schemars::JsonSchema;
use telefunc_schema::{Output, Signature, Type, Types};

use crate::decode::Argument;
use crate::error::Value;
use crate::extract::FromContext;
use crate::failing::{Failing, Failure};
use crate::shape::{Answer, Probed};

pub use std::boxed::Box;

pub use crate::call::{Call, Handler, Invocation, Reply, Stop};
pub use crate::error::{Abort, Error, Refusal, RefusalEntry};
pub use crate::fetch::Fetch;
pub use crate::shape::{Probe, Shape};
pub use crate::validate::{ArgumentChecker, Integers, Parameter};
pub use telefunc_schema::{self as schema, inventory};
pub use {http, schemars, serde, ts_rs};

pub use http::StatusCode as Status;

/// The traits of the probes, for `use`: without names, which could hide those of the user.
pub mod claims {
    pub use crate::{failing::claims::*, fetch::claims::*, shape::claims::*};
}

/// What the macro writes of a function. Both are closures of one expression, since the compiler
/// reports a missing trait once per expression and place.
pub struct Glue {
    /// Describes the function.
    pub describe: fn(&mut Types) -> Signature,
    /// Runs a call of it.
    pub invoke: fn(Call) -> Invocation,
}

/// Describes a parameter.
pub fn parameter<T: Argument>(name: &'static str, types: &mut Types) -> schema::Parameter {
    schema::Parameter { name, ty: types.input::<T>(), optional: T::IS_OPTION }
}

/// Describes a parameter with constraints, which are those of the field `value` of `P`.
pub fn constrained_parameter<T: Argument, P: JsonSchema>(
    name: &'static str,
    types: &mut Types,
) -> schema::Parameter {
    schema::Parameter { name, ty: types.constrained_input::<T, P>("value"), optional: T::IS_OPTION }
}

/// Demands that the type of a parameter can be passed.
pub const fn passed<T: Argument>() {}

/// Demands that the type of a `#[context]` parameter can be found, where that type is written: what
/// [`Fetch`] makes of one that can not is no error.
pub const fn wanted<T: FromContext>() {}

/// Gathers what the probes of a function found.
pub fn probed<S, O, I>(shape: S, outer: O, inner: I) -> Probed<S, O, I> {
    Probed { shape, outer, inner }
}

/// Describes what the function gives.
pub fn output<S: Answer<Value: Value>, O, I>(_: S, _: O, _: I, types: &mut Types) -> Output {
    S::OUTPUT(types.output::<S::Value>())
}

/// The declared type of the function's refusals.
///
/// # Panics
/// When its `Result` and its stream's items refuse with two types, of which the client could not
/// tell which it has.
pub fn refusal<S, O, I>(_: S, outer: O, inner: I, types: &mut Types) -> Option<Type>
where
    S: Shape,
    O: Failing<S::Outer, Refused: Value, Broken: Failure>,
    I: Failing<S::Inner, Refused: Value, Broken: Failure>,
{
    match (outer.refusal(types), inner.refusal(types)) {
        (Some(outer), Some(inner)) if outer.rust != inner.rust => panic!(
            "a telefunction refuses with `{}` before its stream and with `{}` within it: use one type for both",
            outer.rust, inner.rust,
        ),
        (outer, inner) => outer.or(inner),
    }
}

/// Turns what the function returned into the answer.
pub fn answer<S, O, I>(
    shape: S,
    _: O,
    _: I,
    returned: S::Return,
    call: &Call,
) -> Result<Reply, Stop>
where
    S: Answer<Value: Value>,
    O: Failing<S::Outer, Refused: Value, Broken: Failure>,
    I: Failing<S::Inner, Refused: Value, Broken: Failure>,
{
    shape.answer(O::error, I::error, returned, call).map_err(Stop::Failed)
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
