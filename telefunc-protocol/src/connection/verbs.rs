//! What the application does: open, send, request, reply, consume, close, abort.

use bytes::Bytes;

use super::transmit::Control;
use super::{Connection, End, Initiator};
use crate::body::Message;
use crate::channel::{Channel, ChannelId, Piece, RequestId, State};
use crate::frame::FrameKind;
use crate::limits::{FAILURE, LABEL, OVERHEAD, PARTS};
use crate::timer::Millis;
use crate::varint;

/// Why something was not sent. Nothing has happened then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The peer reads slower than this; [`Event::Writable`](super::Event::Writable) says when to try again.
    Full,
    /// The channel or the connection is over, or being closed.
    Closed,
    /// It will never fit: the message, its number of parts, the label or the failure.
    TooLarge,
    /// The peer takes no more channels, or no more requests on this one, before others end.
    TooMany,
    /// There is no such request, or it has been replied to.
    UnknownRequest,
}

impl Connection {
    /// Opens a channel, usable at once. A message that mentions it must be sent after.
    ///
    /// # Errors
    ///
    /// [`Closed`](SendError::Closed), [`TooLarge`](SendError::TooLarge), [`TooMany`](SendError::TooMany).
    pub fn open(&mut self, label: Bytes) -> Result<ChannelId, SendError> {
        if self.ended.is_some() {
            return Err(SendError::Closed);
        }
        if label.len() > LABEL {
            return Err(SendError::TooLarge);
        }
        if self.channels.len() as u64 - self.opened_by_peer >= self.peer.channels {
            return Err(SendError::TooMany);
        }
        let channel = self.next;
        self.next += 2;
        self.channels.insert(channel, Channel::new());
        self.control.push_back(Control::Open(channel, label));
        Ok(channel)
    }

    /// Sends a message, which arrives exactly once and in order, or the channel ends.
    ///
    /// # Errors
    ///
    /// [`Full`](SendError::Full), [`Closed`](SendError::Closed), [`TooLarge`](SendError::TooLarge).
    pub fn send(&mut self, channel: ChannelId, message: Message) -> Result<(), SendError> {
        self.push(FrameKind::Message, channel, message, None)
    }

    /// Sends a message that wants a reply.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`TooMany`](SendError::TooMany).
    pub fn request(
        &mut self,
        channel: ChannelId,
        message: Message,
    ) -> Result<RequestId, SendError> {
        let found = self.channels.get_mut(&channel).ok_or(SendError::Closed)?;
        let request = found.requests.next().ok_or(SendError::TooMany)?;
        self.push(FrameKind::Request, channel, numbered(request, message), Some(request))?;
        if let Some(found) = self.channels.get_mut(&channel) {
            found.requests.ask();
        }
        Ok(request)
    }

    /// Replies to a request of the peer's.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`UnknownRequest`](SendError::UnknownRequest).
    pub fn reply(
        &mut self,
        channel: ChannelId,
        request: RequestId,
        message: Message,
    ) -> Result<(), SendError> {
        self.pay(FrameKind::Reply, channel, request, message)
    }

    /// Says that there will be no reply, with a [`Failure`](crate::Failure) as JSON text.
    ///
    /// # Errors
    ///
    /// As [`reply`](Self::reply).
    pub fn refuse(
        &mut self,
        channel: ChannelId,
        request: RequestId,
        failure: Bytes,
    ) -> Result<(), SendError> {
        self.pay(FrameKind::Refuse, channel, request, Message::json(failure))
    }

    /// Says that the reply to a request of ours is no longer wanted. It may come all the same,
    /// unless the request had not left yet.
    pub fn cancel(&mut self, channel: ChannelId, request: RequestId) {
        let Some(found) = self.channels.get_mut(&channel) else { return };
        if found.state != State::Open || !found.requests.is_asked(request) {
            return;
        }
        match found.outbox.withdraw(request) {
            Some(freed) => {
                found.requests.answered(request);
                self.queued -= freed;
            }
            None => self.control.push_back(Control::Cancel(channel, request)),
        }
    }

    /// The application has taken something that an event said costs `cost`.
    pub fn consume(&mut self, now: Millis, channel: ChannelId, cost: u64) {
        self.change_window(channel, |window, pool| window.consume(now, cost, pool));
        self.settle(channel);
        self.feed(now);
    }

