use telefunc::prelude::*;

#[telefunction]
#[telefunction(name = "onOther")]
fn on_it() {}

fn main() {}
