//! Two peers in virtual time: a client and a server core, wires with delays between them, and
//! whatever is to happen to the wires.

pub(crate) mod cuts;
pub(crate) mod flow;
pub(crate) mod hostile;
pub(crate) mod script;
pub(crate) mod talk;
pub(crate) mod twin;
pub(crate) mod walk;

use std::collections::VecDeque;

use telefunc_protocol::{
    Attach, Connection, Event, Frame, FrameDecoder, FrameKind, Limits, Millis, Side, Token, WireId,
    limits,
};

use script::Peer;
use talk::Talk;

/// How a wire carries what the client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// Both ways at any time.
    Socket,
    /// A streamed response down; up one POST at a time, each with all that is ready.
    Posts,
}

/// One direction of a wire: what is under way, and when it arrives.
#[derive(Debug, Default)]
struct Lane {
    under_way: VecDeque<(Millis, Frame)>,
    delay: Millis,
    /// For posts: when the answer to the last one is there.
    busy_until: Millis,
}

#[derive(Debug)]
struct Link {
    wire: WireId,
    carrier: Carrier,
    up: Lane,
    down: Lane,
    /// The server learns of a loss only when another wire is bound.
    is_half_lost: bool,
    /// The client has left it: what is under way still arrives.
    is_left: bool,
    /// Its first frame has come to the server.
    is_bound: bool,
}

/// What is done to the wires, by how many frames have arrived in all.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// The wire that the client uses is cut; whether the server notices.
    Cut { server_notices: bool },
    /// The client binds another wire beside the one that works.
    Upgrade,
}

/// How a run goes.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) carrier: Carrier,
    pub(crate) limits: Limits,
    pub(crate) delay: Millis,
    /// Faults, each after so many frames, rising.
    pub(crate) faults: Vec<(u64, Fault)>,
    /// Added to each delay, in turn.
    pub(crate) jitter: Vec<Millis>,
}

/// Two peers, each with its application.
pub(crate) struct Network {
    pub(crate) now: Millis,
    pub(crate) client: Peer,
    pub(crate) server: Peer,
    pub(crate) client_app: Talk,
    pub(crate) server_app: Talk,
    pub(crate) arrived: u64,
    pub(crate) bytes: u64,
    setting: Setting,
    links: Vec<Link>,
    next_wire: WireId,
    /// When the client binds a wire again, having none.
    redial: Option<Millis>,
    steps: usize,
}

impl Network {
    pub(crate) fn new(setting: Setting, client_app: Talk, server_app: Talk) -> Self {
        let (token, limits) = (Token([1; 16]), &setting.limits);
        Self {
            now: 0,
            client: Peer::new(Connection::new(0, Side::Client, token, limits.clone())),
            server: Peer::new(Connection::new(0, Side::Server, token, limits.clone())),
            client_app,
            server_app,
            arrived: 0,
            bytes: 0,
            setting,
            links: Vec::new(),
            next_wire: 1,
            redial: None,
            steps: 0,
        }
    }

    /// Binds the first wire and lets the applications begin.
    pub(crate) fn start(&mut self) {
        self.dial();
        self.client_app.start(0, &mut self.client);
        self.server_app.start(0, &mut self.server);
    }

    /// Runs until both applications are done, or panics when that can not be.
    pub(crate) fn run(&mut self) {
        self.start();
        loop {
            self.settle();
            if self.client_app.is_done() && self.server_app.is_done() && self.is_quiet() {
                return;
            }
            self.step();
        }
    }

    /// Runs until a point in time.
    pub(crate) fn run_until(&mut self, time: Millis) {
        while self.now < time {
            self.settle();
            match self.next_time() {
                Some(next) if next <= time => self.step(),
                _ => self.now = time,
            }
        }
    }

    /// Goes to the next instant at which something happens.
    pub(crate) fn step(&mut self) {
        self.settle();
        let Some(next) = self.next_time() else {
            panic!("nothing will happen any more: {self:#?}");
        };
        self.now = self.now.max(next);
        self.steps += 1;
        assert!(self.steps < 2_000_000 && self.now < 3_600_000, "never done: {self:#?}");
        self.advance();
    }

