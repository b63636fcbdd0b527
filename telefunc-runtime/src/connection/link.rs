//! One connection as the server holds it: the protocol behind a lock, and an inbox for each channel.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{self, Waker};

use bytes::Bytes;
use telefunc_protocol::connection::SendError;
use telefunc_protocol::{
    ChannelId, Connection, Failure, Limits, Millis, ProtocolCode, Side, Token, WireId,
};

use super::driver::Clock;
use super::slot::Slot;
use super::wire::Attachment;
use crate::scope::{CloseReason, Part};

/// A connection, shared by its wires, its driver and the handles of its channels.
pub(crate) struct Link {
    pub(super) core: Mutex<Core>,
    clock: Clock,
}

/// What the lock guards.
pub(super) struct Core {
    pub(super) connection: Connection,
    pub(super) slots: HashMap<ChannelId, Slot>,
    pub(super) wires: Vec<Attachment>,
    pub(super) next_wire: WireId,
    /// Slots without a handle.
    pub(super) unclaimed: usize,
    /// Slots that must be open and claimed by then.
    pub(super) expiries: BTreeSet<(Millis, ChannelId)>,
    /// When the first wire must be attached; `None` once it is.
    pub(super) attach_by: Option<Millis>,
    /// The driver, and the deadline that it knows.
    driver: Option<(Waker, Option<Millis>)>,
    pub(super) patience: Patience,
    pub(super) channels: u64,
}

/// How long the two halves of a channel wait for each other: the `OPEN` that comes by a wire, and
/// the message that mentions it, which may come by another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// A handle for its `OPEN`, and a connection for its first wire.
    pub(crate) open: Millis,
    /// An open channel for its handle.
    pub(crate) claim: Millis,
}

/// Why no handle was made for a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The client does not choose such ids.
    Impossible,
    /// There is or was a handle for it.
    Taken,
    /// There are too many channels.
    TooMany,
    /// The connection is over.
    Closed,
}

/// What to do once the lock is released.
#[derive(Default)]
pub(super) struct After {
    pub(super) wakers: Vec<Waker>,
    /// Parts of scopes whose client ended them, and whether the scope is to end at once.
    pub(super) ends: Vec<(Part, CloseReason, bool)>,
    pub(super) finished: Vec<Part>,
}

impl Link {
    /// A connection to which no wire is attached yet.
    pub(super) fn new(token: Token, limits: &Limits, patience: Patience) -> Self {
        let clock = Clock::start();
        let connection = Connection::new(clock.now(), Side::Server, token, limits.clone());
        let core = Core {
            connection,
            slots: HashMap::new(),
            wires: Vec::new(),
            next_wire: 0,
            unclaimed: 0,
            expiries: BTreeSet::new(),
            attach_by: Some(clock.now() + patience.open),
            driver: None,
            patience,
            channels: limits.channels,
        };
        Self { core: Mutex::new(core), clock }
    }

    /// Does something to the connection, then all that follows from it.
    pub(super) fn work<R>(&self, work: impl FnOnce(&mut Core, Millis) -> R) -> R {
        let now = self.clock.now();
        let mut after = After::default();
        let mut core = self.core();
        let result = work(&mut core, now);
        core.dispatch(now, &mut after);
        core.wake_driver(&mut after);
        core.wake_wires(&mut after);
        drop(core);
        after.run();
        result
    }

    /// Looks at the connection, and changes nothing that anyone waits for.
    pub(super) fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    /// Whether any channel is open.
    pub(super) fn is_idle(&self) -> bool {
        self.core().slots.is_empty()
    }

    /// Opens a channel as `part` of a call's scope.
    pub(super) fn open(&self, part: Part) -> Result<ChannelId, SendError> {
        let mut part = Some(part);
        let opened = self.work(|core, _| {
            let channel = core.connection.open(Bytes::new())?;
            let part = part.take();
            let slot = Slot { is_open: true, is_claimed: true, part, ..Slot::default() };
            core.slots.insert(channel, slot);
            Ok(channel)
        });
        if let Some(part) = part {
            part.finish();
        }
        opened
    }

    /// Makes ours a channel that the client has opened, or is about to open, as `part` of the scope
    /// of the call that mentions it.
    pub(super) fn claim(&self, channel: ChannelId, part: Part) -> Result<(), Claim> {
        let mut part = Some(part);
        let claimed = self.work(|core, now| core.claim(now, channel, &mut part));
        if let Some(part) = part {
            part.finish();
        }
        claimed
    }

    /// The scope of these channels is over.
    pub(crate) fn close_all(
        &self,
        channels: impl IntoIterator<Item = ChannelId>,
        reason: &CloseReason,
    ) {
        self.work(|core, now| {
            let mut wakers = Vec::new();
            for channel in channels {
                core.connection.close(now, channel);
                if let Some(slot) = core.slots.get_mut(&channel) {
                    slot.end.get_or_insert_with(|| reason.clone());
                    wakers.extend(slot.wakers());
                }
            }
            wakers
        })
        .into_iter()
        .for_each(Waker::wake);
    }

    /// Ends the connection.
    pub(super) fn shutdown(&self) {
        self.work(|core, _| core.connection.shutdown());
    }

