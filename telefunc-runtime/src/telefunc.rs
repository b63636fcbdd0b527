//! The builder of a server.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as HttpBody;
use tower_service::Service;

use crate::app::{App, Finder, Provide, Provider, States};
use crate::bug::{Bugs, OnBug};
use crate::config::Config;
use crate::connection::Hub;
use crate::error::{Bug, Error};
use crate::fallback::{Fallback, RequestBody};
use crate::registry::{Registry, StartError};
use crate::service::{BoxError, TelefuncService};

/// A server of every `#[telefunction]` that is linked into the program.
#[must_use = "a server does nothing until it is served or mounted"]
pub struct Telefunc {
    config: Config,
    states: States,
    providers: Vec<Box<dyn Provide>>,
    on_bug: Option<OnBug>,
    fallback: Option<Fallback>,
}

impl Telefunc {
    /// A server with default settings.
    pub fn new() -> Self {
        Self {
            config: Config::default(),
            states: HashMap::new(),
            providers: Vec::new(),
            on_bug: None,
            fallback: None,
        }
    }

    /// Gives functions a value, which they take with `#[context] State<T>`. One value a type: a
    /// second one takes the place of the first.
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.states.insert(TypeId::of::<T>(), Box::new(value));
        self
    }

    /// Finds a value for each call from the head of its request, before its body is read; functions
    /// take it with `cx.get::<T>()` or `#[context] Extension<T>`. An `Abort` refuses the call.
    ///
    /// ```
    /// use telefunc_runtime::{Abort, Telefunc};
    /// # #[derive(Clone)] struct User(String);
    /// let server = Telefunc::new().context(|parts: &http::request::Parts| {
    ///     let token = parts.headers.get("authorization").cloned();
    ///     async move {
    ///         let token = token.ok_or(Abort("log in first"))?;
    ///         Ok::<User, Abort<&'static str>>(User(format!("{token:?}")))
    ///     }
    /// });
    /// ```
    pub fn context<F, T, E>(mut self, find: F) -> Self
    where
        F: for<'a> Provider<'a, T, E> + 'static,
        T: Clone + Send + Sync + 'static,
        E: Into<Error> + 'static,
    {
        self.providers.push(Box::new(Finder { find, types: PhantomData }));
        self
    }

    /// Sets the bounds and switches.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Hears of every bug: errors that are no refusal, and panics. They are logged in any case.
    pub fn on_bug(mut self, hook: impl Fn(&Bug) + Send + Sync + 'static) -> Self {
        self.on_bug = Some(Box::new(hook));
        self
    }

    /// Answers every request that is no call: with an axum `Router`, with tower-http's `ServeDir`.
    pub fn fallback<S, B>(mut self, service: S) -> Self
    where
        S: Service<
                Request<RequestBody>,
                Response = Response<B>,
                Error: Into<BoxError>,
                Future: Send,
            > + Clone
            + Send
            + Sync
            + 'static,
        B: HttpBody<Data: Into<Bytes>, Error: Into<BoxError>> + Send + 'static,
    {
        self.fallback = Some(Fallback::new(service));
        self
    }

    /// The server as a tower service.
    ///
    /// # Panics
    /// As [`try_into_service`](Self::try_into_service) fails.
    #[track_caller]
    pub fn into_service(self) -> TelefuncService {
        match self.try_into_service() {
            Ok(service) => service,
            Err(error) => panic!("{error}"),
        }
    }

    /// The server as a tower service.
    ///
    /// # Errors
    /// When no function is linked, two have one key, or a constraint can not be enforced.
    pub fn try_into_service(self) -> Result<TelefuncService, StartError> {
        self.into_app().map(TelefuncService::new)
    }

    pub(crate) fn into_app(self) -> Result<Arc<App>, StartError> {
        let registry = Registry::linked()?;
        let Self { config, states, providers, on_bug, fallback } = self;
        tracing::info!(functions = registry.keys().collect::<Vec<_>>().join(" "), "telefunctions");
        let (bugs, hub) = (Bugs::new(on_bug), Arc::new(Hub::new(&config)));
        Ok(Arc::new(App { registry, config, states, bugs, providers, fallback, hub }))
    }
}

#[cfg(feature = "codegen")]
impl Telefunc {
    /// Writes the TypeScript client of every function that is linked into the program, with the
    /// default settings of [`telefunc_codegen::Builder`]: meant for the start of a server in
    /// development, or for a run of its own.
    ///
    /// # Errors
    /// As [`telefunc_codegen::Builder::generate`].
    pub fn write_client(
        out_dir: impl AsRef<std::path::Path>,
    ) -> Result<telefunc_codegen::Report, telefunc_codegen::Error> {
        telefunc_codegen::Builder::new(out_dir.as_ref()).generate()
    }
}

impl Default for Telefunc {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Telefunc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telefunc").field("config", &self.config).finish_non_exhaustive()
    }
}
