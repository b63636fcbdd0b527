//! Writes the client of every telefunction of `api`.

use api as _;

fn main() {
    telefunc_codegen::Builder::new("web/src/telefunc").generate().unwrap();
}
