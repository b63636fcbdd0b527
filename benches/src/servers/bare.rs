//! Bare hyper, as one would write it by hand for just this work: serde from the body's bytes, and
//! streams that gather items into buffers.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Arguments {
    a: u32,
    b: String,
}

#[derive(Serialize)]
struct Sum {
    sum: u32,
    text: String,
}

#[derive(Serialize)]
struct Object {
    id: u32,
    name: String,
    tags: Vec<String>,
    done: bool,
}

pub(super) async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        tokio::spawn(
            http1::Builder::new().serve_connection(TokioIo::new(socket), service_fn(answer)),
        );
    }
}

type Answer = UnsyncBoxBody<Bytes, Infallible>;

async fn answer(request: Request<Incoming>) -> Result<Response<Answer>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let answer = match head.uri.path() {
        "/sum" => {
            let Ok(Arguments { a, b }) = serde_json::from_slice(&body) else {
                return Ok(Response::builder()
                    .status(422)
                    .body(Full::default().boxed_unsync())
                    .expect("valid"));
            };
            let sum = Sum { sum: a + b.len() as u32, text: format!("{b}-{a}") };
            Full::from(serde_json::to_vec(&sum).expect("plain data")).boxed_unsync()
        }
        path => {
            let [count] = serde_json::from_slice(&body).unwrap_or([0]);
            let put = if path == "/integers" { integer } else { object };
            Items { next: 0, count, put }.boxed_unsync()
        }
    };
    let response = Response::builder().header("content-type", "application/json");
    Ok(response.body(answer).expect("valid"))
}

fn integer(out: &mut Vec<u8>, n: u32) {
    serde_json::to_writer(out, &n).expect("plain data");
}

fn object(out: &mut Vec<u8>, id: u32) {
    let object = Object {
        id,
        name: "a name of some length, as names are".into(),
        tags: vec!["first".into(), "second".into()],
        done: id.is_multiple_of(2),
    };
    serde_json::to_writer(out, &object).expect("plain data");
}

/// Items, each behind its length, gathered into buffers of 32 KiB.
struct Items {
    next: u32,
    count: u32,
    put: fn(&mut Vec<u8>, u32),
}

impl Body for Items {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        const LIMIT: usize = 32 << 10;
        if self.next == self.count {
            return Poll::Ready(None);
        }
        let mut buffer = Vec::with_capacity(LIMIT + 256);
        while self.next < self.count && buffer.len() < LIMIT {
            let start = buffer.len();
            buffer.extend_from_slice(&[0; 4]);
            (self.put)(&mut buffer, self.next);
            let len = (buffer.len() - start - 4) as u32;
            buffer[start..start + 4].copy_from_slice(&len.to_be_bytes());
            self.next += 1;
        }
        Poll::Ready(Some(Ok(Frame::data(buffer.into()))))
    }
}
