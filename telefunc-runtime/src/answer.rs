//! Turns the outcome of a call into an HTTP response.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use telefunc_protocol::{Failure, FrameKind, ProtocolCode, frame, live, media};

use crate::app::App;
use crate::body::Body;
use crate::bug::Bugs;
use crate::call::{Encoded, Reply, Stop};
use crate::context::Context;
use crate::error::Error;
use crate::stream::Source;
use crate::unwind::Panic;

/// The response to a call that ran.
pub(crate) fn outcome(cx: &Context, outcome: Result<Reply, Stop>) -> Response<Body> {
    let mut response = match outcome {
        Ok(Reply::Value(encoded)) => value(encoded),
        Ok(Reply::Stream(source)) => stream(source, cx),
        Err(stop) => {
            let (status, failure) = stopped(cx, stop);
            self::failure(status, &failure)
        }
    };
    let headers = cx.start_response();
    if !headers.is_empty() {
        merge(response.headers_mut(), headers);
    }
    response
}

/// The response to a request that is no call, or that never came to run.
pub(crate) fn protocol(code: ProtocolCode, message: impl Into<String>) -> Response<Body> {
    let failure = Failure::protocol(code, message);
    self::failure(status_of(&failure), &failure)
}

/// The response to a request that a provider refused; `what` was asked for.
pub(crate) fn refused(app: &App, what: &str, error: Error) -> Response<Body> {
    let (status, failure) = told(&app.bugs, what, error);
    self::failure(status, &failure)
}

/// What an error of the function tells its client; bugs are told to the server.
pub(crate) fn failure_of(cx: &Context, error: Error) -> (StatusCode, Failure) {
    told(cx.bugs(), cx.function(), error)
}

fn told(bugs: &Bugs, what: &str, error: Error) -> (StatusCode, Failure) {
    let error = match error.into_refused() {
        Ok(refused) => match refused.value {
            Ok(value) => return (refused.status, Failure::Abort { value }),
            Err(error) => error.into(),
        },
        Err(error) => error,
    };
    let id = bugs.failed(what, error);
    (StatusCode::INTERNAL_SERVER_ERROR, Failure::Bug { id })
}

/// What a panic tells the client.
pub(crate) fn panicked(cx: &Context, panic: Panic) -> Failure {
    Failure::Bug { id: cx.bugs().panicked(cx.function(), panic) }
}

fn stopped(cx: &Context, stop: Stop) -> (StatusCode, Failure) {
    let failure = match stop {
        Stop::Failed(error) => return failure_of(cx, error),
        Stop::Panicked(panic) => panicked(cx, panic),
        Stop::Invalid(issues) => Failure::Validation { issues },
        Stop::Undecodable(error, message) => cx.route().explain(&message, &error, cx.headers()),
        Stop::TimedOut(limit) => Failure::protocol(
            ProtocolCode::Timeout,
            format!("`{}` did not answer within {limit:?}", cx.function()),
        ),
    };
    (status_of(&failure), failure)
}

fn status_of(failure: &Failure) -> StatusCode {
    StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn value(Encoded { json, parts }: Encoded) -> Response<Body> {
    if parts.is_empty() && json.first() != Some(&live::LIST) {
        return response(StatusCode::OK, JSON, json.into());
    }
    let mut frames = Vec::with_capacity(json.len() + parts.iter().map(Bytes::len).sum::<usize>());
    for part in &parts {
        frame::put(&mut frames, FrameKind::Part, 0, part);
    }
    frame::put(&mut frames, FrameKind::Message, 0, &json);
    response(StatusCode::OK, FRAMES, frames.into())
}

fn stream(source: Source, cx: &Context) -> Response<Body> {
    streamed(Body::stream(source, cx.clone()))
}

/// The response whose body is frames that come when they come.
pub(crate) fn streamed(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, FRAMES);
    // A proxy that gathers (nginx unless told so), compresses or stores it would hold items back.
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    response
}

fn failure(status: StatusCode, failure: &Failure) -> Response<Body> {
    response(status, FAILURE, failure.to_json().into())
}

fn response(status: StatusCode, media: HeaderValue, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::whole(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

/// Takes over the function's own headers, in place of ours; but how long the answer is and how to
/// read it stays our affair.
fn merge(into: &mut HeaderMap, mut headers: HeaderMap) {
    for ours in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        headers.remove(ours);
    }
    into.extend(headers);
}

const JSON: HeaderValue = HeaderValue::from_static(media::JSON);
const FRAMES: HeaderValue = HeaderValue::from_static(media::FRAMES);
const FAILURE: HeaderValue = HeaderValue::from_static(media::FAILURE);
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
