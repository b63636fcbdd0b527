//! What goes out: which frames, in which order, on which wire.

use bytes::Bytes;

use super::wire::Role;
use super::{Connection, WireId};
use crate::channel::{ChannelId, RequestId, State};
use crate::frame::{self, FrameKind};
use crate::handshake::put_numbers;
use crate::limits::BATCH;
use crate::timer::Timer;

/// Whole frames for one wire, to be written in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// Where to.
    pub wire: WireId,
    /// The frames, back to back.
    pub bytes: Bytes,
}

/// A small numbered frame that no credit holds back.
#[derive(Debug)]
pub(super) enum Control {
    Open(ChannelId, Bytes),
    Close(ChannelId),
    Fail(ChannelId, Bytes),
    /// How much is looked up when it goes, so that grants which wait are sent as one.
    Credit(ChannelId),
    Cancel(ChannelId, RequestId),
}

impl Connection {
    /// What to write next, if anything. To be called only when the wire takes more: what is not
    /// taken yet can still be overtaken, and stays within the bounds.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        let carrier = self.carrier();
        for (index, wire) in self.wires.iter_mut().enumerate() {
            if std::mem::take(&mut wire.owes_pong) {
                frame::put(&mut wire.out, FrameKind::Pong, 0, b"");
            }
            if Some(index) != carrier && !wire.out.is_empty() {
                return Some(Transmit {
                    wire: wire.id,
                    bytes: std::mem::take(&mut wire.out).into(),
                });
            }
        }
        let index = carrier?;
        let mut next = self.wires[index].next_out?;
        let mut out = std::mem::take(&mut self.wires[index].out);
        if next < self.replay.acked() {
            // The peer got these by another wire since this one was bound, and they are not kept.
            next = self.replay.acked();
            self.wires[index].next_out = Some(next);
            put_numbers(&mut out, FrameKind::Skip, 0, &[next]);
        }
        if next < self.replay.end() && out.is_empty() && !self.is_ack_due {
            let (bytes, end) = self.replay.read(next)?;
            self.wires[index].next_out = Some(end);
            return Some(Transmit { wire: self.wires[index].id, bytes });
        }
        let start = out.len();
        let count = if next < self.replay.end() { 0 } else { self.write_new(&mut out) };
        let end = out.len();
        self.write_ack(&mut out);
        if out.is_empty() {
            return None;
        }
        let bytes = Bytes::from(out);
        if count > 0 {
            self.replay.push(count, bytes.slice(start..end));
            self.wires[index].next_out = Some(next + count);
            self.wake();
        }
        Some(Transmit { wire: self.wires[index].id, bytes })
    }

    /// The wire that numbered frames go out on: the active one, or the client's very first while it
    /// waits for its answer.
    fn carrier(&self) -> Option<usize> {
        if self.ended.is_some() {
            return None;
        }
        let role = |role| self.wires.iter().position(|w| w.role == role && w.next_out.is_some());
        role(Role::Active).or_else(|| role(Role::Attaching))
    }

    /// Appends new frames and gives how many.
    fn write_new(&mut self, out: &mut Vec<u8>) -> u64 {
        let mut count = 0;
        let start = out.len();
        loop {
            let written = (out.len() - start) as u64;
            if written >= BATCH as u64 || self.replay.bytes() + written >= self.limits.replay {
                return count;
            }
            count += if let Some(control) = self.control.pop_front() {
                self.write_control(out, control)
            } else if let Some(channel) = self.ready.pop_front() {
                self.write_turn(out, channel)
            } else {
                return count;
            };
        }
    }

    /// One turn of a channel in the line.
    fn write_turn(&mut self, out: &mut Vec<u8>, channel: ChannelId) -> u64 {
        let Some(found) = self.channels.get_mut(&channel) else { return 0 };
        found.is_ready = false;
        let written = found.outbox.write(out, channel);
        self.queued -= written.freed;
        if found.state == State::Finishing && found.outbox.is_empty() {
            found.state = State::Closing;
            self.stop_reading(channel);
            frame::put(out, FrameKind::Close, channel, b"");
            return written.frames + 1;
        }
        self.line_up(channel);
        written.frames
    }

    fn write_control(&mut self, out: &mut Vec<u8>, control: Control) -> u64 {
        match control {
            Control::Open(channel, label) => frame::put(out, FrameKind::Open, channel, &label),
            Control::Close(channel) => frame::put(out, FrameKind::Close, channel, b""),
            Control::Fail(channel, failure) => frame::put(out, FrameKind::Fail, channel, &failure),
            Control::Cancel(channel, request) => {
                // Once our end is said, nothing may follow it.
                if !self.channels.get(&channel).is_some_and(|found| found.state.may_speak()) {
                    return 0;
                }
                put_numbers(out, FrameKind::Cancel, channel, &[request]);
            }
            Control::Credit(channel) => {
                let found = self.channels.get_mut(&channel);
                let Some(found) = found.filter(|found| found.state.may_speak()) else {
                    return 0;
                };
                let grant = std::mem::take(&mut found.grant);
                put_numbers(out, FrameKind::Credit, channel, &[grant]);
            }
        }
        1
    }

    /// Appends an acknowledgement, if there is news and either a reason or company.
    fn write_ack(&mut self, out: &mut Vec<u8>) {
        if self.received == self.told || (out.is_empty() && !self.is_ack_due) {
            return;
        }
        put_numbers(out, FrameKind::Ack, 0, &[self.received]);
        (self.told, self.untold, self.is_ack_due) = (self.received, 0, false);
        self.timers.clear(Timer::Ack);
    }
}
