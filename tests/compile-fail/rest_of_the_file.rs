use telefunc::prelude::*;

#[telefunction]
fn on_borrowed(text: &str) -> usize {
    text.len()
}

/// What is wrong here has nothing to do with the function above.
fn unrelated() -> u32 {
    "three"
}

/// What calls it is no mistake.
fn caller() -> usize {
    on_borrowed("it is an ordinary function")
}

fn main() {}
