//! Binding a wire: the one operation behind connect, reconnect, upgrade, change of network and drain.

use super::wire::{Role, Wire};
use super::{Connection, End, Event, Malformed, Misbehaviour, Side, WireId};
use crate::frame::{FrameKind, put};
use crate::handshake::{Attach, Attached, Bounds, put_numbers};
use crate::limits;
use crate::timer::{Millis, Timer};

/// Why a server does not bind a wire. The connection itself goes on; only the wire is to be closed,
/// after an `END` with this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The wire is older than one that is bound already: its attach was delayed on the way.
    StaleWire,
    /// The client says that it received what was never sent.
    BadAck,
    /// The connection is over, or never was: what the client sent before is lost.
    UnknownConnection,
}

impl Connection {
    /// Client: binds `wire`, which can be written to now. On the very first wire everything that
    /// waits follows at once; on later ones after the server has said where to go on.
    pub fn attach(&mut self, now: Millis, wire: WireId) {
        debug_assert_eq!(self.side, Side::Client, "a server accepts");
        if self.ended.is_some() {
            return;
        }
        self.drop_attaching();
        let next_out = (self.attaches == 0).then_some(0);
        self.wires.push(Wire::new(wire, Role::Attaching, None, next_out));
        self.ask(now, wire);
    }

    /// Server: binds `wire`, on which `attach` came first. Whoever calls this has authenticated the
    /// wire and found the connection by its token. (A later attach on the same wire is a frame like
    /// any other, for [`handle_frame`](Self::handle_frame).)
    ///
    /// # Errors
    ///
    /// As [`Refusal`] says.
    pub fn accept(&mut self, now: Millis, wire: WireId, attach: &Attach) -> Result<(), Refusal> {
        debug_assert_eq!(self.side, Side::Server, "a client attaches");
        if self.ended.is_some() || (self.attaches == 0 && attach.ordinal > 0) {
            return Err(Refusal::UnknownConnection);
        }
        if attach.ordinal < self.attaches {
            return Err(Refusal::StaleWire);
        }
        if !self.replay.ack(attach.received) {
            return Err(Refusal::BadAck);
        }
        self.attaches = attach.ordinal + 1;
        self.peer = attach.bounds;
        // The first wire's frames are numbered from 0, whatever was received.
        let next_in = if attach.ordinal == 0 { 0 } else { self.received };
        let mut bound = Wire::new(wire, Role::Active, Some(next_in), Some(attach.received));
        bound.said = self.received;
        let answer =
            Attached { received: self.received, bounds: self.bounds(), grace: self.limits.grace };
        answer.put(&mut bound.out);
        self.wires.retain(|other| other.id != wire);
        self.wires.push(bound);
        self.activate(now, wire);
        self.timers.set(Timer::Ping, now + self.limits.ping);
        Ok(())
    }

    /// The wire is gone, or is given up: nothing more comes from it or goes to it.
    pub fn handle_wire_lost(&mut self, now: Millis, wire: WireId) {
        let Some(index) = self.wires.iter().position(|w| w.id == wire) else { return };
        let lost = self.wires.remove(index);
        if self.ended.is_some() || lost.role == Role::Replaced {
            return;
        }
        match (lost.role, self.wires.iter().find(|w| w.role == Role::Active)) {
            // The server may have gone over to the wire that is lost now, so it is called back.
            (Role::Attaching, Some(active)) => return self.reattach(now, active.id),
            (Role::Attaching, None) => {
                if self.wires.iter().all(|w| w.role != Role::Attaching) {
                    self.timers.clear(Timer::Handshake);
                }
            }
            _ => {
                self.timers.clear(Timer::Idle);
                self.timers.clear(Timer::Ping);
                self.timers.set(Timer::Grace, now + self.limits.grace);
            }
        }
        if lost.next_in.is_some() {
            self.events.push_back(Event::Detached);
        }
    }

    /// Client: the wire is gone, and the server has certainly seen nothing of it: the connect was
    /// refused, or an intermediary answered 503. So the next wire may still be the first.
    pub fn handle_wire_refused(&mut self, now: Millis, wire: WireId) {
        let is_attaching = self.wires.iter().any(|w| w.id == wire && w.role == Role::Attaching);
        if is_attaching && self.attaches == 1 {
            self.attaches = 0;
        }
        self.handle_wire_lost(now, wire);
    }

    /// Server: asks the client to attach another wire in `after` milliseconds, and leave this one.
    pub fn drain(&mut self, after: Millis) {
        if let Some(wire) = self.wires.iter_mut().find(|wire| wire.role == Role::Active) {
            put_numbers(&mut wire.out, FrameKind::Drain, 0, &[after]);
        }
    }

