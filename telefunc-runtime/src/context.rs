//! The context of a call: its request, its state, its scope, and where all of that is found from
//! anywhere below the call.

use std::any::TypeId;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll};

use http::header::{self, HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, Uri};

use crate::app::App;
use crate::bug::Bugs;
use crate::config::Config;
use crate::connection::Link;
use crate::error::Error;
use crate::live;
use crate::registry::Route;
use crate::scope::{CloseReason, Scope};
use crate::unwind::catch_unwind;

/// A call as seen from within: an owned handle, cheap to clone, that may outlive the function.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    app: Arc<App>,
    route: usize,
    parts: Parts,
    peer: Option<SocketAddr>,
    scope: Arc<Scope>,
    /// Where its live values travel, if its types hold any.
    link: Option<Arc<Link>>,
    span: tracing::Span,
    /// `None` once the response has started.
    response: Mutex<Option<HeaderMap>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
}

impl Context {
    pub(crate) fn new(
        app: Arc<App>,
        route: usize,
        parts: Parts,
        peer: Option<SocketAddr>,
        link: Option<Arc<Link>>,
    ) -> Self {
        let span = tracing::debug_span!("call", function = app.registry.route(route).key);
        let response = Mutex::new(Some(HeaderMap::new()));
        let scope = Arc::default();
        Self(Arc::new(Inner { app, route, parts, peer, scope, link, span, response }))
    }

    /// The context of the call that this code runs for: in the function, in its streams and in
    /// the tasks of [`spawn`](Self::spawn).
    ///
    /// # Panics
    /// Outside a call. A task of `tokio::spawn` is outside: use [`spawn`](Self::spawn), or take a
    /// `#[context] cx: Context` and move it in.
    #[must_use]
    #[track_caller]
    pub fn current() -> Self {
        Self::try_current().expect(
            "`Context::current()` was called outside a telefunction; \
             in a task of its own, move a `Context` in or start the task with `cx.spawn`",
        )
    }

    /// As [`current`](Self::current), `None` outside a call.
    #[must_use]
    pub fn try_current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// The key of the function that was called: `todos.onNewTodo`.
    #[must_use]
    pub fn function(&self) -> &str {
        &self.route().key
    }

