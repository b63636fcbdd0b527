//! `cargo telefunc generate` on a small workspace, as a user types it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// A workspace with a library `api`, whose function is registered by hand, and a program `web`.
fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli");
    let _ = fs::remove_dir_all(root.join("api/client"));
    let _ = fs::remove_dir_all(root.join("out"));
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../telefunc-schema");
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"api\", \"web\"]\nresolver = \"3\"\n".to_owned()),
        (
            "api/Cargo.toml",
            format!(
                "[package]\nname = \"api\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                 [features]\nmore = []\n\n\
                 [dependencies]\ntelefunc-schema = {{ path = {schema:?} }}\n\n\
                 [package.metadata.telefunc]\nout = \"client\"\nemit = \"js\"\n",
            ),
        ),
        ("api/src/lib.rs", API.to_owned()),
        (
            "web/Cargo.toml",
            "[package]\nname = \"web\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\napi = { path = \"../api\" }\n"
                .to_owned(),
        ),
        ("web/src/main.rs", "fn main() {}\n".to_owned()),
    ];
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if fs::read_to_string(&path).is_ok_and(|before| before == text) {
            continue;
        }
        fs::write(path, text).unwrap();
    }
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock"), root.join("Cargo.lock"))
        .unwrap();
    root
}

const API: &str = r#"
use telefunc_schema::{Entry, Output, Signature, inventory};

fn describe(types: &mut telefunc_schema::Types) -> Signature {
    Signature { parameters: Vec::new(), output: Output::Value(types.output::<String>()), refusal: None }
}

inventory::submit! {
    Entry {
        module_path: module_path!(), rust_name: "on_hello", name: "onHello", docs: "Greets.",
        deprecated: None, describe, handler: &(),
    }
}

#[cfg(feature = "more")]
inventory::submit! {
    Entry {
        module_path: module_path!(), rust_name: "on_more", name: "onMore", docs: "",
        deprecated: None, describe, handler: &(),
    }
}
"#;

fn telefunc(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-telefunc"))
        .args(["telefunc", "generate", "--offline"])
        .args(arguments)
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[track_caller]
fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", text(output));
}

#[track_caller]
fn fails(output: &Output, parts: &[&str]) {
    let text = text(output);
    assert!(!output.status.success(), "{text}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn the_command_generates_and_checks() {
    let root = workspace();
    let api = root.join("api");
    fails(&telefunc(&api, &["--check"]), &["out of date", "index.js"]);
    assert!(!api.join("client").exists());

    succeeds(&telefunc(&api, &[]));
    let client = fs::read_to_string(api.join("client/index.d.ts")).unwrap();
    assert!(client.contains("export declare function onHello("), "{client}");
    assert!(api.join("client/runtime/index.js").exists());
    succeeds(&telefunc(&api, &["--check"]));

    // Elsewhere, from the root, with settings of the command line and a feature.
    let options =
        ["-p", "api", "--out", "out", "--emit=ts", "--runtime", "telefunc-client", "-F", "more"];
    succeeds(&telefunc(&root, &options));
    let client = fs::read_to_string(root.join("out/index.ts")).unwrap();
    assert!(client.contains("from \"telefunc-client\"") && client.contains("onMore"), "{client}");
    assert!(!root.join("out/runtime").exists());

    fails(&telefunc(&api, &["--emit", "py"]), &["`ts` or `js`, not `py`"]);
    fails(&telefunc(&root, &["-p", "web"]), &["`web` has no library", "Telefunc::write_client"]);
    fails(&telefunc(&root, &["-p", "nothing"]), &["no package `nothing`", "api, web"]);
    // Only one package has settings, so it is the one.
    succeeds(&telefunc(&root, &["--check"]));
}
