use telefunc::prelude::*;

struct Foreign;

#[telefunction]
async fn on_items() -> Result<impl Stream<Item = Foreign>, Abort> {
    Ok(stream! { yield Foreign; })
}

fn main() {}
