//! What a channel does.

use futures_util::SinkExt;
use serde_json::json;
use telefunc::SendError;
use telefunc::prelude::*;
use tokio::sync::mpsc;

use super::Told;
use super::client::{Client, Heard};
use crate::support::{Server, soon};

#[telefunc::data]
#[derive(Clone, Debug)]
pub struct ClientMsg {
    #[schemars(length(max = 10))]
    pub text: String,
}

#[telefunc::data]
pub enum ServerMsg {
    Echo(ClientMsg),
}

#[rustfmt::skip]
#[telefunction]
pub async fn on_chat(#[context] cx: Context) -> ClientEnd<ClientMsg, ServerMsg> {
    let (mut channel, client) = Channel::<ClientMsg, ServerMsg>::new();
    cx.spawn(async move {
        while let Some(msg) = channel.recv().await {
            channel.send(ServerMsg::Echo(msg)).await?;      // waits for the peer's credit
        }
        Ok(())
    });
    client
}

#[tokio::test]
async fn a_channel_echoes() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(1, &server);
    let answer = client.call(&server, "live.channels.onChat", json!([])).await;
    assert_eq!(answer, json!({ "$live": [2], "value": 2 }));
    let mut port = client.claim(&answer["value"]);
    for text in ["a", "b"] {
        port.send(json!({ "text": text })).await;
        assert_eq!(port.recv().await, json!({ "echo": { "text": text } }));
    }
}

#[tokio::test]
async fn an_invalid_message_is_complained_of_and_the_channel_goes_on() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(2, &server);
    let answer = client.call(&server, "live.channels.onChat", json!([])).await;
    let mut port = client.claim(&answer["value"]);
    for (invalid, code) in [
        (json!({ "text": "longer than ten" }), "too_long"),
        (json!({ "text": 1 }), "type"),
        (json!(3), "type"),
    ] {
        port.send(invalid).await;
        let complaint = port.recv().await;
        assert_eq!(complaint["$complaint"]["kind"], "validation");
        assert_eq!(complaint["$complaint"]["issues"][0]["code"], code, "{complaint}");
    }
    let refused = port.request(json!({ "text": 1 })).await.unwrap_err();
    assert_eq!(refused["issues"][0]["path"], json!(["text"]));
    assert_eq!(port.request(json!({ "text": "asked" })).await, Ok(json!(null)));
    assert_eq!(port.recv().await, json!({ "echo": { "text": "asked" } }));
}

#[telefunction]
async fn on_greeted() -> ClientEnd<(), String> {
    let (channel, client) = Channel::new();
    for word in ["one", "two"] {
        channel.send(word.to_owned()).await.unwrap();
    }
    client
}

#[tokio::test]
async fn what_is_sent_before_the_end_is_given_away_arrives_and_a_drop_closes() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(3, &server);
    let answer = client.call(&server, "live.channels.onGreeted", json!([])).await;
    let mut port = client.claim(&answer["value"]);
    assert_eq!(port.recv().await, "one");
    assert_eq!(port.recv().await, "two");
    assert!(matches!(soon(port.next()).await, Some(Heard::Closed)));
}

#[telefunction]
async fn on_abort(
    by: String,
    #[context] cx: Context,
    #[context] told: State<Told>,
) -> ClientEnd<u8, u8> {
    let (channel, client) = Channel::new();
    cx.spawn(async move {
        if by == "server" {
            channel.abort(json!({ "why": "enough" }));
        }
        told.send(format!("{:?}", channel.closed().await)).unwrap();
    });
    client
}

#[tokio::test]
async fn an_abort_carries_its_value_both_ways() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let server = Server::start(Telefunc::new().state(told)).await;
    let client = Client::connected(4, &server);
    let answer = client.call(&server, "live.channels.onAbort", json!(["server"])).await;
    let mut port = client.claim(&answer["value"]);
    let Some(Heard::Failed(failure)) = soon(port.next()).await else { panic!() };
    assert_eq!(failure, json!({ "kind": "abort", "value": { "why": "enough" } }));
    assert!(soon(heard.recv()).await.unwrap().starts_with("Aborted(Object {\"why\""));
    let answer = client.call(&server, "live.channels.onAbort", json!(["client"])).await;
    let port = client.claim(&answer["value"]);
    port.send(json!(1)).await;
    port.abort(json!("stop"));
    assert_eq!(soon(heard.recv()).await.unwrap(), "Aborted(String(\"stop\"))");
}

#[telefunc::data]
pub struct Rooms {
    pub many: Vec<ClientEnd<u32, u32>>,
    pub none: Option<ClientEnd<u32, u32>>,
}

#[telefunction]
async fn on_many(count: u32, #[context] cx: Context) -> Rooms {
    let many = (0..count).map(|n| {
        let (mut channel, client) = Channel::new();
        cx.spawn(async move {
            while let Some(m) = channel.recv().await {
                channel.send(m * 1000 + n).await?;
            }
            Ok(())
        });
        client
    });
    Rooms { many: many.collect(), none: None }
}

