//! The deadlines of a connection in one table. Time comes in as a number; nothing here reads a clock.

/// Milliseconds since any fixed point; only differences count.
pub type Millis = u64;

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The connection has no wire: give it up.
    Grace,
    /// The attach was not answered: give the wire up.
    Handshake,
    /// Nothing came from the wire: give it up.
    Idle,
    /// The server's next ping.
    Ping,
    /// What was received must be acknowledged by now.
    Ack,
}

/// The deadlines that are set.
#[derive(Debug, Default)]
pub(crate) struct Timers([Option<Millis>; 5]);

impl Timers {
    pub(crate) fn set(&mut self, timer: Timer, at: Millis) {
        self.0[timer as usize] = Some(at);
    }

    /// Sets a deadline that is not set yet.
    pub(crate) fn arm(&mut self, timer: Timer, at: Millis) {
        self.0[timer as usize].get_or_insert(at);
    }

    pub(crate) fn clear(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    /// Whether the deadline is set and reached.
    pub(crate) fn is_due(&self, timer: Timer, now: Millis) -> bool {
        self.0[timer as usize].is_some_and(|at| at <= now)
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<Millis> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes one timer whose deadline is reached.
    pub(crate) fn expire(&mut self, now: Millis) -> Option<Timer> {
        const ALL: [Timer; 5] =
            [Timer::Grace, Timer::Handshake, Timer::Idle, Timer::Ping, Timer::Ack];
        let due = ALL.into_iter().find(|timer| self.is_due(*timer, now))?;
        self.clear(due);
        Some(due)
    }
}
