//! Every row of the table of errors, and that nothing internal leaves the server.

use std::io;
use std::sync::mpsc;

use serde_json::json;
use telefunc::prelude::*;

use crate::support::{End, Server};

/// What must never be in an answer.
const SECRET: &str = "the database password is hunter2";

#[telefunc::error]
#[derive(Debug)]
pub enum JoinError {
    #[status(404)]
    NoSuchRoom,
    Full {
        max_seats: u32,
    },
}

#[telefunction]
async fn on_join(room: String) -> Result<u32, JoinError> {
    match room.as_str() {
        "none" => Err(JoinError::NoSuchRoom),
        "full" => Err(JoinError::Full { max_seats: 3 }),
        _ => Ok(1),
    }
}

#[telefunction]
async fn on_mixed(what: String) -> telefunc::Result<u32> {
    match what.as_str() {
        "refusal" => Err(JoinError::NoSuchRoom)?,
        "abort" => Err(Abort("no").status(StatusCode::CONFLICT))?,
        "bug" => Err(io::Error::other(SECRET))?,
        number => Ok(number.parse()?),
    }
}

#[telefunction]
async fn on_abort() -> Result<(), Abort> {
    Err(Abort(()))
}

#[telefunction]
fn on_io_error() -> io::Result<String> {
    Err(io::Error::other(SECRET))
}

#[telefunction]
fn on_sync_panic() -> u32 {
    panic!("{SECRET}")
}

#[telefunction]
async fn on_async_panic() -> u32 {
    tokio::task::yield_now().await;
    panic!("{SECRET}")
}

#[telefunction]
fn on_stream_panic() -> impl Stream<Item = u32> {
    stream! {
        for n in 0..3 {
            yield n;
        }
        panic!("{SECRET}");
    }
}

#[telefunction]
fn on_not_a_number() -> Vec<f64> {
    vec![1.0, f64::NAN]
}

#[telefunction]
fn on_too_large() -> Vec<u64> {
    vec![1, 1 << 53]
}

/// A user of nobody.
pub struct NoUser;

impl FromContext for NoUser {
    type Error = Abort<String>;

    async fn from_context(cx: &Context) -> Result<Self, Self::Error> {
        Err(Abort(format!("{} is not for you", cx.function())).status(StatusCode::UNAUTHORIZED))
    }
}

#[telefunction]
async fn on_private(#[context] _user: NoUser, secret: u32) -> u32 {
    secret
}

#[telefunction]
fn on_without_state(#[context] state: State<NoUserCount>) -> u32 {
    state.0.0
}

/// A state that no server is given.
#[derive(Clone)]
pub struct NoUserCount(u32);

/// A value whose `Serialize` fails on its own account.
#[derive(serde::Deserialize, ts_rs::TS, schemars::JsonSchema)]
pub struct Unwritable;

impl serde::Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom(SECRET))
    }
}

#[telefunction]
fn on_unwritable() -> Unwritable {
    Unwritable
}

#[tokio::test]
async fn a_refusal_tells_its_value_and_status() {
    let server = Server::with(Config::default()).await;
    for (key, arguments, status, value) in [
        ("errors.onJoin", json!(["none"]), 404, json!({"kind": "noSuchRoom"})),
        ("errors.onJoin", json!(["full"]), 403, json!({"kind": "full", "maxSeats": 3})),
        ("errors.onMixed", json!(["refusal"]), 404, json!({"kind": "noSuchRoom"})),
        ("errors.onMixed", json!(["abort"]), 409, json!("no")),
        ("errors.onAbort", json!([]), 403, json!(null)),
        ("errors.onPrivate", json!([1]), 401, json!("errors.onPrivate is not for you")),
    ] {
        let answer = server.call(key, arguments).await;
        assert_eq!(answer.status.as_u16(), status, "{key}");
        assert_eq!(answer.headers["content-type"], "application/vnd.telefunc.error+json");
        assert_eq!(answer.json(), json!({"kind": "abort", "value": value}), "{key}");
    }
}

#[tokio::test]
async fn who_may_not_call_does_not_learn_what_the_arguments_are() {
    let server = Server::with(Config::default()).await;
    assert_eq!(server.call("errors.onPrivate", json!(["wrong"])).await.status, 401);
}

#[tokio::test]
async fn a_bug_tells_its_id_and_nothing_else() {
    let (sender, bugs) = mpsc::channel();
    let telefunc = Telefunc::new().on_bug(move |bug| {
        sender
            .send((
                bug.id().to_owned(),
                bug.function().to_owned(),
                bug.error().to_string(),
                bug.panicked(),
            ))
            .unwrap();
    });
    let server = Server::start(telefunc).await;
    for (key, arguments, text, panics) in [
        ("errors.onMixed", json!(["bug"]), SECRET, false),
        ("errors.onMixed", json!(["x"]), "invalid digit", false),
        ("errors.onIoError", json!([]), SECRET, false),
        ("errors.onSyncPanic", json!([]), SECRET, true),
        ("errors.onAsyncPanic", json!([]), SECRET, true),
        ("errors.onUnwritable", json!([]), SECRET, false),
        ("errors.onNotANumber", json!([]), "NaN", false),
        ("errors.onTooLarge", json!([]), "9007199254740992", false),
        ("errors.onWithoutState", json!([]), "NoUserCount", false),
    ] {
        let answer = server.call(key, arguments).await;
        let (id, function, error, panicked) =
            bugs.try_recv().unwrap_or_else(|_| panic!("{key} told no bug"));
        assert_eq!(answer.status, 500, "{key}");
        assert_eq!(answer.json(), json!({"kind": "bug", "id": id}), "{key}");
        assert!(function == key && error.contains(text) && panicked == panics, "{key}: {error}");
        assert!(
            !answer.text().contains(SECRET) && !format!("{:?}", answer.headers).contains("hunter2")
        );
    }
}

#[tokio::test]
async fn an_encoding_error_names_the_place_of_the_value() {
    let (sender, bugs) = mpsc::channel();
    let telefunc = Telefunc::new().on_bug(move |bug| sender.send(bug.error().to_string()).unwrap());
    let server = Server::start(telefunc).await;
    server.call("errors.onTooLarge", json!([])).await;
    let error = bugs.try_recv().unwrap();
    assert!(error.contains("[1]") || error.contains(".1"), "{error}");
}

#[tokio::test]
async fn a_stream_that_panics_keeps_what_it_gave() {
    let server = Server::with(Config::default()).await;
    let answer = server.call("errors.onStreamPanic", json!([])).await;
    let (items, end) = answer.items();
    assert_eq!(items, [0, 1, 2]);
    assert!(matches!(end, End::Failed(failure) if failure["kind"] == "bug"));
    assert!(!answer.body.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()));
}
