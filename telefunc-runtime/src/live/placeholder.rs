//! Where live values leave the JSON: while serde writes or reads one message, each becomes the number
//! of a channel, or is made of one.
//!
//! A scope belongs to one synchronous run of serde on this thread, so it is a closure and can not be
//! held across an await. Scopes nest: an inner one hides the outer one until it ends, also by a panic.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::thread::LocalKey;

use telefunc_protocol::ChannelId;

use crate::connection::{Claim, Link, Port, Refused};
use crate::context::Context;

/// What a run of serde opened. Dropping it closes all of it again, unless it was
/// [kept](Self::keep).
#[must_use = "what was opened is closed again when this is dropped"]
pub(crate) struct Opened {
    channels: Vec<ChannelId>,
    undo: Vec<Undo>,
}

type Undo = Box<dyn FnOnce() + Send + Sync>;

impl Opened {
    /// Nothing was opened.
    pub(crate) fn nothing() -> Self {
        Self { channels: Vec::new(), undo: Vec::new() }
    }

    /// The channels that the JSON mentions, in order.
    pub(crate) fn channels(&self) -> &[ChannelId] {
        &self.channels
    }

    /// The message is on its way.
    pub(crate) fn keep(mut self) {
        self.undo.clear();
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.undo.drain(..).for_each(|undo| undo());
    }
}

/// Runs `work`, which may serialise live values of the call of `cx`.
pub(crate) fn collect<R>(cx: &Context, work: impl FnOnce() -> R) -> (R, Opened) {
    let scope = Scope::enter(&WRITING, Writing { cx: cx.clone(), opened: Opened::nothing() });
    let result = work();
    (result, scope.leave().opened)
}

/// Runs `work`, which may deserialise live values for the call of `cx`.
pub(crate) fn provide<R>(cx: &Context, work: impl FnOnce() -> R) -> R {
    let scope = Scope::enter(&READING, Reading { cx: cx.clone(), claimed: HashMap::new() });
    let result = work();
    drop(scope.leave());
    result
}

/// Opens the channel of a live value that is being serialised. `bind` gives the channel, and what
/// closes it again should the message not be sent.
pub(super) fn bind(
    bind: impl FnOnce(&Arc<Link>, &Context) -> Result<(ChannelId, Undo), Misplaced>,
) -> Result<ChannelId, Misplaced> {
    let cx = WRITING.with_borrow(|writing| writing.as_ref().map(|writing| writing.cx.clone()));
    let cx = cx.ok_or(Misplaced::Outside)?;
    let (channel, undo) = bind(cx.link().ok_or(Misplaced::NoConnection)?, &cx)?;
    WRITING.with_borrow_mut(|writing| {
        if let Some(writing) = writing {
            writing.opened.channels.push(channel);
            writing.opened.undo.push(undo);
        }
    });
    Ok(channel)
}

/// Makes a handle of the channel whose number is being deserialised. One number that stands in
/// several places is one handle.
pub(super) fn claim(channel: ChannelId) -> Result<Arc<Port>, Misplaced> {
    READING.with_borrow_mut(|reading| {
        let reading = reading.as_mut().ok_or(Misplaced::Outside)?;
        if let Some(port) = reading.claimed.get(&channel) {
            return Ok(Arc::clone(port));
        }
        let link = reading.cx.link().ok_or(Misplaced::NoConnection)?;
        let port = Port::claim(link, channel, &reading.cx).map_err(Misplaced::Claim)?;
        let port = Arc::new(port);
        reading.claimed.insert(channel, Arc::clone(&port));
        Ok(port)
    })
}

/// Why a live value could not be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misplaced {
    Outside,
    NoConnection,
    SentBefore,
    NotOurs,
    OtherConnection,
    Open(Refused),
    Claim(Claim),
}

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside => f.write_str(
                "channels and callbacks live on a connection, so serde can only read and write them \
                 within a call",
            ),
            Self::NoConnection => f.write_str(
                "the function's types do not say that it holds a channel or a callback, so the \
                 call came without a connection",
            ),
            Self::SentBefore => f.write_str("a `ClientEnd` can be sent once, and this one has been"),
            Self::NotOurs => {
                f.write_str("a callback of the client's can not be sent back: it has the function")
            }
            Self::OtherConnection => {
                f.write_str("the channel was used before for the client of another call")
            }
            Self::Open(reason) => write!(f, "no channel could be opened: {reason}"),
            Self::Claim(Claim::Impossible) => f.write_str("no client chooses such a channel"),
            Self::Claim(Claim::Taken) => f.write_str("the channel is in use, or was"),
            Self::Claim(Claim::TooMany) => f.write_str("there are too many channels"),
            Self::Claim(Claim::Closed) => f.write_str("the connection is over"),
        }
    }
}

struct Writing {
    cx: Context,
    opened: Opened,
}

struct Reading {
    cx: Context,
    claimed: HashMap<ChannelId, Arc<Port>>,
}

/// Puts a value in a slot and puts the slot's former value back when dropped.
struct Scope<T: 'static> {
    slot: &'static LocalKey<RefCell<Option<T>>>,
    outer: Option<T>,
}

impl<T> Scope<T> {
    fn enter(slot: &'static LocalKey<RefCell<Option<T>>>, value: T) -> Self {
        Self { slot, outer: slot.replace(Some(value)) }
    }

    fn leave(self) -> T {
        self.slot.take().expect("inner scopes put back what they found")
    }
}

impl<T> Drop for Scope<T> {
    fn drop(&mut self) {
        // What is left of a scope that panicked is dropped outside of the slot: it closes channels.
        let left = self.slot.replace(self.outer.take());
        drop(left);
    }
}

thread_local! {
    static WRITING: RefCell<Option<Writing>> = const { RefCell::new(None) };
    static READING: RefCell<Option<Reading>> = const { RefCell::new(None) };
}
