//! What a callback may look like: `fn(A, B) -> R`, of up to eight parameters.

use std::future::Future;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use ts_rs::{TS, TypeVisitor};

use super::ours::Ours;
use super::{CallError, Callback};
use crate::decode::Argument;
use crate::error::{Error, Value};
use crate::live::checked::{CheckedArguments, input};
use crate::live::{message, visit};

/// The type of a function, written `fn(A, B) -> R`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no signature of a callback",
    label = "not a function of values",
    note = "write `Callback<fn(percent: u8) -> Ack>`, with up to eight parameters of types that travel"
)]
pub trait Signature: Sized + 'static {
    /// The parameters, as a tuple.
    type Arguments: Send + 'static;
    /// What it gives.
    type Reply: Send + 'static;

    /// What TypeScript calls the parameters and the result.
    #[doc(hidden)]
    fn names(config: &ts_rs::Config) -> (Vec<String>, String);

    /// Shows every type of it.
    #[doc(hidden)]
    fn visit(visitor: &mut impl TypeVisitor);

    /// The schemas of the parameters and of the result.
    #[doc(hidden)]
    fn schemas(generator: &mut SchemaGenerator) -> (Vec<Schema>, Schema);

    /// A name for it.
    #[doc(hidden)]
    fn schema_id() -> String;
}

/// A signature that the closure `C` has.
#[diagnostic::on_unimplemented(
    message = "the closure is none of signature `{Self}`",
    label = "of another signature",
    note = "write `Callback::new(|percent: u8| async move {{ … }})`, with the types written out; for an `async` block of a `Result` use `Callback::try_new`"
)]
pub trait Accepts<C>: Signature {
    /// Makes a function of it.
    #[doc(hidden)]
    fn accept(closure: C) -> Ours<Self>;
}

/// A signature that the closure `C` has, but for that it may fail.
#[diagnostic::on_unimplemented(
    message = "the closure is none of signature `{Self}` that may fail",
    label = "of another signature",
    note = "write `Callback::try_new(|percent: u8| async move {{ …; Ok::<_, telefunc::Error>(value) }})`, with the types written out"
)]
pub trait TryAccepts<C>: Signature {
    /// Makes a function of it.
    #[doc(hidden)]
    fn accept(closure: C) -> Ours<Self>;
}

macro_rules! signature {
    ($($ty:ident $name:ident),*; $list:expr) => {
        impl<$($ty,)* Reply> Signature for fn($($ty),*) -> Reply
        where
            $($ty: TS + JsonSchema + Send + 'static,)*
            Reply: TS + JsonSchema + Send + 'static,
        {
            type Arguments = ($($ty,)*);
            type Reply = Reply;

            fn names(config: &ts_rs::Config) -> (Vec<String>, String) {
                let _ = config;
                (vec![$($ty::name(config)),*], Reply::name(config))
            }

            fn visit(visitor: &mut impl TypeVisitor) {
                $(visit::<$ty>(visitor);)*
                visit::<Reply>(visitor);
            }

            fn schemas(generator: &mut SchemaGenerator) -> (Vec<Schema>, Schema) {
                let parameters = vec![$(generator.subschema_for::<$ty>()),*];
                (parameters, generator.subschema_for::<Reply>())
            }

            fn schema_id() -> String {
                let parameters: &[String] = &[$($ty::schema_id().into_owned()),*];
                format!("fn({}) -> {}", parameters.join(", "), Reply::schema_id())
            }
        }

        impl<Closure, Made, $($ty,)* Reply> Accepts<Closure> for fn($($ty),*) -> Reply
        where
            Closure: Fn($($ty),*) -> Made + Send + Sync + 'static,
            Made: Future<Output = Reply> + Send + 'static,
            $($ty: Argument,)*
            Reply: Value,
        {
            fn accept(closure: Closure) -> Ours<Self> {
                let checked = CheckedArguments::new(|_types| vec![$(input::<$ty>(_types)),*]);
                Ours::new(checked, move |($($name,)*)| {
                    let made = closure($($name),*);
                    Box::pin(async move { Ok(made.await) })
                })
            }
        }

        impl<Closure, Made, Failed, $($ty,)* Reply> TryAccepts<Closure> for fn($($ty),*) -> Reply
        where
            Closure: Fn($($ty),*) -> Made + Send + Sync + 'static,
            Made: Future<Output = Result<Reply, Failed>> + Send + 'static,
            Failed: Into<Error> + 'static,
            $($ty: Argument,)*
            Reply: Value,
        {
            fn accept(closure: Closure) -> Ours<Self> {
                let checked = CheckedArguments::new(|_types| vec![$(input::<$ty>(_types)),*]);
                Ours::new(checked, move |($($name,)*)| {
                    let made = closure($($name),*);
                    Box::pin(async move { made.await.map_err(Into::into) })
                })
            }
        }

        impl<$($ty: Value,)* Reply: Argument> Callback<fn($($ty),*) -> Reply> {
            /// Calls the function and waits for its result. Calls may overlap; dropping the future
            /// cancels the call at the other side.
            ///
            /// # Errors
            /// As [`CallError`] says. Once the other side is gone, at once [`CallError::Closed`].
            #[allow(clippy::too_many_arguments, reason = "as many as the function has")]
            pub fn call(
                &self,
                $($name: $ty),*
            ) -> impl Future<Output = Result<Reply, CallError>> + Send + use<$($ty,)* Reply> {
                let prepared = self.prepare(|cx| message::write(cx, &$list));
                prepared.call(($($name,)*))
            }

            /// Calls the function without waiting for it, and without a result.
            ///
            /// # Errors
            /// [`CallError::Full`] when the other side does not keep up, and others that can be
            /// known at once.
            #[allow(clippy::too_many_arguments, reason = "as many as the function has")]
            pub fn notify(&self, $($name: $ty),*) -> Result<(), CallError> {
                let prepared = self.prepare(|cx| message::write(cx, &$list));
                prepared.notify(($($name,)*))
            }
        }
    };
}

signature!(; [(); 0]);
signature!(A a; (&a,));
signature!(A a, B b; (&a, &b));
signature!(A a, B b, C c; (&a, &b, &c));
signature!(A a, B b, C c, D d; (&a, &b, &c, &d));
signature!(A a, B b, C c, D d, E e; (&a, &b, &c, &d, &e));
signature!(A a, B b, C c, D d, E e, F f; (&a, &b, &c, &d, &e, &f));
signature!(A a, B b, C c, D d, E e, F f, G g; (&a, &b, &c, &d, &e, &f, &g));
signature!(A a, B b, C c, D d, E e, F f, G g, H h; (&a, &b, &c, &d, &e, &f, &g, &h));