    /// The server's answer to [`attach`](Self::attach) came on `wire`.
    pub(super) fn attached(
        &mut self,
        now: Millis,
        wire: WireId,
        answer: Attached,
    ) -> Result<(), End> {
        let bound = self.wires.iter_mut().find(|w| w.id == wire && w.is_asking);
        let bound = bound.ok_or(End::Misbehaved(Misbehaviour::Misplaced))?;
        bound.is_asking = false;
        bound.next_in = Some(bound.said);
        // Another wire, attached after this one, was answered before it.
        let is_late = bound.role == Role::Replaced;
        if bound.next_out.is_some() && answer.received > 0 && !is_late {
            return Err(End::Misbehaved(Misbehaviour::BadAck));
        }
        bound.next_out.get_or_insert(answer.received);
        if !self.replay.ack(answer.received) {
            return Err(End::Misbehaved(Misbehaviour::BadAck));
        }
        if is_late {
            return Ok(());
        }
        self.peer = answer.bounds;
        // The client gives up when the server does, so that both sides see the same.
        self.limits.grace = answer.grace;
        self.activate(now, wire);
        if self.wires.iter().all(|w| w.role != Role::Attaching) {
            self.timers.clear(Timer::Handshake);
        }
        Ok(())
    }

    /// Attaches the wire that carries the connection once more, as if it were new.
    fn reattach(&mut self, now: Millis, wire: WireId) {
        for bound in self.wires.iter_mut().filter(|w| w.id == wire) {
            (bound.role, bound.next_out) = (Role::Attaching, None);
        }
        self.timers.clear(Timer::Idle);
        self.timers.set(Timer::Grace, now + self.limits.grace);
        self.ask(now, wire);
    }

    /// Appends the `ATTACH`.
    fn ask(&mut self, now: Millis, wire: WireId) {
        let attach = Attach {
            token: self.token,
            ordinal: self.attaches,
            received: self.received,
            bounds: self.bounds(),
        };
        for bound in self.wires.iter_mut().filter(|w| w.id == wire) {
            (bound.said, bound.ordinal) = (self.received, self.attaches);
            bound.is_asking = true;
            attach.put(&mut bound.out);
        }
        self.attaches += 1;
        self.timers.set(Timer::Handshake, now + self.limits.handshake);
    }

    /// A ping is due, and nothing is known to be wrong.
    pub(super) fn ping(&mut self, now: Millis) {
        if let Some(wire) = self.wires.iter_mut().find(|wire| wire.role == Role::Active) {
            put(&mut wire.out, FrameKind::Ping, 0, b"");
            self.timers.set(Timer::Ping, now + self.limits.ping);
        }
    }

    /// Gives up the wires in `role`, since nothing came from them in time.
    pub(super) fn give_up(&mut self, now: Millis, role: Role) {
        let silent = self.wires.iter().filter(|wire| wire.role == role).map(|wire| wire.id);
        for wire in silent.collect::<Vec<_>>() {
            self.handle_wire_lost(now, wire);
            self.events.push_back(Event::WireDone { wire });
        }
    }

    pub(super) fn malformed() -> End {
        End::Malformed(Malformed::Payload)
    }

    fn activate(&mut self, now: Millis, wire: WireId) {
        let ordinal = self.wires.iter().find(|w| w.id == wire).map_or(0, |w| w.ordinal);
        for other in &mut self.wires {
            if other.id == wire {
                other.role = Role::Active;
                self.told = other.said;
                // What the handshake said need not be said again, and nothing must wait for that.
                self.is_ack_due &= self.received > self.told;
            } else if other.role == Role::Active
                || (other.role == Role::Attaching && other.ordinal < ordinal)
            {
                other.role = Role::Replaced;
                self.events.push_back(Event::WireDone { wire: other.id });
            }
        }
        // An acknowledgement that another wire carried may be lost with it, so it is due again.
        self.timers.set(Timer::Ack, now + self.limits.ack_delay);
        self.timers.clear(Timer::Grace);
        self.timers.set(Timer::Idle, now + self.limits.idle);
        let replaced = self.wires.iter().filter(|wire| wire.role == Role::Replaced);
        if replaced.count() > limits::REPLACED {
            let oldest = self.wires.iter().position(|wire| wire.role == Role::Replaced);
            oldest.map(|oldest| self.wires.remove(oldest));
        }
        self.events.push_back(Event::Attached { wire });
    }

    /// A client tries one wire at a time beside the one that works.
    fn drop_attaching(&mut self) {
        let stale = |wire: &Wire| wire.role == Role::Attaching && wire.next_in.is_none();
        for wire in self.wires.iter().filter(|wire| stale(wire)) {
            self.events.push_back(Event::WireDone { wire: wire.id });
        }
        self.wires.retain(|wire| !stale(wire));
    }

    fn bounds(&self) -> Bounds {
        Bounds { channels: self.limits.channels, message: self.limits.message }
    }
}

impl Refusal {
    /// The stable name, as in `END`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StaleWire => "stale_wire",
            Self::BadAck => "bad_ack",
            Self::UnknownConnection => "unknown_connection",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::StaleWire => "a newer wire is bound already",
            Self::BadAck => "the client's count of received frames is impossible",
            Self::UnknownConnection => "the connection is not known here",
        })
    }
}

impl std::error::Error for Refusal {}
