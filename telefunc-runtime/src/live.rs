//! Values that stay connected: channels and callbacks, as the user holds them.
//!
//! Each is a channel of the connection that the call names. In the JSON it stands as the channel's
//! number; `placeholder` makes the one of the other while serde runs, `message` does that for whole
//! messages and checks what comes, and the types of the other files are what the user sees.

mod binding;
mod callback;
mod channel;
mod checked;
mod client_end;
mod errors;
pub(crate) mod message;
pub(crate) mod placeholder;
mod request;

pub use callback::{Callback, Signature};
pub use channel::{Channel, ChannelReceiver, ChannelSender};
pub use client_end::ClientEnd;
pub(crate) use errors::is_end;
pub use errors::{CallError, SendError};
pub use request::Request;

use telefunc_protocol::Failure;
use ts_rs::{TS, TypeVisitor};

/// Shows `visitor` a type that the name of another mentions.
fn visit<T: TS + 'static>(visitor: &mut impl TypeVisitor) {
    T::visit_generics(visitor);
    visitor.visit::<T>();
}

/// The answer to a request that nobody waits for any more.
fn unwanted() -> Failure {
    Failure::Abort { value: serde_json::value::RawValue::NULL.to_owned() }
}
