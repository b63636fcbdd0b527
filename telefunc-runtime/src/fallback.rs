//! What answers the requests that are no calls: a service of the user's, its types erased.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{self, Poll};

use bytes::{Buf, Bytes};
use http::{Request, Response, StatusCode};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use tower_service::Service;

use crate::body::Body;
use crate::service::BoxError;

/// The body of a request that a fallback gets.
#[derive(Debug)]
pub struct RequestBody(UnsyncBoxBody<Bytes, BoxError>);

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.0).poll_frame(task)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

type Answer = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// The user's service.
pub(crate) struct Fallback(Box<dyn Fn(Request<RequestBody>) -> Answer + Send + Sync>);

impl Fallback {
    pub(crate) fn new<S, B>(service: S) -> Self
    where
        S: Service<
                Request<RequestBody>,
                Response = Response<B>,
                Error: Into<BoxError>,
                Future: Send,
            > + Clone
            + Send
            + Sync
            + 'static,
        B: HttpBody<Data: Into<Bytes>, Error: Into<BoxError>> + Send + 'static,
    {
        Self(Box::new(move |request| {
            let mut service = service.clone();
            Box::pin(async move {
                let ready = poll_fn(|task| service.poll_ready(task)).await.map_err(Into::into);
                let answered = match ready {
                    Ok(()) => service.call(request).await.map_err(Into::into),
                    Err(error) => Err(error),
                };
                answered.map_or_else(|error| failed(&error), erase)
            })
        }))
    }

    pub(crate) async fn answer<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: HttpBody<Data: Send, Error: Into<BoxError>> + Send + 'static,
    {
        let request = request.map(|body| {
            let body = body
                .map_frame(|frame| frame.map_data(|mut data| data.copy_to_bytes(data.remaining())));
            RequestBody(body.map_err(Into::into).boxed_unsync())
        });
        (self.0)(request).await
    }
}

fn erase<B>(response: Response<B>) -> Response<Body>
where
    B: HttpBody<Data: Into<Bytes>, Error: Into<BoxError>> + Send + 'static,
{
    response.map(|body| {
        let body = body.map_frame(|frame| frame.map_data(Into::into));
        Body::foreign(body.map_err(Into::into).boxed_unsync())
    })
}

fn failed(error: &BoxError) -> Response<Body> {
    tracing::error!(%error, "the fallback service failed");
    let mut response = Response::new(Body::whole(""));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
