//! Being a good HTTP server: methods, paths, HTTP/2, other frameworks around it, shutdown.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use telefunc::prelude::*;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tower::ServiceExt;

use crate::support::{End, Server, soon};

#[telefunction]
async fn on_double(n: u32) -> u32 {
    n * 2
}

#[telefunction]
async fn on_sleep(millis: u32) -> u32 {
    tokio::time::sleep(Duration::from_millis(millis.into())).await;
    millis
}

#[telefunction]
fn on_ticks() -> impl Stream<Item = u32> {
    stream! {
        for n in 0..3 {
            yield n;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[telefunction]
fn on_peer(#[context] cx: Context) -> Option<String> {
    cx.peer_addr().map(|peer| peer.ip().to_string())
}

#[tokio::test]
async fn other_methods_and_paths_are_answered_properly() {
    let server = Server::with(Config::default()).await;
    for (method, path, status) in [
        (Method::GET, "/_telefunc/http_server.onDouble", 405),
        (Method::HEAD, "/_telefunc/http_server.onDouble", 405),
        (Method::PUT, "/_telefunc/http_server.onDouble", 405),
        (Method::OPTIONS, "/_telefunc/http_server.onDouble", 204),
        (Method::GET, "/_telefunc/", 404),
        (Method::POST, "/_telefunc/http_server.onDouble/x", 404),
        (Method::POST, "/_telefuncx/http_server.onDouble", 404),
        (Method::GET, "/", 404),
    ] {
        let mut request = server.request("", "[1]");
        *request.method_mut() = method.clone();
        *request.uri_mut() = path.parse().unwrap();
        let answer = server.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        if status == 405 || status == 204 {
            assert_eq!(answer.headers["allow"], "POST, OPTIONS");
        }
    }
}

#[tokio::test]
async fn the_peer_is_known() {
    let server = Server::with(Config::default()).await;
    assert_eq!(server.call("http_server.onPeer", json!([])).await.json(), "127.0.0.1");
}

#[tokio::test]
async fn http_2_carries_calls_and_streams_side_by_side() {
    let server = Server::with(Config::default()).await;
    let socket = TcpStream::connect(server.addr).await.unwrap();
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(socket))
            .await
            .unwrap();
    tokio::spawn(connection);
    let calls = (0..20_u32).map(|n| {
        let mut sender = sender.clone();
        let (key, body) =
            if n % 2 == 0 { ("onDouble", format!("[{n}]")) } else { ("onTicks", "[]".into()) };
        let request = Request::post(format!("http://{}/_telefunc/http_server.{key}", server.addr))
            .header("content-type", "application/json")
            .body(Full::new(bytes::Bytes::from(body)))
            .unwrap();
        tokio::spawn(async move {
            let response = sender.send_request(request).await.unwrap();
            assert_eq!(response.version(), http::Version::HTTP_2);
            let (status, body) =
                (response.status(), response.into_body().collect().await.unwrap().to_bytes());
            assert_eq!(status, 200);
            if n % 2 == 0 {
                assert_eq!(body, (n * 2).to_string());
            } else {
                assert_eq!(&body[body.len() - 3..], [2, 0x12, 0]);
            }
        })
    });
    for call in calls.collect::<Vec<_>>() {
        soon(call).await.unwrap();
    }
}

#[tokio::test]
async fn it_mounts_in_axum_with_layers_around_it() {
    let service = Telefunc::new().into_service();
    let router = Router::new()
        .route("/hello", get(|| async { "hello" }))
        .nest_service("/_telefunc", service)
        .layer(tower_http::compression::CompressionLayer::new())
        .layer(tower_http::trace::TraceLayer::new_for_http());
    let call = |key: &str, body: &str| {
        Request::post(format!("/_telefunc/http_server.{key}"))
            .header("content-type", "application/json")
            .header("accept-encoding", "gzip")
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    let answer = router.clone().oneshot(call("onDouble", "[21]")).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "42");
    // A compressor that gathered would hold items back: each must come in a piece of its own.
    let mut answer = router.clone().oneshot(call("onTicks", "[]")).await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let mut pieces = 0;
    while let Some(piece) = soon(answer.body_mut().frame()).await {
        piece.unwrap();
        pieces += 1;
    }
    assert!(pieces > 3, "three items came in {pieces} pieces");
    let hello = router.oneshot(Request::get("/hello").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(hello.status(), 200);
}

#[tokio::test]
async fn cors_may_be_left_to_a_layer() {
    let page = "https://app.example";
    let config = Config { allow_origins: vec![page.into()], ..Config::default() };
    let cors = tower_http::cors::CorsLayer::new()
        .allow_origin([page.parse().unwrap()])
        .allow_methods([Method::POST])
        .allow_headers([http::header::CONTENT_TYPE]);
    let router = Router::new()
        .nest_service("/api", Telefunc::new().config(config).into_service())
        .layer(cors);
    let request = Request::post("/api/http_server.onDouble")
        .header("content-type", "application/json")
        .header("origin", page)
        .body(Body::from("[4]"))
        .unwrap();
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.headers().get_all("access-control-allow-origin").iter().count(), 1);
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "8");
}

#[tokio::test]
async fn a_fallback_answers_what_is_no_call() {
    let pages = Router::new().route("/", get(|| async { "the page" }));
    let server = Server::start(Telefunc::new().fallback(pages)).await;
    let mut request = server.request("", "");
    *request.method_mut() = Method::GET;
    *request.uri_mut() = "/".parse().unwrap();
    assert_eq!(server.send(request).await.text(), "the page");
    assert_eq!(server.call("http_server.onDouble", json!([2])).await.json(), 4);
}

#[tokio::test]
async fn a_shutdown_finishes_calls_in_flight() {
    let bound = Telefunc::new().bind("127.0.0.1:0").await.unwrap();
    let addr = bound.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(bound.run_until(async {
        let _ = stopped.await;
    }));
    let request = || {
        Request::post("/_telefunc/http_server.onSleep")
            .header("host", "x")
            .header("content-type", "application/json")
            .body(Full::new(bytes::Bytes::from("[200]")))
            .unwrap()
    };
    let socket = TcpStream::connect(addr).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(socket)).await.unwrap();
    tokio::spawn(connection);
    let call = tokio::spawn(sender.send_request(request()));
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    let answer = soon(call).await.unwrap().unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "200");
    soon(running).await.unwrap();
    assert!(TcpListener::bind(addr).await.is_ok(), "the port is free again");
}

