//! Guards that tell when they are dropped: what a test looks at to see that a call is over on the
//! server, and when.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use telefunc::prelude::*;
use tokio::sync::watch;

/// Every guard that a test asked for, by the number that it chose.
#[derive(Clone, Default)]
pub struct Guards(Arc<Mutex<HashMap<u32, watch::Sender<Life>>>>);

/// What became of a guard.
#[telefunc::data]
#[derive(Clone, Debug, Default)]
pub struct Life {
    /// How many items were made under it.
    pub made: u32,
    /// When it was dropped, in milliseconds since 1970.
    pub dropped_at: Option<f64>,
}

/// Held by the body of a call.
pub struct Guard(watch::Sender<Life>);

impl Guards {
    fn all(&self) -> MutexGuard<'_, HashMap<u32, watch::Sender<Life>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn life(&self, id: u32) -> watch::Sender<Life> {
        self.all().entry(id).or_default().clone()
    }

    pub fn guard(&self, id: u32) -> Guard {
        Guard(self.life(id))
    }
}

impl Guard {
    pub fn made(&self) {
        self.0.send_modify(|life| life.made += 1);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.0.send_modify(|life| life.dropped_at = Some(now.as_secs_f64() * 1000.0));
    }
}

/// What has become of a guard by now.
#[telefunction]
fn on_life(id: u32, #[context] guards: State<Guards>) -> Life {
    guards.life(id).borrow().clone()
}

/// Waits until something is made under a guard.
#[telefunction]
async fn on_made(id: u32, #[context] guards: State<Guards>) -> telefunc::Result<u32> {
    let mut life = guards.life(id).subscribe();
    Ok(life.wait_for(|life| life.made > 0).await?.made)
}

/// Waits until a guard is dropped, and tells when that was.
#[telefunction(timeout = "10s")]
async fn on_dropped(id: u32, #[context] guards: State<Guards>) -> telefunc::Result<Option<f64>> {
    let mut life = guards.life(id).subscribe();
    Ok(life.wait_for(|life| life.dropped_at.is_some()).await?.dropped_at)
}
