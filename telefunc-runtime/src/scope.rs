//! The scope of a call: what it opened, and what happens once that is over.
//!
//! ```text
//!            open() +1        close() -1
//!   call ──► ┌──────┐ ───────────────────► last one closed ──► Finished
//!            │ open │
//!            └──────┘ ───────────────────► a part was lost ──► Disconnected
//!                     ───────────────────► the client ended the last part that it sees
//!                                                         ──► Closed or Aborted
//! ```
//!
//! The client sees the answer's stream, channels and callbacks; tasks it does not see. A channel that
//! the client ends while the server reads it is over once the server has found out and let go of it,
//! so that what came before is not lost; one that nobody looks at is over at once.
//!
//! Whichever comes first decides the reason, once. Then tasks are aborted, `on_close` hooks run
//! and `closed()` resolves.

use std::collections::HashSet;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use telefunc_protocol::ChannelId;

use tokio::sync::Notify;
use tokio::task::AbortHandle;

use crate::connection::Link;

/// Why a scope, a channel or a callback is over.
#[derive(Clone, Debug, PartialEq)]
pub enum CloseReason {
    /// Everything that the call opened has finished.
    Finished,
    /// The client closed it.
    Closed,
    /// The client aborted it, with this value.
    Aborted(serde_json::Value),
    /// The client is gone. A call that rides an HTTP response ends this way too when its client
    /// stops early: all that HTTP tells the server then is that nobody reads on.
    Disconnected,
}

type Hook = Box<dyn FnOnce(CloseReason) + Send>;

/// Shared by all handles of one call.
#[derive(Default)]
pub(crate) struct Scope {
    state: Mutex<State>,
    ended: Notify,
}

#[derive(Default)]
struct State {
    parts: usize,
    /// Those of `parts` that the client sees.
    visible: usize,
    /// Whether the call has been answered.
    is_answered: bool,
    /// How the client ended a part, the first that it did.
    noted: Option<CloseReason>,
    reason: Option<CloseReason>,
    /// The channels of the call, all of one connection.
    channels: HashSet<ChannelId>,
    link: Weak<Link>,
    hooks: Vec<Hook>,
    tasks: Vec<AbortHandle>,
}

impl Scope {
    /// Counts one more part as open.
    pub(crate) fn open(self: &Arc<Self>) -> Part {
        self.state().parts += 1;
        Part { scope: Arc::clone(self), finished: false, is_visible: false }
    }

    /// Counts one more part as open that the client sees and can end.
    pub(crate) fn open_visible(self: &Arc<Self>) -> Part {
        let mut state = self.state();
        state.parts += 1;
        state.visible += 1;
        Part { scope: Arc::clone(self), finished: false, is_visible: true }
    }

    /// The call has been answered: from now on it lasts as long as what it opened.
    pub(crate) fn answered(&self) {
        let mut state = self.state();
        state.is_answered = true;
        if state.visible == 0
            && let Some(reason) = state.noted.clone()
        {
            drop(state);
            self.end(reason);
        }
    }

    /// Has the channel closed when the scope ends; at once if it has ended.
    pub(crate) fn watch_channel(&self, link: &Arc<Link>, channel: ChannelId) {
        let mut state = self.state();
        if let Some(reason) = state.reason.clone() {
            drop(state);
            return link.close_all([channel], &reason);
        }
        state.link = Arc::downgrade(link);
        state.channels.insert(channel);
    }

    /// The channel is over.
    pub(crate) fn unwatch_channel(&self, channel: ChannelId) {
        self.state().channels.remove(&channel);
    }

    /// Has `task` aborted when the scope ends; at once if it has ended.
    pub(crate) fn watch(&self, task: AbortHandle) {
        let mut state = self.state();
        if state.reason.is_some() {
            task.abort();
        } else {
            // Bounded by the tasks that run: those that are over are dropped as others come.
            if state.tasks.len() == state.tasks.capacity() {
                state.tasks.retain(|task| !task.is_finished());
            }
            state.tasks.push(task);
        }
    }

    /// Runs `hook` when the scope ends; at once if it has ended.
    pub(crate) fn on_close(&self, hook: Hook) {
        let mut state = self.state();
        match state.reason.clone() {
            Some(reason) => {
                drop(state);
                hook(reason);
            }
            None => state.hooks.push(hook),
        }
    }

