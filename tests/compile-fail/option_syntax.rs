use telefunc::prelude::*;

#[telefunction(name = "onIt" timeout = "3s")]
fn on_it() {}

#[telefunction("onIt")]
fn on_other() {}

fn main() {}
