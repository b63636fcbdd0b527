//! A user's stream as frames: pulled only when the wire asks, and gathered into batches while
//! items are ready.

use std::pin::Pin;
use std::task::{self, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;
use telefunc_protocol::{FrameKind, frame};

use crate::error::{Error, Value};
use crate::output::Output;

/// A stream of any type, once it is on its way to a client.
pub type Source = Pin<Box<dyn Fill + Send>>;

/// What [`Reply::Stream`](crate::call::Reply) holds: something that fills batches.
pub trait Fill {
    /// Adds items until none is ready, the batch is full or the stream is over.
    fn fill(self: Pin<&mut Self>, task: &mut task::Context<'_>, batch: &mut Batch) -> Poll<Filled>;
}

/// Why a batch is done with.
pub enum Filled {
    /// It is full; there may be more.
    Full,
    /// The stream has ended.
    End,
    /// The stream has failed, or an item could not be encoded.
    Failed(Error),
}

/// The stream of `items`.
pub(crate) fn infallible<S: Stream<Item: Value> + Send + 'static>(items: S) -> Source {
    Box::pin(Items { items: Box::pin(items), item: Ok })
}

/// The stream of `items`, up to the first that is an error.
pub(crate) fn fallible<S, T, E>(items: S, error: fn(E) -> Error) -> Source
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    T: Value,
    E: 'static,
{
    Box::pin(Items { items: Box::pin(items), item: move |item: Result<T, E>| item.map_err(error) })
}

struct Items<S, M> {
    items: Pin<Box<S>>,
    item: M,
}

impl<S, T, M> Fill for Items<S, M>
where
    S: Stream,
    T: Value,
    M: Fn(S::Item) -> Result<T, Error> + Unpin,
{
    fn fill(self: Pin<&mut Self>, task: &mut task::Context<'_>, batch: &mut Batch) -> Poll<Filled> {
        let Self { items, item } = self.get_mut();
        loop {
            let filled = match task::ready!(items.as_mut().poll_next(task)) {
                None => Filled::End,
                Some(next) => match item(next).and_then(|value| batch.push(&value)) {
                    Ok(()) if !batch.is_full() => continue,
                    Ok(()) => Filled::Full,
                    Err(error) => Filled::Failed(error),
                },
            };
            return Poll::Ready(filled);
        }
    }
}

/// Frames that go out in one write.
pub struct Batch {
    buffer: Vec<u8>,
    /// The length of `buffer` up to the last whole frame: a `Serialize` that panics leaves half of
    /// one behind.
    whole: usize,
    output: Output,
    limit: usize,
    pace: Pace,
}

impl Batch {
    /// An empty batch of up to about `limit` bytes.
    pub(crate) fn new(limit: usize, output: Output) -> Self {
        Self { buffer: Vec::new(), whole: 0, output, limit, pace: Pace::default() }
    }

    /// Adds an item, its raw parts first.
    pub(crate) fn push<T: Value>(&mut self, value: &T) -> Result<(), Error> {
        let start = self.buffer.len();
        let mark = frame::begin(&mut self.buffer, FrameKind::Message, 0);
        let parts = match self.output.append(&mut self.buffer, value) {
            Ok(parts) => parts,
            Err(error) => {
                mark.discard(&mut self.buffer);
                return Err(Error::bug(error));
            }
        };
        frame::finish(&mut self.buffer, mark);
        if !parts.is_empty() {
            let message = self.buffer.split_off(start);
            for part in &parts {
                frame::put(&mut self.buffer, FrameKind::Part, 0, part);
            }
            self.buffer.extend_from_slice(&message);
        }
        self.whole = self.buffer.len();
        Ok(())
    }

    /// Adds a frame without items.
    pub(crate) fn put(&mut self, kind: FrameKind, payload: &[u8]) {
        self.buffer.truncate(self.whole);
        frame::put(&mut self.buffer, kind, 0, payload);
        self.whole = self.buffer.len();
    }

    /// What was gathered, if anything was, and whether the next poll should let it out first.
    pub(crate) fn take(&mut self) -> Option<(Vec<u8>, bool)> {
        let slow = std::mem::take(&mut self.pace).slow;
        if self.buffer.is_empty() {
            return None;
        }
        // The next batch is likely as long as this one.
        let next = Vec::with_capacity(self.buffer.len().next_multiple_of(64));
        self.whole = 0;
        Some((std::mem::replace(&mut self.buffer, next), slow))
    }

    fn is_full(&mut self) -> bool {
        self.buffer.len() >= self.limit || self.pace.is_slow()
    }
}

/// Notices a stream that is always ready but takes long for it, whose items must not wait for
/// each other. It looks at the clock after 1, 2, 4, 8 … items, so that fast ones hardly pay.
#[derive(Default)]
struct Pace {
    items: u32,
    look_at: u32,
    start: Option<Instant>,
    slow: bool,
}

/// As long as an item may wait for the next one.
const PATIENCE: Duration = Duration::from_millis(1);

impl Pace {
    fn is_slow(&mut self) -> bool {
        self.items += 1;
        if self.items > self.look_at {
            let now = Instant::now();
            self.slow = now - *self.start.get_or_insert(now) > PATIENCE;
            self.look_at = self.items * 2;
        }
        self.slow
    }
}
