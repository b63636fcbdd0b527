//! A wire made of a WebSocket: each binary message holds the frames that were ready when it was
//! written.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use bytes::Bytes;
use futures_util::{Sink, Stream, StreamExt};
use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use telefunc_protocol::handshake::put_end;
use telefunc_protocol::{Attach, FrameDecoder, FrameKind, ProtocolCode, limits, media};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::driver;
use super::endpoint::crowded;
use super::wire::Wire;
use crate::answer;
use crate::app::App;
use crate::body::Body;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Bytes of one message of the client's: some batches of frames.
const MESSAGE: usize = 1 << 20;

/// Bytes of the read buffer of each socket, which it keeps while idle. The default of 128 KiB would
/// be most of what a connection costs.
const READ_BUFFER: usize = 4 << 10;

/// Messages taken in before what follows from them is written.
const ROUNDS: usize = 32;

/// How long a socket may take to be closed, in milliseconds.
const CLOSING: u64 = 5000;

/// Answers a request for a WebSocket (RFC 6455 §4.2).
pub(super) fn upgrade(
    app: &Arc<App>,
    parts: &mut Parts,
    peer: Option<SocketAddr>,
) -> Response<Body> {
    let headers = &parts.headers;
    let is = |name, wanted| lists(headers, name, wanted);
    if !is(header::UPGRADE, "websocket") || !is(header::CONNECTION, "upgrade") {
        return answer::protocol(ProtocolCode::WrongMethod, "a wire is a WebSocket or a POST");
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY);
    let is_known = is(header::SEC_WEBSOCKET_VERSION, "13")
        && is(header::SEC_WEBSOCKET_PROTOCOL, media::SUBPROTOCOL);
    let Some(key) = key.filter(|_| is_known) else {
        let why =
            format!("the WebSocket is to be of version 13 and protocol {}", media::SUBPROTOCOL);
        return answer::protocol(ProtocolCode::MalformedBody, why);
    };
    let accept = derive_accept_key(key.as_bytes());
    let Some(upgrade) = parts.extensions.remove::<OnUpgrade>() else {
        // HTTP/2, or a server that is not hyper: the client goes on over HTTP.
        return answer::protocol(ProtocolCode::WrongMethod, "no WebSocket can be made here");
    };
    if app.hub.is_full() {
        return crowded();
    }
    let mut response = Response::new(Body::whole(""));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(media::SUBPROTOCOL));
    headers.extend(accept.parse().map(|accept| (header::SEC_WEBSOCKET_ACCEPT, accept)));
    tokio::spawn(serve(Arc::clone(app), upgrade, peer));
    response
}

/// Whether a header lists `wanted`, in any case.
fn lists(headers: &HeaderMap, name: header::HeaderName, wanted: &str) -> bool {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| item.trim().eq_ignore_ascii_case(wanted))
}

async fn serve(app: Arc<App>, upgrade: OnUpgrade, peer: Option<SocketAddr>) {
    let handshake = app.hub.limits().handshake;
    let Some(Ok(io)) = driver::within(handshake, upgrade).await else { return };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MESSAGE)
        .max_message_size(Some(MESSAGE))
        .max_frame_size(Some(MESSAGE));
    let io = TokioIo::new(io);
    let mut socket = Socket::from_raw_socket(io, Role::Server, Some(config)).await;
    let mut decoder = FrameDecoder::new(limits::WIRE_FRAME);
    let first = driver::within(handshake, first(&mut socket)).await.flatten();
    let Some(mut first) = first else { return };
    let attached = match decoder.next(&mut first) {
        Ok(Some(frame)) if frame.kind == FrameKind::Attach => match Attach::read(frame.payload) {
            Ok(attach) => super::attach(&app, &attach, peer).map_err(|error| error.name()),
            Err(error) => Err(error.name()),
        },
        _ => Err("malformed_frame"),
    };
    drop(app);
    match attached {
        Ok(wire) => {
            if wire.receive(&mut decoder, first) {
                carry(&mut socket, &wire, &mut decoder).await;
            }
            driver::within(CLOSING, close(&mut socket, Some(&wire))).await;
        }
        Err(code) => {
            tracing::debug!(code, "a wire was not bound");
            let mut end = Vec::new();
            put_end(&mut end, code);
            let said = async {
                let _ = futures_util::SinkExt::send(&mut socket, Message::Binary(end.into())).await;
                close(&mut socket, None).await;
            };
            driver::within(CLOSING, said).await;
        }
    }
}

/// The first message.
async fn first(socket: &mut Socket) -> Option<Bytes> {
    loop {
        match socket.next().await? {
            Ok(Message::Binary(bytes)) => return Some(bytes),
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            _ => return None,
        }
    }
}

/// Carries frames both ways until the wire is to be closed or is lost.
async fn carry(socket: &mut Socket, wire: &Wire, decoder: &mut FrameDecoder) {
    poll_fn(|task| {
        loop {
            let read = poll_read(socket, wire, decoder, task);
            if read == Poll::Ready(false) {
                return Poll::Ready(());
            }
            match poll_write(socket, wire, task) {
                Ok(true) => {}
                Ok(false) | Err(_) => return Poll::Ready(()),
            }
            if read.is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await;
}

/// Takes in what came: `Ready(true)` when there may be more.
fn poll_read(
    socket: &mut Socket,
    wire: &Wire,
    decoder: &mut FrameDecoder,
    task: &mut task::Context<'_>,
) -> Poll<bool> {
    for _ in 0..ROUNDS {
        let bytes = match task::ready!(Pin::new(&mut *socket).poll_next(task)) {
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Text(_))) => {
                wire.malformed();
                return Poll::Ready(false);
            }
            _ => return Poll::Ready(false),
        };
        if !wire.receive(decoder, bytes) {
            return Poll::Ready(false);
        }
        if !decoder.is_idle() {
            // Frames do not span messages.
            wire.malformed();
            return Poll::Ready(false);
        }
    }
    Poll::Ready(true)
}

/// Writes what is ready and the socket takes; `false` when the wire is to be closed.
fn poll_write(
    socket: &mut Socket,
    wire: &Wire,
    task: &mut task::Context<'_>,
) -> Result<bool, Error> {
    let mut socket = Pin::new(socket);
    while socket.as_mut().poll_ready(task)?.is_ready() {
        match wire.poll(task) {
            Poll::Ready(Some(batch)) => socket.as_mut().start_send(Message::Binary(batch))?,
            Poll::Ready(None) => return Ok(false),
            Poll::Pending => {
                let _ = socket.poll_flush(task)?;
                return Ok(true);
            }
        }
    }
    Ok(!wire.is_done(task))
}

/// Writes what is left and closes the socket.
async fn close(socket: &mut Socket, wire: Option<&Wire>) {
    use futures_util::SinkExt;
    if let Some(wire) = wire {
        while let Some(batch) = poll_fn(|task| wire.poll_last(task)).await {
            if socket.send(Message::Binary(batch)).await.is_err() {
                return;
            }
        }
    }
    let _ = socket.close(None).await;
    while let Some(Ok(_)) = socket.next().await {}
}
