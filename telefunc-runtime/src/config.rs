//! Every bound and switch of a server, with its default and the reason for it.

use std::time::Duration;

use telefunc_protocol::{Limits, limits};

/// How a server behaves. Set what differs and take the rest from the default:
///
/// ```
/// # use telefunc_runtime::Config;
/// let config = Config { max_body: 8 << 20, ..Config::default() };
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the functions are served: `POST {base}/{key}`. Default `/_telefunc`.
    pub base: String,
    /// Origins other than the server's own whose pages may call, as the browser writes them:
    /// `https://app.example.com`. Default none: a call is made with the visitor's cookies, so a
    /// foreign page must be named before it may make one.
    pub allow_origins: Vec<String>,
    /// Bytes of one request body. Default 1 MiB: enough for any form, too little to fill memory
    /// with a few hundred calls at once. A function that takes more says so with
    /// `#[telefunction(max_body = …)]`.
    pub max_body: usize,
    /// How long a request body may take to arrive. Default 30 s: the bound on a client that sends
    /// a byte a minute to hold a call open.
    pub body_timeout: Duration,
    /// How long a function may work on a call before the first byte of its answer; streams may
    /// then go on for ever. Default 60 s, the usual patience of proxies; `None` for no bound. A
    /// function sets its own with `#[telefunction(timeout = "…")]`.
    pub timeout: Option<Duration>,
    /// How long a stream may be silent before a keep-alive is sent. Default 15 s: proxies cut
    /// silent answers after 30 s (Heroku) or 60 s (nginx, AWS).
    pub keep_alive: Duration,
    /// Bytes of items that are gathered into one write while a stream has more at hand. Default
    /// 32 KiB: larger writes gain no throughput, and memory per stream stays small.
    pub batch: usize,
    /// How long `serve` waits for calls in flight once it was told to stop. Default 10 s, below
    /// the 30 s after which Kubernetes kills.
    pub shutdown_grace: Duration,
    /// How long a new connection may take to send the head of a request. Default 15 s.
    pub header_timeout: Duration,
    /// Open connections of `serve`; further ones wait in the system's queue. Default 16,384, below
    /// the usual limit of file descriptors.
    pub max_connections: usize,
    /// The bounds of one connection of channels and callbacks, each with its own default and reason.
    pub connection: Limits,
    /// Connections of channels and callbacks. Default 16,384, as many as
    /// [`max_connections`](Self::max_connections); one that is idle costs some 10 KiB.
    pub max_links: usize,
    /// Those of one address, so that one client can't take all. Default 1,024: an office behind one
    /// address is many clients. Addresses of private networks are not counted, for that is where a
    /// proxy stands.
    pub max_links_per_peer: usize,
    /// Whether answers may help a developer (names near an unknown one). Default: in debug builds.
    pub development: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base: "/_telefunc".to_owned(),
            allow_origins: Vec::new(),
            max_body: limits::BODY,
            body_timeout: Duration::from_secs(30),
            timeout: Some(Duration::from_secs(60)),
            keep_alive: Duration::from_secs(15),
            batch: 32 << 10,
            shutdown_grace: Duration::from_secs(10),
            header_timeout: Duration::from_secs(15),
            max_connections: 16_384,
            connection: Limits::default(),
            max_links: 16_384,
            max_links_per_peer: 1024,
            development: cfg!(debug_assertions),
        }
    }
}
