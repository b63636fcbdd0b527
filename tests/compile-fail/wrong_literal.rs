use telefunc::prelude::*;

#[telefunction(name = 1)]
fn on_name() {}

#[telefunction(timeout = 30)]
fn on_timeout() {}

#[telefunction(timeout = "30 parsecs")]
fn on_unit() {}

#[telefunction(max_body = "much")]
fn on_body() {}

#[telefunction(crate = 1)]
fn on_crate() {}

fn main() {}
