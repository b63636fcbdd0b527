use telefunc::prelude::*;

struct Foreign;

#[telefunction]
fn on_items() -> impl Stream<Item = Foreign> {
    stream! { yield Foreign; }
}

#[telefunction]
fn on_ok_items() -> impl Stream<Item = Result<Foreign, Abort>> {
    try_stream! { yield Foreign; }
}

fn main() {}
