//! What a hostile client gets: the end of its own connection, with a name, and nothing else.

use futures_util::{SinkExt, StreamExt};
use http_body_util::BodyExt;
use serde_json::json;
use telefunc::prelude::*;
use telefunc_protocol::handshake::Bounds;
use telefunc_protocol::{Attach, FrameDecoder, FrameKind, Token, frame};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::client::Client;
use crate::support::{Server, soon};

type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn socket(server: &Server, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/_telefunc/~wire", server.addr).into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "telefunc.1".parse().unwrap());
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

fn attach(seed: u8) -> Vec<u8> {
    attach_as(seed, 0)
}

fn attach_as(seed: u8, ordinal: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let bounds = Bounds { channels: 4096, message: 1 << 20 };
    Attach { token: Token([seed; 16]), ordinal, received: 0, bounds }.put(&mut out);
    out
}

/// What the server's `END` says before it closes the socket, if it says anything.
async fn end_of(socket: &mut Socket) -> Option<String> {
    let mut decoder = FrameDecoder::new(1 << 20);
    let mut end = None;
    while let Some(Ok(message)) = soon(socket.next()).await {
        let Message::Binary(mut bytes) = message else { continue };
        while let Some(frame) = decoder.next(&mut bytes).unwrap() {
            if frame.kind == FrameKind::End {
                end = Some(String::from_utf8(frame.payload.to_vec()).unwrap());
            }
        }
    }
    end
}

#[tokio::test]
async fn hostile_frames_end_their_own_connection_and_no_other() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(80, &server);
    let answer = client.call(&server, "live.channels.onChat", json!([])).await;
    let mut port = client.claim(&answer["value"]);
    let put = |kind, channel, payload: &[u8]| {
        let mut out = Vec::new();
        frame::put(&mut out, kind, channel, payload);
        out
    };
    let opens = (0..100_000).flat_map(|n| put(FrameKind::Open, 2 * n + 1, b"")).collect();
    let reused = [put(FrameKind::Open, 1, b""), put(FrameKind::Open, 1, b"")].concat();
    let flood = [put(FrameKind::Open, 1, b""), put(FrameKind::Message, 1, &[b' '; 16000])].concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("unknown_channel", put(FrameKind::Message, 7, b"1")),
        ("bad_channel", put(FrameKind::Open, 2, b"")),
        ("bad_channel", reused),
        ("credit_exceeded", flood),
        ("too_many_channels", opens),
        ("malformed_frame", vec![0xff; 64]),
        ("malformed_frame", vec![2, 0x3f, 0]),
        ("malformed_frame", vec![1]),
        ("bad_ack", put(FrameKind::Ack, 0, &[9])),
        ("misplaced_frame", put(FrameKind::Attached, 0, b"")),
        ("malformed_payload", put(FrameKind::Attach, 0, b"?")),
    ];
    for (n, (name, bytes)) in cases.into_iter().enumerate() {
        let mut socket = socket(&server, &[]).await.unwrap();
        socket.send(Message::Binary(attach(100 + n as u8).into())).await.unwrap();
        for part in whole_frames(&bytes) {
            let _ = socket.send(Message::Binary(part.into())).await;
        }
        assert_eq!(end_of(&mut socket).await.as_deref(), Some(name), "case {n}");
    }
    port.send(json!({ "text": "still" })).await;
    assert_eq!(port.recv().await, json!({ "echo": { "text": "still" } }));
}

/// Messages of whole frames, or of all the bytes where those are no frames.
fn whole_frames(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut decoder = FrameDecoder::new(1 << 20);
    let mut rest = bytes::Bytes::copy_from_slice(bytes);
    let mut parts = vec![Vec::new()];
    loop {
        match decoder.next(&mut rest) {
            Ok(Some(found)) => {
                if parts.last().unwrap().len() > 64 << 10 {
                    parts.push(Vec::new());
                }
                frame::put(parts.last_mut().unwrap(), found.kind, found.channel, &found.payload);
            }
            Ok(None) if decoder.is_idle() => return parts,
            _ => return vec![bytes.to_vec()],
        }
    }
}

#[tokio::test]
async fn a_wire_that_does_not_begin_with_an_attach_is_closed() {
    let server = Server::with(Config::default()).await;
    let mut first = Vec::new();
    frame::put(&mut first, FrameKind::Open, 1, b"");
    for message in [Message::Binary(first.into()), Message::Binary(vec![0; 3].into())] {
        let mut socket = socket(&server, &[]).await.unwrap();
        socket.send(message).await.unwrap();
        assert_eq!(end_of(&mut socket).await.as_deref(), Some("malformed_frame"));
    }
    let mut socket = socket(&server, &[]).await.unwrap();
    socket.send(Message::Text("hello".into())).await.unwrap();
    assert_eq!(end_of(&mut socket).await, None);
}

