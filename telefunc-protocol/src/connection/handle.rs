//! The world comes in: frames of wires, and deadlines.

use super::wire::Role;
use super::{Connection, End, Event, Misbehaviour, Refusal, Side, WireId};
use crate::frame::{Frame, FrameKind};
use crate::handshake::{Attach, Attached, numbers};
use crate::limits::OVERHEAD;
use crate::timer::{Millis, Timer};

impl Connection {
    /// A frame came on `wire`. One from a wire that is lost or unknown is ignored.
    pub fn handle_frame(&mut self, now: Millis, wire: WireId, frame: Frame) {
        if self.ended.is_some() || !self.wires.iter().any(|w| w.id == wire) {
            return;
        }
        let result = match frame.kind.is_numbered() {
            true => self.handle_numbered(now, wire, frame),
            false => self.handle_wire_frame(now, wire, frame),
        };
        match result {
            Ok(()) => self.touch(now, wire),
            // One who says that it is over is not told so again.
            Err(end) => self.end_by_peer(end),
        }
    }

    /// The bytes of `wire` are not frames: as bad as a frame that breaks a rule.
    pub fn handle_malformed(&mut self, wire: WireId) {
        if self.wires.iter().any(|w| w.id == wire) {
            self.end(End::Malformed(super::Malformed::Frame), true);
        }
    }

    /// The time that [`poll_timeout`](Self::poll_timeout) gave has come. May be called at any time.
    pub fn handle_timeout(&mut self, now: Millis) {
        while let Some(timer) = self.timers.expire(now) {
            match timer {
                Timer::Grace => self.end(End::Lost, true),
                Timer::Handshake => self.give_up(now, Role::Attaching),
                Timer::Idle => self.give_up(now, Role::Active),
                Timer::Ping => self.ping(now),
                Timer::Ack => self.is_ack_due = self.received > self.told,
            }
        }
    }

    fn handle_wire_frame(&mut self, now: Millis, wire: WireId, frame: Frame) -> Result<(), End> {
        let misplaced = Err(End::Misbehaved(Misbehaviour::Misplaced));
        let is_client = self.side == Side::Client;
        match frame.kind {
            FrameKind::Ping => self.owe_pong(wire),
            FrameKind::Pong => {}
            FrameKind::Ack => {
                let [received] = numbers(frame.payload).ok_or_else(Self::malformed)?;
                if !self.replay.ack(received) {
                    return Err(End::Misbehaved(Misbehaviour::BadAck));
                }
            }
            FrameKind::Skip => {
                let [number] = numbers(frame.payload).ok_or_else(Self::malformed)?;
                self.skip(wire, number)?;
            }
            FrameKind::Attached if is_client => {
                let answer = Attached::read(frame.payload).ok_or_else(Self::malformed)?;
                self.attached(now, wire, answer)?;
            }
            FrameKind::Attach if !is_client => {
                let attach = Attach::read(frame.payload).map_err(|_| Self::malformed())?;
                match self.accept(now, wire, &attach) {
                    // Asked before the client bound the wire that we use now.
                    Ok(()) | Err(Refusal::StaleWire) => {}
                    Err(_) => return Err(End::Misbehaved(Misbehaviour::BadAck)),
                }
            }
            FrameKind::Drain if is_client => {
                let [after] = numbers(frame.payload).ok_or_else(Self::malformed)?;
                self.events.push_back(Event::Drain { after });
            }
            FrameKind::End => return self.handle_end(now, wire, &frame.payload),
            _ => return misplaced,
        }
        Ok(())
    }

    /// The peer says that it is over. Said to a wire that does not carry the connection, it may be
    /// about that wire only: it came too late, or went to a server that does not know us.
    fn handle_end(&mut self, now: Millis, wire: WireId, name: &[u8]) -> Result<(), End> {
        let is_active = |role| role == Some(Role::Active);
        let role = self.wires.iter().find(|w| w.id == wire).map(|w| w.role);
        let has_other = !is_active(role) && self.wires.iter().any(|w| w.role == Role::Active);
        if has_other || role == Some(Role::Replaced) || name == STALE_WIRE {
            self.handle_wire_lost(now, wire);
            self.events.push_back(Event::WireDone { wire });
            return Ok(());
        }
        Err(End::from_peer(name))
    }

    /// The run of numbers on `wire` goes on at a later one, which must be one that we can have told.
    fn skip(&mut self, wire: WireId, number: u64) -> Result<(), End> {
        let received = self.received;
        let bound = self.wires.iter_mut().find(|w| w.id == wire);
        let next = bound.and_then(|bound| bound.next_in.as_mut());
        let next = next.filter(|next| (**next..=received).contains(&number));
        *next.ok_or(End::Misbehaved(Misbehaviour::BadAck))? = number;
        Ok(())
    }

    /// Counts the frame, and drops it if its number has been received before.
    fn handle_numbered(&mut self, now: Millis, wire: WireId, frame: Frame) -> Result<(), End> {
        let bound = self.wires.iter_mut().find(|w| w.id == wire);
        let next = bound.and_then(|bound| bound.next_in.as_mut());
        let next = next.ok_or(End::Misbehaved(Misbehaviour::Misplaced))?;
        let number = *next;
        *next += 1;
        if number < self.received {
            return Ok(());
        }
        self.received += 1;
        self.untold += frame.payload.len() as u64 + OVERHEAD;
        self.is_ack_due |= self.untold >= self.limits.ack_bytes;
        self.timers.arm(Timer::Ack, now + self.limits.ack_delay);
        self.handle_channel_frame(now, frame)
    }

    fn owe_pong(&mut self, wire: WireId) {
        if let Some(wire) = self.wires.iter_mut().find(|w| w.id == wire) {
            wire.owes_pong = true;
        }
    }

    /// Something came, so the wire lives.
    fn touch(&mut self, now: Millis, wire: WireId) {
        if self.wires.iter().any(|w| w.id == wire && w.role == Role::Active) {
            self.timers.set(Timer::Idle, now + self.limits.idle);
        }
    }

    fn end_by_peer(&mut self, end: End) {
        let tell = !matches!(end, End::Peer(_) | End::Closed(_));
        self.end(end, tell);
    }
}

const STALE_WIRE: &[u8] = Refusal::StaleWire.name().as_bytes();
