use telefunc::prelude::*;

#[telefunction]
fn on_context(#[context(user)] cx: Context) {
    drop(cx);
}

#[telefunction]
fn on_twice(
    #[context]
    #[context]
    cx: Context,
) {
    drop(cx);
}

fn main() {}
