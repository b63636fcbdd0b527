use telefunc::prelude::*;

struct Foreign;

#[telefunction]
async fn on_error() -> Result<u32, Foreign> {
    Ok(1)
}

#[telefunction]
fn on_items() -> impl Stream<Item = Result<u32, Foreign>> {
    try_stream! { yield 1; }
}

fn main() {}
