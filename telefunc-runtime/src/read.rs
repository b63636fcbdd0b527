//! Reads a request's body whole, within a number of bytes and a time.

use std::pin::{Pin, pin};
use std::task::{self, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http::Response;
use http_body::Body as HttpBody;
use telefunc_protocol::ProtocolCode;
use tokio::time::{Sleep, sleep};

use crate::answer;
use crate::body::Body;
use crate::service::BoxError;

/// Why a body was not read.
pub(crate) enum Refused {
    TooLarge(usize),
    TooSlow(Duration),
    Broken(BoxError),
}

impl Refused {
    pub(crate) fn into_response(self) -> Response<Body> {
        match self {
            Self::TooLarge(limit) => answer::protocol(
                ProtocolCode::BodyTooLarge,
                format!("the body has more than {limit} bytes"),
            ),
            Self::TooSlow(limit) => answer::protocol(
                ProtocolCode::BodyTimeout,
                format!("the body took longer than {limit:?}"),
            ),
            Self::Broken(error) => answer::protocol(
                ProtocolCode::MalformedBody,
                format!("the body broke off: {error}"),
            ),
        }
    }
}

/// All of `body`; without a copy where it comes in one piece.
pub(crate) async fn whole<B>(body: B, limit: usize, patience: Duration) -> Result<Bytes, Refused>
where
    B: HttpBody<Error: Into<BoxError>>,
{
    if body.size_hint().lower() > limit as u64 {
        return Err(Refused::TooLarge(limit));
    }
    let mut body = pin!(body);
    let mut timer = None;
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(mut data) = next(body.as_mut(), &mut timer, patience).await? {
        let len = data.remaining();
        if len > limit - (first.len() + all.len()) {
            return Err(Refused::TooLarge(limit));
        }
        if first.is_empty() && all.is_empty() {
            first = data.copy_to_bytes(len);
        } else {
            all.extend_from_slice(&std::mem::take(&mut first));
            all.extend_from_slice(&data.copy_to_bytes(len));
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// The next piece of data. The timer is set when the body is first found to be late.
async fn next<B>(
    mut body: Pin<&mut B>,
    timer: &mut Option<Pin<Box<Sleep>>>,
    patience: Duration,
) -> Result<Option<B::Data>, Refused>
where
    B: HttpBody<Error: Into<BoxError>>,
{
    std::future::poll_fn(|task: &mut task::Context<'_>| {
        loop {
            return match body.as_mut().poll_frame(task) {
                Poll::Ready(None) => Poll::Ready(Ok(None)),
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => Poll::Ready(Ok(Some(data))),
                    Err(_trailers) => continue,
                },
                Poll::Ready(Some(Err(error))) => Poll::Ready(Err(Refused::Broken(error.into()))),
                Poll::Pending => {
                    let timer = timer.get_or_insert_with(|| Box::pin(sleep(patience)));
                    timer.as_mut().poll(task).map(|()| Err(Refused::TooSlow(patience)))
                }
            };
        }
    })
    .await
}
