use telefunc::prelude::*;

struct Foreign;

#[telefunction]
async fn on_refusal() -> Result<u32, Abort<Foreign>> {
    Err(Abort(Foreign))
}

fn main() {}
