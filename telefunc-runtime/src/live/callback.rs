//! Functions of the other side.

mod ours;
mod signature;

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use telefunc_protocol::{ChannelId, Message};
use ts_rs::{TS, TypeVisitor};

use super::channel::ask;
use super::checked::Checked;
use super::errors::CallError;
use super::placeholder::{self, Misplaced, Opened};
use crate::connection::Port;
use crate::context::Context;
use crate::decode::Argument;
use crate::encode::EncodeError;
use crate::error::Error;
use crate::scope::CloseReason;
use ours::Ours;
pub use signature::Signature;
use signature::{Accepts, TryAccepts};

/// A function of the other side, of the signature `F`: `Callback<fn(percent: u8) -> Ack>`.
///
/// As an argument it is the client's, and the server [`call`](Callback::call)s it. As a result it is
/// the server's, [made](Self::new) of a closure, and TypeScript has a function that gives a promise.
/// It is a part of its call's scope. Clones share one function; when the last is dropped, the client
/// forgets it.
///
/// ```
/// use telefunc_runtime::Callback;
///
/// // A closure of the server's can be called by the server too, as in a test.
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let double: Callback<fn(n: u32) -> u32> = Callback::new(|n: u32| async move { n * 2 });
/// assert_eq!(double.call(21).await.unwrap(), 42);
/// # });
/// ```
pub struct Callback<F: Signature>(Kind<F>);

enum Kind<F: Signature> {
    Theirs(Arc<Port>),
    Ours(Arc<Ours<F>>),
}

impl<F: Signature> Callback<F> {
    /// A function for the client to call. Calls may overlap; one that the client gives up is
    /// dropped. Within it, [`Context::current`] is the context of the call that sent it.
    #[must_use]
    pub fn new<C>(closure: C) -> Self
    where
        F: Accepts<C>,
    {
        Self(Kind::Ours(Arc::new(F::accept(closure))))
    }

    /// As [`new`](Self::new), of a closure that may fail: with an `Abort`, whose value the client
    /// sees, or with a bug.
    #[must_use]
    pub fn try_new<C>(closure: C) -> Self
    where
        F: TryAccepts<C>,
    {
        Self(Kind::Ours(Arc::new(F::accept(closure))))
    }

    /// Resolves when the function can no longer be called: its client let go of it, or is gone. A
    /// function of the server's is over with the call within which this is asked.
    pub async fn closed(&self) -> CloseReason {
        match &self.0 {
            Kind::Theirs(port) => poll_fn(|task| port.poll_closed(task)).await,
            Kind::Ours(_) => match Context::try_current() {
                Some(cx) => cx.closed().await,
                None => std::future::pending().await,
            },
        }
    }

    /// A call of the function with these arguments, which are written at once.
    fn prepare(
        &self,
        write: impl FnOnce(&Context) -> Result<(Message, Opened), EncodeError>,
    ) -> Prepared<F> {
        match &self.0 {
            Kind::Theirs(port) => match write(port.cx()) {
                Ok((message, opened)) => Prepared::Theirs(Arc::clone(port), message, opened),
                Err(error) => Prepared::Failed(CallError::unwritten(&error)),
            },
            Kind::Ours(ours) => Prepared::Ours(Arc::clone(ours)),
        }
    }
}

/// A call that is about to be made.
enum Prepared<F: Signature> {
    Theirs(Arc<Port>, Message, Opened),
    Ours(Arc<Ours<F>>),
    Failed(CallError),
}

impl<F: Signature> Prepared<F> {
    async fn call(self, arguments: F::Arguments) -> Result<F::Reply, CallError>
    where
        F::Reply: Argument,
    {
        match self {
            Self::Theirs(port, message, opened) => {
                ask(&port, message, opened, &Checked::new()).await
            }
            Self::Ours(ours) => ours.call(arguments).await.map_err(failed),
            Self::Failed(error) => Err(error),
        }
    }

    fn notify(self, arguments: F::Arguments) -> Result<(), CallError> {
        match self {
            Self::Theirs(port, message, opened) => {
                port.try_send(message)?;
                opened.keep();
                Ok(())
            }
            Self::Ours(ours) => {
                let call = async move { drop(ours.call(arguments).await) };
                if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                    runtime.spawn(call);
                }
                Ok(())
            }
            Self::Failed(error) => Err(error),
        }
    }
}

/// What an error of our own function is to our own caller.
fn failed(error: Error) -> CallError {
    match error.into_refused() {
        Ok(refused) => match refused.value.map(|value| serde_json::from_str(value.get())) {
            Ok(Ok(value)) => CallError::Refused(value),
            _ => CallError::Failed(String::new()),
        },
        Err(error) => CallError::Failed(match Context::try_current() {
            Some(cx) => cx.bugs().failed(cx.function(), error),
            None => error.to_string(),
        }),
    }
}

impl<F: Signature> Clone for Callback<F> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Kind::Theirs(port) => Kind::Theirs(Arc::clone(port)),
            Kind::Ours(ours) => Kind::Ours(Arc::clone(ours)),
        })
    }
}

impl<F: Signature> fmt::Debug for Callback<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").finish_non_exhaustive()
    }
}

impl<F: Signature> Serialize for Callback<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Kind::Ours(ours) = &self.0 else {
            return Err(serde::ser::Error::custom(Misplaced::NotOurs));
        };
        let channel = placeholder::bind(|link, cx| {
            let port = Port::open(link, cx).map_err(Misplaced::Open)?;
            let channel = port.channel();
            let task = ours::serve(Arc::clone(ours), port);
            Ok((channel, Box::new(move || task.abort())))
        });
        serializer.serialize_u64(channel.map_err(serde::ser::Error::custom)?)
    }
}

impl<'de, F: Signature> Deserialize<'de> for Callback<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let channel = ChannelId::deserialize(deserializer)?;
        let port = placeholder::claim(channel).map_err(serde::de::Error::custom)?;
        Ok(Self(Kind::Theirs(port)))
    }
}

impl<F: Signature> TS for Callback<F> {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(config: &ts_rs::Config) -> String {
        let (arguments, reply) = F::names(config);
        format!("Callback<[{}], {reply}>", arguments.join(", "))
    }

    fn inline(config: &ts_rs::Config) -> String {
        Self::name(config)
    }

    fn visit_generics(visitor: &mut impl TypeVisitor)
    where
        Self: 'static,
    {
        F::visit(visitor);
    }
}

impl<F: Signature> JsonSchema for Callback<F> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        F::schema_id().replace(|c: char| !c.is_alphanumeric(), "_").into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("telefunc::Callback<{}>", F::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (parameters, result) = F::schemas(generator);
        schemars::json_schema!({
            "type": "integer",
            "x-telefunc": "callback",
            "x-parameters": parameters,
            "x-result": result,
        })
    }
}
