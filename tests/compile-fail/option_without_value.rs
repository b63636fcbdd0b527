use telefunc::prelude::*;

#[telefunction(name)]
fn on_it() {}

#[telefunction(timeout, max_body)]
fn on_other() {}

fn main() {}
