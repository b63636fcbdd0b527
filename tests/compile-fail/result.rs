use telefunc::prelude::*;

struct Foreign;

#[telefunction]
fn on_result() -> Foreign {
    Foreign
}

#[telefunction]
async fn on_results() -> Vec<Foreign> {
    vec![]
}

fn main() {}
