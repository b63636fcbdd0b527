use telefunc::prelude::*;

#[telefunction]
async fn on_unknown(todo: Todo) -> Result<Todo, Abort> {
    Ok(todo)
}

fn main() {}
