//! The wires of a client.

use std::net::SocketAddr;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use telefunc_protocol::{FrameDecoder, limits};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite;

use super::Client;

impl Client {
    fn new_wire(&self) -> Lost {
        let wire = self.work(|core, now| {
            core.wires += 1;
            core.connection.attach(now, core.wires);
            core.wires
        });
        Lost(self.clone(), wire)
    }

    fn receive(&self, wire: u64, decoder: &mut FrameDecoder, mut chunk: Bytes) {
        self.work(|core, now| {
            while let Some(frame) = decoder.next(&mut chunk).expect("frames") {
                core.connection.handle_frame(now, wire, frame);
            }
        });
    }

    /// Everything that is ready for a wire.
    fn ready(&self, wire: u64, max: usize) -> Vec<u8> {
        let mut core = self.core();
        let mut out = core.pending.remove(&wire).unwrap_or_default();
        while out.len() < max
            && let Some(transmit) = core.connection.poll_transmit()
        {
            if transmit.wire == wire {
                out.extend_from_slice(&transmit.bytes);
            } else {
                core.pending.entry(transmit.wire).or_default().extend_from_slice(&transmit.bytes);
                self.0.changed.notify_waiters();
            }
        }
        if core.dispatch() {
            self.0.writable.notify_waiters();
        }
        out
    }

    pub(super) async fn websocket(&self, addr: SocketAddr) -> Result<(), tungstenite::Error> {
        use tungstenite::client::IntoClientRequest;
        let mut request = format!("ws://{addr}/_telefunc/~wire").into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "telefunc.1".parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await?;
        let wire = self.new_wire();
        let mut decoder = FrameDecoder::new(limits::WIRE_FRAME);
        loop {
            let changed = self.0.changed.notified();
            let bytes = self.ready(wire.1, 256 << 10);
            if !bytes.is_empty() {
                socket.send(tungstenite::Message::Binary(bytes.into())).await?;
                continue;
            }
            tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(tungstenite::Message::Binary(bytes))) => self.receive(wire.1, &mut decoder, bytes),
                    Some(Ok(tungstenite::Message::Close(_)) | Err(_)) | None => return Ok(()),
                    Some(Ok(_)) => {}
                },
                () = changed => {}
            }
        }
    }

    pub(super) async fn http(
        &self,
        addr: SocketAddr,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let post = |bytes: Vec<u8>| {
            Request::post("/_telefunc/~wire")
                .header("host", addr.to_string())
                .header("content-type", "application/vnd.telefunc")
                .body(Full::new(Bytes::from(bytes)))
                .unwrap()
        };
        let connect = async || {
            let socket = TcpStream::connect(addr).await?;
            let (sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
            tokio::spawn(connection);
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(sender)
        };
        let mut down = connect().await?;
        let wire = self.new_wire();
        let ordinal = wire.1 - 1;
        let attach = self.ready(wire.1, 256 << 10);
        let mut answer = down.send_request(post(attach)).await?.into_body();
        let mut decoder = FrameDecoder::new(limits::WIRE_FRAME);
        let first = answer.frame().await.ok_or("cut")??;
        self.receive(wire.1, &mut decoder, first.into_data().unwrap());
        let up = async {
            let mut up = connect().await?;
            loop {
                let changed = self.0.changed.notified();
                let bytes = self.ready(wire.1, 256 << 10);
                if bytes.is_empty() {
                    changed.await;
                    continue;
                }
                let mut request = post(bytes);
                let headers = request.headers_mut();
                headers.insert("telefunc-connection", self.token().parse().unwrap());
                headers.insert("telefunc-wire", ordinal.to_string().parse().unwrap());
                let answer = up.send_request(request).await?;
                if answer.status() != 204 {
                    return Err(format!("{}", answer.status()).into());
                }
                answer.into_body().collect().await?;
            }
        };
        let down = async {
            while let Some(frame) = answer.frame().await {
                self.receive(wire.1, &mut decoder, frame?.into_data().unwrap());
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        };
        tokio::select! {
            result = up => result,
            result = down => result,
        }
    }
}

/// Says that a wire is lost.
struct Lost(Client, u64);

impl Drop for Lost {
    fn drop(&mut self) {
        self.0.work(|core, now| core.connection.handle_wire_lost(now, self.1));
    }
}
