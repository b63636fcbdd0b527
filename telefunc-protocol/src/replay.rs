//! What was sent and not acknowledged: kept as it was encoded, to be sent again on another wire.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

use crate::limits::OVERHEAD;
use crate::varint;

/// Numbered frames `acked..end`, in the batches in which they were written.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    batches: VecDeque<Batch>,
    acked: u64,
    end: u64,
    bytes: u64,
}

/// Frames that were encoded into one buffer and are freed together.
#[derive(Debug)]
struct Batch {
    first: u64,
    end: u64,
    bytes: Bytes,
}

impl Replay {
    /// The number of the first frame that is not acknowledged.
    pub(crate) fn acked(&self) -> u64 {
        self.acked
    }

    /// The number that the next new frame gets.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// What is held, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keeps `count` new frames.
    pub(crate) fn push(&mut self, count: u64, bytes: Bytes) {
        self.bytes += bytes.len() as u64 + OVERHEAD;
        self.batches.push_back(Batch { first: self.end, end: self.end + count, bytes });
        self.end += count;
    }

    /// The peer has received the first `received` frames. Older news changes nothing; gives `false`
    /// for frames that were never sent.
    pub(crate) fn ack(&mut self, received: u64) -> bool {
        if received > self.end {
            return false;
        }
        self.acked = self.acked.max(received);
        while let Some(batch) = self.batches.front().filter(|batch| batch.end <= self.acked) {
            self.bytes -= batch.bytes.len() as u64 + OVERHEAD;
            self.batches.pop_front();
        }
        true
    }

    /// The kept frames from number `from` to the end of their batch, and the number after them.
    pub(crate) fn read(&self, from: u64) -> Option<(Bytes, u64)> {
        let index = self.batches.partition_point(|batch| batch.end <= from);
        let batch = self.batches.get(index)?;
        let mut bytes = batch.bytes.clone();
        for _ in batch.first..from {
            let (length, field) = varint::take(&bytes)?;
            bytes.advance(field + length as usize);
        }
        Some((bytes, batch.end))
    }
}