#[tokio::test]
async fn a_wire_that_says_nothing_is_closed() {
    let mut config = Config::default();
    config.connection.handshake = 100;
    let server = Server::with(config).await;
    let mut socket = socket(&server, &[]).await.unwrap();
    assert_eq!(end_of(&mut socket).await, None);
}

#[tokio::test]
async fn a_connection_that_is_not_known_is_said_to_be_unknown() {
    let server = Server::with(Config::default()).await;
    let mut socket = socket(&server, &[]).await.unwrap();
    socket.send(Message::Binary(attach_as(90, 3).into())).await.unwrap();
    assert_eq!(end_of(&mut socket).await.as_deref(), Some("unknown_connection"));
}

#[tokio::test]
async fn a_page_of_another_origin_gets_no_wire_of_either_kind() {
    let server = Server::with(Config::default()).await;
    let refused = socket(&server, &[("origin", "https://evil.example")]).await;
    let Err(Error::Http(response)) = refused else { panic!("{refused:?}") };
    assert_eq!(response.status(), 403);
    let mut request = server.request("~wire", attach(91));
    request.headers_mut().insert("content-type", "application/vnd.telefunc".parse().unwrap());
    request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    assert_eq!(server.send(request).await.status, 403);
}

#[tokio::test]
async fn attaching_a_wire_runs_the_servers_authentication() {
    let telefunc = Telefunc::new().context(|parts: &http::request::Parts| {
        let is_known = parts.headers.contains_key("authorization");
        async move {
            if is_known { Ok(()) } else { Err(Abort("log in").status(StatusCode::UNAUTHORIZED)) }
        }
    });
    let server = Server::start(telefunc).await;
    let refused = socket(&server, &[]).await;
    let Err(Error::Http(response)) = refused else { panic!("{refused:?}") };
    assert_eq!(response.status(), 401);
    let mut known = socket(&server, &[("authorization", "yes")]).await.unwrap();
    known.send(Message::Binary(attach(92).into())).await.unwrap();
    assert!(matches!(soon(known.next()).await, Some(Ok(Message::Binary(_)))));
}

#[tokio::test]
async fn posts_of_frames_are_checked_one_by_one() {
    let server = Server::with(Config::default()).await;
    let post = |body: Vec<u8>, media: &str, wire: Option<(&str, &str)>| {
        let mut request = server.request("~wire", body);
        let headers = request.headers_mut();
        headers.insert("content-type", media.parse().unwrap());
        if let Some((token, wire)) = wire {
            headers.insert("telefunc-connection", token.parse().unwrap());
            headers.insert("telefunc-wire", wire.parse().unwrap());
        }
        request
    };
    let frames = "application/vnd.telefunc";
    assert_eq!(server.send(post(attach(93), "text/plain", None)).await.status, 415);
    assert_eq!(server.send(post(vec![1, 2, 3], frames, None)).await.status, 400);
    let token = "5e".repeat(16);
    for wire in [(token.as_str(), "0"), ("nonsense", "0"), (&token, "x")] {
        let answer = server.send(post(vec![2, 0, 0], frames, Some(wire))).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (410, &json!("unknown_wire")));
    }
    let mut down = server.open(post(attach(0x5e), frames, None)).await;
    assert_eq!(down.headers()["x-accel-buffering"], "no");
    soon(down.frame()).await.unwrap().unwrap();
    let ping = server.send(post(vec![2, 0, 0], frames, Some((&token, "0")))).await;
    assert_eq!(ping.status, 204);
    let pong = soon(down.frame()).await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(&pong[..], [2, 1, 0]);
    let cut = server.send(post(vec![9, 0], frames, Some((&token, "0")))).await;
    assert_eq!(cut.status, 400);
    let end = soon(down.frame()).await.unwrap().unwrap().into_data().unwrap();
    assert!(end.ends_with(b"malformed_frame"));
    assert!(soon(down.frame()).await.is_none());
}

#[tokio::test]
async fn there_are_as_many_connections_as_configured() {
    let server = Server::with(Config { max_links: 2, ..Config::default() }).await;
    let mut sockets = Vec::new();
    for seed in [94, 95] {
        let mut socket = socket(&server, &[]).await.unwrap();
        socket.send(Message::Binary(attach(seed).into())).await.unwrap();
        soon(socket.next()).await.unwrap().unwrap();
        sockets.push(socket);
    }
    let Err(Error::Http(response)) = socket(&server, &[]).await else { panic!() };
    assert_eq!(response.status(), 503);
    let client = Client::new(96);
    assert_eq!(client.send(&server, "live.channels.onChat", json!([])).await.status, 503);
    // Who is there already may come back.
    let mut again = server.request("~wire", attach_as(94, 1));
    again.headers_mut().insert("content-type", "application/vnd.telefunc".parse().unwrap());
    assert_eq!(server.open(again).await.status(), 200);
}
