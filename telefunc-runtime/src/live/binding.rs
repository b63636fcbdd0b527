//! Where a server-made channel and its client's end meet: the channel of the connection, once there
//! is one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll, Waker};

use telefunc_protocol::ChannelId;

use super::placeholder::Misplaced;
use crate::connection::{Link, Port};
use crate::context::Context;
use crate::scope::CloseReason;

/// Shared by a channel and its client's end.
#[derive(Default)]
pub(super) struct Binding(Mutex<State>);

#[derive(Default)]
struct State {
    port: Option<Arc<Port>>,
    /// Whether the client's end was sent.
    is_sent: bool,
    /// Whether one of the two is gone, so that they never meet or never need to.
    is_over: bool,
    /// Who waits for the port.
    waiting: Vec<Waker>,
}

impl Binding {
    /// The port, if there is one or can be one now: within a call that has a connection, a channel
    /// may be written to before its client's end is sent.
    pub(super) fn now(&self) -> Option<Arc<Port>> {
        let mut state = self.state();
        if state.port.is_none() && !state.is_over {
            let cx = Context::try_current()?;
            let port = Port::open(cx.link()?, &cx).ok()?;
            state.set(&Arc::new(port));
        }
        state.port.clone().filter(|_| !state.is_over)
    }

    /// The port, when there is one; `None` when there will be none.
    pub(super) fn poll(&self, task: &mut task::Context<'_>) -> Poll<Option<Arc<Port>>> {
        let mut state = self.state();
        if state.is_over {
            return Poll::Ready(None);
        }
        if let Some(port) = &state.port {
            return Poll::Ready(Some(Arc::clone(port)));
        }
        if !state.waiting.iter().any(|waiting| waiting.will_wake(task.waker())) {
            state.waiting.push(task.waker().clone());
        }
        Poll::Pending
    }

    /// The client's end is sent to the client of `cx`.
    pub(super) fn send(&self, link: &Arc<Link>, cx: &Context) -> Result<ChannelId, Misplaced> {
        let mut state = self.state();
        if state.is_sent {
            return Err(Misplaced::SentBefore);
        }
        let port = match &state.port {
            Some(port) if !port.is_of(link) => return Err(Misplaced::OtherConnection),
            Some(port) => Arc::clone(port),
            None => {
                let port = Arc::new(Port::open(link, cx).map_err(Misplaced::Open)?);
                state.set(&port);
                port
            }
        };
        state.is_sent = true;
        if state.is_over {
            // The channel is gone already. What it said, and that it is closed, is on its way.
            state.port = None;
        }
        Ok(port.channel())
    }

    /// Whether there is no port and never will be.
    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }

    /// The channel is dropped, or what was to bring the client's end to its client failed.
    pub(super) fn close(&self) {
        let mut state = self.state();
        let (port, waiting) = state.end();
        if !state.is_sent {
            // The client's end, should it still be sent, is the end of what was said before.
            state.port.clone_from(&port);
        }
        drop(state);
        if let Some(port) = port {
            port.close();
        }
        waiting.into_iter().for_each(Waker::wake);
    }

    /// The client's end is dropped.
    pub(super) fn unsent(&self) {
        let mut state = self.state();
        if state.is_sent {
            return;
        }
        let (port, waiting) = state.end();
        drop(state);
        if let Some(port) = port {
            port.end_with(CloseReason::Closed);
        }
        waiting.into_iter().for_each(Waker::wake);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn set(&mut self, port: &Arc<Port>) {
        self.port = Some(Arc::clone(port));
        self.waiting.drain(..).for_each(Waker::wake);
    }

    fn end(&mut self) -> (Option<Arc<Port>>, Vec<Waker>) {
        self.is_over = true;
        (self.port.take(), std::mem::take(&mut self.waiting))
    }
}
