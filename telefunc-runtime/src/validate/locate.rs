//! Finds which value of a body an error of `serde_json` speaks of.

use telefunc_protocol::{PathSegment, limits};

use super::scan::{Kind, Scanner};

/// The path to the innermost value in which, or just behind which, serde stopped.
pub(super) fn locate(body: &[u8], error: &serde_json::Error) -> Vec<PathSegment> {
    // A body without line breaks is the rule; a column counts bytes.
    let lines = body.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let target = lines.map(<[u8]>::len).sum::<usize>() + error.column();
    let mut path = Vec::new();
    // Where the body is no JSON, the path ends there.
    let _ = walk(&mut Scanner::new(body), target, &mut path);
    path
}

/// Reads a value; `true` when it reaches to `target`, and `path` then leads to the innermost one
/// that does.
fn walk(at: &mut Scanner<'_>, target: usize, path: &mut Vec<PathSegment>) -> Option<bool> {
    let kind = at.kind()?;
    if !matches!(kind, Kind::Array | Kind::Object) || path.len() == limits::DEPTH {
        at.skip()?;
        return Some(at.offset() >= target);
    }
    at.open();
    let mut index = 0_usize;
    while at.more()? {
        path.push(match kind {
            Kind::Object => PathSegment::from(at.key()?.into_owned()),
            _ => PathSegment::from(index),
        });
        if walk(at, target, path)? {
            return Some(true);
        }
        path.pop();
        index += 1;
    }
    Some(at.offset() >= target)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Outer {
        list: Vec<Inner>,
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Inner {
        port: u16,
        address: std::net::IpAddr,
    }

    #[test]
    fn the_path_leads_to_the_culprit() {
        for (json, path) in [
            (
                r#"{"list":[{"port":1,"address":"::1"},{"port":70000,"address":"::1"}]}"#,
                "list.1.port",
            ),
            ("{\n \"list\": [\n  {\"port\": 1, \"address\": \"nowhere\"}\n ]\n}", "list.0.address"),
            (r#"{"list":[{"port":1}]}"#, "list.0"),
            (r#"{"list":5}"#, "list"),
            ("{}", ""),
        ] {
            let error = serde_json::from_str::<Outer>(json).err().unwrap();
            let found = locate(json.as_bytes(), &error);
            let found = found.iter().map(|segment| match segment {
                PathSegment::Key(key) => key.clone(),
                PathSegment::Index(index) => index.to_string(),
            });
            assert_eq!(found.collect::<Vec<_>>().join("."), path, "{error}");
        }
    }
}
