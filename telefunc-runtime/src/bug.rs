//! Where bugs go: a log line and the `on_bug` hook, both with the id that the client sees.

use std::error::Error as StdError;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Bug;
use crate::log;
use crate::unwind::{Panic, catch};

/// The user's hook.
pub(crate) type OnBug = Box<dyn Fn(&Bug) + Send + Sync>;

/// Numbers bugs and tells of them.
pub(crate) struct Bugs {
    hook: Option<OnBug>,
    seed: RandomState,
    count: AtomicU64,
}

impl Bugs {
    pub(crate) fn new(hook: Option<OnBug>) -> Self {
        Self { hook, seed: RandomState::new(), count: AtomicU64::new(0) }
    }

    /// Tells of an error and gives its id.
    pub(crate) fn failed(&self, function: &str, error: Box<dyn StdError + Send + Sync>) -> String {
        self.tell(function, error, false)
    }

    /// Tells of a panic and gives its id.
    pub(crate) fn panicked(&self, function: &str, panic: Panic) -> String {
        self.tell(function, Box::new(panic), true)
    }

    fn tell(
        &self,
        function: &str,
        error: Box<dyn StdError + Send + Sync>,
        panicked: bool,
    ) -> String {
        let id = self.next_id();
        let bug = Bug { id: id.clone(), function: function.to_owned(), error, panicked };
        log::bug(&bug.id, function, &bug, self.hook.is_some());
        if let Some(hook) = &self.hook {
            // A hook that panics must not turn the answer to the client into a cut.
            let _ = catch(|| hook(&bug));
        }
        id
    }

    /// Unlike any other of this and, as likely as can be, of other processes; it says nothing of
    /// how many there were.
    fn next_id(&self) -> String {
        let mut hasher = self.seed.build_hasher();
        hasher.write_u64(self.count.fetch_add(1, Ordering::Relaxed));
        format!("{:016x}", hasher.finish())
    }
}
