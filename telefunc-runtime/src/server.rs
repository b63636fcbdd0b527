//! A server of its own: hyper on a socket, until a signal ends it.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs, lookup_host};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::app::App;
use crate::body::Body;
use crate::log;
use crate::service::respond;
use crate::telefunc::Telefunc;

impl Telefunc {
    /// Serves on `addr` until the process is told to stop (SIGINT or SIGTERM); calls in flight are
    /// then finished, within [`Config::shutdown_grace`](crate::Config::shutdown_grace).
    ///
    /// # Errors
    /// As [`bind`](Self::bind).
    pub async fn serve(self, addr: impl ToSocketAddrs) -> io::Result<()> {
        self.bind(addr).await?.run().await
    }

    /// Starts to listen on `addr`; port 0 has the system choose one.
    ///
    /// # Errors
    /// When the address can not be had, and of kind `InvalidInput` as
    /// [`try_into_service`](Self::try_into_service).
    pub async fn bind(self, addr: impl ToSocketAddrs) -> io::Result<Bound> {
        let app =
            self.into_app().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let addrs: Vec<_> = lookup_host(addr).await?.collect();
        let listener = TcpListener::bind(&addrs[..]).await.map_err(|error| {
            io::Error::new(error.kind(), format!("can not listen on {addrs:?}: {error}"))
        })?;
        let local_addr = listener.local_addr()?;
        log::listening(local_addr, &app.config.base, app.registry.keys().count());
        Ok(Bound { app, listener, local_addr })
    }
}

/// A server that listens, and answers once it [runs](Self::run).
#[must_use = "a bound server answers nobody until it runs"]
pub struct Bound {
    app: Arc<App>,
    listener: TcpListener,
    local_addr: SocketAddr,
}

impl Bound {
    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Answers until SIGINT or SIGTERM.
    ///
    /// # Errors
    /// When the process can not listen for signals.
    pub async fn run(self) -> io::Result<()> {
        let signal = signal()?;
        self.run_until(signal).await;
        Ok(())
    }

    /// Answers until `stop` resolves; calls in flight are then finished, within
    /// [`Config::shutdown_grace`](crate::Config::shutdown_grace).
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let Self { app, listener, .. } = self;
        let connections = GracefulShutdown::new();
        let mut tasks = JoinSet::new();
        tokio::select! {
            never = accept(&app, &listener, &connections, &mut tasks) => match never {},
            () = stop => {}
        }
        drop(listener);
        let grace = app.config.shutdown_grace;
        tracing::info!("stopping; calls in flight have {grace:?}");
        let calls = async {
            if timeout(grace, connections.shutdown()).await.is_err() {
                tracing::warn!("calls in flight are cut off");
            }
        };
        tokio::join!(calls, app.hub.close(grace));
        // Whatever is still there is aborted with the set.
    }
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bound").field("local_addr", &self.local_addr).finish_non_exhaustive()
    }
}

async fn accept(
    app: &Arc<App>,
    listener: &TcpListener,
    connections: &GracefulShutdown,
    tasks: &mut JoinSet<()>,
) -> Infallible {
    let server = Arc::new(protocols(app));
    let places = Arc::new(Semaphore::new(app.config.max_connections));
    loop {
        let place =
            Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
        match listener.accept().await {
            Ok((socket, peer)) => {
                // Items are gathered before they are written, so Nagle's algorithm only delays.
                let _ = socket.set_nodelay(true);
                let connection = connect(Arc::clone(app), &server, connections, socket, peer);
                tasks.spawn(async move {
                    connection.await;
                    drop(place);
                });
                while tasks.try_join_next().is_some() {}
            }
            Err(error) => {
                // Out of descriptors, or a connection that was reset before it was accepted.
                tracing::warn!(%error, "a connection was not accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn protocols(app: &App) -> auto::Builder<TokioExecutor> {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(app.config.header_timeout);
    server.http2().timer(TokioTimer::new());
    server
}

fn connect(
    app: Arc<App>,
    server: &auto::Builder<TokioExecutor>,
    connections: &GracefulShutdown,
    socket: TcpStream,
    peer: SocketAddr,
) -> impl Future<Output = ()> + use<> {
    let service = service_fn(move |request| {
        let app = Arc::clone(&app);
        async move { Ok::<_, Infallible>(route(&app, request, peer).await) }
    });
    let connection =
        server.serve_connection_with_upgrades(TokioIo::new(socket), service).into_owned();
    let connection = connections.watch(connection);
    async move {
        if let Err(error) = connection.await {
            // A client that left in the midst of it; nothing is wrong with the server.
            tracing::debug!(%error, %peer, "a connection broke");
        }
    }
}

async fn route(app: &Arc<App>, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
    match (app.key_start(request.uri().path()), &app.fallback) {
        (Some(start), _) => respond(app, request, start, Some(peer)).await,
        (None, Some(fallback)) => fallback.answer(request).await,
        (None, None) => {
            let mut response =
                Response::new(Body::whole(format!("Calls go to POST {}/…\n", app.config.base)));
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}

/// Resolves when the process is told to stop.
fn signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
