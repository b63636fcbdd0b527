//! What the application has sent on a channel and the wire has not taken yet.

use std::collections::VecDeque;

use bytes::Bytes;

use super::{ChannelId, RequestId};
use crate::flow::{charge, charge_cut};
use crate::frame::{self, FrameKind};
use crate::handshake::put_numbers;
use crate::limits::{FRAGMENT, INITIAL_CREDIT, MORSEL, OVERHEAD};

/// Messages in pieces, in order, and the credit to send them.
#[derive(Debug)]
pub(crate) struct Outbox {
    pieces: VecDeque<Piece>,
    /// Bytes of the first piece that are sent.
    sent: usize,
    /// Bytes that are not sent, with the overhead of each piece.
    queued: u64,
    /// What the peer lets us send.
    credit: u64,
    /// Whether the peer knows that we have run out of credit.
    has_told: bool,
}

/// A raw part, or the end of a message.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) kind: FrameKind,
    pub(crate) payload: Bytes,
    /// The request that this piece is.
    pub(crate) request: Option<RequestId>,
}

/// What [`Outbox::write`] did.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Frames that were appended.
    pub(crate) frames: u64,
    /// By how much `queued` fell.
    pub(crate) freed: u64,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        let credit = INITIAL_CREDIT;
        Self { pieces: VecDeque::new(), sent: 0, queued: 0, credit, has_told: false }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Bytes that are not sent, with overhead.
    pub(crate) fn queued(&self) -> u64 {
        self.queued
    }

    /// Whether a message of this cost would be at most one window ahead of the peer.
    pub(crate) fn has_room(&self, cost: u64) -> bool {
        self.queued == 0 || self.queued + cost <= self.credit.max(INITIAL_CREDIT)
    }

    pub(crate) fn push(&mut self, piece: Piece) {
        self.queued += cost(&piece);
        self.pieces.push_back(piece);
    }

    /// More credit came; `false` for more than a number holds.
    pub(crate) fn credit(&mut self, more: u64) -> bool {
        self.has_told = false;
        self.credit = self.credit.saturating_add(more);
        self.credit <= crate::varint::MAX
    }

    /// Whether [`write`](Self::write) would append something.
    pub(crate) fn is_ready(&self) -> bool {
        !self.pieces.is_empty() && (!self.has_told || self.next_len().is_some())
    }

    /// Appends frames to `out` until some `FRAGMENT` bytes are written, the credit is used up or
    /// nothing is left.
    pub(crate) fn write(&mut self, out: &mut Vec<u8>, channel: ChannelId) -> Written {
        let mut written = Written::default();
        let start = out.len();
        while out.len() - start < FRAGMENT && !self.pieces.is_empty() {
            let Some(len) = self.next_len() else {
                if !std::mem::replace(&mut self.has_told, true) {
                    put_numbers(out, FrameKind::Blocked, channel, &[self.want()]);
                    written.frames += 1;
                }
                break;
            };
            written.freed += self.write_one(out, channel, len);
            written.frames += 1;
        }
        written
    }

    /// Takes a request out again that has not begun to travel. Gives by how much `queued` fell, or
    /// `None` when it is too late.
    pub(crate) fn withdraw(&mut self, request: RequestId) -> Option<u64> {
        let end = self.pieces.iter().position(|piece| piece.request == Some(request))?;
        let is_part = |piece: &Piece| piece.kind == FrameKind::Part;
        let parts = self.pieces.range(..end).rev().take_while(|piece| is_part(piece)).count();
        let start = end - parts;
        // A message at the front may have parts that are gone already, so it stays.
        if start == 0 {
            return None;
        }
        let freed = self.pieces.drain(start..=end).map(|piece| cost(&piece)).sum();
        self.queued -= freed;
        Some(freed)
    }

    /// Drops everything. Gives by how much `queued` fell.
    pub(crate) fn clear(&mut self) -> u64 {
        self.pieces = VecDeque::new();
        self.sent = 0;
        std::mem::take(&mut self.queued)
    }

    /// How much of the first piece may go in one frame.
    fn next_len(&self) -> Option<usize> {
        let rest = self.pieces.front()?.payload.len() - self.sent;
        let room = self.credit.checked_sub(OVERHEAD)?;
        let len = rest.min(FRAGMENT).min(usize::try_from(room).unwrap_or(usize::MAX));
        (len >= rest.min(MORSEL)).then_some(len)
    }

    fn write_one(&mut self, out: &mut Vec<u8>, channel: ChannelId, len: usize) -> u64 {
        let piece = &self.pieces[0];
        let bytes = &piece.payload[self.sent..self.sent + len];
        let is_end = self.sent + len == piece.payload.len();
        frame::put(out, if is_end { piece.kind } else { FrameKind::More }, channel, bytes);
        self.credit -= charge(len);
        self.sent += len;
        let mut freed = len as u64;
        if is_end {
            self.sent = 0;
            self.pieces.pop_front();
            freed += OVERHEAD;
        }
        self.queued -= freed;
        freed
    }

    /// What the rest of the first message costs.
    fn want(&self) -> u64 {
        let mut sent = self.sent;
        let mut want = 0;
        for piece in &self.pieces {
            want += charge_cut(piece.payload.len() - std::mem::take(&mut sent));
            if piece.kind != FrameKind::Part {
                break;
            }
        }
        want
    }
}

fn cost(piece: &Piece) -> u64 {
    piece.payload.len() as u64 + OVERHEAD
}