    /// Ends a channel, after what was sent on it. What the peer sends meanwhile is dropped.
    pub fn close(&mut self, now: Millis, channel: ChannelId) {
        let Some(found) = self.channels.get_mut(&channel) else { return };
        match found.state {
            State::Open if found.outbox.is_empty() => {
                self.say_end(channel, Control::Close(channel))
            }
            State::Open => {
                found.state = State::Finishing;
                found.assembly = Default::default();
                self.change_window(channel, |window, pool| window.discard(now, pool));
            }
            State::Draining => {
                self.control.push_back(Control::Close(channel));
                self.forget(channel);
            }
            State::Finishing | State::Closing => {}
        }
        self.feed(now);
    }

    /// Ends a channel at once with a [`Failure`](crate::Failure) as JSON text; what was sent on it
    /// and has not left is dropped.
    ///
    /// # Errors
    ///
    /// [`TooLarge`](SendError::TooLarge).
    pub fn abort(
        &mut self,
        now: Millis,
        channel: ChannelId,
        failure: Bytes,
    ) -> Result<(), SendError> {
        if failure.len() > FAILURE {
            return Err(SendError::TooLarge);
        }
        match self.channels.get(&channel).map(|found| found.state) {
            Some(State::Open | State::Finishing) => {
                self.discard(channel);
                self.say_end(channel, Control::Fail(channel, failure));
                self.feed(now);
            }
            Some(State::Draining) => self.close(now, channel),
            Some(State::Closing) | None => {}
        }
        Ok(())
    }

    /// Ends the connection and every channel of it, at once.
    pub fn shutdown(&mut self) {
        self.end(End::Closed(Initiator::Local), true);
    }

    fn pay(
        &mut self,
        kind: FrameKind,
        channel: ChannelId,
        request: RequestId,
        message: Message,
    ) -> Result<(), SendError> {
        let found = self.channels.get(&channel).ok_or(SendError::Closed)?;
        if found.state == State::Open && !found.requests.is_owed(request) {
            return Err(SendError::UnknownRequest);
        }
        self.push(kind, channel, numbered(request, message), None)?;
        if let Some(found) = self.channels.get_mut(&channel) {
            found.requests.pay(request);
        }
        Ok(())
    }

    /// Queues a message in pieces.
    fn push(
        &mut self,
        kind: FrameKind,
        channel: ChannelId,
        message: Message,
        request: Option<RequestId>,
    ) -> Result<(), SendError> {
        let found = self.channels.get(&channel).filter(|found| found.state == State::Open);
        let found = found.ok_or(SendError::Closed)?;
        let parts = message.parts.iter().map(Bytes::len);
        let size = parts.chain([message.json.len()]).sum::<usize>() as u64;
        let cost = size + OVERHEAD * (message.parts.len() as u64 + 1);
        let is_long = size > self.peer.message || cost > self.limits.outbox / 2;
        if is_long || message.parts.len() > PARTS {
            return Err(SendError::TooLarge);
        }
        let accepted = self.accepts(found, cost);
        let Some(found) = self.channels.get_mut(&channel) else { return Err(SendError::Closed) };
        if !accepted {
            if found.refused.is_none() {
                self.refused.push_back(channel);
            }
            found.refused = Some(found.refused.unwrap_or(cost).min(cost));
            return Err(SendError::Full);
        }
        for payload in message.parts {
            found.outbox.push(Piece { kind: FrameKind::Part, payload, request: None });
        }
        found.outbox.push(Piece { kind, payload: message.json, request });
        self.queued += cost;
        self.line_up(channel);
        Ok(())
    }

    /// Says our end of a channel; nothing of it is read any more.
    fn say_end(&mut self, channel: ChannelId, end: Control) {
        self.control.push_back(end);
        self.stop_reading(channel);
        if let Some(found) = self.channels.get_mut(&channel) {
            found.state = State::Closing;
        }
    }
}

/// The message with the request's number in front of its JSON.
fn numbered(request: RequestId, message: Message) -> Message {
    let mut json = Vec::with_capacity(varint::MAX_LEN + message.json.len());
    varint::put(&mut json, request);
    json.extend_from_slice(&message.json);
    Message { json: json.into(), parts: message.parts }
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Full => "the peer reads slower than this",
            Self::Closed => "the channel is closed",
            Self::TooLarge => "it is longer than the peer takes",
            Self::TooMany => "the peer takes no more at once",
            Self::UnknownRequest => "there is no such request",
        })
    }
}

impl std::error::Error for SendError {}
