//! An application that talks by a plan and checks what it hears: each message once and in order.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use telefunc_protocol::connection::SendError;
use telefunc_protocol::{ChannelId, Event, Message, Millis};

use super::script::Peer;

/// What one side does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// Channels that it opens at the start.
    pub(crate) opens: usize,
    /// Messages that it sends on each channel, its own and the peer's.
    pub(crate) sends: usize,
    /// Bytes of each message, taking turns.
    pub(crate) sizes: Vec<usize>,
    /// Whether its messages are requests.
    pub(crate) asks: bool,
    /// Whether it cancels every third request at once.
    pub(crate) cancels: bool,
    /// Whether it may miss requests, since the peer cancels some before they leave.
    pub(crate) misses: bool,
    /// Whether it sends the next message only when one came.
    pub(crate) waits: bool,
    /// How it ends its channels, and after how many messages received.
    pub(crate) ends: Ends,
    /// How long it takes to read a message.
    pub(crate) reads: Millis,
}

/// How one side ends a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Ends {
    /// It leaves that to the peer.
    #[default]
    Never,
    /// By closing, when it has sent all and heard so many messages.
    Close(usize),
    /// By aborting, when it has heard so many.
    Abort(usize),
}

/// One side and what it knows of each channel.
#[derive(Debug)]
pub(crate) struct Talk {
    plan: Plan,
    topics: BTreeMap<ChannelId, Topic>,
    expected: usize,
    /// What is heard and not read yet.
    unread: VecDeque<(Millis, ChannelId, u64)>,
    pub(crate) messages: usize,
    pub(crate) bytes: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Topic {
    pub(crate) sent: usize,
    pub(crate) heard: usize,
    pub(crate) replies: usize,
    owed: VecDeque<(u64, Message)>,
    asked: BTreeMap<u64, usize>,
    /// Whether we have ended it, and how the peer has.
    pub(crate) is_ended: bool,
    pub(crate) end: Option<Bytes>,
}

impl Talk {
    /// One that expects its peer to open so many channels.
    pub(crate) fn new(plan: Plan, peer_opens: usize) -> Self {
        let expected = plan.opens + peer_opens;
        let (topics, unread) = (BTreeMap::new(), VecDeque::new());
        Self { plan, topics, expected, unread, messages: 0, bytes: 0 }
    }

    pub(crate) fn topics(&self) -> &BTreeMap<ChannelId, Topic> {
        &self.topics
    }

    pub(crate) fn start(&mut self, now: Millis, connection: &mut Peer) {
        for _ in 0..self.plan.opens {
            let channel = connection.open(Bytes::from_static(b"talk")).unwrap();
            self.topics.insert(channel, Topic::default());
            self.go_on(now, connection, channel);
        }
    }

    /// Whether every channel there will be is over.
    pub(crate) fn is_done(&self) -> bool {
        let is_over = |topic: &Topic| topic.is_ended || topic.end.is_some();
        self.topics.len() == self.expected && self.topics.values().all(is_over)
    }

    pub(crate) fn next_time(&self) -> Option<Millis> {
        self.unread.front().map(|(at, ..)| *at)
    }

    pub(crate) fn tick(&mut self, now: Millis, connection: &mut Peer) {
        while let Some((_, channel, cost)) =
            self.unread.front().copied().filter(|(at, ..)| *at <= now)
        {
            self.unread.pop_front();
            connection.consume(now, channel, cost);
            self.go_on(now, connection, channel);
        }
    }

    pub(crate) fn handle(&mut self, now: Millis, connection: &mut Peer, event: Event) {
        match event {
            Event::Opened { channel, label } => {
                assert_eq!(label, "talk");
                assert!(self.topics.insert(channel, Topic::default()).is_none(), "opened twice");
                self.go_on(now, connection, channel);
            }
            Event::Message { channel, message, cost } => {
                self.hear(now, connection, channel, &message, cost);
            }
            Event::Request { channel, request, message, cost } => {
                self.topic(channel).owed.push_back((request, message.clone()));
                self.hear(now, connection, channel, &message, cost);
            }
            Event::Reply { channel, request, message, cost } => {
                let number =
                    self.topic(channel).asked.remove(&request).expect("a reply to nothing");
                assert_eq!(number_of(&message), number, "the reply is another request's");
                self.topic(channel).replies += 1;
                connection.consume(now, channel, cost);
                self.go_on(now, connection, channel);
            }
            Event::Refused { channel, request, cost, .. } => {
                self.topic(channel).asked.remove(&request).expect("a refusal of nothing");
                self.topic(channel).replies += 1;
                connection.consume(now, channel, cost);
                self.go_on(now, connection, channel);
            }
            Event::Closed { channel } => self.ended(channel, Bytes::new()),
            Event::Failed { channel, failure, cost } => {
                connection.consume(now, channel, cost);
                self.ended(channel, failure);
            }
            Event::Writable { channel } => self.go_on(now, connection, channel),
            Event::Cancelled { .. } | Event::Attached { .. } | Event::Detached => {}
            Event::WireDone { .. } | Event::Drain { .. } => {}
            Event::Ended(end) => panic!("the connection ended: {end}"),
        }
    }

