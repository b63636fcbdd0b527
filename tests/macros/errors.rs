//! `#[telefunc::error]`: kinds, statuses, and beside `thiserror`.

use telefunc::prelude::*;
use telefunc::serde_json::{Value, json, to_value};
use telefunc::{Error, Refusal};

use super::signature;

#[telefunc::error]
#[derive(Debug)]
enum JoinError {
    #[status(404)]
    NoSuchRoom,
    Full {
        max_count: u32,
    },
}

#[telefunc::error]
#[status(409)]
enum Wrapping {
    Text(String),
    #[status(410)]
    Pair(u32, u32),
    Nothing,
}

#[telefunc::error]
#[status(429)]
struct TooMany {
    per_hour: u32,
}

#[telefunc::error]
#[serde(tag = "code")]
enum Tagged {
    NotNow,
}

#[telefunc::error]
#[derive(Debug, thiserror::Error)]
enum Both {
    #[error("no such room")]
    #[status(404)]
    NoSuchRoom,
}

#[telefunction]
async fn on_join(room: String) -> Result<(), JoinError> {
    match room.as_str() {
        "" => Err(JoinError::NoSuchRoom),
        _ => Err(JoinError::Full { max_count: 3 }),
    }
}

#[telefunction]
async fn on_both() -> Result<(), Both> {
    Err(Both::NoSuchRoom)
}

#[telefunction]
fn on_items() -> impl Stream<Item = Result<u32, JoinError>> {
    try_stream! {
        yield 1;
        Err(JoinError::NoSuchRoom)?;
    }
}

/// `?` takes refusals of every kind, and bugs.
#[telefunction]
async fn on_any(step: u32) -> telefunc::Result<u32> {
    match step {
        0 => Err(JoinError::NoSuchRoom)?,
        1 => Err(Both::NoSuchRoom)?,
        2 => Err(Abort("no"))?,
        _ => {}
    }
    Ok("3".parse::<u32>()?)
}

/// The status and the value that the client sees.
fn seen<R: Refusal>(refusal: R) -> (u16, Value) {
    let (status, value) = refusal.into_parts();
    (status.as_u16(), to_value(value).unwrap())
}

#[test]
fn kinds_and_statuses_are_those_of_the_variants() {
    assert_eq!(seen(JoinError::NoSuchRoom), (404, json!({ "kind": "noSuchRoom" })));
    let full = json!({ "kind": "full", "maxCount": 3 });
    assert_eq!(seen(JoinError::Full { max_count: 3 }), (403, full));
}

#[test]
fn what_can_not_hold_a_tag_is_wrapped() {
    let text = json!({ "kind": "text", "value": "a" });
    assert_eq!(seen(Wrapping::Text("a".into())), (409, text));
    assert_eq!(seen(Wrapping::Pair(1, 2)), (410, json!({ "kind": "pair", "value": [1, 2] })));
    assert_eq!(seen(Wrapping::Nothing), (409, json!({ "kind": "nothing" })));
}

#[test]
fn structs_and_tags_of_the_users_are_kept() {
    assert_eq!(seen(TooMany { per_hour: 3 }), (429, json!({ "perHour": 3 })));
    assert_eq!(to_value(Tagged::NotNow).unwrap(), json!({ "code": "notNow" }));
}

#[test]
fn the_refusal_is_declared() {
    assert_eq!(signature("errors.onJoin"), "(room: string): Promise<null> throws JoinError");
    assert_eq!(signature("errors.onBoth"), "(): Promise<null> throws Both");
    assert_eq!(signature("errors.onItems"), "(): AsyncGenerator<number> throws JoinError");
    assert_eq!(signature("errors.onAny"), "(step: number): Promise<number>");
}

#[tokio::test]
async fn a_refusal_stays_one_through_the_question_mark() {
    for step in 0..3 {
        let error = on_any(step).await.unwrap_err();
        assert!(format!("{error:?}").starts_with("Refusal"), "{error:?}");
    }
    assert_eq!(on_any(3).await.unwrap(), 3);
    let bug: Error = "x".parse::<u32>().unwrap_err().into();
    assert!(format!("{bug:?}").starts_with("Bug"), "{bug:?}");
    assert!(on_join(String::new()).await.is_err() && on_both().await.is_err());
}
