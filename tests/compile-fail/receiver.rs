use telefunc::prelude::*;

struct Api;

impl Api {
    #[telefunction]
    fn on_method(&self, n: u32) -> u32 {
        n
    }

    #[telefunction]
    fn on_typed(self: Box<Self>) {}
}

fn main() {}
