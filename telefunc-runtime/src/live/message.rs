//! Writes the messages of channels and callbacks, the live values in them included.

use bytes::Bytes;
use serde::Serialize;
use telefunc_protocol::{Message, live};

use super::placeholder::{self, Opened};
use crate::context::Context;
use crate::encode::{self, EncodeError};
use crate::output::is_exact;
use crate::value::parts;

/// Writes a value as a message. What is [`Opened`] must be kept once the message is sent.
pub(crate) fn write<T: Serialize>(
    cx: &Context,
    value: &T,
) -> Result<(Message, Opened), EncodeError> {
    let mut json = Vec::new();
    let (parts, opened) = append(cx, is_exact(cx.headers()), &mut json, value)?;
    Ok((Message { json: json.into(), parts }, opened))
}

/// Appends a value, behind the list of the live values that it mentions, and gives its raw parts.
pub(crate) fn append<T: Serialize>(
    cx: &Context,
    exact: bool,
    out: &mut Vec<u8>,
    value: &T,
) -> Result<(Vec<Bytes>, Opened), EncodeError> {
    let start = out.len();
    let mut write = || parts::collect(|| encode::append(&mut *out, value, exact));
    let ((written, parts), opened) = match cx.link() {
        Some(_) => placeholder::collect(cx, write),
        None => (write(), Opened::nothing()),
    };
    written?;
    if !opened.channels().is_empty() {
        let mut list = Vec::new();
        live::put(&mut list, opened.channels());
        out.splice(start..start, list);
    }
    Ok((parts, opened))
}
