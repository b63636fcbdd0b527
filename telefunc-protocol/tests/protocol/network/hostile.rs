//! A peer that breaks the rules: each break ends its own connection, with a name, and nothing else.

use bytes::Bytes;
use serde_json::json;
use telefunc_protocol::FrameKind::{
    Ack, Attach as AttachKind, Attached, Blocked, Cancel, Close, Credit, Drain, Fail, Message,
    More, Open, Part, Ping, Refuse, Reply, Request, Skip,
};
use telefunc_protocol::handshake::Bounds;
use telefunc_protocol::{
    Attach, Connection, End, Event, Frame, FrameKind, Limits, Side, Token, limits, varint,
};

use super::small;
use crate::vectors;

/// A server that has accepted the first wire of a client.
fn server() -> Connection {
    let mut server = Connection::new(0, Side::Server, Token([1; 16]), small());
    server.accept(0, 1, &attach(0, 0)).unwrap();
    server
}

fn attach(ordinal: u64, received: u64) -> Attach {
    let bounds = Bounds { channels: 4096, message: 1 << 20 };
    Attach { token: Token([1; 16]), ordinal, received, bounds }
}

fn numbers(numbers: &[u64]) -> Vec<u8> {
    let mut payload = Vec::new();
    numbers.iter().for_each(|number| varint::put(&mut payload, *number));
    payload
}

type Sent<'a> = (FrameKind, u64, &'a [u8]);

