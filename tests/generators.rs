//! Streams over the HTTP response: order, errors, backpressure, cancellation, keep-alive, batches.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use http_body_util::BodyExt;
use serde_json::json;
use telefunc::prelude::*;
use tokio::sync::mpsc;

use crate::support::{End, Server, soon};

#[telefunction]
fn on_count(to: u32) -> impl Stream<Item = u32> {
    stream! {
        for n in 0..to {
            yield n;
        }
    }
}

#[telefunc::error]
#[derive(Debug)]
pub enum TooFar {
    Beyond { limit: u32 },
}

#[telefunction]
fn on_try_count(to: u32) -> impl Stream<Item = Result<u32, TooFar>> {
    try_stream! {
        for n in 0..to {
            if n == 3 {
                Err(TooFar::Beyond { limit: 3 })?;
            }
            yield n;
        }
    }
}

#[telefunction]
async fn on_open(allowed: bool) -> Result<impl Stream<Item = String>, Abort<&'static str>> {
    if !allowed {
        return Err(Abort("closed").status(StatusCode::GONE));
    }
    Ok(stream! { yield String::new(); yield "last".to_owned(); })
}

/// Tells when it is dropped.
struct Dropped(mpsc::UnboundedSender<&'static str>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let inside = Context::try_current().is_some();
        let _ = self.0.send(if inside { "dropped" } else { "dropped outside its call" });
    }
}

type Drops = mpsc::UnboundedSender<&'static str>;

#[telefunction]
fn on_wait(#[context] drops: State<Drops>) -> impl Stream<Item = u32> {
    stream! {
        let _guard = Dropped(drops.0);
        yield 1;
        std::future::pending::<()>().await;
        yield 2;
    }
}

#[telefunction]
async fn on_wait_plain(#[context] drops: State<Drops>) -> u32 {
    let _guard = Dropped(drops.0.clone());
    let _ = drops.0.send("started");
    std::future::pending().await
}

#[telefunction]
fn on_flood(#[context] made: State<Arc<AtomicU32>>) -> impl Stream<Item = String> {
    stream! {
        loop {
            made.fetch_add(1, Ordering::SeqCst);
            yield "x".repeat(1000);
        }
    }
}

#[telefunction]
fn on_fed(
    #[context] feed: State<Arc<Mutex<Option<mpsc::UnboundedReceiver<u32>>>>>,
) -> impl Stream<Item = u32> {
    let receiver = feed.lock().unwrap().take().expect("fed once");
    futures_util::stream::unfold(receiver, async |mut receiver| {
        Some((receiver.recv().await?, receiver))
    })
}

#[tokio::test]
async fn items_come_in_order_and_the_end_is_said() {
    let server = Server::with(Config::default()).await;
    let answer = server.call("generators.onCount", json!([5000])).await;
    assert_eq!(answer.headers["x-accel-buffering"], "no");
    let (items, end) = answer.items();
    assert_eq!(items, (0..5000).collect::<Vec<u32>>());
    assert_eq!(end, End::Closed);
}

#[tokio::test]
async fn an_error_item_comes_after_every_earlier_item() {
    let server = Server::with(Config::default()).await;
    let (items, end) = server.call("generators.onTryCount", json!([9])).await.items();
    assert_eq!(items, [0, 1, 2]);
    assert_eq!(end, End::Failed(json!({"kind": "abort", "value": {"kind": "beyond", "limit": 3}})));
}

#[tokio::test]
async fn a_stream_that_is_refused_is_an_ordinary_refusal() {
    let server = Server::with(Config::default()).await;
    let refused = server.call("generators.onOpen", json!([false])).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()),
        (410, json!({"kind": "abort", "value": "closed"}))
    );
    let (items, end) = server.call("generators.onOpen", json!([true])).await.items();
    assert_eq!((items, end), (vec![json!(""), json!("last")], End::Closed));
}

#[tokio::test]
async fn a_client_that_leaves_drops_a_stream_that_waits() {
    let (drops, mut dropped) = mpsc::unbounded_channel();
    let server = Server::start(Telefunc::new().state(drops)).await;
    let mut response = server.open(server.request("generators.onWait", "[]")).await;
    soon(response.frame()).await.unwrap().unwrap();
    drop(response);
    assert_eq!(soon(dropped.recv()).await, Some("dropped"));
}

#[tokio::test]
async fn a_client_that_leaves_drops_a_call_that_waits() {
    let (drops, mut dropped) = mpsc::unbounded_channel();
    let server = Server::start(Telefunc::new().state(drops)).await;
    let request = server.request("generators.onWaitPlain", "[]");
    {
        let call = server.open(request);
        tokio::pin!(call);
        tokio::select! {
            _ = &mut call => panic!("the call never ends"),
            started = dropped.recv() => assert_eq!(started, Some("started")),
        }
    }
    assert!(soon(dropped.recv()).await.is_some_and(|drop| drop.starts_with("dropped")));
}

#[tokio::test]
async fn a_client_that_stops_reading_stops_the_stream() {
    let made = Arc::new(AtomicU32::new(0));
    let server = Server::start(Telefunc::new().state(made.clone())).await;
    let mut response = server.open(server.request("generators.onFlood", "[]")).await;
    soon(response.frame()).await.unwrap().unwrap();
    // The stream is at rest once two looks, with room for other work in between, see the same.
    let mut last = 0;
    soon(async {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let now = made.load(Ordering::SeqCst);
            if now == last {
                break;
            }
            last = now;
        }
    })
    .await;
    // What the sockets' buffers take (a few MiB on loopback), and no more.
    assert!(last < 20_000, "{last} items of 1 kB were made for a client that reads none");
}

#[tokio::test]
async fn the_first_item_is_sent_as_soon_as_it_is_there() {
    let (feed, fed) = mpsc::unbounded_channel();
    let server = Server::start(Telefunc::new().state(Arc::new(Mutex::new(Some(fed))))).await;
    let mut response = server.open(server.request("generators.onFed", "[]")).await;
    for n in 0..3_u32 {
        feed.send(n).unwrap();
        let frame = soon(response.frame()).await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(&frame[..], [3, 0x10, 0, b'0' + n as u8]);
    }
    drop(feed);
    let end = soon(response.frame()).await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(&end[..], [2, 0x12, 0]);
}

#[tokio::test]
async fn many_ready_items_share_a_write() {
    let server = Server::with(Config::default()).await;
    let mut response = server.open(server.request("generators.onCount", "[10000]")).await;
    let mut writes = 0;
    while let Some(frame) = soon(response.frame()).await {
        frame.unwrap();
        writes += 1;
    }
    assert!(writes < 100, "10,000 items took {writes} writes");
}

#[tokio::test]
async fn a_quiet_stream_is_kept_alive() {
    let (_feed, fed) = mpsc::unbounded_channel::<u32>();
    let config = Config { keep_alive: Duration::from_millis(20), ..Config::default() };
    let server =
        Server::start(Telefunc::new().config(config).state(Arc::new(Mutex::new(Some(fed))))).await;
    let mut response = server.open(server.request("generators.onFed", "[]")).await;
    for _ in 0..3 {
        let ping = soon(response.frame()).await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(&ping[..], [2, 0, 0]);
    }
}
