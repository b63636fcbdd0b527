//! `{base}/~wire`: where wires are attached, and how a call names its connection.

use std::net::SocketAddr;
use std::sync::Arc;

use http::header::HeaderMap;
use http::{Method, Request, Response};
use http_body::Body as HttpBody;
use telefunc_protocol::{ProtocolCode, Token, media};

use super::link::Link;
use super::post;
use crate::answer;
use crate::app::App;
use crate::body::Body;
use crate::service::BoxError;

/// Whether the last segment of a path is that of wires and not a function's key.
pub(crate) fn is_wire(key: &str) -> bool {
    key == media::WIRE_KEY
}

/// The connection that a call names, whose function's types hold live values.
pub(crate) fn call_link(
    app: &App,
    headers: &HeaderMap,
    peer: Option<SocketAddr>,
) -> Result<Arc<Link>, Box<Response<Body>>> {
    let Some(token) = headers.get(media::CONNECTION_HEADER) else {
        let why = "the function takes or gives live values, and the call names no connection";
        return Err(Box::new(answer::protocol(ProtocolCode::ConnectionRequired, why)));
    };
    let Some(token) = Token::from_hex(token.as_bytes()) else {
        let why = format!("`{}` is 32 hexadecimal digits", media::CONNECTION_HEADER);
        return Err(Box::new(answer::protocol(ProtocolCode::MalformedBody, why)));
    };
    let link = app.hub.find_or_start(token, peer.map(|peer| peer.ip()));
    link.map_err(|_| Box::new(crowded()))
}

/// Answers a request to `~wire` whose origin has been checked.
pub(crate) async fn respond<B>(
    app: &Arc<App>,
    request: Request<B>,
    peer: Option<SocketAddr>,
) -> Response<Body>
where
    B: HttpBody<Data: Send, Error: Into<BoxError>> + Send,
{
    let (mut parts, body) = request.into_parts();
    if parts.method != Method::POST && parts.method != Method::GET {
        return answer::protocol(ProtocolCode::WrongMethod, "a wire is a WebSocket or a POST");
    }
    // The same authentication as a call's: a token alone opens nothing.
    if let Err(error) = app.provide(&mut parts).await {
        return answer::refused(app, media::WIRE_KEY, error);
    }
    match parts.method {
        Method::GET => upgrade(app, &mut parts, peer),
        _ if parts.headers.contains_key(media::WIRE_HEADER) => post::up(app, &parts, body).await,
        _ => post::down(app, &parts, body, peer).await,
    }
}

#[cfg(feature = "websocket")]
use super::websocket::upgrade;

/// Without WebSockets the client goes on over HTTP.
#[cfg(not(feature = "websocket"))]
fn upgrade(_: &Arc<App>, _: &mut http::request::Parts, _: Option<SocketAddr>) -> Response<Body> {
    answer::protocol(ProtocolCode::WrongMethod, "this server has no WebSockets")
}

/// There are too many connections.
pub(super) fn crowded() -> Response<Body> {
    answer::protocol(ProtocolCode::Overloaded, "the server has as many connections as it can take")
}
