//! The functions that the page calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use telefunc::prelude::*;
use tokio::time::sleep;

/// One line of the to-do list.
#[telefunc::data]
#[derive(Clone)]
pub struct Todo {
    /// Counts up.
    pub id: u32,
    /// What is to be done.
    pub text: String,
    /// When it was written down.
    pub created: Date,
}

/// The list, in memory.
#[derive(Clone, Default)]
pub struct Todos(Arc<Mutex<Vec<Todo>>>);

/// How many streams are open right now.
#[derive(Clone, Default)]
pub struct Watchers(Arc<AtomicUsize>);

/// The list as it is now.
#[telefunction]
pub fn on_todos(#[context] todos: State<Todos>) -> Vec<Todo> {
    todos.0.0.lock().map(|todos| todos.clone()).unwrap_or_default()
}

/// Writes something down.
#[telefunction]
pub fn on_new_todo(
    #[schemars(length(min = 1, max = 40))] text: String,
    #[schemars(email)] notify: Option<String>,
    #[context] todos: State<Todos>,
) -> telefunc::Result<Todo> {
    let mut todos = todos.0.0.lock().map_err(|_| std::io::Error::other("the list is poisoned"))?;
    let todo = Todo { id: todos.len() as u32 + 1, text, created: Date::now() };
    if let Some(address) = notify {
        println!("would tell {address}");
    }
    todos.push(todo.clone());
    Ok(todo)
}

/// Counts down, four numbers a second.
#[telefunction]
pub fn on_countdown(
    #[schemars(range(min = 1, max = 100))] from: u32,
    #[context] watchers: State<Watchers>,
) -> impl Stream<Item = u32> {
    stream! {
        let _watcher = Watcher::new(&watchers);
        for n in (0..=from).rev() {
            yield n;
            sleep(Duration::from_millis(250)).await;
        }
    }
}

/// Answers a question, a word at a time.
#[telefunction]
pub fn on_ask(
    #[schemars(length(min = 1, max = 200))] question: String,
    #[context] watchers: State<Watchers>,
) -> impl Stream<Item = String> {
    let words = format!(
        "You asked: “{question}”. This answer is an async stream in Rust. Each word is an item that \
         left the server as soon as it was there; the page reads it with `for await`. When you press \
         Stop, the stream is dropped on the server while it waits for the next word, and with it \
         everything that it holds. Look at the number of open streams: it falls at once."
    );
    stream! {
        let _watcher = Watcher::new(&watchers);
        for word in words.split_inclusive(' ') {
            yield word.to_owned();
            sleep(Duration::from_millis(80)).await;
        }
    }
}

/// How many of the streams above are open, whenever that changes.
#[telefunction]
pub fn on_open_streams(#[context] watchers: State<Watchers>) -> impl Stream<Item = usize> {
    stream! {
        let mut last = None;
        loop {
            let now = watchers.0.0.load(Ordering::Relaxed);
            if last.replace(now) != Some(now) {
                yield now;
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Why a room can not be entered.
#[telefunc::error]
pub enum JoinError {
    /// It does not exist.
    #[status(404)]
    NoSuchRoom,
    /// It has no free seat.
    Full {
        /// All of them.
        seats: u32,
    },
}

/// Enters a room, which never works: "lobby" is full, and there is no other.
#[telefunction]
pub async fn on_join(room: String) -> Result<u32, JoinError> {
    match room.as_str() {
        "lobby" => Err(JoinError::Full { seats: 12 }),
        _ => Err(JoinError::NoSuchRoom),
    }
}

/// Fails with a secret, which stays on the server.
#[telefunction]
pub async fn on_bug() -> telefunc::Result<u32> {
    let config = "port = eighty";
    Ok(config.trim_start_matches("port = ").parse()?)
}

/// Says everything back, for as long as the client keeps the channel.
#[telefunction]
pub fn on_echo(
    #[context] cx: Context,
    #[context] watchers: State<Watchers>,
) -> ClientEnd<String, String> {
    let (mut channel, client) = Channel::<String, String>::new();
    cx.spawn(async move {
        let _watcher = Watcher::new(&watchers);
        while let Some(message) = channel.recv().await {
            channel.send(message).await?;
        }
        Ok(())
    });
    client
}

/// Calls a function of the page, ten times a second.
#[telefunction]
pub fn on_ticks(
    on_tick: Callback<fn(n: u32)>,
    #[context] cx: Context,
    #[context] watchers: State<Watchers>,
) {
    cx.spawn(async move {
        let _watcher = Watcher::new(&watchers);
        for n in 0.. {
            if on_tick.call(n).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
    });
}

/// Counts an open stream for as long as it lives.
struct Watcher(Arc<AtomicUsize>);

impl Watcher {
    fn new(watchers: &Watchers) -> Self {
        watchers.0.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&watchers.0))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
