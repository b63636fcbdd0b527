//! The context of a call and the scope behind it, alone and among a thousand others.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use serde_json::json;
use telefunc::prelude::*;
use tokio::sync::mpsc;

use crate::support::{Server, soon};

#[derive(Clone, Debug, PartialEq)]
pub struct User(String);

async fn user(parts: &http::request::Parts) -> Result<User, Abort<&'static str>> {
    let name = parts
        .headers
        .get("x-user")
        .and_then(|name| name.to_str().ok())
        .ok_or(Abort("log in first"))?;
    tokio::task::yield_now().await;
    Ok(User(name.to_owned()))
}

impl FromContext for User {
    type Error = Abort<&'static str>;

    async fn from_context(cx: &Context) -> Result<Self, Self::Error> {
        cx.get().ok_or(Abort("nobody"))
    }
}

#[telefunction]
async fn on_who(rounds: u32, #[context] user: User) -> Vec<String> {
    let mut names = vec![user.0];
    for _ in 0..rounds {
        tokio::task::yield_now().await;
        names.push(Context::current().get::<User>().unwrap().0);
    }
    names
}

#[telefunction]
fn on_who_streams(rounds: u32) -> impl Stream<Item = String> {
    stream! {
        for _ in 0..rounds {
            tokio::task::yield_now().await;
            yield Context::current().get::<User>().unwrap().0;
        }
    }
}

type Told = mpsc::UnboundedSender<String>;

#[telefunction]
async fn on_scope(end: String, #[context] cx: Context, #[context] told: State<Told>) {
    let State(told) = told;
    let closed = told.clone();
    cx.on_close(move |reason| closed.send(format!("{reason:?}")).unwrap());
    let watched = (cx.clone(), told.clone());
    tokio::spawn(async move {
        let reason = watched.0.closed().await;
        let _ = watched.1.send(format!("closed {reason:?}"));
    });
    cx.spawn(async move {
        tokio::task::yield_now().await;
        told.send(format!("task of {}", Context::current().function())).unwrap();
    });
    if end == "wait" {
        std::future::pending::<()>().await;
    }
}

#[telefunction]
async fn on_failing_task(#[context] cx: Context) {
    cx.spawn(async { "x".parse::<u32>().map(drop).map_err(Into::into) });
}

#[telefunction]
async fn on_headers(#[context] cx: Context) -> Result<(), telefunc::Error> {
    cx.set_header("x-one", "1")?;
    cx.append_header("x-two", "2")?;
    cx.append_header("x-two", "3")?;
    cx.set_header("content-type", "text/evil")?;
    cx.set_cookie(format_args!("sid={}; HttpOnly", cx.cookie("sid").unwrap_or("new")))?;
    Ok(())
}

#[telefunction]
fn on_late_header(#[context] cx: Context) -> impl Stream<Item = String> {
    let early = cx.set_header("x-early", "yes");
    stream! {
        yield format!("{early:?}");
        yield cx.set_header("x-late", "no").unwrap_err().to_string();
    }
}

#[tokio::test]
async fn a_call_never_sees_the_context_of_another() {
    let server = Arc::new(Server::start(Telefunc::new().context(user)).await);
    let calls = (0..1000).map(|n| {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let key = if n % 2 == 0 { "context.onWho" } else { "context.onWhoStreams" };
            let mut request = server.request(key, "[20]");
            request.headers_mut().insert("x-user", format!("user {n}").parse().unwrap());
            let answer = server.send(request).await;
            let names = if n % 2 == 0 {
                answer.json().as_array().unwrap().clone()
            } else {
                answer.items().0
            };
            assert!(
                names.len() >= 20 && names.iter().all(|name| *name == format!("user {n}")),
                "{names:?}"
            );
        })
    });
    for call in calls.collect::<Vec<_>>() {
        soon(call).await.unwrap();
    }
}

