//! Every bound on a call, with the status and code of its refusal.

use std::time::Duration;

use serde_json::json;
use telefunc::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Server, soon};

#[telefunction]
fn on_any(value: serde_json::Value) -> bool {
    value.is_null()
}

#[telefunction(max_body = "1KB")]
fn on_small(text: String) -> usize {
    text.len()
}

#[telefunction(timeout = "20ms")]
async fn on_slow() {
    std::future::pending().await
}

#[tokio::test]
async fn a_request_beyond_a_bound_is_refused_with_its_status_and_code() {
    let config = Config { max_body: 4096, ..Config::default() };
    let server = Server::with(config).await;
    let deep = "[".repeat(200) + &"]".repeat(200);
    for (key, body, status, code) in [
        ("limits.onAny", format!("[\"{}\"]", "x".repeat(5000)), 413, "body_too_large"),
        ("limits.onSmall", format!("[\"{}\"]", "x".repeat(1000)), 413, "body_too_large"),
        ("limits.onAny", deep, 400, "too_deep"),
        ("limits.onAny", "[1".into(), 400, "malformed_body"),
        ("limits.onAny", "\u{1}".into(), 400, "malformed_body"),
        ("limits.onSlow", "[]".into(), 504, "timeout"),
        ("limits.onUnknown", "[]".into(), 404, "unknown_function"),
    ] {
        let answer = server.send(server.request(key, body)).await;
        assert_eq!(answer.status.as_u16(), status, "{key}: {}", answer.text());
        assert_eq!(
            (&answer.json()["kind"], &answer.json()["code"]),
            (&json!("protocol"), &json!(code))
        );
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_is_bounded_too() {
    let server = Server::with(Config { max_body: 1000, ..Config::default() }).await;
    let mut socket = TcpStream::connect(server.addr).await.unwrap();
    let head = "POST /_telefunc/limits.onAny HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..20 {
        let chunk = format!("64\r\n{}\r\n", "1".repeat(100));
        if socket.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    let mut answer = [0; 12];
    soon(socket.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let server =
        Server::with(Config { body_timeout: Duration::from_millis(30), ..Config::default() }).await;
    let mut socket = TcpStream::connect(server.addr).await.unwrap();
    let head = "POST /_telefunc/limits.onAny HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n[1";
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    soon(socket.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[tokio::test]
async fn an_old_client_is_told_so_when_its_call_does_not_fit() {
    let server = Server::with(Config::default()).await;
    for (arguments, status, kind) in [(r#"["x"]"#, 200, None), ("[7]", 409, Some("protocol"))] {
        let mut request = server.request("limits.onSmall", arguments);
        request.headers_mut().insert("telefunc-schema", "00000000".parse().unwrap());
        let answer = server.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.json()["kind"].as_str()), (status, kind));
    }
}

#[tokio::test]
async fn a_near_name_is_offered_in_development_only() {
    for (development, told) in [(true, true), (false, false)] {
        let server = Server::with(Config { development, ..Config::default() }).await;
        let answer = server.call("limits.onSmal", json!([])).await;
        assert_eq!(answer.text().contains("limits.onSmall"), told);
    }
}

#[tokio::test]
async fn hostile_frames_are_refused() {
    let server = Server::with(Config::default()).await;
    for body in [
        &b"\xff\xff\xff\xff\xff\xff\xff\xff"[..],
        b"\x02\x10\x05[]",
        b"\x02\x7f\x00",
        b"\x03\x11\x00x",
        b"",
    ] {
        let mut request = server.request("limits.onAny", body);
        request.headers_mut().insert("content-type", "application/vnd.telefunc".parse().unwrap());
        let answer = server.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (400, &json!("malformed_body")),
            "{body:?}"
        );
    }
}
