//! Every connection of a server, by its token.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use telefunc_protocol::{Limits, Token};

use super::driver;
use super::link::{Link, Patience};
use crate::config::Config;

/// The connections of a server.
pub(crate) struct Hub {
    links: Mutex<Links>,
    limits: Limits,
    patience: Patience,
    max: usize,
    max_per_peer: usize,
}

#[derive(Default)]
struct Links {
    by_token: HashMap<Token, Arc<Link>>,
    by_peer: HashMap<IpAddr, usize>,
    is_closing: bool,
}

/// There are as many connections as there may be.
#[derive(Debug)]
pub(crate) struct Crowded;

impl Hub {
    pub(crate) fn new(config: &Config) -> Self {
        let limits = config.connection.clone();
        let body = config.body_timeout.as_millis().try_into().unwrap_or(u64::MAX / 4);
        let patience = Patience { open: limits.handshake, claim: limits.handshake + body };
        Self {
            links: Mutex::default(),
            limits,
            patience,
            max: config.max_links,
            max_per_peer: config.max_links_per_peer,
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The connection of this token.
    pub(super) fn find(&self, token: Token) -> Option<Arc<Link>> {
        self.links().by_token.get(&token).cloned()
    }

    /// The connection of this token, a new one if need be: the call that mentions it and the wire
    /// that carries it are under way at once, and either may be first.
    pub(super) fn find_or_start(
        self: &Arc<Self>,
        token: Token,
        peer: Option<IpAddr>,
    ) -> Result<Arc<Link>, Crowded> {
        let mut links = self.links();
        if let Some(link) = links.by_token.get(&token) {
            return Ok(Arc::clone(link));
        }
        if links.is_closing || links.by_token.len() >= self.max {
            return Err(Crowded);
        }
        let peer = peer.filter(|peer| is_public(*peer));
        if let Some(peer) = peer {
            let count = links.by_peer.entry(peer).or_default();
            if *count >= self.max_per_peer {
                return Err(Crowded);
            }
            *count += 1;
        }
        let link = Arc::new(Link::new(token, &self.limits, self.patience));
        links.by_token.insert(token, Arc::clone(&link));
        drop(links);
        let hub = Arc::clone(self);
        let driven = Arc::clone(&link);
        tokio::spawn(async move {
            driver::run(driven).await;
            hub.forget(token, peer);
        });
        Ok(link)
    }

    /// Has every client leave: those with nothing open at once, the others within `grace`.
    pub(crate) async fn close(&self, grace: Duration) {
        let links = {
            let mut links = self.links();
            links.is_closing = true;
            links.by_token.values().cloned().collect::<Vec<_>>()
        };
        let (idle, busy): (Vec<_>, Vec<_>) = links.into_iter().partition(|link| link.is_idle());
        idle.iter().for_each(|link| link.shutdown());
        busy.iter().for_each(|link| link.drain(0));
        let grace = grace.as_millis().try_into().unwrap_or(u64::MAX);
        driver::within(grace, driver::until(|| busy.iter().all(|link| link.is_idle()))).await;
        busy.iter().for_each(|link| link.shutdown());
        // What was said last is still to be written.
        let written = || busy.iter().chain(&idle).all(|link| link.core().wires.is_empty());
        driver::within(LAST_WORDS, driver::until(written)).await;
    }

    /// Whether no connection can be added.
    #[cfg(feature = "websocket")]
    pub(super) fn is_full(&self) -> bool {
        let links = self.links();
        links.is_closing || links.by_token.len() >= self.max
    }

    fn forget(&self, token: Token, peer: Option<IpAddr>) {
        let mut links = self.links();
        links.by_token.remove(&token);
        if let Some(peer) = peer
            && let Some(count) = links.by_peer.get_mut(&peer)
        {
            *count -= 1;
            if *count == 0 {
                links.by_peer.remove(&peer);
            }
        }
    }

    fn links(&self) -> MutexGuard<'_, Links> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long the last words of a server to its clients may take, in milliseconds.
const LAST_WORDS: u64 = 1000;

/// Whether an address can be that of a client. Behind a proxy all clients have the proxy's, which is
/// of the machine itself or of a private network.
fn is_public(peer: IpAddr) -> bool {
    match peer.to_canonical() {
        IpAddr::V4(peer) => !peer.is_loopback() && !peer.is_private() && !peer.is_link_local(),
        IpAddr::V6(peer) => {
            !peer.is_loopback() && !peer.is_unique_local() && !peer.is_unicast_link_local()
        }
    }
}
