//! Tells from an error's type what it means: a refusal that the client sees, or a bug.
//!
//! By autoref specialisation, as in `shape`.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::marker::PhantomData;

use telefunc_schema::{Type, Types};

use crate::error::{Abort, Error, Refusal, Value};

/// Carries an error type.
pub struct ErrorProbe<E>(PhantomData<fn() -> E>);

impl<E> ErrorProbe<E> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

/// How an error type `E` becomes the failure of a call. What `E` lacks for that is asked of the
/// associated types and not of the impl, so that the compiler complains of nothing else.
pub trait Failing<E>: Copy {
    /// What is sent of a refusal; nothing of a bug.
    type Refused;
    /// The error, where it is a bug.
    type Broken;

    /// The failure.
    fn error(error: E) -> Error
    where
        Self::Refused: Value,
        Self::Broken: Failure;

    /// The declared type of the refusal, if there is one.
    fn refusal(self, _: &mut Types) -> Option<Type>
    where
        Self::Refused: Value,
    {
        None
    }
}

/// An error that is a bug and not a refusal: every `std::error::Error`, `String`, `anyhow::Error`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can not be the error of a telefunction",
    label = "neither a refusal nor an error",
    note = "put `#[telefunc::error]` on the type for a refusal that the client sees, or implement `std::error::Error` for a bug that it does not"
)]
pub trait Failure: Into<Box<dyn StdError + Send + Sync>> {}

#[diagnostic::do_not_recommend]
impl<E: Into<Box<dyn StdError + Send + Sync>>> Failure for E {}

macro_rules! claims {
    ($($(#[$docs:meta])* $kind:ident: $claim:ident $(<$ty:ident $(: $bound:ident)?>)? for $level:ty;)*) => {
        $(
            $(#[$docs])*
            #[derive(Clone, Copy)]
            pub struct $kind;

            /// Claims the kind of error of the same name.
            pub trait $claim {
                /// Gives the marker.
                fn kind(&self) -> $kind {
                    $kind
                }
            }

            impl$(<$ty $(: $bound)?>)? $claim for $level {}
        )*

        /// The traits that claim, for `use`.
        pub mod claims {
            $(pub use super::$claim as _;)*
        }
    };
}

claims! {
    /// `Abort<V>`.
    Aborts: OfAbort<V> for &&&&ErrorProbe<Abort<V>>;
    /// `#[telefunc::error]` types.
    Refuses: OfRefusal<R: Refusal> for &&&ErrorProbe<R>;
    /// `telefunc::Error`, which is either.
    Either: OfEither for &&ErrorProbe<Error>;
    /// No error at all.
    Never: OfNever for &ErrorProbe<Infallible>;
    /// Every other error: a bug.
    Breaks: OfBug<E> for ErrorProbe<E>;
}

impl<V> Failing<Abort<V>> for Aborts {
    type Refused = V;
    type Broken = Infallible;

    fn error(abort: Abort<V>) -> Error
    where
        V: Value,
    {
        abort.into()
    }

    fn refusal(self, types: &mut Types) -> Option<Type>
    where
        V: Value,
    {
        Some(types.output::<V>())
    }
}

impl<R: Refusal> Failing<R> for Refuses {
    type Refused = R::Value;
    type Broken = Infallible;

    fn error(error: R) -> Error {
        Error::refusal(error)
    }

    fn refusal(self, types: &mut Types) -> Option<Type> {
        Some(types.output::<R::Value>())
    }
}

impl Failing<Error> for Either {
    type Refused = ();
    type Broken = Infallible;

    fn error(error: Error) -> Error {
        error
    }
}

impl Failing<Infallible> for Never {
    type Refused = ();
    type Broken = Infallible;

    fn error(error: Infallible) -> Error {
        match error {}
    }
}

impl<E> Failing<E> for Breaks {
    type Refused = ();
    type Broken = E;

    fn error(error: E) -> Error
    where
        E: Failure,
    {
        Error::bug(error)
    }
}
