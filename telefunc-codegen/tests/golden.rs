//! Compares the clients of a rich API with the files in `golden`. `TELEFUNC_BLESS=1` writes them
//! anew; the diff is then to be read.

mod fixture;

use std::path::{Path, PathBuf};
use std::{env, fs};

use telefunc_codegen::{Builder, Emit, LargeInts, Runtime};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn compare(name: &str, configure: fn(Builder) -> Builder) {
    let builder =
        configure(Builder::new(golden(name)).runtime(Runtime::Package("telefunc-client".into())));
    if env::var_os("TELEFUNC_BLESS").is_some() {
        fs::create_dir_all(golden("")).unwrap();
        builder.generate().unwrap();
    }
    if let Err(error) = builder.check() {
        panic!("{error}\nrun the test with TELEFUNC_BLESS=1 and read the diff");
    }
}

#[test]
fn typescript_is_as_in_the_golden_files() {
    compare("ts", |builder| builder);
}

#[test]
fn javascript_is_as_in_the_golden_files() {
    compare("js", |builder| builder.emit(Emit::Js));
}

#[test]
fn large_integers_are_as_in_the_golden_files() {
    compare("bigint", |builder| builder.large_ints(LargeInts::BigInt));
}
