//! Streams of frames: what each byte string is read as, and the errors that are not frames.

use bytes::Bytes;
use serde_json::{Value, json};
use telefunc_protocol::{Frame, FrameDecoder, FrameError, FrameKind, frame};

use super::{check, hex, unhex};

/// The longest length field that the vectors allow.
const MAX: usize = 20_000;

#[test]
fn frame_vectors_are_kept() {
    let mut vectors = Vec::new();
    for kind in FrameKind::ALL {
        let name = format!("kind_{:02x}_{kind:?}", kind.number()).to_lowercase();
        vectors.push(written(&name, &[(kind, 0, b"{}".to_vec())]));
    }
    let message = |payload: &[u8]| (FrameKind::Message, 0, payload.to_vec());
    vectors.push(written("nothing", &[]));
    vectors.push(written("empty_payload", &[message(b"")]));
    vectors.push(written("longest_one_byte_length", &[message(&[b'x'; 61])]));
    vectors.push(written("shortest_two_byte_length", &[message(&[b'x'; 62])]));
    vectors.push(written("shortest_four_byte_length", &[message(&[b'x'; 16_382])]));
    vectors.push(written("back_to_back", &[message(b"1"), message(b"2"), message(b"3")]));
    vectors.push(written(
        "channels",
        &[0, 1, 63, 64, 16_384, 1 << 30, (1 << 53) - 1]
            .map(|channel| (FrameKind::Part, channel, b"p".to_vec())),
    ));

    vectors.push(read("long_forms_are_accepted", "c000000000000007 4010 8000000a 61", Ok(())));
    let misread = |name, bytes, error| read(name, bytes, Err(error));
    let too_long = FrameError::TooLong { length: 20_001, max: MAX };
    vectors.push(misread("length_over_the_limit", "80004e21", too_long));
    let huge = FrameError::TooLong { length: 1 << 52, max: MAX };
    vectors.push(misread("giant_length", "c010000000000000", huge));
    vectors.push(misread("length_zero", "00", FrameError::TooShort));
    vectors.push(misread("no_room_for_the_channel", "01 10", FrameError::TooShort));
    vectors.push(misread("channel_runs_over_the_end", "02 10 40 00", FrameError::TooShort));
    vectors.push(misread("unknown_kind", "03 3f 00 61", FrameError::UnknownKind(0x3f)));
    vectors.push(misread("unknown_long_kind", "04 7fff 00 61", FrameError::UnknownKind(0x3fff)));
    vectors.push(misread("good_then_bad", "021200 00", FrameError::TooShort));
    vectors.push(misread("cut_in_the_length", "021200 40", FrameError::Truncated));
    vectors.push(misread("cut_in_the_payload", "05 10 00 61", FrameError::Truncated));
    let about = "bytes read with a longest length of 20000; `canonical` bytes are also written so";
    check("frames.json", about, vectors);
}

/// A vector that is written by us and read back.
fn written(name: &str, frames: &[(FrameKind, u64, Vec<u8>)]) -> Value {
    let mut bytes = Vec::new();
    for (kind, channel, payload) in frames {
        frame::put(&mut bytes, *kind, *channel, payload);
    }
    let vector = read(name, &hex(&bytes), Ok(()));
    assert_eq!(vector["frames"].as_array().unwrap().len(), frames.len());
    vector
}

/// A vector that is only read.
fn read(name: &str, bytes: &str, end: Result<(), FrameError>) -> Value {
    let bytes = unhex(bytes);
    let (frames, found) = decode(&bytes);
    assert_eq!(found, end, "{name}");
    let mut again = Vec::new();
    for Frame { kind, channel, payload } in &frames {
        frame::put(&mut again, *kind, *channel, payload);
    }
    json!({
        "name": name,
        "bytes": hex(&bytes),
        "frames": frames.iter().map(|Frame { kind, channel, payload }| json!({
            "kind": kind.number(), "channel": channel, "payload": hex(payload),
        })).collect::<Vec<_>>(),
        "error": end.err().map(FrameError::name),
        "canonical": again == bytes,
    })
}

fn decode(bytes: &[u8]) -> (Vec<Frame>, Result<(), FrameError>) {
    let (mut decoder, mut chunk) = (FrameDecoder::new(MAX), Bytes::copy_from_slice(bytes));
    let mut frames = Vec::new();
    loop {
        match decoder.next(&mut chunk) {
            Ok(Some(frame)) => frames.push(frame),
            Ok(None) => return (frames, decoder.finish()),
            Err(error) => return (frames, Err(error)),
        }
    }
}
