//! The files of `tests/vectors`: written here under `TELEFUNC_BLESS=1`, otherwise compared; the
//! TypeScript twin reads them in `client/test/protocol.test.ts`.

mod body;
mod failure;
mod frame;
mod limits;
mod varint;

use std::path::Path;

use serde_json::{Value, json};

/// Compares `vectors` with the file `name`, or writes it.
pub(crate) fn check(name: &str, about: &str, vectors: Vec<Value>) {
    let mut names: Vec<_> = vectors.iter().map(|vector| vector["name"].to_string()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), vectors.len(), "two vectors of one name in {name}");

    let file = json!({ "about": about, "vectors": vectors });
    compare(name, serde_json::to_string_pretty(&file).unwrap() + "\n");
}

/// The same with one line for each vector, for those that are long.
pub(crate) fn check_compact(name: &str, about: &str, vectors: Vec<Value>) {
    let lines = vectors.iter().map(Value::to_string).collect::<Vec<_>>().join(",\n");
    compare(name, format!("{{\"about\":{},\"vectors\":[\n{lines}\n]}}\n", json!(about)));
}

fn compare(name: &str, text: String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(name);
    if std::env::var_os("TELEFUNC_BLESS").is_some() {
        return std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{name} is not what the code says: run with TELEFUNC_BLESS=1 and review");
}

/// Bytes as a vector spells them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes as a vector spells them, read.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits = text.bytes().filter(|byte| *byte != b' ').collect::<Vec<_>>();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}
