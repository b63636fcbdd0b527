//! A wire made of HTTP: the answer to a `POST` carries frames down for as long as it lasts, further
//! `POST`s carry frames up. For networks that let no WebSocket pass.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{self, Poll};

use bytes::{Buf, Bytes};
use http::header::{self, HeaderMap};
use http::request::Parts;
use http::{Response, StatusCode};
use http_body::Body as HttpBody;
use telefunc_protocol::handshake::put_end;
use telefunc_protocol::{Attach, FrameDecoder, FrameKind, ProtocolCode, Token, limits, media};

use super::driver;
use super::endpoint::crowded;
use super::wire::Wire;
use crate::answer;
use crate::app::App;
use crate::body::Body;
use crate::read;
use crate::service::BoxError;

/// Bytes of the request that attaches a wire. The client has at most a few batches to say before it
/// is answered, and what does not fit goes up after.
const ATTACH_BODY: usize = 1 << 20;

/// Binds a wire; its frames are the body of the answer.
pub(super) async fn down<B>(
    app: &Arc<App>,
    parts: &Parts,
    body: B,
    peer: Option<SocketAddr>,
) -> Response<Body>
where
    B: HttpBody<Error: Into<BoxError>>,
{
    if !is_frames(&parts.headers) {
        return not_frames();
    }
    let mut body = match read::whole(body, ATTACH_BODY, app.config.body_timeout).await {
        Ok(body) => body,
        Err(refused) => return refused.into_response(),
    };
    let mut decoder = FrameDecoder::new(limits::WIRE_FRAME);
    let first = match decoder.next(&mut body) {
        Ok(Some(first)) if first.kind == FrameKind::Attach => first,
        _ => return malformed("a wire begins with an attach"),
    };
    let attach = match Attach::read(first.payload) {
        Ok(attach) => attach,
        Err(error) => return said(error.name()),
    };
    let attached = super::attach(app, &attach, peer);
    let wire = match attached {
        Ok(wire) => wire,
        Err(super::NotAttached::Crowded) => return crowded(),
        Err(super::NotAttached::Refused(refusal)) => return said(refusal.name()),
    };
    wire.receive(&mut decoder, body);
    answer::streamed(Body::wire(Down(wire)))
}

/// Takes in what the client says on a wire that is bound by [`down`].
pub(super) async fn up<B>(app: &Arc<App>, parts: &Parts, body: B) -> Response<Body>
where
    B: HttpBody<Error: Into<BoxError>>,
{
    if !is_frames(&parts.headers) {
        return not_frames();
    }
    let named = (|| {
        let token = parts.headers.get(media::CONNECTION_HEADER)?;
        let ordinal = parts.headers.get(media::WIRE_HEADER)?.to_str().ok()?.parse().ok()?;
        let link = app.hub.find(Token::from_hex(token.as_bytes())?)?;
        let wire = link.wire(ordinal)?;
        Some((link, wire))
    })();
    let unknown =
        || answer::protocol(ProtocolCode::UnknownWire, "the wire is not, or no longer, bound here");
    let Some((link, wire)) = named else { return unknown() };
    let mut decoder = FrameDecoder::new(limits::WIRE_FRAME);
    let mut body = pin!(body);
    let patience = app.hub.limits().idle;
    loop {
        let next = driver::within(patience, next(body.as_mut())).await;
        match next {
            Some(Some(Ok(chunk))) => {
                if !link.receive(wire, &mut decoder, chunk) {
                    return unknown();
                }
            }
            Some(None) => break,
            Some(Some(Err(_))) | None => return malformed("the body broke off"),
        }
    }
    if !decoder.is_idle() {
        link.malformed(wire);
        return malformed("the body ended inside a frame");
    }
    let mut response = Response::new(Body::whole(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// The frames of a wire as the body of an answer.
pub(crate) struct Down(Wire);

impl Down {
    /// The next batch; `None` at the end.
    pub(crate) fn poll(&self, task: &mut task::Context<'_>) -> Poll<Option<Bytes>> {
        self.0.poll(task)
    }
}

async fn next<B>(mut body: Pin<&mut B>) -> Option<Result<Bytes, BoxError>>
where
    B: HttpBody<Error: Into<BoxError>>,
{
    std::future::poll_fn(|task| {
        loop {
            return Poll::Ready(match task::ready!(body.as_mut().poll_frame(task)) {
                None => None,
                Some(Err(error)) => Some(Err(error.into())),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(mut data) => Some(Ok(data.copy_to_bytes(data.remaining()))),
                    Err(_trailers) => continue,
                },
            });
        }
    })
    .await
}

/// A page can send a body of this type to another origin only if that origin allows it (CORS).
fn is_frames(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|media| media == media::FRAMES)
}

fn not_frames() -> Response<Body> {
    let why = format!("frames are sent with `content-type: {}`", media::FRAMES);
    answer::protocol(ProtocolCode::UnsupportedMediaType, why)
}

fn malformed(why: &str) -> Response<Body> {
    answer::protocol(ProtocolCode::MalformedBody, why)
}

/// An answer of the one frame that says why the wire is not bound.
fn said(code: &str) -> Response<Body> {
    let mut end = Vec::new();
    put_end(&mut end, code);
    answer::streamed(Body::whole(end))
}
