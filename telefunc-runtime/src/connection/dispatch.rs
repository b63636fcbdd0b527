//! Hands what the protocol says happened to the channel it is for.

use bytes::Bytes;
use telefunc_protocol::connection::{End, Initiator, SendError};
use telefunc_protocol::{ChannelId, Event, Failure, Message, Millis, ProtocolCode, RequestId};

use super::link::{After, Core};
use super::slot::{Asked, Incoming, Late, Slot};
use crate::scope::CloseReason;

/// Channels that the client opened and no call has mentioned yet: as many as one call may well have
/// callbacks, opened on the wire before the call is read.
const UNCLAIMED: usize = 1024;

/// Bytes of replies that wait for room on one channel. A client that asks and does not read the
/// replies runs out of credit first; what is computed then is kept up to here.
const LATE: usize = 1 << 20;

impl Core {
    /// Takes every event; gives whether there was any.
    pub(super) fn dispatch(&mut self, now: Millis, after: &mut After) -> bool {
        let mut is_news = false;
        while let Some(event) = self.connection.poll_event() {
            is_news = true;
            match event {
                Event::Opened { channel, label } => self.opened(now, channel, &label, after),
                Event::Message { channel, message, cost } => {
                    self.incoming(now, channel, Incoming::Message(message), cost, after);
                }
                Event::Request { channel, request, message, cost } => {
                    self.incoming(now, channel, Incoming::Request(request, message), cost, after);
                }
                Event::Reply { channel, request, message, cost } => {
                    self.answered(now, channel, request, Ok(message), cost, after);
                }
                Event::Refused { channel, request, failure, cost } => {
                    self.answered(now, channel, request, Err(failure), cost, after);
                }
                Event::Cancelled { channel, request } => {
                    if let Some(slot) = self.slots.get_mut(&channel) {
                        slot.cancelled.insert(request);
                        after.wakers.extend(slot.reader.take());
                        after.wakers.append(&mut slot.waiting);
                    }
                }
                Event::Closed { channel } => self.ended(channel, CloseReason::Closed, after),
                Event::Failed { channel, failure, .. } => {
                    if let Some(slot) = self.slots.get_mut(&channel) {
                        slot.inbox.clear();
                    }
                    // An abort overtakes what was not read yet; the protocol drops it too.
                    self.connection.close(now, channel);
                    self.ended(channel, reason(&failure), after);
                }
                Event::Writable { channel } => self.writable(channel, after),
                Event::WireDone { wire } => {
                    for wire in self.wires.iter_mut().filter(|found| found.id == wire) {
                        wire.is_done = true;
                    }
                }
                Event::Ended(end) => self.over(&end, after),
                Event::Attached { .. } | Event::Detached | Event::Drain { .. } => {}
            }
        }
        is_news
    }

    fn opened(&mut self, now: Millis, channel: ChannelId, label: &Bytes, after: &mut After) {
        if !label.is_empty() {
            let why = "no function is called by opening a channel";
            return self.refuse(now, channel, ProtocolCode::UnknownFunction, why);
        }
        if let Some(slot) = self.slots.get_mut(&channel) {
            slot.is_open = true;
            after.wakers.append(&mut slot.waiting);
            let is_over = slot.is_released || slot.end.is_some();
            self.expect(channel, None);
            if is_over {
                self.connection.close(now, channel);
                if self.slots[&channel].is_released {
                    self.forget(channel);
                }
            }
            return;
        }
        if self.unclaimed == UNCLAIMED {
            let why = "too many channels that no call has mentioned";
            return self.refuse(now, channel, ProtocolCode::Overloaded, why);
        }
        self.unclaimed += 1;
        self.slots.insert(channel, Slot { is_open: true, ..Slot::default() });
        self.expect(channel, Some(now + self.patience.claim));
    }

    fn incoming(
        &mut self,
        now: Millis,
        channel: ChannelId,
        incoming: Incoming,
        cost: u64,
        after: &mut After,
    ) {
        match self.slots.get_mut(&channel).filter(|slot| !slot.is_released) {
            Some(slot) => {
                slot.inbox.push_back((incoming, cost));
                after.wakers.extend(slot.reader.take());
            }
            None => self.connection.consume(now, channel, cost),
        }
    }

    fn answered(
        &mut self,
        now: Millis,
        channel: ChannelId,
        request: RequestId,
        reply: Result<Message, Bytes>,
        cost: u64,
        after: &mut After,
    ) {
        let slot = self.slots.get_mut(&channel);
        let Some(slot) = slot else { return self.connection.consume(now, channel, cost) };
        // Whoever waits because there are too many requests may ask now.
        after.wakers.append(&mut slot.waiting);
        match slot.asked.get_mut(&request) {
            Some(asked) => {
                if let Asked::Waiting(Some(waker)) =
                    std::mem::replace(asked, Asked::Answered(reply, cost))
                {
                    after.wakers.push(waker);
                }
            }
            // It was cancelled.
            None => self.connection.consume(now, channel, cost),
        }
    }

