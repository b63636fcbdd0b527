//! Which requests of a channel have no reply yet, in each direction.

use std::collections::HashSet;

use super::RequestId;
use crate::limits::REQUESTS;

/// Every request gets exactly one reply or refusal, cancelled or not, unless the channel ends first;
/// so an id that is not here is never an accident of timing.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    next: RequestId,
    /// Ours that the peer has not replied to.
    asked: HashSet<RequestId>,
    /// The peer's that we have not replied to.
    owed: HashSet<RequestId>,
}

/// Why a request of the peer can't be taken.
#[derive(Debug)]
pub(crate) enum BadRequest {
    TooMany,
    Reused,
}

impl Requests {
    /// The id that a new request of ours would get; `None` when too many have no reply.
    pub(crate) fn next(&self) -> Option<RequestId> {
        (self.asked.len() < REQUESTS).then_some(self.next)
    }

    /// The request with the next id is sent.
    pub(crate) fn ask(&mut self) {
        self.asked.insert(self.next);
        self.next += 1;
    }

    pub(crate) fn is_asked(&self, id: RequestId) -> bool {
        self.asked.contains(&id)
    }

    /// The peer has replied; `false` when nothing was asked under this id.
    pub(crate) fn answered(&mut self, id: RequestId) -> bool {
        self.asked.remove(&id)
    }

    /// The peer asks.
    pub(crate) fn asked_by_peer(&mut self, id: RequestId) -> Result<(), BadRequest> {
        if self.owed.len() == REQUESTS {
            return Err(BadRequest::TooMany);
        }
        if self.owed.insert(id) { Ok(()) } else { Err(BadRequest::Reused) }
    }

    pub(crate) fn is_owed(&self, id: RequestId) -> bool {
        self.owed.contains(&id)
    }

    /// We reply; `false` when nothing is owed under this id.
    pub(crate) fn pay(&mut self, id: RequestId) -> bool {
        self.owed.remove(&id)
    }
}
