use telefunc::prelude::*;

const LIMIT: u32 = 30;

#[telefunction(timeout = LIMIT)]
fn on_timeout() {}

fn main() {}
