use telefunc::prelude::*;

#[telefunction]
unsafe fn on_unsafe() {}

#[telefunction]
const fn on_const() {}

#[telefunction]
extern "C" fn on_extern() {}

fn main() {}
