//! Any bytes, split anywhere: the frame and body decoders agree with themselves and never panic.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use telefunc_protocol::{BodyDecoder, Failure, Frame, FrameDecoder, FrameError, body};

fuzz_target!(|input: &[u8]| {
    let Some((&size, bytes)) = input.split_first() else { return };
    let whole = decode(bytes, bytes.len());
    assert_eq!(decode(bytes, usize::from(size)), whole);

    let mut chunk = Bytes::copy_from_slice(bytes);
    let mut decoder = BodyDecoder::new(1 << 16);
    while let Ok(Some(_)) = decoder.next(&mut chunk) {}
    let _ = body::read_call(Bytes::copy_from_slice(bytes));
    if let Ok(failure) = Failure::from_json(bytes) {
        assert_eq!(Failure::from_json(failure.to_json().as_bytes()).unwrap(), failure);
    }
});

fn decode(bytes: &[u8], size: usize) -> (Vec<Frame>, Result<(), FrameError>) {
    let mut decoder = FrameDecoder::new(1 << 16);
    let mut frames = Vec::new();
    for chunk in bytes.chunks(size.max(1)) {
        let mut chunk = Bytes::copy_from_slice(chunk);
        loop {
            match decoder.next(&mut chunk) {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(error) => return (frames, Err(error)),
            }
        }
    }
    (frames, decoder.finish())
}