    fn is_quiet(&self) -> bool {
        self.client.channels() == 0 && self.server.channels() == 0
    }

    fn next_time(&self) -> Option<Millis> {
        let lanes = self.links.iter().flat_map(|link| {
            let posts = Some(link.up.busy_until).filter(|at| *at > self.now);
            let first = |lane: &Lane| lane.under_way.front().map(|(at, _)| *at);
            [first(&link.up), first(&link.down), posts]
        });
        let timers = [self.client.poll_timeout(), self.server.poll_timeout(), self.redial];
        let apps = [self.client_app.next_time(), self.server_app.next_time()];
        lanes.chain(timers).chain(apps).flatten().min()
    }

    /// Everything whose time has come.
    fn advance(&mut self) {
        self.client.handle_timeout(self.now);
        self.server.handle_timeout(self.now);
        if self.redial.is_some_and(|at| at <= self.now) {
            self.dial();
        }
        self.deliver();
        self.close_left();
        self.client_app.tick(self.now, &mut self.client);
        self.server_app.tick(self.now, &mut self.server);
    }

    fn deliver(&mut self) {
        for index in 0..self.links.len() {
            for is_up in [true, false] {
                loop {
                    let now = self.now;
                    let Some(link) = self.links.get_mut(index) else { return };
                    let lane = if is_up { &mut link.up } else { &mut link.down };
                    if lane.under_way.front().is_none_or(|(at, _)| *at > now) {
                        break;
                    }
                    let (_, frame) = lane.under_way.pop_front().unwrap();
                    let wire = link.wire;
                    self.arrive(is_up, wire, frame);
                    self.drain_events();
                    self.fault();
                }
            }
        }
    }

    fn arrive(&mut self, is_up: bool, wire: WireId, frame: Frame) {
        self.arrived += 1;
        if !is_up {
            self.client.handle_frame(self.now, wire, frame);
        } else if !self.is_bound(wire) {
            assert_eq!(frame.kind, FrameKind::Attach, "the first frame on a wire");
            let attach = Attach::read(frame.payload).unwrap();
            if let Err(refusal) = self.server.accept(self.now, wire, &attach) {
                assert_eq!(refusal.name(), "stale_wire");
                self.lose(wire, true);
            }
        } else {
            self.server.handle_frame(self.now, wire, frame);
        }
    }

    /// Whether the server has seen the wire before; told by what it is to do.
    fn is_bound(&mut self, wire: WireId) -> bool {
        let link = self.links.iter_mut().find(|link| link.wire == wire);
        link.is_none_or(|link| std::mem::replace(&mut link.is_bound, true))
    }

    fn fault(&mut self) {
        while let Some((_, fault)) =
            self.setting.faults.first().copied().filter(|(at, _)| *at <= self.arrived)
        {
            self.setting.faults.remove(0);

            match fault {
                Fault::Upgrade => self.dial(),
                Fault::Cut { server_notices } => {
                    let link = self.links.iter().rfind(|link| !link.is_left);
                    if let Some(wire) = link.map(|link| link.wire) {
                        self.lose(wire, server_notices);
                    }
                }
            }
        }
    }

    /// A wire is gone, and all that is under way on it.
    fn lose(&mut self, wire: WireId, server_notices: bool) {
        for link in self.links.iter_mut().filter(|link| link.wire == wire) {
            link.up = Lane { delay: link.up.delay, ..Lane::default() };
            link.down = Lane { delay: link.down.delay, ..Lane::default() };
            link.is_half_lost = true;
        }
        self.client.handle_wire_lost(self.now, wire);
        if server_notices {
            self.server.handle_wire_lost(self.now, wire);
            self.links.retain(|link| link.wire != wire);
        }
        self.redial_if_bare();
    }

    fn redial_if_bare(&mut self) {
        if self.links.iter().all(|link| link.is_half_lost || link.is_left) {
            self.redial.get_or_insert(self.now + 10);
        }
    }

