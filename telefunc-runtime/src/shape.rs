//! Tells from a function's type what it returns: a value, a stream, or a `Result` of either.
//!
//! The macro can not see through aliases, so the compiler has to decide. [`Probe`] carries the
//! return type; the traits below each claim one shape of it by autoref specialisation: method
//! look-up tries the receiver with the most references first, so [`OfTryStream`] is asked before
//! [`OfStreamResult`] and so on, and the first whose bounds hold gives the marker that knows how to
//! describe and how to answer. The types are concrete in every expansion, so this is exact.

use std::convert::Infallible;
use std::marker::PhantomData;

use futures_core::Stream;
use telefunc_schema::{Output, Type};

use crate::call::{Call, Reply};
use crate::error::{Error, Value};
use crate::failing::ErrorProbe;
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
    /// What is sent of it.
    type Value;
    /// The error of a `Result` around it; [`Infallible`] without one.
    type Outer;
    /// The error of a stream's items; [`Infallible`] without one.
    type Inner;
    /// Whether one is sent, or a stream of them.
    const OUTPUT: fn(Type) -> Output;

    /// The probe of the outer error.
    fn outer(self) -> ErrorProbe<Self::Outer> {
        ErrorProbe::new()
    }

    /// The probe of the items' error.
    fn inner(self) -> ErrorProbe<Self::Inner> {
        ErrorProbe::new()
    }
}

/// A shape that can be answered with. What is wrong with the return type is only met here, and so
/// reported once, where the function is known to have a shape.
pub trait Answer: Shape {
    /// Turns what the function returned into the answer; `outer` and `inner` say what its errors
    /// mean.
    fn answer(
        self,
        outer: fn(Self::Outer) -> Error,
        inner: fn(Self::Inner) -> Error,
        returned: Self::Return,
        call: &Call,
    ) -> Result<Reply, Error>
    where
        Self::Value: Value;
}

/// What the probes of one function found.
#[derive(Clone, Copy)]
pub struct Probed<S, O, I> {
    /// The [`Shape`] of what it returns.
    pub shape: S,
    /// How the outer error fails the call, which is [`Failing`](crate::failing::Failing).
    pub outer: O,
    /// How the error of the items is.
    pub inner: I,
}

macro_rules! shape {
    ($(#[$docs:meta])* $shape:ident<$($ty:ident),*>: $claim:ident for $level:ty where ($($bounds:tt)*) if ($($claims:tt)*)
        => $return:ty, $output:ident $value:ty, $outer:ty, $inner:ty) => {
        $(#[$docs])*
        pub struct $shape<$($ty),*>(PhantomData<fn() -> ($($ty,)*)>);

        impl<$($ty),*> Clone for $shape<$($ty),*> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<$($ty),*> Copy for $shape<$($ty),*> {}

        impl<$($ty),*> Shape for $shape<$($ty),*> where $($bounds)* {
            type Return = $return;
            type Value = $value;
            type Outer = $outer;
            type Inner = $inner;
            const OUTPUT: fn(Type) -> Output = Output::$output;
        }

        /// Claims the shape of the same name.
        pub trait $claim {
            /// The marker of the shape.
            type Shape;

            /// Gives the marker.
            fn shape(&self) -> Self::Shape;
        }

        impl<$($ty),*> $claim for $level where $($bounds)* $($claims)* {
            type Shape = $shape<$($ty),*>;

            fn shape(&self) -> Self::Shape {
                $shape(PhantomData)
            }
        }
    };
}

shape! {
    /// `Result<impl Stream<Item = Result<T, I>>, E>`.
    TryStreamResult<S, T, I, E>: OfTryStreamResult for &&&&&&Probe<Result<S, E>> where (S: Stream<Item = Result<T, I>>) if ()
    => Result<S, E>, Stream T, E, I
}

shape! {
    /// `Result<impl Stream<Item = T>, E>`.
    StreamResult<S, E>: OfStreamResult for &&&&&Probe<Result<S, E>> where (S: Stream) if ()
    => Result<S, E>, Stream S::Item, E, Infallible
}

shape! {
    /// `Result<T, E>`.
    ValueResult<T, E>: OfValueResult for &&&&Probe<Result<T, E>> where () if ()
    => Result<T, E>, Value T, E, Infallible
}

shape! {
    /// A plain value.
    Plain<T>: OfPlain for &&&Probe<T> where () if (T: serde::Serialize)
    => T, Value T, Infallible, Infallible
}

shape! {
    /// `impl Stream<Item = Result<T, I>>`.
    TryStream<S, T, I>: OfTryStream for &&Probe<S> where (S: Stream<Item = Result<T, I>>) if ()
    => S, Stream T, Infallible, I
}

shape! {
    /// `impl Stream<Item = T>`.
    Streaming<S>: OfStream for &Probe<S> where (S: Stream) if ()
    => S, Stream S::Item, Infallible, Infallible
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

impl<S, T, I, E> Answer for TryStreamResult<S, T, I, E>
where
    S: Stream<Item = Result<T, I>> + Send + 'static,
    I: 'static,
{
    fn answer(
        self,
        outer: fn(E) -> Error,
        inner: fn(I) -> Error,
        returned: Result<S, E>,
        _: &Call,
    ) -> Result<Reply, Error>
    where
        T: Value,
    {
        Ok(Reply::Stream(stream::fallible(returned.map_err(outer)?, inner)))
    }
}

impl<S: Stream + Send + 'static, E> Answer for StreamResult<S, E> {
    fn answer(
        self,
        outer: fn(E) -> Error,
        _: Never,
        returned: Result<S, E>,
        _: &Call,
    ) -> Result<Reply, Error>
    where
        S::Item: Value,
    {
        Ok(Reply::Stream(stream::infallible(returned.map_err(outer)?)))
    }
}

impl<T, E> Answer for ValueResult<T, E> {
    fn answer(
        self,
        outer: fn(E) -> Error,
        _: Never,
        returned: Result<T, E>,
        call: &Call,
    ) -> Result<Reply, Error>
    where
        T: Value,
    {
        call.encode(&returned.map_err(outer)?)
    }
}

impl<T> Answer for Plain<T> {
    fn answer(self, _: Never, _: Never, returned: T, call: &Call) -> Result<Reply, Error>
    where
        T: Value,
    {
        call.encode(&returned)
    }
}

impl<S, T, I> Answer for TryStream<S, T, I>
where
    S: Stream<Item = Result<T, I>> + Send + 'static,
    I: 'static,
{
    fn answer(self, _: Never, inner: fn(I) -> Error, returned: S, _: &Call) -> Result<Reply, Error>
    where
        T: Value,
    {
        Ok(Reply::Stream(stream::fallible(returned, inner)))
    }
}

impl<S: Stream + Send + 'static> Answer for Streaming<S> {
    fn answer(self, _: Never, _: Never, returned: S, _: &Call) -> Result<Reply, Error>
    where
        S::Item: Value,
    {
        Ok(Reply::Stream(stream::infallible(returned)))
    }
}

/// What the error means that there never is.
type Never = fn(Infallible) -> Error;

/// The traits that claim, for `use`.
pub mod claims {
    pub use super::{
        OfOther as _, OfPlain as _, OfStream as _, OfStreamResult as _, OfTryStream as _,
        OfTryStreamResult as _, OfValueResult as _,
    };
}
