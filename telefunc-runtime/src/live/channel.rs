//! The server's end of a channel.

mod poll;

use std::any::TypeId;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{self, Poll, ready};

use serde::Serialize;
use telefunc_protocol::{Failure, Issue, Message, RequestId, live};

use super::binding::Binding;
use super::checked::Checked;
use super::client_end::ClientEnd;
use super::errors::{CallError, SendError};
use super::message;
use super::placeholder::Opened;
use super::request::Request;
use crate::answer;
use crate::connection::{Incoming, Port};
use crate::decode::Argument;
use crate::encode;
use crate::error::{Error, Value};
use crate::scope::CloseReason;

/// A message that was taken, the request that it is, if it is one, and where it came.
type Taken<In> = (In, Option<RequestId>, Arc<Port>);

/// Messages in both directions between a telefunction and its client: `In` comes, `Out` goes.
///
/// Either side may also ask: a request of the client's wants an `InReply`, one of the server's gets
/// an `OutReply`. Messages arrive in order, each exactly once, or the channel ends. It is a part of
/// the scope of the call that sends its [`ClientEnd`]; dropping it closes it.
pub struct Channel<In, Out, InReply = (), OutReply = ()> {
    sender: ChannelSender<Out, OutReply>,
    receiver: ChannelReceiver<In, InReply>,
}

/// The half of a [`Channel`] that sends. When all halves are dropped, the channel is closed.
pub struct ChannelSender<Out, OutReply = ()> {
    handle: Arc<Handle>,
    /// What a `Sink` has taken and not sent.
    taken: Option<(Message, Opened)>,
    types: PhantomData<fn(Out) -> OutReply>,
}

/// The half of a [`Channel`] that receives.
pub struct ChannelReceiver<In, InReply = ()> {
    handle: Arc<Handle>,
    checked: Checked<In>,
    types: PhantomData<fn(InReply)>,
}

