use telefunc::prelude::*;

struct Foreign;

#[telefunction]
async fn on_ok() -> Result<Foreign, Abort> {
    Ok(Foreign)
}

fn main() {}
