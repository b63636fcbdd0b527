//! Connections that outlive their wires: who is connected, what came for whom, and the sockets below.
//!
//! ```text
//!   live::Channel, live::Callback           what a user holds
//!            │
//!          Port        one channel of a link, untyped
//!            │
//!          Link        the protocol's Connection behind a lock, with an inbox per channel
//!        ┌───┼──────────────┐
//!     driver  websocket   post     the deadlines; the sockets
//! ```
//!
//! One message comes in by: `websocket` or `post` → [`Link::receive`](link::Link::receive) → the
//! protocol → `dispatch` (which channel is it for?) → `slot` → [`Port`]. And goes out by: `Port` →
//! the protocol → [`Wire::poll`](wire::Wire::poll) → the socket.

mod dispatch;
mod driver;
mod endpoint;
mod hub;
mod link;
mod port;
mod post;
mod slot;
#[cfg(feature = "websocket")]
mod websocket;
mod wire;

use std::net::SocketAddr;

use telefunc_protocol::Attach;
use telefunc_protocol::connection::Refusal;

use crate::app::App;

pub(crate) use endpoint::{call_link, is_wire, respond};
pub(crate) use hub::Hub;
pub(crate) use link::{Claim, Link};
pub(crate) use port::{Incoming, Port, Refused};
pub(crate) use post::Down;
use wire::Wire;

/// Why a wire was not bound.
enum NotAttached {
    Crowded,
    Refused(Refusal),
}

impl NotAttached {
    #[cfg(feature = "websocket")]
    fn name(&self) -> &'static str {
        match self {
            Self::Crowded => telefunc_protocol::ProtocolCode::Overloaded.name(),
            Self::Refused(refusal) => refusal.name(),
        }
    }
}

/// Binds a wire on which `attach` came first. Only the first of a connection makes one: what the
/// client sent before on another would be lost.
fn attach(app: &App, attach: &Attach, peer: Option<SocketAddr>) -> Result<Wire, NotAttached> {
    let link = match attach.ordinal {
        0 => {
            let started = app.hub.find_or_start(attach.token, peer.map(|peer| peer.ip()));
            started.map_err(|_| NotAttached::Crowded)?
        }
        _ => {
            let found = app.hub.find(attach.token);
            found.ok_or(NotAttached::Refused(Refusal::UnknownConnection))?
        }
    };
    link.attach(attach).map_err(NotAttached::Refused)
}
