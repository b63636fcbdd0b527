//! The body of an answer: JSON that is there, or a stream that is pulled as the client reads.

use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::ready;
use http_body::{Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use telefunc_protocol::FrameKind;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::answer;
use crate::connection::Down;
use crate::context::Context;
use crate::output::Output;
use crate::scope::Part;
use crate::service::BoxError;
use crate::stream::{Batch, Filled, Source};
use crate::unwind::catch;

/// The body of every response of a telefunc service.
pub struct Body(Kind);

enum Kind {
    Whole(Option<Bytes>),
    Stream(Box<Live>),
    Wire(Down),
    Foreign(UnsyncBoxBody<Bytes, BoxError>),
}

impl Body {
    /// A body that is there.
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self(Kind::Whole((!bytes.is_empty()).then_some(bytes)))
    }

    /// The body of a fallback's answer.
    pub(crate) fn foreign(body: UnsyncBoxBody<Bytes, BoxError>) -> Self {
        Self(Kind::Foreign(body))
    }

    /// The frames of a wire.
    pub(crate) fn wire(wire: Down) -> Self {
        Self(Kind::Wire(wire))
    }

    /// The frames of `source`.
    pub(crate) fn stream(source: Source, cx: Context) -> Self {
        let batch = Batch::new(cx.config().batch, Output::of(&cx));
        let part = Some(cx.scope().open_visible());
        let live =
            Live { source: Some(source), cx, part, batch, yields: false, idle: Idle::default() };
        Self(Kind::Stream(Box::new(live)))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let bytes = match &mut self.0 {
            Kind::Whole(bytes) => bytes.take(),
            Kind::Stream(live) => ready!(live.poll_bytes(task)),
            Kind::Wire(wire) => ready!(wire.poll(task)),
            Kind::Foreign(body) => return Pin::new(body).poll_frame(task),
        };
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(bytes) => bytes.is_none(),
            Kind::Stream(live) => live.source.is_none(),
            Kind::Wire(_) => false,
            Kind::Foreign(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Kind::Stream(_) | Kind::Wire(_) => SizeHint::default(),
            Kind::Foreign(body) => body.size_hint(),
        }
    }
}

/// A stream that a client reads.
struct Live {
    /// `None` once it is over.
    source: Option<Source>,
    cx: Context,
    part: Option<Part>,
    batch: Batch,
    /// Whether the next poll is to give the connection a chance to write first.
    yields: bool,
    idle: Idle,
}

impl Live {
    fn poll_bytes(&mut self, task: &mut task::Context<'_>) -> Poll<Option<Bytes>> {
        let Some(source) = &mut self.source else { return Poll::Ready(None) };
        if std::mem::take(&mut self.yields) {
            // hyper writes when a body is pending, and would rather gather more until then.
            task.waker().wake_by_ref();
            return Poll::Pending;
        }
        let batch = &mut self.batch;
        let filled = self.cx.within(|| catch(|| source.as_mut().fill(task, batch)));
        match filled {
            Ok(Poll::Pending | Poll::Ready(Filled::Full)) => {}
            Ok(Poll::Ready(Filled::End)) => self.end(FrameKind::Close, b""),
            Ok(Poll::Ready(Filled::Failed(error))) => {
                let (_, failure) = answer::failure_of(&self.cx, error);
                self.end(FrameKind::Fail, failure.to_json().as_bytes());
            }
            Err(panic) => {
                let failure = answer::panicked(&self.cx, panic);
                self.end(FrameKind::Fail, failure.to_json().as_bytes());
            }
        }
        match self.batch.take() {
            Some((bytes, slow)) => {
                self.yields = slow;
                self.idle.touch();
                Poll::Ready(Some(bytes.into()))
            }
            None => {
                ready!(self.idle.poll(task, self.cx.config().keep_alive));
                self.batch.put(FrameKind::Ping, b"");
                Poll::Ready(self.batch.take().map(|(bytes, _)| bytes.into()))
            }
        }
    }

    fn end(&mut self, kind: FrameKind, payload: &[u8]) {
        self.batch.put(kind, payload);
        self.drop_source();
        if let Some(part) = self.part.take() {
            part.finish();
        }
    }

    /// The user's destructors run in the context of their call.
    fn drop_source(&mut self) {
        let source = self.source.take();
        self.cx.within(|| drop(source));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.drop_source();
    }
}

/// When the stream last said something. The timer is only set while nothing is ready, and only
/// set anew when it fires, so that items cost it nothing.
struct Idle {
    since: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Default for Idle {
    fn default() -> Self {
        Self { since: Instant::now(), timer: None }
    }
}

impl Idle {
    fn touch(&mut self) {
        self.since = Instant::now();
    }

    /// Ready when there was silence for `period`.
    fn poll(&mut self, task: &mut task::Context<'_>, period: Duration) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(self.since + period)));
        loop {
            ready!(timer.as_mut().poll(task));
            let due = self.since + period;
            if due <= Instant::now() {
                break;
            }
            timer.as_mut().reset(due);
        }
        self.since = Instant::now();
        timer.as_mut().reset(self.since + period);
        Poll::Ready(())
    }
}
