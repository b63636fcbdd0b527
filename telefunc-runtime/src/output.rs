//! How the values of one call are written, as its client and its types ask for.

use bytes::Bytes;
use http::HeaderMap;
use telefunc_protocol::media;

use crate::context::Context;
use crate::encode::{self, EncodeError};
use crate::error::Value;
use crate::live::message;
use crate::value::parts;

/// What is known of a call's results before there is one.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// The call, if its values may hold live ones.
    live: Option<Context>,
    /// Whether the client reads integers of any size.
    exact: bool,
    /// Whether raw bytes may have to travel beside the JSON. Looking for them costs more than
    /// writing a small integer, so it is left out where the type has none.
    carries_bytes: bool,
}

impl Output {
    /// That of a call.
    pub(crate) fn of(cx: &Context) -> Self {
        let live = cx.link().is_some().then(|| cx.clone());
        Self { live, exact: is_exact(cx.headers()), carries_bytes: cx.route().carries_bytes() }
    }

    /// Appends a value as JSON, and gives the raw parts that it mentions.
    pub(crate) fn append<T: Value>(
        &self,
        out: &mut Vec<u8>,
        value: &T,
    ) -> Result<Vec<Bytes>, EncodeError> {
        if let Some(cx) = &self.live {
            let (parts, opened) = message::append(cx, self.exact, out, value)?;
            opened.keep();
            return Ok(parts);
        }
        if !self.carries_bytes {
            return encode::append(out, value, self.exact).map(|()| Vec::new());
        }
        let (encoded, parts) = parts::collect(|| encode::append(out, value, self.exact));
        encoded.map(|()| parts)
    }
}

/// Whether the client reads and writes 64-bit integers as `bigint`.
pub(crate) fn is_exact(headers: &HeaderMap) -> bool {
    headers.get(media::INTEGERS_HEADER).is_some_and(|asked| asked == media::INTEGERS_EXACT)
}