#[tokio::test]
async fn a_thousand_channels_of_one_call_each_answer_for_themselves() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(5, &server);
    let answer = client.call(&server, "live.channels.onMany", json!([1000])).await;
    assert_eq!(answer["$live"].as_array().unwrap().len(), 1000);
    let ids = answer["value"]["many"].as_array().unwrap();
    let mut ports = ids.iter().map(|id| client.claim(id)).collect::<Vec<_>>();
    for port in &ports {
        port.send(json!(7)).await;
    }
    for (n, port) in ports.iter_mut().enumerate() {
        assert_eq!(port.recv().await, json!(7000 + n));
    }
}

#[telefunction]
async fn on_flood(#[context] cx: Context) -> (ClientEnd<u8, String>, ClientEnd<u8, u8>) {
    let (flood, flood_end) = Channel::new();
    let (mut echo, echo_end) = Channel::new();
    cx.spawn(async move { while flood.send("x".repeat(1000)).await.is_ok() {} });
    cx.spawn(async move {
        while let Some(n) = echo.recv().await {
            echo.send(n).await?;
        }
        Ok(())
    });
    (flood_end, echo_end)
}

#[tokio::test]
async fn a_slow_reader_stops_only_its_own_channel() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(6, &server);
    let answer = client.call(&server, "live.channels.onFlood", json!([])).await;
    let _flood = client.claim(&answer["value"][0]);
    let mut echo = client.claim(&answer["value"][1]);
    for n in 0..200_u8 {
        echo.send(json!(n)).await;
        assert_eq!(echo.recv().await, json!(n));
    }
}

#[telefunction]
async fn on_full(#[context] told: State<Told>) -> ClientEnd<u8, String> {
    let (channel, client) = Channel::new();
    let mut sent = 0;
    let error = loop {
        match channel.try_send("y".repeat(1000)) {
            Ok(()) => sent += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, SendError::Full));
    told.send(sent.to_string()).unwrap();
    client
}

#[tokio::test]
async fn a_send_that_does_not_wait_says_full_at_the_bound() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let server = Server::start(Telefunc::new().state(told)).await;
    let client = Client::connected(7, &server);
    client.call(&server, "live.channels.onFull", json!([])).await;
    let sent: u32 = soon(heard.recv()).await.unwrap().parse().unwrap();
    assert!((1..20).contains(&sent), "{sent}");
}

#[telefunc::data]
pub enum Deeper {
    Down(ClientEnd<String, Deeper>),
    Bottom(String),
}

#[telefunction]
async fn on_deeper(#[context] cx: Context) -> ClientEnd<String, Deeper> {
    fn level(cx: &Context, depth: u32) -> ClientEnd<String, Deeper> {
        let (mut channel, client) = Channel::<String, Deeper>::new();
        let inner = cx.clone();
        cx.spawn(async move {
            while let Some(word) = channel.recv().await {
                let answer = match depth {
                    0 => Deeper::Bottom(word),
                    _ => Deeper::Down(level(&inner, depth - 1)),
                };
                channel.send(answer).await?;
            }
            Ok(())
        });
        client
    }
    level(&cx, 2)
}

#[tokio::test]
async fn a_message_may_carry_a_channel() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(8, &server);
    let answer = client.call(&server, "live.channels.onDeeper", json!([])).await;
    let mut port = client.claim(&answer["value"]);
    for _ in 0..2 {
        port.send(json!("hi")).await;
        let answer = port.recv().await;
        assert_eq!(answer["$live"][0], answer["value"]["down"]);
        port = client.claim(&answer["value"]["down"]);
    }
    port.send(json!("hi")).await;
    assert_eq!(port.recv().await, json!({ "bottom": "hi" }));
}

#[telefunction]
async fn on_pipe(#[context] cx: Context) -> ClientEnd<u32, u32> {
    let (channel, client) = Channel::<u32, u32>::new();
    let (mut sender, receiver) = channel.split();
    cx.spawn(async move {
        let mut doubled = receiver.map(|n| Ok(n * 2));
        SinkExt::send_all(&mut sender, &mut doubled).await?;
        Ok(())
    });
    client
}

#[tokio::test]
async fn a_channel_is_a_stream_and_a_sink() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(9, &server);
    let answer = client.call(&server, "live.channels.onPipe", json!([])).await;
    let mut port = client.claim(&answer["value"]);
    for n in 0..100 {
        port.send(json!(n)).await;
    }
    for n in 0..100 {
        assert_eq!(port.recv().await, json!(n * 2));
    }
}

#[tokio::test]
async fn a_call_whose_types_hold_live_values_needs_a_connection() {
    let server = Server::with(Config::default()).await;
    let answer = server.call("live.channels.onChat", json!([])).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["code"], "connection_required");
}
