//! One channel of a link as the live values see it: untyped, of one call's scope, closed when dropped.

use std::sync::Arc;
use std::task::{self, Poll};

use bytes::Bytes;
use telefunc_protocol::connection::SendError;
use telefunc_protocol::{ChannelId, Failure, Message, RequestId};

use super::link::{Claim, Link};
use super::slot::Asked;
pub(crate) use super::slot::Incoming;
use crate::context::Context;
use crate::scope::CloseReason;

/// A channel with its call's context. Dropping it closes the channel, after what was sent on it.
pub(crate) struct Port {
    link: Arc<Link>,
    channel: ChannelId,
    cx: Context,
}

/// Why something was not sent.
pub(crate) use telefunc_protocol::connection::SendError as Refused;

/// A request that was sent. Dropping it before the reply came cancels it.
pub(crate) struct Sent {
    port: Arc<Port>,
    request: RequestId,
}

impl Port {
    /// Opens a channel.
    pub(crate) fn open(link: &Arc<Link>, cx: &Context) -> Result<Self, SendError> {
        let channel = link.open(cx.scope().open_visible())?;
        Ok(Self::attached(link, channel, cx))
    }

    /// Makes a channel ours that the client has opened or is about to open.
    pub(crate) fn claim(link: &Arc<Link>, channel: ChannelId, cx: &Context) -> Result<Self, Claim> {
        link.claim(channel, cx.scope().open_visible())?;
        Ok(Self::attached(link, channel, cx))
    }

    fn attached(link: &Arc<Link>, channel: ChannelId, cx: &Context) -> Self {
        let port = Self { link: Arc::clone(link), channel, cx: cx.clone() };
        cx.scope().watch_channel(link, channel);
        port
    }

    pub(crate) fn channel(&self) -> ChannelId {
        self.channel
    }

    pub(crate) fn cx(&self) -> &Context {
        &self.cx
    }

    /// Whether it is a channel of this connection.
    pub(crate) fn is_of(&self, link: &Arc<Link>) -> bool {
        Arc::ptr_eq(&self.link, link)
    }

    /// Whether the peer no longer wants a reply to this request.
    pub(crate) fn is_cancelled(&self, request: RequestId) -> bool {
        let core = self.link.core();
        let slot = core.slots.get(&self.channel);
        slot.is_none_or(|slot| slot.end.is_some() || slot.cancelled.contains(&request))
    }

    /// The client has ended the channel, which nobody but the runtime looked at.
    pub(crate) fn left_by_client(&self) {
        let mut core = self.link.core();
        let slot = core.slots.get_mut(&self.channel);
        let left = slot.and_then(|slot| Some((slot.part.take()?, slot.end.clone()?)));
        drop(core);
        if let Some((part, reason)) = left {
            part.ended_by_client(reason, true);
        }
    }

    /// Sends a message, if there is room.
    pub(crate) fn try_send(&self, message: Message) -> Result<(), SendError> {
        self.link.work(|core, _| core.connection.send(self.channel, message))
    }

    /// Sends a message when there is room.
    pub(crate) fn poll_send(
        &self,
        task: &mut task::Context<'_>,
        message: &Message,
    ) -> Poll<Result<(), SendError>> {
        self.poll_room(task, |connection| connection.send(self.channel, message.clone()))
    }

    /// Sends a request when there is room for it and not too many are without a reply.
    pub(crate) fn poll_request(
        self: &Arc<Self>,
        task: &mut task::Context<'_>,
        message: &Message,
    ) -> Poll<Result<Sent, SendError>> {
        let request =
            task::ready!(self.poll_room(task, |connection| {
                connection.request(self.channel, message.clone())
            }));
        Poll::Ready(request.map(|request| Sent { port: Arc::clone(self), request }))
    }

    fn poll_room<R: Asking>(
        &self,
        task: &mut task::Context<'_>,
        mut send: impl FnMut(&mut telefunc_protocol::Connection) -> Result<R, SendError>,
    ) -> Poll<Result<R, SendError>> {
        self.link.work(|core, _| {
            let Some(slot) = core.slots.get_mut(&self.channel) else {
                return Poll::Ready(Err(SendError::Closed));
            };
            if slot.end.is_some() {
                return Poll::Ready(Err(SendError::Closed));
            }
            // A channel of the client's that is not open yet takes nothing.
            let sent = if slot.is_open { send(&mut core.connection) } else { Err(SendError::Full) };
            match sent {
                Err(SendError::Full | SendError::TooMany) => {
                    slot.wait(task.waker());
                    Poll::Pending
                }
                Ok(sent) => {
                    if let Some(request) = sent.request() {
                        slot.asked.insert(request, Asked::Waiting(None));
                    }
                    Poll::Ready(Ok(sent))
                }
                Err(error) => Poll::Ready(Err(error)),
            }
        })
    }

