//! The load: raw HTTP/1.1 over sockets, so that little of what is measured is the client's.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// One kind of work, for both servers.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// The path at telefunc, and at bare hyper.
    pub(crate) path: &'static str,
    pub(crate) bare: &'static str,
    kind: Kind,
}

enum Kind {
    /// Calls over so many keep-alive connections, each with one call under way.
    Calls { connections: usize, count: usize },
    /// One stream of so many items.
    Stream { count: usize },
}

impl Workload {
    pub(crate) const ALL: &[Self] = &[
        Self::calls("calls, 32 connections", "/_telefunc/servers.ours.onSum", 32),
        Self::calls("calls, 128 connections", "/_telefunc/servers.ours.onSum", 128),
        Self::calls("calls, two constraints", "/_telefunc/servers.ours.onCheckedSum", 32),
        Self::stream("integers", "/_telefunc/servers.ours.onIntegers", "/integers", 10_000_000),
        Self::stream(
            "objects of 100 bytes",
            "/_telefunc/servers.ours.onObjects",
            "/objects",
            1_000_000,
        ),
    ];

    const fn calls(name: &'static str, path: &'static str, connections: usize) -> Self {
        Self { name, path, bare: "/sum", kind: Kind::Calls { connections, count: 200_000 } }
    }

    const fn stream(
        name: &'static str,
        path: &'static str,
        bare: &'static str,
        count: usize,
    ) -> Self {
        Self { name, path, bare, kind: Kind::Stream { count } }
    }
}

/// Does the work once, or a part of it to warm up; gives how many units that were.
pub(crate) fn run(
    workload: &Workload,
    addr: SocketAddr,
    path: &str,
    part: usize,
) -> io::Result<usize> {
    match workload.kind {
        Kind::Calls { connections, count } => calls(addr, path, connections, count / part),
        Kind::Stream { count } => stream(addr, path, count / part),
    }
}

fn request(path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    )
    .into_bytes()
}

/// Every connection has one call under way: write on all of them, then read from all of them.
fn calls(addr: SocketAddr, path: &str, connections: usize, count: usize) -> io::Result<usize> {
    let request = request(path, r#"{"a":1,"b":"0123456789abcdef"}"#);
    let open = |_| {
        let socket = TcpStream::connect(addr)?;
        socket.set_nodelay(true)?;
        Ok(socket)
    };
    let mut sockets = (0..connections).map(open).collect::<io::Result<Vec<_>>>()?;
    let mut answer = [0; 1024];
    let rounds = count / connections;
    for _ in 0..rounds {
        for socket in &mut sockets {
            socket.write_all(&request)?;
        }
        for socket in &mut sockets {
            let mut len = 0;
            while !answer[..len].ends_with(br#""0123456789abcdef-1"}"#) {
                match socket.read(&mut answer[len..])? {
                    0 => {
                        return Err(io::Error::other(
                            String::from_utf8_lossy(&answer[..len]).into_owned(),
                        ));
                    }
                    more => len += more,
                }
            }
        }
    }
    Ok(rounds * connections)
}

fn stream(addr: SocketAddr, path: &str, count: usize) -> io::Result<usize> {
    let mut socket = TcpStream::connect(addr)?;
    socket.write_all(&request(path, &format!("[{count}]")))?;
    let mut buffer = vec![0; 256 << 10];
    let (mut tail, mut is_first) = (Vec::new(), true);
    // The last chunk of a chunked body (RFC 9112 §7.1).
    while !tail.ends_with(b"\r\n0\r\n\r\n") {
        let len = socket.read(&mut buffer)?;
        if len == 0 || (is_first && !buffer.starts_with(b"HTTP/1.1 200")) {
            return Err(io::Error::other(String::from_utf8_lossy(&buffer[..len]).into_owned()));
        }
        is_first = false;
        tail.extend_from_slice(&buffer[len.saturating_sub(16)..len]);
        tail.drain(..tail.len().saturating_sub(16));
    }
    Ok(count)
}
