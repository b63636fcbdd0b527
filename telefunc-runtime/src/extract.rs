//! What may stand behind `#[context]`: values that the server finds for itself.

use std::any::type_name;
use std::convert::Infallible;
use std::future::Future;
use std::ops::{Deref, DerefMut};

use crate::context::Context;
use crate::error::Error;

/// A value that a telefunction takes from its context and not from its client.
///
/// ```
/// use telefunc_runtime::{Abort, Context, FromContext};
///
/// #[derive(Clone)]
/// struct User { name: String }
///
/// impl FromContext for User {
///     type Error = Abort<&'static str>;
///
///     async fn from_context(cx: &Context) -> Result<Self, Self::Error> {
///         cx.get::<User>().ok_or(Abort("please log in"))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can not be taken from the context of a call",
    label = "`FromContext` is not implemented for it",
    note = "use `Context`, `State<T>` for a value of `Telefunc::state`, `Extension<T>` for one of `Telefunc::context` or a middleware, or implement `telefunc::FromContext`"
)]
pub trait FromContext: Sized {
    /// Why there is no such value: an `Abort` refuses the call.
    type Error: Into<Error>;

    /// Finds the value; it may wait, for instance for a database.
    fn from_context(cx: &Context) -> impl Future<Output = Result<Self, Self::Error>> + Send;
}

impl FromContext for Context {
    type Error = Infallible;

    async fn from_context(cx: &Context) -> Result<Self, Infallible> {
        Ok(cx.clone())
    }
}

/// A value of [`Telefunc::state`](crate::Telefunc::state).
#[derive(Clone, Copy, Debug, Default)]
pub struct State<T>(pub T);

/// A value of the request's extensions: what [`Telefunc::context`](crate::Telefunc::context) or a
/// middleware put there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extension<T>(pub T);

impl<T: Clone + Send + Sync + 'static> FromContext for State<T> {
    type Error = Missing;

    async fn from_context(cx: &Context) -> Result<Self, Missing> {
        cx.state().map(Self).ok_or(Missing { ty: type_name::<T>(), give: "Telefunc::state" })
    }
}

impl<T: Clone + Send + Sync + 'static> FromContext for Extension<T> {
    type Error = Missing;

    async fn from_context(cx: &Context) -> Result<Self, Missing> {
        let give = "Telefunc::context, or from a middleware";
        cx.get().map(Self).ok_or(Missing { ty: type_name::<T>(), give })
    }
}

impl<T: FromContext> FromContext for Option<T> {
    type Error = Infallible;

    async fn from_context(cx: &Context) -> Result<Self, Infallible> {
        Ok(T::from_context(cx).await.ok())
    }
}

macro_rules! deref {
    ($name:ident) => {
        impl<T> Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }
    };
}

deref!(State);
deref!(Extension);

/// No value of this type was given to the server: a bug of the server's set-up.
#[derive(Clone, Debug)]
pub struct Missing {
    ty: &'static str,
    give: &'static str,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "a function wants a `{}` from its context, and none was given: pass one to {}",
            self.ty, self.give
        )
    }
}

impl std::error::Error for Missing {}
