//! Tells from a function's type what it returns: a value, a stream, or a `Result` of either.
//!
//! The macro can not see through aliases, so the compiler has to decide. [`Probe`] carries the
//! return type; the traits below each claim one shape of it by autoref specialisation: method
//! look-up tries the receiver with the most references first, so [`OfTryStream`] is asked before
//! [`OfStreamResult`] and so on, and the first whose bounds hold gives the marker that knows how to
//! describe and how to answer. The types are concrete in every expansion, so this is exact.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::marker::PhantomData;

use futures_core::Stream;
use telefunc_schema::{Output, Type, Types};

use crate::call::{Call, Reply};
use crate::error::{Error, Refusal, Value};
use crate::stream;

/// A function of the tuple `Args`.
pub trait Function<Args> {
    /// What it returns; for an async fn the future.
    type Output;
}

macro_rules! function {
    ($($ty:ident)*) => {
        impl<Fun: Fn($($ty),*) -> Out, Out, $($ty),*> Function<($($ty,)*)> for Fun {
            type Output = Out;
        }
    };
}

function!();
function!(A);
function!(A B);
function!(A B C);
function!(A B C D);
function!(A B C D E);
function!(A B C D E F);
function!(A B C D E F G);
function!(A B C D E F G H);
function!(A B C D E F G H I);
function!(A B C D E F G H I J);
function!(A B C D E F G H I J K);
function!(A B C D E F G H I J K L);
function!(A B C D E F G H I J K L M);
function!(A B C D E F G H I J K L M N);
function!(A B C D E F G H I J K L M N O);
function!(A B C D E F G H I J K L M N O P);

/// Carries the return type of a function that is never called for it.
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    /// The probe of a plain function.
    pub fn of<F: Function<Args, Output = T>, Args>(_: F) -> Self {
        Self(PhantomData)
    }

    /// The probe of an async function.
    pub fn of_async<F: Function<Args, Output: Future<Output = T>>, Args>(_: F) -> Self {
        Self(PhantomData)
    }
}

/// A shape of return type.
pub trait Shape: Copy {
    /// The return type.
    type Return;
    /// The error of a `Result` around it; [`Infallible`] without one.
    type Outer;
    /// The error of a stream's items; [`Infallible`] without one.
    type Inner;

    /// Describes it.
    fn describe(self, types: &mut Types) -> Output;

    /// Turns what the function returned into the answer.
    fn answer<O, I>(
        self,
        outer: O,
        inner: I,
        returned: Self::Return,
        call: &Call,
    ) -> Result<Reply, Error>
    where
        O: Failing<Self::Outer>,
        I: Failing<Self::Inner>;

    /// The probe of the outer error.
    fn outer(self) -> ErrorProbe<Self::Outer> {
        ErrorProbe(PhantomData)
    }

    /// The probe of the items' error.
    fn inner(self) -> ErrorProbe<Self::Inner> {
        ErrorProbe(PhantomData)
    }
}