#[tokio::test]
async fn a_stream_that_never_ends_does_not_hold_up_a_shutdown_for_ever() {
    let config = Config { shutdown_grace: Duration::from_millis(50), ..Config::default() };
    let bound = Telefunc::new().config(config).bind("127.0.0.1:0").await.unwrap();
    let addr = bound.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(bound.run_until(async {
        let _ = stopped.await;
    }));
    let socket = TcpStream::connect(addr).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(socket)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::post("/_telefunc/http_server.onForEver")
        .header("host", "x")
        .header("content-type", "application/json")
        .body(Full::new(bytes::Bytes::new()))
        .unwrap();
    let mut answer = sender.send_request(request).await.unwrap();
    answer.frame().await.unwrap().unwrap();
    stop.send(()).unwrap();
    soon(running).await.unwrap();
    // Its connection is cut, not left behind.
    while let Some(frame) = soon(answer.frame()).await {
        if frame.is_err() {
            break;
        }
    }
}

#[telefunction]
fn on_for_ever() -> impl Stream<Item = u32> {
    stream! {
        yield 1;
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn a_stream_over_the_service_says_its_end() {
    let server = Server::with(Config::default()).await;
    let (items, end) = server.call("http_server.onTicks", json!([])).await.items();
    assert_eq!((items, end), (vec![json!(0), json!(1), json!(2)], End::Closed));
}