    /// Asks the client to attach elsewhere.
    pub(super) fn drain(&self, after: Millis) {
        self.work(|core, _| core.connection.drain(after));
    }

    /// When [`handle_timeout`](Self::handle_timeout) must be called; `task` is woken when that
    /// becomes sooner, and when the connection is over, which is `None`.
    pub(super) fn deadline(&self, task: &mut task::Context<'_>) -> Option<Millis> {
        let mut core = self.core();
        if core.connection.ended().is_some() {
            return None;
        }
        let deadline = core.deadline();
        core.driver = Some((task.waker().clone(), deadline));
        Some(deadline.unwrap_or(Millis::MAX))
    }

    /// A deadline has come.
    pub(super) fn handle_timeout(&self) {
        let after = self.work(|core, now| {
            let mut after = After::default();
            core.connection.handle_timeout(now);
            core.expire(now, &mut after);
            after
        });
        after.run();
    }
}

impl Core {
    fn claim(
        &mut self,
        now: Millis,
        channel: ChannelId,
        part: &mut Option<Part>,
    ) -> Result<(), Claim> {
        if self.connection.ended().is_some() {
            return Err(Claim::Closed);
        }
        if channel.is_multiple_of(2) || channel > telefunc_protocol::varint::MAX {
            return Err(Claim::Impossible);
        }
        if let Some(slot) = self.slots.get_mut(&channel) {
            if slot.is_claimed {
                return Err(Claim::Taken);
            }
            slot.is_claimed = true;
            slot.part = part.take();
            if let (Some(part), Some(reason)) = (&slot.part, &slot.end) {
                part.note(reason.clone());
            }
            self.unclaimed -= 1;
            self.expect(channel, None);
            return Ok(());
        }
        // Those that are not open yet are bounded too: each is a handle in some call.
        if self.slots.len() as u64 >= self.channels * 2 {
            return Err(Claim::TooMany);
        }
        let slot = Slot { is_claimed: true, part: part.take(), ..Slot::default() };
        self.slots.insert(channel, slot);
        self.expect(channel, Some(now + self.patience.open));
        Ok(())
    }

    /// Sets by when a slot must have changed.
    pub(super) fn expect(&mut self, channel: ChannelId, by: Option<Millis>) {
        let Some(slot) = self.slots.get_mut(&channel) else { return };
        if let Some(former) = std::mem::replace(&mut slot.expires, by) {
            self.expiries.remove(&(former, channel));
        }
        if let Some(by) = by {
            self.expiries.insert((by, channel));
        }
    }

    /// Removes a slot from all books.
    pub(super) fn forget(&mut self, channel: ChannelId) -> Option<Slot> {
        self.expect(channel, None);
        let slot = self.slots.remove(&channel)?;
        self.unclaimed -= usize::from(!slot.is_claimed);
        Some(slot)
    }

    /// What waited too long for its other half.
    fn expire(&mut self, now: Millis, after: &mut After) {
        if self.attach_by.is_some_and(|by| by <= now) {
            self.attach_by = None;
            self.connection.shutdown();
        }
        while let Some((by, channel)) = self.expiries.first().copied().filter(|(by, _)| *by <= now)
        {
            self.expiries.remove(&(by, channel));
            let Some(slot) = self.slots.get_mut(&channel) else { continue };
            slot.expires = None;
            if slot.is_claimed && !slot.is_released {
                self.ended(channel, CloseReason::Closed, after);
                continue;
            }
            self.refuse(
                now,
                channel,
                ProtocolCode::MalformedBody,
                "no call mentioned this channel",
            );
            self.forget(channel);
        }
    }

    /// Fails a channel of the client's.
    pub(super) fn refuse(
        &mut self,
        now: Millis,
        channel: ChannelId,
        code: ProtocolCode,
        why: &str,
    ) {
        let failure = Failure::protocol(code, why).to_json();
        // It can not be too long.
        let _ = self.connection.abort(now, channel, failure.into());
    }

    fn deadline(&self) -> Option<Millis> {
        let expiry = self.expiries.first().map(|(at, _)| *at);
        [self.connection.poll_timeout(), expiry, self.attach_by].into_iter().flatten().min()
    }

    /// Has the driver woken, if it sleeps for too long.
    pub(super) fn wake_driver(&mut self, after: &mut After) {
        let Some((_, known)) = &self.driver else { return };
        let is_sooner = |deadline: Option<Millis>| {
            deadline.is_some_and(|deadline| known.is_none_or(|known| deadline < known))
        };
        if self.connection.ended().is_some() || is_sooner(self.deadline()) {
            after.wakers.extend(self.driver.take().map(|(waker, _)| waker));
        }
    }

    /// Has the wires woken: there may be something to write.
    pub(super) fn wake_wires(&mut self, after: &mut After) {
        after.wakers.extend(self.wires.iter_mut().filter_map(|wire| wire.waker.take()));
    }
}

impl After {
    pub(super) fn run(self) {
        self.wakers.into_iter().for_each(Waker::wake);
        for part in self.finished {
            part.finish();
        }
        for (part, reason, at_once) in self.ends {
            part.ended_by_client(reason, at_once);
        }
    }
}
