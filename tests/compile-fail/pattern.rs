use telefunc::prelude::*;

#[telefunction]
fn on_pair((a, b): (u32, u32)) -> u32 {
    a + b
}

#[telefunction]
fn on_unnamed(_: u32) {}

fn main() {}