    fn dial(&mut self) {
        self.redial = None;
        let wire = self.next_wire;
        self.next_wire += 1;
        let lane = || Lane { delay: self.setting.delay, ..Lane::default() };
        let carrier = self.setting.carrier;
        self.links.push(Link {
            wire,
            carrier,
            up: lane(),
            down: lane(),
            is_half_lost: false,
            is_left: false,
            is_bound: false,
        });
        self.client.attach(self.now, wire);
    }

    /// Until nothing more is to be said at this instant.
    fn settle(&mut self) {
        loop {
            self.drain_events();
            let up = self.transmit(true);
            let down = self.transmit(false);
            self.check_bounds();
            if !up && !down {
                self.drain_events();
                return;
            }
        }
    }

    fn transmit(&mut self, is_up: bool) -> bool {
        let posting = |link: &Link| link.carrier == Carrier::Posts && !link.is_half_lost;
        let now = self.now;
        if is_up && self.links.iter().any(|link| posting(link) && link.up.busy_until > now) {
            return false;
        }
        let sender = if is_up { &mut self.client } else { &mut self.server };
        let mut said = false;
        while let Some(transmit) = sender.poll_transmit() {
            self.bytes += transmit.bytes.len() as u64;
            said = true;
            let Some(link) = self.links.iter_mut().find(|link| link.wire == transmit.wire) else {
                continue;
            };
            if link.is_half_lost {
                continue;
            }
            let jitter = self.setting.jitter.get(self.arrived as usize % 97).copied().unwrap_or(0);
            let lane = if is_up { &mut link.up } else { &mut link.down };
            let after = lane.under_way.back().map_or(0, |(at, _)| *at);
            let at = (now + lane.delay + jitter).max(after);
            if is_up && link.carrier == Carrier::Posts {
                lane.busy_until = at + lane.delay;
            }
            let mut chunk = transmit.bytes;
            let mut decoder = FrameDecoder::new(limits::WIRE_FRAME);
            while let Some(frame) = decoder.next(&mut chunk).unwrap() {
                lane.under_way.push_back((at, frame));
            }
            assert!(decoder.is_idle(), "a transmit holds whole frames");
        }
        said
    }

    fn drain_events(&mut self) {
        while let Some(event) = self.client.poll_event() {
            match event {
                Event::WireDone { wire } => self.leave(wire),
                event => self.client_app.handle(self.now, &mut self.client, event),
            }
        }
        while let Some(event) = self.server.poll_event() {
            match event {
                // The client closes; a server would after a while.
                Event::WireDone { .. } => {}
                event => self.server_app.handle(self.now, &mut self.server, event),
            }
        }
    }

    /// A wire is replaced: what is under way on it still arrives, then both sides close it.
    fn leave(&mut self, wire: WireId) {
        for link in self.links.iter_mut().filter(|link| link.wire == wire) {
            link.is_left = true;
        }
        self.redial_if_bare();
    }

    fn close_left(&mut self) {
        let is_empty = |link: &Link| link.up.under_way.is_empty() && link.down.under_way.is_empty();
        while let Some(link) = self.links.iter().find(|link| link.is_left && is_empty(link)) {
            let wire = link.wire;
            self.client.handle_wire_lost(self.now, wire);
            self.server.handle_wire_lost(self.now, wire);
            self.links.retain(|link| link.wire != wire);
        }
    }

    fn check_bounds(&self) {
        for peer in [&self.client, &self.server] {
            let (held, bound) = (peer.memory(), self.setting.limits.memory());
            assert!(held <= bound, "{held} bytes held, over {bound}: {peer:#?}");
        }
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network")
            .field("now", &self.now)
            .field("arrived", &self.arrived)
            .field("faults left", &self.setting.faults)
            .field("client", &self.client)
            .field("server", &self.server)
            .field("client_app", &self.client_app)
            .field("server_app", &self.server_app)
            .finish_non_exhaustive()
    }
}

/// Bounds so small that every run meets them.
pub(crate) fn small() -> Limits {
    Limits {
        channels: 64,
        message: 96 * 1024,
        pool: 256 * 1024,
        inbox: 512 * 1024,
        outbox: 256 * 1024,
        replay: 24 * 1024,
        ack_bytes: 2 * 1024,
        ..Limits::default()
    }
}