    fn topic(&mut self, channel: ChannelId) -> &mut Topic {
        self.topics.get_mut(&channel).expect("an event of an unknown channel")
    }

    fn hear(
        &mut self,
        now: Millis,
        connection: &mut Peer,
        channel: ChannelId,
        message: &Message,
        cost: u64,
    ) {
        let misses = self.plan.misses;
        let topic = self.topic(channel);
        assert!(!topic.is_ended, "a message after we ended");
        assert!(topic.end.is_none(), "a message after the end");
        let number = number_of(message);
        let is_next = number == topic.heard || misses && number > topic.heard;
        assert!(is_next, "message {number} on {channel} instead of {}", topic.heard);
        topic.heard = number + 1;
        self.messages += 1;
        let parts = message.parts.iter().map(Bytes::len).sum::<usize>();
        self.bytes += (message.json.len() + parts) as u64;
        let at = self.unread.back().map_or(now, |(at, ..)| now.max(*at)) + self.plan.reads;
        self.unread.push_back((at, channel, cost));
        if self.plan.reads == 0 {
            self.tick(now, connection);
        }
    }

    fn ended(&mut self, channel: ChannelId, failure: Bytes) {
        let topic = self.topic(channel);
        assert!(topic.end.replace(failure).is_none(), "ended twice");
    }

    /// Does on one channel what can be done now.
    fn go_on(&mut self, now: Millis, connection: &mut Peer, channel: ChannelId) {
        let Self { plan, topics, .. } = self;
        let Some(topic) = topics.get_mut(&channel) else { return };
        if topic.is_ended || topic.end.is_some() {
            return;
        }
        while let Some((request, message)) = topic.owed.front() {
            let sent = match request % 5 {
                4 => connection.refuse(channel, *request, Bytes::from_static(b"{}")),
                _ => connection.reply(channel, *request, message.clone()),
            };
            match sent {
                Ok(()) => drop(topic.owed.pop_front()),
                Err(SendError::Full) => break,
                Err(error) => panic!("a reply: {error}"),
            }
        }
        while topic.sent < plan.sends && !(plan.waits && topic.sent > topic.heard) {
            let size = plan.sizes[topic.sent % plan.sizes.len()];
            let message = message(topic.sent, size);
            let sent = match plan.asks {
                false => connection.send(channel, message),
                true => connection.request(channel, message).map(|request| {
                    topic.asked.insert(request, topic.sent);
                    if plan.cancels && request % 3 == 0 {
                        connection.cancel(channel, request);
                    }
                }),
            };
            match sent {
                Ok(()) => topic.sent += 1,
                Err(SendError::Full | SendError::TooMany) => break,
                Err(error) => panic!("message {}: {error}", topic.sent),
            }
        }
        let is_said = topic.sent == plan.sends && topic.owed.is_empty();
        let is_answered = !plan.asks || plan.cancels || topic.asked.is_empty();
        match plan.ends {
            Ends::Close(heard) if topic.heard >= heard && is_said && is_answered => {
                topic.is_ended = true;
                connection.close(now, channel);
            }
            Ends::Abort(heard) if topic.heard >= heard => {
                topic.is_ended = true;
                let failure = format!("{{\"kind\":\"abort\",\"value\":{}}}", topic.heard);
                connection.abort(now, channel, failure.into()).unwrap();
            }
            _ => {}
        }
    }
}

/// Message number `number`, of about `size` bytes; every seventh with two raw parts.
fn message(number: usize, size: usize) -> Message {
    let text = number.to_string();
    if number % 7 == 6 {
        let parts = vec![vec![number as u8; size / 2].into(), vec![!number as u8; size / 4].into()];
        return Message { json: format!("{text};").into(), parts };
    }
    let mut json = text.into_bytes();
    json.push(b';');
    json.resize(json.len().max(size), b' ');
    Message::json(json)
}

/// Checks that a message is whole, and tells its number.
fn number_of(message: &Message) -> usize {
    let text = std::str::from_utf8(&message.json).expect("text");
    let number: usize = text.split(';').next().unwrap().parse().expect("a number");
    assert_eq!(message.parts.len(), if number % 7 == 6 { 2 } else { 0 });
    for (part, byte) in message.parts.iter().zip([number as u8, !number as u8]) {
        assert!(part.iter().all(|found| *found == byte), "parts mixed up");
    }
    number
}