    /// The next message or request; `None` when there will be none.
    pub(crate) fn poll_incoming(&self, task: &mut task::Context<'_>) -> Poll<Option<Incoming>> {
        self.link.work(|core, now| {
            let Some(slot) = core.slots.get_mut(&self.channel) else { return Poll::Ready(None) };
            match slot.inbox.pop_front() {
                Some((incoming, cost)) => {
                    core.connection.consume(now, self.channel, cost);
                    Poll::Ready(Some(incoming))
                }
                None if slot.end.is_some() => Poll::Ready(None),
                None => {
                    slot.reader = Some(task.waker().clone());
                    Poll::Pending
                }
            }
        })
    }

    /// How the channel ended.
    pub(crate) fn poll_closed(&self, task: &mut task::Context<'_>) -> Poll<CloseReason> {
        let mut core = self.link.core();
        let Some(slot) = core.slots.get_mut(&self.channel) else {
            return Poll::Ready(CloseReason::Disconnected);
        };
        match &slot.end {
            Some(reason) => Poll::Ready(reason.clone()),
            None => {
                slot.wait(task.waker());
                Poll::Pending
            }
        }
    }

    /// Whether the peer no longer wants a reply to this request.
    pub(crate) fn poll_cancelled(
        &self,
        task: &mut task::Context<'_>,
        request: RequestId,
    ) -> Poll<()> {
        let mut core = self.link.core();
        match core.slots.get_mut(&self.channel) {
            Some(slot) if slot.end.is_none() && !slot.cancelled.contains(&request) => {
                slot.wait(task.waker());
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }

    /// The requests that the peer cancelled since.
    pub(crate) fn take_cancelled(&self) -> Vec<RequestId> {
        let mut core = self.link.core();
        let slot = core.slots.get_mut(&self.channel);
        slot.map(|slot| slot.cancelled.drain().collect()).unwrap_or_default()
    }

    /// Replies to a request, or says why not.
    pub(crate) fn reply(&self, request: RequestId, reply: Result<Message, Failure>) {
        let reply = reply.map_err(|failure| Bytes::from(failure.to_json()));
        self.link.work(|core, now| core.reply(now, self.channel, request, reply));
    }

    /// Closes the channel, after what was sent on it.
    pub(crate) fn close(&self) {
        self.finish(CloseReason::Finished, None);
    }

    /// Ends the channel at once.
    pub(crate) fn abort(&self, failure: &Failure, reason: CloseReason) {
        self.finish(reason, Some(failure.to_json().into()));
    }

    /// Closes the channel, which is over for this reason.
    pub(crate) fn end_with(&self, reason: CloseReason) {
        self.finish(reason, None);
    }

    fn finish(&self, reason: CloseReason, failure: Option<Bytes>) {
        let part = self.link.work(|core, now| {
            let ended = match failure {
                Some(failure) => core.connection.abort(now, self.channel, failure),
                None => {
                    core.connection.close(now, self.channel);
                    Ok(())
                }
            };
            if ended.is_err() {
                // Longer than a failure may be: the client learns that it is over and no more.
                core.connection.close(now, self.channel);
            }
            let slot = core.slots.get_mut(&self.channel)?;
            slot.end.get_or_insert(reason);
            slot.inbox.clear();
            let part = slot.part.take();
            slot.wakers().for_each(task::Waker::wake);
            part
        });
        if let Some(part) = part {
            part.finish();
        }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        let part = self.link.work(|core, now| {
            let slot = core.slots.get_mut(&self.channel)?;
            let part = slot.part.take();
            if slot.is_open || slot.end.is_some() {
                core.forget(self.channel);
                core.connection.close(now, self.channel);
            } else {
                slot.is_released = true;
            }
            part
        });
        self.cx.scope().unwatch_channel(self.channel);
        if let Some(part) = part {
            part.finish();
        }
    }
}

impl Sent {
    /// The reply, or a failure as JSON text; `None` when the channel ended before.
    pub(crate) fn poll(
        &self,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Message, Bytes>>> {
        let Port { link, channel, .. } = &*self.port;
        link.work(|core, now| {
            let Some(slot) = core.slots.get_mut(channel) else { return Poll::Ready(None) };
            match slot.asked.get_mut(&self.request) {
                Some(Asked::Waiting(waker)) if slot.end.is_none() => {
                    *waker = Some(task.waker().clone());
                    Poll::Pending
                }
                Some(Asked::Answered(..)) => {
                    let Some(Asked::Answered(reply, cost)) = slot.asked.remove(&self.request)
                    else {
                        return Poll::Ready(None);
                    };
                    core.connection.consume(now, *channel, cost);
                    Poll::Ready(Some(reply))
                }
                _ => Poll::Ready(None),
            }
        })
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        let Port { link, channel, .. } = &*self.port;
        link.work(|core, now| {
            let Some(slot) = core.slots.get_mut(channel) else { return };
            match slot.asked.remove(&self.request) {
                Some(Asked::Waiting(_)) => core.connection.cancel(*channel, self.request),
                Some(Asked::Answered(_, cost)) => core.connection.consume(now, *channel, cost),
                None => {}
            }
        });
    }
}

/// What sending gives: nothing, or the number of a request.
trait Asking {
    fn request(&self) -> Option<RequestId>;
}

impl Asking for () {
    fn request(&self) -> Option<RequestId> {
        None
    }
}

impl Asking for RequestId {
    fn request(&self) -> Option<RequestId> {
        Some(*self)
    }
}
