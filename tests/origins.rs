//! An attacker's page against a server whose visitor is logged in.

use http::HeaderValue;
use serde_json::json;
use telefunc::prelude::*;

use crate::support::{Answer, Server};

#[telefunction]
fn on_transfer(amount: u32) -> u32 {
    amount
}

async fn send(server: &Server, method: &str, headers: &[(&'static str, &str)]) -> Answer {
    let mut request = server.request("origins.onTransfer", "[100]");
    *request.method_mut() = method.parse().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
    }
    server.send(request).await
}

#[tokio::test]
async fn what_a_foreign_page_can_send_is_refused() {
    let server = Server::with(Config::default()).await;
    for (headers, code) in [
        // A modern browser, whatever the page does.
        (vec![("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")], "cross_site"),
        (
            vec![("sec-fetch-site", "same-site"), ("origin", "https://blog.app.example")],
            "cross_site",
        ),
        // One without Fetch Metadata.
        (vec![("origin", "https://evil.example")], "cross_site"),
        (vec![("origin", "null")], "cross_site"),
        // One without either: only forms and simple requests cross origins there.
        (vec![("content-type", "text/plain")], "unsupported_media_type"),
        (vec![("content-type", "application/x-www-form-urlencoded")], "unsupported_media_type"),
        (vec![("content-type", "multipart/form-data; boundary=x")], "unsupported_media_type"),
    ] {
        let answer = send(&server, "POST", &headers).await;
        assert_eq!(answer.json()["code"], code, "{headers:?}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn a_foreign_page_gets_no_leave_by_preflight() {
    let server = Server::with(Config::default()).await;
    let asked = [("origin", "https://evil.example"), ("access-control-request-method", "POST")];
    let answer = send(&server, "OPTIONS", &asked).await;
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control")));
}

#[tokio::test]
async fn the_own_page_may_call() {
    let server = Server::with(Config::default()).await;
    let origin = format!("http://{}", server.addr);
    for headers in [
        vec![("sec-fetch-site", "same-origin"), ("origin", &origin)],
        vec![("origin", &origin)],
        vec![],
    ] {
        assert_eq!(send(&server, "POST", &headers).await.json(), json!(100));
    }
}

#[tokio::test]
async fn an_allowed_page_may_call_and_read() {
    let page = "https://app.example";
    let server =
        Server::with(Config { allow_origins: vec![page.into()], ..Config::default() }).await;
    let preflight = [
        ("origin", page),
        ("sec-fetch-site", "cross-site"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type,telefunc-schema"),
    ];
    let leave = send(&server, "OPTIONS", &preflight).await;
    assert_eq!(leave.status, 204);
    assert_eq!(leave.headers["access-control-allow-origin"], page);
    assert_eq!(leave.headers["access-control-allow-headers"], "content-type,telefunc-schema");
    let answer = send(&server, "POST", &[("origin", page), ("sec-fetch-site", "cross-site")]).await;
    assert_eq!(
        (answer.json(), &answer.headers["access-control-allow-origin"]),
        (json!(100), &HeaderValue::from_static("https://app.example"))
    );
    assert_eq!(answer.headers["vary"], "origin");
}
