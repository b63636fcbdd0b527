use telefunc::prelude::*;

#[telefunction]
fn on_borrowed(text: &str) -> usize {
    text.len()
}

fn main() {}