/// Closes the channel when dropped.
struct Handle(Arc<Binding>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Handle {
    async fn port(&self) -> Option<Arc<Port>> {
        match self.0.now() {
            Some(port) => Some(port),
            None => poll_fn(|task| self.0.poll(task)).await,
        }
    }
}

impl<In, Out, InReply, OutReply> Channel<In, Out, InReply, OutReply>
where
    In: Argument,
    Out: Value,
    InReply: Value,
    OutReply: Argument,
{
    /// A channel and what is to be sent to its client.
    #[must_use = "the channel is closed when either is dropped"]
    #[allow(clippy::new_ret_no_self, reason = "a channel has two ends")]
    pub fn new() -> (Self, ClientEnd<In, Out, InReply, OutReply>) {
        let binding = Arc::new(Binding::default());
        let handle = Arc::new(Handle(Arc::clone(&binding)));
        let sender = ChannelSender { handle: Arc::clone(&handle), taken: None, types: PhantomData };
        let receiver = ChannelReceiver { handle, checked: Checked::new(), types: PhantomData };
        (Self { sender, receiver }, ClientEnd::new(binding))
    }

    /// Sends a message, when the client has room for it.
    ///
    /// # Errors
    /// When the channel is over, or the message can not be sent at all.
    pub async fn send(&self, message: Out) -> Result<(), SendError> {
        self.sender.send(message).await
    }

    /// Sends a message, if the client has room for it now.
    ///
    /// # Errors
    /// As [`send`](Self::send), and [`SendError::Full`].
    pub fn try_send(&self, message: Out) -> Result<(), SendError> {
        self.sender.try_send(message)
    }

    /// Sends a message and waits for its reply. Requests may overlap; dropping the future cancels
    /// the request.
    ///
    /// # Errors
    /// As [`CallError`] says.
    pub async fn request(&self, message: Out) -> Result<OutReply, CallError> {
        self.sender.request(message).await
    }

    /// The next message; `None` when there will be none. A request is answered with `()` where
    /// `InReply` is that, and is refused otherwise: take those with
    /// [`recv_request`](Self::recv_request).
    pub async fn recv(&mut self) -> Option<In> {
        self.receiver.recv().await
    }

    /// The next message that wants a reply; `None` when there will be none. Messages that want none
    /// are dropped.
    pub async fn recv_request(&mut self) -> Option<Request<In, InReply>> {
        self.receiver.recv_request().await
    }

    /// Closes the channel. What was sent before still arrives.
    pub async fn close(&self) {
        self.sender.close().await;
    }

    /// Ends the channel at once; the client sees the value. What was sent and has not left is lost.
    pub fn abort<V: Serialize>(&self, value: V) {
        self.sender.abort(value);
    }

    /// Resolves when the channel is over.
    pub async fn closed(&self) -> CloseReason {
        self.sender.closed().await
    }

    /// The two halves, for two tasks.
    pub fn split(self) -> (ChannelSender<Out, OutReply>, ChannelReceiver<In, InReply>) {
        (self.sender, self.receiver)
    }
}

impl<Out: Value, OutReply: Argument> ChannelSender<Out, OutReply> {
    /// As [`Channel::send`].
    ///
    /// # Errors
    /// As [`Channel::send`].
    pub async fn send(&self, message: Out) -> Result<(), SendError> {
        let port = self.handle.port().await.ok_or(SendError::Closed)?;
        let (message, opened) = message::write(port.cx(), &message)?;
        poll_fn(|task| port.poll_send(task, &message)).await?;
        opened.keep();
        Ok(())
    }

    /// As [`Channel::try_send`].
    ///
    /// # Errors
    /// As [`Channel::try_send`].
    pub fn try_send(&self, message: Out) -> Result<(), SendError> {
        let Some(port) = self.handle.0.now() else {
            return Err(if self.handle.0.is_over() { SendError::Closed } else { SendError::Full });
        };
        let (message, opened) = message::write(port.cx(), &message)?;
        port.try_send(message)?;
        opened.keep();
        Ok(())
    }

    /// As [`Channel::request`].
    ///
    /// # Errors
    /// As [`Channel::request`].
    pub async fn request(&self, message: Out) -> Result<OutReply, CallError> {
        let port = self.handle.port().await.ok_or(CallError::Closed)?;
        let written = message::write(port.cx(), &message);
        let (message, opened) = written.map_err(|error| CallError::unwritten(&error))?;
        ask(&port, message, opened, &Checked::new()).await
    }

    /// As [`Channel::close`].
    pub async fn close(&self) {
        match self.handle.0.now() {
            Some(port) => port.close(),
            None => self.handle.0.close(),
        }
    }

    /// As [`Channel::abort`].
    pub fn abort<V: Serialize>(&self, value: V) {
        let Some(port) = self.handle.0.now() else { return self.handle.0.close() };
        match encode::raw(&value) {
            Ok(value) => {
                let reason = serde_json::from_str(value.get()).map(CloseReason::Aborted);
                let reason = reason.unwrap_or(CloseReason::Finished);
                port.abort(&Failure::Abort { value }, reason);
            }
            Err(error) => {
                let (_, failure) = answer::failure_of(port.cx(), Error::bug(error));
                port.abort(&failure, CloseReason::Finished);
            }
        }
    }

    /// As [`Channel::closed`].
    pub async fn closed(&self) -> CloseReason {
        match poll_fn(|task| self.handle.0.poll(task)).await {
            Some(port) => poll_fn(|task| port.poll_closed(task)).await,
            None => CloseReason::Closed,
        }
    }
}

/// Asks the client.
pub(super) async fn ask<T: Argument>(
    port: &Arc<Port>,
    message: Message,
    opened: Opened,
    checked: &Checked<T>,
) -> Result<T, CallError> {
    let sent = poll_fn(|task| port.poll_request(task, &message)).await?;
    opened.keep();
    drop(message);
    match poll_fn(|task| sent.poll(task)).await {
        Some(Ok(reply)) => checked.read(port.cx(), reply).map_err(CallError::Invalid),
        Some(Err(failure)) => Err(CallError::from_json(&failure)),
        None => Err(CallError::Closed),
    }
}

impl<In: Argument, InReply: Value> ChannelReceiver<In, InReply> {
    /// As [`Channel::recv`].
    pub async fn recv(&mut self) -> Option<In> {
        poll_fn(|task| self.poll_recv(task)).await
    }

    /// As [`Channel::recv_request`].
    pub async fn recv_request(&mut self) -> Option<Request<In, InReply>> {
        loop {
            let (message, request, port) = poll_fn(|task| self.poll_any(task)).await?;
            if let Some(request) = request {
                return Some(Request::new(message, port, request));
            }
        }
    }

    fn poll_recv(&mut self, task: &mut task::Context<'_>) -> Poll<Option<In>> {
        loop {
            let Some((message, request, port)) = ready!(self.poll_any(task)) else {
                return Poll::Ready(None);
            };
            let Some(request) = request else { return Poll::Ready(Some(message)) };
            if TypeId::of::<InReply>() == TypeId::of::<()>() {
                port.reply(request, Ok(Message::json("null")));
                return Poll::Ready(Some(message));
            }
            let why =
                "a request came to a channel that is read with `recv`; read it with `recv_request`";
            let (_, failure) = answer::failure_of(port.cx(), Error::bug(why));
            port.reply(request, Err(failure));
        }
    }

    /// The next valid message, and whether it wants a reply. The client is told of invalid ones.
    fn poll_any(&mut self, task: &mut task::Context<'_>) -> Poll<Option<Taken<In>>> {
        let Some(port) = ready!(self.handle.0.poll(task)) else { return Poll::Ready(None) };
        loop {
            let (request, message) = match ready!(port.poll_incoming(task)) {
                None => return Poll::Ready(None),
                Some(Incoming::Message(message)) => (None, message),
                Some(Incoming::Request(request, message)) => (Some(request), message),
            };
            if message.json.first() == Some(&live::COMPLAINT) {
                continue;
            }
            match (self.checked.read(port.cx(), message), request) {
                (Ok(message), request) => return Poll::Ready(Some((message, request, port))),
                (Err(issues), Some(request)) => {
                    port.reply(request, Err(Failure::Validation { issues }));
                }
                (Err(issues), None) => complain(&port, issues),
            }
        }
    }
}

/// Tells the client that a message of its was dropped. If it does not read, it is not told.
fn complain(port: &Port, issues: Vec<Issue>) {
    let mut json = vec![live::COMPLAINT];
    json.extend(Failure::Validation { issues }.to_json().bytes());
    if let Err(error) = port.try_send(Message::json(json)) {
        tracing::debug!(%error, "a client was not told of an invalid message");
    }
}

impl<Out, OutReply> Clone for ChannelSender<Out, OutReply> {
    fn clone(&self) -> Self {
        Self { handle: Arc::clone(&self.handle), taken: None, types: PhantomData }
    }
}

impl<In, Out, InReply, OutReply> fmt::Debug for Channel<In, Out, InReply, OutReply> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").finish_non_exhaustive()
    }
}

impl<Out, OutReply> fmt::Debug for ChannelSender<Out, OutReply> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelSender").finish_non_exhaustive()
    }
}

impl<In, InReply> fmt::Debug for ChannelReceiver<In, InReply> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelReceiver").finish_non_exhaustive()
    }
}
