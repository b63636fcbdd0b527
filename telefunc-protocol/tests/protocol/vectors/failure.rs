//! Every failure as JSON text with its HTTP status, and texts that are no failure.

use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use telefunc_protocol::{Failure, Issue, ProtocolCode};

use super::check;

#[test]
fn failure_vectors_are_kept() {
    let issue = |path: Vec<_>, message: &str, code: &str| Issue {
        path,
        message: message.into(),
        code: code.into(),
    };
    let abort = |value: Value| Failure::Abort { value: to_raw_value(&value).unwrap() };
    let mut vectors = vec![
        good(
            "validation",
            &Failure::Validation {
                issues: vec![
                    issue(vec!["text".into()], "at least 1 character", "too_short"),
                    issue(vec!["tags".into(), 3.into(), "name".into()], "too long", "too_long"),
                    issue(vec![], "expected an array", "invalid_type"),
                ],
            },
        ),
        good("abort_null", &abort(Value::Null)),
        good("abort_object", &abort(json!({ "kind": "full", "max": 8 }))),
        good("abort_keeps_digits", &Failure::Abort { value: to_raw_value(&u128::MAX).unwrap() }),
        good("bug", &Failure::Bug { id: "5f0c1d2e".into() }),
    ];
    for code in ProtocolCode::ALL {
        vectors.push(good(code.name(), &Failure::protocol(code, "what a person reads")));
    }
    for (name, text) in [
        ("not_json", "<html>502 Bad Gateway</html>"),
        ("not_an_object", "[]"),
        ("no_kind", r#"{"id":"5f0c1d2e"}"#),
        ("unknown_kind", r#"{"kind":"weather"}"#),
        ("unknown_code", r#"{"kind":"protocol","code":"weather","message":""}"#),
        ("abort_without_value", r#"{"kind":"abort"}"#),
        ("validation_without_issues", r#"{"kind":"validation"}"#),
        ("bug_without_id", r#"{"kind":"bug"}"#),
    ] {
        assert!(Failure::from_json(text.as_bytes()).is_err(), "{name}");
        vectors.push(json!({ "name": name, "text": text, "status": null }));
    }
    let about = "failures as text with their status; a null status marks what is no failure";
    check("failures.json", about, vectors);
}

fn good(name: &str, failure: &Failure) -> Value {
    let text = failure.to_json();
    assert_eq!(Failure::from_json(text.as_bytes()).as_ref().ok(), Some(failure), "{name}");
    json!({ "name": name, "text": text, "status": failure.status() })
}
