use telefunc::prelude::*;

#[telefunction]
fn on_context(
    #[context]
    #[schemars(length(min = 1))]
    cx: Context,
) {
    drop(cx);
}

fn main() {}
