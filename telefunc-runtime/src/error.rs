//! What a telefunction may fail with: a refusal that the client is told, or a bug that it is not.

use std::any::{Any, TypeId};
use std::error::Error as StdError;
use std::fmt;

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use ts_rs::TS;

use crate::encode;

/// `Result<T, telefunc::Error>`.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of a call: a refusal (from [`Abort`](struct@Abort) or a `#[telefunc::error]` type) or
/// a bug (from any [`std::error::Error`]). `?` makes one of either kind.
///
/// It is deliberately no `std::error::Error` itself: that is what lets `?` accept all others.
pub struct Error(Box<Kind>);

enum Kind {
    Refusal(Refused),
    Bug(Box<dyn StdError + Send + Sync>),
}

/// A refusal on its way to the client.
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) value: std::result::Result<Box<RawValue>, encode::EncodeError>,
}

impl Error {
    /// A bug, told to the log and to `on_bug` and hidden from the client.
    pub fn bug(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Box::new(Kind::Bug(error.into())))
    }

    /// A refusal: the client sees its value.
    pub fn refusal<R: Refusal>(refusal: R) -> Self {
        let (status, value) = refusal.into_parts();
        Self::refused(status, &value)
    }

    fn refused<V: Value>(status: StatusCode, value: &V) -> Self {
        Self(Box::new(Kind::Refusal(Refused { status, value: encode::raw(value) })))
    }

    pub(crate) fn into_refused(
        self,
    ) -> std::result::Result<Refused, Box<dyn StdError + Send + Sync>> {
        match *self.0 {
            Kind::Refusal(refused) => Ok(refused),
            Kind::Bug(error) => Err(error),
        }
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        let declared = inventory::iter::<RefusalEntry>
            .into_iter()
            .find(|entry| (entry.id)() == TypeId::of::<E>());
        match declared {
            Some(entry) => (entry.refuse)(Box::new(error)),
            None => Self::bug(error),
        }
    }
}

/// A refusal that is a [`std::error::Error`] too, and so is not told from a bug by its type:
/// `#[telefunc::error]` enters it here.
#[doc(hidden)]
#[derive(Debug)]
pub struct RefusalEntry {
    id: fn() -> TypeId,
    refuse: fn(Box<dyn Any>) -> Error,
}

inventory::collect!(RefusalEntry);

impl RefusalEntry {
    /// The entry of `R`.
    #[must_use]
    pub const fn of<R: Refusal + 'static>() -> Self {
        Self {
            id: TypeId::of::<R>,
            refuse: |error| match error.downcast::<R>() {
                Ok(refusal) => Error::refusal(*refusal),
                Err(_) => unreachable!("the entry was found by the type's id"),
            },
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Refusal(refused) => {
                let value = refused.value.as_ref().map(|value| value.get());
                f.debug_tuple("Refusal").field(&refused.status).field(&value).finish()
            }
            Kind::Bug(error) => f.debug_tuple("Bug").field(error).finish(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Refusal(refused) => write!(f, "refused with status {}", refused.status),
            Kind::Bug(error) => error.fmt(f),
        }
    }
}

/// A refusal that the client sees: it rejects with `Abort`, whose `.value` is this value.
///
/// Built by calling it, `Abort(value)`; answered with status 403 unless [`status`](Self::status)
/// says otherwise. `Abort(())` is a plain "no".
///
/// In a function that returns it, `?` takes every [`std::error::Error`] too, which is then a bug, and
/// every `#[telefunc::error]` type, which is a refusal of its own.
///
/// ```
/// use telefunc_runtime::Abort;
/// let abort = Abort("not yours").status(http::StatusCode::NOT_FOUND);
/// assert_eq!(*abort.value(), "not yours");
/// ```
#[derive(Debug)]
pub struct Abort<V = ()> {
    outcome: Outcome<V>,
}

#[derive(Debug)]
enum Outcome<V> {
    Refused { value: V, status: StatusCode },
    Other(Error),
}

/// Makes an [`Abort`](struct@Abort) with status 403.
#[allow(non_snake_case, reason = "a refusal is written as if `Abort` were a tuple struct")]
pub const fn Abort<V>(value: V) -> Abort<V> {
    Abort { outcome: Outcome::Refused { value, status: StatusCode::FORBIDDEN } }
}

impl<V> Abort<V> {
    /// Answers with this status instead of 403.
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        match self.outcome {
            Outcome::Refused { value, .. } => Self { outcome: Outcome::Refused { value, status } },
            Outcome::Other(_) => self,
        }
    }

    /// What the client will see.
    ///
    /// # Panics
    /// When it was not made by calling `Abort`, but by `?` from another error: see
    /// [`try_value`](Self::try_value).
    #[track_caller]
    pub fn value(&self) -> &V {
        match &self.outcome {
            Outcome::Refused { value, .. } => value,
            Outcome::Other(error) => panic!("this `Abort` came from another error: {error}"),
        }
    }

    /// What the client will see, or the other error that it came from.
    ///
    /// # Errors
    /// The error that `?` made it from.
    pub fn try_value(self) -> std::result::Result<V, Error> {
        match self.outcome {
            Outcome::Refused { value, .. } => Ok(value),
            Outcome::Other(error) => Err(error),
        }
    }
}

impl<V> From<Error> for Abort<V> {
    fn from(error: Error) -> Self {
        Self { outcome: Outcome::Other(error) }
    }
}

impl<V, E: StdError + Send + Sync + 'static> From<E> for Abort<V> {
    fn from(error: E) -> Self {
        Self { outcome: Outcome::Other(error.into()) }
    }
}

impl<V: Value> From<Abort<V>> for Error {
    fn from(abort: Abort<V>) -> Self {
        match abort.outcome {
            Outcome::Refused { value, status } => Self::refused(status, &value),
            Outcome::Other(error) => error,
        }
    }
}

/// A type whose values refuse a call, with a declared TypeScript type: what `#[telefunc::error]` is
/// put on.
pub trait Refusal: Sized {
    /// What the client sees as `error.value`.
    type Value: Value;

    /// The status of the answer, and the value.
    fn into_parts(self) -> (StatusCode, Self::Value);
}

/// What travels to a client: `#[telefunc::data]` types and those of the standard library.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can not be sent to a client",
    label = "not a value that TypeScript could receive",
    note = "put `#[telefunc::data]` on the type, or derive serde's `Serialize`, `ts_rs::TS` and `schemars::JsonSchema`"
)]
pub trait Value: Serialize + TS + JsonSchema + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + TS + JsonSchema + Send + 'static> Value for T {}

/// A bug: an error or a panic of a telefunction that its client is told nothing of but the id.
#[derive(Debug)]
pub struct Bug {
    pub(crate) id: String,
    pub(crate) function: String,
    pub(crate) error: Box<dyn StdError + Send + Sync>,
    pub(crate) panicked: bool,
}

impl Bug {
    /// What the client sees as `ServerError.id`, and what the log line carries.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key of the function: `todos.onNewTodo`.
    #[must_use]
    pub fn function(&self) -> &str {
        &self.function
    }

    /// What went wrong.
    #[must_use]
    pub fn error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.error
    }

    /// Whether it was a panic.
    #[must_use]
    pub fn panicked(&self) -> bool {
        self.panicked
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.panicked { "panicked" } else { "failed" };
        write!(f, "{} {verb} (bug {}): {}", self.function, self.id, self.error)?;
        let mut source = self.error.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
