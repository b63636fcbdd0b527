//! Flow control: how much each side may send on a channel, and who decides it.
//!
//! ```text
//!   sender                                     receiver
//!   Credit: bytes it may still send            Window: bytes it is ready to hold
//!     a frame costs payload + OVERHEAD  ─────►   receive: checked against what was granted
//!     out of credit: BLOCKED(want)      ─────►   blocked: the window may grow
//!                                       ◄─────   consume: CREDIT, as the application reads
//! ```
//!
//! Credit is granted as the *application* consumes, so a reader that stops reading stops its own
//! channel and no other. A window grows when its sender ran out of credit while the application kept
//! pace: then the window, not the reader, was what held the sender back. That measures the
//! bandwidth-delay product by its effect, without a clock on the path.

use crate::limits::{DRAIN, FRAGMENT, INITIAL_CREDIT, OVERHEAD};
use crate::timer::Millis;

/// What a frame with a payload of `len` bytes costs.
#[must_use]
pub const fn charge(len: usize) -> u64 {
    len as u64 + OVERHEAD
}

/// What a payload of `len` bytes costs in as many frames as it takes.
#[must_use]
pub const fn charge_cut(len: usize) -> u64 {
    let frames = if len <= FRAGMENT { 1 } else { len.div_ceil(FRAGMENT) };
    len as u64 + OVERHEAD * frames as u64
}

/// The receiver's side of one channel.
#[derive(Debug)]
pub(crate) struct Window {
    /// What the peer may still send; both sides know it.
    open: u64,
    /// What came and was not consumed; only we know it.
    unread: u64,
    /// The part of `unread` that belongs to a message which is not complete, and so can't be
    /// consumed however willing the application is.
    partial: u64,
    /// What `open` and `unread` together should be.
    size: u64,
    /// When the peer said that it ran out of credit, until that has had its effect on the size.
    blocked_at: Option<Millis>,
    /// Whether nothing was granted since.
    is_waited_for: bool,
    /// What the peer needs to finish the message it is at, counted like `open`.
    want: u64,
    /// Nothing is held any more; what still comes is only checked.
    released: bool,
}

/// The peer sent more than it was granted.
#[derive(Debug)]
pub(crate) struct Exceeded;

impl Window {
    pub(crate) fn new() -> Self {
        let (open, size) = (INITIAL_CREDIT, INITIAL_CREDIT);
        Self {
            open,
            unread: 0,
            partial: 0,
            size,
            blocked_at: None,
            is_waited_for: false,
            want: 0,
            released: false,
        }
    }

    pub(crate) fn unread(&self) -> u64 {
        self.unread
    }

    /// A frame came that costs `charge`.
    pub(crate) fn receive(&mut self, charge: u64) -> Result<(), Exceeded> {
        self.open = self.open.checked_sub(charge).ok_or(Exceeded)?;
        self.want = self.want.saturating_sub(charge);
        if !self.released {
            self.unread += charge;
            self.partial += charge;
        }
        Ok(())
    }

    /// Something came that is free of credit but must be consumed all the same.
    pub(crate) fn receive_free(&mut self, charge: u64, pool: &mut Pool) {
        let before = self.draw();
        self.unread += charge;
        pool.change(before, self.draw());
    }

    /// The message is complete; gives what all its frames cost.
    pub(crate) fn complete(&mut self) -> u64 {
        std::mem::take(&mut self.partial)
    }

    /// The peer has run out of credit in front of what costs `want`. Gives what to grant now.
    pub(crate) fn blocked(&mut self, now: Millis, want: u64, pool: &mut Pool) -> u64 {
        self.blocked_at = Some(now);
        self.is_waited_for = true;
        self.want = want;
        self.grant(now, pool)
    }

    /// The application has taken what cost `charge`. Gives what to grant now.
    pub(crate) fn consume(&mut self, now: Millis, charge: u64, pool: &mut Pool) -> u64 {
        let before = self.draw();
        self.unread = self.unread.saturating_sub(charge).max(self.partial);
        pool.change(before, self.draw());
        self.grant(now, pool)
    }

