//! Functions that fail in every way.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use telefunc::prelude::*;
use telefunc::{Bug, Date, serde_json};

/// What must never leave the server.
pub const SECRET: &str = "the database password is hunter2";

/// The bugs that the hook heard of, by their ids.
#[derive(Clone, Default)]
pub struct Bugs(Arc<Mutex<BTreeMap<String, Heard>>>);

/// A bug as the hook heard of it.
#[telefunc::data]
#[derive(Clone, Debug)]
pub struct Heard {
    pub function: String,
    pub error: String,
    pub panicked: bool,
}

impl Bugs {
    pub fn add(&self, bug: &Bug) {
        let heard = Heard {
            function: bug.function().to_owned(),
            error: bug.error().to_string(),
            panicked: bug.panicked(),
        };
        let mut bugs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bugs.insert(bug.id().to_owned(), heard);
    }
}

/// What the hook heard under an id.
#[telefunction]
fn on_heard(id: String, #[context] bugs: State<Bugs>) -> Option<Heard> {
    bugs.0.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
}

/// Why a room can not be entered.
#[telefunc::error]
#[derive(Debug)]
pub enum JoinError {
    #[status(404)]
    NoSuchRoom,
    Full {
        max_seats: u32,
    },
    Until {
        opens_at: Date,
        bytes: i128,
    },
}

#[telefunction]
async fn on_join(room: String) -> Result<u32, JoinError> {
    match room.as_str() {
        "none" => Err(JoinError::NoSuchRoom),
        "full" => Err(JoinError::Full { max_seats: 3 }),
        "closed" => Err(JoinError::Until { opens_at: Date::UNIX_EPOCH, bytes: i128::MAX }),
        _ => Ok(1),
    }
}

#[telefunction]
async fn on_abort_value(code: u32) -> Result<(), Abort<Vec<u32>>> {
    Err(Abort(vec![code]).status(StatusCode::CONFLICT))
}

#[telefunction]
async fn on_no() -> Result<String, Abort> {
    Err(Abort(()))
}

#[telefunction]
async fn on_mixed(what: String) -> telefunc::Result<u32> {
    match what.as_str() {
        "refusal" => Err(JoinError::NoSuchRoom)?,
        "abort" => Err(Abort("no"))?,
        "bug" => Err(io::Error::other(SECRET))?,
        number => Ok(number.parse()?),
    }
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

/// A key that is no text.
#[telefunction]
fn on_unwritable() -> BTreeMap<String, Vec<f32>> {
    BTreeMap::from([("a".to_owned(), vec![0.5, f32::INFINITY])])
}

/// Someone who is logged in.
pub struct User(String);

impl FromContext for User {
    type Error = telefunc::Error;

    async fn from_context(cx: &Context) -> Result<Self, Self::Error> {
        match cx.headers().get("authorization").map(|value| value.to_str()) {
            Some(Ok("break")) => Err(io::Error::other(SECRET))?,
            Some(Ok(name)) => Ok(Self(name.to_owned())),
            _ => Err(Abort("log in first").status(StatusCode::UNAUTHORIZED))?,
        }
    }
}

#[telefunction]
async fn on_whoami(#[context] user: User, greeting: String) -> String {
    format!("{greeting}, {}", user.0)
}

/// A person, with rules.
#[telefunc::data]
#[derive(Debug)]
pub struct Person {
    #[schemars(length(min = 1, max = 5))]
    pub full_name: String,
    #[schemars(email)]
    pub email: Option<String>,
    #[schemars(range(min = 18, max = 120))]
    pub age: u8,
    #[schemars(inner(length(max = 3)))]
    pub tags: Vec<String>,
    pub friends: Vec<Person>,
}

#[telefunction]
async fn on_register(
    person: Person,
    #[schemars(regex(pattern = "^[a-z]+$"))] code: String,
    #[schemars(range(min = 1))] seats: Option<u32>,
) -> String {
    format!("{} {code} {seats:?}", person.full_name)
}

#[telefunction]
async fn on_numbers(a: u8, b: i64, c: f32) -> f64 {
    f64::from(a) + b as f64 + f64::from(c)
}

#[telefunction(max_body = 1000)]
async fn on_small(text: String) -> usize {
    text.len()
}

#[telefunction(timeout = "100ms")]
async fn on_slow(millis: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    millis
}

#[telefunction]
async fn on_echo(value: serde_json::Value) -> serde_json::Value {
    value
}

#[telefunction]
fn on_nothing() {}

#[telefunction]
async fn on_defaults(a: u8, b: Option<u8>, c: Option<String>) -> (u8, Option<u8>, Option<String>) {
    (a, b, c)
}
