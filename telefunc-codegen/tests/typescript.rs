//! Generates clients of the rich API and lets the tools of the TypeScript world judge them.

mod fixture;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use telefunc_codegen::{Builder, Emit, LargeInts};

/// A fresh client in a folder of its own.
fn client(name: &str, configure: fn(Builder) -> Builder) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("typescript").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    configure(Builder::new(&folder)).generate().unwrap();
    folder
}

/// Runs a script of `tests/codegen`.
fn node(script: &str, arguments: &[&str]) {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/codegen");
    let output = Command::new("node").arg(scripts.join(script)).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}

#[test]
fn typescript_passes_tsc_prettier_and_biome() {
    let folder = client("ts", |builder| builder);
    node("check.mjs", &[folder.to_str().unwrap(), "types.ts"]);
}

#[test]
fn javascript_passes_tsc_prettier_and_biome() {
    let folder = client("js", |builder| builder.emit(Emit::Js));
    node("check.mjs", &[folder.to_str().unwrap(), "types.ts"]);
}

#[test]
fn large_integers_pass_tsc_prettier_and_biome() {
    let folder = client("bigint", |builder| builder.large_ints(LargeInts::BigInt));
    node("check.mjs", &[folder.to_str().unwrap()]);
}

#[test]
fn dates_bytes_and_big_integers_arrive_and_leave_as_they_are() {
    let folder = client("revive", |builder| builder.emit(Emit::Js));
    fs::write(folder.join("package.json"), "{ \"type\": \"module\" }\n").unwrap();
    node("revive.mjs", &[folder.to_str().unwrap()]);
}