    /// All that came is dropped, as if it were consumed: nobody reads any more, but the peer must be
    /// able to say all that it has to say. Gives what to grant now.
    pub(crate) fn discard(&mut self, now: Millis, pool: &mut Pool) -> u64 {
        self.partial = 0;
        self.consume(now, self.unread, pool)
    }

    /// Whether the peer waits in the middle of a message for room in the pool.
    pub(crate) fn is_starved(&self) -> bool {
        self.want > self.open && self.unread == self.partial
    }

    /// Gives what to grant, which may have become more because others left room in the pool.
    pub(crate) fn grant(&mut self, now: Millis, pool: &mut Pool) -> u64 {
        let before = self.draw();
        self.resize(now, pool);
        pool.change(before, self.draw());

        let before = self.draw();
        // What came of an unfinished message waits for its rest, not for the application, so as far as
        // the pool has room for it, it does not count against the window.
        let held = self.open + self.unread - self.partial.min(pool.left());
        let gap = self.size.saturating_sub(held);
        // Half a window at a time, so that a small message is not answered with a grant; less when
        // the peer stands still for it.
        let least = if self.is_waited_for { self.size / 8 } else { self.size / 2 };
        let mut granted = if gap >= least { gap } else { 0 };
        self.open += granted;
        if self.is_starved() {
            let extra = self.want - self.open;
            self.open += extra;
            match self.draw().0 - before.0 <= pool.left() {
                true => granted += extra,
                false => self.open -= extra,
            }
        }
        pool.change(before, self.draw());
        self.is_waited_for &= granted == 0;
        granted
    }

    /// The message that came in part will never be complete.
    pub(crate) fn drop_partial(&mut self, pool: &mut Pool) {
        let before = self.draw();
        self.unread -= std::mem::take(&mut self.partial);
        self.want = 0;
        pool.change(before, self.draw());
    }

    /// The channel is over: nothing of it is held any more.
    pub(crate) fn release(&mut self, pool: &mut Pool) {
        let before = self.draw();
        (self.unread, self.partial, self.want, self.released) = (0, 0, 0, true);
        pool.change(before, self.draw());
    }

    fn resize(&mut self, now: Millis, pool: &Pool) {
        let share = INITIAL_CREDIT + pool.share(self.draw().1);
        self.size = self.size.min(share);
        let Some(at) = self.blocked_at else { return };
        if (self.unread - self.partial) * 2 > self.size {
            return;
        }
        self.blocked_at = None;
        if now.saturating_sub(at) <= DRAIN {
            let growth = if self.size < 64 * 1024 { 4 } else { 2 };
            self.size = (self.size * growth).min(share);
        }
    }

    /// What the channel takes of the pool, and what of that is for its window's size.
    fn draw(&self) -> (u64, u64) {
        if self.released {
            return (0, 0);
        }
        let held = self.size.max(self.open + self.unread);
        (held.saturating_sub(INITIAL_CREDIT), self.size - INITIAL_CREDIT)
    }
}

/// What all channels of a connection share beyond their initial credit.
#[derive(Debug)]
pub(crate) struct Pool {
    total: u64,
    used: u64,
    /// The part of `used` that grown windows take.
    windows: u64,
}

impl Pool {
    pub(crate) fn new(total: u64) -> Self {
        Self { total, used: 0, windows: 0 }
    }

    fn left(&self) -> u64 {
        self.total.saturating_sub(self.used)
    }

    /// How far a window that has grown by `own` may grow: no further than what it leaves to others,
    /// so a newcomer always finds room and those that are busy end up with equal shares.
    fn share(&self, own: u64) -> u64 {
        let windows = (self.total / 2).saturating_sub(self.windows) + own;
        (windows / 2).min(self.left() + own)
    }

    fn change(&mut self, before: (u64, u64), after: (u64, u64)) {
        self.used = self.used + after.0 - before.0;
        self.windows = self.windows + after.1 - before.1;
    }
}
