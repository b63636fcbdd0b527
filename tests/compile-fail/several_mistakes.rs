use telefunc::prelude::*;

struct Foreign;

#[telefunction(nme = "onIt", timeout = "soon")]
async unsafe fn on_it(
    text: &str,
    (a, b): (u32, u32),
    #[context(db)] cx: Context,
    #[context] user: Foreign,
    foreign: Foreign,
) {
    let _ = (text, a, b, cx, user, foreign);
}

fn main() {}
