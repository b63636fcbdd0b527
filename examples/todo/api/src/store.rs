//! Where the list is kept: in memory, watched by whoever wants to see it change.

use std::sync::Arc;

use tokio::sync::watch;

use crate::todos::{TickError, Todo};

/// The list; clones are handles of the same one.
#[derive(Clone, Debug)]
pub struct Store(Arc<watch::Sender<Vec<Todo>>>);

impl Store {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Vec::new())))
    }

    /// The list now, and notice of its changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Vec<Todo>> {
        self.0.subscribe()
    }

    /// Adds a line.
    pub fn insert(&self, text: String) -> Todo {
        let mut todo = Todo { id: 0, text, done: false };
        self.0.send_modify(|todos| {
            todo.id = todos.len() as u32 + 1;
            todos.push(todo.clone());
        });
        todo
    }

    /// Marks a line as done.
    ///
    /// # Errors
    /// When there is no such line, or it is done already.
    pub fn tick(&self, id: u32) -> Result<Todo, TickError> {
        let mut ticked = Err(TickError::NoSuchTodo);
        self.0.send_if_modified(|todos| {
            let Some(todo) = todos.iter_mut().find(|todo| todo.id == id) else { return false };
            if todo.done {
                ticked = Err(TickError::AlreadyDone { text: todo.text.clone() });
                return false;
            }
            todo.done = true;
            ticked = Ok(todo.clone());
            true
        });
        ticked
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}
