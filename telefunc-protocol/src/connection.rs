//! A reliable, ordered, resumable stream of frames above wires that come and go.
//!
//! The owner (a driver with the clock and the sockets) takes turns:
//!
//! 1. It tells what happened: [`handle_frame`](Connection::handle_frame),
//!    [`handle_wire_lost`](Connection::handle_wire_lost), [`handle_timeout`](Connection::handle_timeout),
//!    or what the application wants: [`open`](Connection::open), [`send`](Connection::send),
//!    [`consume`](Connection::consume), [`close`](Connection::close), [`abort`](Connection::abort), …
//! 2. It takes every [`poll_event`](Connection::poll_event) and hands it to the application.
//! 3. It takes [`poll_transmit`](Connection::poll_transmit) for as long as the wire takes more. What
//!    has left makes room, which is an event again: 2 and 3 take turns until neither gives anything.
//! 4. It asks [`poll_timeout`](Connection::poll_timeout) when to call `handle_timeout`.
//!
//! ```text
//!   client                                            server
//!   ┌──────────┐ attach: ATTACH   ┌───────────┐
//!   │ Detached ├─────────────────►│ Attaching │
//!   └──▲────┬──┘                  └─────┬─────┘       ┌──────────┐
//!      │    │ grace over                │ ATTACHED    │ Detached │◄─┐ accept: ATTACHED
//!      │    ▼                           ▼             └──┬────┬──┘  │ wire lost
//!      │  Ended ◄── END, violation ┌──────────┐          │    └──►┌──┴───────┐
//!      └───────────────────────────┤ Attached │          ▼        │ Attached │
//!                     wire lost    └──────────┘        Ended ◄────└──────────┘
//! ```
//!
//! While one wire is attached, the client may attach another: the server goes over to it when it
//! accepts, the client when it is answered. If the newer one is lost before that, the client attaches
//! the older one once more, for the server may have gone over.
//!
//! **Numbering.** Frames of channels are numbered from 0 by counting, on both sides, so the number
//! costs no bytes. A wire carries a run of them without a gap: the server's begins at what `ATTACH`
//! says the client has received, the client's at what `ATTACHED` says the server has received, or on
//! the very first wire at 0, right behind `ATTACH` and without waiting. A frame whose number has
//! been received already, from a wire that is being replaced, is dropped.
//!
//! **Acknowledging.** `ACK` gives the count of what was received. Until then a frame is kept, and
//! when [`Limits::replay`] is full nothing new is sent. Nothing is ever evicted.

mod attach;
mod books;
mod end;
mod event;
mod handle;
mod receive;
mod transmit;
mod verbs;
mod wire;

use std::collections::{HashMap, VecDeque};

pub use attach::Refusal;
pub use end::{End, Exceeded, Initiator, Malformed, Misbehaviour};
pub use event::Event;
pub use transmit::Transmit;
pub use verbs::SendError;
pub use wire::WireId;

use crate::channel::{Channel, ChannelId};
use crate::flow::Pool;
use crate::handshake::{Bounds, Token, put_end};
use crate::limits::Limits;
use crate::replay::Replay;
use crate::timer::{Millis, Timer, Timers};
use transmit::Control;
use wire::{Role, Wire};

/// Which end of a connection this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Attaches wires; opens channels with odd ids.
    Client,
    /// Accepts wires and pings; opens channels with even ids.
    Server,
}

