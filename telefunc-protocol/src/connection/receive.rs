//! Numbered frames come in: what each does to its channel.

use bytes::Bytes;

use super::transmit::Control;
use super::{Connection, End, Event, Exceeded, Malformed, Misbehaviour};
use crate::body::Message;
use crate::channel::{BadRequest, Channel, ChannelId, State};
use crate::flow::{charge, charge_cut};
use crate::frame::{Frame, FrameKind};
use crate::handshake::{number, numbers};
use crate::limits::{FAILURE, LABEL, OVERHEAD, PARTS};
use crate::timer::Millis;

impl Connection {
    pub(super) fn handle_channel_frame(&mut self, now: Millis, frame: Frame) -> Result<(), End> {
        let Frame { kind, channel, payload } = frame;
        match kind {
            FrameKind::Open => return self.opened(channel, payload),
            FrameKind::Close => return self.closed(channel),
            FrameKind::Fail => return self.failed(channel, payload),
            _ => {}
        }
        let state = self.channel(channel)?.state;
        if state == State::Draining {
            // The peer has said its end and speaks on.
            return Err(End::Misbehaved(Misbehaviour::UnknownChannel));
        }
        match kind {
            FrameKind::Credit => self.credited(channel, payload),
            FrameKind::Blocked => self.blocked(now, channel, payload),
            FrameKind::Cancel => self.cancelled(channel, payload),
            _ => self.content(now, kind, channel, payload),
        }
    }

    fn opened(&mut self, channel: ChannelId, label: Bytes) -> Result<(), End> {
        if !self.is_peers(channel) || channel < self.next_peer {
            return Err(End::Misbehaved(Misbehaviour::BadChannel));
        }
        if self.opened_by_peer == self.limits.channels {
            return Err(End::Limit(Exceeded::Channels));
        }
        if label.len() > LABEL {
            return Err(End::Limit(Exceeded::Label));
        }
        self.next_peer = channel + 2;
        self.opened_by_peer += 1;
        self.channels.insert(channel, Channel::new());
        self.events.push_back(Event::Opened { channel, label: Bytes::copy_from_slice(&label) });
        Ok(())
    }

    /// The peer's end of a channel.
    fn closed(&mut self, channel: ChannelId) -> Result<(), End> {
        if self.end_of_peer(channel)? {
            self.events.push_back(Event::Closed { channel });
            self.settle(channel);
        }
        Ok(())
    }

    /// The peer's end of a channel, with a reason.
    fn failed(&mut self, channel: ChannelId, failure: Bytes) -> Result<(), End> {
        if failure.len() > FAILURE {
            return Err(End::Limit(Exceeded::Failure));
        }
        if self.end_of_peer(channel)? {
            let cost = charge(failure.len());
            self.change_window(channel, |window, pool| {
                window.receive_free(cost, pool);
                0
            });
            self.hold(0)?;
            self.events.push_back(Event::Failed { channel, failure, cost });
        }
        Ok(())
    }

    /// Gives whether the application is to be told.
    fn end_of_peer(&mut self, channel: ChannelId) -> Result<bool, End> {
        match self.channel(channel)?.state {
            State::Open => {
                self.discard(channel);
                self.change_window(channel, |window, pool| {
                    window.drop_partial(pool);
                    0
                });
                let channel = self.channel(channel)?;
                channel.state = State::Draining;
                channel.assembly = Default::default();
                return Ok(true);
            }
            State::Finishing => {
                self.control.push_back(Control::Close(channel));
                self.forget(channel);
            }
            State::Closing => self.forget(channel),
            State::Draining => return Err(End::Misbehaved(Misbehaviour::UnknownChannel)),
        }
        Ok(false)
    }

    fn credited(&mut self, channel: ChannelId, payload: Bytes) -> Result<(), End> {
        let [more] = numbers(payload).ok_or_else(Self::malformed)?;
        if !self.channel(channel)?.outbox.credit(more) {
            return Err(Self::malformed());
        }
        self.line_up(channel);
        self.wake();
        Ok(())
    }

