//! Call a Rust backend from TypeScript as if it were a local module, streams and all.

pub use telefunc_macros::{data, error, telefunction};
pub use telefunc_runtime::*;

#[doc(hidden)]
pub use telefunc_runtime::__private;

#[cfg(feature = "codegen")]
pub use telefunc_codegen as codegen;
pub use {async_stream, futures_util, http, serde_json};

/// What a file with telefunctions wants in scope.
pub mod prelude {
    pub use std::time::Duration;

    pub use async_stream::{stream, try_stream};
    pub use futures_util::{Stream, StreamExt};
    pub use http::StatusCode;
    pub use serde_json;
    pub use telefunc_macros::telefunction;
    pub use telefunc_runtime::{
        Abort, BigInt, Bytes, Callback, Channel, ClientEnd, CloseReason, Config, Context, Date,
        Extension, FromContext, State, Telefunc,
    };
}
