//! One wire of a link, whatever it is made of: frames go in, batches of frames come out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{self, Poll, Waker};

use bytes::Bytes;
use telefunc_protocol::connection::Refusal;
use telefunc_protocol::{Attach, FrameDecoder, WireId};

use super::link::{After, Core, Link};

/// A wire as its link knows it.
pub(super) struct Attachment {
    pub(super) id: WireId,
    /// The ordinal of its first attach, by which requests name it.
    ordinal: u64,
    /// Its socket, when that waits for something to write.
    pub(super) waker: Option<Waker>,
    /// What the protocol gave for it while another wire asked.
    pending: VecDeque<Bytes>,
    /// Whether it is to be closed once all is written.
    pub(super) is_done: bool,
}

/// Batches for one wire that may wait while another asks.
const PENDING: usize = 2;

/// A wire as its socket holds it. Dropping it says that it is lost.
pub(crate) struct Wire {
    link: Arc<Link>,
    id: WireId,
}

impl Link {
    /// Binds a wire on which `attach` came first.
    pub(super) fn attach(self: &Arc<Self>, attach: &Attach) -> Result<Wire, Refusal> {
        self.work(|core, now| {
            let id = core.next_wire;
            core.next_wire += 1;
            core.connection.accept(now, id, attach)?;
            core.attach_by = None;
            core.wires.push(Attachment {
                id,
                ordinal: attach.ordinal,
                waker: None,
                pending: VecDeque::new(),
                is_done: false,
            });
            Ok(Wire { link: Arc::clone(self), id })
        })
    }

    /// The wire whose first attach had this ordinal.
    pub(super) fn wire(&self, ordinal: u64) -> Option<WireId> {
        let core = self.core();
        core.wires.iter().find(|wire| wire.ordinal == ordinal).map(|wire| wire.id)
    }

    /// Takes in what came on a wire; `false` when it is not frames, or the connection is over.
    pub(crate) fn receive(
        &self,
        wire: WireId,
        decoder: &mut FrameDecoder,
        mut chunk: Bytes,
    ) -> bool {
        self.work(|core, now| {
            loop {
                match decoder.next(&mut chunk) {
                    Ok(Some(frame)) => core.connection.handle_frame(now, wire, frame),
                    Ok(None) => return core.connection.ended().is_none(),
                    Err(_) => {
                        core.connection.handle_malformed(wire);
                        return false;
                    }
                }
            }
        })
    }

    /// The bytes of a wire were no frames.
    pub(super) fn malformed(&self, wire: WireId) {
        self.work(|core, _| core.connection.handle_malformed(wire));
    }
}

impl Wire {
    /// Takes in what came.
    pub(super) fn receive(&self, decoder: &mut FrameDecoder, chunk: Bytes) -> bool {
        self.link.receive(self.id, decoder, chunk)
    }

    pub(super) fn malformed(&self) {
        self.link.malformed(self.id);
    }

    /// Whether nothing more is to be done with it but to write what is left. `task` is woken when
    /// that changes.
    #[cfg(feature = "websocket")]
    pub(super) fn is_done(&self, task: &mut task::Context<'_>) -> bool {
        let mut core = self.link.core();
        let Some(wire) = core.wire(self.id) else { return true };
        wire.waker = Some(task.waker().clone());
        wire.is_done
    }

    /// The next batch to write, to be asked for only when the socket takes more; `None` when the
    /// wire is to be closed.
    pub(crate) fn poll(&self, task: &mut task::Context<'_>) -> Poll<Option<Bytes>> {
        let now = self.link.clock().now();
        let mut after = After::default();
        let mut core = self.link.core();
        let batch = loop {
            let batch = core.poll_wire(self.id, &mut after);
            // What follows from it may be something more to write.
            let is_news = core.dispatch(now, &mut after);
            if is_news {
                core.wake_wires(&mut after);
            }
            if !is_news || batch.is_ready() {
                break batch;
            }
        };
        if batch.is_pending()
            && let Some(wire) = core.wire(self.id)
        {
            wire.waker = Some(task.waker().clone());
        }
        core.wake_driver(&mut after);
        drop(core);
        after.run();
        batch
    }
}

impl Wire {
    /// What is left to be written once nothing more is to be done; never waits.
    #[cfg(feature = "websocket")]
    pub(super) fn poll_last(&self, task: &mut task::Context<'_>) -> Poll<Option<Bytes>> {
        match self.poll(task) {
            Poll::Pending => Poll::Ready(None),
            ready => ready,
        }
    }
}

impl Core {
    fn wire(&mut self, id: WireId) -> Option<&mut Attachment> {
        self.wires.iter_mut().find(|wire| wire.id == id)
    }

    fn poll_wire(&mut self, id: WireId, after: &mut After) -> Poll<Option<Bytes>> {
        loop {
            let Some(wire) = self.wire(id) else { return Poll::Ready(None) };
            if let Some(batch) = wire.pending.pop_front() {
                return Poll::Ready(Some(batch));
            }
            let is_done = wire.is_done;
            let is_crowded = self.wires.iter().any(|wire| wire.pending.len() >= PENDING);
            let transmit = if is_crowded { None } else { self.connection.poll_transmit() };
            match transmit {
                Some(transmit) => {
                    if let Some(to) = self.wire(transmit.wire) {
                        to.pending.push_back(transmit.bytes);
                        after.wakers.extend(to.waker.take());
                    }
                }
                None if is_done => return Poll::Ready(None),
                None => return Poll::Pending,
            }
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.link.work(|core, now| {
            core.wires.retain(|wire| wire.id != self.id);
            core.connection.handle_wire_lost(now, self.id);
        });
    }
}
