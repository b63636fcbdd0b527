//! The books that span channels: who is in which line, and what all of them hold together.

use super::transmit::Control;
use super::{Connection, Event};
use crate::channel::{Channel, ChannelId, State};
use crate::flow::{Pool, Window};
use crate::limits::INITIAL_CREDIT;
use crate::timer::Millis;

impl Connection {
    /// Lets `change` work on a channel's window, and books what it leaves and what it grants.
    pub(super) fn change_window(
        &mut self,
        channel: ChannelId,
        change: impl FnOnce(&mut Window, &mut Pool) -> u64,
    ) {
        let Some(found) = self.channels.get_mut(&channel) else { return };
        let before = found.window.unread();
        let grant = change(&mut found.window, &mut self.pool);
        self.unread = self.unread + found.window.unread() - before;
        if !found.state.may_speak() {
            return;
        }
        if grant > 0 {
            if found.grant == 0 {
                self.control.push_back(Control::Credit(channel));
            }
            found.grant += grant;
        }
        if found.window.is_starved() && !found.is_starved {
            found.is_starved = true;
            self.starved.push_back(channel);
        }
    }

    /// Serves those that wait for room in the pool, the longest first, as far as there is room.
    pub(super) fn feed(&mut self, now: Millis) {
        while let Some(channel) = self.starved.front().copied() {
            self.change_window(channel, |window, pool| window.grant(now, pool));
            match self.channels.get_mut(&channel) {
                Some(found) if found.window.is_starved() => return,
                Some(found) => found.is_starved = false,
                None => {}
            }
            self.starved.pop_front();
        }
    }

    /// Puts a channel that has something to send into the line.
    pub(super) fn line_up(&mut self, channel: ChannelId) {
        let Some(found) = self.channels.get_mut(&channel) else { return };
        if !found.is_ready && found.outbox.is_ready() {
            found.is_ready = true;
            self.ready.push_back(channel);
        }
    }

    /// Whether a message of this cost may be queued now.
    ///
    /// Half of the outbox is for everyone; the other half only for small messages of channels that
    /// have nothing queued, so that channels with slow readers can't stop the others.
    pub(super) fn accepts(&self, channel: &Channel, cost: u64) -> bool {
        let total = self.queued + cost;
        let is_small = channel.outbox.queued() == 0 && cost <= INITIAL_CREDIT;
        let bound = if is_small { self.limits.outbox } else { self.limits.outbox / 2 };
        total <= bound && channel.outbox.has_room(cost)
    }

    /// Tells those whose message was refused and would be taken now.
    pub(super) fn wake(&mut self) {
        for _ in 0..self.refused.len() {
            let Some(channel) = self.refused.pop_front() else { return };
            let Some(found) = self.channels.get(&channel) else { continue };
            let Some(cost) = found.refused else { continue };
            if self.accepts(found, cost) {
                self.events.push_back(Event::Writable { channel });
                self.channels.entry(channel).and_modify(|found| found.refused = None);
            } else {
                self.refused.push_back(channel);
            }
        }
    }

    /// Drops what a channel has not sent.
    pub(super) fn discard(&mut self, channel: ChannelId) {
        if let Some(found) = self.channels.get_mut(&channel) {
            self.queued -= found.outbox.clear();
            found.refused = None;
        }
    }

    /// Drops what a channel has received and nobody will read.
    pub(super) fn stop_reading(&mut self, channel: ChannelId) {
        self.change_window(channel, |window, pool| {
            window.release(pool);
            0
        });
        if let Some(found) = self.channels.get_mut(&channel) {
            found.assembly = Default::default();
        }
    }

    /// A channel that the peer has ended is over when all that came before is consumed.
    pub(super) fn settle(&mut self, channel: ChannelId) {
        let Some(found) = self.channels.get(&channel) else { return };
        if found.state == State::Draining && found.window.unread() == 0 {
            self.control.push_back(Control::Close(channel));
            self.forget(channel);
        }
    }

    /// Both ends are said.
    pub(super) fn forget(&mut self, channel: ChannelId) {
        self.discard(channel);
        self.stop_reading(channel);
        if self.channels.remove(&channel).is_some() && self.is_peers(channel) {
            self.opened_by_peer -= 1;
        }
    }
}
