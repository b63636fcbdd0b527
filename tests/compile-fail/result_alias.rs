use telefunc::prelude::*;

struct Foreign;

type Answer = Result<Foreign, Abort>;

#[telefunction]
async fn on_alias() -> Answer {
    Ok(Foreign)
}

fn main() {}
