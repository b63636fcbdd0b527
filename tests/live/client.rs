//! A client in Rust: the protocol's own connection, over WebSockets or HTTP.

mod wire;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use serde_json::Value;
use telefunc_protocol::connection::{Connection, Event, SendError, Side};
use telefunc_protocol::{ChannelId, Limits, Message, RequestId, Token, live};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::support::{Answer, Server};

/// What a client hears on a channel.
#[derive(Debug)]
pub enum Heard {
    Message(Value),
    Request(RequestId, Value),
    Cancelled(RequestId),
    Closed,
    Failed(Value),
}

#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    token: Token,
    start: Instant,
    core: Mutex<Core>,
    /// Something may be to be written.
    changed: Notify,
    /// Something that was full has room.
    writable: Notify,
}

struct Core {
    connection: Connection,
    inboxes: HashMap<ChannelId, mpsc::UnboundedSender<(Heard, u64)>>,
    /// Of channels that nobody has asked for yet.
    unclaimed: HashMap<ChannelId, mpsc::UnboundedReceiver<(Heard, u64)>>,
    replies: HashMap<(ChannelId, RequestId), oneshot::Sender<Result<Value, Value>>>,
    /// Channels of the server's.
    opened: HashSet<ChannelId>,
    wires: u64,
    /// What one wire was given while another asked.
    pending: HashMap<u64, Vec<u8>>,
    attached: u64,
    drains: u64,
    ended: Option<String>,
}

/// A channel of a client's.
pub struct Port {
    pub id: ChannelId,
    client: Client,
    inbox: mpsc::UnboundedReceiver<(Heard, u64)>,
}

/// Which kind of wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    WebSocket,
    Http,
}

