use telefunc::prelude::*;

#[telefunction]
fn on_infer(list: Vec<_>) -> usize {
    list.len()
}

fn main() {}