    fn blocked(&mut self, now: Millis, channel: ChannelId, payload: Bytes) -> Result<(), End> {
        let [want] = numbers(payload).ok_or_else(Self::malformed)?;
        // Each part may be a frame of its own, of whose cost the message's bound says nothing.
        let parts = (PARTS as u64 + 1) * OVERHEAD;
        if want > charge_cut(self.limits.message as usize) + parts {
            return Err(End::Limit(Exceeded::Message));
        }
        self.change_window(channel, |window, pool| window.blocked(now, want, pool));
        Ok(())
    }

    fn cancelled(&mut self, channel: ChannelId, payload: Bytes) -> Result<(), End> {
        let [request] = numbers(payload).ok_or_else(Self::malformed)?;
        let found = self.channel(channel)?;
        // The reply may be under way already, and then there is nothing to cancel.
        if found.state == State::Open && found.requests.is_owed(request) {
            self.events.push_back(Event::Cancelled { channel, request });
        }
        Ok(())
    }

    /// A frame that costs credit: a message, or a part of one.
    fn content(
        &mut self,
        now: Millis,
        kind: FrameKind,
        channel: ChannelId,
        payload: Bytes,
    ) -> Result<(), End> {
        let max = self.limits.message;
        let cost = charge(payload.len());
        let found = self.channel(channel)?;
        let exceeded = |_| End::Misbehaved(Misbehaviour::CreditExceeded);
        found.window.receive(cost).map_err(exceeded)?;
        if found.state != State::Open {
            let is_held = found.state == State::Finishing;
            self.unread += if is_held { cost } else { 0 };
            self.change_window(channel, |window, pool| window.discard(now, pool));
            return Ok(());
        }
        let too_large = |_| End::Limit(Exceeded::Message);
        let message = match kind {
            FrameKind::More => found.assembly.more(payload, max).map(|()| None),
            FrameKind::Part => found.assembly.part(payload, max).map(|()| None),
            _ => found.assembly.finish(payload, max).map(Some),
        };
        if let Some(message) = message.map_err(too_large)? {
            let cost = found.window.complete();
            let event = message_event(found, kind, channel, message, cost)?;
            self.events.push_back(event);
        }
        self.hold(cost)
    }

    /// Books what came and is not consumed.
    fn hold(&mut self, cost: u64) -> Result<(), End> {
        self.unread += cost;
        if self.unread > self.limits.inbox {
            return Err(End::Limit(Exceeded::Inbox));
        }
        Ok(())
    }

    fn channel(&mut self, channel: ChannelId) -> Result<&mut Channel, End> {
        self.channels.get_mut(&channel).ok_or(End::Misbehaved(Misbehaviour::UnknownChannel))
    }
}

/// What a whole message means to the application.
fn message_event(
    found: &mut Channel,
    kind: FrameKind,
    channel: ChannelId,
    mut message: Message,
    cost: u64,
) -> Result<Event, End> {
    if kind == FrameKind::Message {
        return Ok(Event::Message { channel, message, cost });
    }
    let request = number(&mut message.json).ok_or(End::Malformed(Malformed::Payload))?;
    let unknown = End::Misbehaved(Misbehaviour::UnknownRequest);
    match kind {
        FrameKind::Request => {
            found.requests.asked_by_peer(request).map_err(|bad| match bad {
                BadRequest::TooMany => End::Limit(Exceeded::Requests),
                BadRequest::Reused => End::Misbehaved(Misbehaviour::ReusedRequest),
            })?;
            Ok(Event::Request { channel, request, message, cost })
        }
        _ if !found.requests.answered(request) => Err(unknown),
        FrameKind::Reply => Ok(Event::Reply { channel, request, message, cost }),
        _ => Ok(Event::Refused { channel, request, failure: message.json, cost }),
    }
}
