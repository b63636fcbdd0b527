use telefunc::prelude::*;

struct Api;

impl Api {
    #[telefunction]
    fn on_new(n: u32) -> Self {
        drop(n);
        Self
    }
}

fn main() {}
