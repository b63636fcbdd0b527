//! Any sequence of frames, losses, attaches and deadlines: a server's core never panics, never holds
//! more than its bound, and what it sends can be read.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use telefunc_protocol::handshake::Bounds;
use telefunc_protocol::{
    Attach, Connection, Event, Frame, FrameDecoder, FrameKind, Limits, Message, Side, Token, limits,
};

fuzz_target!(|input: &[u8]| {
    let bounds = Limits {
        channels: 8,
        message: 8192,
        pool: 65536,
        inbox: 65536,
        outbox: 65536,
        replay: 32768,
        ..Limits::default()
    };
    let token = Token([1; 16]);
    let mut server = Connection::new(0, Side::Server, token, bounds.clone());
    let (mut now, mut rest) = (0, input);
    while let [op, a, tail @ ..] = rest {
        rest = tail;
        match op % 16 {
            0 => {
                let bounds = Bounds { channels: 100, message: 1 << 20 };
                let (ordinal, received) = (u64::from(a >> 4), u64::from(a & 15));
                let attach = Attach { token, ordinal, received, bounds };
                let _ = server.accept(now, ordinal, &attach);
            }
            1 => server.handle_wire_lost(now, u64::from(a >> 4)),
            2 => {
                now += u64::from(*a) * 500;
                server.handle_timeout(now);
            }
            3 => drop(server.abort(now, u64::from(*a), Bytes::from_static(b"{}"))),
            4 => server.close(now, u64::from(*a)),
            5 => drop(server.open(Bytes::new())),
            6 => drop(server.send(u64::from(*a), Message::json(vec![0; 700]))),
            7 => drop(server.request(u64::from(*a), Message::json("1"))),
            _ => {
                let kind = FrameKind::ALL[usize::from(op >> 3) % FrameKind::ALL.len()];
                let (wire, channel) = (u64::from(a >> 6), u64::from(a & 15));
                let Some((len, tail)) = rest.split_first() else { return };
                let len = usize::from(*len).min(tail.len());
                let payload = Bytes::copy_from_slice(&tail[..len]);
                rest = &tail[len..];
                server.handle_frame(now, wire, Frame { kind, channel, payload });
            }
        }
        while let Some(event) = server.poll_event() {
            match event {
                Event::Message { channel, cost, .. } if cost % 3 > 0 => {
                    server.consume(now, channel, cost);
                }
                Event::Request { channel, request, message, .. } => {
                    let _ = server.reply(channel, request, message);
                }
                _ => {}
            }
        }
        if op & 0x80 != 0 {
            while let Some(transmit) = server.poll_transmit() {
                let (mut decoder, mut chunk) =
                    (FrameDecoder::new(limits::WIRE_FRAME), transmit.bytes);
                while decoder.next(&mut chunk).unwrap().is_some() {}
                assert!(decoder.is_idle());
            }
        }
        assert!(server.memory() <= bounds.memory());
    }
    let _ = Attach::read(Bytes::copy_from_slice(input));
});
