//! The list itself.

use telefunc::prelude::*;

use crate::Store;

/// One line of a to-do list.
#[telefunc::data]
#[derive(Clone, Debug, PartialEq)]
pub struct Todo {
    /// Counts up from 1.
    pub id: u32,
    /// What is to be done.
    pub text: String,
    /// Whether it is done.
    pub done: bool,
}

/// Writes something down.
#[telefunction]
pub async fn on_new_todo(
    #[schemars(length(min = 1, max = 200))] text: String,
    #[context] store: State<Store>,
) -> Todo {
    store.insert(text)
}

/// The list, and again whenever it changes.
#[telefunction]
pub fn on_todos(#[context] store: State<Store>) -> impl Stream<Item = Vec<Todo>> {
    let mut list = store.watch();
    stream! {
        loop {
            let todos = list.borrow_and_update().clone();
            yield todos;
            if list.changed().await.is_err() {
                break;
            }
        }
    }
}

/// Why a line can not be ticked off.
#[telefunc::error]
#[derive(Debug, PartialEq)]
pub enum TickError {
    /// There is none with this number.
    #[status(404)]
    NoSuchTodo,
    /// Somebody was faster.
    AlreadyDone {
        /// What was to be done.
        text: String,
    },
}

/// Ticks a line off.
#[telefunction]
pub async fn on_tick(id: u32, #[context] store: State<Store>) -> Result<Todo, TickError> {
    store.tick(id)
}

/// Counts down, one number a second.
#[telefunction]
pub fn on_countdown(from: u32) -> impl Stream<Item = u32> {
    stream! {
        for n in (0..=from).rev() {
            yield n;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_telefunction_is_a_function() {
        let store = Store::new();
        let todo = on_new_todo("Buy milk".into(), State(store.clone())).await;
        assert!(on_tick(todo.id, State(store.clone())).await.unwrap().done);
        let again = on_tick(todo.id, State(store.clone())).await;
        assert_eq!(again, Err(TickError::AlreadyDone { text: "Buy milk".into() }));
        let mut lists = Box::pin(on_todos(State(store)));
        assert_eq!(lists.next().await.unwrap().len(), 1);
    }
}

/// Ticks until the client has gone.
#[telefunction]
pub async fn on_init(on_tick: Callback<fn(n: u64)>, #[context] cx: Context) {
    cx.spawn(async move {
        for n in 1.. {
            if on_tick.call(n).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
}

/// Says everything back.
#[telefunction]
pub async fn on_chat(#[context] cx: Context) -> ClientEnd<String, String> {
    let (mut channel, client) = Channel::<String, String>::new();
    cx.spawn(async move {
        while let Some(message) = channel.recv().await {
            channel.send(message).await?;
        }
        Ok(())
    });
    client
}
