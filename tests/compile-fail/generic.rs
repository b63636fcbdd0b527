use telefunc::prelude::*;

#[telefunction]
fn on_generic<T: Clone>(value: T) -> u32 {
    drop(value);
    0
}

#[telefunction]
fn on_sized<const N: usize>(bytes: [u8; N]) {
    drop(bytes)
}

#[telefunction]
fn on_borrow<'a>(text: &'a str) {
    let _ = text;
}

fn main() {}
