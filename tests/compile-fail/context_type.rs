use telefunc::prelude::*;

struct Foreign;

#[telefunction]
async fn on_context(#[context] foreign: Foreign, n: u32) -> u32 {
    drop(foreign);
    n
}

fn main() {}
