//! From an HTTP request to a call: which function, whether the caller may, and the body.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use bytes::Bytes;
use http::header::{self, HeaderMap};
use http::{Method, Request, Response};
use http_body::Body as HttpBody;
use telefunc_protocol::{Message, ProtocolCode, body as frames, media};

use crate::answer;
use crate::app::App;
use crate::body::Body;
use crate::call::{self, Call};
use crate::connection;
use crate::context::Context;
use crate::origin::{self, Origin};
use crate::read;

/// An error of a body that is read.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The functions as a [`tower_service::Service`], to be mounted in axum, tonic, warp or hyper.
///
/// The last segment of a request's path names the function, so it may be mounted below any prefix,
/// stripped or not. Cloning it is cheap.
#[derive(Clone)]
pub struct TelefuncService {
    app: Arc<App>,
}

impl TelefuncService {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self { app }
    }
}

impl std::fmt::Debug for TelefuncService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TelefuncService").finish_non_exhaustive()
    }
}

impl<B> tower_service::Service<Request<B>> for TelefuncService
where
    B: HttpBody<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let app = Arc::clone(&self.app);
        Box::pin(async move {
            let path = request.uri().path();
            let start = path.rfind('/').map_or(0, |slash| slash + 1);
            Ok(match &app.fallback {
                Some(fallback)
                    if app.registry.find(&path[start..]).is_none()
                        && !connection::is_wire(&path[start..])
                        && app.key_start(path).is_none() =>
                {
                    fallback.answer(request).await
                }
                _ => respond(&app, request, start, None).await,
            })
        })
    }
}

/// Answers a request whose path names a function from byte `start` on.
pub(crate) async fn respond<B>(
    app: &Arc<App>,
    request: Request<B>,
    start: usize,
    peer: Option<SocketAddr>,
) -> Response<Body>
where
    B: HttpBody<Data: Send, Error: Into<BoxError>> + Send,
{
    let authority = request.uri().authority().map(|authority| authority.as_str());
    let host = authority.or_else(|| request.headers().get(header::HOST)?.to_str().ok());
    let origin = Origin::of(request.headers(), host, &app.config.allow_origins);
    let mut response = match &origin {
        Origin::Foreign => answer::protocol(
            ProtocolCode::CrossSite,
            "a page of another origin may not call; allow its origin in `Config::allow_origins`",
        ),
        _ if request.method() == Method::OPTIONS => origin.preflight(request.headers()),
        _ if connection::is_wire(&request.uri().path()[start..]) => {
            connection::respond(app, request, peer).await
        }
        _ => dispatch(app, request, start, peer).await,
    };
    origin.stamp(response.headers_mut());
    response
}

async fn dispatch<B>(
    app: &Arc<App>,
    request: Request<B>,
    start: usize,
    peer: Option<SocketAddr>,
) -> Response<Body>
where
    B: HttpBody<Data: Send, Error: Into<BoxError>> + Send,
{
    let key = &request.uri().path()[start..];
    let Some(route) = app.registry.find(key) else {
        return answer::protocol(ProtocolCode::UnknownFunction, app.unknown(key));
    };
    if request.method() != Method::POST {
        let message = format!("a call is a POST, not a {}", request.method());
        let mut response = answer::protocol(ProtocolCode::WrongMethod, message);
        response.headers_mut().insert(header::ALLOW, origin::ALLOW);
        return response;
    }
    let Some(media) = Media::of(request.headers()) else {
        return answer::protocol(
            ProtocolCode::UnsupportedMediaType,
            format!("a call is sent with `content-type: {}`", media::JSON),
        );
    };
    let handler = app.registry.route(route).handler;
    let limit = handler.max_body.unwrap_or(app.config.max_body);
    let (mut parts, body) = request.into_parts();
    let provided = app.provide(&mut parts).await;
    let link = match (&provided, app.registry.route(route).is_live()) {
        (Ok(()), true) => match connection::call_link(app, &parts.headers, peer) {
            Ok(link) => Some(link),
            Err(refused) => return *refused,
        },
        _ => None,
    };
    let cx = Context::new(Arc::clone(app), route, parts, peer, link);
    // From here on the call has a scope; it ends with it, however the call ends.
    let part = cx.scope().open();
    let outcome = match provided {
        Err(error) => Err(error.into()),
        Ok(()) => {
            let bytes = match read::whole(body, limit, app.config.body_timeout).await {
                Ok(bytes) => bytes,
                Err(refused) => return refused.into_response(),
            };
            let message = match media.message(bytes) {
                Ok(message) => message,
                Err(error) => {
                    return answer::protocol(
                        ProtocolCode::MalformedBody,
                        format!("the body is not frames: {error}"),
                    );
                }
            };
            let call = Call::new(cx.clone(), message);
            call::run(handler, call, handler.timeout.or(app.config.timeout)).await
        }
    };
    let response = answer::outcome(&cx, outcome);
    cx.scope().answered();
    part.finish();
    response
}

/// How the arguments of a call are written.
#[derive(Clone, Copy)]
enum Media {
    Json,
    Frames,
}

impl Media {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(header::CONTENT_TYPE)?.as_bytes();
        let essence = value.split(|byte| *byte == b';').next()?.trim_ascii();
        if essence.eq_ignore_ascii_case(media::JSON.as_bytes()) {
            Some(Self::Json)
        } else if essence.eq_ignore_ascii_case(media::FRAMES.as_bytes()) {
            Some(Self::Frames)
        } else {
            None
        }
    }

    fn message(self, bytes: Bytes) -> Result<Message, telefunc_protocol::BodyError> {
        match self {
            Self::Json => Ok(Message { json: bytes, parts: Vec::new() }),
            Self::Frames => frames::read_call(bytes),
        }
    }
}