impl Client {
    pub fn new(seed: u8) -> Self {
        let token = Token(std::array::from_fn(|n| seed.wrapping_mul(31).wrapping_add(n as u8)));
        let connection = Connection::new(0, Side::Client, token, Limits::default());
        let core = Core {
            connection,
            inboxes: HashMap::new(),
            unclaimed: HashMap::new(),
            replies: HashMap::new(),
            opened: HashSet::new(),
            wires: 0,
            pending: HashMap::new(),
            attached: 0,
            drains: 0,
            ended: None,
        };
        let shared = Shared {
            token,
            start: Instant::now(),
            core: Mutex::new(core),
            changed: Notify::new(),
            writable: Notify::new(),
        };
        let client = Self(Arc::new(shared));
        let weak = Arc::downgrade(&client.0);
        tokio::spawn(async move {
            while let Some(shared) = weak.upgrade() {
                Self(shared).work(|core, now| core.connection.handle_timeout(now));
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        client
    }

    /// A client with a WebSocket.
    pub fn connected(seed: u8, server: &Server) -> Self {
        let client = Self::new(seed);
        client.attach(Kind::WebSocket, server.addr, false);
        client
    }

    pub fn token(&self) -> String {
        self.0.token.to_hex()
    }

    /// Attaches a wire; `again` has it attach another whenever it is lost.
    pub fn attach(&self, kind: Kind, addr: SocketAddr, again: bool) -> JoinHandle<()> {
        let client = self.clone();
        tokio::spawn(async move {
            loop {
                let end = match kind {
                    Kind::WebSocket => client.websocket(addr).await.map_err(Into::into),
                    Kind::Http => client.http(addr).await,
                };
                if let Err(error) = end
                    && !again
                {
                    eprintln!("a wire was lost: {error}");
                }
                if !again || client.ended().is_some() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
    }

    /// A call with this client's connection.
    pub async fn call(&self, server: &Server, key: &str, arguments: Value) -> Value {
        let answer = self.send(server, key, arguments).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        result(answer)
    }

    pub async fn send(&self, server: &Server, key: &str, arguments: Value) -> Answer {
        server.send(self.request(server, key, arguments)).await
    }

    pub fn request(&self, server: &Server, key: &str, arguments: Value) -> Request<Full<Bytes>> {
        let mut request = server.request(key, arguments.to_string());
        request.headers_mut().insert("telefunc-connection", self.token().parse().unwrap());
        request
    }

    /// Opens a channel.
    pub fn open(&self) -> Port {
        let (sender, inbox) = mpsc::unbounded_channel();
        let id = self.work(|core, _| {
            let id = core.connection.open(Bytes::new()).unwrap();
            core.inboxes.insert(id, sender);
            id
        });
        Port { id, client: self.clone(), inbox }
    }

    /// The channel that the server has opened.
    pub fn claim(&self, id: &Value) -> Port {
        let id = id.as_u64().unwrap_or_else(|| panic!("{id} is no channel"));
        let mut core = self.core();
        core.inbox(id);
        let inbox = core.unclaimed.remove(&id).expect("claimed once");
        drop(core);
        Port { id, client: self.clone(), inbox }
    }

    /// Waits until the server's `OPEN` has come.
    pub async fn opened(&self, port: &Port) {
        crate::support::soon(async {
            loop {
                let writable = self.0.writable.notified();
                if self.core().is_known(port.id) {
                    return;
                }
                writable.await;
            }
        })
        .await;
    }

    pub fn ended(&self) -> Option<String> {
        self.core().ended.clone()
    }

    pub fn attached(&self) -> u64 {
        self.core().attached
    }

    pub fn drains(&self) -> u64 {
        self.core().drains
    }

    /// Ends the connection, as a page does that is closed.
    pub fn shutdown(&self) {
        self.work(|core, _| core.connection.shutdown());
    }

    fn now(&self) -> u64 {
        self.0.start.elapsed().as_millis() as u64
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        self.0.core.lock().unwrap()
    }

    fn work<R>(&self, work: impl FnOnce(&mut Core, u64) -> R) -> R {
        let mut core = self.core();
        let result = work(&mut core, self.now());
        if core.dispatch() {
            self.0.writable.notify_waiters();
        }
        drop(core);
        self.0.changed.notify_waiters();
        result
    }
}

impl Core {
    fn inbox(&mut self, id: ChannelId) -> &mpsc::UnboundedSender<(Heard, u64)> {
        self.inboxes.entry(id).or_insert_with(|| {
            let (sender, receiver) = mpsc::unbounded_channel();
            self.unclaimed.insert(id, receiver);
            sender
        })
    }

    /// Whether the channel is ours, or the server's `OPEN` has come.
    fn is_known(&self, id: ChannelId) -> bool {
        id % 2 == 1 || self.opened.contains(&id)
    }

    /// Whether anyone may write again.
    fn dispatch(&mut self) -> bool {
        let mut is_writable = false;
        while let Some(event) = self.connection.poll_event() {
            match event {
                Event::Opened { channel, .. } => {
                    is_writable = self.opened.insert(channel);
                    self.inbox(channel);
                }
                Event::Message { channel, message, cost } => {
                    let _ = self.inbox(channel).send((Heard::Message(value(message)), cost));
                }
                Event::Request { channel, request, message, cost } => {
                    let _ =
                        self.inbox(channel).send((Heard::Request(request, value(message)), cost));
                }
                Event::Cancelled { channel, request } => {
                    let _ = self.inbox(channel).send((Heard::Cancelled(request), 0));
                }
                Event::Closed { channel } => {
                    let _ = self.inbox(channel).send((Heard::Closed, 0));
                }
                Event::Failed { channel, failure, cost } => {
                    let failure = serde_json::from_slice(&failure).unwrap();
                    let _ = self.inbox(channel).send((Heard::Failed(failure), cost));
                }
                Event::Reply { channel, request, message, cost } => {
                    self.connection.consume(0, channel, cost);
                    if let Some(waiting) = self.replies.remove(&(channel, request)) {
                        let _ = waiting.send(Ok(value(message)));
                    }
                    is_writable = true;
                }
                Event::Refused { channel, request, failure, cost } => {
                    self.connection.consume(0, channel, cost);
                    if let Some(waiting) = self.replies.remove(&(channel, request)) {
                        let _ = waiting.send(Err(serde_json::from_slice(&failure).unwrap()));
                    }
                    is_writable = true;
                }
                Event::Writable { .. } => is_writable = true,
                Event::Attached { .. } => self.attached += 1,
                Event::Ended(end) => {
                    self.ended = Some(end.name().to_owned());
                    self.inboxes.clear();
                    is_writable = true;
                }
                Event::Drain { .. } => self.drains += 1,
                Event::Detached | Event::WireDone { .. } => {}
            }
        }
        is_writable
    }
}

/// Sends on a channel of a client's.
#[derive(Clone)]
pub struct Sender {
    id: ChannelId,
    client: Client,
}

impl Sender {
    pub async fn send(&self, value: Value) {
        loop {
            let writable = self.client.0.writable.notified();
            let message = Message::json(value.to_string());
            let sent = self.client.work(|core, _| match core.is_known(self.id) {
                true => core.connection.send(self.id, message),
                false => Err(SendError::Full),
            });
            match sent {
                Err(SendError::Full) => writable.await,
                sent => return sent.unwrap(),
            }
        }
    }
}

impl Port {
    pub fn sender(&self) -> Sender {
        Sender { id: self.id, client: self.client.clone() }
    }

    /// What comes next; `None` when the connection is over.
    pub async fn next(&mut self) -> Option<Heard> {
        let (heard, cost) = self.inbox.recv().await?;
        self.client.work(|core, now| core.connection.consume(now, self.id, cost));
        Some(heard)
    }

    /// The next message.
    pub async fn recv(&mut self) -> Value {
        match crate::support::soon(self.next()).await {
            Some(Heard::Message(value)) => value,
            other => panic!("no message but {other:?}"),
        }
    }

    pub async fn send(&self, value: Value) {
        self.sender().send(value).await;
    }

    /// Asks and gives what will be the reply.
    pub fn ask(&self, value: &Value) -> (RequestId, oneshot::Receiver<Result<Value, Value>>) {
        let (sender, receiver) = oneshot::channel();
        let message = Message::json(value.to_string());
        let request = self.client.work(|core, _| {
            let request = core.connection.request(self.id, message).unwrap();
            core.replies.insert((self.id, request), sender);
            request
        });
        (request, receiver)
    }

    pub async fn request(&self, value: Value) -> Result<Value, Value> {
        crate::support::soon(self.ask(&value).1).await.expect("the connection lives")
    }

    pub fn cancel(&self, request: RequestId) {
        self.client.work(|core, _| core.connection.cancel(self.id, request));
    }

    pub fn reply(&self, request: RequestId, reply: Result<Value, Value>) {
        self.client
            .work(|core, _| match reply {
                Ok(value) => {
                    core.connection.reply(self.id, request, Message::json(value.to_string()))
                }
                Err(failure) => {
                    core.connection.refuse(self.id, request, failure.to_string().into())
                }
            })
            .unwrap();
    }

    pub fn close(&self) {
        self.client.work(|core, now| core.connection.close(now, self.id));
    }

    pub fn abort(&self, value: Value) {
        let failure = serde_json::json!({ "kind": "abort", "value": value }).to_string();
        self.client.work(|core, now| core.connection.abort(now, self.id, failure.into())).unwrap();
    }
}

/// The JSON of a message; of one with live values, they are listed under `$live`. Of a complaint,
/// the failure.
fn value(message: Message) -> Value {
    let mut json = message.json;
    if json.first() == Some(&live::COMPLAINT) {
        let failure: Value = serde_json::from_slice(&json[1..]).unwrap();
        return serde_json::json!({ "$complaint": failure });
    }
    let list = live::split(&mut json).expect("a list");
    let value: Value =
        serde_json::from_slice(&json).unwrap_or_else(|error| panic!("{error}: {json:?}"));
    match list.is_empty() {
        true => value,
        false => serde_json::json!({ "$live": list, "value": value }),
    }
}

/// The result of a call, its list of live values checked and taken off.
pub fn result(answer: Answer) -> Value {
    if answer.headers["content-type"] != "application/vnd.telefunc" {
        return answer.json();
    }
    let message = telefunc_protocol::body::read_call(answer.body).expect("frames");
    value(message)
}
