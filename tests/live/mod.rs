//! Channels and callbacks, over real wires, with a client built on the same protocol core.

#![allow(clippy::type_complexity, reason = "a callback is a type with a signature in it")]

mod callbacks;
mod channels;
mod client;
mod hostile;
mod requests;
mod scopes;
mod wires;

use tokio::sync::mpsc;

/// What functions tell a test.
pub type Told = mpsc::UnboundedSender<String>;
