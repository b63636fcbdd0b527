//! One spelling for each JSON value, so that equal ones have equal text.

use serde_json::Value;

/// The spelling of `value`: sorted keys, no spaces, `1.0` as `1`.
pub(super) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// The spelling of the value whose text this is.
pub(super) fn canonical_text(json: &[u8]) -> Option<String> {
    serde_json::from_slice(json).ok().map(|value| canonical(&value))
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (key, value) in entries {
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(value, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Number(number) => match number.as_f64() {
            Some(float) if !number.is_i64() && !number.is_u64() && is_exact(float) => {
                out.push_str(&(float as i64).to_string());
            }
            _ => out.push_str(&number.to_string()),
        },
        _ => out.push_str(&value.to_string()),
    }
}

fn is_exact(float: f64) -> bool {
    float.fract() == 0.0 && float.abs() < 9e15
}
