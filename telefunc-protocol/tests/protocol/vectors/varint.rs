//! Numbers in their shortest form, at each edge of each length.

use serde_json::json;
use telefunc_protocol::varint;

use super::{check, hex};

#[test]
fn varint_vectors_are_kept() {
    // TypeScript holds integers up to 2^53-1, so no id or count on the wire goes beyond.
    let edges =
        [0, 1, 63, 64, 16_383, 16_384, (1 << 30) - 1, 1 << 30, (1 << 32) + 5, (1 << 53) - 1];
    let vectors = edges.into_iter().map(|value: u64| {
        let mut bytes = Vec::new();
        varint::put(&mut bytes, value);
        assert_eq!(varint::take(&bytes), Some((value, bytes.len())));
        json!({ "name": format!("{value}"), "value": value, "bytes": hex(&bytes) })
    });
    check("varint.json", "value and its shortest bytes, both ways", vectors.collect());
}
