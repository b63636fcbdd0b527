//! A server on a port of its own, and a client that speaks plain HTTP to it.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use telefunc::{Config, Telefunc};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// A running server; dropping it stops it.
pub struct Server {
    pub addr: SocketAddr,
    _stop: Option<oneshot::Sender<()>>,
}

impl Server {
    pub async fn start(telefunc: Telefunc) -> Self {
        let bound = telefunc.bind("127.0.0.1:0").await.expect("a free port");
        let addr = bound.local_addr();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(bound.run_until(async {
            let _ = stopped.await;
        }));
        Self { addr, _stop: Some(stop) }
    }

    /// A server that somebody else runs.
    pub fn at(addr: SocketAddr) -> Self {
        Self { addr, _stop: None }
    }

    pub async fn with(config: Config) -> Self {
        Self::start(Telefunc::new().config(config)).await
    }

    /// A call with JSON arguments.
    pub async fn call(&self, key: &str, arguments: impl Into<Value>) -> Answer {
        self.send(self.request(key, arguments.into().to_string())).await
    }

    /// The request of a call, to be changed before it is sent.
    pub fn request(&self, key: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
        Request::post(format!("/_telefunc/{key}"))
            .header("host", self.addr.to_string())
            .header("content-type", "application/json")
            .body(Full::new(body.into()))
            .unwrap()
    }

    /// Sends a request and reads the answer whole.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let (head, body) = self.open(request).await.into_parts();
        let body = body.collect().await.expect("the whole body").to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// Sends a request on a connection of its own and leaves the body unread; dropping it cuts the
    /// connection.
    pub async fn open(&self, request: Request<Full<Bytes>>) -> http::Response<Incoming> {
        let socket = TcpStream::connect(self.addr).await.expect("the server listens");
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(socket)).await.expect("HTTP/1.1");
        tokio::spawn(connection);
        sender.send_request(request).await.expect("an answer")
    }
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    /// The items of a stream, and how it ended.
    pub fn items(&self) -> (Vec<Value>, End) {
        let mut decoder = telefunc_protocol::BodyDecoder::new(1 << 20);
        let mut body = self.body.clone();
        let mut items = Vec::new();
        while let Some(item) = decoder.next(&mut body).expect("frames") {
            match item {
                telefunc_protocol::Item::Message(message) => {
                    items.push(serde_json::from_slice(&message.json).expect("JSON"));
                }
                telefunc_protocol::Item::Close => return (items, End::Closed),
                telefunc_protocol::Item::Fail(json) => {
                    return (items, End::Failed(serde_json::from_slice(&json).expect("JSON")));
                }
            }
        }
        (items, End::Cut)
    }
}

/// How a stream ended.
#[derive(Debug, PartialEq)]
pub enum End {
    Closed,
    Failed(Value),
    Cut,
}

/// Waits for something that must happen soon; a test that hangs says so.
pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what)
        .await
        .expect("it happens within ten seconds")
}
