use telefunc::prelude::*;

#[telefunction(nme = "onIt", retries = 3)]
fn on_it() {}

fn main() {}
