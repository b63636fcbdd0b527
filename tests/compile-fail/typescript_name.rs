use telefunc::prelude::*;

#[telefunction(name = "on-it")]
fn on_it() {}

#[telefunction(name = "")]
fn on_nothing() {}

fn main() {}
