use telefunc::prelude::*;

#[telefunction]
async fn on_context(cx: Context) {
    drop(cx);
}

fn main() {}
