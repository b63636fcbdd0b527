use telefunc::prelude::*;

#[telefunction(name = "onIt", name = "onThat")]
fn on_it() {}

fn main() {}