/// What the server ends with, told these frames.
fn end_of(server: &mut Connection, frames: &[Sent<'_>]) -> Option<String> {
    for (kind, channel, payload) in frames {
        let payload = Bytes::copy_from_slice(payload);
        server.handle_frame(0, 1, Frame { kind: *kind, channel: *channel, payload });
    }
    server.ended().map(|end| end.name().to_owned())
}

/// Runs `check` on every broken rule: its name, and the frames of a client that break it.
fn each_broken_rule(mut check: impl FnMut(&str, &[Sent<'_>])) {
    let label = vec![b'x'; limits::LABEL + 1];
    let failure = vec![b'x'; limits::FAILURE + 1];
    let three = vec![b'x'; 1300];
    let two_million = numbers(&[2_000_000]);
    let rows: &[(&str, &[Sent<'_>])] = &[
        ("unknown_channel", &[(Message, 1, b"1")]),
        ("unknown_channel", &[(Close, 1, b"")]),
        ("unknown_channel", &[(Credit, 2, b"\x01")]),
        ("unknown_channel", &[(Open, 1, b""), (Close, 1, b""), (Message, 1, b"1")]),
        ("bad_channel", &[(Open, 2, b"")]),
        ("bad_channel", &[(Open, 0, b"")]),
        ("bad_channel", &[(Open, 1, b""), (Open, 1, b"")]),
        ("bad_channel", &[(Open, 5, b""), (Open, 3, b"")]),
        ("bad_channel", &[(Open, 1, b""), (Close, 1, b""), (Open, 1, b"")]),
        ("label_too_long", &[(Open, 1, &label)]),
        ("failure_too_large", &[(Open, 1, b""), (Fail, 1, &failure)]),
        (
            "credit_exceeded",
            &[
                (Open, 1, b""),
                (Message, 1, &three),
                (Message, 1, &three),
                (Message, 1, &three),
                (Message, 1, &three),
            ],
        ),
        ("message_too_large", &[(Open, 1, b""), (Blocked, 1, &two_million)]),
        ("reused_request", &[(Open, 1, b""), (Request, 1, b"\x07{}"), (Request, 1, b"\x07{}")]),
        ("unknown_request", &[(Open, 1, b""), (Reply, 1, b"\x07{}")]),
        ("unknown_request", &[(Open, 1, b""), (Refuse, 1, b"\x07{}")]),
        ("malformed_payload", &[(Open, 1, b""), (Request, 1, b"")]),
        ("malformed_payload", &[(Open, 1, b""), (Credit, 1, b"")]),
        ("malformed_payload", &[(Open, 1, b""), (Credit, 1, b"\x01\x01")]),
        ("malformed_payload", &[(Open, 1, b""), (Cancel, 1, b"\xff")]),
        ("malformed_payload", &[(Ack, 0, b"")]),
        ("bad_ack", &[(Ack, 0, b"\x01")]),
        ("bad_ack", &[(Skip, 0, b"\x01")]),
    ];
    rows.iter().for_each(|(name, frames)| check(name, frames));
}

#[test]
fn every_broken_rule_has_a_name() {
    let check = |name: &str, frames: &[Sent<'_>]| {
        let mut server = server();
        assert_eq!(end_of(&mut server, frames).as_deref(), Some(name), "{frames:?}");
        let said = server.poll_transmit().expect("the peer is told").bytes;
        assert!(said.ends_with(name.as_bytes()));
        assert_eq!(end_of(&mut server, frames).as_deref(), Some(name), "no second life");
        assert!(std::iter::from_fn(|| server.poll_event()).any(|e| matches!(e, Event::Ended(_))));
    };
    each_broken_rule(check);
    // What only a server may say, or only at the start.
    check("malformed_payload", &[(AttachKind, 0, b"\x01")]);
    check("misplaced_frame", &[(Attached, 0, b"\0\0\0\0")]);
    check("misplaced_frame", &[(Drain, 0, b"\0")]);
}

/// The same said by a server to a client, whose channels have the other ids.
#[test]
fn violation_vectors_are_kept() {
    let mut vectors = Vec::new();
    each_broken_rule(|name, frames| {
        let other = |channel: u64| match channel {
            0 => 0,
            odd if odd % 2 == 1 => odd + 1,
            even => even - 1,
        };
        let answer = numbers(&[0, 64, 98_304, 60_000]);
        let mut all = vec![(Attached, 0, &answer[..])];
        all.extend(
            frames.iter().map(|(kind, channel, payload)| (*kind, other(*channel), *payload)),
        );
        let mut client = Connection::new(0, Side::Client, Token([1; 16]), small());
        client.attach(0, 1);
        assert_eq!(end_of(&mut client, &all).as_deref(), Some(name), "{frames:?}");
        let spelled = all.iter().map(|(kind, channel, payload)| {
            json!({ "kind": kind.number(), "channel": channel, "payload": vectors::hex(payload) })
        });
        vectors.push(json!({
            "name": format!("{name}_{}", vectors.len()),
            "frames": spelled.collect::<Vec<_>>(),
            "end": name,
        }));
    });
    let about = "frames that a client is told on its first wire, and the name with which it ends";
    vectors::check_compact("violations.json", about, vectors);
}

#[test]
fn a_hundred_thousand_opens_are_cut_off_at_the_limit() {
    let mut server = server();
    let opens = (0..100_000u64).map(|n| (Open, 2 * n + 1, &b""[..])).collect::<Vec<_>>();
    assert_eq!(end_of(&mut server, &opens).as_deref(), Some("too_many_channels"));
}

#[test]
fn requests_without_end_are_cut_off_at_the_limit() {
    let mut server = server();
    assert_eq!(end_of(&mut server, &[(Open, 1, b"")]), None);
    for id in 0.. {
        end_of(&mut server, &[(Request, 1, &numbers(&[id]))]);
        while let Some(event) = server.poll_event() {
            if let Event::Request { channel, cost, .. } = event {
                server.consume(0, channel, cost);
            }
        }
        if let Some(end) = server.ended() {
            assert_eq!((end.name(), id), ("too_many_requests", limits::REQUESTS as u64));
            return;
        }
    }
}

#[test]
fn pings_without_end_are_answered_once() {
    let mut server = server();
    server.poll_transmit();
    for _ in 0..10_000 {
        assert_eq!(end_of(&mut server, &[(Ping, 0, b"")]), None);
    }
    assert_eq!(server.poll_transmit().unwrap().bytes, &[2, 1, 0][..]);
    assert_eq!(server.poll_transmit(), None);
}

#[test]
fn an_unread_flood_stays_within_the_bounds() {
    let limits = Limits { channels: 4096, inbox: 100_000, ..small() };
    let mut server = Connection::new(0, Side::Server, Token([1; 16]), limits.clone());
    server.accept(0, 1, &attach(0, 0)).unwrap();
    for n in 0..4096 {
        let channel = 2 * n + 1;
        end_of(
            &mut server,
            &[(Open, channel, b""), (More, channel, &[0; 3000]), (Part, channel, b"")],
        );
        assert!(server.memory() <= limits.memory());
    }
    assert_eq!(server.ended().map(End::name), Some("inbox_full"));
}

#[test]
fn endings_without_reading_do_not_make_room_for_more() {
    // Each channel is opened, filled and closed; the application reads nothing of it.
    let mut server = server();
    for n in 0..small().channels {
        let channel = 2 * n + 1;
        let frames: &[Sent<'_>] =
            &[(Open, channel, b""), (Message, channel, b"1"), (Close, channel, b"")];
        assert_eq!(end_of(&mut server, frames), None);
    }
    let next = 2 * small().channels + 1;
    assert_eq!(end_of(&mut server, &[(Open, next, b"")]).as_deref(), Some("too_many_channels"));
}

#[test]
fn wires_are_bound_only_in_order_and_only_to_what_is_known() {
    let refusal = |server: &mut Connection, ordinal, received| {
        server.accept(0, 2, &attach(ordinal, received)).unwrap_err().name()
    };
    let mut bound = server();
    assert_eq!(refusal(&mut bound, 0, 0), "stale_wire");
    assert_eq!(refusal(&mut bound, 1, 7), "bad_ack");
    assert!(bound.accept(0, 2, &attach(5, 0)).is_ok());
    assert_eq!(refusal(&mut bound, 4, 0), "stale_wire");
    let mut fresh = Connection::new(0, Side::Server, Token([1; 16]), small());
    assert_eq!(refusal(&mut fresh, 1, 0), "unknown_connection");
    bound.shutdown();
    assert_eq!(refusal(&mut bound, 9, 0), "unknown_connection");
}

#[test]
fn bytes_that_are_no_frames_end_the_connection_of_their_wire() {
    let mut server = server();
    server.handle_malformed(9);
    assert_eq!(server.ended(), None, "a wire that is not ours");
    server.handle_malformed(1);
    assert_eq!(server.ended().map(End::name), Some("malformed_frame"));
}

#[test]
fn without_a_wire_the_grace_ends_the_connection_on_both_sides() {
    let limits = small();
    let mut server = server();
    server.handle_wire_lost(5, 1);
    server.handle_timeout(5 + limits.grace - 1);
    assert_eq!(server.ended(), None);
    assert_eq!(server.poll_timeout(), Some(5 + limits.grace));
    server.handle_timeout(5 + limits.grace);
    assert_eq!(server.ended(), Some(&End::Lost));

    let mut client = Connection::new(0, Side::Client, Token([1; 16]), limits.clone());
    client.handle_timeout(limits.grace);
    assert_eq!(client.ended(), Some(&End::Lost));
}

#[test]
fn a_silent_wire_is_given_up_and_a_quiet_one_is_not() {
    let limits = small();
    let mut server = server();
    while server.poll_transmit().is_some() {}
    server.handle_timeout(limits.ping);
    assert_eq!(server.poll_transmit().unwrap().bytes, &[2, 0, 0][..], "a ping");
    server.handle_frame(
        limits.ping,
        1,
        Frame { kind: FrameKind::Pong, channel: 0, payload: Bytes::new() },
    );
    server.handle_timeout(limits.idle);
    assert!(!std::iter::from_fn(|| server.poll_event()).any(|event| event == Event::Detached));
    server.handle_timeout(limits.ping + limits.idle);
    let events = std::iter::from_fn(|| server.poll_event()).collect::<Vec<_>>();
    assert_eq!(events, [Event::Detached, Event::WireDone { wire: 1 }]);
}
