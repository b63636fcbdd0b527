//! Fetches the values of parameters for a call.
//!
//! Where a parameter's type does not allow that, the compiler says so at the type (see `glue`). By
//! autoref specialisation, as in `shape`, a stand-in then takes the place of the value, so that the
//! compiler does not say it again.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use crate::call::{Call, Stop};
use crate::decode::Arguments;
use crate::error::Error;
use crate::extract::FromContext;

/// Fetches a `T`: the tuple of the client's arguments, or a `#[context]` parameter.
pub struct Fetch<T>(PhantomData<fn() -> T>);

impl<T> Fetch<T> {
    /// The only one.
    pub const NEW: Self = Self(PhantomData);
}

/// Fetches arguments.
pub trait FetchArguments {
    /// The tuple of them.
    type Values;

    /// Decodes and checks them.
    fn arguments(
        &self,
        call: &mut Call,
        names: &'static [&'static str],
    ) -> Result<Self::Values, Stop>;
}

impl<A: Arguments> FetchArguments for &Fetch<A> {
    type Values = A;

    fn arguments(&self, call: &mut Call, names: &'static [&'static str]) -> Result<A, Stop> {
        call.arguments(names)
    }
}

/// Fetches a `#[context]` parameter.
pub trait FetchContext {
    /// Its type.
    type Value;

    /// Finds it.
    fn context(&self, call: &Call) -> impl Future<Output = Result<Self::Value, Stop>> + Send;
}

impl<T: FromContext> FetchContext for &Fetch<T> {
    type Value = T;

    fn context(&self, call: &Call) -> impl Future<Output = Result<T, Stop>> + Send {
        call.context()
    }
}

/// Stands in for what can not be fetched; no program that compiles has it.
pub trait FetchNothing {
    /// What can not be fetched.
    type Value;

    /// Instead of [`FetchArguments::arguments`].
    fn arguments(&self, _: &mut Call, _: &'static [&'static str]) -> Result<Self::Value, Stop> {
        Err(Stop::Failed(Error::bug("no argument")))
    }

    /// Instead of [`FetchContext::context`].
    fn context(&self, _: &Call) -> Ready<Result<Self::Value, Stop>> {
        ready(Err(Stop::Failed(Error::bug("not in the context"))))
    }
}

impl<T> FetchNothing for Fetch<T> {
    type Value = T;
}

/// The traits that fetch, for `use`.
pub mod claims {
    pub use super::{FetchArguments as _, FetchContext as _, FetchNothing as _};
}
