//! Any body of a call, as JSON and as frames: it is answered, never with a bug, never by a panic.

#![no_main]

use std::sync::LazyLock;

use http_body_util::{BodyExt, Full};
use libfuzzer_sys::fuzz_target;
use telefunc::prelude::*;
use telefunc::{TelefuncService, http};
use tower_service::Service;

#[telefunc::data]
struct Order {
    #[schemars(length(min = 1, max = 20), regex(pattern = "^[a-z]+$"))]
    name: String,
    #[schemars(range(max = 100))]
    count: u8,
    kind: Kind,
    parts: Vec<Bytes>,
    next: Option<Box<Order>>,
}

#[telefunc::data]
#[serde(tag = "kind")]
enum Kind {
    Plain,
    Sized { #[schemars(range(min = 0.5))] width: f64, when: Option<Date> },
}

#[telefunction]
fn on_order(order: Order, note: Option<String>, large: BigInt<u64>) -> (Order, Option<String>, BigInt<u64>) {
    (order, note, large)
}

static SERVICE: LazyLock<TelefuncService> = LazyLock::new(|| Telefunc::new().into_service());
static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime"));

fuzz_target!(|input: &[u8]| {
    let Some((&kind, body)) = input.split_first() else { return };
    let media = if kind % 2 == 0 { "application/json" } else { "application/vnd.telefunc" };
    let request = http::Request::post("/onOrder")
        .header("content-type", media)
        .body(Full::new(bytes::Bytes::copy_from_slice(body)))
        .expect("a request");
    RUNTIME.block_on(async {
        let response = SERVICE.clone().call(request).await.expect("it is infallible");
        let status = response.status().as_u16();
        // The one value that may be refused on its way out is a number that came in.
        assert!(matches!(status, 200 | 400 | 413 | 422), "{status}");
        response.into_body().collect().await.expect("the whole body");
    });
});
