use telefunc::prelude::*;

#[telefunction]
async fn on_borrowed(numbers: &[u32]) -> usize {
    numbers.len()
}

fn main() {}
