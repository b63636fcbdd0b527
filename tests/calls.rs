//! Plain calls over HTTP, as `curl` would make them.

use serde_json::json;
use telefunc::prelude::*;

use crate::support::Server;

/// One line of a to-do list.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Todo {
    pub id: u32,
    #[schemars(length(min = 1, max = 10))]
    pub text: String,
    pub is_done: bool,
}

#[telefunction]
async fn on_add(a: i32, b: i32) -> i32 {
    a + b
}

#[telefunction]
fn on_greet(name: String, greeting: Option<String>) -> String {
    format!("{}, {name}", greeting.unwrap_or_else(|| "Hello".into()))
}

#[telefunction]
fn on_rename(todo: Todo, #[schemars(length(min = 1, max = 5))] text: String) -> Todo {
    Todo { text, ..todo }
}

#[telefunction]
fn on_nothing() {}

#[telefunction]
fn on_bytes(bytes: Bytes) -> Vec<Bytes> {
    vec![bytes.clone(), Bytes::from(vec![bytes.len() as u8])]
}

#[tokio::test]
async fn arguments_travel_as_an_array_or_by_name() {
    let server = Server::with(Config::default()).await;
    assert_eq!(server.call("calls.onAdd", json!([2, 3])).await.json(), 5);
    assert_eq!(server.call("calls.onAdd", json!({"b": 3, "a": 2})).await.json(), 5);
}

#[tokio::test]
async fn a_trailing_option_may_be_absent_null_or_given() {
    let server = Server::with(Config::default()).await;
    for (arguments, greeting) in [
        (json!(["Ann"]), "Hello, Ann"),
        (json!(["Ann", null]), "Hello, Ann"),
        (json!(["Ann", "Hi"]), "Hi, Ann"),
        (json!({"name": "Ann"}), "Hello, Ann"),
    ] {
        assert_eq!(server.call("calls.onGreet", arguments).await.json(), greeting);
    }
}

#[tokio::test]
async fn no_body_means_no_arguments_and_nothing_means_null() {
    let server = Server::with(Config::default()).await;
    for body in ["", "[]", "{}"] {
        let answer = server.send(server.request("calls.onNothing", body)).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (200, "null"));
    }
}

#[tokio::test]
async fn every_broken_constraint_is_reported_with_its_path() {
    let server = Server::with(Config::default()).await;
    let todo = json!({"id": 1, "text": "", "isDone": false});
    for arguments in [json!([todo, "far too long"]), json!({"todo": todo, "text": "far too long"})]
    {
        let answer = server.call("calls.onRename", arguments).await;
        assert_eq!(answer.status, 422);
        let issues = answer.json()["issues"].clone();
        let issues = issues.as_array().unwrap().iter();
        let mut found: Vec<_> =
            issues.map(|issue| format!("{} {}", issue["path"], issue["code"])).collect();
        found.sort();
        assert_eq!(found, [r#"["text"] "too_long""#, r#"["todo","text"] "too_short""#]);
    }
}

#[tokio::test]
async fn every_wrong_type_is_reported_with_its_path() {
    let server = Server::with(Config::default()).await;
    let answer = server.call("calls.onRename", json!([{"id": "1", "isDone": 0}, 7])).await;
    assert_eq!(answer.status, 422);
    let paths: Vec<_> = answer.json()["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["path"].clone())
        .collect();
    for path in
        [json!(["todo", "id"]), json!(["todo", "text"]), json!(["todo", "isDone"]), json!(["text"])]
    {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
}

#[tokio::test]
async fn bytes_travel_raw_in_frames_both_ways() {
    use telefunc_protocol::{FrameKind, frame};
    let server = Server::with(Config::default()).await;
    let mut body = Vec::new();
    frame::put(&mut body, FrameKind::Part, 0, &[0, 255, 10]);
    frame::put(&mut body, FrameKind::Message, 0, b"[0]");
    let mut request = server.request("calls.onBytes", body);
    request.headers_mut().insert("content-type", "application/vnd.telefunc".parse().unwrap());
    let answer = server.send(request).await;
    assert_eq!(answer.headers["content-type"], "application/vnd.telefunc");
    let message = telefunc_protocol::body::read_call(answer.body).unwrap();
    assert_eq!(&message.json[..], b"[0,1]");
    assert_eq!(message.parts, [&[0, 255, 10][..], &[3][..]]);
}

#[test]
fn the_function_stays_an_ordinary_function() {
    assert_eq!(on_greet("Ann".into(), None), "Hello, Ann");
    let todo = Todo { id: 1, text: "Milk".into(), is_done: false };
    assert_eq!(on_rename(todo, "Tea".into()).text, "Tea");
}
