use telefunc::prelude::*;

use std::borrow::Cow;

#[telefunction]
fn on_borrowed(text: Cow<'_, str>) -> usize {
    text.len()
}

fn main() {}
