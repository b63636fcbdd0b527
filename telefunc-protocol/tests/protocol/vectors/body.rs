//! Bodies of frames: the items of a stream, and what a call's body must be.

use bytes::Bytes;
use serde_json::{Value, json};
use telefunc_protocol::FrameKind::{Close, Fail, Message, Part, Ping};
use telefunc_protocol::{BodyDecoder, BodyError, FrameKind, Item, body, frame};

use super::{check, hex};

#[test]
fn body_vectors_are_kept() {
    type Frames<'a> = &'a [(FrameKind, u64, &'a [u8])];
    let rows: &[(&str, Frames<'_>)] = &[
        ("nothing", &[]),
        ("one_message", &[(Message, 0, b"[1,2]")]),
        ("parts_then_message", &[(Part, 0, b"\xff"), (Part, 0, b""), (Message, 0, b"[1,0]")]),
        ("empty_stream", &[(Close, 0, b"")]),
        ("stream", &[(Message, 0, b"1"), (Message, 0, b"2"), (Close, 0, b"")]),
        (
            "parts_belong_to_the_next_message",
            &[
                (Message, 0, b"null"),
                (Part, 0, b"\x01"),
                (Message, 0, b"0"),
                (Message, 0, b"null"),
                (Close, 0, b""),
            ],
        ),
        (
            "ping_anywhere",
            &[
                (Ping, 0, b""),
                (Part, 0, b"\x01"),
                (Ping, 0, b""),
                (Message, 0, b"0"),
                (Close, 0, b""),
                (Ping, 0, b""),
            ],
        ),
        ("failure_after_items", &[(Message, 0, b"1"), (Fail, 0, br#"{"kind":"bug","id":"4f"}"#)]),
        ("cut_stream", &[(Message, 0, b"1"), (Message, 0, b"2")]),
        ("frames_after_close", &[(Close, 0, b""), (Message, 0, b"1")]),
        ("frames_after_fail", &[(Fail, 0, b"{}"), (Close, 0, b"")]),
        ("foreign_channel", &[(Message, 2, b"1")]),
        ("kind_of_a_connection", &[(FrameKind::Open, 0, b""), (Close, 0, b"")]),
        ("numberless_kind_of_a_connection", &[(FrameKind::Ack, 0, b"\0")]),
        ("unclaimed_parts", &[(Part, 0, b"\x01"), (Close, 0, b"")]),
        ("parts_without_message", &[(Part, 0, b"\x01")]),
    ];
    let vectors = rows.iter().map(|(name, frames)| vector(name, frames)).collect();
    let about = "a body read as a stream (`items`, then `error` or `ended`) and as a call (`call`)";
    check("bodies.json", about, vectors);
}

#[test]
fn parts_before_one_message_are_bounded() {
    let mut bytes = Vec::new();
    for _ in 0..=telefunc_protocol::limits::PARTS {
        frame::put(&mut bytes, Part, 0, b"");
    }
    assert_eq!(body::read_call(bytes.into()), Err(BodyError::TooManyParts));
}

fn vector(name: &str, frames: &[(FrameKind, u64, &[u8])]) -> Value {
    let mut bytes = Vec::new();
    for (kind, channel, payload) in frames {
        frame::put(&mut bytes, *kind, *channel, payload);
    }
    let (mut decoder, mut chunk) = (BodyDecoder::new(1000), Bytes::from(bytes.clone()));
    let mut items = Vec::new();
    let error = loop {
        match decoder.next(&mut chunk) {
            Ok(Some(item)) => items.push(spell(&item)),
            Ok(None) => break None,
            Err(error) => break Some(error.name()),
        }
    };
    let call = match body::read_call(bytes.clone().into()) {
        Ok(message) => spell(&Item::Message(message)),
        Err(error) => json!({ "error": error.name() }),
    };
    json!({
        "name": name,
        "bytes": hex(&bytes),
        "items": items,
        "error": error,
        "ended": decoder.is_ended(),
        "call": call,
    })
}

fn spell(item: &Item) -> Value {
    let text = |json: &Bytes| String::from_utf8(json.to_vec()).unwrap();
    match item {
        Item::Message(message) => json!({
            "json": text(&message.json),
            "parts": message.parts.iter().map(|part| hex(part)).collect::<Vec<_>>(),
        }),
        Item::Close => json!("close"),
        Item::Fail(json) => json!({ "fail": text(json) }),
    }
}
