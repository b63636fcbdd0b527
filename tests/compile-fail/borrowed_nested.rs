use telefunc::prelude::*;

use std::collections::HashMap;

#[telefunction]
fn on_borrowed(names: Vec<&str>, ages: HashMap<String, &'static u32>) {
    let _ = (names, ages);
}

fn main() {}
