//! What a call opened ends with its client's stop, promptly, and not before.

use serde_json::json;
use telefunc::prelude::*;
use tokio::sync::mpsc;

use super::Told;
use super::client::{Client, Heard};
use crate::support::{Server, soon};

/// Tells when it is dropped.
struct Dropped(Told);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send("dropped".into());
    }
}

/// A channel beside a task that waits for something else.
#[telefunction]
async fn on_busy(#[context] cx: Context, #[context] told: State<Told>) -> ClientEnd<u8, u8> {
    let State(told) = told;
    let (channel, client) = Channel::new();
    let closed = told.clone();
    cx.on_close(move |reason| closed.send(format!("{reason:?}")).unwrap());
    cx.spawn(async move {
        let _dropped = Dropped(told);
        let _channel = channel;
        std::future::pending::<()>().await;
    });
    client
}

async fn busy(seed: u8) -> (Server, Client, super::client::Port, mpsc::UnboundedReceiver<String>) {
    let (told, heard) = mpsc::unbounded_channel();
    let server = Server::start(Telefunc::new().state(told)).await;
    let client = Client::connected(seed, &server);
    let answer = client.call(&server, "live.scopes.onBusy", json!([])).await;
    let port = client.claim(&answer["value"]);
    client.opened(&port).await;
    (server, client, port, heard)
}

async fn both(heard: &mut mpsc::UnboundedReceiver<String>) -> [String; 2] {
    let mut both = [soon(heard.recv()).await.unwrap(), soon(heard.recv()).await.unwrap()];
    both.sort();
    both
}

#[tokio::test]
async fn a_close_ends_the_scope_while_its_task_waits() {
    let (_server, _client, port, mut heard) = busy(60).await;
    port.close();
    assert_eq!(both(&mut heard).await, ["Closed", "dropped"]);
}

#[tokio::test]
async fn an_abort_ends_the_scope_with_its_value() {
    let (_server, _client, port, mut heard) = busy(61).await;
    port.abort(json!(7));
    assert_eq!(both(&mut heard).await, ["Aborted(Number(7))", "dropped"]);
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_scope() {
    let (_server, client, _port, mut heard) = busy(62).await;
    client.shutdown();
    assert_eq!(both(&mut heard).await, ["Closed", "dropped"]);
}

#[tokio::test]
async fn a_client_that_is_gone_for_good_ends_the_scope_after_the_grace() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let mut config = Config::default();
    config.connection.grace = 200;
    let server = Server::start(Telefunc::new().config(config).state(told)).await;
    let client = Client::new(63);
    let wire = client.attach(super::client::Kind::WebSocket, server.addr, false);
    let answer = client.call(&server, "live.scopes.onBusy", json!([])).await;
    client.opened(&client.claim(&answer["value"])).await;
    wire.abort();
    assert_eq!(both(&mut heard).await, ["Disconnected", "dropped"]);
}

#[tokio::test]
async fn a_call_that_brings_its_connection_waits_for_its_wire_in_vain() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let mut config = Config::default();
    config.connection.handshake = 200;
    let server = Server::start(Telefunc::new().config(config).state(told)).await;
    let client = Client::new(64);
    client.call(&server, "live.scopes.onBusy", json!([])).await;
    assert_eq!(both(&mut heard).await, ["Disconnected", "dropped"]);
}

/// Reads what came before the close, and works on after it.
#[telefunction]
async fn on_tidy(#[context] cx: Context, #[context] told: State<Told>) -> ClientEnd<u8, u8> {
    let State(told) = told;
    let (mut channel, client) = Channel::new();
    let closed = told.clone();
    cx.on_close(move |reason| closed.send(format!("{reason:?}")).unwrap());
    cx.spawn(async move {
        let mut sum = 0_u32;
        while let Some(n) = channel.recv().await {
            sum += u32::from(n);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        told.send(format!("saved {sum}")).unwrap();
    });
    client
}

#[tokio::test]
async fn what_came_before_a_close_is_read_and_can_be_tidied_up() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let server = Server::start(Telefunc::new().state(told)).await;
    let client = Client::connected(65, &server);
    let answer = client.call(&server, "live.scopes.onTidy", json!([])).await;
    let port = client.claim(&answer["value"]);
    for _ in 0..20 {
        port.send(json!(5)).await;
    }
    port.close();
    assert_eq!(soon(heard.recv()).await.unwrap(), "saved 100");
    assert_eq!(soon(heard.recv()).await.unwrap(), "Closed");
}

#[telefunction]
async fn on_refused(
    hook: Callback<fn(u8)>,
    #[context] told: State<Told>,
) -> Result<ClientEnd<u8, u8>, Abort> {
    let (channel, _client) = Channel::<u8, u8>::new();
    tokio::spawn(async move {
        told.send(format!("{:?}", channel.closed().await)).unwrap();
        drop(hook);
    });
    Err(Abort(()))
}

#[tokio::test]
async fn what_a_refused_call_opened_is_closed() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let server = Server::start(Telefunc::new().state(told)).await;
    let client = Client::connected(66, &server);
    let mut hook = client.open();
    let answer = client.send(&server, "live.scopes.onRefused", json!([hook.id])).await;
    assert_eq!(answer.status, 403);
    assert_eq!(soon(heard.recv()).await.unwrap(), "Closed");
    assert!(matches!(soon(hook.next()).await, Some(Heard::Closed)));
}

#[telefunction]
async fn on_finished(hook: Callback<fn(u8)>, #[context] cx: Context, #[context] told: State<Told>) {
    cx.on_close(move |reason| told.send(format!("{reason:?}")).unwrap());
    cx.spawn(async move {
        tokio::task::yield_now().await;
        hook.notify(1)?;
        Ok(())
    });
}

#[tokio::test]
async fn a_scope_whose_handles_are_dropped_is_finished_and_releases_the_clients_functions() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let server = Server::start(Telefunc::new().state(told)).await;
    let client = Client::connected(67, &server);
    let mut hook = client.open();
    // So that its `OPEN` has come, for `notify` does not wait for it.
    let mut first = client.open();
    client.call(&server, "live.callbacks.onInit", json!([first.id])).await;
    assert!(matches!(soon(first.next()).await, Some(Heard::Request(..))));
    client.call(&server, "live.scopes.onFinished", json!([hook.id])).await;
    assert_eq!(hook.recv().await, json!([1]));
    assert!(matches!(soon(hook.next()).await, Some(Heard::Closed)));
    assert_eq!(soon(heard.recv()).await.unwrap(), "Finished");
}

#[telefunction]
fn on_stream_with_hook(hook: Callback<fn(u8) -> u8>) -> impl Stream<Item = u8> {
    stream! {
        for n in 0..3 {
            yield hook.call(n).await.unwrap();
        }
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn a_stream_that_its_client_stops_reading_releases_the_callback() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(68, &server);
    let mut hook = client.open();
    let request = client.request(&server, "live.scopes.onStreamWithHook", json!([hook.id]));
    let response = server.open(request);
    let answers = async {
        for _ in 0..3 {
            let Some(Heard::Request(request, _)) = soon(hook.next()).await else { panic!() };
            hook.reply(request, Ok(json!(1)));
        }
    };
    let (response, ()) = tokio::join!(response, answers);
    drop(response);
    assert!(matches!(soon(hook.next()).await, Some(Heard::Closed)));
}
