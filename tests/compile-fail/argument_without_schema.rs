use telefunc::prelude::*;

#[derive(telefunc::__private::serde::Deserialize)]
#[serde(crate = "telefunc::__private::serde")]
struct Half {
    n: u32,
}

#[telefunction]
fn on_half(half: Half) -> u32 {
    half.n
}

fn main() {}