/// One end of a connection; see the [module](self).
///
/// ```
/// use telefunc_protocol::connection::{Connection, Event, Side};
/// use telefunc_protocol::{Attach, FrameDecoder, FrameKind, Limits, Message, Token};
///
/// let now = 0;
/// let token = Token([7; 16]);
/// let mut client = Connection::new(now, Side::Client, token, Limits::default());
/// let mut server = Connection::new(now, Side::Server, token, Limits::default());
///
/// // The first message leaves in the packet of the first attach.
/// client.attach(now, 1);
/// let channel = client.open("onHi".into())?;
/// client.send(channel, Message::json("[]"))?;
///
/// let mut decoder = FrameDecoder::new(telefunc_protocol::limits::WIRE_FRAME);
/// while let Some(transmit) = client.poll_transmit() {
///     let mut chunk = transmit.bytes;
///     while let Some(frame) = decoder.next(&mut chunk)? {
///         match frame.kind {
///             FrameKind::Attach => server.accept(now, 1, &Attach::read(frame.payload)?)?,
///             _ => server.handle_frame(now, 1, frame),
///         }
///     }
/// }
/// assert_eq!(server.poll_event(), Some(Event::Attached { wire: 1 }));
/// assert_eq!(server.poll_event(), Some(Event::Opened { channel, label: "onHi".into() }));
/// assert!(matches!(server.poll_event(), Some(Event::Message { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Connection {
    side: Side,
    token: Token,
    limits: Limits,
    /// What the peer said that it can take; until then, what everyone can.
    peer: Bounds,
    timers: Timers,
    events: VecDeque<Event>,
    ended: Option<End>,

    wires: Vec<Wire>,
    /// How many wires the client has attached.
    attaches: u64,

    /// How many numbered frames the peer has delivered.
    received: u64,
    /// The same, as we last told it.
    told: u64,
    /// Bytes of the frames between the two.
    untold: u64,
    /// Whether to tell it even when nothing else is to be sent.
    is_ack_due: bool,
    replay: Replay,

    channels: HashMap<ChannelId, Channel>,
    /// The next id of ours, and the lowest that the peer may use.
    next: ChannelId,
    next_peer: ChannelId,
    /// How many of `channels` the peer opened; the others are ours.
    opened_by_peer: u64,

    /// Small frames that no credit holds back, in order.
    control: VecDeque<Control>,
    /// Channels that have something to send, in turn.
    ready: VecDeque<ChannelId>,
    /// Channels on which a message was refused, in turn.
    refused: VecDeque<ChannelId>,
    /// Channels that wait for room in the pool, in turn.
    starved: VecDeque<ChannelId>,
    pool: Pool,
    /// Bytes accepted and not sent, and bytes received and not consumed, over all channels.
    queued: u64,
    unread: u64,
}

impl Connection {
    /// A connection without a wire. The token is the client's random choice.
    #[must_use]
    pub fn new(now: Millis, side: Side, token: Token, limits: Limits) -> Self {
        let ids = |side| match side {
            Side::Client => 1,
            Side::Server => 2,
        };
        let mut timers = Timers::default();
        timers.set(Timer::Grace, now + limits.grace);
        let defaults = Limits::default();
        Self {
            side,
            token,
            peer: Bounds { channels: defaults.channels, message: defaults.message },
            timers,
            events: VecDeque::new(),
            ended: None,
            wires: Vec::new(),
            attaches: 0,
            received: 0,
            told: 0,
            untold: 0,
            is_ack_due: false,
            replay: Replay::default(),
            channels: HashMap::new(),
            next: ids(side),
            next_peer: 3 - ids(side),
            opened_by_peer: 0,
            control: VecDeque::new(),
            ready: VecDeque::new(),
            refused: VecDeque::new(),
            starved: VecDeque::new(),
            pool: Pool::new(limits.pool),
            queued: 0,
            unread: 0,
            limits,
        }
    }

    /// What happened since, one event at a time.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`handle_timeout`](Self::handle_timeout) must be called, if nothing happens before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.timers.next()
    }

    /// Why the connection is over, once it is.
    #[must_use]
    pub fn ended(&self) -> Option<&End> {
        self.ended.as_ref()
    }

    /// Payload bytes held now: unread, unsent and unacknowledged. Never above [`Limits::memory`].
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.unread + self.queued + self.replay.bytes()
    }

    /// Channels that are not forgotten, whoever opened them.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels.len()
    }

    fn is_peers(&self, channel: ChannelId) -> bool {
        channel % 2 == self.next_peer % 2
    }

    /// Ends the connection; every later input is ignored.
    fn end(&mut self, end: End, tell: bool) {
        if self.ended.is_some() {
            return;
        }
        for wire in &mut self.wires {
            if wire.role == Role::Replaced {
                continue;
            }
            if tell {
                put_end(&mut wire.out, end.name());
            }
            self.events.push_back(Event::WireDone { wire: wire.id });
        }
        self.events.push_back(Event::Ended(end.clone()));
        self.ended = Some(end);
        self.timers = Timers::default();
        self.channels = HashMap::new();
        self.control = VecDeque::new();
        self.ready = VecDeque::new();
        self.refused = VecDeque::new();
        self.starved = VecDeque::new();
        self.replay = Replay::default();
        (self.queued, self.unread, self.opened_by_peer) = (0, 0, 0);
    }
}