    /// Resolves when the scope has ended.
    pub(crate) async fn closed(&self) -> CloseReason {
        let mut ended = pin!(self.ended.notified());
        loop {
            // Listening starts before the look, or an end in between would be missed.
            ended.as_mut().enable();
            if let Some(reason) = self.state().reason.clone() {
                return reason;
            }
            ended.as_mut().await;
            ended.set(self.ended.notified());
        }
    }

    fn end(&self, reason: CloseReason) {
        let mut state = self.state();
        if state.reason.is_some() {
            return;
        }
        state.reason = Some(reason.clone());
        let tasks = mem::take(&mut state.tasks);
        let hooks = mem::take(&mut state.hooks);
        let channels = mem::take(&mut state.channels);
        let link = mem::take(&mut state.link);
        drop(state);
        if let Some(link) = link.upgrade().filter(|_| !channels.is_empty()) {
            link.close_all(channels, &reason);
        }
        for task in tasks {
            task.abort();
        }
        for hook in hooks {
            let reason = reason.clone();
            // A panic of one hook must not cost the others; the panic hook has printed it.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| hook(reason)));
        }
        self.ended.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open part of a scope: the call itself, its stream, a task. Dropping it without
/// [`finish`](Self::finish) ends the scope, since then whoever waited for it went away.
pub(crate) struct Part {
    scope: Arc<Scope>,
    finished: bool,
    is_visible: bool,
}

impl Part {
    pub(crate) fn finish(mut self) {
        self.finished = true;
    }

    /// The client has ended this part, which is over once the server lets go of it.
    pub(crate) fn note(&self, reason: CloseReason) {
        self.scope.state().noted.get_or_insert(reason);
    }

    /// The client has ended this part. `is_over` when that ends the scope, unless it still sees
    /// another part.
    pub(crate) fn ended_by_client(self, reason: CloseReason, is_over: bool) {
        let scope = Arc::clone(&self.scope);
        self.note(reason.clone());
        self.finish();
        let state = scope.state();
        let ends = reason == CloseReason::Disconnected || (state.is_answered && state.visible == 0);
        drop(state);
        if is_over && ends {
            scope.end(reason);
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.finished {
            return self.scope.end(CloseReason::Disconnected);
        }
        let mut state = self.scope.state();
        state.parts -= 1;
        state.visible -= usize::from(self.is_visible);
        if state.parts == 0 {
            let reason = state.noted.clone().unwrap_or(CloseReason::Finished);
            drop(state);
            self.scope.end(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn ends_once_when_the_last_part_has_finished() {
        let scope = Arc::new(Scope::default());
        let (sender, reasons) = std::sync::mpsc::channel();
        scope.on_close(Box::new(move |reason| sender.send(reason).unwrap()));
        let (call, stream) = (scope.open(), scope.open());
        call.finish();
        assert!(scope.closed().now_or_never().is_none());
        stream.finish();
        assert_eq!(scope.closed().now_or_never(), Some(CloseReason::Finished));
        assert_eq!(reasons.iter().collect::<Vec<_>>(), [CloseReason::Finished]);
    }

    #[test]
    fn a_lost_part_ends_all_at_once() {
        let scope = Arc::new(Scope::default());
        let (call, stream) = (scope.open(), scope.open());
        drop(stream);
        assert_eq!(scope.closed().now_or_never(), Some(CloseReason::Disconnected));
        call.finish();
        assert_eq!(scope.closed().now_or_never(), Some(CloseReason::Disconnected));
    }

    #[test]
    fn a_hook_that_comes_late_runs_at_once_and_one_that_panics_stops_no_other() {
        let scope = Arc::new(Scope::default());
        let (sender, reasons) = std::sync::mpsc::channel();
        let late = sender.clone();
        scope.on_close(Box::new(|_| panic!("a hook's own mistake")));
        scope.on_close(Box::new(move |reason| sender.send(reason).unwrap()));
        scope.open().finish();
        scope.on_close(Box::new(move |reason| late.send(reason).unwrap()));
        assert_eq!(reasons.iter().count(), 2);
    }
}