    /// The headers of the request.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.parts.headers
    }

    /// The URI of the request.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0.parts.uri
    }

    /// The method of the request.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0.parts.method
    }

    /// The address of the peer, which is a proxy's where one stands before the server. `None`
    /// where the service is mounted in a server that does not tell it: insert a [`PeerAddr`] into
    /// the request's extensions there.
    #[must_use]
    pub fn peer_addr(&self) -> Option<SocketAddr> {
        self.0.peer.or_else(|| self.0.parts.extensions.get::<PeerAddr>().map(|peer| peer.0))
    }

    /// The value of a cookie of the request.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let lines = self.headers().get_all(header::COOKIE).into_iter();
        let mut pairs =
            lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
        pairs.find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key.trim() == name).then(|| value.trim())
        })
    }

    /// What a middleware put into the request's extensions, or
    /// [`Telefunc::context`](crate::Telefunc::context) found for this call.
    #[must_use]
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.0.parts.extensions.get::<T>().cloned()
    }

    /// The value of [`Telefunc::state`](crate::Telefunc::state) of this type.
    #[must_use]
    pub fn state<T: Clone + 'static>(&self) -> Option<T> {
        self.0.app.states.get(&TypeId::of::<T>())?.downcast_ref::<T>().cloned()
    }

    /// Sets a header of the response, in place of an earlier one of this name.
    ///
    /// # Errors
    /// When the response has started (a stream's starts before its first item), or when this is
    /// no header. A failure is logged too, since it is easily left unread.
    pub fn set_header<N, V>(&self, name: N, value: V) -> Result<(), HeaderError>
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        self.change_headers(name, value, |headers, name, value| {
            headers.insert(name, value);
        })
    }

    /// Adds a header to the response, beside earlier ones of this name.
    ///
    /// # Errors
    /// As [`set_header`](Self::set_header).
    pub fn append_header<N, V>(&self, name: N, value: V) -> Result<(), HeaderError>
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        self.change_headers(name, value, |headers, name, value| {
            headers.append(name, value);
        })
    }

    /// Sets a cookie, written as in `Set-Cookie` (RFC 6265 §4.1): `sid=1; HttpOnly; Secure;
    /// SameSite=Lax; Path=/`. A `Cookie` of the `cookie` crate prints itself that way.
    ///
    /// # Errors
    /// As [`set_header`](Self::set_header).
    pub fn set_cookie(&self, cookie: impl fmt::Display) -> Result<(), HeaderError> {
        self.append_header(header::SET_COOKIE, cookie.to_string())
    }

    /// Runs `task` beside the call, as a part of its scope: the scope is not over before it, and
    /// it is aborted when the scope ends in another way. Its `Err` is a bug.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future + Send + 'static,
        F::Output: TaskOutput,
    {
        let part = self.0.scope.open();
        let cx = self.clone();
        let task = self.enter(catch_unwind(task));
        let handle = tokio::spawn(async move {
            match task.await {
                Ok(output) => {
                    if let Err(error) = output.into_result() {
                        cx.report(error);
                    }
                }
                Err(panic) => {
                    cx.bugs().panicked(cx.function(), panic);
                }
            }
            part.finish();
        });
        self.0.scope.watch(handle.abort_handle());
    }

    /// Runs `hook` once, when the call's scope ends; at once if it has ended.
    pub fn on_close(&self, hook: impl FnOnce(CloseReason) + Send + 'static) {
        self.0.scope.on_close(Box::new(hook));
    }

    /// Resolves when the call's scope ends.
    pub async fn closed(&self) -> CloseReason {
        self.0.scope.closed().await
    }

    /// Makes this the current context whenever `inner` is polled.
    pub(crate) fn enter<F>(&self, inner: F) -> Entered<F> {
        Entered { cx: self.clone(), inner }
    }

    /// Makes this the current context, and its span the current one, while `work` runs.
    pub(crate) fn within<R>(&self, work: impl FnOnce() -> R) -> R {
        struct Restore(Option<Context>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let _restore = Restore(CURRENT.replace(Some(self.clone())));
        let _span = self.0.span.enter();
        work()
    }

    pub(crate) fn scope(&self) -> &Arc<Scope> {
        &self.0.scope
    }

    pub(crate) fn link(&self) -> Option<&Arc<Link>> {
        self.0.link.as_ref()
    }

    pub(crate) fn route(&self) -> &Route {
        self.0.app.registry.route(self.0.route)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.app.config
    }

    pub(crate) fn bugs(&self) -> &Bugs {
        &self.0.app.bugs
    }

    /// The headers that the function set; from now on they are on the wire.
    pub(crate) fn start_response(&self) -> HeaderMap {
        self.response().take().unwrap_or_default()
    }

    /// Reports the error of a task, whose client is no longer there to be told.
    fn report(&self, error: Error) {
        match error.into_refused() {
            Ok(refused) => {
                tracing::debug!(function = self.function(), status = %refused.status, "a task ended with a refusal");
            }
            Err(error) if live::is_end(&*error) => {
                tracing::debug!(function = self.function(), "a task ended with its channel");
            }
            Err(error) => {
                self.bugs().failed(self.function(), error);
            }
        }
    }

    fn change_headers<N, V>(
        &self,
        name: N,
        value: V,
        change: impl FnOnce(&mut HeaderMap, HeaderName, HeaderValue),
    ) -> Result<(), HeaderError>
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let result = (|| {
            let name = name.try_into().map_err(|_| HeaderError::Name)?;
            let value = value.try_into().map_err(|_| HeaderError::Value)?;
            change(self.response().as_mut().ok_or(HeaderError::Sent)?, name, value);
            Ok(())
        })();
        if let Err(error) = &result {
            tracing::error!(function = self.function(), %error, "a response header was not set");
        }
        result
    }

    fn response(&self) -> MutexGuard<'_, Option<HeaderMap>> {
        self.0.response.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("function", &self.function()).finish_non_exhaustive()
    }
}

/// A future or stream that runs in the context of a call.
pub(crate) struct Entered<F> {
    cx: Context,
    inner: F,
}

impl<F: Future + Unpin> Future for Entered<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<F::Output> {
        let Self { cx, inner } = self.get_mut();
        cx.within(|| Pin::new(inner).poll(task))
    }
}

/// The peer's address, for the extensions of a request to a mounted service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);

/// Why a response header was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// The name is none (RFC 9110 §5.1).
    Name,
    /// The value holds a control character (RFC 9110 §5.5).
    Value,
    /// The response has started; set headers before the function returns.
    Sent,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "this is no header name",
            Self::Value => "this is no header value",
            Self::Sent => {
                "the response has started: set headers and cookies before the function returns"
            }
        })
    }
}

impl std::error::Error for HeaderError {}

/// What a task of [`Context::spawn`] may end with: `()`, `!` or `Result<(), telefunc::Error>`.
#[diagnostic::on_unimplemented(
    message = "a task of `cx.spawn` ends with `()` or `Result<(), telefunc::Error>`, not with `{Self}`",
    label = "end it with `;`, or with `Ok(())`"
)]
pub trait TaskOutput: Send + 'static + sealed::Sealed {
    #[doc(hidden)]
    fn into_result(self) -> Result<(), Error>;
}

impl TaskOutput for () {
    fn into_result(self) -> Result<(), Error> {
        Ok(())
    }
}

impl TaskOutput for Result<(), Error> {
    fn into_result(self) -> Result<(), Error> {
        self
    }
}

impl TaskOutput for sealed::Never {
    fn into_result(self) -> Result<(), Error> {
        self
    }
}

mod sealed {
    use crate::error::Error;

    /// `!`, which stable Rust can only name as what a diverging function returns.
    pub type Never = <fn() -> ! as Returns>::Output;

    pub trait Returns {
        type Output;
    }

    impl<T> Returns for fn() -> T {
        type Output = T;
    }

    pub trait Sealed {}

    impl Sealed for () {}
    impl Sealed for Result<(), Error> {}
    impl Sealed for Never {}
}