#[tokio::test]
async fn a_provider_that_refuses_refuses_the_call() {
    let server = Server::start(Telefunc::new().context(user)).await;
    let answer = server.call("context.onWho", json!([1])).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["value"].clone()),
        (403, json!("log in first"))
    );
}

#[tokio::test]
async fn a_scope_lasts_until_its_tasks_have_finished() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let server = Server::start(Telefunc::new().state(told)).await;
    server.call("context.onScope", json!(["now"])).await;
    assert_eq!(soon(heard.recv()).await.unwrap(), "task of context.onScope");
    assert_eq!(soon(heard.recv()).await.unwrap(), "Finished");
    assert_eq!(soon(heard.recv()).await.unwrap(), "closed Finished");
}

#[tokio::test]
async fn a_scope_ends_when_its_client_leaves() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let server = Server::start(Telefunc::new().state(told)).await;
    let request = server.request("context.onScope", r#"["wait"]"#);
    tokio::select! {
        _ = server.open(request) => panic!("the call never ends"),
        told = heard.recv() => assert_eq!(told.unwrap(), "task of context.onScope"),
    }
    assert_eq!(soon(heard.recv()).await.unwrap(), "Disconnected");
    assert_eq!(soon(heard.recv()).await.unwrap(), "closed Disconnected");
}

#[tokio::test]
async fn the_error_of_a_task_is_a_bug() {
    let (told, mut heard) = mpsc::unbounded_channel();
    let telefunc = Telefunc::new().on_bug(move |bug| told.send(bug.to_string()).unwrap());
    let server = Server::start(telefunc).await;
    server.call("context.onFailingTask", json!([])).await;
    assert!(soon(heard.recv()).await.unwrap().contains("invalid digit"));
}

#[tokio::test]
async fn headers_and_cookies_are_set_before_the_first_byte() {
    let server = Server::with(Config::default()).await;
    let mut request = server.request("context.onHeaders", "[]");
    request.headers_mut().insert("cookie", "a=b; sid=known".parse().unwrap());
    let answer = server.send(request).await;
    assert_eq!(answer.headers["x-one"], "1");
    assert_eq!(answer.headers.get_all("x-two").iter().collect::<Vec<_>>(), ["2", "3"]);
    assert_eq!(answer.headers["set-cookie"], "sid=known; HttpOnly");
    assert_eq!(answer.headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_header_that_comes_too_late_is_a_clear_error() {
    let server = Server::with(Config::default()).await;
    let answer = server.call("context.onLateHeader", json!([])).await;
    assert_eq!(answer.headers["x-early"], "yes");
    let (items, _) = answer.items();
    assert_eq!(items[0], "Ok(())");
    assert!(items[1].as_str().unwrap().contains("the response has started"), "{items:?}");
}

#[tokio::test]
async fn a_running_task_is_aborted_with_its_scope() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let server = Server::start(Telefunc::new().state(told)).await;
    let mut response = server.open(server.request("context.onStreamWithTask", "[]")).await;
    soon(response.frame()).await.unwrap().unwrap();
    drop(response);
    assert_eq!(soon(heard.recv()).await.unwrap(), "the task is gone");
}

#[telefunction]
fn on_stream_with_task(
    #[context] cx: Context,
    #[context] told: State<Told>,
) -> impl Stream<Item = u32> {
    struct Gone(Told);
    impl Drop for Gone {
        fn drop(&mut self) {
            let _ = self.0.send("the task is gone".into());
        }
    }
    let gone = Gone(told.0);
    cx.spawn(async move {
        let _gone = gone;
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    stream! {
        yield 1;
        std::future::pending::<()>().await;
    }
}

#[test]
fn outside_a_call_there_is_no_context() {
    assert!(Context::try_current().is_none());
    let panic = std::panic::catch_unwind(Context::current).unwrap_err();
    assert!(
        panic
            .downcast_ref::<String>()
            .or(None)
            .is_some_and(|text| text.contains("outside a telefunction"))
            || panic.is::<&str>()
    );
}
