use telefunc::prelude::*;

#[telefunction]
fn on_where(n: u32) -> u32
where
    u32: Copy,
{
    n
}

fn main() {}