    /// The client has ended a channel.
    pub(super) fn ended(&mut self, channel: ChannelId, reason: CloseReason, after: &mut After) {
        let Some(slot) = self.slots.get_mut(&channel) else { return };
        let at_once = !slot.is_watched();
        slot.end.get_or_insert_with(|| reason.clone());
        after.wakers.extend(slot.wakers());
        match slot.part.take() {
            Some(part) if at_once => after.ends.push((part, reason, true)),
            Some(part) => {
                part.note(reason);
                slot.part = Some(part);
            }
            None => {}
        }
    }

    /// The connection is over, and with it every scope that has a channel on it.
    fn over(&mut self, end: &End, after: &mut After) {
        match end {
            End::Malformed(_) | End::Misbehaved(_) | End::Limit(_) => {
                tracing::warn!(reason = end.name(), "a connection was ended: {end}");
            }
            _ => tracing::debug!(reason = end.name(), "a connection has ended"),
        }
        let reason = match end {
            End::Closed(Initiator::Peer) => CloseReason::Closed,
            _ => CloseReason::Disconnected,
        };
        self.expiries.clear();
        self.slots.retain(|_, slot| slot.is_claimed && !slot.is_released);
        self.unclaimed = 0;
        for slot in self.slots.values_mut() {
            slot.end.get_or_insert_with(|| reason.clone());
            slot.expires = None;
            slot.inbox.clear();
            after.wakers.extend(slot.wakers());
            after.ends.extend(slot.part.take().map(|part| (part, reason.clone(), true)));
        }
        for wire in &mut self.wires {
            wire.is_done = true;
        }
    }

    fn writable(&mut self, channel: ChannelId, after: &mut After) {
        while let Some(late) = self.slots.get_mut(&channel).and_then(|slot| slot.late.pop_front()) {
            let size = size(&late.reply);
            let sent = self.send_reply(channel, late.request, late.reply.clone());
            let Some(slot) = self.slots.get_mut(&channel) else { break };
            if sent == Err(SendError::Full) {
                slot.late.push_front(late);
                return;
            }
            slot.late_bytes -= size;
        }
        if let Some(slot) = self.slots.get_mut(&channel) {
            after.wakers.append(&mut slot.waiting);
        }
    }

    /// Replies to a request of the peer's, now or when there is room.
    pub(super) fn reply(
        &mut self,
        now: Millis,
        channel: ChannelId,
        request: RequestId,
        reply: Result<Message, Bytes>,
    ) {
        let Some(slot) = self.slots.get_mut(&channel) else { return };
        slot.cancelled.remove(&request);
        let sent = match slot.late.is_empty() {
            true => self.send_reply(channel, request, reply.clone()),
            false => Err(SendError::Full),
        };
        let reply = match sent {
            Err(SendError::Full) => reply,
            Err(SendError::TooLarge) => {
                let why = "the reply is longer than the client takes";
                Err(Failure::protocol(ProtocolCode::BodyTooLarge, why).to_json().into())
            }
            _ => return,
        };
        let Some(slot) = self.slots.get_mut(&channel) else { return };
        slot.late_bytes += size(&reply);
        slot.late.push_back(Late { request, reply });
        if slot.late_bytes > LATE {
            let why = "the replies are not read";
            slot.late.clear();
            slot.late_bytes = 0;
            self.refuse(now, channel, ProtocolCode::Overloaded, why);
        }
    }

    fn send_reply(
        &mut self,
        channel: ChannelId,
        request: RequestId,
        reply: Result<Message, Bytes>,
    ) -> Result<(), SendError> {
        match reply {
            Ok(message) => self.connection.reply(channel, request, message),
            Err(failure) => self.connection.refuse(channel, request, failure),
        }
    }
}

/// Why the client says that a channel is over.
fn reason(failure: &Bytes) -> CloseReason {
    match Failure::from_json(failure) {
        Ok(Failure::Abort { value }) => {
            serde_json::from_str(value.get()).map_or(CloseReason::Closed, CloseReason::Aborted)
        }
        _ => CloseReason::Closed,
    }
}

fn size(reply: &Result<Message, Bytes>) -> usize {
    match reply {
        Ok(message) => message.json.len() + message.parts.iter().map(Bytes::len).sum::<usize>(),
        Err(failure) => failure.len(),
    }
}
