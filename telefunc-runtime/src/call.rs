//! One call: what arrived, the pipeline it runs through, and what comes out.
//!
//! ```text
//!   request ─► route ─► body ─► context ─► decode ─► validate ─► invoke ─► encode ─► answer
//!              service  read    providers  decode    validate    shape     encode    answer
//! ```
//!
//! The middle (context to encode) is the [`Handler`] that the macro writes, since only it knows
//! the types; this file holds what it calls, and runs it within the call's context, time limit and
//! panic guard.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;

use bytes::Bytes;
use telefunc_protocol::{Issue, Message};
use tokio::time::{Sleep, sleep};

use crate::context::Context;
use crate::decode::{self, Arguments};
use crate::error::{Error, Value};
use crate::extract::FromContext;
use crate::live::placeholder;
use crate::output::Output;
use crate::stream::Source;
use crate::unwind::{Panic, catch};
use crate::value::parts;

/// The runtime's part of a registered function.
#[derive(Debug)]
pub struct Handler {
    /// Runs a call.
    pub invoke: fn(Call) -> Invocation,
    /// `timeout` of the attribute.
    pub timeout: Option<Duration>,
    /// `max_body` of the attribute.
    pub max_body: Option<usize>,
}

/// A call that runs.
pub type Invocation = Pin<Box<dyn Future<Output = Result<Reply, Stop>> + Send>>;

/// A call on its way into its function.
pub struct Call {
    cx: Context,
    message: Message,
}

/// What a function gave, encoded or ready to be pulled.
pub enum Reply {
    /// One value.
    Value(Encoded),
    /// A stream of values.
    Stream(Source),
}

/// One value as JSON, with the raw bytes it mentions.
#[derive(Debug)]
pub struct Encoded {
    pub(crate) json: Vec<u8>,
    pub(crate) parts: Vec<Bytes>,
}

/// Why there is no reply.
pub enum Stop {
    /// The arguments are not JSON, or of the wrong types.
    Undecodable(serde_json::Error, Message),
    /// The arguments break a constraint.
    Invalid(Vec<Issue>),
    /// The function, or its context, failed.
    Failed(Error),
    /// The function panicked.
    Panicked(Panic),
    /// The function took too long.
    TimedOut(Duration),
}

impl Call {
    pub(crate) fn new(cx: Context, message: Message) -> Self {
        Self { cx, message }
    }

    /// A `#[context]` parameter.
    // No `async fn`: that its future is `Send` must be said here, where it holds for any lifetime;
    // the compiler can not always find it out again inside the macro's future (rust-lang/rust#110338).
    #[allow(clippy::manual_async_fn)]
    pub fn context<T: FromContext>(&self) -> impl Future<Output = Result<T, Stop>> + Send + '_ {
        async { T::from_context(&self.cx).await.map_err(|error| Stop::Failed(error.into())) }
    }

    /// The parameters that the client passed, decoded and checked.
    pub fn arguments<A: Arguments>(&mut self, names: &'static [&'static str]) -> Result<A, Stop> {
        let Message { json, parts } = std::mem::take(&mut self.message);
        let read = || {
            if parts.is_empty() {
                decode::from_json(names, &json)
            } else {
                parts::provide(parts, || decode::from_json(names, &json))
            }
        };
        let decoded = match self.cx.link() {
            Some(_) => placeholder::provide(&self.cx, read),
            None => read(),
        };
        let arguments = decoded.map_err(|error| {
            Stop::Undecodable(error, Message { json: json.clone(), parts: Vec::new() })
        })?;
        match self.cx.route().check(&json, self.cx.headers()) {
            issues if issues.is_empty() => Ok(arguments),
            issues => Err(Stop::Invalid(issues)),
        }
    }

    /// Encodes a result.
    pub(crate) fn encode<T: Value>(&self, value: &T) -> Result<Reply, Error> {
        let mut json = Vec::with_capacity(128);
        let parts = Output::of(&self.cx).append(&mut json, value).map_err(Error::bug)?;
        Ok(Reply::Value(Encoded { json, parts }))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Runs a call in its context, up to `limit`.
pub(crate) async fn run(
    handler: &Handler,
    call: Call,
    limit: Option<Duration>,
) -> Result<Reply, Stop> {
    let cx = call.cx.clone();
    let work = match cx.within(|| catch(|| (handler.invoke)(call))) {
        Ok(work) => work,
        Err(panic) => return Err(Stop::Panicked(panic)),
    };
    Running { work, cx, limit, timer: None }.await
}

struct Running {
    work: Invocation,
    cx: Context,
    limit: Option<Duration>,
    /// Set when the call is first found to wait: most calls never do.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Future for Running {
    type Output = Result<Reply, Stop>;

    fn poll(mut self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Self::Output> {
        let Self { work, cx, limit, timer } = &mut *self;
        match cx.within(|| catch(|| work.as_mut().poll(task))) {
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(outcome)) => return Poll::Ready(outcome),
            Err(panic) => return Poll::Ready(Err(Stop::Panicked(panic))),
        }
        let Some(limit) = *limit else { return Poll::Pending };
        let timer = timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        timer.as_mut().poll(task).map(|()| Err(Stop::TimedOut(limit)))
    }
}
