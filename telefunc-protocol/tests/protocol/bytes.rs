//! What must hold for any bytes: splits do not matter, and nothing that comes in panics.

use bytes::Bytes;
use proptest::prelude::*;
use telefunc_protocol::{
    BodyDecoder, Failure, Frame, FrameDecoder, FrameError, FrameKind, body, frame,
};

/// Everything that chunks decode to, and how it ended.
fn decode(chunks: &[&[u8]]) -> (Vec<Frame>, Result<(), FrameError>) {
    let mut decoder = FrameDecoder::new(1000);
    let mut frames = Vec::new();
    for chunk in chunks {
        let mut chunk = Bytes::copy_from_slice(chunk);
        loop {
            match decoder.next(&mut chunk) {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(error) => return (frames, Err(error)),
            }
        }
        assert!(chunk.is_empty());
    }
    (frames, decoder.finish())
}

/// `bytes` cut at the given places, in any order and modulo the length.
fn split<'a>(bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort();
    cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

fn any_frame() -> impl Strategy<Value = (FrameKind, u64, Vec<u8>)> {
    let channel = prop_oneof![0u64..3, 0..=telefunc_protocol::varint::MAX];
    let payload = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..70),
        (0usize..900).prop_map(|len| vec![b'x'; len]),
    ];
    (proptest::sample::select(FrameKind::ALL.to_vec()), channel, payload)
}

proptest! {
    #[test]
    fn any_split_of_frames_gives_the_same_frames(
        frames in proptest::collection::vec(any_frame(), 0..20),
        cuts in proptest::collection::vec(any::<usize>(), 0..40),
        end in any::<usize>(),
    ) {
        let mut bytes = Vec::new();
        for (kind, channel, payload) in &frames {
            frame::put(&mut bytes, *kind, *channel, payload);
        }
        let (whole, result) = decode(&[&bytes]);
        prop_assert_eq!(result, Ok(()));
        prop_assert_eq!(whole.len(), frames.len());
        let bytes = &bytes[..end % (bytes.len() + 1)];
        prop_assert_eq!(decode(&split(bytes, &cuts)), decode(&[bytes]));
    }

    #[test]
    fn any_split_of_any_bytes_gives_the_same_answer(
        bytes in proptest::collection::vec(prop_oneof![0u8..8, 0x10u8..0x14, any::<u8>()], 0..200),
        cuts in proptest::collection::vec(any::<usize>(), 0..40),
    ) {
        let bytes = &bytes[..];
        prop_assert_eq!(decode(&split(bytes, &cuts)), decode(&[bytes]));
    }

    #[test]
    fn any_bytes_are_a_body_or_an_error(
        bytes in proptest::collection::vec(prop_oneof![0u8..8, 0x10u8..0x14, any::<u8>()], 0..200),
    ) {
        let mut chunk = Bytes::from(bytes);
        let _ = body::read_call(chunk.clone());
        let mut decoder = BodyDecoder::new(1000);
        while let Ok(Some(_)) = decoder.next(&mut chunk) {}
    }

    #[test]
    fn any_text_is_a_failure_or_an_error(text in "\\PC*") {
        let _ = Failure::from_json(text.as_bytes());
    }
}

#[test]
fn a_frame_fed_byte_by_byte_is_read_in_linear_time() {
    let mut bytes = Vec::new();
    frame::put(&mut bytes, FrameKind::Part, 0, &vec![0; 4_000_000]);
    let mut decoder = FrameDecoder::new(bytes.len());
    let mut frames = 0;
    // Quadratic copying would take hours here.
    for byte in Bytes::from(bytes).chunks(1) {
        frames += usize::from(decoder.next(&mut Bytes::copy_from_slice(byte)).unwrap().is_some());
    }
    assert_eq!(frames, 1);
}

#[test]
fn a_giant_length_reserves_nothing() {
    let mut decoder = FrameDecoder::new(usize::MAX >> 8);
    let mut chunk = Bytes::from_static(&[0xc0, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10]);
    assert_eq!(decoder.next(&mut chunk), Ok(None));
    assert!(!decoder.is_idle());
}

#[test]
fn an_error_stays() {
    let mut decoder = FrameDecoder::new(10);
    assert_eq!(decoder.next(&mut Bytes::from_static(&[0])), Err(FrameError::TooShort));
    assert_eq!(decoder.next(&mut Bytes::from_static(&[2, 0x12, 0])), Err(FrameError::TooShort));
    assert_eq!(decoder.finish(), Err(FrameError::TooShort));
}