macro_rules! shape {
    ($(#[$docs:meta])* $shape:ident<$($ty:ident),*>: $claim:ident for $level:ty where ($($bounds:tt)*)) => {
        $(#[$docs])*
        pub struct $shape<$($ty),*>(PhantomData<fn() -> ($($ty,)*)>);

        impl<$($ty),*> Clone for $shape<$($ty),*> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<$($ty),*> Copy for $shape<$($ty),*> {}

        /// Claims the shape of the same name.
        pub trait $claim {
            /// The marker of the shape.
            type Shape;

            /// Gives the marker.
            fn shape(&self) -> Self::Shape;
        }

        impl<$($ty),*> $claim for $level where $($bounds)* {
            type Shape = $shape<$($ty),*>;

            fn shape(&self) -> Self::Shape {
                $shape(PhantomData)
            }
        }
    };
}

shape! {
    /// `Result<impl Stream<Item = Result<T, I>>, E>`.
    TryStreamResult<S, T, I, E>: OfTryStreamResult for &&&&&&Probe<Result<S, E>>
    where (S: Stream<Item = Result<T, I>>)
}

shape! {
    /// `Result<impl Stream<Item = T>, E>`.
    StreamResult<S, E>: OfStreamResult for &&&&&Probe<Result<S, E>>
    where (S: Stream)
}

shape! {
    /// `Result<T, E>`.
    ValueResult<T, E>: OfValueResult for &&&&Probe<Result<T, E>>
    where ()
}

shape! {
    /// A plain value.
    Plain<T>: OfPlain for &&&Probe<T>
    where (T: serde::Serialize)
}

shape! {
    /// `impl Stream<Item = Result<T, I>>`.
    TryStream<S, T, I>: OfTryStream for &&Probe<S>
    where (S: Stream<Item = Result<T, I>>)
}

shape! {
    /// `impl Stream<Item = T>`.
    Streaming<S>: OfStream for &Probe<S>
    where (S: Stream)
}

/// Claims what no other shape does, as a plain value: `Value` is then missing, and the compiler
/// says so.
pub trait OfOther {
    /// The marker of the shape.
    type Shape;

    /// Gives the marker.
    fn shape(&self) -> Self::Shape;
}

impl<T> OfOther for Probe<T> {
    type Shape = Plain<T>;

    fn shape(&self) -> Plain<T> {
        Plain(PhantomData)
    }
}

impl<S, T, I, E> Shape for TryStreamResult<S, T, I, E>
where
    S: Stream<Item = Result<T, I>> + Send + 'static,
    T: Value,
    I: 'static,
{
    type Return = Result<S, E>;
    type Outer = E;
    type Inner = I;

    fn describe(self, types: &mut Types) -> Output {
        Output::Stream(types.output::<T>())
    }

    fn answer<O: Failing<E>, N: Failing<I>>(
        self,
        _: O,
        _: N,
        returned: Result<S, E>,
        _: &Call,
    ) -> Result<Reply, Error> {
        let items = returned.map_err(O::error)?;
        Ok(Reply::Stream(stream::fallible(items, N::error)))
    }
}

impl<S: Stream<Item: Value> + Send + 'static, E> Shape for StreamResult<S, E> {
    type Return = Result<S, E>;
    type Outer = E;
    type Inner = Infallible;

    fn describe(self, types: &mut Types) -> Output {
        Output::Stream(types.output::<S::Item>())
    }

    fn answer<O: Failing<E>, N: Failing<Infallible>>(
        self,
        _: O,
        _: N,
        returned: Result<S, E>,
        _: &Call,
    ) -> Result<Reply, Error> {
        Ok(Reply::Stream(stream::infallible(returned.map_err(O::error)?)))
    }
}

impl<T: Value, E> Shape for ValueResult<T, E> {
    type Return = Result<T, E>;
    type Outer = E;
    type Inner = Infallible;

    fn describe(self, types: &mut Types) -> Output {
        Output::Value(types.output::<T>())
    }

    fn answer<O: Failing<E>, N: Failing<Infallible>>(
        self,
        _: O,
        _: N,
        returned: Result<T, E>,
        call: &Call,
    ) -> Result<Reply, Error> {
        call.encode(&returned.map_err(O::error)?)
    }
}

impl<T: Value> Shape for Plain<T> {
    type Return = T;
    type Outer = Infallible;
    type Inner = Infallible;

    fn describe(self, types: &mut Types) -> Output {
        Output::Value(types.output::<T>())
    }

    fn answer<O: Failing<Infallible>, N: Failing<Infallible>>(
        self,
        _: O,
        _: N,
        returned: T,
        call: &Call,
    ) -> Result<Reply, Error> {
        call.encode(&returned)
    }
}

impl<S, T, I> Shape for TryStream<S, T, I>
where
    S: Stream<Item = Result<T, I>> + Send + 'static,
    T: Value,
    I: 'static,
{
    type Return = S;
    type Outer = Infallible;
    type Inner = I;

    fn describe(self, types: &mut Types) -> Output {
        Output::Stream(types.output::<T>())
    }

    fn answer<O: Failing<Infallible>, N: Failing<I>>(
        self,
        _: O,
        _: N,
        returned: S,
        _: &Call,
    ) -> Result<Reply, Error> {
        Ok(Reply::Stream(stream::fallible(returned, N::error)))
    }
}

impl<S: Stream<Item: Value> + Send + 'static> Shape for Streaming<S> {
    type Return = S;
    type Outer = Infallible;
    type Inner = Infallible;

    fn describe(self, types: &mut Types) -> Output {
        Output::Stream(types.output::<S::Item>())
    }

    fn answer<O: Failing<Infallible>, N: Failing<Infallible>>(
        self,
        _: O,
        _: N,
        returned: S,
        _: &Call,
    ) -> Result<Reply, Error> {
        Ok(Reply::Stream(stream::infallible(returned)))
    }
}

/// Carries an error type.
pub struct ErrorProbe<E>(PhantomData<fn() -> E>);

/// How an error type `E` becomes the failure of a call.
pub trait Failing<E>: Copy {
    /// The failure.
    fn error(error: E) -> Error;

    /// The declared type of the refusal, if there is one.
    fn refusal(self, types: &mut Types) -> Option<Type>;
}

macro_rules! failing {
    ($(#[$docs:meta])* $kind:ident: $claim:ident<$($claimed:ident $(: $bound:ident)?)?> for $level:ty, $error:ty where ($($bounds:tt)*) |$e:ident, $types:ident| $to_error:expr, $refusal:expr) => {
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

        impl<$($claimed $(: $bound)?)?> $claim for $level {}

        impl<$($bounds)*> Failing<$error> for $kind {
            fn error($e: $error) -> Error {
                $to_error
            }

            fn refusal(self, $types: &mut Types) -> Option<Type> {
                $refusal
            }
        }
    };
}

failing! {
    /// `Abort<V>` and `#[telefunc::error]` types.
    Refuses: OfRefusal<R: Refusal> for &&&ErrorProbe<R>, R where (R: Refusal)
    |error, types| Error::refusal(error), Some(types.output::<R::Value>())
}

failing! {
    /// `telefunc::Error`, which is either.
    Either: OfEither<> for &&ErrorProbe<Error>, Error where ()
    |error, _types| error, None
}

failing! {
    /// No error at all.
    Never: OfNever<> for &ErrorProbe<Infallible>, Infallible where ()
    |error, _types| match error {}, None
}

failing! {
    /// Every other error: a bug.
    Breaks: OfBug<E> for ErrorProbe<E>, E where (E: Failure)
    |error, _types| Error::bug(error), None
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

/// The traits that claim, for `use`.
pub mod claims {
    pub use super::{
        OfBug, OfEither, OfNever, OfOther, OfPlain, OfRefusal, OfStream, OfStreamResult,
        OfTryStream, OfTryStreamResult, OfValueResult,
    };
}
