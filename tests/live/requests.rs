//! Requests on channels, in both directions.

use serde_json::json;
use telefunc::prelude::*;
use telefunc::{CallError, Request};
use tokio::sync::mpsc;

use super::Told;
use super::client::{Client, Heard};
use crate::support::{Server, soon};

#[telefunction]
async fn on_desk(
    #[context] cx: Context,
    #[context] told: State<Told>,
) -> ClientEnd<u32, (), String> {
    let (mut channel, client) = Channel::<u32, (), String>::new();
    cx.spawn(async move {
        let mut held: Vec<Request<u32, String>> = Vec::new();
        while let Some(request) = channel.recv_request().await {
            match *request.message() {
                0 => {
                    for request in held.drain(..).rev() {
                        let reply = format!("late {}", request.message());
                        request.reply(reply);
                    }
                    request.reply("all".into());
                }
                1 => drop(request),
                2 => request.refuse(Abort(json!("no two"))),
                3 => {
                    let told = told.clone();
                    tokio::spawn(async move {
                        request.cancelled().await;
                        told.send("cancelled".into()).unwrap();
                    });
                }
                _ => held.push(request),
            }
        }
    });
    client
}

#[tokio::test]
async fn requests_overlap_and_are_answered_refused_dropped_or_cancelled() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let (bugs, mut bug) = mpsc::unbounded_channel::<String>();
    let telefunc =
        Telefunc::new().state(told).on_bug(move |bug| bugs.send(bug.id().to_owned()).unwrap());
    let server = Server::start(telefunc).await;
    let client = Client::connected(20, &server);
    let answer = client.call(&server, "live.requests.onDesk", json!([])).await;
    let port = client.claim(&answer["value"]);
    // The server's `OPEN` has come once this is answered.
    port.send(json!(9)).await;
    let (_, ten) = port.ask(&json!(10));
    let (_, eleven) = port.ask(&json!(11));
    assert_eq!(port.request(json!(2)).await, Err(json!({ "kind": "abort", "value": "no two" })));
    assert_eq!(port.request(json!(0)).await, Ok(json!("all")));
    assert_eq!(soon(ten).await.unwrap(), Ok(json!("late 10")));
    assert_eq!(soon(eleven).await.unwrap(), Ok(json!("late 11")));
    let failed = port.request(json!(1)).await.unwrap_err();
    assert_eq!(failed, json!({ "kind": "bug", "id": soon(bug.recv()).await.unwrap() }));
    let (three, _reply) = port.ask(&json!(3));
    assert_eq!(port.request(json!(0)).await, Ok(json!("all")));
    port.cancel(three);
    assert_eq!(soon(heard.recv()).await.unwrap(), "cancelled");
}

#[telefunction]
async fn on_wrong_read(#[context] cx: Context) -> ClientEnd<u32, (), String> {
    let (mut channel, client) = Channel::<u32, (), String>::new();
    cx.spawn(async move { while channel.recv().await.is_some() {} });
    client
}

#[tokio::test]
async fn a_request_to_a_channel_that_gives_no_replies_is_refused() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(21, &server);
    let answer = client.call(&server, "live.requests.onWrongRead", json!([])).await;
    let port = client.claim(&answer["value"]);
    port.send(json!(9)).await;
    assert_eq!(port.request(json!(1)).await.unwrap_err()["kind"], "bug");
}

#[telefunction]
async fn on_asks(
    #[context] cx: Context,
    #[context] told: State<Told>,
) -> ClientEnd<(), u32, (), u8> {
    let (channel, client) = Channel::<(), u32, (), u8>::new();
    cx.spawn(async move {
        let (one, two) = tokio::join!(channel.request(1), channel.request(2));
        told.send(format!("{one:?} {two:?}")).unwrap();
        match channel.request(3).await {
            Err(CallError::Refused(value)) => told.send(format!("refused {value}")).unwrap(),
            other => panic!("{other:?}"),
        }
        assert!(matches!(channel.request(4).await, Err(CallError::Invalid(_))));
        let given_up = tokio::time::timeout(Duration::from_millis(50), channel.request(5)).await;
        assert!(given_up.is_err());
        let last = channel.request(6).await;
        told.send(format!("{last:?}")).unwrap();
    });
    client
}

#[tokio::test]
async fn the_server_asks_its_client() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let server = Server::start(Telefunc::new().state(told)).await;
    let client = Client::connected(22, &server);
    let answer = client.call(&server, "live.requests.onAsks", json!([])).await;
    let mut port = client.claim(&answer["value"]);
    let mut asked = Vec::new();
    for n in 1..3 {
        let Some(Heard::Request(request, value)) = soon(port.next()).await else { panic!() };
        assert_eq!(value, json!(n));
        asked.push(request);
    }
    port.reply(asked[1], Ok(json!(20)));
    port.reply(asked[0], Ok(json!(10)));
    assert_eq!(soon(heard.recv()).await.unwrap(), "Ok(10) Ok(20)");
    for reply in [Err(json!({ "kind": "abort", "value": [1] })), Ok(json!(300))] {
        let Some(Heard::Request(request, _)) = soon(port.next()).await else { panic!() };
        port.reply(request, reply);
    }
    assert_eq!(soon(heard.recv()).await.unwrap(), "refused [1]");
    let Some(Heard::Request(five, _)) = soon(port.next()).await else { panic!() };
    let Some(Heard::Cancelled(cancelled)) = soon(port.next()).await else { panic!() };
    assert_eq!(five, cancelled);
    port.reply(five, Ok(json!(5)));
    let Some(Heard::Request(_, _)) = soon(port.next()).await else { panic!() };
    client.shutdown();
}
