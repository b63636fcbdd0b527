//! The only place with a clock: turns the deadlines of a link into one timer.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use telefunc_protocol::Millis;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::link::Link;

/// Milliseconds since a connection began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock(Instant);

impl Clock {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    pub(super) fn now(self) -> Millis {
        self.0.elapsed().as_millis().try_into().unwrap_or(Millis::MAX)
    }

    fn instant(self, at: Millis) -> Instant {
        // Beyond a century the timer's own arithmetic would overflow.
        self.0 + Duration::from_millis(at.min(100 * 365 * 86_400_000))
    }
}

/// Tells `link` when its deadlines have come, until it is over. The timer is only moved to an
/// earlier time; for a later one it fires in vain and is set anew, since deadlines move with every
/// message.
pub(super) async fn run(link: Arc<Link>) {
    let mut timer = pin!(sleep_until(link.clock().instant(Millis::MAX)));
    poll_fn(|task| {
        loop {
            let Some(deadline) = link.deadline(task) else { return Poll::Ready(()) };
            let deadline = link.clock().instant(deadline);
            if deadline < timer.deadline() || timer.is_elapsed() {
                timer.as_mut().reset(deadline);
            }
            ready!(timer.as_mut().poll(task));
            link.handle_timeout();
        }
    })
    .await;
}

/// What `work` gives, unless it takes longer than `limit`.
pub(super) async fn within<F: Future>(limit: Millis, work: F) -> Option<F::Output> {
    timeout(Duration::from_millis(limit), work).await.ok()
}

/// Resolves when `is_so`, looked at every few milliseconds: for the end of a server, where nothing
/// else is left that could tell.
pub(super) async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        sleep(Duration::from_millis(10)).await;
    }
}
