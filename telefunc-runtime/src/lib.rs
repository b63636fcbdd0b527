//! The runtime of `telefunc`: the registry, the pipeline of a call, context and server.
//!
//! Use it through the `telefunc` crate. A call travels through these files in this order:
//! `server` (a socket) → `service` (which function, and may the caller?) → `registry` → `read`
//! (the body) → `call` (run in its context) → `decode` → `validate` → the user's function →
//! `shape` (what did it return?) → `encode` or `stream` → `answer` → `body`.

mod answer;
mod app;
mod body;
mod bug;
mod call;
mod config;
mod connection;
mod context;
mod decode;
mod encode;
mod error;
mod extract;
mod failing;
mod fallback;
mod fetch;
mod live;
mod log;
mod origin;
mod output;
mod read;
mod registry;
mod scope;
#[cfg(feature = "server")]
mod server;
mod service;
mod shape;
mod stream;
mod telefunc;
mod unwind;
mod validate;
mod value;

pub use app::Provider;
pub use body::Body;
pub use config::Config;
pub use context::{Context, HeaderError, PeerAddr, TaskOutput};
pub use decode::Argument;
pub use encode::EncodeError;
pub use error::{Abort, Bug, Error, Refusal, Result, Value};
pub use extract::{Extension, FromContext, Missing, State};
pub use fallback::RequestBody;
pub use live::{
    CallError, Callback, Channel, ChannelReceiver, ChannelSender, ClientEnd, Request, SendError,
};
pub use registry::StartError;
pub use scope::CloseReason;
#[cfg(feature = "server")]
pub use server::Bound;
pub use service::{BoxError, TelefuncService};
pub use telefunc::Telefunc;
pub use telefunc_protocol::Limits;
#[cfg(feature = "rust_decimal")]
pub use value::Decimal;
#[cfg(feature = "time")]
pub use value::OffsetDateTime;
pub use value::{BigInt, Bytes, Date, Integer, InvalidDate};

#[doc(hidden)]
#[path = "glue.rs"]
pub mod __private;
