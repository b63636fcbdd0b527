//! A peer that writes down all it is told and all it answers, so that another core can be asked the
//! same.

use std::ops::Deref;

use bytes::Bytes;
use serde_json::{Value, json};
use telefunc_protocol::connection::{Refusal, SendError};
use telefunc_protocol::{
    Attach, ChannelId, Connection, Event, Frame, Message, Millis, RequestId, Transmit, WireId,
};

use crate::vectors::hex;

/// A connection with a pen.
#[derive(Debug)]
pub(crate) struct Peer {
    connection: Connection,
    /// One entry for each call: its name, what went in, what came out.
    pub(crate) script: Option<Vec<Value>>,
}

impl Peer {
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection, script: None }
    }

    fn note(&mut self, step: impl FnOnce() -> Value) {
        if let Some(script) = &mut self.script {
            script.push(step());
        }
    }

    pub(crate) fn attach(&mut self, now: Millis, wire: WireId) {
        self.note(|| json!(["attach", now, wire]));
        self.connection.attach(now, wire);
    }

    pub(crate) fn accept(
        &mut self,
        now: Millis,
        wire: WireId,
        attach: &Attach,
    ) -> Result<(), Refusal> {
        self.connection.accept(now, wire, attach)
    }

    pub(crate) fn handle_frame(&mut self, now: Millis, wire: WireId, frame: Frame) {
        self.note(|| {
            let kind = frame.kind.number();
            json!(["frame", now, wire, kind, frame.channel, hex(&frame.payload)])
        });
        self.connection.handle_frame(now, wire, frame);
    }

    pub(crate) fn handle_wire_lost(&mut self, now: Millis, wire: WireId) {
        self.note(|| json!(["lost", now, wire]));
        self.connection.handle_wire_lost(now, wire);
    }

    pub(crate) fn handle_timeout(&mut self, now: Millis) {
        let next = self.connection.poll_timeout();
        self.note(|| json!(["timeout", now, next]));
        self.connection.handle_timeout(now);
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<Transmit> {
        let transmit = self.connection.poll_transmit();
        self.note(|| match &transmit {
            Some(transmit) => json!(["transmit", transmit.wire, hex(&transmit.bytes)]),
            None => json!(["transmit"]),
        });
        transmit
    }

    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        let event = self.connection.poll_event();
        self.note(|| json!(["event", event.as_ref().map(spell)]));
        event
    }

    pub(crate) fn open(&mut self, label: Bytes) -> Result<ChannelId, SendError> {
        let channel = self.connection.open(label.clone());
        self.note(|| {
            json!([
                "open",
                hex(&label),
                channel.map_err(name).map_or_else(Value::from, Value::from)
            ])
        });
        channel
    }

    pub(crate) fn send(&mut self, channel: ChannelId, message: Message) -> Result<(), SendError> {
        let sent = self.connection.send(channel, message.clone());
        self.note(|| json!(["send", channel, spell_message(&message), sent.err().map(name)]));
        sent
    }

    pub(crate) fn request(
        &mut self,
        channel: ChannelId,
        message: Message,
    ) -> Result<RequestId, SendError> {
        let sent = self.connection.request(channel, message.clone());
        let answer = || sent.map_err(name).map_or_else(Value::from, Value::from);
        self.note(|| json!(["request", channel, spell_message(&message), answer()]));
        sent
    }

    pub(crate) fn reply(
        &mut self,
        channel: ChannelId,
        request: RequestId,
        message: Message,
    ) -> Result<(), SendError> {
        let sent = self.connection.reply(channel, request, message.clone());
        let error = sent.err().map(name);
        self.note(|| json!(["reply", channel, request, spell_message(&message), error]));
        sent
    }

    pub(crate) fn refuse(
        &mut self,
        channel: ChannelId,
        request: RequestId,
        failure: Bytes,
    ) -> Result<(), SendError> {
        let sent = self.connection.refuse(channel, request, failure.clone());
        self.note(|| json!(["refuse", channel, request, hex(&failure), sent.err().map(name)]));
        sent
    }

    pub(crate) fn cancel(&mut self, channel: ChannelId, request: RequestId) {
        self.note(|| json!(["cancel", channel, request]));
        self.connection.cancel(channel, request);
    }

    pub(crate) fn consume(&mut self, now: Millis, channel: ChannelId, cost: u64) {
        self.note(|| json!(["consume", now, channel, cost]));
        self.connection.consume(now, channel, cost);
    }

    pub(crate) fn close(&mut self, now: Millis, channel: ChannelId) {
        self.note(|| json!(["close", now, channel]));
        self.connection.close(now, channel);
    }

    pub(crate) fn abort(
        &mut self,
        now: Millis,
        channel: ChannelId,
        failure: Bytes,
    ) -> Result<(), SendError> {
        let sent = self.connection.abort(now, channel, failure.clone());
        self.note(|| json!(["abort", now, channel, hex(&failure), sent.err().map(name)]));
        sent
    }
}

/// What only looks needs no note.
impl Deref for Peer {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

fn name(error: SendError) -> &'static str {
    match error {
        SendError::Full => "full",
        SendError::Closed => "closed",
        SendError::TooLarge => "too_large",
        SendError::TooMany => "too_many",
        SendError::UnknownRequest => "unknown_request",
    }
}

fn spell_message(message: &Message) -> Value {
    json!({
        "json": hex(&message.json),
        "parts": message.parts.iter().map(|part| hex(part)).collect::<Vec<_>>(),
    })
}

/// An event as the TypeScript twin has it, with bytes in hex.
fn spell(event: &Event) -> Value {
    match event {
        Event::Opened { channel, label } => {
            json!({ "kind": "opened", "channel": channel, "label": hex(label) })
        }
        Event::Message { channel, message, cost } => json!({
            "kind": "message", "channel": channel, "message": spell_message(message), "cost": cost,
        }),
        Event::Request { channel, request, message, cost } => json!({
            "kind": "request", "channel": channel, "request": request,
            "message": spell_message(message), "cost": cost,
        }),
        Event::Reply { channel, request, message, cost } => json!({
            "kind": "reply", "channel": channel, "request": request,
            "message": spell_message(message), "cost": cost,
        }),
        Event::Refused { channel, request, failure, cost } => json!({
            "kind": "refused", "channel": channel, "request": request,
            "failure": hex(failure), "cost": cost,
        }),
        Event::Cancelled { channel, request } => {
            json!({ "kind": "cancelled", "channel": channel, "request": request })
        }
        Event::Closed { channel } => json!({ "kind": "closed", "channel": channel }),
        Event::Failed { channel, failure, cost } => json!({
            "kind": "failed", "channel": channel, "failure": hex(failure), "cost": cost,
        }),
        Event::Writable { channel } => json!({ "kind": "writable", "channel": channel }),
        Event::Attached { wire } => json!({ "kind": "attached", "wire": wire }),
        Event::Detached => json!({ "kind": "detached" }),
        Event::WireDone { wire } => json!({ "kind": "wireDone", "wire": wire }),
        Event::Drain { after } => json!({ "kind": "drain", "after": after }),
        Event::Ended(end) => json!({ "kind": "ended", "end": end.name() }),
    }
}
