//! A message of the client's that wants a reply.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::sync::Arc;

use telefunc_protocol::{Failure, Message, RequestId};

use super::message;
use crate::answer;
use crate::connection::Port;
use crate::error::{Error, Value};

/// A message that wants a reply of type `Reply`. Dropping it without one tells the client that the
/// server failed, and is a bug.
pub struct Request<In, Reply> {
    message: In,
    owed: Owed,
    reply: PhantomData<fn(Reply)>,
}

/// A reply that is owed.
struct Owed {
    port: Arc<Port>,
    /// `None` once it is replied to.
    request: Option<RequestId>,
}

impl<In, Reply> Request<In, Reply> {
    pub(super) fn new(message: In, port: Arc<Port>, request: RequestId) -> Self {
        Self { message, owed: Owed { port, request: Some(request) }, reply: PhantomData }
    }

    /// What the client says.
    pub fn message(&self) -> &In {
        &self.message
    }

    /// Resolves when the client no longer wants the reply; one must be given all the same, or the
    /// request dropped.
    pub async fn cancelled(&self) {
        if let Some(request) = self.owed.request {
            poll_fn(|task| self.owed.port.poll_cancelled(task, request)).await;
        }
    }

    /// Replies.
    pub fn reply(self, value: Reply)
    where
        Reply: Value,
    {
        let mut owed = self.owed;
        let cx = owed.port.cx();
        match message::write(cx, &value) {
            Ok((message, opened)) => {
                opened.keep();
                owed.settle(Ok(message));
            }
            Err(error) => {
                let (_, failure) = answer::failure_of(cx, Error::bug(error));
                owed.settle(Err(failure));
            }
        }
    }

    /// Refuses: the client sees an `Abort` with the value.
    pub fn refuse(self, refusal: impl Into<Error>) {
        let mut owed = self.owed;
        let (_, failure) = answer::failure_of(owed.port.cx(), refusal.into());
        owed.settle(Err(failure));
    }
}

impl Owed {
    fn settle(&mut self, reply: Result<Message, Failure>) {
        if let Some(request) = self.request.take() {
            self.port.reply(request, reply);
        }
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        let Some(request) = self.request else { return };
        let is_wanted = !self.port.is_cancelled(request);
        let failure = match is_wanted {
            true => {
                answer::failure_of(
                    self.port.cx(),
                    Error::bug("a request was dropped without a reply"),
                )
                .1
            }
            false => super::unwanted(),
        };
        self.settle(Err(failure));
    }
}

impl<In: fmt::Debug, Reply> fmt::Debug for Request<In, Reply> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("message", &self.message).finish_non_exhaustive()
    }
}
