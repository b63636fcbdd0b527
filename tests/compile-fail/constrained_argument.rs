use telefunc::prelude::*;

struct Foreign;

#[telefunction]
fn on_constrained(#[schemars(length(min = 1))] foreign: Foreign) {
    drop(foreign);
}

fn main() {}
