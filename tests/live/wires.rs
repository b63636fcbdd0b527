//! Wires come and go: what is sent on a channel arrives once, in order.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use telefunc::prelude::*;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::client::{Client, Kind, Port};
use crate::support::{Server, soon};

/// A TCP proxy; whenever it is told to, it cuts all that it carries.
async fn proxy(to: SocketAddr) -> (SocketAddr, watch::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (cutter, cut) = watch::channel(());
    tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            let mut cut = cut.clone();
            cut.mark_unchanged();
            tokio::spawn(async move {
                let Ok(mut to) = TcpStream::connect(to).await else { return };
                tokio::select! {
                    _ = copy_bidirectional(&mut from, &mut to) => {}
                    _ = cut.changed() => {}
                }
            });
        }
    });
    (addr, cutter)
}

/// Counts up to `count`, and hears the client do so.
#[telefunction]
async fn on_count_both(
    count: u32,
    pad: u32,
    #[context] cx: Context,
) -> ClientEnd<(u32, String), (u32, String)> {
    let (channel, client) = Channel::new();
    let (sender, mut receiver) = channel.split();
    cx.spawn(async move {
        for n in 0..count {
            sender.send((n, "s".repeat(pad as usize))).await?;
        }
        std::future::pending::<()>().await;
        Ok(())
    });
    cx.spawn(async move {
        let mut expected = 0;
        while let Some((n, _)) = receiver.recv().await {
            assert_eq!(n, expected, "exactly once and in order");
            expected += 1;
            if expected == count {
                ALL.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            }
        }
    });
    client
}

static ALL: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

/// Sends `count` numbers and hears as many, each once and in order.
async fn count_both(mut port: Port, count: u32, pad: u32) {
    let before = ALL.load(std::sync::atomic::Ordering::SeqCst);
    let (sender, receiver) = (port.sender(), &mut port);
    let sending = async {
        for n in 0..count {
            sender.send(json!([n, "c".repeat(pad as usize)])).await;
        }
    };
    let receiving = async {
        for n in 0..count {
            let value = receiver.recv().await;
            assert_eq!(value[0], json!(n), "exactly once and in order");
        }
    };
    tokio::join!(sending, receiving);
    soon(async {
        while ALL.load(std::sync::atomic::Ordering::SeqCst) == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

async fn cut_under_load(seed: u8, kind: Kind, every: u64, count: u32) {
    let server = Server::with(Config::default()).await;
    let (addr, cutter) = proxy(server.addr).await;
    let client = Client::new(seed);
    client.attach(kind, addr, true);
    let answer = client.call(&server, "live.wires.onCountBoth", json!([count, 200])).await;
    let port = client.claim(&answer["value"]);
    let cutting = async {
        let mut wait = every;
        loop {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            wait = every / 2 + (wait * 7 + 13) % every;
            cutter.send_replace(());
        }
    };
    let start = Instant::now();
    tokio::select! {
        () = count_both(port, count, 200) => {}
        never = cutting => never,
    }
    assert!(client.attached() > 3, "{} wires in {:?}", client.attached(), start.elapsed());
    assert_eq!(client.ended(), None);
}

static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_websocket_that_is_cut_again_and_again_loses_nothing() {
    let _alone = ALONE.lock().await;
    cut_under_load(120, Kind::WebSocket, 100, 30_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_http_wire_that_is_cut_again_and_again_loses_nothing() {
    let _alone = ALONE.lock().await;
    cut_under_load(121, Kind::Http, 100, 20_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_moves_from_http_to_a_websocket_in_mid_flood() {
    let _alone = ALONE.lock().await;
    let server = Server::with(Config::default()).await;
    let client = Client::new(122);
    let http = client.attach(Kind::Http, server.addr, false);
    let count = 20_000;
    let answer = client.call(&server, "live.wires.onCountBoth", json!([count, 100])).await;
    let port = client.claim(&answer["value"]);
    let moving = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        client.attach(Kind::WebSocket, server.addr, false);
        // The server closes the old wire once the new one carries the connection.
        http.await.unwrap();
    };
    tokio::join!(count_both(port, count, 100), moving);
    assert_eq!(client.attached(), 2);
}

#[tokio::test]
async fn an_http_wire_carries_channels_and_callbacks() {
    let server = Server::with(Config::default()).await;
    let client = Client::new(123);
    client.attach(Kind::Http, server.addr, false);
    let answer = client.call(&server, "live.channels.onChat", json!([])).await;
    let mut port = client.claim(&answer["value"]);
    let start = Instant::now();
    for n in 0..50 {
        port.send(json!({ "text": n.to_string() })).await;
        assert_eq!(port.recv().await["echo"]["text"], n.to_string());
    }
    // No message waits for a timer on its way.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_mounted_service_upgrades_as_a_server_of_its_own_does() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let router = axum::Router::new().nest_service("/_telefunc", Telefunc::new().into_service());
    let served = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let client = Client::new(124);
    client.attach(Kind::WebSocket, addr, false);
    let server = Server::at(addr);
    let answer = client.call(&server, "live.channels.onChat", json!([])).await;
    let mut port = client.claim(&answer["value"]);
    port.send(json!({ "text": "axum" })).await;
    assert_eq!(port.recv().await, json!({ "echo": { "text": "axum" } }));
    served.abort();
}

#[tokio::test]
async fn a_server_that_stops_says_so_to_those_that_are_connected() {
    let config = Config { shutdown_grace: Duration::from_millis(300), ..Config::default() };
    let bound = Telefunc::new().config(config).bind("127.0.0.1:0").await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = Server::at(bound.local_addr());
    let running = tokio::spawn(bound.run_until(async {
        let _ = stopped.await;
    }));
    let (idle, busy) = (Client::connected(125, &server), Client::connected(126, &server));
    let answer = busy.call(&server, "live.channels.onChat", json!([])).await;
    let port = busy.claim(&answer["value"]);
    busy.opened(&port).await;
    soon(async {
        while idle.attached() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    drop(stop);
    soon(running).await.unwrap();
    assert_eq!(busy.drains(), 1);
    assert_eq!(
        (idle.ended().as_deref(), busy.ended().as_deref()),
        (Some("closed"), Some("closed"))
    );
}
