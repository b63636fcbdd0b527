use telefunc::prelude::*;

struct Foreign;

#[telefunction]
fn on_argument(n: u32, foreign: Foreign) -> u32 {
    drop(foreign);
    n
}

#[telefunction]
async fn on_nested(nested: Vec<Option<Foreign>>) -> usize {
    nested.len()
}

fn main() {}
